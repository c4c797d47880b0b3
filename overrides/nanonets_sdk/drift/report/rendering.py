"""Writes results for people, for programs and for GitHub."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from enum import StrEnum
from importlib.util import find_spec
from itertools import groupby
from typing import Final

from nanonets_sdk.drift.report.outcome import Failure, Finding, Outcome, Result, Severity
from nanonets_sdk.drift.report.programs import to_github, to_json, to_junit, to_sarif
from nanonets_sdk.drift.report.wording import one_line, verdict

MARKER: Final = "<!-- nanonets drift -->"
"""The first line of a comment, by which the next run finds it."""
_MAX_PLACES: Final = 6
_MAX_LENGTH: Final = 300
# GitHub refuses a comment of more than 65,536 characters.
_MAX_COMMENT: Final = 60_000
_STYLES: Final = {
    Severity.CALLERS: "bold red",
    Severity.WIRE: "bold magenta",
    Severity.AGREEMENT: "bold red",
    Severity.ADDITIVE: "bold yellow",
    Severity.DOCUMENTATION: "bold blue",
}


class Format(StrEnum):
    """Output formats."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"
    COMMENT = "comment"
    GITHUB = "github"
    SARIF = "sarif"
    JUNIT = "junit"


def render(results: Result | Sequence[Result], form: Format) -> str:
    """Return the results of one gate or of several as text, without a final newline."""
    return _WRITERS[form]([results] if isinstance(results, Outcome | Failure) else results)


def print_to_console(text: str) -> None:
    """Print what `render` returned for `Format.TEXT`, coloured if rich is installed and the terminal has colours."""
    if find_spec("rich") is None:
        print(text)
        return
    from rich.console import Console
    from rich.text import Text

    # Highlighted afterwards instead of written as markup: brackets in a foreign document must stay brackets.
    coloured = Text(text)
    coloured.highlight_regex(r"(?m)^drift [\w-]+:", "bold")
    for severity, style in _STYLES.items():
        coloured.highlight_regex(rf"(?m)^{re.escape(severity.label)}:$", style)
    coloured.highlight_regex(r"(?m)^    .*$", "dim")
    Console(highlight=False).print(coloured, soft_wrap=True)


def _text(results: Sequence[Result]) -> str:
    return "\n\n".join(map(_text_of, results))


def _text_of(result: Result) -> str:
    if isinstance(result, Failure):
        reason = "\n".join(map(one_line, result.reason.split("\n")))
        return f"drift {result.gate} {result.ended}: {reason}"
    lines = [f"drift {result.gate}: {verdict(result)}", f"  {one_line(result.subject)}"]
    lines += [f"  {one_line(note)}" for note in result.notes]
    for title, groups in _by_severity(result):
        lines += ["", f"{title}:"]
        for group in groups:
            lines += [f"  {group[0].rule}: {one_line(group[0].message)}{_times(group)}"]
            lines += [f"    {place}" for place in _places(group)]
    if result.accepted:
        lines += ["", "accepted:"]
    for one in result.accepted:
        lines += [f"  {one.finding.rule}: {one_line(one.finding.message)}", f"    {one_line(one.finding.place)}"]
        lines += [f"    until {one.until}: {one_line(one.reason)}"]
    if result.exit_status and result.advice:
        lines += ["", result.advice]
    return "\n".join(lines)


def _markdown(results: Sequence[Result]) -> str:
    return "\n\n".join(map(_markdown_of, results))


def _markdown_of(result: Result) -> str:
    if isinstance(result, Failure):
        reason = "\n".join(map(one_line, result.reason.split("\n")))
        return f"## Drift gate `{result.gate}` {result.ended} ({result.state})\n\n{reason}"
    lines = [f"## Drift gate `{result.gate}`: {verdict(result)}", "", _plain(result.subject)]
    lines += ["", *(f"- {_plain(note)}" for note in result.notes)]
    for title, groups in _by_severity(result):
        lines += ["", f"### {title.capitalize()}", ""]
        for group in groups:
            lines += [f"- **{group[0].rule}**: {_plain(group[0].message)}{_times(group)}"]
            lines += [f"  - `{place.replace('`', '')}`" for place in _places(group)]
    if result.accepted:
        lines += ["", "### Accepted", ""]
    for one in result.accepted:
        lines += [f"- **{one.finding.rule}** until {one.until}: {_plain(one.reason)}"]
        lines += [f"  - `{one_line(one.finding.place).replace('`', '')}`"]
    if result.exit_status and result.advice:
        lines += ["", "### What to do", "", result.advice]
    return "\n".join(lines)


def _comment(results: Sequence[Result]) -> str:
    text = f"{MARKER}\n{_markdown(results)}"
    if len(text) <= _MAX_COMMENT:
        return text
    # Cut at the end of a line, so that no markup is left open.
    whole_lines = text[:_MAX_COMMENT].rpartition("\n")[0]
    return f"{whole_lines}\n\nThe rest of the report is too long for a comment."


_WRITERS: Final[dict[Format, Callable[[Sequence[Result]], str]]] = {
    Format.TEXT: _text,
    Format.JSON: to_json,
    Format.MARKDOWN: _markdown,
    Format.COMMENT: _comment,
    Format.GITHUB: to_github,
    Format.SARIF: to_sarif,
    Format.JUNIT: to_junit,
}


def _by_severity(outcome: Outcome) -> list[tuple[str, list[list[Finding]]]]:
    """Group equal messages below their severity; the findings are sorted by severity and rule already."""
    return [
        (severity.label, [list(group) for _, group in groupby(found, key=lambda one: (one.rule, one.message))])
        for severity, found in groupby(outcome.findings, key=lambda one: one.severity)
    ]


def _times(group: list[Finding]) -> str:
    seen = sum(finding.count for finding in group)
    return f" ({seen} times)" if seen > 1 else ""


def _places(group: list[Finding]) -> list[str]:
    places = [one_line(finding.place) for finding in group]
    return [*places[:_MAX_PLACES], *([f"and {len(places) - _MAX_PLACES} more"] if len(places) > _MAX_PLACES else [])]


def _plain(text: str) -> str:
    # Text from a foreign document must not become markup, a mention or a link in the issue.
    shortened = text if len(text) <= _MAX_LENGTH else f"{text[:_MAX_LENGTH]}…"
    return "".join(f"\\{sign}" if sign in "\\`*_{}[]<>#@|" else sign for sign in one_line(shortened))
