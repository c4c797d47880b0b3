"""Text laid out as on the page: columns, empty lines, and no trust in coordinates."""

import pytest

from nanonets_sdk import Box
from nanonets_sdk.layout.text_grid import text_in_layout

HEIGHT, LINE, CHARACTER = 10, 14, 7


def word(text: str, column: float, line: float) -> tuple[Box, str]:
    """A word of a typewriter."""
    left, top = round(40 + column * CHARACTER), round(30 + line * LINE)
    return Box(left, top, left + len(text) * CHARACTER, top + HEIGHT), text


def typed(page: str) -> list[tuple[Box, str]]:
    """The words of a page that was typed."""
    words: list[tuple[Box, str]] = []
    for line, row in enumerate(page.splitlines()):
        column = 0
        for piece in row.split(" "):
            if piece:
                words.append(word(piece, column, line))
            column += len(piece) + 1
    return words


PAGE = """\
Invoice No. 417             ACME Ltd

Item            Qty     Price
Pump, 12 V        1     12.50
Hose             10      3.20


Total                   44.50"""


def test_a_typed_page_comes_back_as_it_was() -> None:
    assert text_in_layout(reversed(typed(PAGE))) == PAGE


def test_double_spacing_and_a_large_heading_leave_no_empty_lines() -> None:
    spaced = [word("one", 0, 0), word("two", 0, 2), word("three", 0, 4)]
    assert text_in_layout(spaced) == "one\ntwo\nthree"
    heading = (Box(40, -20, 90, 20), "Heading")
    assert text_in_layout([heading, *typed("a\nb\nc")]) == "Heading\na\nb\nc"


def test_words_of_a_line_that_is_not_level_stay_on_it() -> None:
    (box, text), *others = typed("one two three")
    slanted = Box(box.xmin, box.ymin - 3, box.xmax, box.ymax - 3)
    assert text_in_layout([(slanted, text), *others]) == "one two three"


def test_columns_of_a_proportional_font_are_aligned() -> None:
    rows = [("illicit", 42, "1"), ("MMMMMMM", 98, "22"), ("average", 70, "3")]
    words: list[tuple[Box, str]] = []
    for line, (name, width, count) in enumerate(rows):
        top = 30 + line * LINE
        words += [(Box(40, top, 40 + width, top + 10), name), (Box(200, top, 214, top + 10), count)]
    columns = {row.index(count) for row, (_, _, count) in zip(text_in_layout(words).splitlines(), rows, strict=True)}
    assert len(columns) == 1


def test_words_that_collide_are_kept_apart_by_a_space() -> None:
    assert text_in_layout([(Box(0, 0, 70, 10), "overlapped"), (Box(35, 0, 70, 10), "words")]).split() == [
        "overlapped",
        "words",
    ]


def test_a_left_margin_is_dropped() -> None:
    assert text_in_layout([word("far", 30, 0), word("farther", 35, 1)]) == "far\n     farther"


@pytest.mark.parametrize("words", [[], [(Box(1, 1, 9, 9), " ")], [(Box(1, 1, 9, 9), "")]])
def test_a_page_without_words_has_no_text(words: list[tuple[Box, str]]) -> None:
    assert text_in_layout(words) == ""


def test_absurd_coordinates_do_not_fill_the_memory() -> None:
    far = 10**12
    words = [
        (Box(0, 0, 10, 10), "a"),
        (Box(far, 0, far + 10, 10), "b"),
        (Box(-far, -far, -far, -far), "c"),
        (Box(5, far, 15, far + 10), "d"),
        (Box(9, 9, 0, 0), "swapped"),
    ]
    text = text_in_layout(words)
    assert set(text.split()) == {"a", "b", "c", "d", "swapped"}
    assert len(text) < 2500


def test_a_word_with_line_breaks_stays_on_its_line() -> None:
    assert text_in_layout([word("two\nlines", 0, 0), word("next", 0, 1)]) == "two lines\nnext"
