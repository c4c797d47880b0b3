"""The differences between two sets of facts, each at its pointer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from attrs import frozen

from nanonets_sdk.drift.changes.inferred import SHOWN, types_in
from nanonets_sdk.drift.facts.json_types import Tree, is_list, is_same, is_tree
from nanonets_sdk.drift.facts.pointers import join
from nanonets_sdk.drift.report.outcome import NOTHING

_PROSE: Final = frozenset({"prose", "extensions", SHOWN})
# The document chooses the names of their members. If one side has none of them, each member counts as a change of its
# own: "a parameter was added", not "parameters were added".
_NAMED: Final = frozenset({"parameters", "properties", "responses", "headers", "servers", "securitySchemes", "tags"})


@frozen
class Change:
    """A fact that differs.

    Attributes:
        pointer: JSON pointer to the fact.
        before: The fact on one side, or `NOTHING`.
        after: The fact on the other side, or `NOTHING`.
    """

    pointer: str
    before: Any
    after: Any


def diff(before: Tree, after: Tree) -> Iterator[Change]:
    """Yield the differences between two sets of facts, ordered by pointer.

    A part that was added or removed as a whole is one change, and so is a value that turned from an object into a
    list.
    """
    yield from _walk(before, after, (), named=False)


def without_prose(value: Any) -> Any:
    """Return facts without what is only for people: fingerprints of prose, and which examples show a field."""
    if is_list(value):
        return [without_prose(part) for part in value]
    if not is_tree(value):
        return value
    # A property may be named `prose`; its value is a schema then.
    return {name: without_prose(part) for name, part in value.items() if not (name in _PROSE and isinstance(part, str))}


def _walk(before: Tree, after: Tree, path: tuple[str, ...], *, named: bool) -> Iterator[Change]:
    """Walk both sides at once; `named` says that the keys here are names, which may look like keywords."""
    if not named and _kinds(before) and _kinds(after) and _kinds(before).isdisjoint(_kinds(after)):
        yield Change(join((*path, "type")), before.get("type", NOTHING), after.get("type", NOTHING))
        return
    for name in sorted({*before, *after}):
        here, holds_names = (*path, name), not named and name in _NAMED
        one, other = before.get(name, NOTHING), after.get(name, NOTHING)
        if holds_names and (is_tree(one) or is_tree(other)):
            one, other = ({} if value is NOTHING else value for value in (one, other))
        if is_tree(one) and is_tree(other):
            yield from _walk(one, other, here, named=holds_names)
        elif not is_same(one, other):
            yield Change(join(here), one, other)


def _kinds(node: Tree) -> frozenset[str]:
    """Return which of object, array and scalar a schema allows; empty if it does not say, or is not a schema."""
    if not isinstance(node.get("type"), str):
        return frozenset()
    return frozenset(name if name in ("object", "array") else "scalar" for name in types_in(node["type"]))
