"""What a description lets a caller expect: its schemas, and where they are silent, its examples.

The published description types its replies as bare objects and shows their fields in examples alone. So the examples
count as facts: a type known from them alone is marked, as in `integer (example)`.
"""

from __future__ import annotations

from typing import Any, Final

from nanonets_sdk.drift.facts.json_types import Tree, is_list, is_tree
from nanonets_sdk.drift.facts.shapes import Shape, merged, shape_from

EXAMPLE: Final = " (example)"
# Marks a field that some objects of an example have and others lack; that is no promise, but worth telling.
SHOWN: Final = "shown"


def expectations(facts: Tree) -> Tree:
    """Return facts in which every body has one schema, with what its examples show written into it."""
    return {name: _expected(value) for name, value in facts.items()}


def types_in(text: str) -> frozenset[str]:
    """Return the JSON types that a `type` of `expectations` names.

    >>> sorted(types_in("integer|null (example)"))
    ['integer', 'null']
    """
    return frozenset(text.removesuffix(EXAMPLE).split("|"))


def is_example(text: object) -> bool:
    """Return whether a `type` is known from examples alone."""
    return isinstance(text, str) and text.endswith(EXAMPLE)


def _expected(value: Any) -> Any:
    if not is_tree(value):
        return value
    node = {name: _expected(part) for name, part in value.items()}
    if not is_list(node.get("examples")):
        return node
    shape = merged(map(shape_from, node.pop("examples")))
    return node if shape is None else {**node, "schema": _with_shape(node.get("schema", {}), shape)}


def _with_shape(schema: Tree, shape: Shape) -> Tree:
    shown = {"type": "|".join(sorted(shape.types)) + EXAMPLE}
    made: Tree = {**schema} if _is_typed(schema) else {**shown, **schema}
    if "object" in shape.types and _allows(made, "object"):
        described = schema.get("properties", {})
        fields = {
            name: {**_with_shape(described.get(name, {}), member), **_shown(name, shape)}
            for name, member in shape.fields.items()
        }
        made["properties"] = {**described, **fields}
    if "array" in shape.types and shape.items is not None and _allows(made, "array"):
        made["items"] = _with_shape(schema.get("items", {}), shape.items)
    return made


def _shown(name: str, shape: Shape) -> Tree:
    return {SHOWN: "not always"} if name in shape.optional else {}


def _is_typed(schema: Tree) -> bool:
    return any(name in schema for name in ("type", "allOf", "anyOf", "oneOf", "enum", "const", "recursive"))


def _allows(schema: Tree, kind: str) -> bool:
    return kind in types_in(str(schema.get("type", kind))) and "additionalProperties" not in schema
