"""Words of a PDF page, from its characters."""

import math
from collections.abc import Iterable, Mapping
from typing import Any

from pdfplumber.utils.text import extract_words

from nanonets_sdk.mock.reading.files.turning import Direction, turned, turned_back
from nanonets_sdk.mock.reading.layout.page import Word
from nanonets_sdk.mock.reading.layout.reading_order import in_reading_order

_WORD_GAP = 0.15  # of the font size; LaTeX and others write no spaces, only gaps of 0.2 and more
_SOFT_HYPHEN = "\N{SOFT HYPHEN}"  # one that is drawn ends a line, and looks as any other
_LINES_RUN: dict[Direction, Direction] = {"ltr": "ttb", "rtl": "btt", "ttb": "rtl", "btt": "ltr"}


def words_of(
    chars: Iterable[dict[str, Any]], known: Iterable[Word], scale: tuple[float, float], size: tuple[int, int]
) -> tuple[Word, ...]:
    """Return the words in reading order; what stands askew comes after what most words agree on.

    Args:
        chars: as pdfplumber gives them.
        known: words known already, from the fields of a form.
        scale: pixels in a point, across and down.
        size: the page's pixels.
    """
    groups: dict[Direction, list[dict[str, Any]]] = {}
    for char in chars:
        groups.setdefault(_direction(char), []).append(char)
    found: dict[Direction, list[Word]] = {
        direction: [_word(raw, scale) for raw in _extracted(group, direction)] for direction, group in groups.items()
    }
    found.setdefault("ltr", []).extend(known)
    largest_first = sorted(found.items(), key=lambda group: -len(group[1]))
    return tuple(word for direction, words in largest_first for word in _ordered(words, direction, size))


def _ordered(words: Iterable[Word], direction: Direction, size: tuple[int, int]) -> list[Word]:
    shown = (_within(word, size) for word in words if word.text and _is_on(word, size))
    ordered = in_reading_order(turned(word, direction) for word in shown)
    return [turned_back(word, direction) for word in ordered]


def _direction(char: Mapping[str, Any]) -> Direction:
    """Return where a character's baseline runs on the page."""
    right, up, *_ = char["matrix"]
    if abs(right) >= abs(up):
        return "ltr" if right >= 0 else "rtl"
    return "btt" if up > 0 else "ttb"


def _extracted(chars: list[dict[str, Any]], direction: Direction) -> list[dict[str, Any]]:
    lines = _LINES_RUN[direction]
    return extract_words(
        chars,
        x_tolerance_ratio=_WORD_GAP,
        y_tolerance_ratio=_WORD_GAP if direction in ("ttb", "btt") else None,
        line_dir=lines,
        char_dir=direction,
        line_dir_rotated=lines,
        char_dir_rotated=direction,
    )


def _word(raw: Mapping[str, Any], scale: tuple[float, float]) -> Word:
    across, down = scale
    return Word(
        "".join(filter(str.isprintable, _without_codes(raw["text"]).replace(_SOFT_HYPHEN, "-"))),
        math.floor(raw["x0"] * across),
        math.floor(raw["top"] * down),
        math.ceil(raw["x1"] * across),
        math.ceil(raw["bottom"] * down),
    )


def _without_codes(text: str) -> str:
    """Leave out the "(cid:7)" that stands for a glyph no one can name."""
    if "(cid:" not in text:
        return text
    return "".join(part.partition(")")[2] if number else part for number, part in enumerate(text.split("(cid:")))


def _is_on(word: Word, size: tuple[int, int]) -> bool:
    x, y = (word.xmin + word.xmax) / 2, (word.ymin + word.ymax) / 2
    return 0 <= x < size[0] and 0 <= y < size[1]


def _within(word: Word, size: tuple[int, int]) -> Word:
    width, height = size
    return Word(word.text, max(word.xmin, 0), max(word.ymin, 0), min(word.xmax, width), min(word.ymax, height))
