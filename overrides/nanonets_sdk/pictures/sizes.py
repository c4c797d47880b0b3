"""Sizes of page images, for replies that do not give them."""

from __future__ import annotations

from typing import Final

from nanonets_sdk.errors import PictureError
from nanonets_sdk.pictures.pdfium import opened
from nanonets_sdk.pictures.source import PageSource, content_of, is_pdf, picture_of

_POINTS: Final = 72


def image_sizes(source: PageSource, resolution: float | None) -> list[tuple[int, int]]:
    """Return width and height of the image of each page of a file, in pixels.

    Args:
        source: The file, as a path or its bytes.
        resolution: Pixels per inch of the images of a PDF's pages.

    Raises:
        PictureError: The file cannot be read, or it is a PDF and the resolution is not known.
    """
    content = b"" if source is None else content_of(source)
    if not is_pdf(content):
        return [picture_of(content).size]
    if resolution is None:
        raise PictureError(
            "the reply does not give the sizes of the pages, so the places of words on a page of a PDF are not known; "
            "pass resolution=…, the pixels per inch of the page images"
        )
    with opened(content) as pdf:
        return [
            (round(width * resolution / _POINTS), round(height * resolution / _POINTS)) for width, height in pdf.sizes
        ]
