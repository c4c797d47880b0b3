"""Workbooks: a sheet for the fields, and one for each table."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, Final

from attrs import frozen

from nanonets_sdk.documents import Document, Table
from nanonets_sdk.documents.records import Shape
from nanonets_sdk.errors import ExportError
from nanonets_sdk.extras import optional
from nanonets_sdk.formats.amounts import parse_decimal
from nanonets_sdk.formats.replacing import replacing
from nanonets_sdk.formats.rows import rows_of
from nanonets_sdk.formats.sheet_names import sheet_names
from nanonets_sdk.formats.texts import encodable, is_risky

ROWS: Final = 1_048_576
COLUMNS: Final = 16_384
CELL: Final = 32_767
"""Longest text of a cell, in UTF-16 units."""

_CUT_MARK: Final = " […]"
_WIDEST: Final = 60
_NARROWEST: Final = 8
_MEASURED: Final = 200
_MAX_DIGITS: Final = 15
"""A spreadsheet forgets digits beyond these."""
_LARGEST_NUMBER: Final = 10**_MAX_DIGITS


@frozen
class _Sheet:
    name: str
    header: Sequence[str]
    rows: Sequence[Sequence[Any]]


@frozen
class _Style:
    neutralise: bool
    numbers: bool
    cut: bool
    header: Any
    plain: Any
    quoted: Any


def write_xlsx(
    documents: Iterable[Document],
    path: str | os.PathLike[str],
    shape: Shape = "long",
    *,
    neutralise: bool = True,
    numbers: bool = False,
    cut: bool = False,
) -> None:
    """Write a workbook with a sheet for the fields of all documents and one for each table.

    Args:
        documents: Any number of them.
        path: The file to write; one that is there is replaced, all at once.
        shape: Of the sheet of fields: `long` for one row a field, `wide` for one row a document.
        neutralise: Mark texts that a spreadsheet would take for a formula as texts for good; they keep every character.
        numbers: Write texts that are amounts, and can be read in one way only, as numbers.
        cut: Cut texts that are longer than a cell can hold, with a warning, rather than raising.

    Raises:
        MissingExtra: xlsxwriter is not installed.
        ExportError: A text, or a table, is larger than a workbook can hold; nothing is written.
        OSError: The file cannot be written.
    """
    documents = list(documents)
    xlsxwriter = optional("xlsxwriter")
    sheets = [_fields(documents, shape), *_tables(documents)]
    for sheet in sheets:
        _check(sheet, cut=cut)
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with replacing(path) as draft, xlsxwriter.Workbook(draft, options) as book:
        style = _Style(
            neutralise=neutralise,
            numbers=numbers,
            cut=cut,
            header=book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}),
            plain=book.add_format({"text_wrap": True, "valign": "top"}),
            quoted=book.add_format({"text_wrap": True, "valign": "top", "quote_prefix": True}),
        )
        for sheet, name in zip(sheets, sheet_names(sheet.name for sheet in sheets), strict=True):
            _write(book.add_worksheet(name), sheet, style)


def _fields(documents: Sequence[Document], shape: Shape) -> _Sheet:
    rows = rows_of(documents, shape)
    return _Sheet("Fields", rows.columns, [*rows.lines()])


def _tables(documents: Sequence[Document]) -> list[_Sheet]:
    found = [table for document in documents for table in document.tables]
    return [_Sheet(_title(number, table), table.header, table.rows) for number, table in enumerate(found, 1)]


def _title(number: int, table: Table) -> str:
    label = table.label if table.label not in {"", "table"} else "Table"
    return f"{label[:12]} {number}, page {table.page + 1}"


def _check(sheet: _Sheet, *, cut: bool) -> None:
    height = len(sheet.rows) + bool(sheet.header)
    width = max(len(sheet.header), len(sheet.rows[0]) if sheet.rows else 0)
    if height > ROWS or width > COLUMNS:
        raise ExportError(
            f"sheet {sheet.name!r} would have {height:,} rows and {width:,} columns, and a workbook holds {ROWS:,} and "
            f"{COLUMNS:,}; CSV and Parquet have no such limit"
        )
    lines = ([sheet.header] if sheet.header else []) + [*sheet.rows]
    long = next(((at, text) for at, row in enumerate(lines) for text in row if _is_long(text)), None)
    if long is None:
        return
    message = f"row {long[0] + 1} of sheet {sheet.name!r} has a text of {_length(long[1]):,} characters"
    if not cut:
        raise ExportError(f"{message}, and a cell holds {CELL:,}; `cut=True` cuts such texts, CSV needs no cut")
    warnings.warn(f"{message}; texts over {CELL:,} are cut", UserWarning, stacklevel=4)


def _write(worksheet: Any, sheet: _Sheet, style: _Style) -> None:
    for column, width in enumerate(_widths(sheet)):
        worksheet.set_column(column, column, width)
    first = 1 if sheet.header else 0
    if first:
        worksheet.freeze_panes(1, 0)
    for column, name in enumerate(sheet.header):
        worksheet.write_string(0, column, _fitting(encodable(name), style), style.header)
    for line, row in enumerate(sheet.rows, first):
        for column, value in enumerate(row):
            _write_cell(worksheet, line, column, value, style)


def _write_cell(worksheet: Any, line: int, column: int, value: Any, style: _Style) -> None:
    if value is None or value == "":
        return
    if isinstance(value, bool):
        worksheet.write_boolean(line, column, value, style.plain)
    elif isinstance(value, int | float):
        _write_number(worksheet, line, column, value, style)
    elif style.numbers and (number := _number(value)) is not None:
        worksheet.write_number(line, column, number, style.plain)
    else:
        text = encodable(value)
        quoted = style.neutralise and is_risky(text)
        worksheet.write_string(line, column, _fitting(text, style), style.quoted if quoted else style.plain)


def _write_number(worksheet: Any, line: int, column: int, value: float, style: _Style) -> None:
    # NaN is less than nothing; it, infinities and whole numbers that a double cannot hold have no place in a cell.
    if abs(value) < _LARGEST_NUMBER:
        worksheet.write_number(line, column, value, style.plain)
    else:
        worksheet.write_string(line, column, str(value), style.plain)


def _number(text: str) -> Decimal | None:
    number = parse_decimal(text)
    keeps_its_zeros = number is None or not text.strip().startswith("0") or text.strip()[1:2] in {"", ".", ","}
    return number if keeps_its_zeros and number is not None and len(number.as_tuple().digits) <= _MAX_DIGITS else None


def _fitting(text: str, style: _Style) -> str:
    if not style.cut or not _is_long(text):
        return text
    room = 2 * (CELL - len(_CUT_MARK))
    return text.encode("utf-16-le")[:room].decode("utf-16-le", errors="ignore") + _CUT_MARK


def _widths(sheet: _Sheet) -> list[int]:
    sample = [sheet.header, *sheet.rows[:_MEASURED]]
    columns = max(map(len, sample), default=0)
    longest = [max((_shown_length(row[at]) for row in sample if at < len(row)), default=0) for at in range(columns)]
    return [min(max(length + 2, _NARROWEST), _WIDEST) for length in longest]


def _shown_length(value: Any) -> int:
    return max(map(len, str(value).splitlines()), default=0) if value is not None else 0


def _is_long(value: Any) -> bool:
    return isinstance(value, str) and len(value) * 2 > CELL and _length(value) > CELL


def _length(text: str) -> int:
    return len(encodable(text).encode("utf-16-le")) // 2
