"""Which names in traffic are the API's, and which are data and must not be kept."""

from __future__ import annotations

import re
from typing import Final

from nanonets_sdk.drift.facts.shapes import Shape, merged, shape_of

ANY: Final = "*"
ID: Final = "{}"

# The words of the API's routes are letters alone and begin with a capital; ids, which callers put in, never do.
_WORD: Final = re.compile(r"[A-Z][A-Za-z]{1,31}")
_FIELD: Final = re.compile(r"[A-Za-z_][A-Za-z_]*[0-9]{0,3}")
_LONGEST_FIELD: Final = 40


def redacted_path(path: str) -> str:
    """Return a path with `{}` for each segment that a caller has put in.

    >>> redacted_path("/OCR/Model/5b1c7a86-3a9e-4f0e-9a65-1f2d3c4b5a69/LabelFile/")
    '/OCR/Model/{}/LabelFile/'
    """
    return "/".join(segment if not segment or _WORD.fullmatch(segment) else ID for segment in path.split("/"))


def shape_without_data(value: object) -> Shape:
    """Return the shape of a JSON value, with `*` for names that are data: paths, ids, addresses.

    Args:
        value: What was read from a body.
    """
    return _without_data(shape_of(value))


def _without_data(shape: Shape) -> Shape:
    members = {name: _without_data(member) for name, member in shape.fields.items()}
    named = {name: member for name, member in members.items() if _is_field(name)}
    others = merged(member for name, member in members.items() if name not in named)
    return Shape(
        types=shape.types,
        fields=named if others is None else {**named, ANY: others},
        optional=shape.optional & set(named),
        items=None if shape.items is None else _without_data(shape.items),
    )


def _is_field(name: str) -> bool:
    return len(name) <= _LONGEST_FIELD and _FIELD.fullmatch(name) is not None
