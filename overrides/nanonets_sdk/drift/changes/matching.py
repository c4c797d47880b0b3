"""Which operation of one description is which of another."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from attrs import frozen

from nanonets_sdk.drift.facts.json_types import Tree

_PARAMETER: Final = re.compile(r"\{([^}]*)\}")


@frozen
class Pair:
    """An operation in two descriptions; None where one of them lacks it."""

    before: str | None
    after: str | None


def pairs(before: Tree, after: Tree) -> list[Pair]:
    """Return every operation of two descriptions, paired.

    The same method and path go together first, whatever the path's parameters are called; then the same operationId;
    then paths that differ in the slash at their end alone.

    Args:
        before: Operations by method and path.
        after: Likewise.
    """
    left, right = dict(before), dict(after)
    found: list[Pair] = []
    for identity in (_place, _operation_id, _loose_place):
        for one, other in list(_same(left, right, identity)):
            found.append(Pair(one, other))
            del left[one], right[other]
    return [*found, *(Pair(name, None) for name in left), *(Pair(None, name) for name in right)]


def renamed_parameters(before: str, after: str) -> dict[str, str]:
    """Return the new names of a path's parameters that have one, by the old name.

    >>> renamed_parameters("GET /Model/{model_id}", "GET /Model/{id}")
    {'model_id': 'id'}
    """
    together = zip(_PARAMETER.findall(before), _PARAMETER.findall(after), strict=False)
    return {old: new for old, new in together if old != new}


def _same(left: Tree, right: Tree, identity: Any) -> Iterator[tuple[str, str]]:
    there = _unambiguous((identity(name, facts), name) for name, facts in right.items())
    here = _unambiguous((identity(name, facts), name) for name, facts in left.items())
    for key, name in here.items():
        if key in there:
            yield name, there[key]


def _unambiguous(keyed: Iterable[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for key, name in keyed:
        found.setdefault(key, []).append(name)
    return {key: names[0] for key, names in found.items() if key and len(names) == 1}


def _place(name: str, _facts: Tree) -> str:
    return _PARAMETER.sub("{}", name)


def _operation_id(_name: str, facts: Tree) -> str:
    return str(facts.get("operationId", ""))


def _loose_place(name: str, facts: Tree) -> str:
    return _place(name, facts).rstrip("/")
