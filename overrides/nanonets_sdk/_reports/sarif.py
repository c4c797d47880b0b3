"""Problems as SARIF 2.1.0, which code scanning reads."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import quote

from nanonets_sdk._reports.records import Problem

SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"


def sarif(problems: Iterable[Problem], *, tool: str, version: str, failure: str = "", file: str = "") -> str:
    """Return problems as a SARIF log with one run.

    Args:
        problems: The problems, in the order of the report.
        tool: The name of the tool, e.g. `nanonets drift`.
        version: Its version.
        failure: Why the tool could not work; the run counts as failed then.
        file: Where problems without a file are shown. Code scanning of GitHub refuses results without one.
    """
    every = list(problems)
    rules = sorted({problem.rule for problem in every})
    invocation: dict[str, Any] = {"executionSuccessful": not failure}
    if failure:
        notification = {"level": "error", "message": {"text": failure}}
        invocation["toolExecutionNotifications"] = [notification]
    run = {
        "tool": {"driver": {"name": tool, "version": version, "rules": [{"id": rule} for rule in rules]}},
        "invocations": [invocation],
        "columnKind": "unicodeCodePoints",
        "results": [_result(problem, rules, file) for problem in every],
    }
    # ASCII, because any terminal or pipe can take it.
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)


def _result(problem: Problem, rules: list[str], file: str) -> dict[str, Any]:
    location: dict[str, Any] = {}
    if problem.file or file:
        # A path is a URI reference here, in which "%" and spaces are encoded.
        artifact = {"uri": quote(problem.file or file, safe="/")}
        location["physicalLocation"] = {"artifactLocation": artifact, "region": {"startLine": max(problem.line, 1)}}
    if problem.place:
        location["logicalLocations"] = [{"fullyQualifiedName": problem.place}]
    said = f"{problem.rule}\n{problem.place}\n{problem.message}"
    result: dict[str, Any] = {
        "ruleId": problem.rule,
        "ruleIndex": rules.index(problem.rule),
        "level": problem.level,
        "message": {"text": f"{problem.place}: {problem.message}" if problem.place else problem.message},
        # Without line numbers, so that an alert stays the same one if lines above it move.
        "partialFingerprints": {
            "nanonets/v1": hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest(),
        },
    }
    if location:
        result["locations"] = [location]
    if problem.accepted:
        result["suppressions"] = [{"kind": "external", "justification": problem.accepted}]
    return result
