"""What a gate found, for people, for programs, and for GitHub."""

from __future__ import annotations

import json
from collections.abc import Callable
from enum import StrEnum
from itertools import groupby
from typing import Any, Final

from nanonets_sdk.drift.report.outcome import (
    NOT_COMPARABLE,
    NOTHING,
    Finding,
    Kind,
    NotComparable,
    Outcome,
)

_MOST_PLACES: Final = 6
_LONGEST_VALUE: Final = 300


class Format(StrEnum):
    """How findings are written."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"
    GITHUB = "github"


def render(outcome: Outcome, form: Format) -> str:
    """Return what a gate found, as text without a line end.

    Args:
        outcome: What it found.
        form: How to write it.
    """
    return _WRITERS[form](outcome)


def render_failure(gate: str, failure: NotComparable, form: Format) -> str:
    """Return why a gate could not do its work, as text without a line end.

    Args:
        gate: Its name.
        failure: Why.
        form: How to write it.
    """
    state = "unreachable" if failure.unreachable else "not-comparable"
    if form is Format.JSON:
        return json.dumps(
            {"gate": gate, "state": state, "exit_status": NOT_COMPARABLE, "reason": str(failure)}, indent=2
        )
    if form is Format.MARKDOWN:
        return f"## Drift gate `{gate}` could not compare ({state})\n\n{_lines(str(failure))}"
    if form is Format.GITHUB:
        return f"::error title=drift {gate} {state}::{_escaped(str(failure))}"
    return f"drift {gate} could not compare: {_lines(str(failure))}"


def _text(outcome: Outcome) -> str:
    lines = [f"drift {outcome.gate}: {_verdict(outcome)}", f"  {_one_line(outcome.subject)}"]
    lines += [f"  {_one_line(note)}" for note in outcome.notes]
    for title, groups in _by_kind(outcome):
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
    for title, groups in _by_kind(outcome):
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
        "counts": {kind.value: count for kind, count in outcome.counts.items()},
        "findings": [_members(finding) for finding in outcome.findings],
    }
    # In ASCII, which every terminal and pipe can take.
    return json.dumps(report, indent=2)


def _github(outcome: Outcome) -> str:
    # No comma in the title: it would end there.
    lines = [
        f"::{_level(finding.kind, outcome.fail_on)} title=drift {outcome.gate} {finding.rule}::"
        f"{_escaped(f'{_place(finding)}: {_one_line(finding.message)}')}"
        for finding in outcome.findings
    ]
    return "\n".join([*lines, f"drift {outcome.gate}: {_verdict(outcome)}"])


_WRITERS: Final[dict[Format, Callable[[Outcome], str]]] = {
    Format.TEXT: _text,
    Format.JSON: _json,
    Format.MARKDOWN: _markdown,
    Format.GITHUB: _github,
}


def _verdict(outcome: Outcome) -> str:
    counts = ", ".join(f"{count} {kind.label}" for kind, count in outcome.counts.items())
    return counts or "nothing moved"


def _by_kind(outcome: Outcome) -> list[tuple[str, list[list[Finding]]]]:
    return [
        (kind.label, [list(group) for _, group in groupby(found, key=lambda finding: (finding.rule, finding.message))])
        for kind, found in groupby(outcome.findings, key=lambda finding: finding.kind)
    ]


def _times(group: list[Finding]) -> str:
    seen = sum(finding.count for finding in group)
    return f" ({seen} times)" if seen > 1 else ""


def _places(group: list[Finding]) -> list[str]:
    places = [_place(finding) for finding in group]
    return [*places[:_MOST_PLACES], *([f"and {len(places) - _MOST_PLACES} more"] if len(places) > _MOST_PLACES else [])]


def _place(finding: Finding) -> str:
    return _one_line(f"{finding.where} {finding.pointer}".rstrip())


def _members(finding: Finding) -> dict[str, Any]:
    values = {"before": finding.before, "after": finding.after}
    return {
        "kind": finding.kind.value,
        "rule": finding.rule,
        "where": finding.where,
        "pointer": finding.pointer,
        "message": finding.message,
        "count": finding.count,
        **{name: value for name, value in values.items() if value is not NOTHING},
    }


def _level(kind: Kind, fail_on: Kind) -> str:
    if kind.weight < fail_on.weight:
        return "notice"
    return "warning" if kind is Kind.ADDITIVE else "error"


def _escaped(text: str) -> str:
    """GitHub ends a command at the end of a line, and reads percent signs as its own escapes."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _plain(text: str) -> str:
    """Text of a foreign document must not become markup, a mention or a link of the issue."""
    shown = text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"
    return "".join(f"\\{sign}" if sign in "\\`*_{}[]<>#@|" else sign for sign in _one_line(shown))


def _lines(text: str) -> str:
    return "\n".join(map(_one_line, text.split("\n")))


def _one_line(text: str) -> str:
    """Text of a foreign document must not move a terminal's cursor, or begin a line of its own."""
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)
