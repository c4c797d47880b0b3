"""Rows, columns and header of a table, whether its borders or its alignment gave it away.

A row may have several lines of text, and only one of them carries it: the one with phrases in several columns and,
once a table has columns of numbers, with a number in one of those. The lines between two of these *heads* belong to
the upper or to the lower row; the cut goes where the gap between lines is widest.

       Description        Qty   Price      head (the first line with several phrases)
       ---------------------------- cut
       Steel bolt M8 x 40,  4    8.00      head
       zinc plated                         below its head
       ---------------------------- cut: the widest gap
       Washer, stainless                   above its head
       steel, 24 mm         9    0.90      head
"""

from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise

from attrs import define, frozen

from nanonets_sdk.mock.reading.layout.lines import Line, phrases_of, text_of
from nanonets_sdk.mock.reading.layout.numbers import is_number_like
from nanonets_sdk.mock.reading.layout.page import Cell, Word
from nanonets_sdk.mock.reading.layout.ruling import Rule

_MOST = 0.6
_LEAST_PHRASES = 2
_RULE_GAP = 1000.0  # pixels; a rule between two lines outweighs any gap


@frozen
class Span:
    """The horizontal extent of a column, in pixels."""

    xmin: float
    xmax: float

    def meets(self, other: "Span | Line") -> bool:
        """Return whether the two overlap horizontally."""
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
    def has_number(self) -> bool:
        """Whether one of the phrases is number-like."""
        return any(is_number_like(phrase.text) for phrase in self.phrases)


def strings_of(lines: Sequence[Line], columns: Sequence[Span]) -> list[str]:
    """Return the text of some lines in each column."""
    cells: list[list[Word]] = [[] for _ in columns]
    for word in (word for line in lines for word in line.words):
        # A word between two columns is the end of a long text in the left one, so left edges alone decide.
        cells[sum(word.center_x >= column.xmin for column in columns[1:])].append(word)
    return [text_of(words) for words in cells]


def rows_of(lines: Sequence[TextLine], columns: Sequence[Span], rules: Sequence[Rule]) -> list[list[Line]]:
    """Return the lines of each row; `rules` are the horizontal ones."""
    several = [place for place, line in enumerate(lines) if len(line.phrases) >= _LEAST_PHRASES]
    strings = {place: strings_of([lines[place].line], columns) for place in several}
    numeric = number_columns([row for row in strings.values() if any(map(is_number_like, row))])
    heads = [
        place
        for place in several
        if not numeric or place == several[0] or any(is_number_like(strings[place][column]) for column in numeric)
    ]

    def gap_above(place: int) -> int:
        upper, lower = lines[place - 1].line, lines[place].line
        ruled = any(
            upper.center_y < rule.at < lower.center_y and rule.start < lower.xmax and lower.xmin < rule.end
            for rule in rules
        )
        return round(lower.ymin - upper.ymax + (_RULE_GAP if ruled else 0))

    # Of equal gaps the last one is cut, since text is mostly set at the top of its cell.
    cuts = [
        max(range(upper + 1, lower + 1), key=lambda place: (gap_above(place), place))
        for upper, lower in pairwise(heads or [0])
    ]
    return [[line.line for line in lines[start:end]] for start, end in pairwise([0, *cuts, len(lines)])]


def boundaries_of(rows: Sequence[Sequence[Line]]) -> list[float]:
    """Return the y between each row and the next."""
    return [
        (max(line.ymax for line in upper) + min(line.ymin for line in lower)) / 2 for upper, lower in pairwise(rows)
    ]


def number_columns(rows: Sequence[Sequence[str]]) -> list[int]:
    """Return the places of the columns that are filled in most rows, mostly with numbers."""
    found: list[int] = []
    for column in range(max(map(len, rows), default=0)):
        filled = [row[column] for row in rows if row[column]]
        numbers = sum(map(is_number_like, filled))
        if 2 * len(filled) >= len(rows) and numbers >= _MOST * len(filled) > 0:
            found.append(column)
    return found


def header_of(cells: Sequence[Cell], columns: int) -> tuple[str, ...]:
    """Return the column headers: the first row, if it has words above numbers or words in every column."""
    top = [cell for cell in cells if cell.row == 1]
    if len(top) == 1 and top[0].col_span == columns:
        return ()
    strings = tuple(
        next((cell.text for cell in top if cell.col <= column < cell.col + cell.col_span), "")
        for column in range(1, columns + 1)
    )
    if any(is_number_like(string) or string.endswith(":") for string in strings):
        return ()
    body = [cell for cell in cells if cell.row > 1 and cell.text]
    filled = sum(map(bool, strings))
    if not body or filled < max(2, _MOST * columns):
        return ()
    # Two words above two columns of words may as well be the first row.
    return strings if any(is_number_like(cell.text) for cell in body) or filled == columns > 2 else ()  # noqa: PLR2004 - the reason is above
