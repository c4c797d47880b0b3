"""The shape of a JSON value: its types and the names of its fields, without any of its content.

Shapes describe examples and recorded replies, neither of which may be kept. They are stored in a short notation:

    {"id": 7, "rows": [{"a": 1.5}, {"a": 2, "b": ""}], "next": null}

    {"id": "integer", "rows": [{"a": "integer|number", "b?": "string"}], "next": "null"}
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any, Final, cast

from attrs import field, frozen

from nanonets_sdk.drift.facts.json_types import is_list, is_tree

Notation = Any  # a str of types, a dict of fields, a list of at most one item, or a dict of alternatives

_ALTERNATIVES: Final = "|"
_SCALARS: Final[dict[str, Any]] = {"boolean": False, "integer": 0, "null": None, "number": 0.5, "string": ""}
_NAMES: Final[dict[type, str]] = {type(value): name for name, value in _SCALARS.items()}


@frozen
class Shape:
    """What one or more JSON values have in common.

    Attributes:
        types: Their JSON types; `integer` is distinct from `number`.
        fields: The fields of the objects among them.
        optional: Names of the fields that at least one of these objects lacks.
        items: The shape of all items of the arrays among them; None if every array is empty.
    """

    types: frozenset[str]
    fields: Mapping[str, Shape] = field(factory=dict[str, "Shape"])
    optional: frozenset[str] = frozenset()
    items: Shape | None = None


def shape_of(value: object) -> Shape:
    """Return the shape of a JSON value.

    >>> notation(shape_of({"score": 1, "cells": [{"row": 1}, {"row": 2, "text": "x"}]}))
    {'cells': [{'row': 'integer', 'text?': 'string'}], 'score': 'integer'}
    """
    if isinstance(value, Mapping):
        members = cast("Mapping[str, object]", value)
        return Shape(frozenset({"object"}), {str(name): shape_of(member) for name, member in members.items()})
    if is_list(value):
        return Shape(frozenset({"array"}), items=merged(map(shape_of, value)))
    return Shape(frozenset({_NAMES.get(type(value), "string")}))


def merged(shapes: Iterable[Shape]) -> Shape | None:
    """Return the common shape of several shapes; None if there are no shapes."""
    every = list(shapes)
    if not every:
        return None
    objects = [shape for shape in every if "object" in shape.types]
    names = dict.fromkeys(chain.from_iterable(shape.fields for shape in objects))
    return Shape(
        types=frozenset(chain.from_iterable(shape.types for shape in every)),
        fields={name: _merged_some(one.fields[name] for one in objects if name in one.fields) for name in names},
        optional=frozenset(
            name for name in names if any(name not in shape.fields or name in shape.optional for shape in objects)
        ),
        items=merged(shape.items for shape in every if shape.items is not None),
    )


def notation(shape: Shape) -> Notation:
    """Return a shape as short JSON: `"string"`, `{"name": …, "optional?": …}`, `[item]`."""
    alternatives: list[Notation] = []
    if "array" in shape.types:
        alternatives.append([] if shape.items is None else [notation(shape.items)])
    if "object" in shape.types:
        fields: dict[str, Notation] = {}
        for name, member in sorted(shape.fields.items()):
            # A name may itself end in a question mark, or be the mark of alternatives.
            escaped = name.replace("%", "%25").replace("?", "%3F").replace("|", "%7C")
            fields[escaped + "?" * (name in shape.optional)] = notation(member)
        alternatives.append(fields)
    scalars = shape.types - {"array", "object"}
    if scalars:
        alternatives.append("|".join(sorted(scalars)))
    return alternatives[0] if len(alternatives) == 1 else {_ALTERNATIVES: alternatives}


def shape_from(text: Notation) -> Shape:
    """Return the shape that `notation` wrote.

    Raises:
        ValueError: The value is not a notation.
    """
    if isinstance(text, str) and set(text.split("|")) <= set(_SCALARS):
        return Shape(frozenset(text.split("|")))
    if is_list(text) and len(text) <= 1:
        return Shape(frozenset({"array"}), items=merged(map(shape_from, text)))
    if is_tree(text):
        alternatives: Any = text.get(_ALTERNATIVES)
        if len(text) == 1 and is_list(alternatives):
            return _merged_some(map(shape_from, alternatives))
        return Shape(
            types=frozenset({"object"}),
            fields={_unescaped(name.removesuffix("?")): shape_from(member) for name, member in text.items()},
            optional=frozenset(_unescaped(name[:-1]) for name in text if name.endswith("?")),
        )
    raise ValueError(f"{text!r} is not a shape")


def samples(shape: Shape) -> list[Any]:
    """Return minimal values whose shapes merge to the given one."""
    found: list[Any] = []
    for kind in sorted(shape.types):
        if kind == "array":
            found.append([] if shape.items is None else samples(shape.items))
        elif kind == "object":
            members = {name: samples(member) for name, member in shape.fields.items()}
            # As many objects as the field with the most samples needs; other fields start over with their first.
            count = max((len(values) for values in members.values()), default=1)
            full = [{name: values[at % len(values)] for name, values in members.items()} for at in range(count)]
            least = {name: value for name, value in full[0].items() if name not in shape.optional}
            found += full if len(least) == len(full[0]) else [*full, least]
        else:
            found.append(_SCALARS[kind])
    return found


def _merged_some(shapes: Iterable[Shape]) -> Shape:
    shape = merged(shapes)
    if shape is None:
        raise ValueError("an empty list of alternatives is not a shape")
    return shape


def _unescaped(name: str) -> str:
    return name.replace("%7C", "|").replace("%3F", "?").replace("%25", "%")
