"""CSV, in UTF-8, as RFC 4180 has it."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Iterable
from typing import TextIO

from nanonets_sdk.documents import Document, Table
from nanonets_sdk.documents.records import Shape
from nanonets_sdk.formats.replacing import replacing
from nanonets_sdk.formats.rows import rows_of
from nanonets_sdk.formats.texts import encodable, neutral


def write_csv(
    documents: Iterable[Document], path: str | os.PathLike[str], shape: Shape = "long", *, neutralise: bool = True
) -> None:
    """Write the fields of documents as CSV.

    Args:
        documents: Any number of them.
        path: The file to write; one that is there is replaced, all at once.
        shape: `long` for one row a field, `wide` for one row a document.
        neutralise: Put `'` before texts that a spreadsheet would take for a formula; numbers stay as they are.

    Raises:
        OSError: The file cannot be written.
    """
    rows = rows_of(documents, shape)
    _write(path, [rows.columns, *rows.lines()], _cell(neutralise=neutralise))


def write_table_csv(table: Table, path: str | os.PathLike[str], *, neutralise: bool = True) -> None:
    """Write header and rows of a table as CSV; see `Table.to_csv`."""
    _write(path, _lines(table), _cell(neutralise=neutralise))


def csv_text(documents: Iterable[Document], shape: Shape = "long", *, neutralise: bool = True) -> str:
    """The fields of documents as CSV text; arguments as for `write_csv`."""
    rows = rows_of(documents, shape)
    with io.StringIO(newline="") as text:
        _write_lines(text, [rows.columns, *rows.lines()], _cell(neutralise=neutralise))
        return text.getvalue()


def _lines(table: Table) -> Iterable[Iterable[object]]:
    return (table.header, *table.rows) if table.header else table.rows


def _write(path: str | os.PathLike[str], lines: Iterable[Iterable[object]], cell: Callable[[object], object]) -> None:
    with replacing(path) as draft, draft.open("w", encoding="utf-8", newline="") as file:
        _write_lines(file, lines, cell)


def _write_lines(file: TextIO, lines: Iterable[Iterable[object]], cell: Callable[[object], object]) -> None:
    csv.writer(file).writerows(map(cell, line) for line in lines)


def _cell(*, neutralise: bool) -> Callable[[object], object]:
    def cell(value: object) -> object:
        if not isinstance(value, str):
            return value
        # No reader agrees with another on what a NUL in a CSV file means.
        text = encodable(value).replace("\0", "\N{REPLACEMENT CHARACTER}")
        return neutral(text) if neutralise else text

    return cell
