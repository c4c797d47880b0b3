r"""Sees that something was renamed, where a comparison sees one thing that is gone and another that is new.

    reply-field-removed  .../properties/state     {type: integer}  \
                                                                    one finding: renamed, state is now status
    reply-field-added    .../properties/status    {type: integer}  /

Two findings are one rename only if both are in the same place and say the same. If others there do too, the names have
to be alike.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from difflib import SequenceMatcher
from typing import Any, Final

from attrs import evolve

from nanonets_sdk.drift.facts.document import fingerprint
from nanonets_sdk.drift.facts.json_types import Tree, is_tree
from nanonets_sdk.drift.facts.pointers import split
from nanonets_sdk.drift.report.outcome import NOTHING, Finding, Severity

_ALIKE: Final = 0.6
_PROSE: Final = frozenset({"extensions", "prose", "shown"})
_NAMING: Final = frozenset({"headers", "parameters", "properties"})
# What a new name may bring along without becoming another thing.
_ASIDE: Final = _PROSE | {"operationId", "required", "tags"}


def with_renames(findings: Iterable[Finding], before: Tree, after: Tree) -> tuple[Finding, ...]:
    """Return findings in which a removal and an addition that are one rename are one finding.

    Args:
        findings: Those of the gate `upstream`.
        before: The operations of the lock, by method and path.
        after: The operations of the new description.
    """
    every = list(findings)
    renamed: dict[int, Finding] = {}
    joined: set[int] = set()

    def operation(finding: Finding) -> str | None:
        return _operation(finding, before, after)

    for gone, come in [*_pairs(every, _member), *_pairs(every, operation)]:
        renamed[gone] = _renamed(every[gone], every[come])
        joined.add(come)
    return tuple(renamed.get(index, finding) for index, finding in enumerate(every) if index not in joined)


def _pairs(findings: list[Finding], key: Callable[[Finding], Any]) -> list[tuple[int, int]]:
    """Return the removals and additions that belong together, by their indexes."""
    sides: dict[Any, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for index, finding in enumerate(findings):
        if (finding.before is NOTHING) != (finding.after is NOTHING) and key(finding) is not None:
            sides[key(finding)][finding.before is NOTHING].append(index)
    found: list[tuple[int, int]] = []
    for gone, come in sides.values():
        if len(gone) == len(come) == 1:
            found.append((gone[0], come[0]))
            continue
        # Several of them say the same, so that only a name much like the old one speaks for a rename.
        alike = {(one, other): _likeness(findings[one], findings[other]) for one in gone for other in come}
        for one, other in sorted(alike, key=lambda pair: -alike[pair]):
            is_free = all(one != pair[0] and other != pair[1] for pair in found)
            if alike[one, other] >= _ALIKE and is_free:
                found.append((one, other))
    return found


def _likeness(gone: Finding, come: Finding) -> float:
    old, new = (split(one.pointer)[-1] if one.pointer else one.where for one in (gone, come))
    return SequenceMatcher(None, old, new).ratio()


def _member(finding: Finding) -> tuple[str, ...] | None:
    """Return where a field or a parameter is, and what it is, without its name."""
    *holder, name = split(finding.pointer) or ("",)
    if not holder or holder[-1] not in _NAMING:
        return None
    value = finding.after if finding.before is NOTHING else finding.before
    return (finding.where, *holder, name.rpartition(":")[0], fingerprint(_bare(value)))


def _operation(finding: Finding, before: Tree, after: Tree) -> str | None:
    if finding.rule not in {"operation-added", "operation-removed"}:
        return None
    operation = before.get(finding.where, after.get(finding.where))
    return fingerprint([finding.where.partition(" ")[0], _bare(operation)])


def _bare(value: Any) -> Any:
    """Return a fact without what a new name may bring along; below it, without prose."""
    if not is_tree(value):
        return value
    return {name: _without_prose(part) for name, part in value.items() if name not in _ASIDE}


def _without_prose(value: Any) -> Any:
    if not is_tree(value):
        return value
    members = value.items()
    return {name: _without_prose(part) for name, part in members if not (name in _PROSE and isinstance(part, str))}


def _renamed(gone: Finding, come: Finding) -> Finding:
    if gone.rule == "operation-removed":
        said = f"It is now {come.where}."
        return evolve(gone, severity=Severity.WIRE, rule="renamed", message=said, before=gone.where, after=come.where)
    (*_, old), (*_, new) = split(gone.pointer), split(come.pointer)
    return evolve(gone, rule="renamed", message=f"{old} is now called {new}.", before=old, after=new)
