"""The order in which people read words: lines from the top down, and columns of prose one after the other."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import isinf

from attrs import frozen

from nanonets_sdk.mock.reading.layout.lines import Line, lines_of
from nanonets_sdk.mock.reading.layout.numbers import is_figure
from nanonets_sdk.mock.reading.layout.page import Word

_LINES_OF_A_COLUMN = 6
_GUTTER = 0.6  # of the text's height at least
_MOST_LINES = 500
_WORDS_OF_A_LINE = 4  # on average; less is a form or a table, which is read across
_BLOCK_GAP = 0.8  # of the text's height at least, between what belongs to the columns and what stands below them


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
        if not longer:
            continue
        end = start + _length_of_prose(lines[start:end], gap)
        sides = tuple(lines_of(side) for side in _split(lines[start:end], gap))
        if end > best[0] and all(_is_column(side) for side in sides):
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


def _length_of_prose(lines: Sequence[Line], gutter: _Gap) -> int:
    """Return how many lines there are before a block that is none of the columns', a table below them say."""
    starts = [place for place in range(1, len(lines)) if _is_parted(lines[place - 1], lines[place])]
    for begin, end in pairwise([0, *starts, len(lines)]):
        if _is_foreign(lines[begin:end], gutter):
            return begin
    return len(lines)


def _is_parted(upper: Line, lower: Line) -> bool:
    return lower.ymin - upper.ymax >= _BLOCK_GAP * upper.height


def _is_foreign(block: Sequence[Line], gutter: _Gap) -> bool:
    """Whether some lines have too few words for prose, at both sides of a gutter, or at one and with figures."""
    sides = [lines_of(side) for side in _split(block, gutter) if side]
    if all(map(_is_prose, sides)):
        return False
    with_figure = sum(any(is_figure(word.text) for word in line.words) for line in block)
    return len(sides) > 1 or 2 * with_figure >= len(block)


def _split(lines: Sequence[Line], gutter: _Gap) -> tuple[list[Word], list[Word]]:
    """Return the words left and right of a gutter."""
    words = [word for line in lines for word in line.words]
    return [word for word in words if word.xmax <= gutter.xmax], [word for word in words if word.xmax > gutter.xmax]


def _is_column(lines: Sequence[Line]) -> bool:
    return len(lines) >= _LINES_OF_A_COLUMN and _is_prose(lines)


def _is_prose(lines: Sequence[Line]) -> bool:
    return sum(len(line.words) for line in lines) >= _WORDS_OF_A_LINE * len(lines)
