"""Tells names that belong to the API from names that are data, and removes the latter."""

from __future__ import annotations

import re
from typing import Final

from nanonets_sdk.drift.facts.shapes import Shape, merged, shape_of

ANY: Final = "*"
ID: Final = "{}"

# The words in the routes of this API consist of letters and start with a capital. Ids, which callers put in, never do.
_WORD: Final = re.compile(r"[A-Z][A-Za-z]{1,31}")
_FIELD: Final = re.compile(r"[A-Za-z_]+[0-9]{0,3}")
_MAX_FIELD: Final = 40


def redacted_path(path: str) -> str:
    """Return a path with `{}` in place of the segments that come from a caller.

    >>> redacted_path("/OCR/Model/5b1c7a86-3a9e-4f0e-9a65-1f2d3c4b5a69/LabelFile/")
    '/OCR/Model/{}/LabelFile/'
    """
    return "/".join(segment if not segment or _WORD.fullmatch(segment) else ID for segment in path.split("/"))


def is_field(name: str) -> bool:
    """Return whether a key of an object looks like a name of the API, and not like data.

    >>> is_field("request_file_id"), is_field("uploadedfiles/5b1c7a86/invoice.pdf")
    (True, False)
    """
    return len(name) <= _MAX_FIELD and _FIELD.fullmatch(name) is not None


def shape_without_data(value: object) -> Shape:
    """Return the shape of a JSON value, with `*` in place of field names that are data: paths, ids, addresses."""
    return _without_data(shape_of(value))


def _without_data(shape: Shape) -> Shape:
    members = {name: _without_data(member) for name, member in shape.fields.items()}
    # Signed URLs, for one, are keyed by the path of the uploaded file.
    named = {name: member for name, member in members.items() if is_field(name)}
    others = merged(member for name, member in members.items() if name not in named)
    return Shape(
        types=shape.types,
        fields=named if others is None else {**named, ANY: others},
        optional=shape.optional & set(named),
        items=None if shape.items is None else _without_data(shape.items),
    )
