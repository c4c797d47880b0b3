"""Recorded exchanges, reduced to their shapes."""
