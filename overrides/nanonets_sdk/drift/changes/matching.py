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
from collections.abc import Set as AbstractSet
from typing import Final

from attrs import frozen

from nanonets_sdk.drift.changes.wording import renamed_schemes, ways_to_sign_in
from nanonets_sdk.drift.facts.document import fingerprint, without_prose
from nanonets_sdk.drift.facts.json_types import Tree

_PARAMETER: Final = re.compile(r"\{([^}]*)\}")
_IDENTITIES: Final[tuple[Callable[[str, Tree], str], ...]] = (
    lambda name, _: _PARAMETER.sub("{}", name),
    lambda _, facts: str(facts.get("operationId", "")),
    lambda name, _: _PARAMETER.sub("{}", name).rstrip("/"),
)
# A webhook has a name where an operation has a path, and braces in an expression are no parameters.
_RECEIVED: Final[tuple[Callable[[str, Tree], str], ...]] = (
    lambda name, _: name,
    lambda name, _: name.partition(" ")[2],
)


@frozen
class Pair:
    """An operation in two descriptions; None on the side that lacks it."""

    before: str | None
    after: str | None


def pairs(before: Tree, after: Tree, *, are_received: bool = False) -> list[Pair]:
    """Return every operation of two descriptions, paired where possible.

    Args:
        before: The operations of one description.
        after: The operations of the other one.
        are_received: True for webhooks and callbacks, whose names identify them whatever their method is.
    """
    left, right = dict(before), dict(after)
    found: list[Pair] = []
    for identity in _RECEIVED if are_received else _IDENTITIES:
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


def with_same_schemes(before: Tree, after: Tree) -> Tree:
    """Return facts in which each way to sign in is called as it is in other facts; its name never reaches the wire."""
    old, new = (without_prose(facts.get("securitySchemes", {})) for facts in (before, after))
    names: dict[str, str] = {}
    for name in old.keys() - new.keys():
        same = [found for found in new.keys() - old.keys() - {*names.values()} if new[found] == old[name]]
        names |= {name: same[0]} if len(same) == 1 else {}
    if not names:
        return before
    schemes = {names.get(name, name): scheme for name, scheme in before["securitySchemes"].items()}
    operations = {
        key: {**operation, "security": [renamed_schemes(way, names) for way in operation["security"]]}
        for key, operation in before["operations"].items()
    }
    return {**before, "securitySchemes": schemes, "operations": operations}


def with_unused_schemes(before: Tree, after: Tree) -> tuple[Tree, Tree]:
    """Return facts in which the ways to sign in that no operation of either side asks for are unused components.

    One that is new stays where it is: it announces what will be asked for.
    """
    asked = _schemes_asked_for(before) | _schemes_asked_for(after)
    unused = before.get("securitySchemes", {}).keys() - asked
    return _set_aside(before, unused), _set_aside(after, unused)


def _schemes_asked_for(facts: Tree) -> set[str]:
    names: set[str] = set()
    for operation in (*facts.get("operations", {}).values(), *facts.get("webhooks", {}).values()):
        names |= {scheme for way in ways_to_sign_in(operation.get("security")) for scheme, _ in way}
        names |= _schemes_asked_for({"operations": operation.get("callbacks", {})})
    return names


def _set_aside(facts: Tree, unused: AbstractSet[str]) -> Tree:
    schemes = facts.get("securitySchemes", {})
    aside = {f"securitySchemes/{name}": fingerprint(schemes[name]) for name in schemes.keys() & unused}
    kept = {name: scheme for name, scheme in schemes.items() if name not in unused}
    return {**facts, "securitySchemes": kept, "unused": {**facts.get("unused", {}), **aside}} if aside else facts


def _by_identity(operations: Tree, identity: Callable[[str, Tree], str]) -> dict[str, str]:
    """Return the names of the operations by an identity, without those that share it."""
    found: dict[str, list[str]] = {}
    for name, facts in operations.items():
        found.setdefault(identity(name, facts), []).append(name)
    return {key: names[0] for key, names in found.items() if key and len(names) == 1}
