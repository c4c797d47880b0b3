"""CSV in UTF-8, as RFC 4180 describes it."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import TextIO

from nanonets_sdk.formats.atomic import replacing
from nanonets_sdk.formats.safe_text import encodable, neutral


def write_csv(
    path: str | os.PathLike[str], header: Iterable[str], rows: Iterable[Sequence[object]], *, neutralise: bool
) -> None:
    """Write a CSV file.

    Args:
        path: The file to write. An existing file is replaced, all at once.
        header: The header of each column; empty for a file without a header.
        rows: The rows.
        neutralise: Put `'` in front of text that a spreadsheet would take for a formula.

    Raises:
        OSError: The file cannot be written.
    """
    with replacing(path) as draft, draft.open("w", encoding="utf-8", newline="") as file:
        _write(file, header, rows, neutralise=neutralise)


def csv_text(header: Iterable[str], rows: Iterable[Sequence[object]], *, neutralise: bool) -> str:
    """Return rows as CSV text; arguments as for `write_csv`."""
    with io.StringIO(newline="") as text:
        _write(text, header, rows, neutralise=neutralise)
        return text.getvalue()


def _write(file: TextIO, header: Iterable[str], rows: Iterable[Sequence[object]], *, neutralise: bool) -> None:
    def cell(value: object) -> object:
        if not isinstance(value, str):
            return value
        # Readers disagree on what a NUL in a CSV file means.
        text = encodable(value).replace("\0", "\N{REPLACEMENT CHARACTER}")
        return neutral(text) if neutralise else text

    first = tuple(header)
    lines: Iterable[Sequence[object]] = chain([first] if first else [], rows)
    csv.writer(file).writerows(map(cell, line) for line in lines)
