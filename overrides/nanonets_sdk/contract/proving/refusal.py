"""The error of a run that cannot begin; a module that needs no extra."""

from __future__ import annotations


class CannotRun(Exception):
    """A run could not begin; the message says why, and has nothing of a reply in it."""
