"""Ways through JSON values whose types nobody knows."""

from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias, cast

Path: TypeAlias = tuple[str | int, ...]


def children(value: Any) -> list[tuple[str | int, Any]]:
    """Return what an object or array holds, with the steps to it; nothing for anything else."""
    if isinstance(value, dict):
        return list(cast("dict[str, Any]", value).items())
    return list(enumerate(cast("Iterable[Any]", value))) if isinstance(value, list) else []


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Yield everything in a value that holds nothing else, with the way to it."""
    inside = children(value)
    for step, child in inside:
        yield from leaves(child, (*path, step))
    if not inside:
        yield path, value


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """Yield every object in a value."""
    if isinstance(value, dict):
        yield cast("dict[str, Any]", value)
    for _, child in children(value):
        yield from objects(child)


def listed(value: Any) -> list[Any]:
    """Return a list as it is, and anything else as a list of one."""
    return list(cast("Iterable[Any]", value)) if isinstance(value, list) else [value]
