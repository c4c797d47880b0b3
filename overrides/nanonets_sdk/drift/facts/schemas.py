"""The facts of a JSON Schema in an OpenAPI document."""

from __future__ import annotations

from typing import Any, Final, cast

from attrs import frozen

from nanonets_sdk.drift.facts.document import Document, prose_fingerprint, unhandled_fingerprint
from nanonets_sdk.drift.facts.json_types import Tree, is_list, is_tree
from nanonets_sdk.drift.facts.normal_form import normal_form
from nanonets_sdk.drift.facts.pointers import join, split
from nanonets_sdk.drift.report.outcome import NotComparable

_VALUES: Final = (
    *("format", "pattern", "const", "default", "minimum", "maximum", "multipleOf", "minLength", "maxLength"),
    *("minItems", "maxItems", "minProperties", "maxProperties", "contentEncoding", "contentMediaType"),
    *("minContains", "maxContains", "xml"),
)
# False is the same as absent; the exclusive bounds are numbers in OpenAPI 3.1, and flags in 3.0.
_FLAGS: Final = ("exclusiveMinimum", "exclusiveMaximum", "uniqueItems", "readOnly", "writeOnly", "deprecated")
SUBSCHEMAS: Final = ("items", "contentSchema", "not", "propertyNames", "contains", "if", "then", "else")
SUBSCHEMA_LISTS: Final = ("allOf", "anyOf", "oneOf", "prefixItems")
SUBSCHEMAS_BY_NAME: Final = ("patternProperties", "dependentSchemas")
OTHERS: Final = ("additionalProperties", "unevaluatedProperties", "unevaluatedItems")
_PROSE: Final = ("title", "description", "externalDocs", "example", "examples", "$comment")
# What a reference leads to is compared where the reference is.
_PLACES: Final = ("$defs", "definitions", "$anchor", "$dynamicAnchor", "$id", "$schema")
_HANDLED: Final = {
    *(*_VALUES, *_FLAGS, *SUBSCHEMAS, *SUBSCHEMA_LISTS, *SUBSCHEMAS_BY_NAME, *OTHERS, *_PROSE, *_PLACES),
    *("type", "nullable", "enum", "required", "properties", "dependentRequired", "discriminator"),
}
# A schema that contains itself is inlined once more inside itself: the published examples go that deep.
_MAX_ROUNDS: Final = 2
# Between two references: a step from a value to a part of it.
_DOWN: Final = ""


def schema_facts(node: Any, document: Document, trail: tuple[str, ...] = (), home: str = "") -> Tree:
    """Return the facts of a schema in normal form, with its references inlined.

    The `required` list becomes a flag on each property, so that a pointer says which one changed. Keys beside a
    reference add to what it refers to, as in an `allOf` of both.

    Args:
        node: The schema.
        document: The document that it is in.
        trail: The references that led to it.
        home: The reference to the schema itself, if one led to it.

    Raises:
        NotComparable: The schema is malformed.
    """
    if isinstance(node, bool):
        return {} if node else {"not": {}}
    document.count_schemas(1)
    schema = document.mapping({"schema": node}, "schema") if node else {}
    reference = schema.get("$ref", schema.get("$dynamicRef"))
    if reference is not None:
        beside = {key: value for key, value in schema.items() if key not in ("$ref", "$dynamicRef", *_PLACES)}
        place, target = document.resolve(str(reference))
        if is_tree(target) and "$ref" in target:
            # A circle of references alone describes nothing, and is refused.
            document.follow({"$ref": str(reference)})
        if not beside:
            return _behind(place, target, document, trail)
        joined: list[Any] = [{"$ref": str(reference)}, *(beside.get("allOf") or [])]
        return schema_facts({**beside, "allOf": joined}, document, trail, home)
    reader = _Reader(document, trail)
    facts = {**reader.values(schema), **reader.parts(schema), **reader.members(schema)}
    if "discriminator" in schema:
        reader.discriminate(schema, facts, home)
    return normal_form(facts | unhandled_fingerprint(schema, *_HANDLED) | prose_fingerprint(schema, *_PROSE))


def _behind(place: str, target: Any, document: Document, trail: tuple[str, ...]) -> Tree:
    """Return the facts of what a reference leads to."""
    if place in document.inlined:
        facts, number = document.inlined[place]
        document.count_schemas(number)
        return facts
    if place in trail and _DOWN not in trail[len(trail) - 1 - trail[::-1].index(place) :]:
        # A value that has to be of this schema has to be so anyway.
        return {}
    if trail.count(place) >= _MAX_ROUNDS:
        # The length of the circle, in references: the same for every document with this circle in it.
        references = [step for step in trail if step != _DOWN]
        return {"recursive": len(references) - references.index(place, references.index(place) + 1)}
    document.tally["circles"] += place in trail
    circles, schemas = document.tally["circles"], document.tally["schemas"]
    facts = schema_facts(target, document, (*trail, place), place)
    # Inside a circle, what a reference leads to depends on the way to it.
    if document.tally["circles"] == circles and place not in trail:
        document.inlined[place] = facts, document.tally["schemas"] - schemas
    return facts


@frozen
class _Reader:
    """Reads the keywords of one schema."""

    document: Document
    trail: tuple[str, ...]

    def inner(self, part: Any, step: tuple[str, ...] = (_DOWN,)) -> Tree:
        return schema_facts(part, self.document, (*self.trail, *step))

    def values(self, schema: Tree) -> Tree:
        facts: Tree = {name: schema[name] for name in _VALUES if name in schema}
        facts |= {name: schema[name] for name in _FLAGS if schema.get(name, False) is not False}
        if "enum" in schema:
            facts["enum"] = list(schema["enum"])
        declared: Any = schema.get("type")
        types = {declared} if isinstance(declared, str) else set(cast("list[str]", declared or []))
        if types:
            # OpenAPI 3.0 says `nullable: true` where 3.1 adds "null" to a list of types.
            facts["type"] = "|".join(sorted(types | ({"null"} if schema.get("nullable") is True else set())))
        return facts

    def parts(self, schema: Tree) -> Tree:
        facts: Tree = {name: self.inner(schema[name]) for name in SUBSCHEMAS if name in schema}
        for name in SUBSCHEMA_LISTS:
            if schema.get(name):
                # Alternatives are about the same value.
                step = (_DOWN,) if name == "prefixItems" else ()
                facts[name] = [self.inner(part, step) for part in schema[name]]
        for name in SUBSCHEMAS_BY_NAME:
            if schema.get(name):
                facts[name] = {key: self.inner(part) for key, part in self.document.mapping(schema, name).items()}
        for name in OTHERS:
            others: Any = schema.get(name, True)
            if others not in (True, {}):
                facts[name] = self.inner(others) if others else False
        return facts

    def members(self, schema: Tree) -> Tree:
        required: Any = schema.get("required", [])
        if not is_list(required):
            raise NotComparable(f"{self.document.name} is malformed: `required` of a schema is not a list.")
        described, needed = self.document.mapping(schema, "properties"), set(map(str, required))
        # `required` may name a property that is not described.
        names = dict.fromkeys([*described, *map(str, required)])
        properties = {
            name: self.inner(described.get(name, {})) | ({"required": True} if name in needed else {}) for name in names
        }
        dependent = {
            name: sorted(map(str, others))
            for name, others in self.document.mapping(schema, "dependentRequired").items()
            if others
        }
        return ({"properties": properties} if names else {}) | ({"dependentRequired": dependent} if dependent else {})

    def discriminate(self, schema: Tree, facts: Tree, home: str) -> None:
        """Give alternatives the names by which the discriminator selects them, and find those named nowhere else.

        The name of a component is such a name unless a mapping gives others, so it reaches the wire.
        """
        discriminator = self.document.mapping(schema, "discriminator")
        names: dict[str, list[str]] = {}
        for name, target in self.document.mapping(discriminator, "mapping").items():
            names.setdefault(self.target(str(target)), []).append(str(name))
        named: set[str] = set()
        for kind in ("oneOf", "anyOf"):
            for at, part in enumerate(schema.get(kind) or []):
                if is_tree(part) and "$ref" in part:
                    place = self.document.resolve(str(part["$ref"]))[0]
                    named.add(place)
                    selected = sorted(names.get(place, [split(place[1:])[-1]]))
                    facts[kind][at] = {**facts[kind][at], "named": selected}
        for child in self.document.children.get(home, []):
            names.setdefault("#" + join(("components", "schemas", child)), [child])
        # A child reaches its parent again, which then is only a part of the child.
        is_part = bool(home) and self.trail.count(home) > 1
        children = {
            name: _behind(place, self.document.resolve(place)[1], self.document, (*self.trail, _DOWN))
            for place, every in names.items()
            if place not in named and not is_part
            for name in every
        }
        rest = {key: value for key, value in discriminator.items() if key not in ("propertyName", "mapping")}
        facts["discriminator"] = {"propertyName": discriminator.get("propertyName"), **unhandled_fingerprint(rest)}
        if children:
            facts["children"] = children

    def target(self, text: str) -> str:
        """Return the reference that a mapping gives: as a reference, or as the name of a component."""
        schemas = self.document.mapping(self.document.mapping(self.document.root, "components"), "schemas")
        if text in schemas:
            return self.document.resolve("#" + join(("components", "schemas", text)))[0]
        return self.document.resolve(text)[0]
