"""What a class is filled from: labelled text and tables of text, without the document around them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from attrs import frozen

from nanonets_sdk.layout.geometry import Box


@frozen
class Found:
    """A text under a label, or in a cell below a header.

    Attributes:
        label: The label or header.
        text: What was read.
        score: Score from 0 to 1; None if the reply has none.
        box: Its place in pixels of the page image; None without a location.
        page: Page number, from 0.
        is_checked: Whether a person checked it.
    """

    label: str
    text: str
    score: float | None
    box: Box | None
    page: int
    is_checked: bool = False


@frozen
class FoundTable:
    """A table, merged over pages where it continues.

    Attributes:
        label: Its label.
        header: The header of each column; `""` for a column without one.
        rows: The cells of each row, one for each column; None in a gap.
        first_page: The page it begins on, from 0.
        last_page: The page it ends on, from 0.
        opens_page: Whether no table is above it on its first page.
        closes_page: Whether no table is below it on its last page.
    """

    label: str
    header: tuple[str, ...]
    rows: tuple[tuple[Found | None, ...], ...]
    first_page: int
    last_page: int
    opens_page: bool = True
    closes_page: bool = True


@frozen
class Contents:
    """What was read from a file.

    Attributes:
        fields: The labelled texts, in reading order.
        tables: Returns the tables, in reading order; not called for a class that needs none.
        failures: The pages that are missing and why; None instead of a page for the whole file.
    """

    fields: Sequence[Found]
    tables: Callable[[], Sequence[FoundTable]] = tuple
    failures: Sequence[tuple[int | None, str]] = ()
