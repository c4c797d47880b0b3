"""Corrections: what a person changed in a model's results."""

# How the boxes of a page are paired. Each round pairs what has the same key; later rounds look only at what is left:
#
#     predicted                  moderated
#     a: "1"  id=x  ──── id ───▶ a: "9"  id=x             same box, other text: changed
#     a: "2"        ─ content ─▶ a: "2"                   unchanged
#     b: "3"        ── label ──▶ b: "4"                   no id, other text, but the only b left: changed
#     c: "5"                                              removed
#                                d: "6"                   added
#
# Content comes before the label because labels repeat: if a person corrects the second of three equal labels, pairing
# them in order would report two changes.

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Literal, TypeAlias, TypeVar

from attrs import frozen

from nanonets_sdk.documents.cell import Cell
from nanonets_sdk.documents.field import Field
from nanonets_sdk.documents.table import Table

Kind: TypeAlias = Literal["changed", "added", "removed"]
T = TypeVar("T")


@frozen
class Correction:
    """One difference between the model and a person.

    Attributes:
        label: The label of the field, or the header of the cell's column; the person's if they differ.
        predicted: What the model found; None if it was added.
        moderated: What the person made of it; None if it was removed.
        kind: `changed` (another text or label), `added` or `removed`.
        page: Page number in the file, from 0.
    """

    label: str
    predicted: Field | Cell | None
    moderated: Field | Cell | None
    kind: Kind
    page: int

    def __str__(self) -> str:
        before = repr(self.predicted.text) if self.predicted else "nothing"
        after = repr(self.moderated.text) if self.moderated else "nothing"
        return f"page {self.page + 1}, {self.label} {self.kind}: {before} → {after}"


def field_corrections(predicted: Sequence[Field], moderated: Sequence[Field]) -> list[Correction]:
    """Return the differences between the fields of one page."""
    keys: list[Callable[[Field], object]] = [
        lambda field: field.id or None,
        lambda field: (field.label, field.text),
        lambda field: field.label,
    ]
    found = pairs(predicted, moderated, keys)
    return _corrections(found)


def cell_corrections(predicted: Sequence[Table], moderated: Sequence[Table]) -> list[Correction]:
    """Return the differences between the cells of one page's tables."""

    def placed(tables: Sequence[Table]) -> list[tuple[int, Cell]]:
        return [(number, cell) for number, table in enumerate(tables) for cell in table.cells]

    keys: list[Callable[[tuple[int, Cell]], object]] = [
        lambda entry: entry[1].id or None,
        lambda entry: (entry[0], entry[1].row, entry[1].col),
    ]
    found = pairs(placed(predicted), placed(moderated), keys)
    return _corrections((before and before[1], after and after[1]) for before, after in found)


def pairs(
    left: Iterable[T], right: Iterable[T], keys: Iterable[Callable[[T], object]]
) -> Iterator[tuple[T | None, T | None]]:
    """Pair things that have the same key; what is left over is paired with None.

    Args:
        left: Things. Those left over come last.
        right: Things to pair them with, whose order is kept.
        keys: Functions that return the key of a thing, or None if it has none. Earlier functions take precedence.
    """
    left, right = list(left), list(right)
    partner: dict[int, int] = {}  # positions in `right` to positions in `left`
    for key in keys:
        taken = {*partner.values()}
        waiting: dict[object, list[int]] = {}
        # Reversed, so that the first of several with one key is on top.
        for at in reversed(range(len(left))):
            if at not in taken:
                waiting.setdefault(key(left[at]), []).append(at)
        for at, thing in enumerate(right):
            queue = waiting.get(found) if at not in partner and (found := key(thing)) is not None else None
            if queue:
                partner[at] = queue.pop()
    yield from ((left[partner[at]] if at in partner else None, thing) for at, thing in enumerate(right))
    taken = {*partner.values()}
    yield from ((thing, None) for at, thing in enumerate(left) if at not in taken)


def _corrections(paired: Iterable[tuple[Field | Cell | None, Field | Cell | None]]) -> list[Correction]:
    found: list[Correction] = []
    for before, after in paired:
        if before and after and (before.text, before.label) == (after.text, after.label):
            continue
        there = after or before
        if there is None:
            continue
        kind: Kind = "added" if before is None else "removed" if after is None else "changed"
        found.append(Correction(there.label or (before.label if before else ""), before, after, kind, there.page))
    return found
