"""Rows on a terminal: a table if it fits, else each row as a block of lines."""

# rich would cut cells to fit a table into a terminal. Here everything stays readable: a column gets what it needs, the
# room that is left goes to the columns that lack most, and if even the needs do not fit there is no table.

from __future__ import annotations

from collections.abc import Container, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING, Final

from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from rich.console import Console

_GAP: Final = 2
# A column is at least as wide as its longest word, up to this: longer ones, such as paths, may be broken anywhere.
_NARROWEST: Final = 12
_NARROW_TEXT: Final = 20


def print_table(
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    console: Console,
    *,
    right: Sequence[str] = (),
    whole: Sequence[str] = (),
) -> None:
    """Write rows to a terminal, in full however narrow it is.

    Args:
        columns: The names of the columns.
        rows: The cells of each row, safe to write to a terminal.
        console: The terminal.
        right: Columns to align right.
        whole: Columns that are never broken, such as ids to be copied.
    """
    natural, widths = list[int](), list[int]()
    for at, name in enumerate(columns):
        cells = [name, *(row[at] for row in rows)]
        words = " ".join(cells).split()
        natural.append(max(map(cell_len, cells)))
        widths.append(natural[at] if name in whole else min(max(map(cell_len, words), default=0), _NARROWEST))
    room = console.width - _GAP * (len(columns) - 1) - sum(widths)
    if room < 0:
        _print_blocks(columns, rows, console)
        return
    for _ in range(min(room, sum(natural) - sum(widths))):
        widths[max(range(len(widths)), key=lambda at: natural[at] - widths[at])] += 1
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, _GAP - 1, 0, 0))
    for name, width in zip(columns, widths, strict=True):
        table.add_column(Text(name), justify="right" if name in right else "left", overflow="fold", width=max(width, 1))
    for row in rows:
        table.add_row(*map(Text, row))
    console.print(table)


def print_named_table(
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    console: Console,
    *,
    name: str,
    right: Sequence[str] = (),
    whole: Sequence[str] = (),
) -> None:
    """Write rows with names that are never broken: a name that is too long for its column gets a line of its own.

    Args:
        columns: The names of the columns.
        rows: The cells of each row, safe to write to a terminal.
        console: The terminal.
        name: The column of names.
        right: Columns to align right.
        whole: Other columns that are never broken.
    """
    at, natural, widths = columns.index(name), list[int](), list[int]()
    for number, column in enumerate(columns):
        cells = [column, *(row[number] for row in rows)]
        natural.append(max(map(cell_len, cells)))
        words = max((cell_len(word) for word in " ".join(cells).split()), default=0)
        least = cell_len(column) if number == at else min(words, _NARROW_TEXT)
        widths.append(natural[number] if column in whole else least)
    room = console.width - _GAP * (len(columns) - 1) - sum(widths)
    if room < 0:
        for row in rows:
            console.print(Text(row[at]), soft_wrap=True)
            others = [number for number in range(len(columns)) if number != at]
            _print_blocks([f"  {columns[number]}" for number in others], [[row[number] for number in others]], console)
        return
    # As wide as the longest name that fits; the rest goes to the texts beside it.
    fitting = [cell_len(row[at]) for row in rows if cell_len(row[at]) <= widths[at] + room]
    grown = max([widths[at], *fitting]) - widths[at]
    widths[at] += grown
    for number in range(len(columns)):
        more = min(room - grown, natural[number] - widths[number]) if number != at else 0
        widths[number] += more
        grown += more
    numbers = {columns.index(one) for one in right}
    _print_lines(columns, widths, console, numbers, "bold")
    console.print("─" * (sum(widths) + _GAP * (len(columns) - 1)), soft_wrap=True)
    for row in rows:
        cells = list(row)
        if cell_len(cells[at]) > widths[at]:
            console.print(Text(cells[at]), soft_wrap=True)
            cells[at] = ""
        _print_lines(cells, widths, console, numbers)


def _print_lines(
    cells: Sequence[str], widths: Sequence[int], console: Console, right: Container[int], style: str = ""
) -> None:
    """Write the cells of one row, broken between words."""
    broken = [
        [line.plain.strip() for line in Text(cell).wrap(console, max(width, 1))]
        for cell, width in zip(cells, widths, strict=True)
    ]
    for line in zip_longest(*broken, fillvalue=""):
        padded = [
            f"{' ' * (width - cell_len(cell))}{cell}" if number in right else f"{cell}{' ' * (width - cell_len(cell))}"
            for number, (cell, width) in enumerate(zip(line, widths, strict=True))
        ]
        console.print(Text((" " * _GAP).join(padded).rstrip(), style=style), soft_wrap=True)


def _print_blocks(columns: Sequence[str], rows: Sequence[Sequence[str]], console: Console) -> None:
    for number, row in enumerate(rows):
        if number:
            console.print()
        block = Table.grid(padding=(0, _GAP, 0, 0))
        block.add_column(no_wrap=True, style="bold")
        block.add_column(overflow="fold")
        for name, text in zip(columns, row, strict=True):
            block.add_row(Text(name), Text(text))
        console.print(block)
