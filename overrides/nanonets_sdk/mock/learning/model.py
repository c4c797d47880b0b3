"""A model as data: the annotations it learns from, the rules it knows, and the guesses it makes."""

from typing import Literal, Self

import msgspec
from attrs import frozen

from nanonets_sdk._decoding import decoder

Side = Literal["right", "below"]
Shape = Literal["date", "money", "identifier", "text"]


@frozen
class Annotation:
    """A value on a training page: its label, its text and its box in pixels."""

    label: str
    text: str
    xmin: int
    ymin: int
    xmax: int
    ymax: int


@frozen
class Guess:
    """A value found on a page; `score` is 0 to 1."""

    label: str
    text: str
    xmin: int
    ymin: int
    xmax: int
    ymax: int
    score: float


@frozen
class Anchor:
    """A text beside which the value is expected."""

    words: tuple[str, ...]
    """In plain form: lower case, no punctuation at the ends."""
    side: Side
    """The side of the anchor on which the value is."""
    weight: float
    """0 to 1: how far this anchor can be trusted."""


@frozen
class Zone:
    """The area of the annotated values, in fractions of the page's width and height."""

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
    """Decides between equally good anchors, or alone if there are no anchors."""
    lines: int
    """The most lines that a value has."""
    lowest: bool
    """Whether to prefer the lowest of equally good places, as for totals."""


@frozen
class Rules:
    """The rules for a model's labels."""

    labels: tuple[LabelRule, ...]

    def to_json(self) -> str:
        """Return the rules as JSON text."""
        return msgspec.json.encode(self).decode()

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return the rules in a JSON text; raise msgspec.DecodeError if it holds something else."""
        return decoder(cls).decode(text)
