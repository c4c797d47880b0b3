"""What our description may say beyond the published one without contradicting it."""

from __future__ import annotations

from typing import Final

from attrs import frozen

from nanonets_sdk.drift.changes.catalogue import REPLY, REQUEST, under
from nanonets_sdk.drift.changes.changes import Change
from nanonets_sdk.drift.changes.conditions import is_added, is_declared, is_object
from nanonets_sdk.drift.changes.rule import Condition
from nanonets_sdk.drift.facts.pointers import matches


@frozen
class Refinement:
    """One way to say more; `patterns` are of pointers, `when` is a condition that each must meet."""

    name: str
    patterns: tuple[str, ...]
    when: Condition

    def fits(self, change: Change) -> bool:
        """Return whether a difference, published first, is of this kind."""
        return any(matches(pattern, change.pointer) for pattern in self.patterns) and self.when(change)


REFINEMENTS: Final = (
    Refinement("an error reply", ("/responses/4*", "/responses/5*"), is_added),
    Refinement("the body of a reply", ("/responses/*/content",), is_added),
    Refinement("a field of a reply", under(REPLY, "/**/properties/*"), is_added),
    Refinement("a field that every reply has", under(REPLY, "/**/properties/*/required"), is_added),
    Refinement("the type of what examples show", under(REPLY, "/**/type"), is_declared),
    Refinement("the items of a list in a reply", under(REPLY, "/**/items"), is_added),
    Refinement("that a body with fields is an object", ("/requestBody/content/*/schema/type",), is_object),
    Refinement("what a text holds", under(REQUEST, "/**/{contentMediaType,contentSchema}"), is_added),
)


def refinement_of(change: Change) -> str:
    """Return what a difference says beyond the published description; empty when it contradicts it.

    Args:
        change: The published fact first, ours second.
    """
    return next((refinement.name for refinement in REFINEMENTS if refinement.fits(change)), "")
