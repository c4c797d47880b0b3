"""Lines of words, and the phrases that wide gaps divide a line into.

Invoice number    2026-0117         Due   12 March 2026
|------------|    |-------|         |-|   |-----------|        four phrases of one line
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from operator import attrgetter
from typing import Self

from attrs import frozen

from nanonets_sdk.mock.reading.layout.numbers import is_number_like
from nanonets_sdk.mock.reading.layout.page import Word

_SAME_LINE = 0.45  # of the smaller word's height, between the centers of two words
# A space is a quarter to a third of the text's height, in justified text up to half of it.
_PHRASE_GAP = 0.8  # of the text's height
_NARROW_GAP = 0.5  # of the text's height, between two numbers or where the line's other gaps are far smaller
_FAR_SMALLER = 0.5


@frozen
class Line:
    """Words side by side, from left to right. A phrase is a line too, one without wide gaps."""

    words: tuple[Word, ...]
    xmin: int
    ymin: int
    xmax: int
    ymax: int

    @classmethod
    def of(cls, words: Iterable[Word]) -> Self:
        """Return the line of some words."""
        row = tuple(sorted(words, key=attrgetter("xmin")))
        return cls(
            row,
            min(word.xmin for word in row),
            min(word.ymin for word in row),
            max(word.xmax for word in row),
            max(word.ymax for word in row),
        )

    @property
    def text(self) -> str:
        """The words, joined by spaces."""
        return " ".join(word.text for word in self.words)

    @property
    def height(self) -> int:
        """The height of the tallest word, in pixels."""
        return max(word.height for word in self.words)

    @property
    def center_y(self) -> float:
        """Halfway between top and bottom."""
        return (self.ymin + self.ymax) / 2

    def overlaps(self, other: Self) -> bool:
        """Return whether the two overlap horizontally."""
        return min(self.xmax, other.xmax) > max(self.xmin, other.xmin)


def lines_of(words: Iterable[Word]) -> tuple[Line, ...]:
    """Return the lines that words form, from top to bottom."""
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda word: (word.ymin + word.ymax, word.xmin)):
        # Only the first word of a line counts: a chain of neighbours, each a little lower, could join two lines.
        if rows and word.center_y - rows[-1][0].center_y <= _SAME_LINE * min(word.height, rows[-1][0].height):
            rows[-1].append(word)
        else:
            rows.append([word])
    return tuple(Line.of(row) for row in rows)


def phrases_of(line: Line) -> tuple[Line, ...]:
    """Return the parts of a line between its wide gaps."""
    smallest = min((right.xmin - left.xmax for left, right in pairwise(line.words)), default=0)
    parts = [[line.words[0]]]
    for left, right in pairwise(line.words):
        height = min(left.height, right.height)
        least = _NARROW_GAP * height
        if not (is_number_like(left.text) and is_number_like(right.text)):
            least = min(_PHRASE_GAP * height, max(least, smallest / _FAR_SMALLER))
        if right.xmin - left.xmax < least:
            parts[-1].append(right)
        else:
            parts.append([right])
    return tuple(Line.of(part) for part in parts)


def text_of(words: Sequence[Word]) -> str:
    """Return the text of words that may span several lines, joined by spaces."""
    return " ".join(line.text for line in lines_of(words))
