"""Rows under named columns, and sheets with a title: what the other modules of this package write."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from attrs import frozen


@frozen
class Rows:
    """Rows under named, typed columns.

    Attributes:
        columns: The type of each column by name: `str`, `int`, `float` or `bool`.
        values: The rows, with a value for each column; None where a row has no value.
    """

    columns: Mapping[str, type]
    values: Sequence[Sequence[Any]]

    @classmethod
    def from_records(cls, columns: Mapping[str, type], records: Iterable[Mapping[str, Any]]) -> Rows:
        """Arrange records under columns."""
        return cls(columns, [tuple(map(record.get, columns)) for record in records])


@frozen
class Sheet:
    """Rows under a title.

    Attributes:
        title: The title; empty for none.
        header: The header of each column; empty if no column has one. Headers may repeat.
        rows: The rows, all of the same length.
        verbatim: The headers of columns whose text is no amount and no date whatever it looks like, such as ids.
        shares: The headers of columns with numbers from 0 to 1 that people read as percentages.
    """

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[Any]]
    verbatim: Collection[str] = ()
    shares: Collection[str] = ()


def unique_names(names: Iterable[str], taken: Iterable[str] = ()) -> tuple[str, ...]:
    """Number the names that repeat.

    Args:
        names: Names, of which some may be equal.
        taken: Names that are not available.

    Examples:
        >>> unique_names(["amount", "amount", "note"])
        ('amount', 'amount (2)', 'note')
    """
    names = tuple(names)
    used = {*taken}
    # A number must not make a name that comes later: in ["a", "a", "a (2)"] the second becomes "a (3)".
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
