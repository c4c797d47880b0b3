"""Rules: what a change is called, how much it matters, and the conditions under which it is so."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

from attrs import frozen

from nanonets_sdk.drift.changes.diff import Change
from nanonets_sdk.drift.changes.inferred import is_example, types_in
from nanonets_sdk.drift.facts.json_types import is_list, is_tree
from nanonets_sdk.drift.facts.pointers import matches, split
from nanonets_sdk.drift.report.outcome import NOTHING, Severity

Condition = Callable[[Change], bool]

_MAX_LENGTH: Final = 100


@frozen
class Rule:
    """Names a kind of change and gives it a severity.

    Attributes:
        name: The name shown to people and programs.
        severity: How much such a change matters.
        pattern: Pattern of the pointer, see `pointers.compiled`.
        template: The message, with `{name}`, `{before}` and `{after}`.
        when: A further condition.
        roots: Patterns of the places below which `pattern` is looked for.
    """

    name: str
    severity: Severity
    pattern: str
    template: str
    when: Condition | None = None
    roots: tuple[str, ...] = ("",)

    def fits(self, change: Change) -> bool:
        """Return whether the rule applies to a change."""
        is_there = any(matches(f"{root}{self.pattern}", change.pointer) for root in self.roots)
        return is_there and (self.when is None or self.when(change))

    def message(self, change: Change) -> str:
        """Return what happened, as a sentence."""
        *holders, name = split(change.pointer) or ("",)
        place, _, label = name.partition(":")
        if holders == ["parameters"] and label:
            name = f"{label} ({place})"
        return self.template.format(name=name, before=shorten(change.before), after=shorten(change.after))


def shorten(value: Any) -> str:
    """Return a value in a few words.

    >>> shorten({"type": "array", "items": {"type": "string"}})
    'array'
    """
    if value is NOTHING:
        return "nothing"
    if is_tree(value) and isinstance(value.get("type"), str):
        return str(value["type"])
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _MAX_LENGTH else f"{text[:_MAX_LENGTH]}…"


def is_added(change: Change) -> bool:
    """Return whether the fact is new."""
    return change.before is NOTHING


def is_removed(change: Change) -> bool:
    """Return whether the fact is gone."""
    return change.after is NOTHING


def is_object(change: Change) -> bool:
    """Return whether a value without a type became an object."""
    return is_added(change) and change.after == "object"


def is_added_and_required(change: Change) -> bool:
    """Return whether the fact is new and may not be omitted."""
    return is_added(change) and is_tree(change.after) and change.after.get("required") is True


def is_widened(change: Change) -> bool:
    """Return whether every value of the old type is also of the new one."""
    # No type at all allows every value, so that removing it is the widest step.
    return is_removed(change) or (
        not is_added(change) and _accepted(types_in(change.before)) <= _accepted(types_in(change.after))
    )


def is_narrowed(change: Change) -> bool:
    """Return whether every value of the new type is also of the old one."""
    return is_added(change) or (
        not is_removed(change) and _accepted(types_in(change.after)) <= _accepted(types_in(change.before))
    )


def is_declared(change: Change) -> bool:
    """Return whether a type known from examples is now declared, and agrees with them."""
    return is_example(change.before) and isinstance(change.after, str) and is_widened(change)


def has_more_values(change: Change) -> bool:
    """Return whether a list of values still contains all it did."""
    before, after = change.before, change.after
    return is_list(before) and is_list(after) and all(value in after for value in before)


def is_looser(change: Change) -> bool:
    """Return whether a bound still accepts all it did."""
    if is_removed(change):
        return True
    # Two patterns cannot be compared, and a new bound is tighter than none.
    if is_added(change) or not all(isinstance(value, int | float) for value in (change.before, change.after)):
        return False
    is_lower = "min" in split(change.pointer)[-1].lower()
    return bool(change.after < change.before if is_lower else change.after > change.before)


def _accepted(types: frozenset[str]) -> frozenset[str]:
    # JSON Schema accepts 1 as a number.
    return types | {"integer"} if "number" in types else types
