"""The order in which a person reads what stands on a page."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, TypeVar

from nanonets_sdk.layout.geometry import Box

T = TypeVar("T")

_SAME_LINE: Final = 0.5
"""How far middles may lie apart on one line, in heights of the smaller box."""
_SAME_SIZE: Final = 2.5
"""How many times as high a box may be as its line; a block of text beside a line is no part of the line."""


def in_reading_order(things: Iterable[T], box_of: Callable[[T], Box | None]) -> list[T]:
    """Sort line by line from the top, each line from the left; what has no place comes last, in the order given.

    A line is made of boxes whose middles lie at about the same height, so that words of a line that stand a few
    pixels higher or lower do not change places.

    Args:
        things: What to sort.
        box_of: Where a thing stands.
    """
    placed: list[tuple[Box, T]] = []
    nowhere: list[T] = []
    for thing in things:
        box = box_of(thing)
        if box is None:
            nowhere.append(thing)
        else:
            placed.append((box, thing))
    return [thing for line in _lines(placed) for _, thing in line] + nowhere


def _lines(placed: list[tuple[Box, T]]) -> list[list[tuple[Box, T]]]:
    lines: list[list[tuple[Box, T]]] = []
    middle = height = 0
    for entry in sorted(placed, key=lambda entry: _middle(entry[0])):
        box = entry[0]
        if lines and _is_on_line(box, middle, height):
            lines[-1].append(entry)
        else:
            lines.append([entry])
            middle, height = _middle(box), _height(box)
    for line in lines:
        line.sort(key=lambda entry: min(entry[0].xmin, entry[0].xmax))
    return sorted(lines, key=_place)


def _is_on_line(box: Box, middle: int, height: int) -> bool:
    smaller, larger = sorted((_height(box), height))
    return _middle(box) - middle <= _SAME_LINE * 2 * smaller and larger <= _SAME_SIZE * smaller


def _place(line: list[tuple[Box, T]]) -> tuple[int, int]:
    return min(min(box.ymin, box.ymax) for box, _ in line), min(min(box.xmin, box.xmax) for box, _ in line)


def _middle(box: Box) -> int:
    """Twice the middle: whole numbers never overflow, however wrong a coordinate is."""
    return box.ymin + box.ymax


def _height(box: Box) -> int:
    return max(abs(box.height), 1)
