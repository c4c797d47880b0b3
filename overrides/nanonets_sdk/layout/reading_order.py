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
from typing import Final, Protocol, TypeVar

T = TypeVar("T")


class Edges(Protocol):
    """A box, or anything else that has its edges."""

    @property
    def xmin(self) -> int:
        """Left edge."""
        ...

    @property
    def ymin(self) -> int:
        """Top edge."""
        ...

    @property
    def xmax(self) -> int:
        """Right edge."""
        ...

    @property
    def ymax(self) -> int:
        """Bottom edge."""
        ...


E = TypeVar("E", bound=Edges)

_SAME_LINE: Final = 0.5
"""How far apart the middles of boxes on one line may be, in heights of the smaller box."""
_SAME_SIZE: Final = 2.5
"""How many times as high as its line a box may be."""


def in_reading_order(things: Iterable[T], box_of: Callable[[T], Edges | None]) -> list[T]:
    """Sort things line by line from the top, and each line from the left.

    Args:
        things: What to sort. Things without a box come last, in the order given.
        box_of: Returns the box of a thing.
    """
    placed: list[tuple[Edges, T]] = []
    nowhere: list[T] = []
    for thing in things:
        box = box_of(thing)
        if box is None:
            nowhere.append(thing)
        else:
            placed.append((box, thing))
    return [thing for line in lines_of(placed) for _, thing in line] + nowhere


def lines_of(placed: list[tuple[E, T]]) -> list[list[tuple[E, T]]]:
    """Return the lines of things with their boxes, from the top, each from the left."""
    lines: list[list[tuple[E, T]]] = []
    middle = height = 0
    for entry in sorted(placed, key=_middle):
        size, level = _height(entry[0]), _middle(entry)
        smaller, larger = (size, height) if size < height else (height, size)
        if lines and level - middle <= _SAME_LINE * 2 * smaller and larger <= _SAME_SIZE * smaller:
            lines[-1].append(entry)
        else:
            # The first box of a line is its measure; otherwise a slanting row of boxes would drag the line downwards.
            lines.append([entry])
            middle, height = level, size
    for line in lines:
        if len(line) > 1:
            line.sort(key=_left)
    return sorted(lines, key=lambda line: (min(map(_top, line)), _left(line[0])))


def _middle(entry: tuple[Edges, object]) -> int:
    """Return twice the middle, an integer: a float would overflow on the absurd coordinates of a broken reply."""
    return entry[0].ymin + entry[0].ymax


# Boxes may have their edges swapped, so neither edge is known to be the smaller one.
def _left(entry: tuple[Edges, object]) -> int:
    box = entry[0]
    return min(box.xmin, box.xmax)


def _top(entry: tuple[Edges, object]) -> int:
    box = entry[0]
    return min(box.ymin, box.ymax)


def _height(box: Edges) -> int:
    return abs(box.ymax - box.ymin) or 1
