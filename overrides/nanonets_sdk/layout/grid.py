"""Grids: the place of each cell of a table, whatever a reply says about rows and columns."""

# Cells say where they are by number. A reply may start counting at 1 or 0, leave cells out, list them in any order,
# let them span others, and put two at one place. The grid places each at (row - first, col - first):
#
#     cells of the reply                    texts                       covered
#     row 1, col 1  "Item"                  ┌──────┬───────┬─────┐      ┌──────┬──────────────┐
#     row 1, col 2  "Price", col_span 2     │ Item │ Price │     │      │ Item │ Price        │
#     row 3, col 3  "12.00"                 ├──────┼───────┼─────┤      ├──────┼───────┬──────┤
#                                           │      │       │     │      │      │       │      │
#     row 2 has no cells: the gap stays,    ├──────┼───────┼─────┤      ├──────┼───────┼──────┤
#     and so does every column              │      │       │12.00│      │      │       │12.00 │
#                                           └──────┴───────┴─────┘      └──────┴───────┴──────┘
#
# Replies are not trusted with memory. Three limits keep a grid in proportion to its cells: gaps beyond a thousand are
# closed, the last columns run together beyond a million places, and spans beyond eight times the grid are ignored.

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Final, Generic, Protocol, TypeVar

from attrs import frozen

_WIDEST_GAP: Final = 1000
_PLACES: Final = 1_000_000
"""Places that any grid may have; more are allowed in proportion to its cells."""
_PLACES_PER_CELL: Final = 8


class GridCell(Protocol):
    """A cell that knows its place."""

    @property
    def row(self) -> int:
        """Row number in the reply."""
        ...

    @property
    def col(self) -> int:
        """Column number in the reply."""
        ...

    @property
    def row_span(self) -> int:
        """Number of rows it covers."""
        ...

    @property
    def col_span(self) -> int:
        """Number of columns it covers."""
        ...

    @property
    def text(self) -> str:
        """What was read."""
        ...


C_co = TypeVar("C_co", bound=GridCell, covariant=True)


@frozen
class Places:
    """The places of cells, from nothing but their numbers.

    Attributes:
        rows: The row number of each cell in the reply.
        cols: The column number of each cell in the reply.
    """

    rows: Sequence[int]
    cols: Sequence[int]

    @cached_property
    def lines(self) -> dict[int, int]:
        """The place of each row number."""
        return _places(self.rows)

    @cached_property
    def columns(self) -> dict[int, int]:
        """The place of each column number."""
        places = _places(self.cols)
        room = max(_PLACES, _PLACES_PER_CELL * len(self.cols)) // max(self.height, 1)
        return {number: min(place, max(room, 1) - 1) for number, place in places.items()}

    @cached_property
    def height(self) -> int:
        """The number of rows."""
        return max(self.lines.values(), default=-1) + 1

    @cached_property
    def width(self) -> int:
        """The number of columns."""
        return max(self.columns.values(), default=-1) + 1

    def texts(self, texts: Iterable[str]) -> tuple[tuple[str, ...], ...]:
        """Return the text of each place where a cell begins; those of one place are joined with a space."""
        rows = [[""] * self.width for _ in range(self.height)]
        lines, columns = self.lines, self.columns
        for line, col, text in zip(self.rows, self.cols, texts, strict=True):
            if text:
                row, column = rows[lines[line]], columns[col]
                row[column] = f"{row[column]} {text}" if row[column] else text
        return tuple(tuple(map(str.strip, row)) for row in rows)


@frozen
class Grid(Generic[C_co]):
    """Rows and columns of a table, counted from 0.

    Attributes:
        cells: The cells in the order of the reply.
    """

    cells: tuple[C_co, ...]

    @cached_property
    def _numbers(self) -> Places:
        return Places([cell.row for cell in self.cells], [cell.col for cell in self.cells])

    @property
    def lines(self) -> dict[int, int]:
        """The place of each row number of the reply."""
        return self._numbers.lines

    @property
    def columns(self) -> dict[int, int]:
        """The place of each column number of the reply."""
        return self._numbers.columns

    @property
    def height(self) -> int:
        """The number of rows."""
        return self._numbers.height

    @property
    def width(self) -> int:
        """The number of columns."""
        return self._numbers.width

    def place(self, cell: GridCell) -> tuple[int, int]:
        """Return the row and column where a cell begins."""
        return self.lines[cell.row], self.columns[cell.col]

    @cached_property
    def texts(self) -> tuple[tuple[str, ...], ...]:
        """The text of each place where a cell begins; cells at the same place are joined with a space."""
        return self._numbers.texts(cell.text for cell in self.cells)

    @cached_property
    def covered(self) -> dict[tuple[int, int], C_co]:
        """The cell at each covered place. Where a cell begins, it takes precedence over spans of others.

        Spans end at the edge of the grid. Spans that claim several times the grid between them contradict each other;
        from there on, cells count as single.
        """
        taken: dict[tuple[int, int], C_co] = {}
        for cell in self.cells:
            taken.setdefault(self.place(cell), cell)
        claims = _PLACES_PER_CELL * max(self.height * self.width, 1)
        for cell in self.cells:
            line, column = self.place(cell)
            # A span of 0 or less occurs in replies and means 1.
            rows = range(line, min(line + max(cell.row_span, 1), self.height))
            columns = range(column, min(column + max(cell.col_span, 1), self.width))
            claims -= len(rows) * len(columns)
            if claims < 0:
                break
            for place in ((row, column) for row in rows for column in columns):
                taken.setdefault(place, cell)
        return taken


def _places(numbers: Iterable[int]) -> dict[int, int]:
    """Return the position from 0 of each row or column number."""
    known = sorted(set(numbers))
    # A number this far off can only be wrong: close the gaps instead of filling memory with empty places.
    if known and known[-1] - min(1, known[0]) > _WIDEST_GAP + 2 * len(known):
        return {number: position for position, number in enumerate(known)}
    # The service counts from 1, but 0 was seen too; then counting begins there.
    first = min([1, *known[:1]])
    return {number: number - first for number in known}
