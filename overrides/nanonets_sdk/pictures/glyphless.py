"""A font whose glyphs have a size but no ink, for text that can be found and not seen."""

# A TrueType font (OpenType specification, chapter 5) with two glyphs, each a line from corner to corner and back. Its
# area is 0, so no pixel is set; its bounding box is not empty, because pdfium drops glyphs without any size on rotated
# pages. Which character a glyph is comes from the ToUnicode map of the PDF.

from __future__ import annotations

import struct
from typing import Final

UNITS: Final = 1000
"""Units per em."""
ASCENT: Final = 800
DESCENT: Final = -200
ADVANCE: Final = 500
"""Width of every glyph."""

_MAGIC: Final = 0x5F0F3CF5
_CHECKSUM: Final = 0xB1B0AFBA
_VERSION: Final = 0x00010000
_GLYPHS: Final = 2
_POINTS: Final = 3
_SIZE: Final = (0, DESCENT, ADVANCE, ASCENT)


def glyphless_font() -> bytes:
    """Return the font as a TrueType file."""
    outline = struct.pack(">hhhhhHH", 1, *_SIZE, _POINTS - 1, 0)
    across, up = (0, ADVANCE, -ADVANCE), (DESCENT, UNITS, -UNITS)
    glyph = outline + b"\x01" * _POINTS + struct.pack(">hhhhhh", *across, *up) + b"\0"
    tables = {
        b"cmap": struct.pack(">HHHHIHHHHH", 0, 1, 3, 1, 12, 6, 10, 0, 0, 0),
        b"glyf": glyph * _GLYPHS,
        b"head": _head(0),
        b"hhea": struct.pack(
            ">IhhhHhhhhhh8xhH", _VERSION, ASCENT, DESCENT, 0, ADVANCE, 0, 0, ADVANCE, 1, 0, 0, 0, _GLYPHS
        ),
        b"hmtx": struct.pack(">Hh", ADVANCE, 0) * _GLYPHS,
        b"loca": struct.pack(">HHH", *(number * len(glyph) // 2 for number in range(_GLYPHS + 1))),
        b"maxp": struct.pack(">IHHHHHHHHHHHHHH", _VERSION, _GLYPHS, _POINTS, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0),
    }
    offset = 12 + 16 * len(tables)
    directory = struct.pack(">IHHHH", _VERSION, len(tables), 64, 2, 16 * len(tables) - 64)
    body = b""
    for tag, table in sorted(tables.items()):
        directory += struct.pack(">4sIII", tag, _sum(table), offset + len(body), len(table))
        body += table + bytes(-len(table) % 4)
    # The checksum of `head` is computed without the adjustment, which is only in the table itself.
    adjustment = (_CHECKSUM - _sum(directory + body)) & 0xFFFFFFFF
    return (directory + body).replace(tables[b"head"], _head(adjustment))


def _head(adjustment: int) -> bytes:
    return struct.pack(
        ">IIIIHHqqhhhhHHhhh", _VERSION, _VERSION, adjustment, _MAGIC, 0, UNITS, 0, 0, *_SIZE, 0, 8, 2, 0, 0
    )


def _sum(data: bytes) -> int:
    padded = data + bytes(-len(data) % 4)
    words: tuple[int, ...] = struct.unpack(f">{len(padded) // 4}I", padded)
    return sum(words) & 0xFFFFFFFF
