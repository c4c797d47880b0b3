"""CSV in UTF-8: as RFC 4180 describes it, or as Excel opens it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import Final, Literal, TypeAlias, get_args

from nanonets_sdk.formats.safe_text import are_plain, encodable, neutral
from nanonets_sdk.formats.targets import TextFile, TextTarget, text_target

Separator: TypeAlias = Literal[",", ";"]
"""What separates lists in the region of a spreadsheet: `;` where the comma is the decimal mark."""

BOM: Final = "\ufeff"
"""What a file for Excel begins with, which would take UTF-8 for the encoding of the region without it."""


def write_csv(
    path: TextTarget,
    header: Iterable[str],
    rows: Iterable[Sequence[object]],
    *,
    neutralise: bool,
    excel: Separator | None = None,
) -> None:
    """Write a CSV file.

    Args:
        path: The file to write, replaced all at once, or an open file.
        header: The header of each column; empty for a file without a header.
        rows: The rows.
        neutralise: Put `'` in front of text that a spreadsheet would take for a formula, also inside a cell that it
            would split at another separator.
        excel: Write for Excel: with a byte order mark and this separator, and with `;` a decimal comma in numbers.

    Raises:
        OSError: The file cannot be written.
        ValueError: `excel` is neither `,` nor `;` nor None.
    """
    _check(excel)
    with text_target(path) as file:
        _write(file, header, rows, neutralise=neutralise, excel=excel)


def csv_text(
    header: Iterable[str], rows: Iterable[Sequence[object]], *, neutralise: bool, excel: Separator | None = None
) -> str:
    """Return rows as CSV text; arguments as for `write_csv`."""
    _check(excel)
    with io.StringIO(newline="") as text:
        _write(text, header, rows, neutralise=neutralise, excel=excel)
        return text.getvalue()


def _check(excel: Separator | None) -> None:
    if excel not in {None, *get_args(Separator)}:
        raise ValueError(f"excel must be ',', ';' or None, got {excel!r}")


def _write(
    file: TextFile,
    header: Iterable[str],
    rows: Iterable[Sequence[object]],
    *,
    neutralise: bool,
    excel: Separator | None,
) -> None:
    first = tuple(header)
    if excel:
        file.write(BOM)
    row_writer(file, neutralise=neutralise, excel=excel)(chain([first] if first else [], rows))


def row_writer(
    file: TextFile, *, neutralise: bool, line_end: str = "\r\n", excel: Separator | None = None
) -> Callable[[Iterable[Sequence[object]]], object]:
    """Return a function that appends rows to a file; arguments as for `write_csv`. It writes no byte order mark."""

    def cell(value: object) -> object:
        if isinstance(value, float) and excel == ";":
            return repr(value).replace(".", ",")
        if not isinstance(value, str):
            return value
        # Readers disagree on what a NUL in a CSV file means.
        text = encodable(value).replace("\0", "\N{REPLACEMENT CHARACTER}")
        return neutral(text) if neutralise else text

    def safe(row: Sequence[object]) -> Iterable[object]:
        is_plain = excel != ";" and are_plain([value for value in row if isinstance(value, str)])
        return row if is_plain else map(cell, row)

    writer = csv.writer(file, lineterminator=line_end, delimiter=excel or ",")
    return lambda rows: writer.writerows(map(safe, rows))
