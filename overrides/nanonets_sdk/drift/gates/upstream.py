"""Gate on the published description: is it still the one that ours is based on?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import urlsplit

from attrs import evolve

from nanonets_sdk.drift.changes.catalogue import classify
from nanonets_sdk.drift.changes.change import Change
from nanonets_sdk.drift.changes.diff import diff
from nanonets_sdk.drift.changes.inferred import infer_schemas
from nanonets_sdk.drift.changes.matching import Pair, pairs, renamed_parameters, with_same_schemes, with_unused_schemes
from nanonets_sdk.drift.changes.rules import is_added, is_removed
from nanonets_sdk.drift.facts.json_types import Tree
from nanonets_sdk.drift.facts.lock import Lock, lock_of
from nanonets_sdk.drift.facts.source import fetch
from nanonets_sdk.drift.report.outcome import Finding, Outcome, Severity

_ADVICE: Final = (
    "Read what changed, adopt it in openapi/nanonets.yaml or declare it in openapi/deviations.yaml, and rewrite the "
    "lock with `nox -s drift -- upstream DOCUMENT --write-lock`."
)


def read_published(place: str) -> Lock:
    """Return the facts of a published document.

    Raises:
        NotComparable: The document cannot be fetched, or is not an OpenAPI document.
    """
    return lock_of(fetch(place), PurePosixPath(urlsplit(place).path).name or place)


def compare(agreed: Lock, published: Lock, fail_on: Severity = Severity.ADDITIVE) -> Outcome:
    """Return what moved between the lock and a published document."""
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
    """Yield a finding for each change between two sets of facts."""
    one, other = with_unused_schemes(with_same_schemes(infer_schemas(before), after), infer_schemas(after))
    old, new = one.pop("operations"), other.pop("operations")
    for change in diff(one, other):
        yield _finding("the description", change)
    servers = [facts.get("servers", {}) for facts in (one, other)]
    for pair in pairs(old, new):
        if pair.before is None:
            name = str(pair.after)
            yield Finding(Severity.ADDITIVE, "operation-added", name, "There is a new operation.", after=name)
        elif pair.after is None:
            name = pair.before
            yield Finding(Severity.CALLERS, "operation-removed", name, "The operation is gone.", before=name)
        else:
            if pair.before != pair.after:
                yield _moved(pair.before, pair.after)
            operation, now = _renamed(old[pair.before], pair), new[pair.after]
            if "servers" in operation or "servers" in now:
                # An operation without servers of its own uses those of the document.
                operation, now = {"servers": servers[0], **operation}, {"servers": servers[1], **now}
            yield from (_finding(pair.before, change) for change in _joined(list(diff(operation, now))))


def _moved(before: str, after: str) -> Finding:
    """Return the finding for an operation whose method or path changed."""
    (method, _, path), (new_method, _, new_path) = before.partition(" "), after.partition(" ")
    moved = Finding(Severity.WIRE, "path-changed", before, f"It is now {after}.", before=before, after=after)
    if method != new_method:
        return evolve(moved, rule="method-changed")
    if path.rstrip("/") == new_path.rstrip("/"):
        return evolve(moved, rule="trailing-slash-changed")
    for old, new in renamed_parameters(before, after).items():
        path = path.replace(f"{{{old}}}", f"{{{new}}}")
    # The name of a path parameter never reaches the wire.
    return evolve(moved, severity=Severity.DOCUMENTATION, rule="path-parameter-renamed") if path == new_path else moved


def _renamed(operation: Tree, pair: Pair) -> Tree:
    """Return the old operation with the new names of its path parameters."""
    names = renamed_parameters(str(pair.before), str(pair.after))
    names = {f"path:{old}": f"path:{new}" for old, new in names.items()}
    if not names:
        return operation
    parameters = {names.get(name, name): value for name, value in operation.get("parameters", {}).items()}
    return {**operation, "parameters": parameters}


def _joined(found: list[Change]) -> Iterator[Change]:
    """Join the removal of a parameter and its addition elsewhere into one change of its `in`."""
    gone, come = (
        {_parameter(change)[1]: change for change in found if test(change) and _parameter(change)[1]}
        for test in (is_removed, is_added)
    )
    moved = gone.keys() & come.keys()
    for change in found:
        place, name = _parameter(change)
        if name not in moved:
            yield change
        elif is_removed(change):
            yield Change(f"/parameters/{name}/in", place, _parameter(come[name])[0])
        elif not is_added(change):
            yield change


def _parameter(change: Change) -> tuple[str, str]:
    """Return place and name of a parameter that is added, removed or changed as a whole; else empty strings."""
    place, _, name = change.pointer.removeprefix("/parameters/").partition(":")
    # Header names are not case-sensitive, and a moved parameter is likely to be written another way in its new place.
    return (place, name.lower()) if place in {"path", "query", "header", "cookie"} and "/" not in name else ("", "")


def _finding(where: str, change: Change) -> Finding:
    rule = classify(change)
    return Finding(rule.severity, rule.name, where, rule.message(change), change.pointer, change.before, change.after)
