"""Recorded exchanges with the service, reduced to their shapes."""
