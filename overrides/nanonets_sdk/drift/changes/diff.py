"""The differences between two sets of facts, each at its pointer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from nanonets_sdk.drift.changes.change import Change
from nanonets_sdk.drift.changes.matching import pairs
from nanonets_sdk.drift.changes.schemas import SERVICE, US, schema_changes
from nanonets_sdk.drift.changes.wording import media_types, ways_to_sign_in
from nanonets_sdk.drift.facts.json_types import Tree, is_same, is_tree
from nanonets_sdk.drift.facts.pointers import join
from nanonets_sdk.drift.report.outcome import NOTHING

# The document chooses the names of their members. If one side has none of them, each member counts as a change of its
# own: "a parameter was added", not "parameters were added".
_NAMED: Final = frozenset(
    {
        *("parameters", "responses", "headers", "servers", "securitySchemes", "tags"),
        *("variables", "flows", "scopes", "encoding"),
    }
)
_SCHEMAS: Final = frozenset({"schema", "itemSchema"})
_PARTS: Final = frozenset({"parameters", "requestBody", "responses"})
_RECEIVED: Final = frozenset({"webhooks", "callbacks"})
_SETS: Final[dict[str, Callable[[object], object]]] = {"contentType": media_types, "security": ways_to_sign_in}


def diff(before: Tree, after: Tree) -> Iterator[Change]:
    """Yield the differences between two sets of facts, ordered by pointer.

    A part that was added or removed as a whole is one change, and so is a value that turned from an object into a
    list.
    """
    yield from _walk(before, after, (), named=False, to=SERVICE)


def _walk(before: Tree, after: Tree, path: tuple[str, ...], *, named: bool, to: str) -> Iterator[Change]:
    """Walk both sides at once; `named` says that the keys here are names, which may look like keywords."""
    for name in sorted({*before, *after}):
        here, holds_names = (*path, name), not named and name in _NAMED
        one, other = before.get(name, NOTHING), after.get(name, NOTHING)
        if not named and name in _RECEIVED:
            yield from _received(_or_empty(one), _or_empty(other), here)
            continue
        if not named and name in _SETS and _SETS[name](one) == _SETS[name](other):
            continue
        # A reply goes the other way than its request.
        way = _OPPOSITE[to] if not named and name == "responses" else to
        if not named and name in _SCHEMAS and not _PARTS.isdisjoint(path):
            yield from schema_changes(_or_empty(one), _or_empty(other), here, way)
            continue
        if holds_names and (is_tree(one) or is_tree(other)):
            one, other = _or_empty(one), _or_empty(other)
        if is_tree(one) and is_tree(other):
            yield from _walk(one, other, here, named=holds_names, to=way)
        elif not is_same(one, other):
            yield Change(join(here), one, other)


def _received(before: Tree, after: Tree, path: tuple[str, ...]) -> Iterator[Change]:
    """Yield the differences between webhooks or callbacks, whose requests come from the service."""
    for pair in pairs(before, after, are_received=True):
        if pair.before is None or pair.after is None:
            name = str(pair.after or pair.before)
            yield Change(join((*path, name)), before.get(name, NOTHING), after.get(name, NOTHING))
            continue
        if pair.before != pair.after:
            yield Change(join((*path, pair.before, "method")), pair.before, pair.after)
        yield from _walk(before[pair.before], after[pair.after], (*path, pair.before), named=False, to=US)


_OPPOSITE: Final = {SERVICE: US, US: SERVICE}


def _or_empty(value: Any) -> Any:
    # A schema that is not there allows every value.
    return {} if value is NOTHING else value
