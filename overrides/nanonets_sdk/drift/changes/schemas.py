"""The differences between two schemas, by what they accept.

Both are in normal form, so that a difference of spelling is none. Most keywords are compared one by one. Where a
keyword means something only beside others, or has parts without names, they are brought together first:

    before  {anyOf: [{type: string}, {properties: {a: …}}]}
    after   {anyOf: [{properties: {a: …, b: …}}, {type: string}, {type: array}]}

    equal       {type: string}                              whatever their order
    alike       {properties: {a: …}}  {properties: {…}}     compared: a field was added
    left over   {type: array}                               an alternative was added: looser

A value that is sent and one that is received differ in what they have: a field that is `readOnly` is not sent, one
that is `writeOnly` is not received.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from typing import Any, Final

from attrs import evolve

from nanonets_sdk.drift.changes.change import Change, Effect
from nanonets_sdk.drift.changes.effects import FLIPPED, bound_effect, effect_of
from nanonets_sdk.drift.changes.inferred import types_in
from nanonets_sdk.drift.facts.document import fingerprint, without_prose
from nanonets_sdk.drift.facts.json_types import Tree, is_list, is_same, is_tree
from nanonets_sdk.drift.facts.normal_form import ABOUT
from nanonets_sdk.drift.facts.pointers import join
from nanonets_sdk.drift.report.outcome import NOTHING

SERVICE: Final = "to the service"
US: Final = "from the service"
_ABSENT: Final = {SERVICE: "readOnly", US: "writeOnly"}
_PROSE: Final = frozenset({"prose", "extensions", "shown"})
_COMBINED: Final = ("oneOf", "anyOf")
_ALONE: Final = frozenset({*_COMBINED, "discriminator", *_PROSE})
# Keywords that hold one schema, or that hold schemas by name.
_HOLDERS: Final = frozenset(
    {
        *("items", "contentSchema", "propertyNames", "contains", "then", "else"),
        *("additionalProperties", "unevaluatedProperties", "unevaluatedItems"),
    }
)
_BY_NAME: Final = frozenset({"dependentSchemas", "dependentRequired", "children"})
_BOUNDS: Final = (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum"))
_BOUND_NAMES: Final = frozenset(name for pair in _BOUNDS for name in pair)
# These are read together with others, or say nothing of values.
_ELSEWHERE: Final = frozenset(
    {
        *("readOnly", "writeOnly", "recursive", "properties", "patternProperties", "allOf", "not", "prefixItems"),
        *_COMBINED,
    }
)
_ALIKE: Final = 0.5
# Longer lists are compared by what is equal in them alone.
_MAX_COMPARED: Final = 2_500

Path = tuple[str, ...]
# A schema in a list, and its fingerprint.
Part = tuple[Tree, str]


def schema_changes(before: Tree, after: Tree, path: Path, to: str) -> Iterator[Change]:
    """Yield the differences between two schemas.

    Args:
        before: The facts of one schema.
        after: The facts of the other schema.
        path: The place of both.
        to: `SERVICE` if values go to the service, `US` if they come from it.
    """
    # A circle ends after so many rounds that every difference in it was seen in an earlier one.
    if "recursive" in before or "recursive" in after:
        return
    kinds, other_kinds = _kinds(before), _kinds(after)
    if kinds and other_kinds and kinds.isdisjoint(other_kinds):
        yield Change(join((*path, "type")), before["type"], after["type"], around=after)
        yield from _flag(before, after, path)
        return
    said = before.keys() - _PROSE - {"required"}
    if said and not after.keys() - _PROSE - {"required"}:
        # Every value is accepted now, so that no field or bound of before matters.
        name = "type" if "type" in said else min(said)
        yield Change(join((*path, name)), before[name], NOTHING, Effect.LOOSER)
        yield from _flag(before, after, path)
        yield from (
            Change(join((*path, key)), before.get(key, NOTHING), after.get(key, NOTHING))
            for key in sorted(key for key in _PROSE if not is_same(before.get(key), after.get(key)))
        )
        return
    before, after = _as_alternatives(before, after)
    relevant = _types(before) & _types(after)
    for name in sorted({*before, *after} - _ELSEWHERE):
        if name not in ABOUT or ABOUT[name] & relevant:
            yield from _keyword(name, before, after, path, to)
    for name in ("properties", "patternProperties", "prefixItems"):
        if ABOUT[name] & relevant:
            yield from _COMPOUND[name](before, after, path, to)
    yield from _alternatives(before, after, path, to)
    yield from _negated(before, after, path, to)


def _keyword(name: str, before: Tree, after: Tree, path: Path, to: str) -> Iterator[Change]:
    one, other, here = before.get(name, NOTHING), after.get(name, NOTHING), (*path, name)
    both = is_tree(one) and is_tree(other)
    if name in _BOUND_NAMES:
        yield from _bound(name, before, after, path)
    elif name in _HOLDERS and is_tree(one) and is_tree(other):
        yield from schema_changes(one, other, here, to)
    elif name in _BY_NAME:
        yield from _by_name(name, one, other, here, to)
    elif both and name in ("if", "discriminator"):
        if not is_same(without_prose(one), without_prose(other)):
            yield Change(join(here), one, other, Effect.OTHER)
    elif not is_same(one, other):
        change = Change(join(here), one, other)
        # The order of values says nothing.
        if name != "enum" or effect_of(change) is not None:
            yield change


def _flag(before: Tree, after: Tree, path: Path) -> Iterator[Change]:
    """Yield whether a property became needed or optional."""
    if before.get("required") != after.get("required"):
        yield Change(join((*path, "required")), before.get("required", NOTHING), after.get("required", NOTHING))


def _bound(name: str, before: Tree, after: Tree, path: Path) -> Iterator[Change]:
    """Yield the difference between the bounds on one side, of which one excludes its value and one includes it."""
    pair = next(pair for pair in _BOUNDS if name in pair)
    one, other = ({key: facts[key] for key in pair if key in facts} for facts in (before, after))
    # Reported once, at the first bound of the two that is there.
    if is_same(one, other) or name != min({*one, *other}):
        return
    if one.keys() | other.keys() == {name}:
        yield Change(join((*path, name)), one.get(name, NOTHING), other.get(name, NOTHING))
    else:
        effect = bound_effect(pair, one, other)
        if effect is not None:
            yield Change(join((*path, pair[0])), one or NOTHING, other or NOTHING, effect)


def _by_name(name: str, one: Any, other: Any, path: Path, to: str) -> Iterator[Change]:
    """Yield the differences between schemas or lists under names that the document chose."""
    before, after = (value if is_tree(value) else {} for value in (one, other))
    for key in sorted({*before, *after}):
        here = (*path, key)
        old, new = before.get(key, NOTHING), after.get(key, NOTHING)
        if is_tree(old) and is_tree(new):
            yield from schema_changes(old, new, here, to)
        elif is_list(old) and is_list(new):
            if not is_same(old, new):
                effect = Effect.LOOSER if {*new} <= {*old} else Effect.TIGHTER if {*old} <= {*new} else Effect.OTHER
                yield Change(join(here), old, new, effect)
        elif old is NOTHING or new is NOTHING:
            is_looser = (old is NOTHING) == (name == "children")
            yield Change(join(here), old, new, Effect.LOOSER if is_looser else Effect.TIGHTER)


def _properties(before: Tree, after: Tree, path: Path, to: str) -> Iterator[Change]:
    one, other = (
        {name: part for name, part in facts.get("properties", {}).items() if not part.get(_ABSENT[to])}
        for facts in (before, after)
    )
    for name in sorted({*one, *other}):
        here = (*path, "properties", name)
        old, new = one.get(name, NOTHING), other.get(name, NOTHING)
        if is_tree(old) and is_tree(new):
            yield from schema_changes(old, new, here, to)
        elif is_tree(old) and old.keys() == {"required"}:
            # It was asked for and never described.
            yield Change(join((*here, "required")), True, NOTHING)
        else:
            yield Change(join(here), old, new)


def _patterns(before: Tree, after: Tree, path: Path, to: str) -> Iterator[Change]:
    one, other = before.get("patternProperties", {}), after.get("patternProperties", {})
    # In a closed object, a pattern allows fields; in an open one, it restricts them.
    is_closed = before.get("additionalProperties") is False and after.get("additionalProperties") is False
    for name in sorted({*one, *other}):
        here = (*path, "patternProperties", name)
        if name in one and name in other:
            yield from schema_changes(one[name], other[name], here, to)
        else:
            effect = Effect.LOOSER if (name in one) != is_closed else Effect.TIGHTER
            yield Change(join(here), one.get(name, NOTHING), other.get(name, NOTHING), effect)


def _places(before: Tree, after: Tree, path: Path, to: str) -> Iterator[Change]:
    one, other = before.get("prefixItems", []), after.get("prefixItems", [])
    for at in range(max(len(one), len(other))):
        here = (*path, "prefixItems", str(at))
        # Further places are described by `items`.
        old = one[at] if at < len(one) else before.get("items", {})
        new = other[at] if at < len(other) else after.get("items", {})
        yield from schema_changes(old, new, here, to)


_COMPOUND: Final = {"properties": _properties, "patternProperties": _patterns, "prefixItems": _places}


def _alternatives(before: Tree, after: Tree, path: Path, to: str) -> Iterator[Change]:
    """Yield the differences between lists of schemas, whose order says nothing."""
    yield from _matched(before.get("allOf", []), after.get("allOf", []), (*path, "allOf"), to, is_all=True)
    old, new = ({name for name in _COMBINED if name in facts} for facts in (before, after))
    if len(old) == len(new) == 1 and old != new:
        (one,), (other,) = old, new
        yield Change(join((*path, one)), one, other, Effect.LOOSER if other == "anyOf" else Effect.TIGHTER)
        yield from _matched(before[one], after[other], (*path, other), to, is_all=False)
        return
    for name in sorted(old | new):
        if name in old and name in new:
            yield from _matched(before[name], after[name], (*path, name), to, is_all=False)
        else:
            yield Change(join((*path, name)), before.get(name, NOTHING), after.get(name, NOTHING))


def _matched(before: list[Tree], after: list[Tree], path: Path, to: str, *, is_all: bool) -> Iterator[Change]:
    """Yield the differences between the schemas of two lists that have most in common, and those left over."""
    old, new = ([(part, _essence(part)) for part in parts] for parts in (before, after))
    pairs: list[tuple[Tree, Tree]] = []
    for key in (_selected_by, _essence_of):
        old, new = _paired(old, new, key, pairs)
    while old and new and len(old) * len(new) <= _MAX_COMPARED:
        likeness, one, other = max(
            ((_likeness(one[0], other[0]), one, other) for one in old for other in new), key=lambda found: found[0]
        )
        if likeness < _ALIKE:
            break
        pairs.append((one[0], other[0]))
        old.remove(one)
        new.remove(other)
    for one_part, other_part in pairs:
        at = next(at for at, part in enumerate(after) if part is other_part)
        yield from schema_changes(one_part, other_part, (*path, str(at)), to)
    for part, _ in old:
        yield Change(join((*path, "-")), part, NOTHING, Effect.LOOSER if is_all else Effect.TIGHTER)
    for part, _ in new:
        yield Change(join((*path, "-")), NOTHING, part, Effect.TIGHTER if is_all else Effect.LOOSER)


def _paired(
    old: list[Part], new: list[Part], key: Callable[[Part], Hashable], pairs: list[tuple[Tree, Tree]]
) -> tuple[list[Part], list[Part]]:
    """Move the parts that agree in a key to the pairs, and return the others."""
    waiting: dict[Hashable, list[Part]] = {}
    for part in new:
        waiting.setdefault(key(part), []).append(part)
    left: list[Part] = []
    for part in old:
        found = waiting.get(key(part)) if key(part) is not None else None
        if found:
            pairs.append((part[0], found.pop(0)[0]))
        else:
            left.append(part)
    return left, [part for parts in waiting.values() for part in parts]


def _selected_by(part: Part) -> Hashable:
    return tuple(part[0]["named"]) if "named" in part[0] else None


def _essence_of(part: Part) -> Hashable:
    return part[1]


def _likeness(one: Tree, other: Tree) -> float:
    """Return how much two alternatives have in common: 1 if they may be the same, 0 if nothing."""
    if {*one.get("named", ())} & {*other.get("named", ())}:
        return 1.0
    if ("named" in one and "named" in other) or (_kinds(one) or None) != (_kinds(other) or None):
        return 0.0
    names, others = one.get("properties", {}).keys(), other.get("properties", {}).keys()
    if names or others:
        return len(names & others) / len(names | others)
    return 0.9 if one.get("type") == other.get("type") else 0.6


def _essence(schema: Tree) -> str:
    return fingerprint(_without_rounds(without_prose({key: part for key, part in schema.items() if key != "named"})))


def _without_rounds(value: Any) -> Any:
    if is_list(value):
        return [_without_rounds(part) for part in value]
    if not is_tree(value):
        return value
    return {name: _without_rounds(part) for name, part in value.items() if name != "recursive"}


def _negated(before: Tree, after: Tree, path: Path, to: str) -> Iterator[Change]:
    one, other = before.get("not", NOTHING), after.get("not", NOTHING)
    if is_tree(one) and is_tree(other):
        for change in schema_changes(one, other, (*path, "not"), to):
            effect = effect_of(change)
            yield evolve(change, effect=FLIPPED.get(effect) if effect else None)
    elif one is not other:
        yield Change(join((*path, "not")), one, other)


def _as_alternatives(before: Tree, after: Tree) -> tuple[Tree, Tree]:
    """Return both schemas as lists of alternatives if one of them is nothing else."""
    for one, other in ((before, after), (after, before)):
        key = next((name for name in _COMBINED if name in one), "")
        said = other.keys() - _PROSE - {"required"}
        if key and one.keys() - {"required"} <= _ALONE and said and not other.keys() & {*_COMBINED, "discriminator"}:
            kept = {name: other[name] for name in _PROSE | {"required"} if name in other}
            held = {**kept, key: [{name: other[name] for name in said}]}
            return (held, one) if other is before else (one, held)
    return before, after


def _kinds(node: Tree) -> frozenset[str]:
    """Return which of object, array and scalar a schema allows; empty if it does not say."""
    if not isinstance(node.get("type"), str):
        return frozenset()
    return frozenset(name if name in ("object", "array") else "scalar" for name in types_in(node["type"]))


_EVERY: Final = frozenset({"object", "array", "string", "number", "integer", "boolean", "null"})


def _types(node: Tree) -> frozenset[str]:
    """Return the types of values that a schema allows."""
    if not isinstance(node.get("type"), str):
        return _EVERY
    types = types_in(node["type"])
    return types | {"integer"} if "number" in types else types
