"""Writes outcomes for people, for programs and for GitHub."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from enum import StrEnum
from importlib.util import find_spec
from itertools import groupby
from typing import Final

from nanonets_sdk.drift.report.outcome import NOT_COMPARABLE, NOTHING, Finding, NotComparable, Outcome, Severity

_MAX_PLACES: Final = 6
_MAX_LENGTH: Final = 300
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
    GITHUB = "github"


def render(outcome: Outcome, form: Format) -> str:
    """Return an outcome as text, without a final newline."""
    return _WRITERS[form](outcome)


def render_failure(gate: str, failure: NotComparable, form: Format) -> str:
    """Return the reason why a gate could not compare, as text without a final newline."""
    state = "unreachable" if failure.unreachable else "not-comparable"
    lines = "\n".join(map(_one_line, str(failure).split("\n")))
    if form is Format.JSON:
        return json.dumps(
            {"gate": gate, "state": state, "exit_status": NOT_COMPARABLE, "reason": str(failure)}, indent=2
        )
    if form is Format.MARKDOWN:
        return f"## Drift gate `{gate}` could not compare ({state})\n\n{lines}"
    if form is Format.GITHUB:
        return f"::error title=drift {gate} {state}::{_escaped(str(failure))}"
    return f"drift {gate} could not compare: {lines}"


def print_to_console(text: str) -> None:
    """Print what `render` returned for `Format.TEXT`, coloured if rich is installed and the terminal has colours."""
    if find_spec("rich") is None:
        print(text)
        return
    from rich.console import Console
    from rich.text import Text

    # Highlighted afterwards instead of written as markup: brackets in a foreign document must stay brackets.
    coloured = Text(text)
    coloured.highlight_regex(r"^drift \w+:", "bold")
    for severity, style in _STYLES.items():
        coloured.highlight_regex(rf"(?m)^{re.escape(severity.label)}:$", style)
    coloured.highlight_regex(r"(?m)^    .*$", "dim")
    Console(highlight=False).print(coloured, soft_wrap=True)


def _text(outcome: Outcome) -> str:
    lines = [f"drift {outcome.gate}: {_verdict(outcome)}", f"  {_one_line(outcome.subject)}"]
    lines += [f"  {_one_line(note)}" for note in outcome.notes]
    for title, groups in _by_severity(outcome):
        lines += ["", f"{title}:"]
        for group in groups:
            lines += [f"  {group[0].rule}: {_one_line(group[0].message)}{_times(group)}"]
            lines += [f"    {place}" for place in _places(group)]
    if outcome.exit_status:
        lines += ["", outcome.advice]
    return "\n".join(lines)


def _markdown(outcome: Outcome) -> str:
    lines = [f"## Drift gate `{outcome.gate}`: {_verdict(outcome)}", "", _plain(outcome.subject)]
    lines += ["", *(f"- {_plain(note)}" for note in outcome.notes)]
    for title, groups in _by_severity(outcome):
        lines += ["", f"### {title.capitalize()}", ""]
        for group in groups:
            lines += [f"- **{group[0].rule}**: {_plain(group[0].message)}{_times(group)}"]
            lines += [f"  - `{place.replace('`', '')}`" for place in _places(group)]
    if outcome.exit_status:
        lines += ["", "### What to do", "", outcome.advice]
    return "\n".join(lines)


def _json(outcome: Outcome) -> str:
    report = {
        "gate": outcome.gate,
        "state": "drift" if outcome.exit_status else "clean",
        "exit_status": outcome.exit_status,
        "subject": outcome.subject,
        "notes": list(outcome.notes),
        "counts": {severity.value: count for severity, count in outcome.counts.items()},
        "findings": [
            {
                "kind": finding.severity.value,
                "rule": finding.rule,
                "where": finding.where,
                "pointer": finding.pointer,
                "message": finding.message,
                "count": finding.count,
                **({} if finding.before is NOTHING else {"before": finding.before}),
                **({} if finding.after is NOTHING else {"after": finding.after}),
            }
            for finding in outcome.findings
        ],
    }
    # ASCII, because any terminal or pipe can take it.
    return json.dumps(report, indent=2)


def _github(outcome: Outcome) -> str:
    lines: list[str] = []
    for finding in outcome.findings:
        level = "warning" if finding.severity is Severity.ADDITIVE else "error"
        if finding.severity.weight < outcome.fail_on.weight:
            level = "notice"
        said = _escaped(f"{_place(finding)}: {_one_line(finding.message)}")
        # No comma in the title: GitHub would end it there.
        lines.append(f"::{level} title=drift {outcome.gate} {finding.rule}::{said}")
    return "\n".join([*lines, f"drift {outcome.gate}: {_verdict(outcome)}"])


_WRITERS: Final[dict[Format, Callable[[Outcome], str]]] = {
    Format.TEXT: _text,
    Format.JSON: _json,
    Format.MARKDOWN: _markdown,
    Format.GITHUB: _github,
}


def _verdict(outcome: Outcome) -> str:
    counts = ", ".join(f"{count} {severity.label}" for severity, count in outcome.counts.items())
    return counts or "nothing moved"


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
    places = [_place(finding) for finding in group]
    return [*places[:_MAX_PLACES], *([f"and {len(places) - _MAX_PLACES} more"] if len(places) > _MAX_PLACES else [])]


def _place(finding: Finding) -> str:
    return _one_line(f"{finding.where} {finding.pointer}".rstrip())


def _escaped(text: str) -> str:
    # GitHub ends a workflow command at the end of the line, and decodes percent escapes.
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _plain(text: str) -> str:
    # Text from a foreign document must not become markup, a mention or a link in the issue.
    shortened = text if len(text) <= _MAX_LENGTH else f"{text[:_MAX_LENGTH]}…"
    return "".join(f"\\{sign}" if sign in "\\`*_{}[]<>#@|" else sign for sign in _one_line(shortened))


def _one_line(text: str) -> str:
    # Text from a foreign document must not move the cursor of a terminal, or start a line of its own.
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)
