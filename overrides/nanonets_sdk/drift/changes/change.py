"""A single difference between two sets of facts."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from attrs import field, frozen


class Effect(StrEnum):
    """What a change does to the values that a schema accepts."""

    LOOSER = "looser"
    TIGHTER = "tighter"
    OTHER = "other"


@frozen
class Change:
    """A fact that differs.

    Attributes:
        pointer: JSON pointer to the fact.
        before: The fact on one side, or `NOTHING`.
        after: The fact on the other side, or `NOTHING`.
        effect: What the change does to the values that a schema accepts; None if the fact itself says so.
        around: The schema on the other side that holds the fact, where a comparison ends with the fact.
    """

    pointer: str
    before: Any
    after: Any
    effect: Effect | None = field(default=None, eq=False)
    around: Any = field(default=None, eq=False)
