"""Names of columns."""

from __future__ import annotations

from collections.abc import Iterable


def unique_names(names: Iterable[str], taken: Iterable[str] = ()) -> tuple[str, ...]:
    """The names, each repetition with a number behind it.

    Args:
        names: Some of them the same.
        taken: Names that are not free.

    Examples:
        >>> unique_names(["amount", "amount", "note"])
        ('amount', 'amount (2)', 'note')
    """
    names = tuple(names)
    used = {*taken}
    reserved = {*names}
    counts: dict[str, int] = {}
    unique: list[str] = []
    for name in names:
        candidate = name
        while candidate in used or (candidate != name and candidate in reserved):
            counts[name] = counts.get(name, 1) + 1
            candidate = f"{name} ({counts[name]})"
        used.add(candidate)
        unique.append(candidate)
    return tuple(unique)
