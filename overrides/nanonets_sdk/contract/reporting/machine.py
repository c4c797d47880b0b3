"""Reports for other programs, without a value of any exchange: JUnit for test results, SARIF for code scanning."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from attrs import frozen

from nanonets_sdk._reports import records
from nanonets_sdk._reports.junit import junit as as_junit
from nanonets_sdk._reports.sarif import sarif as as_sarif
from nanonets_sdk._version import __version__
from nanonets_sdk.contract.description.spec import SPEC_PATH
from nanonets_sdk.contract.judging.problem import Problem


@frozen
class Case:
    """A check and what was wrong.

    Attributes:
        group: The operation, or the route.
        name: What was checked.
        problems: What was wrong; empty if the check passed.
        skipped: Why it was not checked; "" if it was.
    """

    group: str
    name: str
    problems: Sequence[Problem] = ()
    skipped: str = ""


def junit(suite: str, cases: Iterable[Case]) -> str:
    """Return a JUnit report, with a suite for each operation.

    Args:
        suite: The name of the report.
        cases: The checks.
    """
    return f"{as_junit(map(_checked, cases), name=suite)}\n"


def _checked(case: Case) -> records.Case:
    if case.skipped:
        return records.Case(case.name, case.group, "skipped", case.skipped)
    told = [str(problem) for problem in case.problems]
    return records.Case(case.name, case.group, "failed" if told else "passed", told[0] if told else "", "\n".join(told))


def sarif(cases: Iterable[Case]) -> str:
    """Return a SARIF 2.1.0 report, whose results point to the operation in the API description."""
    found = [_found(case, problem) for case in cases for problem in case.problems]
    return f"{as_sarif(found, tool='nanonets contract', version=__version__)}\n"


def _found(case: Case, problem: Problem) -> records.Problem:
    message = f"{problem.side}: {problem.place}: {problem.message}"
    file = f"openapi/{SPEC_PATH.name}"
    return records.Problem(problem.rule, "error", message, case.group, file, _line_of(case.group))


def _line_of(operation_id: str) -> int:
    """Return the line of an operation in the description; 1 for a route that it does not have."""
    lines = SPEC_PATH.read_text(encoding="utf-8").splitlines()
    wanted = f"operationId: {operation_id}"
    return next((number for number, line in enumerate(lines, start=1) if line.strip() == wanted), 1)
