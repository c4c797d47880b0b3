"""What a file says: its pages, their words and their tables, all in pixels of the page's image."""

from typing import Literal

from attrs import frozen

Kind = Literal["pdf", "png", "jpeg"]


@frozen
class Word:
    """One word and its box; the origin is the top left corner of the page's image, 1 pixel is 1 PDF point."""

    text: str
    xmin: int
    ymin: int
    xmax: int
    ymax: int


@frozen
class Cell:
    """One cell of a table; `row` and `col` count from 1, line breaks in `text` are spaces."""

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
    """A table; its header row, where it has one, is in `cells` too, as row 1."""

    xmin: int
    ymin: int
    xmax: int
    ymax: int
    cells: tuple[Cell, ...]
    header: tuple[str, ...]
    """The column headers from left to right, () where none was found."""


@frozen
class Page:
    """One page as its image shows it, upright."""

    number: int
    """Counts from 0."""
    width: int
    height: int
    rotation: int
    """0, 90, 180 or 270: how far the file asks to turn the page clockwise; the coordinates have it applied."""
    words: tuple[Word, ...]
    """In reading order."""
    tables: tuple[Table, ...]
    notice: str
    """Empty, or why the page has no words."""


@frozen
class Reading:
    """A file that was read."""

    kind: Kind
    sha256: str
    pages: tuple[Page, ...]
