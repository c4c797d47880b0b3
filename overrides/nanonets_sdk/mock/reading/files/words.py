"""Words of a PDF page, from its characters."""

# A page may have text in four directions. Reading order is a matter of one direction at a time, so the words of each
# are rotated until their lines run to the right, ordered, and rotated back.
#
#            the baseline runs    (x, y) becomes
#     ltr    to the right         (x, y)
#     rtl    to the left          (-x, -y)          upside down; undoes itself
#     btt    up                   (-y, x)           undoes ttb
#     ttb    down                 (y, -x)           undoes btt

import math
from collections.abc import Iterable
from typing import Any, Literal

from pdfplumber.utils.text import extract_words

from nanonets_sdk.mock.reading.layout.page import Word
from nanonets_sdk.mock.reading.layout.reading_order import in_reading_order

Direction = Literal["ltr", "rtl", "ttb", "btt"]

# LaTeX and others write gaps of 0.2 and more instead of spaces.
_WORD_GAP = 0.15  # of the font size
_SOFT_HYPHEN = "\N{SOFT HYPHEN}"
_NEXT_LINE: dict[Direction, Direction] = {"ltr": "ttb", "rtl": "btt", "ttb": "rtl", "btt": "ltr"}
_BACK: dict[Direction, Direction] = {"ltr": "ltr", "rtl": "rtl", "btt": "ttb", "ttb": "btt"}


def words_of(
    chars: Iterable[dict[str, Any]], known: Iterable[Word], scale: tuple[float, float], size: tuple[int, int]
) -> tuple[Word, ...]:
    """Return the words in reading order, starting with the direction that most of them have.

    Args:
        chars: The characters as pdfplumber gives them.
        known: Words that are known already, from the fields of a form.
        scale: Pixels per point, across and down.
        size: Width and height of the page in pixels.
    """
    groups: dict[Direction, list[dict[str, Any]]] = {}
    for char in chars:
        right, up, *_ = char["matrix"]
        direction: Direction = "btt" if up > 0 else "ttb"
        if abs(right) >= abs(up):
            direction = "ltr" if right >= 0 else "rtl"
        groups.setdefault(direction, []).append(char)
    found: dict[Direction, list[Word]] = {}
    for direction, group in groups.items():
        found[direction] = _words_along(direction, group, scale)
    found.setdefault("ltr", []).extend(known)

    width, height = size
    ordered: list[Word] = []
    for direction, words in sorted(found.items(), key=lambda group: -len(group[1])):
        upright = (
            rotated(
                Word(word.text, max(word.xmin, 0), max(word.ymin, 0), min(word.xmax, width), min(word.ymax, height)),
                direction,
            )
            for word in words
            if word.text and 0 <= word.center_x < width and 0 <= word.center_y < height
        )
        ordered += [rotated(word, _BACK[direction]) for word in in_reading_order(upright)]
    return tuple(ordered)


def rotated(word: Word, direction: Direction) -> Word:
    """Return a word after a rotation by which its line comes to run to the right; its sides may become negative.

    >>> rotated(Word("up", 10, 700, 20, 750), "btt")
    Word(text='up', xmin=-750, ymin=10, xmax=-700, ymax=20)
    >>> rotated(Word("up", -750, 10, -700, 20), "ttb")
    Word(text='up', xmin=10, ymin=700, xmax=20, ymax=750)
    """
    match direction:
        case "ltr":
            return word
        case "rtl":
            return Word(word.text, -word.xmax, -word.ymax, -word.xmin, -word.ymin)
        case "btt":
            return Word(word.text, -word.ymax, word.xmin, -word.ymin, word.xmax)
        case "ttb":
            return Word(word.text, word.ymin, -word.xmax, word.ymax, -word.xmin)


def _words_along(direction: Direction, chars: list[dict[str, Any]], scale: tuple[float, float]) -> list[Word]:
    """Return the words of characters whose baselines all run in one direction."""
    extracted = extract_words(
        chars,
        x_tolerance_ratio=_WORD_GAP,
        y_tolerance_ratio=_WORD_GAP if direction in ("ttb", "btt") else None,
        line_dir=_NEXT_LINE[direction],
        char_dir=direction,
        line_dir_rotated=_NEXT_LINE[direction],
        char_dir_rotated=direction,
    )
    across, down = scale
    words: list[Word] = []
    for raw in extracted:
        # pdfminer writes "(cid:7)" for a glyph that the font does not map to a character.
        first, *others = raw["text"].split("(cid:")
        text = first + "".join(part.partition(")")[2] for part in others)
        # A soft hyphen that is drawn ends a line, and looks like any other hyphen.
        text = "".join(filter(str.isprintable, text.replace(_SOFT_HYPHEN, "-")))
        left, top = math.floor(raw["x0"] * across), math.floor(raw["top"] * down)
        words.append(Word(text, left, top, math.ceil(raw["x1"] * across), math.ceil(raw["bottom"] * down)))
    return words
