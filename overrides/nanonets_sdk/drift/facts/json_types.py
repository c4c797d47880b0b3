"""Type guards for plain data, as read from YAML and JSON."""

from __future__ import annotations

from typing import Any, TypeGuard

Tree = dict[str, Any]


def is_tree(value: object) -> TypeGuard[Tree]:
    """Return whether a value is a mapping."""
    return isinstance(value, dict)


def is_list(value: object) -> TypeGuard[list[Any]]:
    """Return whether a value is a list."""
    return isinstance(value, list)


def is_same(one: object, other: object) -> bool:
    """Return whether two values are equal in JSON, where true differs from 1, and 1.0 does not."""
    if is_tree(one) and is_tree(other):
        return one.keys() == other.keys() and all(is_same(value, other[name]) for name, value in one.items())
    if is_list(one) and is_list(other):
        return len(one) == len(other) and all(map(is_same, one, other))
    return isinstance(one, bool) == isinstance(other, bool) and one == other
