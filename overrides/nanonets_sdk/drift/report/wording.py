"""What all outputs say in the same words."""

from __future__ import annotations

from nanonets_sdk.drift.report.outcome import Outcome


def verdict(outcome: Outcome) -> str:
    """Return the number of findings by severity, in words."""
    counts = ", ".join(f"{count} {severity.label}" for severity, count in outcome.counts.items())
    accepted = f" ({len(outcome.accepted)} accepted)" if outcome.accepted else ""
    return (counts or "nothing moved") + accepted


def one_line(text: str) -> str:
    """Return text of a foreign document so that it can't move a cursor, or start a line of its own."""
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)
