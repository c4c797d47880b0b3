"""Text for people: laid out on a terminal, plain in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, TextIO

from nanonets_sdk.formats.safe_text import json_text
from nanonets_sdk.formats.shown import one_line

if TYPE_CHECKING:
    from rich.console import Console


def shown(text: str) -> str:
    """Return text on one line, without characters that control a terminal."""
    return one_line(text)


def console(stream: TextIO) -> Console:
    """Return a rich console for a stream. It follows NO_COLOR and TERM."""
    from rich.console import Console

    return Console(file=stream, highlight=False, markup=False, emoji=False)


def say(text: str) -> None:
    """Write a message to standard error."""
    print(text, file=sys.stderr, flush=True)


def print_rows(
    columns: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    title: str = "",
    stream: TextIO | None = None,
    right: Sequence[str] = (),
    whole: Sequence[str] = (),
    name: str = "",
) -> None:
    """Write rows: a table on a terminal, tab-separated lines in a pipe.

    Args:
        columns: The names of the columns.
        rows: The cells of each row.
        title: A line above the table.
        stream: Where to; standard output when None.
        right: Columns to align right.
        whole: Columns that are never broken, such as ids to be copied.
        name: The column of names; a long one gets a line of its own.
    """
    target = stream or sys.stdout
    if not target.isatty():
        for row in ([name.replace(" ", "_") for name in columns], *rows):
            print("\t".join(map(shown, row)), file=target)
        return
    from nanonets_sdk.cli.output.tables import print_named_table, print_table

    on = console(target)
    if title:
        on.print(title, style="italic")
    if name:
        print_named_table(columns, [[*map(shown, row)] for row in rows], on, name=name, right=right, whole=whole)
        return
    print_table(columns, [[*map(shown, row)] for row in rows], on, right=right, whole=whole)


def print_json(value: Any) -> None:
    """Write a value as JSON."""
    print(json_text(value, indent=2))
