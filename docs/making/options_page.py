"""Write the page of all options of the command `nanonets` from the command itself: docs/cli-options.md.

Run it with `nox -s pages`. A test compares the page with what this module returns.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import typer.main

from nanonets_sdk.cli.app import app

PAGE: Final = Path(__file__).parents[1] / "cli-options.md"

_OF_EVERY_COMMAND: Final = frozenset({"--help", "--install-completion", "--show-completion"})
_KINDS: Final = {"int": "number", "float": "number", "path": "path", "file": "path"}
_HEAD: Final = """\
---
search:
  boost: 0.05
---

# All commands and options

This page is written from the command itself by `nox -s pages`. [Command line](cli.md) shows the commands at work.
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
    yield f"{_one_line(command.help or command.short_help)}\n"
    if options:
        yield "\n".join(["| argument or option | value | default | meaning |", "|---|---|---|---|", *options]) + "\n"
    for name in names:
        yield from _sections(command.get_command(context, name), f"{path} {name}")


def _row(parameter: Any) -> str:
    """Return the row of a parameter in the table; empty for what every Typer command has and for hidden ones."""
    if getattr(parameter, "hidden", False) or _OF_EVERY_COMMAND & set(parameter.opts):
        return ""
    is_argument = parameter.param_type_name == "argument"
    metavar = parameter.metavar or parameter.name.upper()
    written = metavar if is_argument else ", ".join([*parameter.opts, *parameter.secondary_opts])
    value = "" if is_argument or getattr(parameter, "is_flag", False) else _value(parameter)
    cells = [_code(written), value, _default(parameter), _one_line(parameter.help)]
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _value(parameter: Any) -> str:
    """Return what an option takes. Typer's own words for it differ from version to version."""
    choices = getattr(parameter.type, "choices", None)
    if choices:
        return ", ".join(_code(str(getattr(choice, "value", choice))) for choice in choices)
    if parameter.metavar:
        return _code(parameter.metavar)
    return next((word for kind, word in _KINDS.items() if kind in parameter.type.name), "text")


def _code(text: str) -> str:
    return f"`{text}`"


def _default(parameter: Any) -> str:
    """Return what is taken if a parameter is not given."""
    if parameter.envvar:
        return _code(str(parameter.envvar))
    if parameter.required:
        return "required"
    default = parameter.default
    if default is None or default is False or callable(default) or default in ((), []):
        return ""
    return _code(str(getattr(default, "value", default)))


def _one_line(text: str | None) -> str:
    return " ".join((text or "").replace("\b", "").split())


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
