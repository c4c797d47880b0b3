"""The facts of a JSON Schema in an OpenAPI document."""

from __future__ import annotations

from typing import Any, Final, cast

from nanonets_sdk.drift.facts.document import Document, prose_fingerprint, unhandled_fingerprint
from nanonets_sdk.drift.facts.json_types import Tree, is_list
from nanonets_sdk.drift.facts.normal_form import normal_form
from nanonets_sdk.drift.report.outcome import NotComparable

_VALUES: Final = (
    *("format", "pattern", "const", "default", "minimum", "maximum", "multipleOf", "minLength", "maxLength"),
    *("minItems", "maxItems", "minProperties", "maxProperties", "contentEncoding", "contentMediaType"),
    *("discriminator", "xml"),
)
# False is the same as absent; the exclusive bounds are numbers in OpenAPI 3.1, and flags in 3.0.
_FLAGS: Final = ("exclusiveMinimum", "exclusiveMaximum", "uniqueItems", "readOnly", "writeOnly", "deprecated")
SUBSCHEMAS: Final = ("items", "contentSchema", "not", "propertyNames", "contains", "if", "then", "else")
SUBSCHEMA_LISTS: Final = ("allOf", "anyOf", "oneOf", "prefixItems")
_PROSE: Final = ("title", "description", "externalDocs", "example", "examples", "$comment")
_HANDLED: Final = {
    *(*_VALUES, *_FLAGS, *SUBSCHEMAS, *SUBSCHEMA_LISTS, *_PROSE),
    *("type", "nullable", "enum", "required", "properties", "additionalProperties"),
}
# A schema that contains itself is inlined once more inside itself: the published examples go that deep.
_MAX_ROUNDS: Final = 2


def schema_facts(node: Any, document: Document, trail: tuple[str, ...] = ()) -> Tree:
    """Return the facts of a schema in normal form, with its references inlined.

    The `required` list becomes a flag on each property, so that a pointer says which one changed.

    Raises:
        NotComparable: The schema is malformed.
    """
    if isinstance(node, bool):
        return {} if node else {"not": {}}
    document.count_schema()
    schema, trail = document.follow(node, trail)
    last = trail[-1] if trail else ""
    if trail.count(last) > _MAX_ROUNDS:
        # The length of the circle, in references: the same for every document with this circle in it.
        return {"recursive": len(trail) - 1 - trail.index(last, trail.index(last) + 1)}

    def inner(part: Any) -> Tree:
        return schema_facts(part, document, trail)

    facts: Tree = {name: schema[name] for name in _VALUES if name in schema}
    facts |= {name: schema[name] for name in _FLAGS if schema.get(name, False) is not False}
    declared: Any = schema.get("type")
    types = {declared} if isinstance(declared, str) else set(cast("list[str]", declared or []))
    if types:
        # OpenAPI 3.0 says `nullable: true` where 3.1 adds "null" to a list of types.
        facts["type"] = "|".join(sorted(types | ({"null"} if schema.get("nullable") is True else set())))
    facts |= {name: inner(schema[name]) for name in SUBSCHEMAS if name in schema}
    facts |= {name: [inner(part) for part in schema[name]] for name in SUBSCHEMA_LISTS if name in schema}
    if "enum" in schema:
        facts["enum"] = list(schema["enum"])
    others: Any = schema.get("additionalProperties", True)
    if others not in (True, {}):
        facts["additionalProperties"] = inner(others) if others else False
    required: Any = schema.get("required", [])
    if not is_list(required):
        raise NotComparable(f"{document.name} is malformed: `required` of a schema is not a list.")
    described, needed = document.mapping(schema, "properties"), set(map(str, required))
    # `required` may name a property that is not described.
    names = dict.fromkeys([*described, *map(str, required)])
    if names:
        facts["properties"] = {
            name: inner(described.get(name, {})) | ({"required": True} if name in needed else {}) for name in names
        }
    return normal_form(facts | unhandled_fingerprint(schema, *_HANDLED) | prose_fingerprint(schema, *_PROSE))
