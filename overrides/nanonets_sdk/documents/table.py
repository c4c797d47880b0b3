"""Tables: cells, placed by row and column."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import attrs
from attrs import frozen

from nanonets_sdk.documents.cell import Cell, cell_of
from nanonets_sdk.formats.amounts import parse_date, parse_decimal
from nanonets_sdk.formats.names import unique_names
from nanonets_sdk.layout.geometry import Box
from nanonets_sdk.layout.grid import Grid
from nanonets_sdk.replies.source import Source

if TYPE_CHECKING:
    from os import PathLike

    import pandas as pd
    import polars as pl
    import pyarrow as pa

    from nanonets_api.replies import BoxReply

_ROWS_LOOKED_AT: Final = 20


@frozen
class Table:
    """A table on one page, or on several where it was merged.

    Attributes:
        label: `table`, or what the model calls it; empty in older replies.
        cells: The cells in the order of the reply, which may leave some out.
        score: Confidence from 0 to 1; None where the reply has none.
        box: Where it stands, in pixels of the page image; None where the service gives no location.
        page: Number of the page in its file, from 0; of the first one where it was merged.
        id: The service's id of it; empty in older replies.
        parts: The tables that it was merged from, page by page; empty for a table as the service gave it.
    """

    label: str
    cells: tuple[Cell, ...] = attrs.field(repr=False)
    score: float | None = None
    box: Box | None = None
    page: int = 0
    id: str = ""
    parts: tuple[Table, ...] = attrs.field(default=(), repr=False)
    _source: Source | None = attrs.field(alias="source", default=None, eq=False, repr=False, kw_only=True)

    @property
    def raw(self) -> Any:
        """The table as it stands in the reply, unknown members included; None for one that came from no reply."""
        return self._source.value if self._source else None

    @cached_property
    def grid(self) -> Grid:
        """Where each cell stands."""
        return Grid(self.cells)

    @property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        """The texts as a grid, every row as long as the widest; `""` where there is no cell.

        A cell stands where its row and column say, at the top left of what it spans, whatever its place in the reply.
        Rows that no cell begins in are left empty, so that a gap stays a gap.
        """
        return self.grid.texts

    @cached_property
    def filled_rows(self) -> tuple[tuple[str, ...], ...]:
        """Like `rows`, with the text of a cell at every place that it spans."""
        covered, texts = self.grid.covered, self.grid.texts
        return tuple(
            tuple(texts[line][column] or _text(covered.get((line, column))) for column in range(self.grid.width))
            for line in range(self.grid.height)
        )

    @cached_property
    def gaps(self) -> tuple[tuple[int, int], ...]:
        """The places of `rows` that no cell covers, as row and column from 0."""
        covered = self.grid.covered
        places = ((line, column) for line in range(self.grid.height) for column in range(self.grid.width))
        return tuple(place for place in places if place not in covered)

    def cell(self, row: int, column: int) -> Cell | None:
        """The cell at a place of `rows`.

        Args:
            row: From 0.
            column: From 0.

        Returns:
            The cell that begins there, else one that spans the place, else None.
        """
        return self.grid.covered.get((row, column))

    @cached_property
    def header(self) -> tuple[str, ...]:
        """The header of each column of `rows`, `""` where a column has none; empty when no column has one."""
        labels = {self.grid.columns[cell.col]: cell.label for cell in reversed(self.cells) if cell.label}
        return tuple(labels.get(column, "") for column in range(self.grid.width)) if labels else ()

    @cached_property
    def column_names(self) -> tuple[str, ...]:
        """A name for each column of `rows`, none twice: its header, or `column 3` where it has none."""
        header = self.header or ("",) * self.grid.width
        return unique_names(label.strip() or f"column {number}" for number, label in enumerate(header, 1))

    @cached_property
    def first_row_looks_like_header(self) -> bool:
        """Whether the first row reads like headers over the rest.

        So it does when no column has a header yet, each column has a text there, all different, none of them an
        amount or a date, and something below is.
        """
        rows = self.rows
        if self.header or len(rows) < 2 or not rows[0]:  # noqa: PLR2004 - a header and what it stands over
            return False
        first = rows[0]
        below = (text for row in islice(rows, 1, 1 + _ROWS_LOOKED_AT) for text in row)
        return all(first) and is_wordy(first) and len(set(first)) == len(first) and not is_wordy(below)

    def with_first_row_as_header(self) -> Table:
        """The table with the texts of its first row as headers of the columns, and without that row."""
        if not self.grid.height:
            return self
        header = self.filled_rows[0]
        moved = [
            attrs.evolve(cell, row=self.grid.lines[cell.row], label=header[self.grid.columns[cell.col]])
            for cell in self.cells
            if self.grid.lines[cell.row]
        ]
        return attrs.evolve(self, cells=tuple(moved))

    def to_records(self) -> list[dict[str, str]]:
        """The rows, a record each, by column name.

        Returns:
            A dict for each of `rows`, its keys `column_names`.
        """
        return [dict(zip(self.column_names, row, strict=True)) for row in self.rows]

    def to_csv(self, path: str | PathLike[str], *, neutralise: bool = True) -> None:
        """Write header and rows as CSV in UTF-8.

        Args:
            path: The file to write; one that is there is replaced, all at once.
            neutralise: Put `'` before texts that a spreadsheet would take for a formula; numbers stay as they are.

        Raises:
            OSError: The file cannot be written.
        """
        from nanonets_sdk.exports import write_table_csv

        write_table_csv(self, path, neutralise=neutralise)

    def to_markdown(self) -> str:
        """The table as Markdown."""
        from nanonets_sdk.exports import table_markdown

        return table_markdown(self)

    def to_arrow(self) -> pa.Table:
        """The rows as an Arrow table of texts. Needs the extra `arrow`.

        Raises:
            MissingExtra: pyarrow is not installed.
        """
        from nanonets_sdk.exports import table_to_arrow

        return table_to_arrow(self)

    def to_pandas(self) -> pd.DataFrame:
        """The rows as a pandas data frame of texts. Needs the extra `pandas`.

        Raises:
            MissingExtra: pandas or pyarrow is not installed.
        """
        from nanonets_sdk.exports import arrow_to_pandas, table_to_arrow

        return arrow_to_pandas(table_to_arrow(self))

    def to_polars(self) -> pl.DataFrame:
        """The rows as a polars data frame of texts. Needs the extra `polars`.

        Raises:
            MissingExtra: polars or pyarrow is not installed.
        """
        from nanonets_sdk.exports import arrow_to_polars, table_to_arrow

        return arrow_to_polars(table_to_arrow(self))

    def _repr_html_(self) -> str:
        from nanonets_sdk.formats.html import table_html

        return table_html(self)


@frozen
class BoxTables:
    """The tables among boxes of a reply, made each time that they are asked for."""

    replies: tuple[BoxReply, ...]
    page: int
    source: Source

    def __iter__(self) -> Iterator[Table]:
        """The tables, in the order of the reply."""
        for index, reply in enumerate(self.replies):
            if is_table(reply):
                yield table_of(reply, self.page, self.source / index)


def is_table(reply: BoxReply) -> bool:
    """Whether a box is a table; older replies have no type, and then only tables have cells."""
    return reply.type == "table" or (not reply.type and bool(reply.cells))


def table_of(reply: BoxReply, page: int, source: Source | None) -> Table:
    """The table that a box of a reply is."""
    return Table(
        label=reply.label or "",
        cells=tuple(cell_of(cell, page) for cell in reply.cells or ()),
        score=reply.score,
        box=Box.located(reply.xmin, reply.ymin, reply.xmax, reply.ymax),
        page=page,
        id=reply.id or "",
        source=source,
    )


def is_wordy(texts: Iterable[str]) -> bool:
    """Whether none of the texts is an amount or a date."""
    return not any(_is_value(text) for text in texts)


def _is_value(text: str) -> bool:
    has_digit = any(character.isdigit() for character in text)
    return has_digit and (parse_decimal(text) is not None or parse_date(text) is not None)


def _text(cell: Cell | None) -> str:
    return cell.text if cell else ""
