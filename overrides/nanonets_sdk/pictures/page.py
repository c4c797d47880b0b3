"""The pages that pictures are made of, as protocols, and how the image of a page lies to the page as shown.

`Document` and its parts satisfy the protocols; nothing here depends on them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol

from nanonets_sdk.layout.geometry import Box
from nanonets_sdk.layout.grid import Grid, GridCell

_QUARTER: Final = 90


class TextLike(Protocol):
    """A text at a place: a word, a field or a cell."""

    @property
    def text(self) -> str:
        """What was read."""

    @property
    def box(self) -> Box | None:
        """Its place in pixels of the page image."""


class ScoredText(TextLike, Protocol):
    """A text with a confidence."""

    @property
    def score(self) -> float | None:
        """Confidence from 0 to 1."""


class FieldLike(ScoredText, Protocol):
    """A field."""

    @property
    def label(self) -> str:
        """Its label."""

    @property
    def validation_message(self) -> str:
        """The validation rule that failed."""


class FieldsLike(Protocol):
    """The fields of a page."""

    def all(self) -> Sequence[FieldLike]:
        """Return all of them, in reading order."""
        ...


class CellLike(ScoredText, GridCell, Protocol):
    """A cell of a table."""


class TableLike(Protocol):
    """A table."""

    @property
    def label(self) -> str:
        """Its label."""

    @property
    def box(self) -> Box | None:
        """Its place in pixels of the page image."""

    @property
    def header(self) -> Sequence[str]:
        """The header of each column."""

    @property
    def grid(self) -> Grid[CellLike]:
        """Its cells and their places."""


class PageLike(Protocol):
    """A page: its image, and what was read from it."""

    @property
    def number(self) -> int:
        """Page number in the file, from 0."""

    @property
    def error(self) -> str | None:
        """What went wrong with it."""

    @property
    def width(self) -> int:
        """Width of the page image in pixels; 0 if unknown."""

    @property
    def height(self) -> int:
        """Height of the page image in pixels; 0 if unknown."""

    @property
    def rotation(self) -> int:
        """Degrees by which the service rotated the page."""

    @property
    def image_url(self) -> str:
        """Signed URL of the page image; empty if there is none."""

    @property
    def words(self) -> Sequence[TextLike]:
        """All text of the page, if known."""

    @property
    def fields(self) -> FieldsLike:
        """Its fields."""

    @property
    def tables(self) -> Sequence[TableLike]:
        """Its tables."""


class DocumentLike(Protocol):
    """A document."""

    @property
    def pages(self) -> Sequence[PageLike]:
        """Its pages, in order."""

    @property
    def file_name(self) -> str:
        """Name of the file."""

    @property
    def request_file_id(self) -> str:
        """The service's id for the file."""

    @property
    def error(self) -> str | None:
        """What went wrong with it."""

    @property
    def is_moderated(self) -> bool:
        """Whether a person approved it."""

    def page(self, number: int) -> PageLike:
        """Return the page with a number, or raise LookupError."""
        ...


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
