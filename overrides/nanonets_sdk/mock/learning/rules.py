"""What a model knows about its labels, as data."""

from typing import Literal, Self

import msgspec
from attrs import frozen

Side = Literal["right", "below"]
Shape = Literal["date", "money", "identifier", "text"]


@frozen
class Anchor:
    """A text beside which the value stands."""

    words: tuple[str, ...]
    """In plain form: lower case, no punctuation at the ends."""
    side: Side
    """Where the value stands, seen from the anchor."""
    weight: float
    """0 to 1: how far this anchor is to be trusted."""


@frozen
class Zone:
    """Where the values lay, in fractions of the page's width and height."""

    page: int
    """Counts from 0."""
    xmin: float
    ymin: float
    xmax: float
    ymax: float


@frozen
class LabelRule:
    """How to find the value of one label."""

    label: str
    shape: Shape
    anchors: tuple[Anchor, ...]
    zone: Zone | None
    """Tells equally good anchors apart, and where there are none takes their place."""
    lines: int
    """How many lines a value may have."""
    lowest: bool
    """Whether of equally good places the lowest is taken, as for totals."""


@frozen
class Rules:
    """The rules of a model's labels."""

    labels: tuple[LabelRule, ...]

    def to_json(self) -> str:
        """Return the rules as JSON text."""
        return msgspec.json.encode(self).decode()

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return the rules of a JSON text; raises msgspec.DecodeError where it holds something else."""
        return msgspec.json.decode(text, type=cls)
