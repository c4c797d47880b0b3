"""Grids: where the cells of a table stand, whatever a reply says about rows and columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Final

from attrs import frozen

from nanonets_sdk.documents.cell import Cell

_WIDEST_GAP: Final = 1000
_PLACES: Final = 1_000_000
"""Places of a grid that are worth their memory whatever is in them; more only with cells to fill them."""
_PLACES_PER_CELL: Final = 8


@frozen
class Grid:
    """Rows and columns of a table, counted from 0.

    A grid never takes more memory than the cells are worth: gaps that are too wide to be true are closed, and where
    that is not enough, as with 10,000 cells on a diagonal, the last columns are run together.

    Attributes:
        cells: In the order of the reply.
    """

    cells: tuple[Cell, ...]

    @cached_property
    def lines(self) -> dict[int, int]:
        """The place of each row number of the reply."""
        return _places(cell.row for cell in self.cells)

    @cached_property
    def columns(self) -> dict[int, int]:
        """The place of each column number of the reply."""
        places = _places(cell.col for cell in self.cells)
        room = max(_PLACES, _PLACES_PER_CELL * len(self.cells)) // max(self.height, 1)
        return {number: min(place, max(room, 1) - 1) for number, place in places.items()}

    @cached_property
    def height(self) -> int:
        """The number of rows."""
        return max(self.lines.values(), default=-1) + 1

    @cached_property
    def width(self) -> int:
        """The number of columns."""
        return max(self.columns.values(), default=-1) + 1

    def place(self, cell: Cell) -> tuple[int, int]:
        """The row and column in which a cell begins."""
        return self.lines[cell.row], self.columns[cell.col]

    @cached_property
    def texts(self) -> tuple[tuple[str, ...], ...]:
        """The texts, each where its cell begins; cells at one place are run together with a blank."""
        found: dict[tuple[int, int], list[str]] = {}
        for cell in self.cells:
            found.setdefault(self.place(cell), []).append(cell.text)
        rows = [[""] * self.width for _ in range(self.height)]
        for (line, column), texts in found.items():
            rows[line][column] = " ".join(filter(None, texts)).strip()
        return tuple(map(tuple, rows))

    @cached_property
    def covered(self) -> dict[tuple[int, int], Cell]:
        """The cell at each place that any cell covers; at its own place a cell comes before a span over it.

        Spans end at the edge of the grid. Spans that together claim several times the grid contradict each other; of
        those the ones beyond that are taken for single cells.
        """
        taken: dict[tuple[int, int], Cell] = {}
        for cell in self.cells:
            taken.setdefault(self.place(cell), cell)
        claims = _PLACES_PER_CELL * max(self.height * self.width, 1)
        for cell in self.cells:
            rows, columns = self._extent(cell)
            claims -= len(rows) * len(columns)
            if claims < 0:
                break
            for place in _product(rows, columns):
                taken.setdefault(place, cell)
        return taken

    def _extent(self, cell: Cell) -> tuple[range, range]:
        line, column = self.place(cell)
        return _span(line, cell.row_span, self.height), _span(column, cell.col_span, self.width)


def _span(start: int, length: int, end: int) -> range:
    return range(start, min(start + max(length, 1), end))


def _product(rows: Sequence[int], columns: Sequence[int]) -> Iterator[tuple[int, int]]:
    return ((row, column) for row in rows for column in columns)


def _places(numbers: Iterable[int]) -> dict[int, int]:
    """The position from 0 of each row or column number.

    The service counts from 1; 0 was seen, and then counting begins there. A gap keeps its place, unless a number is so
    far off that it can only be wrong: then gaps are closed, rather than filling memory with nothing.
    """
    known = sorted(set(numbers))
    if known and known[-1] - min(1, known[0]) > _WIDEST_GAP + 2 * len(known):
        return {number: position for position, number in enumerate(known)}
    first = min([1, *known[:1]])
    return {number: number - first for number in known}
