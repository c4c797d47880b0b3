"""The differences of two facts, each at its pointer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from attrs import frozen

from nanonets_sdk.drift.changes.inferred import SHOWN, types_in
from nanonets_sdk.drift.facts.json_types import (
    Tree,
    is_list,
    is_same,
    is_tree,
)
from nanonets_sdk.drift.facts.pointers import join
from nanonets_sdk.drift.report.outcome import NOTHING

WORDS: Final = frozenset({"prose", "extensions", SHOWN})
# Whose members have names of the document's choosing; where one side lacks them all, each counts by itself.
_NAMED: Final = frozenset({"parameters", "properties", "responses", "headers", "servers", "securitySchemes", "tags"})


@frozen
class Change:
    """One fact that differs.

    Attributes:
        pointer: Where, as a JSON pointer.
        before: The fact on one side; `NOTHING` where that side has none.
        after: The fact on the other.
    """

    pointer: str
    before: Any
    after: Any


def changes(before: Tree, after: Tree) -> Iterator[Change]:
    """Yield every difference of two facts, in the order of their pointers.

    What was added or removed as a whole is one change; so is a value that turned from an object into a list.

    Args:
        before: The one side, as `expectations` gives it.
        after: The other side.
    """
    yield from _walk(before, after, (), named=False)


def without_words(value: Any) -> Any:
    """Return facts without what is no more than words: fingerprints of texts, and which examples show a field."""
    if is_tree(value):
        return {name: without_words(part) for name, part in value.items() if not _is_words(name, part)}
    if is_list(value):
        return [without_words(part) for part in value]
    return value


def _walk(before: Tree, after: Tree, path: tuple[str, ...], *, named: bool) -> Iterator[Change]:
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
    """Which of object, array and scalar a schema allows; nothing when it does not say, or is no schema."""
    if not isinstance(node.get("type"), str):
        return frozenset()
    return frozenset(name if name in ("object", "array") else "scalar" for name in types_in(node["type"]))


def _is_words(name: str, value: Any) -> bool:
    return name in WORDS and isinstance(value, str)
