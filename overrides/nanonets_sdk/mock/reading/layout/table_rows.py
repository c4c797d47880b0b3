"""Which lines of text make up a row of a table."""

from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise

from attrs import define, frozen

from nanonets_sdk.mock.reading.layout.grid import figure_columns
from nanonets_sdk.mock.reading.layout.lines import Line, phrases_of, text_of
from nanonets_sdk.mock.reading.layout.numbers import is_figure
from nanonets_sdk.mock.reading.layout.page import Word
from nanonets_sdk.mock.reading.layout.ruling import Stroke

_LEAST_PHRASES = 2
_STROKE = 1000.0  # pixels of gap that a stroke between two lines is worth


@frozen
class Span:
    """The width of a column, in pixels."""

    xmin: float
    xmax: float

    def meets(self, other: "Span | Line") -> bool:
        """Tell whether they stand, in part, one above the other."""
        return self.xmin < other.xmax and other.xmin < self.xmax


@define(slots=False)
class TextLine:
    """A line and its phrases."""

    line: Line

    @cached_property
    def phrases(self) -> tuple[Line, ...]:
        """The parts between wide gaps."""
        return phrases_of(self.line)

    @cached_property
    def has_figure(self) -> bool:
        """Whether a phrase is nothing but a figure."""
        return any(is_figure(phrase.text) for phrase in self.phrases)


def by_column(lines: Sequence[Line], columns: Sequence[Span]) -> list[list[Word]]:
    """Return the words of some lines by the column that they stand in."""
    cells: list[list[Word]] = [[] for _ in columns]
    for word in (word for line in lines for word in line.words):
        # what stands between two columns is the end of a long text at the left
        cells[sum((word.xmin + word.xmax) / 2 >= column.xmin for column in columns[1:])].append(word)
    return cells


def limits_of(columns: Sequence[Span]) -> list[float]:
    """Return where one column ends and the next begins."""
    return [(left.xmax + right.xmin) / 2 for left, right in pairwise(columns)]


def texts_of(lines: Sequence[Line], columns: Sequence[Span]) -> list[str]:
    """Return the text of each column."""
    return [text_of(words) for words in by_column(lines, columns)]


def rows_of(lines: Sequence[TextLine], columns: Sequence[Span], strokes: Sequence[Stroke]) -> list[list[Line]]:
    """Return the lines of each row: parted, between the lines that begin or carry a row, at the widest gap."""
    heads = _heads(lines, columns)
    cuts = [0, *(_cut(lines, upper, lower, strokes) for upper, lower in pairwise(heads)), len(lines)]
    return [[line.line for line in lines[start:end]] for start, end in pairwise(cuts)]


def _heads(lines: Sequence[TextLine], columns: Sequence[Span]) -> list[int]:
    """Return the places of the lines that carry a row: of several phrases and, below the first, with a figure."""
    several = [place for place, line in enumerate(lines) if len(line.phrases) >= _LEAST_PHRASES]
    texts = {place: texts_of([lines[place].line], columns) for place in several}
    figures = figure_columns([row for row in texts.values() if any(map(is_figure, row))])
    if not figures:
        return several or [0]
    return [p for p in several if p == several[0] or any(is_figure(texts[p][column]) for column in figures)]


def _cut(lines: Sequence[TextLine], upper: int, lower: int, strokes: Sequence[Stroke]) -> int:
    """Return the place of the first line of the lower row; of equal gaps the last, as text is mostly set at the top."""
    places = range(upper + 1, lower + 1)
    return max(places, key=lambda place: (round(_gap(lines[place - 1].line, lines[place].line, strokes)), place))


def _gap(upper: Line, lower: Line, strokes: Sequence[Stroke]) -> float:
    parted = any(
        upper.middle < stroke.at < lower.middle and stroke.start < lower.xmax and lower.xmin < stroke.end
        for stroke in strokes
    )
    return lower.ymin - upper.ymax + (_STROKE if parted else 0)
