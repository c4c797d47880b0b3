"""Changes of plain data by JSON pointers, after RFC 6902."""

from __future__ import annotations

from typing import Any

from nanonets_sdk.drift.facts.json_types import is_list
from nanonets_sdk.drift.facts.pointers import split


def holder(document: Any, pointer: str) -> tuple[Any, Any]:
    """Return the object or list that a pointer ends in, and the key or index there."""
    *way, last = split(pointer)
    for key in way:
        document = document[int(key) if isinstance(document, list) else key]
    return document, int(last) if isinstance(document, list) and last != "-" else last


def remove(document: Any, pointer: str) -> Any:
    """Take a value out of a document, and return it."""
    place, key = holder(document, pointer)
    return place.pop(key)


def add(document: Any, pointer: str, value: Any) -> None:
    """Put a value into a document; into a list, before the item that has the index, or at its end for `-`."""
    place, key = holder(document, pointer)
    if is_list(place):
        place.insert(len(place) if key == "-" else key, value)
    else:
        place[key] = value


def put(document: Any, pointer: str, value: Any) -> None:
    """Set a value, whether or not there is one."""
    place, key = holder(document, pointer)
    place[key] = value
