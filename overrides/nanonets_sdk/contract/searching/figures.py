"""Reads the reports of schemathesis: operations, statuses, links and failures of a run."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from attrs import field, frozen

from nanonets_sdk.contract.description.json_values import children
from nanonets_sdk.contract.description.spec import SpecOperation, body_input, spec_operations


def _none() -> frozenset[Any]:
    return frozenset()


def _zero() -> Counter[str]:
    return Counter()


@frozen
class Figures:
    """The figures of one or more runs."""

    operations: frozenset[str] = field(factory=_none)
    """Ids of the operations that were called."""
    cases: int = 0
    calls: int = 0
    scenarios: int = 0
    filtered: int = 0
    """Complaints that `filter_failure` ignored."""
    links: frozenset[str] = field(factory=_none)
    """Links that were followed, by their names in schemathesis."""
    statuses: frozenset[tuple[str, str]] = field(factory=_none)
    """Pairs of operation id and status in the replies."""
    inputs: frozenset[tuple[str, str]] = field(factory=_none)
    """Pairs of operation id and input that was sent and accepted."""
    failures: Counter[str] = field(factory=_zero)
    """Failures by the name of their type."""
    failing: frozenset[str] = field(factory=_none)
    """Ids of the operations that failed outside scenarios."""
    kinds: frozenset[tuple[str, str]] = field(factory=_none)
    """Pairs of operation id and type of failure."""

    def __add__(self, other: Self) -> Self:
        return type(self)(
            operations=self.operations | other.operations,
            cases=self.cases + other.cases,
            calls=self.calls + other.calls,
            scenarios=self.scenarios + other.scenarios,
            filtered=self.filtered + other.filtered,
            links=self.links | other.links,
            statuses=self.statuses | other.statuses,
            inputs=self.inputs | other.inputs,
            failures=self.failures + other.failures,
            failing=self.failing | other.failing,
            kinds=self.kinds | other.kinds,
        )

    def __str__(self) -> str:
        known = len(spec_operations())
        links = sum(len(operation.links) for operation in spec_operations())
        failures = ", ".join(f"{kind}: {count}" for kind, count in sorted(self.failures.items())) or "none"
        return (
            f"operations {len(self.operations)}/{known}, cases {self.cases}, calls {self.calls}, "
            f"scenarios {self.scenarios}, links followed {len(self.links)}/{links}, "
            f"complaints left out {self.filtered}, failures {failures}"
        )


def figures_of(folder: Path) -> Figures:
    """Return the figures of the reports in a folder; all zero if the run was killed."""
    written = folder / "run.json"
    if not (written.exists() and written.stat().st_size):
        return Figures()
    summary: dict[str, Any] = json.loads(written.read_text(encoding="utf-8"))
    scenarios = list(_scenarios(folder / "run.ndjson"))
    calls = [call for scenario in scenarios for call in _calls(scenario)]
    return Figures(
        operations=frozenset(operation.operation_id for operation, _, _ in calls),
        cases=summary["test_cases"]["generated"],
        calls=len(calls),
        scenarios=sum(scenario["phase"].lower().startswith("stateful") for scenario in scenarios),
        filtered=summary["filtered"],
        links=frozenset(link for scenario in scenarios for link in _followed(scenario)),
        statuses=frozenset((operation.operation_id, str(status)) for operation, status, _ in calls),
        inputs=frozenset((operation.operation_id, name) for operation, _, names in calls for name in names),
        failures=Counter({failure["type"]: failure["count"] for failure in summary["failures"]})
        + Counter({error["title"]: error["count"] for error in summary["errors"]}),
        failing=frozenset(operation_id for operation_id, _ in _kinds(summary)),
        kinds=frozenset(_kinds(summary)),
    )


def _kinds(summary: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the operations that failed and how; a failure of a scenario has no single operation."""
    by_label = {operation.label: operation.operation_id for operation in spec_operations()}
    for failure in summary["failures"]:
        yield from ((by_label[label], failure["type"]) for label in failure["operations"] if label in by_label)


def _scenarios(report: Path) -> Iterator[dict[str, Any]]:
    with report.open(encoding="utf-8") as lines:
        for line in lines:
            event = json.loads(line)
            if "ScenarioFinished" in event:
                yield event["ScenarioFinished"]


def _followed(scenario: Mapping[str, Any]) -> Iterator[str]:
    for case in scenario["recorder"].get("cases", {}).values():
        if case.get("is_transition_applied") and "transition" in case:
            yield case["transition"]["id"]


def _calls(scenario: Mapping[str, Any]) -> Iterator[tuple[SpecOperation, int, tuple[str, ...]]]:
    """Yield each call of an operation with its status, and with its inputs if it was accepted."""
    by_label = {operation.label: operation for operation in spec_operations()}
    recorder = scenario["recorder"]
    for case_id, node in recorder.get("cases", {}).items():
        case = node["value"]
        operation = by_label.get(f"{case['method']} {case['path']}")
        answer = recorder.get("interactions", {}).get(case_id, {}).get("response")
        if operation is not None and answer:
            url = recorder["interactions"][case_id]["request"]["uri"]
            accepted = answer["status_code"] in {200, 202, 206}
            yield operation, answer["status_code"], tuple(_inputs(case, url)) if accepted else ()


def _inputs(case: Mapping[str, Any], url: str) -> Iterator[str]:
    yield from (f"path:{name}" for name, _ in children(case.get("path_parameters")))
    yield from (f"query:{name}" for name, _ in parse_qsl(urlsplit(url).query, keep_blank_values=True))
    yield from (body_input(case["media_type"], str(name)) for name, _ in children(case.get("body")))
