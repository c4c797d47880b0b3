"""Words whose lines run up or down the page, or upside down, as if the page were turned so that they stand upright."""

from typing import Literal

from nanonets_sdk.mock.reading.layout.page import Word

Direction = Literal["ltr", "rtl", "ttb", "btt"]
"""Where a baseline runs: to the right, to the left (upside down), down or up."""


def turned(word: Word, direction: Direction) -> Word:
    """Return a word as it stands when its line is turned to run to the right; its sides may be negative then.

    >>> turned(Word("up", 10, 700, 20, 750), "btt")
    Word(text='up', xmin=-750, ymin=10, xmax=-700, ymax=20)
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


def turned_back(word: Word, direction: Direction) -> Word:
    """Undo `turned`.

    >>> turned_back(turned(Word("up", 10, 700, 20, 750), "btt"), "btt")
    Word(text='up', xmin=10, ymin=700, xmax=20, ymax=750)
    """
    return turned(word, _BACK[direction])


_BACK: dict[Direction, Direction] = {"ltr": "ltr", "rtl": "rtl", "btt": "ttb", "ttb": "btt"}
