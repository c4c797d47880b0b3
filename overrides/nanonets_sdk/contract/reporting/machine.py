"""Reports for other programs, without a value of any exchange: JUnit for test results, SARIF for code scanning."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Sequence
from typing import Any, Final

from attrs import frozen

from nanonets_sdk._version import __version__
from nanonets_sdk.contract.description.spec import SPEC_PATH
from nanonets_sdk.contract.judging.problem import Problem

_SARIF: Final = "https://json.schemastore.org/sarif-2.1.0.json"


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
    """Return a JUnit report.

    Args:
        suite: The name of the suite.
        cases: The checks.
    """
    every = [*cases]
    failed, skipped = sum(bool(case.problems) for case in every), sum(bool(case.skipped) for case in every)
    counts = {"tests": str(len(every)), "failures": str(failed), "skipped": str(skipped), "errors": "0"}
    root = ET.Element("testsuites", {"name": suite, **counts})
    group = ET.SubElement(root, "testsuite", {"name": suite, **counts})
    for case in every:
        element = ET.SubElement(group, "testcase", {"classname": case.group, "name": case.name})
        if case.skipped:
            ET.SubElement(element, "skipped", {"message": case.skipped})
        elif case.problems:
            told = [str(problem) for problem in case.problems]
            ET.SubElement(element, "failure", {"message": told[0], "type": case.problems[0].rule}).text = "\n".join(
                told
            )
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def sarif(cases: Iterable[Case]) -> str:
    """Return a SARIF 2.1.0 report, whose results point to the operation in the API description."""
    found = [(case, problem) for case in cases for problem in case.problems]
    rules = sorted({problem.rule for _, problem in found})
    driver = {
        "name": "nanonets contract",
        "version": __version__,
        "rules": [{"id": rule, "shortDescription": {"text": rule}} for rule in rules],
    }
    results = [_result(case, problem) for case, problem in found]
    report = {"$schema": _SARIF, "version": "2.1.0", "runs": [{"tool": {"driver": driver}, "results": results}]}
    return json.dumps(report, indent=2) + "\n"


def _result(case: Case, problem: Problem) -> dict[str, Any]:
    return {
        "ruleId": problem.rule,
        "level": "error",
        "message": {"text": f"{case.group} ({problem.side}): {problem.place}: {problem.message}"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": f"openapi/{SPEC_PATH.name}"},
                    "region": {"startLine": _line_of(case.group)},
                },
                "logicalLocations": [{"fullyQualifiedName": case.group}],
            }
        ],
    }


def _line_of(operation_id: str) -> int:
    """Return the line of an operation in the description; 1 for a route that it does not have."""
    lines = SPEC_PATH.read_text(encoding="utf-8").splitlines()
    wanted = f"operationId: {operation_id}"
    return next((number for number, line in enumerate(lines, start=1) if line.strip() == wanted), 1)
