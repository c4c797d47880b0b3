"""The invisible text of a page: its texts, their places, and their characters in the glyphless font."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Final

from attrs import define, field, frozen

from nanonets_sdk.formats.safe_text import encodable
from nanonets_sdk.layout.geometry import Box
from nanonets_sdk.pictures.glyphless import ADVANCE, DESCENT, UNITS
from nanonets_sdk.pictures.page import PageLike, TextLike

FONT: Final = "NanonetsInvisible"

_MOST_CHARACTERS: Final = 0xFFFF
_SLENDER: Final = 2
_RIGHT_TO_LEFT: Final = frozenset({"R", "AL"})
_LEFT_TO_RIGHT: Final = frozenset({"L", "EN", "AN"})


@frozen
class Text:
    """A text at its place.

    Attributes:
        text: The text.
        box: Its place in pixels of the page image.
    """

    text: str
    box: Box


def texts_of(page: PageLike) -> list[Text]:
    """Return the words of a page, and the fields and cells where it has no words. Nothing is there twice."""
    words = _located(page.words)
    boxes = _located([*page.fields.all(), *(cell for table in page.tables for cell in table.grid.cells)])
    return [*words, *(text for text in boxes if not any(_covers(word.box, text.box) for word in words))]


def _located(things: Sequence[TextLike]) -> list[Text]:
    texts = [(" ".join(encodable(thing.text).split()), thing.box) for thing in things]
    return [Text(text, box) for text, box in dict.fromkeys(texts) if text and box is not None and box.area]


def _covers(word: Box, box: Box) -> bool:
    # Most words are on another line. Comparing their edges first takes a fifth of the time.
    if word.ymax <= box.ymin or word.ymin >= box.ymax:
        return False
    shared = word.intersection(box)
    return shared is not None and 2 * shared.area >= min(word.area, box.area)


@define
class Characters:
    """The characters in a PDF's invisible text, and their numbers in the font."""

    numbers: dict[str, int] = field(factory=dict[str, int])

    def encoded(self, text: str) -> bytes:
        """Return a text as two-byte numbers, from left to right, with a space at its end."""
        directions = {unicodedata.bidirectional(character) for character in text}
        # Readers of PDF expect characters as they are seen, and turn right-to-left words round again.
        if directions & _RIGHT_TO_LEFT and not directions & _LEFT_TO_RIGHT:
            text = text[::-1]
        # The space keeps words apart if the gap between their boxes is too narrow to tell.
        return b"".join(self._number(character).to_bytes(2, "big") for character in (*text, " "))

    def _number(self, character: str) -> int:
        if character not in self.numbers and len(self.numbers) == _MOST_CHARACTERS:
            return self.numbers.setdefault("\N{REPLACEMENT CHARACTER}", _MOST_CHARACTERS)
        return self.numbers.setdefault(character, len(self.numbers) + 1)

    def to_unicode(self) -> bytes:
        """Return the CMap that maps numbers back to characters (PDF 2.0, 9.10.3)."""
        lines = [f"<{number:04X}> <{text.encode('utf-16-be').hex()}>" for text, number in self.numbers.items()]
        blocks = [lines[start : start + 100] for start in range(0, len(lines), 100)]
        mapping = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
        return (
            "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
            "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
            f"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n{mapping}\n"
            "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
        ).encode("ascii")


def line_of(encoded: bytes, left: float, bottom: float, width: float, height: float) -> bytes:
    """Return the operators that write a text so that it fills a box and its final space follows the box.

    Args:
        encoded: The text in the characters of the font.
        left: Left edge of the box, in points.
        bottom: Bottom edge of the box, in points.
        width: Width of the box, in points.
        height: Height of the box, in points.
    """
    characters = len(encoded) // 2 - 1
    # A slender box with several characters is a line that runs down the page, as on a page that was scanned sideways.
    runs_down = height > _SLENDER * width and characters > _SLENDER
    size, length = (width, height) if runs_down else (height, width)
    above_descent = -size * DESCENT / UNITS
    place = (left + above_descent, bottom + height) if runs_down else (left, bottom + above_descent)
    direction = "0 -1 1 0" if runs_down else "1 0 0 1"
    # Every glyph has the same width, so one stretch makes the text exactly as long as the box.
    stretch = 100 * length / (characters * size * ADVANCE / UNITS)
    return (
        f"/{FONT} {size:.3f} Tf {stretch:.3f} Tz {direction} {place[0]:.3f} {place[1]:.3f} Tm <{encoded.hex()}> Tj\n"
    ).encode("ascii")
