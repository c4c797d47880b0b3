"""The contents of a file: pages, words and tables, all in pixels of the page's image."""

from typing import Literal

from attrs import frozen

Kind = Literal["pdf", "png", "jpeg"]


class UnreadableFile(Exception):
    """The file is not a PDF, PNG or JPEG that can be read; `reason` is a sentence for the person who sent it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@frozen
class Word:
    """A word and its box; the origin is the top left corner of the page's image, 1 pixel is 1 PDF point."""

    text: str
    xmin: int
    ymin: int
    xmax: int
    ymax: int

    @property
    def center_x(self) -> float:
        """Halfway between left and right."""
        return (self.xmin + self.xmax) / 2

    @property
    def center_y(self) -> float:
        """Halfway between top and bottom."""
        return (self.ymin + self.ymax) / 2

    @property
    def height(self) -> int:
        """In pixels."""
        return self.ymax - self.ymin


@frozen
class Cell:
    """A cell of a table; `row` and `col` count from 1, and line breaks in `text` are spaces."""

    row: int
    col: int
    row_span: int
    col_span: int
    text: str
    xmin: int
    ymin: int
    xmax: int
    ymax: int


@frozen
class Table:
    """A table; `cells` includes the header row, if there is one, as row 1."""

    xmin: int
    ymin: int
    xmax: int
    ymax: int
    cells: tuple[Cell, ...]
    header: tuple[str, ...]
    """The column headers from left to right; () if none were found."""


@frozen
class Page:
    """A page as its image shows it, upright."""

    number: int
    """Counts from 0."""
    width: int
    height: int
    rotation: int
    """0, 90, 180 or 270: the clockwise rotation that the file asks for, already applied to all coordinates."""
    words: tuple[Word, ...]
    """In reading order."""
    tables: tuple[Table, ...]
    notice: str
    """The reason why the page has no words, or an empty string."""


@frozen
class Reading:
    """The result of reading a file."""

    kind: Kind
    sha256: str
    pages: tuple[Page, ...]
