"""Rows on a terminal: as a table where there is room for it, else each row as lines of its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from attrs import frozen

if TYPE_CHECKING:
    from rich.console import Console

_GAP: Final = 2
"""Blanks between columns."""
_NARROWEST: Final = 12
"""Characters that a column has at least, if it has words that long; longer ones, as names of files, may be broken."""


@frozen
class Rows:
    """Rows for people.

    Attributes:
        columns: Their names.
        lines: The texts, each fit for a terminal.
        right: Columns of numbers.
        whole: Columns that are never broken, as ids to be copied.
    """

    columns: Sequence[str]
    lines: Sequence[Sequence[str]]
    right: Sequence[str] = ()
    whole: Sequence[str] = ()

    def needed(self) -> list[int]:
        """The least width of each column at which it can be read."""
        natural = self.natural()
        words = [[word for text in column for word in text.split()] for column in self._texts()]
        return [
            width if name in self.whole else min(_longest(found), _NARROWEST)
            for name, width, found in zip(self.columns, natural, words, strict=True)
        ]

    def natural(self) -> list[int]:
        """The width of each column at which nothing is broken."""
        return [*map(_longest, self._texts())]

    def _texts(self) -> list[list[str]]:
        return [[name, *(line[at] for line in self.lines)] for at, name in enumerate(self.columns)]


def print_table(rows: Rows, console: Console) -> None:
    """Write rows to a terminal; nothing of them is lost, however narrow it is."""
    room = console.width - _GAP * (len(rows.columns) - 1)
    if sum(rows.needed()) > room:
        _print_one_by_one(rows, console)
    else:
        _print_side_by_side(rows, _widths(rows, room), console)


def _widths(rows: Rows, room: int) -> list[int]:
    """Room for each column: what it needs, and more for those that would like it most."""
    widths, natural = rows.needed(), rows.natural()
    for _ in range(room - sum(widths)):
        hungriest = max(range(len(widths)), key=lambda at: natural[at] - widths[at], default=0)
        if not widths or widths[hungriest] == natural[hungriest]:
            break
        widths[hungriest] += 1
    return widths


def _print_side_by_side(rows: Rows, widths: Sequence[int], console: Console) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, _GAP - 1, 0, 0))
    for name, width in zip(rows.columns, widths, strict=True):
        table.add_column(
            Text(name), justify="right" if name in rows.right else "left", overflow="fold", width=max(width, 1)
        )
    for line in rows.lines:
        table.add_row(*map(Text, line))
    console.print(table)


def _print_one_by_one(rows: Rows, console: Console) -> None:
    from rich.table import Table
    from rich.text import Text

    for number, line in enumerate(rows.lines):
        if number:
            console.print()
        table = Table.grid(padding=(0, _GAP, 0, 0))
        table.add_column(no_wrap=True, style="bold")
        table.add_column(overflow="fold")
        for name, text in zip(rows.columns, line, strict=True):
            table.add_row(Text(name), Text(text))
        console.print(table)


def _longest(texts: Iterable[str]) -> int:
    from rich.cells import cell_len

    return max(map(cell_len, texts), default=0)
