"""The invisible text of a page: which texts, where, and in which characters of the font without glyphs."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

from attrs import define, field, frozen

from nanonets_sdk.documents import Box, Page
from nanonets_sdk.formats.safe_text import encodable
from nanonets_sdk.pictures.glyphless import ADVANCE, DESCENT, UNITS

FONT: Final = "NanonetsInvisible"

_MOST_CHARACTERS: Final = 0xFFFF
_SLENDER: Final = 2
"""How many times as high as wide a box is, and more characters than how many it has, if its text runs down the page."""
_RIGHT_TO_LEFT: Final = frozenset({"R", "AL"})
_LEFT_TO_RIGHT: Final = frozenset({"L", "EN", "AN"})


@frozen
class Text:
    """A text at its place.

    Attributes:
        text: What is written there.
        box: Where, in pixels of the page image.
    """

    text: str
    box: Box


def texts_of(page: Page) -> list[Text]:
    """The words of a page; where the reply has none, its fields and the cells of its tables."""
    words = [*_located((word.text, word.box) for word in page.words)]
    if words:
        return words
    cells = ((cell.text, cell.box) for table in page.tables for cell in table.cells)
    fields = ((item.text, item.box) for item in page.fields.all())
    return [*_located([*fields, *cells])]


def _located(texts: Iterable[tuple[str, Box | None]]) -> Iterator[Text]:
    for text, box in texts:
        plain = " ".join(encodable(text).split())
        if plain and box is not None and box.area:
            yield Text(plain, box)


@define
class Characters:
    """The characters that a PDF's invisible text uses, and the numbers that stand for them in it."""

    numbers: dict[str, int] = field(factory=dict[str, int])

    def encoded(self, text: str) -> bytes:
        """A text as two-byte numbers, in the order from left to right, with a blank behind it.

        The blank keeps words apart where the gap between their boxes is too narrow to tell.
        """
        return b"".join(self._number(character).to_bytes(2, "big") for character in (*_as_seen(text), " "))

    def _number(self, character: str) -> int:
        if character not in self.numbers and len(self.numbers) == _MOST_CHARACTERS:
            return self.numbers.setdefault("\N{REPLACEMENT CHARACTER}", _MOST_CHARACTERS)
        return self.numbers.setdefault(character, len(self.numbers) + 1)

    def to_unicode(self) -> bytes:
        """The CMap that gives the characters back (PDF 2.0, 9.10.3)."""
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
    """The operators that write a text so that it fills a box, and the blank behind it stands after the box.

    In a box that is much higher than wide the text runs down the page, as that of a page that was scanned lying.

    Args:
        encoded: The text in the characters of the font.
        left: Of the box, in points.
        bottom: Likewise.
        width: Likewise.
        height: Likewise.
    """
    characters = len(encoded) // 2 - 1
    runs_down = height > _SLENDER * width and characters > _SLENDER
    size, length = (width, height) if runs_down else (height, width)
    above_descent = -size * DESCENT / UNITS
    place = (left + above_descent, bottom + height) if runs_down else (left, bottom + above_descent)
    direction = "0 -1 1 0" if runs_down else "1 0 0 1"
    stretch = 100 * length / (characters * size * ADVANCE / UNITS)
    return (
        f"/{FONT} {size:.3f} Tf {stretch:.3f} Tz {direction} {place[0]:.3f} {place[1]:.3f} Tm <{encoded.hex()}> Tj\n"
    ).encode("ascii")


def _as_seen(text: str) -> str:
    """The characters from left to right, as readers of PDF expect them, which turn right-to-left words round again."""
    directions = {unicodedata.bidirectional(character) for character in text}
    if not directions & _RIGHT_TO_LEFT or directions & _LEFT_TO_RIGHT:
        return text
    return text[::-1]
