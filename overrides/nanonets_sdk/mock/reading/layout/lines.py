"""Lines of words, and the phrases that wide gaps make of a line."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from operator import attrgetter
from typing import Self

from attrs import frozen

from nanonets_sdk.mock.reading.layout.numbers import is_figure
from nanonets_sdk.mock.reading.layout.page import Word

_SAME_LINE = 0.45  # of the lower word's height
_PHRASE_GAP = 0.8  # of the text's height; a space is a quarter to a third of it, in justified text up to half
_NARROW_GAP = 0.5  # likewise, between two figures, or where other gaps of the line are far smaller
_FAR_SMALLER = 0.5


@frozen
class Line:
    """Words beside each other, from left to right; a phrase is a line too, one without wide gaps."""

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
        """The words with spaces between."""
        return " ".join(word.text for word in self.words)

    @property
    def height(self) -> int:
        """Of the highest word, in pixels."""
        return max(word.ymax - word.ymin for word in self.words)

    @property
    def middle(self) -> float:
        """Half way between top and bottom."""
        return (self.ymin + self.ymax) / 2


def lines_of(words: Iterable[Word]) -> tuple[Line, ...]:
    """Return the lines that words form, from the top down."""
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda word: (word.ymin + word.ymax, word.xmin)):
        if rows and _beside(rows[-1][0], word):
            rows[-1].append(word)
        else:
            rows.append([word])
    return tuple(Line.of(row) for row in rows)


def phrases_of(line: Line) -> tuple[Line, ...]:
    """Return the parts of a line between its wide gaps."""
    smallest = min((right.xmin - left.xmax for left, right in pairwise(line.words)), default=0)
    parts = [[line.words[0]]]
    for left, right in pairwise(line.words):
        if right.xmin - left.xmax < _phrase_gap(left, right, smallest):
            parts[-1].append(right)
        else:
            parts.append([right])
    return tuple(Line.of(part) for part in parts)


def text_of(words: Sequence[Word]) -> str:
    """Return the text of words that may stand on several lines, with spaces between."""
    return " ".join(line.text for line in lines_of(words))


def _phrase_gap(left: Word, right: Word, smallest: int) -> float:
    """Return the least gap that parts two words, given the smallest one of their line."""
    height = _lower(left, right)
    if is_figure(left.text) and is_figure(right.text):
        return _NARROW_GAP * height
    return min(_PHRASE_GAP * height, max(_NARROW_GAP * height, smallest / _FAR_SMALLER))


def _beside(first: Word, second: Word) -> bool:
    apart = abs((first.ymin + first.ymax) - (second.ymin + second.ymax)) / 2
    return apart <= _SAME_LINE * _lower(first, second)


def _lower(first: Word, second: Word) -> int:
    return min(first.ymax - first.ymin, second.ymax - second.ymin)
