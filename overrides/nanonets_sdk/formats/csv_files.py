"""CSV in UTF-8, as RFC 4180 describes it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from itertools import chain

from nanonets_sdk.formats.safe_text import are_plain, encodable, neutral
from nanonets_sdk.formats.targets import TextFile, TextTarget, text_target


def write_csv(path: TextTarget, header: Iterable[str], rows: Iterable[Sequence[object]], *, neutralise: bool) -> None:
    """Write a CSV file.

    Args:
        path: The file to write, replaced all at once, or an open file.
        header: The header of each column; empty for a file without a header.
        rows: The rows.
        neutralise: Put `'` in front of text that a spreadsheet would take for a formula, also inside a cell that it
            would split at another separator.

    Raises:
        OSError: The file cannot be written.
    """
    with text_target(path) as file:
        _write(file, header, rows, neutralise=neutralise)


def csv_text(header: Iterable[str], rows: Iterable[Sequence[object]], *, neutralise: bool) -> str:
    """Return rows as CSV text; arguments as for `write_csv`."""
    with io.StringIO(newline="") as text:
        _write(text, header, rows, neutralise=neutralise)
        return text.getvalue()


def _write(file: TextFile, header: Iterable[str], rows: Iterable[Sequence[object]], *, neutralise: bool) -> None:
    first = tuple(header)
    row_writer(file, neutralise=neutralise)(chain([first] if first else [], rows))


def row_writer(
    file: TextFile, *, neutralise: bool, line_end: str = "\r\n"
) -> Callable[[Iterable[Sequence[object]]], object]:
    """Return a function that appends rows to a file; arguments as for `write_csv`."""

    def cell(value: object) -> object:
        if not isinstance(value, str):
            return value
        # Readers disagree on what a NUL in a CSV file means.
        text = encodable(value).replace("\0", "\N{REPLACEMENT CHARACTER}")
        return neutral(text) if neutralise else text

    def safe(row: Sequence[object]) -> Iterable[object]:
        return row if are_plain([value for value in row if isinstance(value, str)]) else map(cell, row)

    writer = csv.writer(file, lineterminator=line_end)
    return lambda rows: writer.writerows(map(safe, rows))
