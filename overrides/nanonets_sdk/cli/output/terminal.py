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
) -> None:
    """Write rows: a table on a terminal, tab-separated lines in a pipe."""
    target = stream or sys.stdout
    if not target.isatty():
        for row in ([name.replace(" ", "_") for name in columns], *rows):
            print("\t".join(map(shown, row)), file=target)
        return
    from nanonets_sdk.cli.output.tables import print_table

    on = console(target)
    if title:
        on.print(title, style="italic")
    print_table(columns, [[*map(shown, row)] for row in rows], on, right=right, whole=whole)


def print_json(value: Any) -> None:
    """Write a value as JSON."""
    print(json_text(value, indent=2))
