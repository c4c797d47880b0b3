"""Walks through JSON values of unknown type."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias, cast

Path: TypeAlias = tuple[str | int, ...]


def children(value: Any) -> list[tuple[str | int, Any]]:
    """Return the members of an object or array with their keys; an empty list for any other value."""
    if isinstance(value, dict):
        return list(cast("dict[str, Any]", value).items())
    return list(enumerate(cast("Iterable[Any]", value))) if isinstance(value, list) else []


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Yield every scalar and empty container in a value, with its path."""
    inside = children(value)
    for step, child in inside:
        yield from leaves(child, (*path, step))
    if not inside:
        yield path, value


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """Yield every object in a value, at any depth."""
    if isinstance(value, dict):
        yield cast("dict[str, Any]", value)
    for _, child in children(value):
        yield from objects(child)


def as_object(value: Any) -> dict[str, Any]:
    """Return an object as it is, and an empty one for any other value."""
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def listed(value: Any) -> list[Any]:
    """Return a list as it is, and any other value as a list of one."""
    return list(cast("Iterable[Any]", value)) if isinstance(value, list) else [value]
