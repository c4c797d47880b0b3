"""The normal form of a schema's facts: one spelling for what JSON Schema can say in several.

    {"allOf": [{"type": "string"}]}                       {"type": "string"}
    {"const": "a"}                                        {"type": "string", "enum": ["a"]}
    {"anyOf": [{"type": "string"}, {"type": "null"}]}     {"type": "null|string"}
    {"minItems": 0}                                       {}
    {"minimum": 1, "exclusiveMinimum": true}              {"exclusiveMinimum": 1}
    {"allOf": [{"minimum": 1}, {"minimum": 2}]}           {"minimum": 2}

A schema is rewritten only where both spellings accept the same values. What cannot be shown to be the same stays as it
is: a difference too many is looked at by someone, one too few by no one.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from math import lcm
from typing import Any, Final

from nanonets_sdk.drift.facts.document import fingerprint
from nanonets_sdk.drift.facts.json_types import Tree, is_list, is_same

_HASHES: Final = frozenset({"prose", "extensions"})
_COMBINED: Final = ("allOf", "anyOf", "oneOf")
# Keywords that are the same as absent with this value.
_DEFAULTS: Final[dict[str, Any]] = {
    "minItems": 0,
    "minLength": 0,
    "minProperties": 0,
    "items": {},
    "propertyNames": {},
    "contentSchema": {},
    "not": {"not": {}},
    "minContains": 1,
}
# Keywords that are read together: moved beside another one of their group, they would mean something else.
_GROUPS: Final = (
    frozenset({"items", "prefixItems", "unevaluatedItems"}),
    frozenset({"if", "then", "else"}),
    frozenset({"contains", "minContains", "maxContains", "unevaluatedItems"}),
    frozenset({"discriminator", "children"}),
)
_FIELDS: Final = frozenset({"properties", "patternProperties", "additionalProperties", "unevaluatedProperties"})
_EVALUATING: Final = frozenset(
    {*_COMBINED, "if", "dependentSchemas", "additionalProperties", "children", "other", "recursive"}
)
_LARGER: Final = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
_SMALLER: Final = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
_FLAGS: Final = frozenset({"uniqueItems", "readOnly", "writeOnly", "deprecated", "required"})
# The types that a keyword is about, and says nothing of values of others.
_TYPES_OF: Final[tuple[tuple[frozenset[str], tuple[str, ...]], ...]] = (
    (frozenset({"string"}), ("minLength", "maxLength", "pattern")),
    (frozenset({"string"}), ("contentEncoding", "contentMediaType", "contentSchema")),
    (frozenset({"string", "number", "integer"}), ("format",)),
    (frozenset({"number", "integer"}), ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")),
    (frozenset({"array"}), ("items", "prefixItems", "contains", "minItems", "maxItems", "uniqueItems")),
    (frozenset({"array"}), ("minContains", "maxContains", "unevaluatedItems")),
    (frozenset({"object"}), ("properties", "additionalProperties", "propertyNames", "minProperties", "maxProperties")),
    (frozenset({"object"}), ("patternProperties", "unevaluatedProperties", "dependentRequired", "dependentSchemas")),
)
ABOUT: Final = {name: types for types, names in _TYPES_OF for name in names}
_NAMES: Final[dict[type, str]] = {
    str: "string",
    bool: "boolean",
    int: "integer",
    float: "number",
    type(None): "null",
    list: "array",
    dict: "object",
}


def normal_form(facts: Tree) -> Tree:
    """Return the facts of a schema in their normal form.

    Args:
        facts: The facts of one schema; those of the schemas in it are in normal form already.
    """
    made = {name: _plain(value) for name, value in facts.items()}
    made = {name: value for name, value in made.items() if name not in _DEFAULTS or value != _DEFAULTS[name]}
    for bound in ("minimum", "maximum"):
        # OpenAPI 3.0 has a flag where 3.1 has a bound of its own.
        if made.get(f"exclusive{bound.title()}") is True and bound in made:
            made[f"exclusive{bound.title()}"] = made.pop(bound)
    if "if" not in made or not made.keys() & {"then", "else"}:
        made = {name: value for name, value in made.items() if name not in ("if", "then", "else")}
    if made.get("contentEncoding") == "base64" and "format" not in made:
        # What OpenAPI 3.0 called a format.
        made["format"] = "byte"
        del made["contentEncoding"]
    made = _with_values(made)
    for name in _COMBINED:
        if name in made:
            made = _combined(made, name)
    if "unevaluatedProperties" in made and not made.keys() & _EVALUATING:
        # Nothing else evaluates fields here.
        made["additionalProperties"] = made.pop("unevaluatedProperties")
    return made


def _plain(value: Any) -> Any:
    """Return a number without a fraction that is zero; everything else as it is."""
    if is_list(value):
        return [_plain(part) for part in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _with_values(facts: Tree) -> Tree:
    """Return facts with `const` as an `enum` of one value, and with the type that all values of an `enum` have."""
    made = dict(facts)
    if "const" in made and made.get("enum", [made["const"]]) == [made["const"]]:
        made["enum"] = [made.pop("const")]
    if made.get("enum"):
        # Two spellings of one value are one value.
        values = {json.dumps(value, sort_keys=True): value for value in made["enum"]}
        made["enum"] = [values[text] for text in sorted(values)]
        made.setdefault("type", "|".join(sorted(set(map(_type_of, made["enum"])))))
    if "number" in (types := made.get("type", "").split("|")):
        made["type"] = "|".join(name for name in types if name != "integer")
    if made.get("enum") == [False, True] and types == ["boolean"]:
        del made["enum"]
    if types == ["integer"]:
        for exclusive, bound, step in (("exclusiveMinimum", "minimum", 1), ("exclusiveMaximum", "maximum", -1)):
            if type(made.get(exclusive)) is int and bound not in made:
                made[bound] = made.pop(exclusive) + step
        if made.get("multipleOf") == 1:
            del made["multipleOf"]
    return made


def _type_of(value: object) -> str:
    return _NAMES.get(type(value), "string")


def _combined(facts: Tree, name: str) -> Tree:
    """Return facts with one of `allOf`, `anyOf` and `oneOf` as short as it can be."""
    rest = {key: value for key, value in facts.items() if key != name}
    members: list[Tree] = []
    for member in facts[name]:
        # What is nested in its own kind, and in nothing else, is the same one level higher.
        members += member[name] if name != "oneOf" and member.keys() == {name} else [member]
    if name == "allOf":
        apart: list[Tree] = []
        for member in members:
            joined = _joined(rest, member, is_around=True)
            rest, apart = (rest, [*apart, member]) if joined is None else (_with_values(joined), apart)
        return {**rest, name: sorted(apart, key=fingerprint)} if apart else rest
    # What a discriminator selects by name stays an alternative, even the only one.
    is_named = any("named" in member for member in members)
    members = members if is_named else _by_type(members)
    joined = _joined(rest, members[0]) if len(members) == 1 and not is_named else None
    if joined is not None:
        return _with_values(joined)
    if name == "anyOf" and "oneOf" not in rest and _are_apart(members):
        name = "oneOf"
    # The order of alternatives says nothing.
    return {**rest, name: sorted(members, key=fingerprint)}


def _are_apart(members: list[Tree]) -> bool:
    """Return whether no value is of two alternatives, as their types say."""
    types = [set(member.get("type", "").split("|")) for member in members]
    every = [name for own in types for name in own]
    return "" not in every and len(every) == len(set(every)) and not {"integer", "number"} <= set(every)


def _by_type(members: list[Tree]) -> list[Tree]:
    """Return alternatives as one schema if each is only a list of values, or the only one for its types."""
    if all("enum" in member and member.keys() <= {"type", "enum"} for member in members):
        values = [value for member in members for value in member["enum"]]
        # A value of two alternatives is refused by `oneOf`, and one of another type by all.
        is_apart = len({json.dumps(value, sort_keys=True) for value in values}) == len(values)
        is_apart &= all(_type_of(value) in member["type"].split("|") for member in members for value in member["enum"])
        return [_with_values({"enum": values})] if is_apart else members
    types = [set(member.get("type", "").split("|")) for member in members]
    every = [name for own in types for name in own]
    said = [key for member in members for key in member.keys() - _HASHES - {"type", "enum"}]
    if not _are_apart(members) or len(said) != len(set(said)):
        return members
    made: Tree = {}
    for member, own in zip(members, types, strict=True):
        if any(not ABOUT.get(key, frozenset()) & own for key in member.keys() - _HASHES - {"type", "enum"}):
            return members
        made |= member
    for name in _HASHES & made.keys():
        texts = [member[name] for member in members if name in member]
        made[name] = texts[0] if len(texts) == 1 else fingerprint(texts)
    if "enum" in made:
        # Of types without a list of values, null alone is one value.
        if not all("enum" in member or own == {"null"} for member, own in zip(members, types, strict=True)):
            return members
        made["enum"] = [value for member in members for value in member.get("enum", [None])]
    return [_with_values({**made, "type": "|".join(sorted(every))})]


def _joined(one: Tree, other: Tree, *, is_around: bool = False) -> Tree | None:
    """Return the facts of a schema that accepts what two schemas both accept; None if there is no such spelling.

    Args:
        one: The facts of a schema.
        other: The facts of another schema.
        is_around: Whether the other one is inside of the first one, so that its fields count as evaluated.
    """
    made = {**other, **one}
    is_alone = one.keys() <= _HASHES or other.keys() <= _HASHES
    # Nothing is known of the keys in "other", so nothing may be put beside them.
    if not is_alone and (made.keys() & {"other", "recursive"} or not _fit(one, other, is_around)):
        return None
    for name in one.keys() & other.keys():
        value = _both(name, one[name], other[name])
        if value is None:
            return None
        made[name] = value
    return made


def _fit(one: Tree, other: Tree, is_around: bool) -> bool:
    """Return whether the keywords of two schemas mean beside each other what they mean apart."""
    if any(one.keys() & group and other.keys() & group for group in _GROUPS):
        return False
    closing = frozenset({"additionalProperties", "unevaluatedProperties"})
    for own, its, closed in (
        (one, other, closing - ({"unevaluatedProperties"} if is_around else set())),
        (other, one, closing),
    ):
        # A schema is closed to what it does not name itself, whatever another one names.
        if own.keys() & closed and its.keys() & _FIELDS:
            extra = its.get("properties", {}).keys() - own.get("properties", {}).keys()
            if extra or its.keys() & (_FIELDS - {"properties"}):
                return False
    return True


def _both(name: str, one: Any, other: Any) -> Any:
    """Return the value of a keyword that says what two values of it say together; None if there is none."""
    if name in _HASHES:
        return one if one == other else fingerprint(sorted([one, other]))
    if is_same(one, other):
        return one
    join = _JOIN.get(name)
    return None if join is None else join(one, other)


def _types_of_both(given: str, asked: str) -> str | None:
    one, other = set(given.split("|")), set(asked.split("|"))
    both = one & other
    for some, others in ((one, other), (other, one)):
        both |= {"integer"} if "integer" in some and "number" in others else set()
    return "|".join(sorted(both - {"integer"} if "number" in both else both)) or None


def _values_of_both(one: list[Any], other: list[Any]) -> list[Any] | None:
    return [value for value in one if any(is_same(value, same) for same in other)] or None


def _stricter(strictest: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """Return a function that joins two bounds; the flags of OpenAPI 3.0 cannot be joined."""
    return lambda one, other: strictest(one, other) if {type(one), type(other)} <= {int, float} else None


def _members_of_both(one: Tree, other: Tree) -> Tree | None:
    joined = {key: _joined(one[key], other[key]) for key in one.keys() & other.keys()}
    return None if None in joined.values() else {**one, **other, **joined}


_JOIN: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "type": _types_of_both,
    "enum": _values_of_both,
    "multipleOf": lambda one, other: lcm(one, other) if type(one) is int and type(other) is int else None,
    "properties": _members_of_both,
    "patternProperties": _members_of_both,
    "items": _joined,
    "dependentRequired": lambda one, other: {
        key: sorted({*one.get(key, []), *other.get(key, [])}) for key in {*one, *other}
    },
    **dict.fromkeys(_LARGER, _stricter(max)),
    **dict.fromkeys(_SMALLER, _stricter(min)),
    **dict.fromkeys(_FLAGS, lambda one, other: one or other),
}
