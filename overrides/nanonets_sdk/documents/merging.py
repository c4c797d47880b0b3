"""Tables that go on over pages, put together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import attrs

from nanonets_sdk.documents.cell import Cell
from nanonets_sdk.documents.comparison import normalised
from nanonets_sdk.documents.page import Page
from nanonets_sdk.documents.table import Table, is_wordy
from nanonets_sdk.layout.reading_order import in_reading_order


def merged_tables(pages: Iterable[Page]) -> tuple[Table, ...]:
    """The tables of a document, each that goes on over pages as one; see `Document.merged_tables`."""
    chains: list[list[Table]] = []
    last: Page | None = None
    for page in pages:
        tables = in_reading_order(page.tables, lambda table: table.box)
        follows = last is not None and last.number + 1 == page.number and bool(last.tables)
        if follows and tables and _goes_on(chains[-1], tables[0]):
            chains[-1].append(tables.pop(0))
        chains.extend([table] for table in tables)
        last = page
    return tuple(_merged(chain) for chain in chains)


def _goes_on(chain: Sequence[Table], table: Table) -> bool:
    first = chain[0]
    same_kind = (first.label or "table") == (table.label or "table")
    if not same_kind or first.grid.width != table.grid.width or not table.grid.width:
        return False
    if first.header and table.header:
        return _alike(first.header, table.header)
    return not table.first_row_looks_like_header or _repeats_header(first, table)


def _repeats_header(first: Table, table: Table) -> bool:
    """Whether the first row of a later part says again what the header of the first part says."""
    if not table.rows:
        return False
    row = table.rows[0]
    if first.header and _alike(row, first.header):
        return True
    return bool(first.rows) and _alike(row, first.rows[0]) and any(row) and is_wordy(row)


def _merged(chain: Sequence[Table]) -> Table:
    if len(chain) == 1:
        return chain[0]
    cells: list[Cell] = []
    below = 0
    header = next((part.header for part in chain if part.header), ())
    for part in chain:
        dropped = 1 if part is not chain[0] and _repeats_header(chain[0], part) else 0
        cells.extend(_moved(part, header, below - dropped, dropped))
        below += part.grid.height - dropped
    return attrs.evolve(chain[0], cells=tuple(cells), score=_worst(chain), box=None, parts=tuple(chain), source=None)


def _moved(part: Table, header: Sequence[str], below: int, dropped: int) -> Iterable[Cell]:
    """The cells of a part, from 1 on below the rows of the parts before."""
    grid = part.grid
    for cell in part.cells:
        line, column = grid.place(cell)
        if line >= dropped:
            label = cell.label or (header[column] if header else "")
            yield attrs.evolve(cell, row=line + below + 1, col=column + 1, label=label)


def _worst(parts: Iterable[Table]) -> float | None:
    return min((part.score for part in parts if part.score is not None), default=None)


def _alike(left: Sequence[str], right: Sequence[str]) -> bool:
    return [*map(normalised, left)] == [*map(normalised, right)]
