"""The pages that pictures are made of, as protocols, and how the image of a page lies to the page as shown.

`Document` and its parts satisfy the protocols; nothing here depends on them.
"""
# ruff: noqa: D102 - the docstring of each protocol explains its members

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol

from nanonets_sdk.layout.geometry import Box
from nanonets_sdk.layout.grid import Grid, GridCell

_QUARTER: Final = 90


class TextLike(Protocol):
    """A text at a place: a word, a field or a cell.

    Attributes:
        text: What was read.
        box: Its place in pixels of the page image.
    """

    @property
    def text(self) -> str: ...

    @property
    def box(self) -> Box | None: ...


class ScoredText(TextLike, Protocol):
    """A text with a score.

    Attributes:
        score: Score from 0 to 1.
    """

    @property
    def score(self) -> float | None: ...


class FieldLike(ScoredText, Protocol):
    """A field.

    Attributes:
        label: Its label.
        validation_message: The validation rule that failed.
    """

    @property
    def label(self) -> str: ...

    @property
    def validation_message(self) -> str: ...


class FieldsLike(Protocol):
    """The fields of a page; `all` returns them in reading order."""

    def all(self) -> Sequence[FieldLike]: ...


class CellLike(ScoredText, GridCell, Protocol):
    """A cell of a table."""


class TableLike(Protocol):
    """A table.

    Attributes:
        label: Its label.
        box: Its place in pixels of the page image.
        header: The header of each column.
        grid: Its cells and their places.
    """

    @property
    def label(self) -> str: ...

    @property
    def box(self) -> Box | None: ...

    @property
    def header(self) -> Sequence[str]: ...

    @property
    def grid(self) -> Grid[CellLike]: ...


class PageLike(Protocol):
    """A page: its image, and what was read from it.

    Attributes:
        number: Page number in the file, from 0.
        error: What went wrong with it.
        width: Width of the page image in pixels; 0 if unknown.
        height: Height of the page image in pixels; 0 if unknown.
        rotation: Degrees by which the service rotated the page.
        image_url: Signed URL of the page image; empty if there is none.
        words: All text of the page, if known.
        fields: Its fields.
        tables: Its tables.
    """

    @property
    def number(self) -> int: ...

    @property
    def error(self) -> str | None: ...

    @property
    def width(self) -> int: ...

    @property
    def height(self) -> int: ...

    @property
    def rotation(self) -> int: ...

    @property
    def image_url(self) -> str: ...

    @property
    def words(self) -> Sequence[TextLike]: ...

    @property
    def fields(self) -> FieldsLike: ...

    @property
    def tables(self) -> Sequence[TableLike]: ...


class DocumentLike(Protocol):
    """A document; `page` returns the page with a number, or raises LookupError.

    Attributes:
        pages: Its pages, in order.
        file_name: Name of the file.
        request_file_id: The service's id for the file.
        error: What went wrong with it.
        is_moderated: Whether a person approved it.
    """

    @property
    def pages(self) -> Sequence[PageLike]: ...

    @property
    def file_name(self) -> str: ...

    @property
    def request_file_id(self) -> str: ...

    @property
    def error(self) -> str | None: ...

    @property
    def is_moderated(self) -> bool: ...

    def page(self, number: int) -> PageLike: ...


def turn_of(page: PageLike, width: float, height: float) -> int:
    """Return the counterclockwise rotation, in degrees, that makes a page as shown fit its coordinates.

    Args:
        page: The page, with the size that its coordinates refer to.
        width: Width of the page as shown, in any unit.
        height: Height of the page as shown, in the same unit.
    """
    # The shape decides, because it is evidence: coordinates refer to an image of the page's size. Whether that is the
    # size before or after the service's rotation is not documented, so `rotation` only settles the direction.
    if page.width <= 0 or page.height <= 0 or page.width == page.height:
        return 0
    if (page.width < page.height) == (width < height) or width == height:
        return 0
    return page.rotation if page.rotation % 180 == _QUARTER else _QUARTER
