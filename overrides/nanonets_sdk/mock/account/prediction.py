"""Turns what a model found on a page into the boxes of a reply."""

from collections.abc import Iterable, Iterator
from typing import Final

from nanonets_sdk.mock.learning import Guess
from nanonets_sdk.mock.learning.objects import FoundObject
from nanonets_sdk.mock.reading import Page, Table
from nanonets_sdk.mock.state.identities import Identities
from nanonets_sdk.mock.state.records import Box, Cell

# Tables and cells are read from lines and gaps on the page, without a probability that could serve as a score.
TABLE_SCORE: Final = 1.0
CELL_SCORE: Final = 0.9


def detected_boxes(found: Iterable[FoundObject], page: Page, identities: Identities) -> tuple[Box, ...]:
    """Return the objects that were found on a page."""
    return tuple(
        Box(
            box_id=identities.random_id(),
            label=one.label,
            xmin=round(one.part[0] * page.width),
            ymin=round(one.part[1] * page.height),
            xmax=round(one.part[2] * page.width),
            ymax=round(one.part[3] * page.height),
            score=one.score,
            text="",
            kind="object",
        )
        for one in found
    )


def predicted_boxes(guesses: Iterable[Guess], page: Page, identities: Identities) -> tuple[Box, ...]:
    """Return the guesses as fields, and the page's tables."""
    fields = [
        Box(
            box_id=identities.random_id(),
            label=guess.label,
            xmin=guess.xmin,
            ymin=guess.ymin,
            xmax=guess.xmax,
            ymax=guess.ymax,
            score=guess.score,
            text=guess.text,
        )
        for guess in guesses
    ]
    tables = [
        Box(
            box_id=identities.random_id(),
            label="table",
            xmin=table.xmin,
            ymin=table.ymin,
            xmax=table.xmax,
            ymax=table.ymax,
            score=TABLE_SCORE,
            text="table",
            kind="table",
            cells=tuple(_cells(table, identities)),
        )
        for table in page.tables
    ]
    return (*fields, *tables)


def _cells(table: Table, identities: Identities) -> Iterator[Cell]:
    # The service names cells by their column: a header row becomes the labels, and the rows below it count from 1.
    header_rows = 1 if table.header else 0
    for cell in table.cells:
        if cell.row > header_rows:
            yield Cell(
                cell_id=identities.random_id(),
                row=cell.row - header_rows,
                col=cell.col,
                row_span=cell.row_span,
                col_span=cell.col_span,
                label=table.header[cell.col - 1] if cell.col <= len(table.header) else "",
                xmin=cell.xmin,
                ymin=cell.ymin,
                xmax=cell.xmax,
                ymax=cell.ymax,
                score=CELL_SCORE,
                text=cell.text,
            )
