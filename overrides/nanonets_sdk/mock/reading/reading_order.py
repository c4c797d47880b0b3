"""The order in which people read words: lines from the top down, and columns of prose one after the other."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import isinf

from attrs import frozen

from nanonets_sdk.mock.reading.lines import Line, lines_of
from nanonets_sdk.mock.reading.page import Word

_LINES_OF_A_COLUMN = 6
_GUTTER = 0.6  # of the text's height at least
_MOST_LINES = 500
_WORDS_OF_A_LINE = 4  # on average; less is a form or a table, which is read across


@frozen
class _Gap:
    xmin: float
    xmax: float

    @property
    def is_margin(self) -> bool:
        """Whether nothing stands on one of its sides."""
        return isinf(self.xmin) or isinf(self.xmax)

    def meet(self, other: "_Gap") -> "_Gap":
        return _Gap(max(self.xmin, other.xmin), min(self.xmax, other.xmax))


def in_reading_order(words: Iterable[Word]) -> tuple[Word, ...]:
    """Return the words in reading order."""
    return tuple(word for line in _ordered(lines_of(words)) for word in line.words)


def _ordered(lines: Sequence[Line]) -> list[Line]:
    if not _LINES_OF_A_COLUMN <= len(lines) <= _MOST_LINES:
        return list(lines)
    gaps = [_gaps(line) for line in lines]
    ordered: list[Line] = []
    start = 0
    while start < len(lines):
        end, columns = _columns_from(lines, gaps, start)
        ordered += [line for column in columns for line in (_ordered(column) if len(columns) > 1 else column)]
        start = end
    return ordered


def _columns_from(
    lines: Sequence[Line], gaps: Sequence[Sequence[_Gap]], start: int
) -> tuple[int, Sequence[Sequence[Line]]]:
    """Return the columns that begin at a line, and where they end; most lines are a column by themselves."""
    best: tuple[int, Sequence[Sequence[Line]]] = (start + 1, (lines[start : start + 1],))
    for first in gaps[start]:
        gap, end = first, start + 1
        while end < len(lines) and (common := _common_gap(gap, gaps[end], lines[end])):
            gap, end = common, end + 1
        longer = end > best[0] and end - start >= _LINES_OF_A_COLUMN and not gap.is_margin
        sides = _sides(lines[start:end], gap) if longer else None
        if sides:
            best = (end, sides)
    return best


def _gaps(line: Line) -> list[_Gap]:
    """Return the gaps of a line, and the room before and after it, where another column may stand."""
    least = _GUTTER * line.height
    beside = ((left.xmax, right.xmin) for left, right in pairwise(line.words))
    inner = [_Gap(xmin, xmax) for xmin, xmax in beside if xmax - xmin >= least]
    return [*inner, _Gap(float("-inf"), line.xmin), _Gap(line.xmax, float("inf"))]


def _common_gap(gap: _Gap, others: Sequence[_Gap], line: Line) -> _Gap | None:
    widest = max((gap.meet(other) for other in others), key=lambda each: each.xmax - each.xmin)
    return widest if widest.xmax - widest.xmin >= _GUTTER * line.height else None


def _sides(lines: Sequence[Line], gutter: _Gap) -> tuple[tuple[Line, ...], tuple[Line, ...]] | None:
    """Return the columns left and right of a gutter, if both look like prose."""
    words = [word for line in lines for word in line.words]
    left = lines_of(word for word in words if word.xmax <= gutter.xmax)
    right = lines_of(word for word in words if word.xmax > gutter.xmax)
    return (left, right) if _is_prose(left) and _is_prose(right) else None


def _is_prose(lines: Sequence[Line]) -> bool:
    count = sum(len(line.words) for line in lines)
    return len(lines) >= _LINES_OF_A_COLUMN and count >= _WORDS_OF_A_LINE * len(lines)
