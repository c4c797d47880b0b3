"""The smallest files of each type that the API takes."""

from __future__ import annotations

import base64
import struct
import zlib
from typing import Final

_PNG: Final = "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAFUlEQVR4nGP8//8/AzbAhFV00EoAAFbUAw037MyjAAAAAElFTkSuQmCC"
_JPEG: Final = (
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAKBueIx4ZKCMgoy0qqC+8P//8Nzc8P//////////////////////////////////////////////////"
    "////////wAALCAAIAAgBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAA//EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AZ//Z"
)
_PAGE: Final = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 72 72]"
_LETTER: Final = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]"
_FONT: Final = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
FILE_NAME: Final = "file.png"
"""The name of every picture that is sent; annotations name it too."""


def tiny_picture(shade: int = 255) -> bytes:
    """Return a valid PNG of 8 by 8 pixels.

    Args:
        shade: Its grey, from 0 for black to 255 for white.
    """

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + bytes([shade]) * 8) * 8
    head = struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def tiny_jpeg() -> bytes:
    """Return a valid JPEG of 8 by 8 pixels."""
    return base64.b64decode(_JPEG)


def tiny_pdf() -> bytes:
    """Return a valid PDF of one small page without text."""
    return _assembled([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", _PAGE + b">>"])


def two_page_invoice() -> bytes:
    """Return a PDF of two pages with fields to read, so that there are boxes to judge."""
    pages = [
        [b"Invoice number: CT-1001", b"Date: 2024-05-01", b"Vendor: Example Ltd"],
        [b"Subtotal: 100.00", b"Total: 119.00", b"Due date: 2024-06-01"],
    ]
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[4 0 R 6 0 R]/Count 2>>", _FONT]
    for number, lines in zip((5, 7), pages, strict=True):
        shown = b" ".join(b"(%b) Tj 0 -40 Td" % line for line in lines)
        content = b"BT /F1 12 Tf 40 700 Td %b ET" % shown
        objects.append(b"%b/Contents %d 0 R/Resources<</Font<</F1 3 0 R>>>>>>" % (_LETTER, number))
        objects.append(b"<</Length %d>>stream\n%b\nendstream" % (len(content), content))
    return _assembled(objects)


def type_of(content: bytes) -> tuple[str, str]:
    """Return a name and the media type for one of these files."""
    if content.startswith(b"%PDF"):
        return "invoice.pdf", "application/pdf"
    return FILE_NAME, "image/png" if content.startswith(b"\x89PNG") else "image/jpeg"


def _assembled(objects: list[bytes]) -> bytes:
    content, places = b"%PDF-1.4\n", list[int]()
    for number, written in enumerate(objects, start=1):
        places.append(len(content))
        content += b"%d 0 obj\n%b\nendobj\n" % (number, written)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    head = b"xref\n0 %d\n0000000000 65535 f \n%b" % (size, table)
    return content + head + b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (size, len(content))
