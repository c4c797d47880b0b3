"""Plain data: what YAML and JSON are read into."""

from __future__ import annotations

from typing import Any, TypeGuard

Tree = dict[str, Any]


def is_tree(value: object) -> TypeGuard[Tree]:
    """Return whether a value is a mapping."""
    return isinstance(value, dict)


def is_list(value: object) -> TypeGuard[list[Any]]:
    """Return whether a value is a list."""
    return isinstance(value, list)
