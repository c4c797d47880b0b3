"""Arrow tables, and what can be made of them: Parquet, pandas and polars data frames."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final, cast

from nanonets_sdk.documents import Document, Table
from nanonets_sdk.documents.records import Shape, cell_records
from nanonets_sdk.extras import optional
from nanonets_sdk.formats.replacing import replacing
from nanonets_sdk.formats.rows import (
    CELLS,
    FLAGS,
    INTEGERS,
    NUMBERS,
    Rows,
    rows_of,
)
from nanonets_sdk.formats.texts import encodable

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

_LARGEST: Final = 1 << 63


def to_arrow(documents: Iterable[Document], shape: Shape = "long") -> pa.Table:
    """The fields of documents as an Arrow table.

    Args:
        documents: Any number of them.
        shape: `long` for one row a field, `wide` for one row a document.

    Raises:
        MissingExtra: pyarrow is not installed.
    """
    return _arrow(rows_of(documents, shape))


def cells_to_arrow(documents: Iterable[Document]) -> pa.Table:
    """The cells of all tables of documents as an Arrow table, a row each.

    Args:
        documents: Any number of them.

    Raises:
        MissingExtra: pyarrow is not installed.
    """
    records = [record for document in documents for record in cell_records(document)]
    return _arrow(Rows(CELLS, records, frozenset(CELLS)))


def table_to_arrow(table: Table) -> pa.Table:
    """The rows of a table as an Arrow table of texts, one column each, under `Table.column_names`.

    Raises:
        MissingExtra: pyarrow is not installed.
    """
    arrow = optional("pyarrow")
    columns = [[encodable(row[at]) for row in table.rows] for at in range(table.grid.width)]
    names = [encodable(name) for name in table.column_names]
    made: pa.Table = arrow.Table.from_arrays([arrow.array(column, arrow.string()) for column in columns], names=names)
    return made


def write_parquet(documents: Iterable[Document], path: str | os.PathLike[str], shape: Shape = "long") -> None:
    """Write the fields of documents as Parquet.

    Args:
        documents: Any number of them.
        path: The file to write; one that is there is replaced, all at once.
        shape: `long` for one row a field, `wide` for one row a document.

    Raises:
        MissingExtra: pyarrow is not installed.
        OSError: The file cannot be written.
    """
    write_arrow_as_parquet(to_arrow(documents, shape), path)


def write_arrow_as_parquet(table: pa.Table, path: str | os.PathLike[str]) -> None:
    """Write an Arrow table as Parquet, all at once."""
    parquet = optional("pyarrow.parquet")
    with replacing(path) as draft:
        parquet.write_table(table, draft, compression="zstd")


def to_pandas(documents: Iterable[Document], shape: Shape = "long") -> pd.DataFrame:
    """The fields of documents as a pandas data frame; whole numbers stay whole where some are missing.

    Args:
        documents: Any number of them.
        shape: `long` for one row a field, `wide` for one row a document.

    Raises:
        MissingExtra: pandas or pyarrow is not installed.
    """
    return arrow_to_pandas(to_arrow(documents, shape))


def to_polars(documents: Iterable[Document], shape: Shape = "long") -> pl.DataFrame:
    """The fields of documents as a polars data frame.

    Args:
        documents: Any number of them.
        shape: `long` for one row a field, `wide` for one row a document.

    Raises:
        MissingExtra: polars or pyarrow is not installed.
    """
    return arrow_to_polars(to_arrow(documents, shape))


def arrow_to_pandas(table: pa.Table) -> pd.DataFrame:
    """An Arrow table of this package as a pandas data frame.

    Raises:
        MissingExtra: pandas or pyarrow is not installed.
    """
    arrow, frames = optional("pyarrow"), optional("pandas")
    types = {arrow.int64(): frames.Int64Dtype()}
    # The stubs of pyarrow do not say what all its arguments are.
    frame: pd.DataFrame = cast("Any", table).to_pandas(types_mapper=types.get)
    return frame


def arrow_to_polars(table: pa.Table) -> pl.DataFrame:
    """An Arrow table of this package as a polars data frame.

    Raises:
        MissingExtra: polars is not installed.
    """
    frames = optional("polars")
    frame: pl.DataFrame = frames.from_arrow(table)
    return frame


def _arrow(rows: Rows) -> pa.Table:
    arrow = optional("pyarrow")
    columns = [_column(arrow, rows, name) for name in rows.columns]
    made: pa.Table = arrow.Table.from_arrays(columns, names=[encodable(name) for name in rows.columns])
    return made


def _column(arrow: Any, rows: Rows, name: str) -> Any:
    values = (record.get(name) for record in rows.records)
    if name not in rows.typed:
        return arrow.array([_text(value) for value in values], arrow.string())
    if name in INTEGERS:
        return arrow.array([_integer(value) for value in values], arrow.int64())
    if name in NUMBERS:
        return arrow.array(list(values), arrow.float64())
    if name in FLAGS:
        return arrow.array(list(values), arrow.bool_())
    return arrow.array([_text(value) for value in values], arrow.string())


def _text(value: str | None) -> str | None:
    return None if value is None else encodable(value)


def _integer(value: int | None) -> int | None:
    """A coordinate that no column can hold is none that a page could have."""
    return value if value is not None and -_LARGEST <= value < _LARGEST else None
