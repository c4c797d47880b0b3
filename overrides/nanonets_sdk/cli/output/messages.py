"""Messages on standard error that fit the terminal: names are not broken, and commands can be copied into a shell."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Sequence

from rich.cells import cell_len

from nanonets_sdk.cli.output.terminal import console, say, shown


def _width() -> int:
    """Return the width of the terminal; without one there is no limit."""
    return console(sys.stderr).width if sys.stderr.isatty() else sys.maxsize


def say_wrapped(text: str) -> None:
    """Write a message to standard error, on a terminal broken between words."""
    for line in wrapped(text.split(" "), _width()):
        say(line)


def say_list(number: str, names: Sequence[str], why: str, most: int = 5) -> None:
    """Write how many of something there are and their names, which are never broken, to standard error.

    Args:
        number: How many of what, such as `2 other files`.
        names: The names.
        why: What is said about them.
        most: How many are named.
    """
    shown_names = [shown(name) for name in names[:most]]
    rest = [f"{len(names) - most} more"] if len(names) > most else []
    line = f"{number}: {', '.join([*shown_names, *rest])} ({why})"
    if cell_len(line) <= _width():
        say(line)
        return
    say_wrapped(f"{number} ({why}):")
    for name in (*shown_names, *rest):
        say(f"  {name}")


def say_command(what: str, words: Sequence[str]) -> None:
    """Write a command to standard error that can be copied into a shell."""
    command = command_line(words)
    if cell_len(f"{what} {command}") <= _width():
        say(f"{what} {command}")
        return
    say_wrapped(what)
    # Two for the indent, two for the backslash that continues a line.
    *lines, last = wrapped([*map(_quoted, words)], _width() - 4)
    for line in lines:
        say(f"  {line} \\")
    say(f"  {last}")


def command_line(words: Sequence[str]) -> str:
    r"""Return a command that can be copied into a shell, and that controls no terminal on which it is shown.

    Examples:
        >>> print(command_line(["nanonets", "predict", "an invoice.pdf", f"two{chr(10)}lines.pdf"]))
        nanonets predict 'an invoice.pdf' $'two\012lines.pdf'
    """
    return " ".join(map(_quoted, words))


def _quoted(word: str) -> str:
    if word.isprintable():
        return shlex.quote(word)
    # A newline or an escape sequence in the name of a file; and half of a character, which is a byte of such a name.
    return "$'" + "".join(map(_escaped, word)) + "'"


def _escaped(character: str) -> str:
    if character.isprintable():
        return f"\\{character}" if character in "'\\" else character
    # Octal digits end after three, wherever a digit of the name follows.
    return "".join(f"\\{byte:03o}" for byte in os.fsencode(character))


def wrapped(words: Sequence[str], width: int) -> list[str]:
    """Return lines of words, none of them broken."""
    lines = [""]
    for word in words:
        if lines[-1] and cell_len(lines[-1]) + cell_len(word) + 1 > width:
            lines.append("")
        lines[-1] += f" {word}" if lines[-1] else word
    return lines
