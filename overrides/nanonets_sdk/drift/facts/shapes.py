"""The shape of a JSON value: its types and the names of its fields, and nothing of what it says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any, Final, cast

from attrs import field, frozen

from nanonets_sdk.drift.facts.json_types import is_list, is_tree

Notation = Any  # a str of types, a dict of fields, a list of at most one item, or a dict of alternatives

_ALTERNATIVES: Final = "|"
_SCALARS: Final[dict[str, Any]] = {"boolean": False, "integer": 0, "null": None, "number": 0.5, "string": ""}


@frozen
class Shape:
    """What is common to one or more JSON values.

    Attributes:
        types: Their JSON types; `integer` is one of its own.
        fields: The fields of those that are objects.
        optional: Names of the fields that one of these objects lacks.
        items: The shape of all items of those that are arrays; None when every array is empty.
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
    return Shape(frozenset({_scalar_type(value)}))


def merged(shapes: Iterable[Shape]) -> Shape | None:
    """Return what is common to several shapes; None when there is none."""
    every = list(shapes)
    if not every:
        return None
    objects = [shape for shape in every if "object" in shape.types]
    names = dict.fromkeys(chain.from_iterable(shape.fields for shape in objects))
    return Shape(
        types=frozenset(chain.from_iterable(shape.types for shape in every)),
        fields={name: _merged_field(name, objects) for name in names},
        optional=frozenset(
            name for name in names if any(name not in shape.fields or name in shape.optional for shape in objects)
        ),
        items=merged(shape.items for shape in every if shape.items is not None),
    )


def notation(shape: Shape) -> Notation:
    """Return a shape as short JSON: `"string"`, `{"name": …, "perhaps?": …}`, `[item]`."""
    parts = [_part(shape, name) for name in sorted(shape.types) if name in {"array", "object"}]
    scalars = "|".join(sorted(shape.types - {"array", "object"}))
    alternatives = [*parts, *([scalars] if scalars else [])]
    return alternatives[0] if len(alternatives) == 1 else {_ALTERNATIVES: alternatives}


def shape_from(text: Notation) -> Shape:
    """Return the shape that `notation` wrote.

    Raises:
        ValueError: The value is no such notation.
    """
    if isinstance(text, str) and set(text.split("|")) <= set(_SCALARS):
        return Shape(frozenset(text.split("|")))
    if is_list(text) and len(text) <= 1:
        return Shape(frozenset({"array"}), items=merged(map(shape_from, text)))
    if is_tree(text):
        members = text
        if set(members) == {_ALTERNATIVES} and is_list(members[_ALTERNATIVES]):
            return _required(merged(map(shape_from, members[_ALTERNATIVES])))
        return _object_from(members)
    raise ValueError(f"{text!r} is no shape")


def samples(shape: Shape) -> list[Any]:
    """Return values, as empty as can be, whose shapes merge to this one."""
    return list(chain.from_iterable(_samples_of(shape, name) for name in sorted(shape.types)))


def _scalar_type(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    return "number" if isinstance(value, float) else "string"


def _merged_field(name: str, objects: list[Shape]) -> Shape:
    return _required(merged(shape.fields[name] for shape in objects if name in shape.fields))


def _required(shape: Shape | None) -> Shape:
    if shape is None:
        raise ValueError("alternatives of nothing are no shape")
    return shape


def _part(shape: Shape, kind: str) -> Notation:
    if kind == "array":
        return [] if shape.items is None else [notation(shape.items)]
    return {
        _escaped(name) + "?" * (name in shape.optional): notation(member)
        for name, member in sorted(shape.fields.items())
    }


def _object_from(members: Mapping[str, Notation]) -> Shape:
    return Shape(
        types=frozenset({"object"}),
        fields={_unescaped(name.removesuffix("?")): shape_from(member) for name, member in members.items()},
        optional=frozenset(_unescaped(name[:-1]) for name in members if name.endswith("?")),
    )


def _escaped(name: str) -> str:
    return name.replace("%", "%25").replace("?", "%3F").replace("|", "%7C")


def _unescaped(name: str) -> str:
    return name.replace("%7C", "|").replace("%3F", "?").replace("%25", "%")


def _samples_of(shape: Shape, kind: str) -> list[Any]:
    if kind == "array":
        return [[] if shape.items is None else samples(shape.items)]
    if kind != "object":
        return [_SCALARS[kind]]
    members = {name: samples(member) for name, member in shape.fields.items()}
    count = max((len(values) for values in members.values()), default=1)
    full = [{name: values[at % len(values)] for name, values in members.items()} for at in range(count)]
    least = {name: value for name, value in full[0].items() if name not in shape.optional}
    return full if len(least) == len(full[0]) else [*full, least]
