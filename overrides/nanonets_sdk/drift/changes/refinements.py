"""What our description may say beyond the published one without contradicting it."""

from __future__ import annotations

from typing import Final

from attrs import frozen

from nanonets_sdk.drift.changes.catalogue import REPLY, REQUEST
from nanonets_sdk.drift.changes.change import Change
from nanonets_sdk.drift.changes.rules import Condition, is_added, is_declared, is_object
from nanonets_sdk.drift.facts.pointers import matches


@frozen
class Refinement:
    """A way to say more; `roots`, `pattern` and `when` are as in `Rule`."""

    name: str
    roots: tuple[str, ...]
    pattern: str
    when: Condition

    def fits(self, change: Change) -> bool:
        """Return whether a difference is such a refinement; the published fact is `before`."""
        return any(matches(f"{root}{self.pattern}", change.pointer) for root in self.roots) and self.when(change)


REFINEMENTS: Final = (
    Refinement("an error reply", ("/responses/4*", "/responses/5*"), "", is_added),
    Refinement("the body of a reply", ("/responses/*/content",), "", is_added),
    Refinement("a field of a reply", REPLY, "/**/properties/*", is_added),
    Refinement("a field that every reply has", REPLY, "/**/properties/*/required", is_added),
    Refinement("the type of what examples show", REPLY, "/**/type", is_declared),
    Refinement("the items of a list in a reply", REPLY, "/**/items", is_added),
    Refinement("that a body with fields is an object", ("/requestBody/content/*/schema",), "/type", is_object),
    Refinement("what a text holds", REQUEST, "/**/{contentMediaType,contentSchema}", is_added),
)


def refinement_of(change: Change) -> str:
    """Return what a difference says beyond the published description; empty if it contradicts it."""
    return next((refinement.name for refinement in REFINEMENTS if refinement.fits(change)), "")
