"""What was found in each file on standard output, as it arrives: CSV, JSON Lines, or a table at the end."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager
from typing import Any

from attrs import frozen

from nanonets_sdk.cli.output.terminal import print_rows
from nanonets_sdk.formats.csv_files import BOM, Separator, row_writer
from nanonets_sdk.formats.safe_text import json_text


@frozen
class Found:
    """What was found in a file, in the forms in which it is written.

    Attributes:
        record: As JSON values.
        listed: As rows of CSV, under the columns of the file.
        shown: As rows of the table.
    """

    record: dict[str, Any]
    listed: Iterable[Sequence[object]]
    shown: Iterable[Sequence[str]]


@contextmanager
def rows_to_stdout(
    form: str,
    columns: Sequence[str],
    table_columns: Sequence[str],
    right: Sequence[str] = (),
    excel: Separator | None = None,
) -> Generator[Callable[[Found], object]]:
    """Write what was found to standard output.

    Args:
        form: `csv`, `jsonl` or `table`.
        columns: The columns of CSV.
        table_columns: The columns of the table.
        right: Those of them that are aligned right and never broken.
        excel: Write CSV for Excel, with this separator.

    Yields:
        A function that writes what was found in one file.
    """
    write_rows = row_writer(sys.stdout, neutralise=True, line_end="\n", excel=excel)
    table: list[Sequence[str]] = []

    def write(found: Found) -> None:
        if form == "csv":
            write_rows(found.listed)
        elif form == "jsonl":
            print(json_text(found.record), flush=True)
        else:
            table.extend(found.shown)

    if form == "csv":
        print(BOM if excel else "", end="")
        write_rows([columns])
    try:
        yield write
    finally:
        # Also after an error: what is in the table has been paid for.
        if form == "table":
            # By file alone, since the rows of one file have an order of their own.
            print_rows(table_columns, sorted(table, key=lambda row: row[0]), right=right, whole=right)
