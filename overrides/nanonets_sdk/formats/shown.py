"""What people read, worded in one way everywhere: scores, columns of numbers, text on one line."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence, Sized
from typing import Final

_NEARLY_CERTAIN: Final = 99
_MOST_LINES: Final = 50
# Looser than `parse_decimal`, which refuses `1,200` because it has two readings: either is a number.
_NUMBER: Final = re.compile(
    r"\(?[-+]? ?(?:[A-Z]{3}|Rs\.?|[$€£¥₹])? ?[-+]?\d[\d.,'\u2019\u00a0\u202f ]{0,30} ?(?:[A-Z]{3}|[%$€£¥₹])?-?\)?"
)


def score_text(score: float | None) -> str:
    """Return a score as a whole percentage; empty if there is none.

    Only certainty is 100%, and only 0 is 0%, so that no rounding hides a doubt.

    Examples:
        >>> score_text(0.876), score_text(0.9999), score_text(1), score_text(None)
        ('88%', '99%', '100%', '')
    """
    if score is None or not math.isfinite(score):
        return ""
    # As `Math.round` does it in the pages for browsers; Python's own rounding would turn 12.5 into 12.
    percent = math.floor(score * 100 + 0.5)
    return f"{min(max(percent, 1), _NEARLY_CERTAIN) if 0 < score < 1 else percent}%"


def number_columns(rows: Sequence[Sequence[object]]) -> frozenset[int]:
    """Return the columns of rows that hold numbers, and nothing else but gaps: those to align right.

    Examples:
        >>> number_columns([("Pump", "1,200.00"), ("Valve", "")])
        frozenset({1})
    """
    columns = range(max(map(len, rows), default=0))
    return frozenset(column for column in columns if _is_numbers([row[column] for row in rows if column < len(row)]))


def _is_numbers(values: Sequence[object]) -> bool:
    given = [value for value in values if value not in {None, ""}]
    return bool(given) and all(
        _NUMBER.fullmatch(value.strip()) is not None if isinstance(value, str) else isinstance(value, int | float)
        for value in given
    )


def one_line(text: str, longest: int | None = None) -> str:
    """Return text on one line, without characters that control a terminal, and cut if it is longer than allowed."""
    # Documents and file names come from strangers, and an escape sequence in them could rewrite the screen.
    joined = " ".join(text.split())
    plain = "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in joined)
    return plain if longest is None or len(plain) <= longest else f"{plain[: longest - 1]}…"


def number_repr(values: Sized) -> str:
    """Return the number of values, to be shown in their place in the repr of an object."""
    return f"<{len(values)}>"


def first_lines(values: Sequence[object], unit: str, most: int = _MOST_LINES) -> list[str]:
    """Return the first values as lines, and how many more there are.

    Args:
        values: The values.
        unit: What one of them is called.
        most: The most lines of values.
    """
    more = len(values) - most
    return [*map(str, values[:most]), *([f"… {counted(more, f'more {unit}')}"] if more > 0 else [])]


def counted(count: int, unit: str) -> str:
    """Return a number with its unit, in the plural unless it is one.

    Examples:
        >>> counted(1, "page"), counted(2, "page"), counted(3, "category"), counted(4, "class")
        ('1 page', '2 pages', '3 categories', '4 classes')
    """
    plural = re.sub("s$", "se", re.sub("([^aeiou])y$", r"\1ie", unit)) + "s"
    return f"{count:,} {unit if count == 1 else plural}"
