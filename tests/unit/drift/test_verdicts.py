"""The gates judge changes by the rule in docs/drift.md, which was stated before they were made to follow it."""

from __future__ import annotations

import re
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from nanonets_sdk._openapi import DEVIATIONS, LOCK, locate
from nanonets_sdk.drift.facts.extract import facts_of
from nanonets_sdk.drift.facts.json_types import Tree
from nanonets_sdk.drift.facts.lock import Lock, read_lock
from nanonets_sdk.drift.gates import deviations, surface
from nanonets_sdk.drift.gates.upstream import differences
from nanonets_sdk.drift.report.outcome import Finding, NotComparable
from patches import add, put, remove
from samples import from_yaml, spec

FOLDER = Path(__file__).with_name("verdicts")
LIBRARY: Tree = from_yaml(FOLDER / "library.yaml")
SHOP = (FOLDER / "shop.txt").read_text(encoding="utf-8")
EXPORTS = [
    *("LIMIT", "NAME", "Source", "Level", "Color", "ShopError", "Timeout", "Box", "Order", "Pair"),
    *("Reader", "Holder", "Shop", "opened"),
]


def table(name: str, at: Any = 0, *, every: int = 1) -> list[Any]:
    """Return the rows of a table; all but a few of them are slow if `every` is more than one."""
    rows = enumerate(from_yaml(FOLDER / name))
    slow: list[Any] = [pytest.mark.slow]
    return [pytest.param(row, id=row[at].replace(" ", "-"), marks=slow if n % every else []) for n, row in rows]


@cache
def library_facts() -> Tree:
    """Return the facts of the library, which nothing changes."""
    return facts_of(LIBRARY)


def verdict(findings: list[Finding]) -> str:
    return max(findings, key=lambda found: found.severity.weight).severity.value if findings else "silent"


def changed(document: Tree, row: list[Any]) -> Tree:
    """Return a document after the steps of a row."""
    changed, steps = deepcopy(document), iter(row[2:])
    for step in steps:
        place = pointer(next(steps))
        if step == "remove":
            remove(changed, place)
        elif step == "move":
            put(changed, pointer(next(steps)), remove(changed, place))
        else:
            (add if step == "add" else put)(changed, place, deepcopy(next(steps)))
    return changed


def pointer(text: str) -> str:
    home, _, rest = text.partition("/")
    return {"S": "/components/schemas/", "P": "/paths/", "": "/"}[home] + rest


def exchanging(schema: Any, components: Tree, place: str) -> Tree:
    """Return a document in which a value of a schema goes to the service or comes from it."""
    content = {"content": {"application/json": {"schema": {"type": "object", "properties": {"value": schema}}}}}
    posted: Tree = {"responses": {"200": {"description": ""}}}
    operation: Tree = {"operationId": "op", "responses": {"200": {"description": ""}}}
    document: Tree = {"openapi": "3.1.0", "info": {"version": "1"}, "paths": {"/x": {"post": operation}}}
    match place:
        case "body":
            operation["requestBody"] = content
        case "parameter":
            operation["parameters"] = [{"in": "query", "name": "q", **content}]
        case "reply":
            operation["responses"]["200"] |= content
        case "header":
            operation["responses"]["200"]["headers"] = {"X-Value": {"schema": schema}}
        case "webhook":
            document["webhooks"] = {"sent": {"post": {"requestBody": content, **posted}}}
        case "callback":
            operation["callbacks"] = {"done": {"{$url}": {"post": {"requestBody": content, **posted}}}}
        case _:
            document["webhooks"] = {"sent": {"post": {"responses": {"200": {"description": "", **content}}}}}
    return {**document, "components": {"schemas": deepcopy(components)}}


TO_THE_SERVICE, FROM_THE_SERVICE = ("body", "parameter", "answer"), ("reply", "header", "webhook", "callback")


@pytest.mark.parametrize("row", table("schemas.yaml", "id", every=2))
def test_a_change_of_a_schema_is_judged_by_its_direction(row: Tree) -> None:
    before, after = row.get("with", {}), {**row.get("with", {}), **row.get("then", {})}
    found = {
        place: verdict(
            list(
                differences(
                    facts_of(exchanging(row["was"], before, place)), facts_of(exchanging(row["now"], after, place))
                )
            )
        )
        for place in (*TO_THE_SERVICE, *FROM_THE_SERVICE)
    }
    expected = {place: row["request" if place in TO_THE_SERVICE else "reply"] for place in found}
    # A component that came or went without being used is worth a line of documentation.
    found = {place: "silent" if is_idle(row, said, expected[place]) else said for place, said in found.items()}

    assert found == expected


def is_idle(row: Tree, said: str, expected: str) -> bool:
    return said == "documentation" and expected == "silent" and ("with" in row or "then" in row)


@pytest.mark.parametrize("row", table("documents.yaml"))
def test_a_change_of_a_document_is_judged(row: list[Any]) -> None:
    assert verdict(list(differences(library_facts(), facts_of(changed(LIBRARY, row))))) == row[1]


CHECKS: list[Tree] = from_yaml(FOLDER / "oasdiff.yaml")
CHANGES: dict[str, list[Any]] = {row[0]: row for row in from_yaml(FOLDER / "documents.yaml")}
PETS: Tree = {
    name: {"type": "object", "properties": {"kind": {"type": "string"}, "type": {"type": "string"}, name: {}}}
    for name in ("Cat", "Dog")
}


def test_each_check_of_oasdiff_is_handled_or_declined() -> None:
    names = (FOLDER / "oasdiff-checks.txt").read_text(encoding="utf-8").split()
    unknown = [name for name in names if not any(re.fullmatch(row["is"], name) for row in CHECKS)]

    assert unknown == []
    assert len(names) > 500


@pytest.mark.parametrize("row", [pytest.param(row, id=row["is"][-40:]) for row in CHECKS if "declined" not in row])
def test_a_check_of_oasdiff_has_its_rule(row: Tree) -> None:
    if "change" in row:
        after = facts_of(changed(LIBRARY, CHANGES[row["change"]]))
        assert row["rule"] in {found.rule for found in differences(library_facts(), after)}
        return
    for place, way in (("body", "request"), ("reply", "response")):
        before, after = (facts_of(exchanging(row[key], PETS, place)) for key in ("was", "now"))
        found = {finding.rule for finding in differences(before, after)} - {"unused-component-changed"}
        if way in row:
            assert row[way] in found if row[way] else not found, (place, found)
        elif not {"request", "response"} & row.keys():
            assert found, place


@pytest.fixture(scope="module")
def agreed() -> tuple[Tree, Lock, tuple[deviations.Deviation, ...]]:
    return spec(), read_lock(locate(LOCK)), deviations.read_deviations(locate(DEVIATIONS))


@pytest.mark.parametrize("row", table("descriptions.yaml", every=8))
def test_a_change_of_our_description_is_seen(
    row: list[Any], agreed: tuple[Tree, Lock, tuple[deviations.Deviation, ...]]
) -> None:
    ours, lock, declared = agreed
    outcome = deviations.check(deviations.compare(lock, changed(ours, row)), declared, lock)

    assert ("seen" if outcome.exit_status else "silent") == row[1], outcome.findings


def shop(folder: Path, exports: list[str], code: str) -> Path:
    """Write a package with these exports and this module, and return its folder."""
    root = folder / "nanonets_sdk"
    root.mkdir()
    listed = ", ".join(f'"{name}"' for name in exports)
    imported = ", ".join(exports)
    (root / "__init__.py").write_text(f"from nanonets_sdk.shop import {imported}\n\n__all__ = [{listed}]\n")
    (root / "shop.py").write_text(code)
    return root


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> surface.Surface:
    return surface.surface_of(shop(tmp_path_factory.mktemp("before"), EXPORTS, SHOP))


@pytest.mark.parametrize("row", table("names.yaml"))
def test_a_change_of_the_surface_is_judged(row: list[str], before: surface.Surface, tmp_path: Path) -> None:
    exports, code, steps = EXPORTS, SHOP, iter(row[2:])
    for old, new in zip(steps, steps, strict=True):
        if old in {"EXPORT", "RETRACT"}:
            exports = [*EXPORTS, new] if old == "EXPORT" else [name for name in EXPORTS if name != new]
        else:
            assert old in code
            code = code.replace(old, new, 1)
    try:
        found = verdict(list(surface.compare(before, surface.surface_of(shop(tmp_path, exports, code))).findings))
    except NotComparable:
        found = "not comparable"

    assert found == row[1]
