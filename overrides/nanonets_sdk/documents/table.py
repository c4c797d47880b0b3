"""Tables: cells, placed by row and column."""

from __future__ import annotations

import csv
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import attrs
from attrs import frozen

from nanonets_sdk.documents.geometry import Box
from nanonets_sdk.documents.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterable
    from os import PathLike

    from nanonets_sdk.replies import BoxReply, CellReply


_WIDEST_GAP: Final = 1000


@frozen
class Cell:
    """One cell of a table.

    Attributes:
        row: Row as the service numbers it, from 1; 0 in some replies.
        col: Column, likewise.
        text: What was read.
        row_span: Number of rows that it covers, 1 in general.
        col_span: Number of columns, likewise.
        label: Header of its column; empty where none was recognised.
        score: Confidence from 0 to 1; None where the reply has none.
        box: Where it stands, in pixels of the page image; None where the service gives no location.
        status: `success` or `failed` by the validation rules of the model; empty without rules.
        verification_status: `correctly_predicted` or `moderated`; empty in older replies.
        failed_validation: The rule that failed; empty when none did.
        id: The service's id of it; empty in older replies.
    """

    row: int
    col: int
    text: str
    row_span: int = 1
    col_span: int = 1
    label: str = ""
    score: float | None = None
    box: Box | None = None
    status: str = ""
    verification_status: str = ""
    failed_validation: str = ""
    id: str = ""


@frozen
class Table:
    """A table on one page.

    Attributes:
        label: `table`, or what the model calls it; empty in older replies.
        cells: The cells in the order of the reply, which may leave some out.
        score: Confidence from 0 to 1; None where the reply has none.
        box: Where it stands, in pixels of the page image; None where the service gives no location.
        page: Number of the page in its file, from 0.
        id: The service's id of it; empty in older replies.
    """

    label: str
    cells: tuple[Cell, ...] = attrs.field(repr=False)
    score: float | None = None
    box: Box | None = None
    page: int = 0
    id: str = ""
    _source: Source | None = attrs.field(alias="source", default=None, eq=False, repr=False, kw_only=True)

    @property
    def raw(self) -> Any:
        """The table as it stands in the reply, unknown members included; None for one that came from no reply."""
        return self._source.value if self._source else None

    @cached_property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        """The texts as a grid, every row as long as the widest; `""` where there is no cell.

        A cell stands where its row and column say, at the top left of what it spans, whatever its place in the reply.
        Rows that no cell begins in are left empty, so that a gap stays a gap.
        """
        lines, columns = _places(cell.row for cell in self.cells), _places(cell.col for cell in self.cells)
        grid = [[""] * (max(columns.values(), default=-1) + 1) for _ in range(max(lines.values(), default=-1) + 1)]
        for cell in self.cells:
            line, column = grid[lines[cell.row]], columns[cell.col]
            line[column] = f"{line[column]} {cell.text}".strip()
        return tuple(tuple(line) for line in grid)

    @cached_property
    def header(self) -> tuple[str, ...]:
        """The header of each column of `rows`, `""` where a column has none; empty when no column has one."""
        if not any(cell.label for cell in self.cells):
            return ()
        columns = _places(cell.col for cell in self.cells)
        labels = {columns[cell.col]: cell.label for cell in reversed(self.cells) if cell.label}
        return tuple(labels.get(column, "") for column in range(max(columns.values()) + 1))

    def to_csv(self, path: str | PathLike[str]) -> None:
        """Write header and rows as CSV in UTF-8.

        Args:
            path: The file to write; one that is there is replaced.

        Raises:
            OSError: The file cannot be written.
        """
        with Path(path).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(self._lines())

    def _lines(self) -> Iterable[tuple[str, ...]]:
        return (self.header, *self.rows) if self.header else self.rows


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


def table_of(reply: BoxReply, page: int, source: Source | None) -> Table:
    """The table that a box of a reply is."""
    return Table(
        label=reply.label or "",
        cells=tuple(_cell_of(cell) for cell in reply.cells or ()),
        score=reply.score,
        box=Box.located(reply.xmin, reply.ymin, reply.xmax, reply.ymax),
        page=page,
        id=reply.id or "",
        source=source,
    )


def _cell_of(reply: CellReply) -> Cell:
    return Cell(
        row=reply.row or 0,
        col=reply.col or 0,
        text=reply.text or "",
        row_span=reply.row_span or 1,
        col_span=reply.col_span or 1,
        label=reply.label or "",
        score=reply.score,
        box=Box.located(reply.xmin, reply.ymin, reply.xmax, reply.ymax),
        status=reply.status or "",
        verification_status=reply.verification_status or "",
        failed_validation=reply.failed_validation or "",
        id=reply.id or "",
    )
