"""Matching: which prediction a value of a person answers."""

# Values of one label are paired in rounds. Each looks only at what is left, and the surest comes first:
#
#     predicted                       a person's
#     "12.00"  id=a ───── id ───────▶ "12.50"  id=a           the person changed the text
#     "7.00"   ▭ ─── boxes overlap ─▶ "7.00"   ▭              drawn again, so the id is new
#     "3.00"   ▭ ────── text ───────▶ "3.00"   elsewhere      drawn at another place, or on another page
#     "9.00"   no box ── order ─────▶ "8.00"   no box         replies without locations
#     "1.00"                          nothing                 removed, so the prediction was wrong
#     nothing                         "2.00"                  added, so the model missed it
#
# Cells know their place, and equal texts in a column are no sign of the same row. Their last rounds are by place.

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, TypeAlias

from attrs import frozen

from nanonets_sdk.documents import Field, Table
from nanonets_sdk.documents.corrections import pairs
from nanonets_sdk.layout.geometry import Box

Pair: TypeAlias = "tuple[Value | None, Value | None]"

_SAME_PLACE: Final = 0.5
"""The intersection over union from which two boxes are taken for the same place."""


@frozen(eq=False)
class Value:
    """A field or a cell.

    Attributes:
        text: What it says.
        score: Score from 0 to 1; None if there is none.
        box: Its place on the page; None without a location.
        page: Page number in the file, from 0.
        id: The service's id; empty if there is none.
        place: Table, row and column of a cell, from 0; None for a field.
    """

    text: str
    score: float | None
    box: Box | None
    page: int
    id: str
    place: tuple[int, int, int] | None = None


def fields_by_label(fields: Iterable[Field]) -> dict[str, list[Value]]:
    """Return the values of fields by label. A field without text is as good as absent."""
    found: dict[str, list[Value]] = {}
    for field in fields:
        if field.text.strip():
            value = Value(field.text, field.score, field.box, field.page, field.id)
            found.setdefault(field.label, []).append(value)
    return found


def cells_by_column(tables: Iterable[Table]) -> dict[str, list[Value]]:
    """Return the values of cells by the header of their column. A cell without text is as good as absent."""
    found: dict[str, list[Value]] = {}
    for number, table in enumerate(tables):
        for cell in table.cells:
            if cell.text.strip():
                row, column = table.grid.place(cell)
                value = Value(cell.text, cell.score, cell.box, cell.page, cell.id, (number, row, column))
                found.setdefault(table.column_names[column], []).append(value)
    return found


def matched(found: Sequence[Value], expected: Sequence[Value], meaning: Callable[[str], object]) -> list[Pair]:
    """Pair the predicted values of a label with those of a person; what is left over is paired with None."""
    ids: list[Callable[[Value], object]] = [lambda value: value.id or None]
    rounds: list[Callable[[Value], object]] = [
        lambda value: value.place and (value.page, value.place),
        lambda value: None if value.place else (meaning(value.text),),
        lambda value: None if value.place or value.box else (value.page,),
    ]
    done: list[Pair] = []
    by_id = pairs(found, expected, ids)
    left, right = _set_aside(by_id, done)
    left, right = _set_aside(_overlapping(left, right), done)
    return [*done, *pairs(left, right, rounds)]


def _set_aside(paired: Iterable[Pair], done: list[Pair]) -> tuple[list[Value], list[Value]]:
    """Move what has a partner to `done`, and return the rest."""
    left: list[Value] = []
    right: list[Value] = []
    for one, other in paired:
        if one and other:
            done.append((one, other))
        elif one:
            left.append(one)
        elif other:
            right.append(other)
    return left, right


def _overlapping(left: Sequence[Value], right: Sequence[Value]) -> Iterator[Pair]:
    """Pair values whose boxes are at the same place, those that overlap most first."""
    placed = sorted(
        ((value.page, value.box.ymin, at) for at, value in enumerate(right) if value.box), key=lambda entry: entry[:2]
    )
    tallest = max((value.box.height for value in right if value.box), default=0)
    overlaps: list[tuple[float, int, int]] = []
    for at, one in enumerate(left):
        if one.box is None:
            continue
        # Only boxes that begin in reach can overlap: a column has as many cells as the table has rows.
        first = bisect_left(placed, (one.page, one.box.ymin - tallest, -1))
        last = bisect_right(placed, (one.page, one.box.ymax, len(right)))
        for _, _, to in placed[first:last]:
            box = right[to].box
            if box and (overlap := one.box.overlap(box)) >= _SAME_PLACE:
                overlaps.append((-overlap, at, to))
    partner: dict[int, int] = {}
    taken: set[int] = set()
    for _, at, to in sorted(overlaps):
        if at not in partner and to not in taken:
            partner[at] = to
            taken.add(to)
    yield from ((one, right[partner[at]] if at in partner else None) for at, one in enumerate(left))
    yield from ((None, other) for to, other in enumerate(right) if to not in taken)
