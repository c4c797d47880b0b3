"""PDFs from pictures, one page each, without changing a pixel."""

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
"""Dots per inch; a picture that claims fewer does not know its resolution."""
_COLOURS: Final = {"L": "/DeviceGray", "RGB": "/DeviceRGB"}
_ORIENTATION: Final = 0x0112


def picture_pdf(contents: Sequence[bytes]) -> bytes:
    """Return a PDF with a page for each picture.

    Args:
        contents: Image files. JPEG is stored as it is, everything else is compressed without loss.

    Raises:
        PictureError: One is not an image.
    """
    with pikepdf.new() as pdf, io.BytesIO() as target:
        for content in contents:
            picture = picture_of(content)
            width, height = _size(picture)
            page = pdf.add_blank_page(page_size=(width, height))
            page.add_resource(_image(pdf, picture, content), pikepdf.Name.XObject, pikepdf.Name.Picture)
            page.contents_add(f"q {width:.3f} 0 0 {height:.3f} 0 0 cm /Picture Do Q\n".encode())
        pdf.save(target)
        return target.getvalue()


def _size(picture: Image.Image) -> tuple[float, float]:
    """Return width and height in points: by the resolution of the picture, or as high as an A4 sheet."""
    across, down = (float(dots) for dots in picture.info.get("dpi", (0, 0)))
    if min(across, down) >= _LOWEST:
        return picture.width * _POINTS / across, picture.height * _POINTS / down
    scale = _A4_HEIGHT / max(picture.size)
    return picture.width * scale, picture.height * scale


def _image(pdf: pikepdf.Pdf, picture: Image.Image, content: bytes) -> pikepdf.Object:
    with Image.open(io.BytesIO(content)) as original:
        # A PDF ignores the orientation in EXIF, and CMYK from Adobe is inverted: neither can go in as it is.
        is_upright = original.getexif().get(_ORIENTATION, 1) == 1
        keeps = original.format == "JPEG" and original.mode in _COLOURS and is_upright
    if not keeps:
        if picture.mode not in _COLOURS or picture.has_transparency_data:
            picture = without_alpha(picture)
        content = zlib.compress(picture.tobytes())
    stream = pikepdf.Stream(pdf, content)
    members: dict[str, Any] = {
        "/Type": pikepdf.Name.XObject,
        "/Subtype": pikepdf.Name.Image,
        "/Width": picture.width,
        "/Height": picture.height,
        "/ColorSpace": pikepdf.Name(_COLOURS[picture.mode]),
        "/BitsPerComponent": 8,
        "/Filter": pikepdf.Name("/DCTDecode" if keeps else "/FlateDecode"),
    }
    for key, value in members.items():
        stream[key] = value
    return stream
