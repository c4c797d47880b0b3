"""Corrections: what a person made of what a model found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Literal, TypeAlias, TypeVar

from attrs import frozen

from nanonets_sdk.documents.cell import Cell
from nanonets_sdk.documents.field import Field

if TYPE_CHECKING:
    from nanonets_sdk.documents.page import Boxes
    from nanonets_sdk.documents.table import Table

Kind: TypeAlias = Literal["changed", "added", "removed"]
T = TypeVar("T")
_Key: TypeAlias = tuple[object, ...]


@frozen
class Correction:
    """One difference between the model and a person.

    Attributes:
        label: The label of the field, or the header of the cell's column; the person's where they differ.
        predicted: What the model found; None for what was added.
        moderated: What the person made of it; None for what was removed.
        kind: `changed` (another text, or another label), `added` or `removed`.
        page: Number of the page in its file, from 0.
    """

    label: str
    predicted: Field | Cell | None
    moderated: Field | Cell | None
    kind: Kind
    page: int

    def __str__(self) -> str:
        """As a line to read."""
        before = repr(self.predicted.text) if self.predicted else "nothing"
        after = repr(self.moderated.text) if self.moderated else "nothing"
        return f"page {self.page}, {self.label} {self.kind}: {before} → {after}"


def corrections_between(predicted: Boxes, moderated: Boxes) -> tuple[Correction, ...]:
    """The differences between the boxes of one page, fields first, then cells of tables."""
    fields = pairs(predicted.fields.all(), moderated.fields.all(), (_field_id, _field_text, _field_label))
    cells = pairs(_cells(predicted.tables), _cells(moderated.tables), (_cell_id, _cell_place))
    found: list[tuple[Field | Cell | None, Field | Cell | None]] = [
        *fields,
        *((before.cell if before else None, after.cell if after else None) for before, after in cells),
    ]
    return tuple(_correction(before, after) for before, after in found if _differ(before, after))


def pairs(
    left: Iterable[T], right: Iterable[T], keys: Iterable[Callable[[T], _Key | None]]
) -> Iterator[tuple[T | None, T | None]]:
    """Pair what has the same key, the first key first, and what is left over with None.

    Args:
        left: Things.
        right: Things to pair them with; their order is kept, what is left over of `left` comes last.
        keys: What makes two things the same; None for a thing that has no such key.
    """
    left, right = list(left), list(right)
    partner: dict[int, int] = {}
    for key in keys:
        taken = {*partner.values()}
        waiting: dict[_Key | None, list[int]] = {}
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


def _differ(before: Field | Cell | None, after: Field | Cell | None) -> bool:
    return before is None or after is None or (before.text, before.label) != (after.text, after.label)


def _correction(before: Field | Cell | None, after: Field | Cell | None) -> Correction:
    kind: Kind = "added" if before is None else "removed" if after is None else "changed"
    there = after or before
    label = (there.label if there else "") or (before.label if before else "")
    return Correction(label, before, after, kind, there.page if there else 0)


def _field_id(field: Field) -> _Key | None:
    return (field.id,) if field.id else None


def _field_text(field: Field) -> _Key:
    return field.label, field.text


def _field_label(field: Field) -> _Key:
    return (field.label,)


@frozen
class _PlacedCell:
    cell: Cell
    table: int
    """Number of the table on its page."""


def _cells(tables: Iterable[Table]) -> list[_PlacedCell]:
    return [_PlacedCell(cell, number) for number, table in enumerate(tables) for cell in table.cells]


def _cell_id(placed: _PlacedCell) -> _Key | None:
    return (placed.cell.id,) if placed.cell.id else None


def _cell_place(placed: _PlacedCell) -> _Key:
    return placed.table, placed.cell.row, placed.cell.col
