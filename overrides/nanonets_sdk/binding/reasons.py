"""The reason why a text cannot be read, on its way to the attribute that it concerns."""

from __future__ import annotations

from nanonets_sdk.binding.problems import ProblemKind


class Unreadable(Exception):
    """A text has no value of the type, or no single one. Never leaves the package.

    Attributes:
        kind: As `ReadProblem.kind`.
        reason: What is wrong, without the text.
        hint: What to do.
    """

    def __init__(self, kind: ProblemKind, reason: str, hint: str) -> None:
        super().__init__(reason)
        self.kind: ProblemKind = kind
        self.reason = reason
        self.hint = hint
