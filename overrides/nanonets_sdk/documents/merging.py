"""Merges tables that continue over pages."""

# The last table of a page continues in the first table of the next page if both have the same label and width, and
# their headers do not contradict each other:
#
#     page 1                    page 2                     merged
#     ┌──────┬───────┐          ┌──────┬───────┐           ┌──────┬───────┐
#     │ Item │ Price │ header   │ Item │ Price │ dropped   │ Item │ Price │ header
#     ├──────┼───────┤          ├──────┼───────┤           ├──────┼───────┤
#     │ Pump │ 12.50 │          │ Hose │  3.20 │           │ Pump │ 12.50 │ row 1
#     └──────┴───────┘          └──────┴───────┘           │ Hose │  3.20 │ row 2
#                                                          └──────┴───────┘
#
# The first row of a later part is dropped only if it repeats the header and holds no amount and no date: the same
# line of goods may well be on two pages.

from __future__ import annotations

from collections.abc import Iterable, Sequence

import attrs

from nanonets_sdk.documents.cell import Cell
from nanonets_sdk.documents.comparison import normalised
from nanonets_sdk.documents.page import Page
from nanonets_sdk.documents.table import Table, TableList, is_wordy
from nanonets_sdk.layout.reading_order import in_reading_order


def merged_tables(pages: Iterable[Page]) -> TableList:
    """Merge the tables that continue over pages; see `Document.merged_tables`."""
    chains: list[list[Table]] = []
    last: Page | None = None
    for page in pages:
        tables = in_reading_order(page.tables, lambda table: table.box)
        follows = last is not None and last.number + 1 == page.number and bool(last.tables)
        if follows and tables and _continues(chains[-1][0], tables[0]):
            chains[-1].append(tables.pop(0))
        chains.extend([table] for table in tables)
        last = page
    return TableList(_merged(chain) for chain in chains)


def _continues(first: Table, table: Table) -> bool:
    same_kind = (first.label or "table") == (table.label or "table")
    if not same_kind or first.grid.width != table.grid.width or not table.grid.width:
        return False
    if first.header and table.header:
        return _same(first.header, table.header)
    return not table.first_row_looks_like_header or _repeats_header(first, table)


def _repeats_header(first: Table, table: Table) -> bool:
    if not table.rows:
        return False
    row = table.rows[0]
    if first.header and _same(row, first.header):
        return True
    return bool(first.rows) and _same(row, first.rows[0]) and any(row) and is_wordy(row)


def _merged(chain: Sequence[Table]) -> Table:
    first = chain[0]
    if len(chain) == 1:
        return first
    cells: list[Cell] = []
    below = 0
    header = next((part.header for part in chain if part.header), ())
    for part in chain:
        dropped = 1 if part is not first and _repeats_header(first, part) else 0
        for cell in part.cells:
            line, column = part.grid.place(cell)
            if line >= dropped:
                label = cell.label or (header[column] if header else "")
                row = line + below - dropped + 1
                cells.append(attrs.evolve(cell, row=row, col=column + 1, label=label))
        below += part.grid.height - dropped
    worst = min((part.score for part in chain if part.score is not None), default=None)
    return attrs.evolve(first, cells=tuple(cells), score=worst, box=None, parts=tuple(chain), source=None)


def _same(left: Sequence[str], right: Sequence[str]) -> bool:
    return [*map(normalised, left)] == [*map(normalised, right)]
