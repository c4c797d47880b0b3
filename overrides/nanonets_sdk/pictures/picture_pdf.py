"""PDFs out of pictures, a page each, with not a pixel changed."""

from __future__ import annotations

import io
import zlib
from collections.abc import Sequence
from typing import Any, Final

import pikepdf
from PIL import Image

from nanonets_sdk.pictures.source import picture_of, without_alpha

_POINTS: Final = 72
_A4_HEIGHT: Final = 842.0
_LOWEST: Final = 30
"""Dots an inch; pictures that claim less do not know."""
_COLOURS: Final = {"L": "/DeviceGray", "RGB": "/DeviceRGB"}


def picture_pdf(contents: Sequence[bytes]) -> bytes:
    """A PDF with a page for each picture.

    Args:
        contents: Image files. JPEG goes in as it is, anything else compressed without loss.

    Raises:
        PictureError: One is no image.
    """
    with pikepdf.new() as pdf, io.BytesIO() as target:
        for content in contents:
            _add_page(pdf, content)
        pdf.save(target)
        return target.getvalue()


def _add_page(pdf: pikepdf.Pdf, content: bytes) -> None:
    picture = picture_of(content)
    width, height = _size(picture)
    page = pdf.add_blank_page(page_size=(width, height))
    page.add_resource(_image(pdf, picture, content), pikepdf.Name.XObject, pikepdf.Name.Picture)
    page.contents_add(f"q {width:.3f} 0 0 {height:.3f} 0 0 cm /Picture Do Q\n".encode())


def _image(pdf: pikepdf.Pdf, picture: Image.Image, content: bytes) -> pikepdf.Object:
    with Image.open(io.BytesIO(content)) as original:
        stored = original.format == "JPEG" and original.mode in _COLOURS and original.getexif().get(0x0112, 1) == 1
    if stored:
        return _xobject(pdf, content, picture, "/DCTDecode")
    plain = picture if picture.mode in _COLOURS and not picture.has_transparency_data else without_alpha(picture)
    return _xobject(pdf, zlib.compress(plain.tobytes()), plain, "/FlateDecode")


def _xobject(pdf: pikepdf.Pdf, data: bytes, picture: Image.Image, compression: str) -> pikepdf.Object:
    stream = pikepdf.Stream(pdf, data)
    members: dict[str, Any] = {
        "/Type": pikepdf.Name.XObject,
        "/Subtype": pikepdf.Name.Image,
        "/Width": picture.width,
        "/Height": picture.height,
        "/ColorSpace": pikepdf.Name(_COLOURS[picture.mode]),
        "/BitsPerComponent": 8,
        "/Filter": pikepdf.Name(compression),
    }
    for key, value in members.items():
        stream[key] = value
    return stream


def _size(picture: Image.Image) -> tuple[float, float]:
    """Width and height in points: as large as the picture says, else as an A4 sheet is high."""
    across, down = (float(dots) for dots in picture.info.get("dpi", (0, 0)))
    if min(across, down) >= _LOWEST:
        return picture.width * _POINTS / across, picture.height * _POINTS / down
    scale = _A4_HEIGHT / max(picture.size)
    return picture.width * scale, picture.height * scale
