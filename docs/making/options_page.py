"""Write the page of all options of the command `nanonets` from the command itself: docs/cli-options.md.

Run it with `nox -s pages`. A test compares the page with what this module returns.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import typer.main

from nanonets_sdk.cli.app import app

PAGE: Final = Path(__file__).parents[1] / "cli-options.md"

_OF_EVERY_COMMAND: Final = frozenset({"--help", "--install-completion", "--show-completion"})
_KINDS: Final = {"int": "NUMBER", "float": "NUMBER", "path": "PATH", "file": "PATH"}
# Options and variables within the texts of help, unless they are code already.
_NAMES: Final = re.compile(r"(?<![\w`-])(?:--[a-z][a-z-]*[a-z]|NANONETS_[A-Z_]+[A-Z])(?![\w`])")
_HEAD: Final = """\
---
search:
  boost: 0.05
---

# All commands and options

This page is written from the command itself by `nox -s pages`. [The command](cli.md) has examples.
`nanonets COMMAND --help` prints the same in a terminal.
"""


def page() -> str:
    """Return the page as Markdown."""
    root = typer.main.get_command(app)
    return "\n".join([_HEAD, *_sections(root, "nanonets")])


def _sections(command: Any, path: str) -> Iterator[str]:
    """Yield a section for a command, then those of its subcommands."""
    context = command.context_class(command, info_name=path)
    level = "##" if path.count(" ") <= 1 else "###"
    options = [row for parameter in command.get_params(context) if (row := _row(parameter))]
    names = command.list_commands(context) if hasattr(command, "list_commands") else []
    yield f"{level} `{path}`\n"
    yield f"{_marked(_one_line(command.help or command.short_help))}\n"
    if options:
        yield "\n".join(["| argument or option | meaning |", "|---|---|", *options]) + "\n"
    for name in names:
        yield from _sections(command.get_command(context, name), f"{path} {name}")


def _row(parameter: Any) -> str:
    """Return the row of a parameter in the table; empty for what every Typer command has and for hidden ones."""
    if getattr(parameter, "hidden", False) or _OF_EVERY_COMMAND & set(parameter.opts):
        return ""
    names: list[str] = [*parameter.opts, *parameter.secondary_opts]
    if parameter.param_type_name == "argument":
        names = [parameter.metavar or parameter.name.upper()]
    elif value := _value(parameter):
        names[0] += f" {value}"
    meaning = " ".join([_marked(_one_line(parameter.help)), *_notes(parameter)])
    cells = [", ".join(map(_code, names)), meaning]
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _value(parameter: Any) -> str:
    """Return a name for what an option takes; empty for a flag. Typer's own names differ from version to version."""
    if getattr(parameter, "is_flag", False):
        return ""
    if parameter.metavar:
        return str(parameter.metavar)
    if getattr(parameter.type, "choices", None):
        return "CHOICE"
    return next((word for kind, word in _KINDS.items() if kind in parameter.type.name), "TEXT")


def _notes(parameter: Any) -> Iterator[str]:
    """Yield the choices of a parameter, and what is taken if it is not given."""
    if choices := getattr(parameter.type, "choices", None):
        yield f"One of {', '.join(_code(_plain(choice)) for choice in choices)}."
    default = parameter.default
    if parameter.envvar:
        yield f"Default: {_code(str(parameter.envvar))}."
    elif parameter.required:
        yield "Required."
    elif default is True:
        yield f"Default: {_code(parameter.opts[0])}."
    elif not (default is None or default is False or callable(default) or default in ((), [])):
        yield f"Default: {_code(format(default, 'g') if isinstance(default, float) else _plain(default))}."


def _plain(value: Any) -> str:
    return str(getattr(value, "value", value))


def _code(text: str) -> str:
    return f"`{text}`"


def _marked(text: str) -> str:
    """Return a text whose options and variables are code."""
    return _NAMES.sub(r"`\g<0>`", text)


def _one_line(text: str | None) -> str:
    return " ".join((text or "").replace("\b", "").split())


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
