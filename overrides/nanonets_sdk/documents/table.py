"""Tables: cells, placed by row and column."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import islice
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, TypeVar

import attrs
from attrs import frozen

from nanonets_sdk.documents.cell import Cell, cell_of
from nanonets_sdk.extras import needed_for
from nanonets_sdk.formats.amounts import parse_decimal
from nanonets_sdk.formats.dates import parse_date
from nanonets_sdk.formats.html import table_html, tables_html
from nanonets_sdk.formats.markdown import table_text
from nanonets_sdk.formats.rows import Rows, Sheet, unique_names
from nanonets_sdk.formats.shown import counted, first_lines, number_repr, one_line
from nanonets_sdk.layout.geometry import Box
from nanonets_sdk.layout.grid import Grid, Places
from nanonets_sdk.replies.source import Source

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

    from nanonets_api.replies import BoxReply, CellReply
    from nanonets_sdk.binding.reading import Labels
    from nanonets_sdk.formats.amounts import DecimalMark
    from nanonets_sdk.formats.csv_files import Separator
    from nanonets_sdk.formats.targets import TextTarget

T = TypeVar("T")
_FIRST_ROWS: Final = 6
"""Lines of `str(table)`, header included."""
_LONGEST: Final = 40
_SAMPLE: Final = 20
"""Rows whose content tells whether the row above them is a header."""


class _Unbuilt:
    """A table of a reply until somebody looks at its cells.

    Only `cells` is missing then. Its slot is filled by the first look, so that comparing, copying and pickling see an
    ordinary attribute.
    """

    # Type checkers would take `__getattr__` for a sign that a table has any attribute.
    if TYPE_CHECKING:

        @property
        def _replies(self) -> tuple[CellReply, ...] | None: ...

    else:
        __slots__ = ("_replies",)

        def __getattr__(self, name: str) -> Any:
            if name == "_replies":
                return None
            replies = self._replies if name == "cells" else None
            if replies is not None:
                object.__setattr__(self, name, tuple(cell_of(reply, self.page) for reply in replies))
                # After the cells, so that another thread finds one or the other.
                object.__setattr__(self, "_replies", None)
            return object.__getattribute__(self, name)


@frozen
class Table(_Unbuilt):
    """A table on one page, or on several if it was merged.

    Attributes:
        label: `table`, or the model's name for it; empty in older replies.
        cells: The cells in the order of the reply, which may leave some out.
        score: Score from 0 to 1; None if the reply has none.
        box: Its place in pixels of the page image; None if the service gives no location.
        page: Page number in the file, from 0; that of the first page if it was merged.
        id: The service's id for the table; empty in older replies.
        parts: The tables it was merged from, page by page; empty for a table from a reply.
        status: `correctly_predicted` from the model, `moderated` from a person; empty in older replies.
        label_id: The service's id for the label; empty if the reply has none.
        validation_status: `failed` if a validation rule failed, or a person sent the page to review; else empty.
        validation_message: The validation rule of the model that failed; empty if none did.
        is_looked_up: Whether a lookup of the workflow changed the table.
        lookup_parent_ids: The ids of the boxes that the lookup started from.
    """

    label: str
    cells: tuple[Cell, ...] = attrs.field(repr=number_repr)
    score: float | None = None
    box: Box | None = None
    page: int = 0
    id: str = ""
    parts: tuple[Table, ...] = attrs.field(default=(), repr=False)
    status: str = attrs.field(default="", repr=False, kw_only=True)
    label_id: str = attrs.field(default="", repr=False, kw_only=True)
    validation_status: str = attrs.field(default="", repr=False, kw_only=True)
    validation_message: str = attrs.field(default="", repr=False, kw_only=True)
    is_looked_up: bool = attrs.field(default=False, repr=False, kw_only=True)
    lookup_parent_ids: tuple[str, ...] = attrs.field(default=(), repr=False, kw_only=True)
    _source: Source | None = attrs.field(alias="source", default=None, eq=False, repr=False, kw_only=True)

    @property
    def raw(self) -> Any:
        """The table as plain JSON values, unknown members included; None if it is not from a reply."""
        return self._source.value if self._source else None

    @property
    def grid(self) -> Grid[Cell]:
        """The place of each cell."""
        return self._grid

    @cached_property
    def _grid(self) -> Grid[Cell]:
        return Grid(self.cells)

    @property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        """The text of the cells as rows of equal length; `""` for a place without a cell.

        Each cell is placed by its row and column, at the top left of what it spans, whatever its position in the
        reply. Rows in which no cell begins are kept as empty rows.
        """
        return self._rows

    @cached_property
    def _rows(self) -> tuple[tuple[str, ...], ...]:
        replies = self._replies
        return self.grid.texts if replies is None else self._places.texts([reply.text or "" for reply in replies])

    @cached_property
    def _places(self) -> Places:
        replies = self._replies
        if replies is None:
            return Places([cell.row for cell in self.cells], [cell.col for cell in self.cells])
        return Places([reply.row or 0 for reply in replies], [reply.col or 0 for reply in replies])

    @cached_property
    def filled_rows(self) -> tuple[tuple[str, ...], ...]:
        """Like `rows`, with the text of a cell at every place it spans."""
        covered = self.grid.covered
        return tuple(
            tuple(
                text or (cell.text if (cell := covered.get((line, column))) else "") for column, text in enumerate(row)
            )
            for line, row in enumerate(self.grid.texts)
        )

    @cached_property
    def gaps(self) -> tuple[tuple[int, int], ...]:
        """The places of `rows` that no cell covers, as row and column from 0."""
        covered = self.grid.covered
        places = ((line, column) for line in range(self.grid.height) for column in range(self.grid.width))
        return tuple(place for place in places if place not in covered)

    def cell(self, row: int, column: int) -> Cell | None:
        """Return the cell at a place of `rows`.

        Args:
            row: From 0.
            column: From 0.

        Returns:
            The cell that begins there, else one that spans the place, else None.
        """
        return self.grid.covered.get((row, column))

    @property
    def header(self) -> tuple[str, ...]:
        """The header of each column of `rows`, `""` for a column without one; empty if no column has one.

        It is the label that most cells of the column have; of equally frequent ones, the topmost. A cell that has
        another label keeps it as `cell.label`.
        """
        return self._header

    @cached_property
    def _header(self) -> tuple[str, ...]:
        replies, columns = self._replies, self._places.columns
        cells = self.cells if replies is None else replies
        labelled = [(cell.row or 0, columns[cell.col or 0], cell.label) for cell in cells if cell.label]
        labelled.sort(key=itemgetter(0))
        most, labels = dict[int, int](), dict[int, str]()
        # Of equal counts, the label that was counted first stays.
        for (column, label), count in Counter(map(itemgetter(1, 2), labelled)).items():
            if count > most.get(column, 0):
                most[column], labels[column] = count, label
        return tuple(labels.get(column, "") for column in range(self._places.width)) if labels else ()

    @cached_property
    def column_names(self) -> tuple[str, ...]:
        """A unique name for each column of `rows`: its header, or `column 3` if it has none."""
        header = self.header or ("",) * self._places.width
        return unique_names(label.strip() or f"column {number}" for number, label in enumerate(header, 1))

    @cached_property
    def first_row_looks_like_header(self) -> bool:
        """Whether the first row looks like headers for the others.

        This is so if no column has a header yet, each column has a different text in the first row, none of these is
        an amount or a date, and some text below is.
        """
        rows = self.rows
        if self.header or len(rows) < 2 or not rows[0]:  # noqa: PLR2004 - a header and a row below it
            return False
        first = rows[0]
        below = (text for row in islice(rows, 1, 1 + _SAMPLE) for text in row)
        return all(first) and is_wordy(first) and len(set(first)) == len(first) and not is_wordy(below)

    def with_first_row_as_header(self) -> Table:
        """Return the table with its first row turned into the headers of its columns."""
        if not self.grid.height:
            return self
        header = self.filled_rows[0]
        moved = [
            attrs.evolve(cell, row=self.grid.lines[cell.row], label=header[self.grid.columns[cell.col]])
            for cell in self.cells
            if self.grid.lines[cell.row]
        ]
        return attrs.evolve(self, cells=tuple(moved))

    def read_as(
        self,
        kind: type[T],
        *,
        labels: Labels | None = None,
        min_score: float | None = None,
        dayfirst: bool | None = None,
        decimal_mark: DecimalMark | None = None,
    ) -> list[T]:
        """Return each row as an object of a class of your own, whose attributes are columns.

        Rows without text and rows that repeat the header are left out. If no column has a header, the first row may
        be it, as for `first_row_looks_like_header`.

        Args:
            kind: A class as for `Document.read_as`, whose attributes hold one value each.
            labels: Headers by attribute, for a class that you cannot annotate: `{"amount": ["Amount", "Sum"]}`.
            min_score: The score from 0 to 1 that each cell must have, as for `Document.read_as`.
            dayfirst: As for `Field.as_date`.
            decimal_mark: As for `Field.as_decimal`.

        Raises:
            ReadAsError: Some cells cannot be read, or there is no column for an attribute; `problems` names all.
            TypeError: The class, or the type of one of its attributes, cannot be read from a row.
            ValueError: An option is not among its values, or `labels` names an unknown attribute.
        """
        from nanonets_sdk.binding.reading import options_of, read_rows
        from nanonets_sdk.documents.found import found_table

        options = options_of(labels, min_score, dayfirst, decimal_mark)
        table = self.with_first_row_as_header() if self.first_row_looks_like_header else self
        return read_rows(kind, found_table(table), options)

    def to_records(self) -> list[dict[str, str]]:
        """Return a dict for each of `rows`, with `column_names` as keys."""
        return [dict(zip(self.column_names, row, strict=True)) for row in self.rows]

    def to_csv(self, path: TextTarget, *, neutralise: bool = True, excel: Separator | None = None) -> None:
        """Write header and rows as CSV in UTF-8.

        Args:
            path: The file to write, replaced all at once, or an open text or binary file.
            neutralise: Put `'` in front of text that a spreadsheet would take for a formula; numbers stay as they are.
            excel: As for `Document.to_csv`.

        Raises:
            OSError: The file cannot be written.
            ValueError: `excel` is neither `,` nor `;` nor None.
        """
        from nanonets_sdk.formats.csv_files import write_csv

        write_csv(path, self.header, self.rows, neutralise=neutralise, excel=excel)

    def to_markdown(self) -> str:
        """Return the table as Markdown."""
        return table_text(self.header, self.rows)

    def to_arrow(self) -> pa.Table:
        """Return the rows as an Arrow table of strings. Needs the extra `arrow`.

        Raises:
            MissingExtra: pyarrow is not installed.
        """
        from nanonets_sdk.formats import arrow

        return arrow.to_arrow(Rows(dict.fromkeys(self.column_names, str), self.rows))

    def to_pandas(self) -> pd.DataFrame:
        """Return the rows as a pandas data frame of strings. Needs the extra `pandas`.

        Raises:
            MissingExtra: pandas or pyarrow is not installed.
        """
        from nanonets_sdk.formats import arrow

        with needed_for("pandas"):
            return arrow.to_pandas(self.to_arrow())

    def to_polars(self) -> pl.DataFrame:
        """Return the rows as a polars data frame of strings. Needs the extra `polars`.

        Raises:
            MissingExtra: polars or pyarrow is not installed.
        """
        from nanonets_sdk.formats import arrow

        with needed_for("polars"):
            return arrow.to_polars(self.to_arrow())

    def __str__(self) -> str:
        size = f"{counted(self.grid.height, 'row')} by {counted(self.grid.width, 'column')}"
        lines = [self.header, *self.rows] if self.header else self.rows
        shown = [" | ".join(one_line(text, _LONGEST) for text in line) for line in lines]
        return "\n  ".join([f"{table_sheet(self).title}: {size}", *first_lines(shown, "row", _FIRST_ROWS)])

    def _repr_html_(self) -> str:
        return table_html(table_sheet(self))


class TableList(tuple[Table, ...]):
    """Tables in an order: a tuple which is printed table by table, and which notebooks show as tables."""

    __slots__ = ()

    def __str__(self) -> str:
        return "\n".join(first_lines(self, "table")) or "no tables"

    def _repr_html_(self) -> str:
        return tables_html([*map(table_sheet, self)])


@frozen
class BoxTables:
    """The tables among the boxes of a reply, built for each iteration."""

    replies: tuple[BoxReply, ...]
    page: int
    source: Source

    def __iter__(self) -> Iterator[Table]:
        for index, reply in enumerate(self.replies):
            if is_table(reply):
                table = Table(
                    label=reply.label or "",
                    cells=(),
                    score=reply.score,
                    box=Box.located(reply.xmin, reply.ymin, reply.xmax, reply.ymax),
                    page=self.page,
                    id=reply.id or "",
                    status=reply.status or "",
                    label_id=reply.label_id or "",
                    validation_status=reply.validation_status or "",
                    validation_message=reply.validation_message or "",
                    is_looked_up=bool(reply.lookup_edited),
                    lookup_parent_ids=reply.lookup_parent_box_ids or (),
                    source=self.source.excerpt(index),
                )
                if reply.cells:
                    object.__setattr__(table, "_replies", reply.cells)
                    object.__delattr__(table, "cells")
                yield table


def is_table(reply: BoxReply) -> bool:
    """Return whether a box is a table."""
    # Older replies have no type; in them, only tables have cells.
    return reply.type == "table" or (not reply.type and bool(reply.cells))


def is_wordy(texts: Iterable[str]) -> bool:
    """Return whether no text is an amount or a date."""
    return not any(
        any(map(str.isdigit, text)) and (parse_decimal(text) is not None or parse_date(text) is not None)
        for text in texts
    )


def table_sheet(table: Table) -> Sheet:
    """Return a table under a title for people to read."""
    return Sheet(f"{one_line(table.label) or 'table'}, page {table.page + 1}", table.header, table.rows)
