"""What goes into learning and what comes out of predicting."""

from attrs import frozen


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
