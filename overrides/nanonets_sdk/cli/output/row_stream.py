"""What was found in each file on standard output, as it arrives: CSV, JSON Lines, or a table at the end."""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager
from typing import Any

from attrs import frozen

from nanonets_sdk.cli.output.terminal import print_rows
from nanonets_sdk.formats.safe_text import json_text, neutral


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
    form: str, columns: Sequence[str], table_columns: Sequence[str], right: Sequence[str] = ()
) -> Generator[Callable[[Found], object]]:
    """Write what was found to standard output.

    Args:
        form: `csv`, `jsonl` or `table`.
        columns: The columns of CSV.
        table_columns: The columns of the table.
        right: Those of them that are aligned right and never broken.

    Yields:
        A function that writes what was found in one file.
    """
    rows = csv.writer(sys.stdout, lineterminator="\n")
    table: list[Sequence[str]] = []

    def write(found: Found) -> None:
        if form == "csv":
            rows.writerows([neutral(cell) if isinstance(cell, str) else cell for cell in row] for row in found.listed)
        elif form == "jsonl":
            print(json_text(found.record), flush=True)
        else:
            table.extend(found.shown)

    if form == "csv":
        rows.writerow(columns)
    try:
        yield write
    finally:
        # Also after an error: what is in the table has been paid for.
        if form == "table":
            # By file alone, since the rows of one file have an order of their own.
            print_rows(table_columns, sorted(table, key=lambda row: row[0]), right=right, whole=right)
