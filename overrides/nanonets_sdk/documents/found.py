"""Tables as `binding` takes them: cells by row and column, under their headers."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from nanonets_sdk.binding.inputs import Found, FoundTable
from nanonets_sdk.documents.cell import Cell
from nanonets_sdk.layout.grid import Grid


class HasCells(Protocol):
    """A table."""

    @property
    def label(self) -> str:
        """Its label."""
        ...

    @property
    def page(self) -> int:
        """The page it begins on."""
        ...

    @property
    def parts(self) -> tuple[HasCells, ...]:
        """The tables it was merged from."""
        ...

    @property
    def header(self) -> tuple[str, ...]:
        """The header of each column."""
        ...

    @property
    def grid(self) -> Grid[Cell]:
        """The place of each cell."""
        ...


def last_page(table: HasCells) -> int:
    """Return the page that a table ends on."""
    return table.parts[-1].page if table.parts else table.page


def found_table(
    table: HasCells, checked: Collection[int] = (), *, opens_page: bool = True, closes_page: bool = True
) -> FoundTable:
    """Return a table as a class is filled from it.

    Args:
        table: The table.
        checked: The pages that a person checked.
        opens_page: Whether no table is above it on its first page.
        closes_page: Whether no table is below it on its last page.
    """
    grid = table.grid
    header = table.header or ("",) * grid.width

    def at(row: int, column: int) -> Found | None:
        cell = grid.covered.get((row, column))
        # A cell that spans rows holds for each of them. One that spans columns belongs to its first one.
        if cell is None or grid.place(cell)[1] != column:
            return None
        is_checked = cell.page in checked or cell.verification_status == "moderated"
        return Found(header[column], cell.text, cell.score, cell.box, cell.page, is_checked)

    rows = tuple(tuple(at(row, column) for column in range(grid.width)) for row in range(grid.height))
    return FoundTable(table.label, header, rows, table.page, last_page(table), opens_page, closes_page)
