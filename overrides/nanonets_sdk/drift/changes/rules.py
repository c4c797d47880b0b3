"""Rules: what a change is called, how much it matters, and the conditions under which it is so."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import cache
from typing import Any, Final

from attrs import frozen

from nanonets_sdk.drift.changes.change import Change, Effect
from nanonets_sdk.drift.changes.effects import effect_of
from nanonets_sdk.drift.changes.inferred import is_example
from nanonets_sdk.drift.changes.wording import media_types, ways_to_sign_in
from nanonets_sdk.drift.facts.json_types import is_tree
from nanonets_sdk.drift.facts.pointers import compiled, split
from nanonets_sdk.drift.report.outcome import NOTHING, Severity

Condition = Callable[[Change], bool]

_MAX_LENGTH: Final = 100
_RECEIVED: Final = re.compile(r"/(?:webhooks|callbacks)/[^/]*((?!/method$)/.+)", re.DOTALL)
_MIRRORED: Final = tuple(
    (re.compile(pattern, re.DOTALL), replacement)
    for pattern, replacement in (
        (r"^/requestBody/content/", "/responses/sent/content/"),
        (r"^/requestBody", "/sent/body"),
        (r"^/parameters/([^/]*)/(schema|content)", r"/responses/sent/headers/\1/\2"),
        (r"^/parameters/[^/]*", "/sent/value"),
        (r"^/responses/[^/]*/content$", "/requestBody"),
        (r"^/responses/[^/]*/content/", "/requestBody/content/"),
        (r"^/responses/[^/]*/headers/([^/]*)", r"/parameters/header:\1"),
    )
)


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
        is_there = _place(self.roots, self.pattern).fullmatch(judged(change.pointer)) is not None
        return is_there and (self.when is None or self.when(change))

    def message(self, change: Change) -> str:
        """Return what happened, as a sentence."""
        *holders, name = split(change.pointer) or ("",)
        place, _, label = name.partition(":")
        if holders == ["parameters"] and label:
            name = f"{label} ({place})"
        return self.template.format(name=name, before=shorten(change.before), after=shorten(change.after))


@cache
def _place(roots: tuple[str, ...], pattern: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{compiled(root + pattern).pattern})" for root in roots))


@cache
def judged(pointer: str) -> str:
    """Return the pointer by which a change is judged: what a webhook sends is judged as a reply.

    >>> judged("/webhooks/POST done/requestBody/content/a~1b/schema")
    '/responses/sent/content/a~1b/schema'
    """
    received = _RECEIVED.fullmatch(pointer)
    if received is None:
        return pointer
    inside = received[1]
    for pattern, replacement in _MIRRORED:
        mirrored, count = pattern.subn(replacement, inside)
        if count:
            return mirrored
    return inside


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


def is_looser(change: Change) -> bool:
    """Return whether a schema still accepts all that it did."""
    return effect_of(change) is Effect.LOOSER


def is_tighter(change: Change) -> bool:
    """Return whether a schema accepts nothing that it did not."""
    return effect_of(change) is Effect.TIGHTER


def is_directed(change: Change) -> bool:
    """Return whether a schema accepts all that it did, or nothing that it did not."""
    return is_looser(change) or is_tighter(change)


def is_opened(change: Change) -> bool:
    """Return whether an object may have other fields, of which it had none."""
    return change.before is False


def is_declared(change: Change) -> bool:
    """Return whether a type known from examples is now declared, and agrees with them."""
    return is_example(change.before) and isinstance(change.after, str) and is_looser(change)


def takes_more_media(change: Change) -> bool:
    """Return whether a part may have other media types besides all that it had."""
    return is_removed(change) or (not is_added(change) and media_types(change.before) < media_types(change.after))


def is_easier_to_sign_in(change: Change) -> bool:
    """Return whether each way to sign in is still one, with nothing more asked for."""
    before, after = map(ways_to_sign_in, (change.before, change.after))
    return all(any(new <= old for new in after) for old in before)
