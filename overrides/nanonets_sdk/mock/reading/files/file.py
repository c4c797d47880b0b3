"""Reads a file and renders its pages, whatever its type; runs in the worker process."""

import hashlib
from collections.abc import Callable

from nanonets_sdk.mock.reading.files import image, pdf
from nanonets_sdk.mock.reading.files.limits import Limits
from nanonets_sdk.mock.reading.layout.page import Kind, Reading, UnreadableFile

# Readers look for the marker in the first kilobyte, since some writers put a line before it.
_PDF_MARKER_WITHIN = 1024


def read_file(content: bytes, limits: Limits, on_page: Callable[[], object] = int) -> Reading:
    """Return the contents of a file; `on_page` is called after each page.

    Raises:
        UnreadableFile: The file is damaged, exceeds the limits, or is not a PDF, PNG or JPEG.
    """
    kind = _kind_of(content)
    pages = pdf.read_pages(content, limits, on_page) if kind == "pdf" else (image.read_page(content, limits),)
    return Reading(kind, hashlib.sha256(content).hexdigest(), pages)


def render_page(content: bytes, page: int, limits: Limits) -> bytes:
    """Return the image of a page as PNG.

    Raises:
        IndexError: The file does not have that page.
        UnreadableFile: As for `read_file`.
    """
    if _kind_of(content) == "pdf":
        return pdf.render_page(content, page, limits)
    if page != 0:
        raise IndexError(page)
    return image.as_png(image.upright(content, limits)[0])


def _kind_of(content: bytes) -> Kind:
    if not content:
        raise UnreadableFile("The file is empty.")
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if content.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if b"%PDF-" in content[:_PDF_MARKER_WITHIN]:
        return "pdf"
    raise UnreadableFile("The file is not a PDF, PNG or JPEG.")
