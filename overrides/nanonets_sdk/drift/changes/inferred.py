"""Infers schemas from examples where a description declares none.

The published description types its replies as bare objects, and shows their fields in examples alone. Compared as
declared, the loss of every field would be no change. So the shapes of all examples of a media type are merged, and
written into its schema wherever that is silent:

    schema    {type: object, properties: {id: {type: string}}}
    examples  {id: integer, size: integer}    {id: integer, note: string}

    merged    {id: integer, size?: integer, note?: string}
    inferred  {type: object, properties: {
                 id:   {type: string},                                   declared: examples have no say
                 size: {type: integer (example), shown: not always},     known from an example alone
                 note: {type: string (example), shown: not always}}}

"(example)" keeps what was seen apart from what was promised: a type that is declared later only says more, if it agrees
with the examples. "shown" counts as prose: a field that one example omits is not therefore optional.
"""

from __future__ import annotations

from typing import Final

from nanonets_sdk.drift.facts.document import SHOWN
from nanonets_sdk.drift.facts.json_types import Tree, is_list, is_tree
from nanonets_sdk.drift.facts.shapes import Shape, merged, shape_from

EXAMPLE: Final = " (example)"
# Any of these decides what a value may be, so that an example adds no type.
_TYPING: Final = ("type", "allOf", "anyOf", "oneOf", "enum", "const", "recursive")


def infer_schemas(facts: Tree) -> Tree:
    """Return the facts with each `examples` merged into the `schema` beside it."""
    inferred: Tree = {name: infer_schemas(part) if is_tree(part) else part for name, part in facts.items()}
    # A property may be named `examples` as well; its value is a schema, not a list.
    if not is_list(inferred.get("examples")):
        return inferred
    shape = merged(map(shape_from, inferred.pop("examples")))
    return inferred if shape is None else {**inferred, "schema": _with_shape(inferred.get("schema", {}), shape)}


def types_in(text: str) -> frozenset[str]:
    """Return the JSON types named by an inferred `type`.

    >>> sorted(types_in("integer|null (example)"))
    ['integer', 'null']
    """
    return frozenset(text.removesuffix(EXAMPLE).split("|"))


def is_example(text: object) -> bool:
    """Return whether a `type` is known from examples alone."""
    return isinstance(text, str) and text.endswith(EXAMPLE)


def _with_shape(schema: Tree, shape: Shape) -> Tree:
    is_typed = any(name in schema for name in _TYPING)
    made: Tree = {**schema} if is_typed else {"type": "|".join(sorted(shape.types)) + EXAMPLE, **schema}
    allowed = types_in(made["type"]) if "type" in made else shape.types
    # The keys of a map are data: those of an example say nothing about other replies.
    if "additionalProperties" in made:
        return made
    if "object" in shape.types & allowed:
        described: Tree = schema.get("properties", {})
        made["properties"] = {**described}
        for name, member in shape.fields.items():
            mark = {SHOWN: "not always"} if name in shape.optional else {}
            made["properties"][name] = _with_shape(described.get(name, {}), member) | mark
    if shape.items is not None and "array" in shape.types & allowed:
        made["items"] = _with_shape(schema.get("items", {}), shape.items)
    return made
