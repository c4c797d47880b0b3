"""The order in which a person reads what is on a page."""

# Sorting by the top edge alone is not enough: words of one line rarely have the same top edge, and a pixel would decide
# which comes first. So boxes whose middles are close form a line first. Close is measured in heights of the smaller
# box, because a distance in pixels would depend on the resolution.
#
#        ┌───────┐ ┌──────┐     ┌──────────┐
#        │Invoice│ │No.417│     │ ACME Ltd │    line 1:  Invoice, No.417
#        └───────┘ │      │     │ 1 Road   │    line 2:  Total, 12.00
#        ┌─────┐   └──────┘     │ London   │    line 3:  the address, because it is more than
#        │Total│ ┌─────┐        └──────────┘             2.5 times as high as the others
#        └─────┘ │12.00│
#                └─────┘

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, TypeVar

from nanonets_sdk.layout.geometry import Box

T = TypeVar("T")

_SAME_LINE: Final = 0.5
"""How far apart the middles of boxes on one line may be, in heights of the smaller box."""
_SAME_SIZE: Final = 2.5
"""How many times as high as its line a box may be."""


def in_reading_order(things: Iterable[T], box_of: Callable[[T], Box | None]) -> list[T]:
    """Sort things line by line from the top, and each line from the left.

    Args:
        things: What to sort. Things without a box come last, in the order given.
        box_of: Returns the box of a thing.
    """
    placed: list[tuple[Box, T]] = []
    nowhere: list[T] = []
    for thing in things:
        box = box_of(thing)
        if box is None:
            nowhere.append(thing)
        else:
            placed.append((box, thing))
    return [thing for line in lines_of(placed) for _, thing in line] + nowhere


def lines_of(placed: list[tuple[Box, T]]) -> list[list[tuple[Box, T]]]:
    """Return the lines of things with their boxes, from the top, each from the left."""
    lines: list[list[tuple[Box, T]]] = []
    middle = height = 0
    for entry in sorted(placed, key=lambda entry: _middle(entry[0])):
        box = entry[0]
        smaller, larger = sorted((_height(box), height))
        is_level = _middle(box) - middle <= _SAME_LINE * 2 * smaller
        if lines and is_level and larger <= _SAME_SIZE * smaller:
            lines[-1].append(entry)
        else:
            # The first box of a line is its measure; otherwise a slanting row of boxes would drag the line downwards.
            lines.append([entry])
            middle, height = _middle(box), _height(box)
    # Boxes may have their edges swapped, so neither edge is known to be the smaller one.
    for line in lines:
        line.sort(key=lambda entry: min(entry[0].xmin, entry[0].xmax))
    return sorted(
        lines,
        key=lambda line: (
            min(min(box.ymin, box.ymax) for box, _ in line),
            min(min(box.xmin, box.xmax) for box, _ in line),
        ),
    )


def _middle(box: Box) -> int:
    """Return twice the middle, an integer: a float would overflow on the absurd coordinates of a broken reply."""
    return box.ymin + box.ymax


def _height(box: Box) -> int:
    return max(abs(box.height), 1)
