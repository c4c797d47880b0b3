"""Text as it is laid out on a page, in characters of one width."""

# Words that follow each other with the space of a line between them form a phrase, and phrases become characters on a
# grid. Its columns are as wide as a character of the page, and its rows as high as a line:
#
#     page                                  text
#     ┌───────────────────────────────┐
#     │ Item           Qty     Price  │     Item        Qty   Price
#     │ Pump, 12 V       1     12.50  │     Pump, 12 V    1   12.50
#     │                               │     (an empty line for every line that would fit into the gap)
#     │ Total                  12.50  │     Total             12.50
#     └───────────────────────────────┘
#
# Columns are narrow enough that a phrase seldom reaches the next one: few are as wide as the average of their letters.
# The first column is that of the leftmost word. Where phrases collide all the same, two spaces keep them apart, and
# what follows moves to the right. Coordinates are not trusted with memory: no line is longer and no gap higher than on
# a page of small print.

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from statistics import median
from typing import Final, TypeAlias

from nanonets_sdk.layout.geometry import Box
from nanonets_sdk.layout.reading_order import lines_of

Phrase: TypeAlias = tuple[Box, str]

_SPACE: Final = 0.7
"""Widest space between two words of a phrase, in heights of a line."""
_APART: Final = 2
"""Least number of spaces between two phrases."""
_WIDEST: Final = 400
"""The last column at which a phrase may begin because of its place."""
_HIGHEST_GAP: Final = 40
"""Most empty lines in a row."""
_WIDEST_PITCH: Final = 2
"""From one line to the next at most, in heights of a line; what is further apart has empty lines between."""
_NARROWEST: Final = 0.5
"""How narrow a column may become for the sake of phrases that are close, in widths of a character."""
_TWENTIETH: Final = 20


def text_in_layout(words: Iterable[tuple[Box, str]]) -> str:
    """Return words as text in which columns and empty lines are kept.

    Args:
        words: The words with their places; a word may contain spaces.

    Examples:
        >>> print(text_in_layout([(Box(0, 0, 40, 10), "Item"), (Box(100, 0, 130, 10), "Qty")]))
        Item      Qty
    """
    found = lines_of([(_upright(box), " ".join(text.split())) for box, text in words if text.strip()])
    if not found:
        return ""
    height = median(max(box.height, 1) for line in found for box, _ in line)
    lines = [_phrases(line, height) for line in found]
    left, width = min(line[0][0].xmin for line in lines), _column_width(lines)
    tops = [min(box.ymin for box, _ in line) for line in lines]
    bottoms = [max(box.ymax for box, _ in line) for line in lines]
    # From one line to the next. The gap is measured from the bottom, so that a large heading does not leave one.
    steps = [top - bottom + height for top, bottom in zip(tops[1:], bottoms, strict=False)]
    # Many pages have more gaps than lines that follow each other, so the median would be too high.
    usual = sorted(steps)[len(steps) // 4] if steps else height
    pitch = min(max(usual, height), _WIDEST_PITCH * height)
    rows = [_row(lines[0], left, width)]
    for line, step in zip(lines[1:], steps, strict=True):
        rows += [""] * max(0, min(round(step / pitch) - 1, _HIGHEST_GAP))
        rows.append(_row(line, left, width))
    return "\n".join(rows)


def _phrases(line: Sequence[tuple[Box, str]], height: float) -> list[Phrase]:
    phrases = [line[0]]
    for box, text in line[1:]:
        before, said = phrases[-1]
        if box.xmin - before.xmax <= _SPACE * height:
            phrases[-1] = before.union(box), f"{said} {text}"
        else:
            phrases.append((box, text))
    return phrases


def _row(line: Sequence[Phrase], left: int, width: float) -> str:
    row = ""
    for box, text in line:
        column = min(int((box.xmin - left) / width + 0.5), _WIDEST)
        row = row.ljust(max(column, len(row) + _APART if row else 0)) + text
    return row


def _column_width(lines: Sequence[Sequence[Phrase]]) -> float:
    """Return the width of a column in pixels."""
    character = median(max(box.width, 1) / len(text) for line in lines for box, text in line)
    room = sorted(
        (after.xmin - before.xmin) / (len(text) + _APART)
        for line in lines
        for (before, text), (after, _) in pairwise(line)
    )
    # The closest phrases are often errors of the reading, such as a word that was found twice.
    close = room[len(room) // _TWENTIETH] if room else character
    return max(min(character, close), character * _NARROWEST)


def _upright(box: Box) -> Box:
    return Box(min(box.xmin, box.xmax), min(box.ymin, box.ymax), max(box.xmin, box.xmax), max(box.ymin, box.ymax))
