"""The gate on the published description: is it still the one that ours was cleaned from?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import urlsplit

from attrs import evolve

from nanonets_sdk.drift.changes.catalogue import classify
from nanonets_sdk.drift.changes.changes import Change, changes
from nanonets_sdk.drift.changes.conditions import is_added, is_removed
from nanonets_sdk.drift.changes.inferred import expectations
from nanonets_sdk.drift.changes.matching import Pair, pairs, renamed_parameters
from nanonets_sdk.drift.facts.json_types import Tree
from nanonets_sdk.drift.facts.lock import Lock, lock_of
from nanonets_sdk.drift.facts.source import fetch
from nanonets_sdk.drift.report.outcome import Finding, Kind, Outcome

_ADVICE: Final = (
    "Read what changed, take it over into openapi/nanonets.yaml or declare it in openapi/deviations.yaml, and write "
    "the lock anew with `nox -s drift -- upstream DOCUMENT --write-lock`."
)


def read_published(place: str) -> Lock:
    """Return the facts of a published document.

    Args:
        place: A path or an address.

    Raises:
        NotComparable: It cannot be had, or is no OpenAPI document.
    """
    return lock_of(fetch(place), PurePosixPath(urlsplit(place).path).name or place)


def compare(agreed: Lock, published: Lock, fail_on: Kind = Kind.ADDITIVE) -> Outcome:
    """Return what moved between the lock and a published document.

    Args:
        agreed: The lock.
        published: The document's facts.
        fail_on: The least kind of finding that fails.
    """
    same = "the same bytes as then" if agreed.sha256 == published.sha256 else "other bytes than then"
    return Outcome(
        gate="upstream",
        subject=f"{published.name}, version {published.version}, against version {agreed.version}",
        findings=tuple(differences(agreed.facts, published.facts)),
        notes=(f"{agreed.size} facts in the lock, {published.size} in the document; {same}.",),
        advice=_ADVICE,
        fail_on=fail_on,
    )


def differences(before: Tree, after: Tree) -> Iterator[Finding]:
    """Yield what changed between two facts, told and classified.

    Args:
        before: The facts that were agreed.
        after: The facts now.
    """
    one, other = expectations(before), expectations(after)
    for change in changes(_without_operations(one), _without_operations(other)):
        yield _finding("the description", change)
    for pair in pairs(one["operations"], other["operations"]):
        yield from _of_pair(pair, one["operations"], other["operations"])


def _without_operations(facts: Tree) -> Tree:
    return {name: value for name, value in facts.items() if name != "operations"}


def _of_pair(pair: Pair, before: Tree, after: Tree) -> Iterator[Finding]:
    if pair.before is None:
        yield Finding(Kind.ADDITIVE, "operation-added", str(pair.after), "There is a new operation.", after=pair.after)
        return
    if pair.after is None:
        yield Finding(Kind.CALLERS, "operation-removed", pair.before, "The operation is gone.", before=pair.before)
        return
    names = renamed_parameters(pair.before, pair.after)
    moved = _moved(pair.before, pair.after)
    if moved is not None:
        yield moved
    found = list(changes(_renamed(before[pair.before], names), after[pair.after]))
    yield from (_finding(pair.before, change) for change in _parameters_in_other_places(found))


def _moved(before: str, after: str) -> Finding | None:
    if before == after:
        return None
    (method, _, path), (new_method, _, new_path) = before.partition(" "), after.partition(" ")
    told = Finding(Kind.WIRE, "path-changed", before, f"It is now {after}.", before=before, after=after)
    if method != new_method:
        return evolve(told, rule="method-changed")
    if path.rstrip("/") == new_path.rstrip("/"):
        return evolve(told, rule="trailing-slash-changed")
    names = renamed_parameters(before, after)
    renamed = path
    for old, new in names.items():
        renamed = renamed.replace(f"{{{old}}}", f"{{{new}}}")
    return evolve(told, kind=Kind.DOCUMENTATION, rule="path-parameter-renamed") if renamed == new_path else told


def _renamed(operation: Tree, names: dict[str, str]) -> Tree:
    if not names:
        return operation
    parameters = {
        f"path:{names.get(name.removeprefix('path:'), '')}" if name.removeprefix("path:") in names else name: value
        for name, value in operation.get("parameters", {}).items()
    }
    return {**operation, "parameters": parameters}


def _parameters_in_other_places(found: list[Change]) -> Iterator[Change]:
    """Join the removal of a parameter and its addition elsewhere into one change of its place."""
    gone = {_parameter_name(change): change for change in found if is_removed(change) and _parameter_name(change)}
    come = {_parameter_name(change): change for change in found if is_added(change) and _parameter_name(change)}
    moved = gone.keys() & come.keys()
    for change in found:
        name = _parameter_name(change)
        if name in moved and is_removed(change):
            yield Change(f"/parameters/{name}/in", _place_of(change), _place_of(come[name]))
        elif not (name in moved and is_added(change)):
            yield change


def _parameter_name(change: Change) -> str:
    head, _, name = change.pointer.removeprefix("/parameters/").partition(":")
    return name.lower() if head in {"path", "query", "header", "cookie"} and "/" not in name else ""


def _place_of(change: Change) -> str:
    return change.pointer.removeprefix("/parameters/").partition(":")[0]


def _finding(where: str, change: Change) -> Finding:
    rule = classify(change)
    return Finding(rule.kind, rule.name, where, rule.told(change), change.pointer, change.before, change.after)
