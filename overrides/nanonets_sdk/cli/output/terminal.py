"""Writing for people on a terminal, and plainly into pipes."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from rich.console import Console


def shown(text: str) -> str:
    """A text in one line that cannot steer a terminal; what documents and names of files hold is not to be trusted."""
    joined = " ".join(text.split())
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in joined)


def console(stream: TextIO) -> Console:
    """A console on a stream; NO_COLOR and TERM are followed."""
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
    """Write rows: as a table on a terminal, with tabs between the columns in a pipe.

    Args:
        columns: Their names.
        rows: The texts.
        title: Shown over a table on a terminal.
        stream: Where to; standard output when None.
        right: Columns of numbers.
        whole: Columns that are never broken, as ids to be copied.
    """
    target = stream or sys.stdout
    if not target.isatty():
        for row in ([name.replace(" ", "_") for name in columns], *rows):
            print("\t".join(map(shown, row)), file=target)
        return
    from nanonets_sdk.cli.output.tables import Rows, print_table

    on = console(target)
    if title:
        on.print(title, style="italic")
    print_table(Rows(columns, [[*map(shown, row)] for row in rows], right, whole), on)


def print_json(value: Any) -> None:
    """Write a value as JSON."""
    print(json.dumps(value, indent=2, ensure_ascii=False))
