"""Arrow tables, and what is made of them: Parquet files, pandas and polars data frames."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

from nanonets_sdk.extras import optional
from nanonets_sdk.formats.rows import Rows
from nanonets_sdk.formats.safe_text import encodable
from nanonets_sdk.formats.targets import BinaryTarget, binary_target

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

WriteRows: TypeAlias = Callable[[Iterable[Sequence[Any]]], None]

_LARGEST: Final = 1 << 63
_GROUP: Final = 1 << 14
"""Rows of one group of a Parquet file that is written piece by piece."""


def _encodable(value: str | None) -> str | None:
    return None if value is None else encodable(value)


def _within_range(value: int | None) -> int | None:
    # JSON numbers have no limit. A coordinate beyond 64 bits is nonsense, and counts as missing.
    return value if value is not None and -_LARGEST <= value < _LARGEST else None


_FITTED: Final[Mapping[type, Callable[[Any], Any]]] = {str: _encodable, int: _within_range}
"""What is done to the values of a column that Arrow cannot hold as they are, which is rare."""


def to_arrow(rows: Rows) -> pa.Table:
    """Return rows as an Arrow table.

    Raises:
        MissingExtra: pyarrow is not installed.
    """
    arrow = optional("pyarrow")
    types = {str: arrow.string(), int: arrow.int64(), float: arrow.float64(), bool: arrow.bool_()}

    def column(values: Sequence[Any], kind: type) -> Any:
        try:
            return arrow.array(values, types[kind])
        except (UnicodeEncodeError, OverflowError, arrow.ArrowInvalid):
            # A look at each value costs more than the array, and hardly any reply has one that does not fit.
            return arrow.array([*map(_FITTED[kind], values)], types[kind])

    # Transposing no rows gives no columns, yet an empty table has all of them.
    values = [*zip(*rows.values, strict=True)] or [()] * len(rows.columns)
    columns = [column(*pair) for pair in zip(values, rows.columns.values(), strict=True)]
    table: pa.Table = arrow.Table.from_arrays(columns, names=[encodable(name) for name in rows.columns])
    return table


def write_parquet(path: BinaryTarget, table: pa.Table) -> None:
    """Write an Arrow table as Parquet.

    Raises:
        MissingExtra: pyarrow is not installed.
        OSError: The file cannot be written.
    """
    parquet = optional("pyarrow.parquet")
    with binary_target(path) as file:
        parquet.write_table(table, file, compression="zstd")


@contextmanager
def parquet_rows(
    path: BinaryTarget, columns: Mapping[str, type]
) -> Generator[Callable[[Iterable[Sequence[Any]]], None]]:
    """Yield a function that appends rows to a Parquet file, with one group of them in memory at a time.

    Raises:
        MissingExtra: pyarrow is not installed.
        OSError: The file cannot be written.
    """
    parquet, group = optional("pyarrow.parquet"), list[Sequence[Any]]()
    schema = to_arrow(Rows(columns, [])).schema
    with binary_target(path) as file, parquet.ParquetWriter(file, schema, compression="zstd") as writer:

        def write(rows: Iterable[Sequence[Any]]) -> None:
            group.extend(rows)
            if len(group) >= _GROUP:
                writer.write_table(to_arrow(Rows(columns, group)))
                group.clear()

        yield write
        if group:
            writer.write_table(to_arrow(Rows(columns, group)))


def to_pandas(table: pa.Table) -> pd.DataFrame:
    """Return an Arrow table as a pandas data frame.

    Raises:
        MissingExtra: pandas or pyarrow is not installed.
    """
    arrow, pandas = optional("pyarrow"), optional("pandas")
    # Without this, one missing value would turn a column of integers into floats.
    types = {arrow.int64(): pandas.Int64Dtype()}
    # The stubs of pyarrow leave the types of some arguments open.
    frame: pd.DataFrame = cast("Any", table).to_pandas(types_mapper=types.get)
    return frame


def to_polars(table: pa.Table) -> pl.DataFrame:
    """Return an Arrow table as a polars data frame.

    Raises:
        MissingExtra: polars is not installed.
    """
    frame: pl.DataFrame = optional("polars").from_arrow(table)
    return frame
