"""Many documents as one file or data frame. For a single document, see the methods of `Document`.

Each `path` may be an open file instead. Text formats take a text or a binary file, XLSX and Parquet a binary one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

from nanonets_sdk.documents import Document, Table
from nanonets_sdk.documents.document import Workbook, document_cells, document_record, rows_of
from nanonets_sdk.documents.records import Shape, cell_rows
from nanonets_sdk.errors import ExportError, MissingExtra
from nanonets_sdk.extras import needed_for
from nanonets_sdk.formats import csv_files, json_files
from nanonets_sdk.formats.csv_files import Separator
from nanonets_sdk.formats.html import PAGE_END, PAGE_START
from nanonets_sdk.formats.targets import BinaryTarget, TextTarget, text_target, write_text

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

__all__ = [
    "ExportError",
    "MissingExtra",
    "arrow_to_pandas",
    "arrow_to_polars",
    "cells_to_arrow",
    "csv_text",
    "document_markdown",
    "jsonl_lines",
    "table_markdown",
    "table_to_arrow",
    "to_arrow",
    "to_pandas",
    "to_polars",
    "write_arrow_as_parquet",
    "write_csv",
    "write_html",
    "write_json",
    "write_jsonl",
    "write_markdown",
    "write_parquet",
    "write_table_csv",
    "write_xlsx",
]

Line: TypeAlias = Literal["document", "long", "wide"]


def write_csv(
    documents: Iterable[Document],
    path: TextTarget,
    shape: Shape = "long",
    *,
    neutralise: bool = True,
    excel: Separator | None = None,
) -> None:
    """Write the fields of documents as CSV; arguments and errors as for `Document.to_csv`.

    With `wide`, there is a row for each document and a column for each label of any of them.
    """
    rows = rows_of(documents, shape)
    csv_files.write_csv(path, rows.columns, rows.values, neutralise=neutralise, excel=excel)


def write_table_csv(table: Table, path: TextTarget, *, neutralise: bool = True, excel: Separator | None = None) -> None:
    """Write header and rows of a table as CSV; see `Table.to_csv`."""
    table.to_csv(path, neutralise=neutralise, excel=excel)


def csv_text(
    documents: Iterable[Document], shape: Shape = "long", *, neutralise: bool = True, excel: Separator | None = None
) -> str:
    """Return the fields of documents as CSV text; arguments as for `write_csv`."""
    rows = rows_of(documents, shape)
    return csv_files.csv_text(rows.columns, rows.values, neutralise=neutralise, excel=excel)


def write_json(documents: Iterable[Document], path: TextTarget, *, indent: int | None = 2) -> None:
    """Write documents, in the form of `Document.to_json`, as one JSON array.

    Args:
        documents: Any number of documents.
        path: The file to write, replaced all at once, or an open file.
        indent: Spaces per level; None for a single line.

    Raises:
        OSError: The file cannot be written.
    """
    json_files.write_json(path, map(document_record, documents), indent=indent)


def write_jsonl(documents: Iterable[Document], path: TextTarget, line: Line = "document") -> None:
    """Write documents as JSON Lines, with one document in memory at a time.

    Args:
        documents: Any number of documents.
        path: The file to write, replaced all at once, or an open file.
        line: What a line holds: `document` (fields and tables), `long` (one field) or `wide` (one document's labels).

    Raises:
        OSError: The file cannot be written.
    """
    json_files.write_jsonl(path, _records(documents, line))


def jsonl_lines(documents: Iterable[Document], line: Line = "document") -> Iterator[str]:
    """Return the lines of `write_jsonl`, each with its line feed."""
    return json_files.jsonl_lines(_records(documents, line))


def write_markdown(documents: Iterable[Document], path: TextTarget) -> None:
    """Write documents as Markdown.

    Raises:
        OSError: The file cannot be written.
    """
    write_text(path, "\n".join(map(document_markdown, documents)))


def write_html(documents: Iterable[Document], path: TextTarget) -> None:
    """Write documents as one HTML page without pictures, with one document in memory at a time.

    Raises:
        OSError: The file cannot be written.
    """
    with text_target(path) as file:
        file.write(PAGE_START)
        for document in documents:
            file.write(document.to_html())
        file.write(PAGE_END)


def document_markdown(document: Document) -> str:
    """Return fields and tables of a document as Markdown."""
    return document.to_markdown()


def table_markdown(table: Table) -> str:
    """Return a table as Markdown. Columns without a header get an empty one, as Markdown has no table without."""
    return table.to_markdown()


def write_xlsx(
    documents: Iterable[Document],
    path: BinaryTarget,
    shape: Shape = "long",
    *,
    neutralise: bool = True,
    numbers: bool = False,
    dates: bool = False,
    cut: bool = False,
) -> None:
    """Write a workbook with a sheet for the fields of all documents and one for each table.

    Arguments and errors as for `Document.to_xlsx`. After an error, nothing is written.
    """
    from nanonets_sdk.formats import xlsx

    book = Workbook(shape)
    for document in documents:
        book.add(document)
    xlsx.write_xlsx(path, book.sheets, neutralise=neutralise, numbers=numbers, dates=dates, cut=cut)


def write_parquet(documents: Iterable[Document], path: BinaryTarget, shape: Shape = "long") -> None:
    """Write the fields of documents as Parquet; arguments and errors as for `Document.to_parquet`."""
    write_arrow_as_parquet(to_arrow(documents, shape), path)


def write_arrow_as_parquet(table: pa.Table, path: BinaryTarget) -> None:
    """Write an Arrow table as Parquet; `path` as for `Document.to_parquet`."""
    from nanonets_sdk.formats import arrow

    arrow.write_parquet(path, table)


def to_arrow(documents: Iterable[Document], shape: Shape = "long") -> pa.Table:
    """Return the fields of documents as an Arrow table; arguments and errors as for `Document.to_arrow`."""
    from nanonets_sdk.formats import arrow

    return arrow.to_arrow(rows_of(documents, shape))


def cells_to_arrow(documents: Iterable[Document]) -> pa.Table:
    """Return the cells of all tables of documents as an Arrow table, a row each.

    Raises:
        MissingExtra: pyarrow is not installed.
    """
    from nanonets_sdk.formats import arrow

    return arrow.to_arrow(cell_rows(record for document in documents for record in document_cells(document)))


def table_to_arrow(table: Table) -> pa.Table:
    """Return the rows of a table as an Arrow table of strings; see `Table.to_arrow`."""
    return table.to_arrow()


def to_pandas(documents: Iterable[Document], shape: Shape = "long") -> pd.DataFrame:
    """Return the fields of documents as a pandas data frame; arguments and errors as for `Document.to_pandas`.

    Integers stay integers if some are missing.
    """
    with needed_for("pandas"):
        return arrow_to_pandas(to_arrow(documents, shape))


def to_polars(documents: Iterable[Document], shape: Shape = "long") -> pl.DataFrame:
    """Return the fields of documents as a polars data frame; arguments and errors as for `Document.to_polars`."""
    with needed_for("polars"):
        return arrow_to_polars(to_arrow(documents, shape))


def arrow_to_pandas(table: pa.Table) -> pd.DataFrame:
    """Return an Arrow table of this module as a pandas data frame.

    Raises:
        MissingExtra: pandas or pyarrow is not installed.
    """
    from nanonets_sdk.formats import arrow

    return arrow.to_pandas(table)


def arrow_to_polars(table: pa.Table) -> pl.DataFrame:
    """Return an Arrow table of this module as a polars data frame.

    Raises:
        MissingExtra: polars is not installed.
    """
    from nanonets_sdk.formats import arrow

    return arrow.to_polars(table)


def _records(documents: Iterable[Document], line: Line) -> Iterator[dict[str, Any]]:
    if line not in get_args(Line):
        raise ValueError(f"line must be 'document', 'long' or 'wide', got {line!r}")
    return chain.from_iterable(
        [document_record(document)] if line == "document" else document.to_records(line) for document in documents
    )
