"""What a changed keyword does to the values that a schema accepts."""

from __future__ import annotations

from collections.abc import Callable
from math import isclose
from typing import Any, Final, TypeGuard

from nanonets_sdk.drift.changes.change import Change, Effect
from nanonets_sdk.drift.changes.inferred import types_in
from nanonets_sdk.drift.facts.json_types import is_list, is_same, is_tree
from nanonets_sdk.drift.facts.pointers import split
from nanonets_sdk.drift.report.outcome import NOTHING

FLIPPED: Final = {Effect.LOOSER: Effect.TIGHTER, Effect.TIGHTER: Effect.LOOSER, Effect.OTHER: Effect.OTHER}
# A number of the first format is one of the second, too.
_WIDER: Final = frozenset({("int32", "int64"), ("float", "double")})
# Nothing is known of what these do.
_UNKNOWN: Final = frozenset({"other", "named", "xml", "default", "propertyName"})


def effect_of(change: Change) -> Effect | None:
    """Return what a change does to the accepted values; None if nothing."""
    name = split(change.pointer)[-1]
    if change.effect is not None or name in _UNKNOWN:
        return change.effect or Effect.OTHER
    if name == "type":
        return _between(_accepted(change.before), _accepted(change.after))
    # Any other keyword restricts what is accepted, so that without it everything is.
    if change.before is NOTHING or change.after is NOTHING:
        return Effect.TIGHTER if change.before is NOTHING else Effect.LOOSER
    return _BY_KEYWORD.get(name, _of_bounds)(name, change.before, change.after)


def bound_effect(names: tuple[str, str], before: dict[str, Any], after: dict[str, Any]) -> Effect | None:
    """Return what a change of a bound does, where one keyword includes its value and another one excludes it."""
    sign = 1 if names[0] == "minimum" else -1

    def strictest(bounds: dict[str, Any]) -> tuple[float, bool]:
        found = [(sign * value, name != names[0]) for name, value in bounds.items() if not isinstance(value, bool)]
        return max(found, default=(float("-inf"), False))

    one, other = strictest(before), strictest(after)
    return None if one == other else Effect.LOOSER if other < one else Effect.TIGHTER


def _between(before: frozenset[str] | None, after: frozenset[str] | None) -> Effect:
    if after is None or (before is not None and before <= after):
        return Effect.LOOSER
    return Effect.TIGHTER if before is None or after <= before else Effect.OTHER


def _accepted(text: Any) -> frozenset[str] | None:
    """Return the types of accepted values; None if every type is."""
    if not isinstance(text, str):
        return None
    types = types_in(text)
    # JSON Schema accepts 1 as a number.
    return types | {"integer"} if "number" in types else types


def _of_values(_: str, before: Any, after: Any) -> Effect | None:
    if not is_list(before) or not is_list(after):
        return Effect.OTHER
    has_all = all(any(is_same(value, same) for same in after) for value in before)
    has_no_more = all(any(is_same(value, same) for same in before) for value in after)
    if has_all:
        return None if has_no_more else Effect.LOOSER
    return Effect.TIGHTER if has_no_more else Effect.OTHER


def _of_multiples(_: str, before: Any, after: Any) -> Effect:
    if not all(_is_number(value) and value > 0 for value in (before, after)):
        return Effect.OTHER
    if _is_whole(after / before):
        return Effect.TIGHTER
    return Effect.LOOSER if _is_whole(before / after) else Effect.OTHER


def _of_formats(_: str, before: Any, after: Any) -> Effect:
    if (before, after) in _WIDER:
        return Effect.LOOSER
    return Effect.TIGHTER if (after, before) in _WIDER else Effect.OTHER


def _of_others(_: str, before: Any, after: Any) -> Effect:
    """Return the effect on members that are not described, of which none are allowed or some."""
    if is_tree(before) == is_tree(after):
        return Effect.OTHER
    return Effect.LOOSER if before is False else Effect.TIGHTER


def _of_bounds(name: str, before: Any, after: Any) -> Effect:
    if not _is_number(before) or not _is_number(after):
        return Effect.OTHER
    is_lower = name.lower().startswith(("min", "exclusivemin"))
    return Effect.LOOSER if (after < before) == is_lower else Effect.TIGHTER


_BY_KEYWORD: Final[dict[str, Callable[[str, Any, Any], Effect | None]]] = {
    "enum": _of_values,
    "multipleOf": _of_multiples,
    "format": _of_formats,
    **dict.fromkeys(("additionalProperties", "unevaluatedProperties", "unevaluatedItems"), _of_others),
}


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_whole(number: float) -> bool:
    # Decimal fractions are not exact: 0.3 is three times 0.1.
    return isclose(number, round(number), rel_tol=1e-9)
