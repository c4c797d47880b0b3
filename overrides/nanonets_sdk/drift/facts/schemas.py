"""The facts of a JSON Schema in an OpenAPI document."""

from __future__ import annotations

import json
from typing import Any, Final, cast

from nanonets_sdk.drift.facts.document import Document, unread, words
from nanonets_sdk.drift.facts.json_types import Tree, is_list
from nanonets_sdk.drift.report.outcome import NotComparable

_VALUES: Final = (
    *("format", "pattern", "const", "default", "minimum", "maximum", "multipleOf", "minLength", "maxLength"),
    *("minItems", "maxItems", "minProperties", "maxProperties", "contentEncoding", "contentMediaType"),
    *("discriminator", "xml"),
)
# False is the same as absent; the exclusive bounds are numbers in OpenAPI 3.1, and flags in 3.0.
_FLAGS: Final = ("exclusiveMinimum", "exclusiveMaximum", "uniqueItems", "readOnly", "writeOnly", "deprecated")
_SCHEMAS: Final = ("items", "contentSchema", "not", "propertyNames", "contains", "if", "then", "else")
_ALTERNATIVES: Final = ("allOf", "anyOf", "oneOf", "prefixItems")
_PROSE: Final = ("title", "description", "externalDocs", "example", "examples", "$comment")
_READ: Final = {
    *_VALUES,
    *_FLAGS,
    *_SCHEMAS,
    *_ALTERNATIVES,
    *_PROSE,
    *("type", "nullable", "enum", "required", "properties", "additionalProperties"),
}
# A schema that holds itself is written out once more inside itself, as deep as the published examples show it.
_ROUNDS: Final = 2


def schema_facts(node: Any, document: Document, trail: tuple[str, ...] = ()) -> Tree:
    """Return the facts of a schema, its references written out.

    The names of the required properties become a flag at each of them, so that a pointer says which one changed.

    Args:
        node: The schema, perhaps a reference or a boolean.
        document: Where its references lead.
        trail: The references on the way to it.

    Raises:
        NotComparable: The schema is malformed.
    """
    if isinstance(node, bool):
        return {} if node else {"not": {}}
    document.write_out()
    schema, trail = document.follow(node, trail)
    last = trail[-1] if trail else ""
    if trail.count(last) > _ROUNDS:
        return {"recursive": len(trail) - 1 - trail.index(last, trail.index(last) + 1)}

    def inner(part: Any) -> Tree:
        return schema_facts(part, document, trail)

    facts: Tree = {name: schema[name] for name in _VALUES if name in schema}
    facts |= {name: schema[name] for name in _FLAGS if schema.get(name, False) is not False}
    facts |= _type(schema)
    facts |= {name: inner(schema[name]) for name in _SCHEMAS if name in schema}
    facts |= {name: [inner(part) for part in schema[name]] for name in _ALTERNATIVES if name in schema}
    if "enum" in schema:
        facts["enum"] = sorted(schema["enum"], key=lambda value: json.dumps(value, sort_keys=True))
    if schema.get("additionalProperties", True) not in (True, {}):
        facts["additionalProperties"] = (
            inner(schema["additionalProperties"]) if schema["additionalProperties"] else False
        )
    properties = _properties(schema, document, trail)
    return {
        **facts,
        **({"properties": properties} if properties else {}),
        **unread(schema, *_READ),
        **words(schema, *_PROSE),
    }


def _type(schema: Tree) -> Tree:
    declared: Any = schema.get("type")
    types = {declared} if isinstance(declared, str) else set(cast("list[str]", declared or []))
    if schema.get("nullable") is True and types:
        types.add("null")
    return {"type": "|".join(sorted(types))} if types else {}


def _properties(schema: Tree, document: Document, trail: tuple[str, ...]) -> Tree:
    described = document.mapping(schema, "properties")
    required: Any = schema.get("required", [])
    if not is_list(required):
        raise NotComparable(f"{document.name} is malformed: `required` of a schema is no list.")
    names = dict.fromkeys([*described, *map(str, required)])
    flags = {name: {"required": True} for name in map(str, required)}
    return {name: schema_facts(described.get(name, {}), document, trail) | flags.get(name, {}) for name in names}
