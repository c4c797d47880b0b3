"""From what a model found on a page to the boxes that the service would answer with; pure but for the ids."""

from collections.abc import Iterable

from nanonets_sdk.mock.learning import Guess
from nanonets_sdk.mock.reading import Page, Table
from nanonets_sdk.mock.state.identities import Identities
from nanonets_sdk.mock.state.records import Box, Cell

TABLE_SCORE = 1.0
CELL_SCORE = 0.9


def predicted_boxes(guesses: Iterable[Guess], page: Page, identities: Identities) -> tuple[Box, ...]:
    """Return the guesses as fields, and the page's tables."""
    fields = [_field(guess, identities) for guess in guesses]
    return (*fields, *(_table(table, identities) for table in page.tables))


def _field(guess: Guess, identities: Identities) -> Box:
    return Box(
        box_id=identities.random_id(),
        label=guess.label,
        xmin=guess.xmin,
        ymin=guess.ymin,
        xmax=guess.xmax,
        ymax=guess.ymax,
        score=guess.score,
        text=guess.text,
    )


def _table(table: Table, identities: Identities) -> Box:
    return Box(
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


def _cells(table: Table, identities: Identities) -> Iterable[Cell]:
    """Yield the cells below the header row, which becomes their labels."""
    skipped = 1 if table.header else 0
    for cell in table.cells:
        if cell.row > skipped:
            yield Cell(
                cell_id=identities.random_id(),
                row=cell.row - skipped,
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
