"""Outcomes of the gates, and how they are printed."""
