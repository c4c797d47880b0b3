"""Results for programs: JSON, SARIF, JUnit and GitHub's annotations.

The JSON has a schema, `report.schema.json` beside this module, which `nanonets drift schema` prints.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from nanonets_sdk._reports.github import escaped, github
from nanonets_sdk._reports.junit import junit
from nanonets_sdk._reports.records import Case, Level, Problem, State
from nanonets_sdk._reports.sarif import sarif
from nanonets_sdk._version import __version__
from nanonets_sdk.drift.report.outcome import NOTHING, Failure, Finding, Outcome, Result, Severity
from nanonets_sdk.drift.report.wording import one_line, verdict

TOOL: Final = "nanonets drift"
SCHEMA: Final = Path(__file__).with_name("report.schema.json")
VERSION: Final = 1
_ALL: Final = "all"


def to_json(results: Sequence[Result]) -> str:
    """Return the report of one gate, or of several as members of one report."""
    reports = [_report(result) for result in results]
    if len(results) == 1:
        whole = reports[0]
    else:
        worst = max(results, key=lambda result: result.exit_status)
        whole = {"gate": _ALL, "state": worst.state, "exit_status": worst.exit_status, "gates": reports}
    # ASCII, because any terminal or pipe can take it.
    return json.dumps({"report": VERSION, **whole}, indent=2, default=str)


def to_sarif(results: Sequence[Result]) -> str:
    """Return a SARIF log with one run."""
    failures = [f"{result.gate} {result.state}: {result.reason}" for result in results if isinstance(result, Failure)]
    problems = [problem for result in results if isinstance(result, Outcome) for problem in _problems(result)]
    return sarif(problems, tool=TOOL, version=__version__, failure="\n".join(failures))


def to_junit(results: Sequence[Result]) -> str:
    """Return a JUnit report with a suite for each gate."""
    return junit((case for result in results for case in _cases(result)), name=TOOL)


def to_github(results: Sequence[Result]) -> str:
    """Return workflow commands, and a line of what each gate found."""
    lines: list[str] = []
    for result in results:
        if isinstance(result, Failure):
            title = escaped(f"drift {result.gate} {result.state}", in_property=True)
            lines.append(f"::error title={title}::{escaped(result.reason)}")
        else:
            lines += github(_problems(result), title=f"drift {result.gate}")
            lines.append(f"drift {result.gate}: {verdict(result)}")
    return "\n".join(lines)


def _report(result: Result) -> dict[str, Any]:
    common = {"gate": result.gate, "state": result.state, "exit_status": result.exit_status}
    if isinstance(result, Failure):
        return {**common, "reason": result.reason}
    report: dict[str, Any] = {
        **common,
        "subject": result.subject,
        "notes": list(result.notes),
        "counts": {severity.value: count for severity, count in result.counts.items()},
        "findings": [_finding(finding) for finding in result.findings],
        "accepted": [{**_finding(one.finding), "reason": one.reason, "until": one.until} for one in result.accepted],
        "advice": result.advice if result.exit_status else "",
    }
    if result.operations:
        used = [name for name, was_used in result.operations.items() if was_used]
        report["operations"] = {"used": used, "unused": [name for name in result.operations if name not in used]}
    return report


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "kind": finding.severity.value,
        "rule": finding.rule,
        "where": finding.where,
        "pointer": finding.pointer,
        "message": finding.message,
        "count": finding.count,
        **({} if finding.before is NOTHING else {"before": finding.before}),
        **({} if finding.after is NOTHING else {"after": finding.after}),
        **({"file": finding.file} if finding.file else {}),
        **({"line": finding.line} if finding.line else {}),
    }


def _problems(outcome: Outcome) -> Iterator[Problem]:
    for finding in outcome.findings:
        yield _problem(finding, outcome)
    for one in outcome.accepted:
        yield _problem(one.finding, outcome, f"{one.reason} (until {one.until})")


def _problem(finding: Finding, outcome: Outcome, accepted: str = "") -> Problem:
    level: Level = "warning" if finding.severity is Severity.ADDITIVE else "error"
    if not outcome.fails(finding):
        level = "note"
    said = one_line(finding.message)
    return Problem(finding.rule, level, said, one_line(finding.place), finding.file, finding.line, accepted)


def _cases(result: Result) -> Iterator[Case]:
    if isinstance(result, Failure):
        yield Case(result.state, result.gate, "error", one_line(result.reason), result.reason)
        return
    yield Case(one_line(result.subject), result.gate)
    for problem in _problems(result):
        state: State = "skipped" if problem.accepted else "passed" if problem.level == "note" else "failed"
        yield Case(
            f"{problem.rule}: {problem.place}",
            result.gate,
            state,
            problem.accepted or ("" if state == "passed" else problem.message),
            file=problem.file,
            line=problem.line,
        )
