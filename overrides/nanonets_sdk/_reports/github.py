"""Problems as workflow commands, which GitHub attaches to the files of a pull request."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from nanonets_sdk._reports.records import REPLACEMENT, Problem

_COMMANDS: Final = {"error": "error", "warning": "warning", "note": "notice"}


def github(problems: Iterable[Problem], *, title: str) -> list[str]:
    """Return a line for each problem that is not accepted.

    Args:
        problems: The problems, in the order of the report.
        title: What the title of each begins with; the rule follows.
    """
    return [_annotation(problem, title) for problem in problems if not problem.accepted]


def escaped(text: str, *, in_property: bool = False) -> str:
    """Return text for the message of a workflow command, or for one of its properties."""
    # GitHub ends a command at the end of the line, and decodes percent escapes.
    text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return text.replace(":", "%3A").replace(",", "%2C") if in_property else text


def _annotation(problem: Problem, title: str) -> str:
    properties = {"title": f"{title} {problem.rule}"}
    if problem.file:
        properties = {"file": problem.file, "line": str(max(problem.line, 1)), **properties}
    listed = ",".join(f"{name}={escaped(_one_line(value), in_property=True)}" for name, value in properties.items())
    said = f"{problem.place}: {problem.message}" if problem.place else problem.message
    return f"::{_COMMANDS[problem.level]} {listed}::{escaped(_one_line(said))}"


def _one_line(text: str) -> str:
    # Text from a foreign document must not move the cursor of a terminal, or start a command of its own.
    return "".join(sign if sign.isprintable() else REPLACEMENT for sign in text)
