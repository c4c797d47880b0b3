"""The normal form of a schema's facts: one spelling for what JSON Schema can say in several.

    {"allOf": [{"type": "string"}]}                       {"type": "string"}
    {"const": "a"}                                        {"type": "string", "enum": ["a"]}
    {"anyOf": [{"type": "string"}, {"type": "null"}]}     {"type": "null|string"}
    {"minItems": 0}                                       {}
    {"minimum": 1, "exclusiveMinimum": true}              {"exclusiveMinimum": 1}

A schema is rewritten only where both spellings accept the same values. What cannot be shown to be the same stays as it
is: a difference too many is looked at by someone, one too few by no one.
"""

from __future__ import annotations

import json
from typing import Any, Final

from nanonets_sdk.drift.facts.document import fingerprint
from nanonets_sdk.drift.facts.json_types import Tree

_HASHES: Final = frozenset({"prose", "extensions"})
_COMBINED: Final = ("allOf", "anyOf", "oneOf")
# Keywords that are the same as absent with this value.
_DEFAULTS: Final[dict[str, Any]] = {"minItems": 0, "minLength": 0, "minProperties": 0, "items": {}, "propertyNames": {}}
# Keywords that are read together: moved beside another one of their group, they would mean something else.
_GROUPS: Final = (
    frozenset({"properties", "additionalProperties"}),
    frozenset({"items", "prefixItems"}),
    frozenset({"if", "then", "else"}),
    frozenset({"minimum", "exclusiveMinimum"}),
    frozenset({"maximum", "exclusiveMaximum"}),
)
# The types that a keyword is about, and says nothing of values of others.
_TYPES_OF: Final[tuple[tuple[frozenset[str], tuple[str, ...]], ...]] = (
    (frozenset({"string"}), ("minLength", "maxLength", "pattern")),
    (frozenset({"string"}), ("contentEncoding", "contentMediaType", "contentSchema")),
    (frozenset({"string", "number", "integer"}), ("format",)),
    (frozenset({"number", "integer"}), ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")),
    (frozenset({"array"}), ("items", "prefixItems", "contains", "minItems", "maxItems", "uniqueItems")),
    (frozenset({"object"}), ("properties", "additionalProperties", "propertyNames", "minProperties", "maxProperties")),
)
_ABOUT: Final = {name: types for types, names in _TYPES_OF for name in names}
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
    made = {name: value for name, value in facts.items() if name not in _DEFAULTS or value != _DEFAULTS[name]}
    for bound in ("minimum", "maximum"):
        # OpenAPI 3.0 has a flag where 3.1 has a bound of its own.
        if made.get(f"exclusive{bound.title()}") is True and bound in made:
            made[f"exclusive{bound.title()}"] = made.pop(bound)
    made = _with_values(made)
    for name in _COMBINED:
        if name in made:
            made = _combined(made, name)
    return made


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
        for said in [member for member in members if member.keys() <= _HASHES]:
            members.remove(said)
            rest = _joined(rest, said) or rest
    else:
        members = _by_type(members)
    if not members:
        return rest
    joined = _joined(rest, members[0]) if len(members) == 1 else None
    # The order of alternatives says nothing.
    return {**rest, name: sorted(members, key=fingerprint)} if joined is None else joined


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
    # "integer" is a kind of number.
    is_apart = "" not in every and len(every) == len(set(every)) and not {"integer", "number"} <= set(every)
    if not is_apart or len(said) != len(set(said)):
        return members
    made: Tree = {}
    for member, own in zip(members, types, strict=True):
        if any(not _ABOUT.get(key, frozenset()) & own for key in member.keys() - _HASHES - {"type", "enum"}):
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


def _joined(one: Tree, other: Tree) -> Tree | None:
    """Return the facts of a schema that says all that two say; None if both speak of the same."""
    made = {**other, **one}
    for name in one.keys() & other.keys():
        if name in _HASHES:
            made[name] = fingerprint([one[name], other[name]])
        elif name != "type" or one[name] != other[name]:
            return None
    is_alone = one.keys() <= _HASHES or other.keys() <= _HASHES
    # Nothing is known of the keys in "other", so nothing may be put beside them.
    if not is_alone and ("other" in made or any(one.keys() & group and other.keys() & group for group in _GROUPS)):
        return None
    return made
