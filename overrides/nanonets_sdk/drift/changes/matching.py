"""Matches the operations of one description with those of another.

An operation that moved should be one finding, not one removed and one added. So three identities are tried, the
strictest first, and each removes its pairs before the next is tried:

    before                     after                      matched by
    GET  /Model/{model_id}     GET  /Model/{id}           method and path, names of parameters aside
    POST /Model/{id}/Train     PUT  /Model/{id}/Training  operationId
    GET  /Models               GET  /Models/              path without its last slash

The slash comes last because this API has pairs of operations whose paths differ in nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from attrs import frozen

from nanonets_sdk.drift.facts.json_types import Tree

_PARAMETER: Final = re.compile(r"\{([^}]*)\}")
_IDENTITIES: Final[tuple[Callable[[str, Tree], str], ...]] = (
    lambda name, _: _PARAMETER.sub("{}", name),
    lambda _, facts: str(facts.get("operationId", "")),
    lambda name, _: _PARAMETER.sub("{}", name).rstrip("/"),
)


@frozen
class Pair:
    """An operation in two descriptions; None on the side that lacks it."""

    before: str | None
    after: str | None


def pairs(before: Tree, after: Tree) -> list[Pair]:
    """Return every operation of two descriptions, paired where possible."""
    left, right = dict(before), dict(after)
    found: list[Pair] = []
    for identity in _IDENTITIES:
        here, there = _by_identity(left, identity), _by_identity(right, identity)
        for key in here:
            if key in there:
                found.append(Pair(here[key], there[key]))
                del left[here[key]], right[there[key]]
    return [*found, *(Pair(name, None) for name in left), *(Pair(None, name) for name in right)]


def renamed_parameters(before: str, after: str) -> dict[str, str]:
    """Return the new names of a path's renamed parameters, by old name.

    >>> renamed_parameters("GET /Model/{model_id}", "GET /Model/{id}")
    {'model_id': 'id'}
    """
    together = zip(_PARAMETER.findall(before), _PARAMETER.findall(after), strict=False)
    return {old: new for old, new in together if old != new}


def _by_identity(operations: Tree, identity: Callable[[str, Tree], str]) -> dict[str, str]:
    """Return the names of the operations by an identity, without those that share it."""
    found: dict[str, list[str]] = {}
    for name, facts in operations.items():
        found.setdefault(identity(name, facts), []).append(name)
    return {key: names[0] for key, names in found.items() if key and len(names) == 1}
