"""Conditions on a change that its pointer does not tell."""

from __future__ import annotations

from typing import Any

from nanonets_sdk.drift.changes.changes import Change
from nanonets_sdk.drift.changes.inferred import is_example, types_in
from nanonets_sdk.drift.facts.json_types import is_list, is_tree
from nanonets_sdk.drift.facts.pointers import split
from nanonets_sdk.drift.report.outcome import NOTHING


def is_added(change: Change) -> bool:
    """Return whether something is there that was not."""
    return change.before is NOTHING


def is_object(change: Change) -> bool:
    """Return whether what had no type is now an object."""
    return is_added(change) and change.after == "object"


def is_removed(change: Change) -> bool:
    """Return whether something is gone."""
    return change.after is NOTHING


def is_added_and_required(change: Change) -> bool:
    """Return whether something is there that was not, and cannot be left out."""
    return is_added(change) and is_tree(change.after) and change.after.get("required") is True


def is_widened(change: Change) -> bool:
    """Return whether every value that was of the type still is; no type allows them all."""
    if is_removed(change):
        return True
    return not is_added(change) and _covered(types_in(change.before)) <= _covered(types_in(change.after))


def is_narrowed(change: Change) -> bool:
    """Return whether every value that is of the type was before."""
    if is_added(change):
        return True
    return not is_removed(change) and _covered(types_in(change.after)) <= _covered(types_in(change.before))


def is_declared(change: Change) -> bool:
    """Return whether a type that only examples showed is now declared, and holds for them."""
    return is_example(change.before) and isinstance(change.after, str) and is_widened(change)


def has_more_values(change: Change) -> bool:
    """Return whether a list of values holds all that it held."""
    return is_list(change.before) and is_list(change.after) and _within(change.before, change.after)


def is_looser(change: Change) -> bool:
    """Return whether a bound lets through all that it let through before."""
    if is_removed(change):
        return True
    if is_added(change) or not all(isinstance(value, int | float) for value in (change.before, change.after)):
        return False
    is_lower = "min" in split(change.pointer)[-1].lower()
    return bool(change.after < change.before if is_lower else change.after > change.before)


def _covered(types: frozenset[str]) -> frozenset[str]:
    return types | {"integer"} if "number" in types else types


def _within(few: list[Any], many: list[Any]) -> bool:
    return all(value in many for value in few)
