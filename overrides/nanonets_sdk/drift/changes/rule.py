"""A row of the catalogue: what a change of a description is called, and how much it matters."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

from attrs import frozen

from nanonets_sdk.drift.changes.changes import Change
from nanonets_sdk.drift.facts.json_types import is_tree
from nanonets_sdk.drift.facts.pointers import matches, split
from nanonets_sdk.drift.report.outcome import NOTHING, Kind

Condition = Callable[[Change], bool]

_LONGEST: Final = 100


@frozen
class Rule:
    """One row: its name, how much it matters, and the changes that it stands for.

    Attributes:
        name: As it is shown.
        kind: How much it matters.
        sentence: What happened, with `{name}`, `{before}` and `{after}`.
        patterns: Of the pointers, see `pointers.compiled`.
        when: A further condition; None for none.
    """

    name: str
    kind: Kind
    sentence: str
    patterns: tuple[str, ...]
    when: Condition | None = None

    def fits(self, change: Change) -> bool:
        """Return whether a change is of this kind."""
        is_there = any(matches(pattern, change.pointer) for pattern in self.patterns)
        return is_there and (self.when is None or self.when(change))

    def told(self, change: Change) -> str:
        """Return what happened, as a sentence."""
        return self.sentence.format(name=_name(change.pointer), before=brief(change.before), after=brief(change.after))


def _name(pointer: str) -> str:
    *holders, last = split(pointer) or ("",)
    if holders == ["parameters"]:
        place, _, name = last.partition(":")
        return f"{name} ({place})" if name else last
    return last


def brief(value: Any) -> str:
    """Return a value in few words.

    >>> brief({"type": "array", "items": {"type": "string"}})
    'array'
    """
    if value is NOTHING:
        return "nothing"
    if is_tree(value) and isinstance(value.get("type"), str):
        return str(value["type"])
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
