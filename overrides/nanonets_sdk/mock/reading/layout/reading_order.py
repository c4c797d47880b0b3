"""The order in which people read words: lines from top to bottom, and columns of prose one after the other.

Forms and tables are read across, prose in columns is not. What tells them apart is a gutter: a gap that goes down
through many lines, with prose on both sides.

    A heading over both columns           has no gap: a line by itself

    Lorem ipsum dolor |  | Duis aute
    sit amet, elit    |  | in voluptate   The gutter is what the gaps of all lines have in common.
    sed do eiusmod    |  |                The room beside a line is a gap of infinite width.
    tempor incididunt |  | esse cillum

    Pos     Qty       Price               has too few words for prose: the columns end above

From each line, every gap is followed down as far as it goes, and the longest columns win. A column may have columns
of its own, so each is ordered in turn.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import inf
from operator import attrgetter

from attrs import frozen

from nanonets_sdk.mock.reading.layout.lines import Line, lines_of
from nanonets_sdk.mock.reading.layout.numbers import is_number_like
from nanonets_sdk.mock.reading.layout.page import Word

_LINES_OF_A_COLUMN = 6
_GUTTER = 0.6  # of the text's height at least
# Following every gap takes time that grows with the square of the lines.
_MOST_LINES = 500
_WORDS_OF_A_LINE = 4  # on average; fewer are a form or a table, which is read across
_BLOCK_GAP = 0.8  # of the text's height at least, between the columns and a block below them


@frozen
class _Gap:
    xmin: float
    xmax: float

    @property
    def width(self) -> float:
        return self.xmax - self.xmin

    def meet(self, other: "_Gap") -> "_Gap":
        return _Gap(max(self.xmin, other.xmin), min(self.xmax, other.xmax))


def in_reading_order(words: Iterable[Word]) -> tuple[Word, ...]:
    """Return the words in reading order."""
    return tuple(word for line in _ordered(lines_of(words)) for word in line.words)


def _ordered(lines: Sequence[Line]) -> list[Line]:
    if not _LINES_OF_A_COLUMN <= len(lines) <= _MOST_LINES:
        return list(lines)
    gaps: list[list[_Gap]] = []
    for line in lines:
        between = (_Gap(left.xmax, right.xmin) for left, right in pairwise(line.words))
        least = _GUTTER * line.height
        inner = [gap for gap in between if gap.width >= least]
        gaps.append([*inner, _Gap(-inf, line.xmin), _Gap(line.xmax, inf)])
    ordered: list[Line] = []
    start = 0
    while start < len(lines):
        start, columns = _columns_from(lines, gaps, start)
        ordered += [line for column in columns for line in (_ordered(column) if len(columns) > 1 else column)]
    return ordered


def _columns_from(
    lines: Sequence[Line], gaps: Sequence[Sequence[_Gap]], start: int
) -> tuple[int, Sequence[Sequence[Line]]]:
    """Return the end of the columns that begin at a line, and their lines; most lines are a column by themselves."""
    best: tuple[int, Sequence[Sequence[Line]]] = (start + 1, (lines[start : start + 1],))
    for first in gaps[start]:
        gutter, end = first, start + 1
        while end < len(lines):
            common = max((gutter.meet(gap) for gap in gaps[end]), key=attrgetter("width"))
            if common.width < _GUTTER * lines[end].height:
                break
            gutter, end = common, end + 1
        # A gap that never met text on one of its sides is the margin.
        if end <= best[0] or end - start < _LINES_OF_A_COLUMN or gutter.width == inf:
            continue
        end = start + _length_of_prose(lines[start:end], gutter)
        sides = tuple(lines_of(side) for side in _split(lines[start:end], gutter))
        if end > best[0] and all(len(side) >= _LINES_OF_A_COLUMN and _is_prose(side) for side in sides):
            best = (end, sides)
    return best


def _length_of_prose(lines: Sequence[Line], gutter: _Gap) -> int:
    """Return the number of lines above a block that does not belong to the columns, such as a table below them."""
    starts = [
        place
        for place in range(1, len(lines))
        if lines[place].ymin - lines[place - 1].ymax >= _BLOCK_GAP * lines[place - 1].height
    ]
    for begin, end in pairwise([0, *starts, len(lines)]):
        block = lines[begin:end]
        sides = [lines_of(side) for side in _split(block, gutter) if side]
        if all(map(_is_prose, sides)):
            continue
        # The last words of a paragraph are not prose by themselves, but on one side only and without numbers.
        with_number = sum(any(is_number_like(word.text) for word in line.words) for line in block)
        if len(sides) > 1 or 2 * with_number >= len(block):
            return begin
    return len(lines)


def _split(lines: Sequence[Line], gutter: _Gap) -> tuple[list[Word], list[Word]]:
    """Return the words left and right of a gutter."""
    words = [word for line in lines for word in line.words]
    return [word for word in words if word.xmax <= gutter.xmax], [word for word in words if word.xmax > gutter.xmax]


def _is_prose(lines: Sequence[Line]) -> bool:
    return sum(len(line.words) for line in lines) >= _WORDS_OF_A_LINE * len(lines)
