"""Reads a file and renders its pages, whatever its kind; runs in the worker."""

import hashlib

from nanonets_sdk.mock.reading.files import image, pdf
from nanonets_sdk.mock.reading.files.kind import kind_of
from nanonets_sdk.mock.reading.files.limits import Limits
from nanonets_sdk.mock.reading.layout.page import Page, Reading


def read_file(content: bytes, limits: Limits) -> Reading:
    """Return what a file says; raises UnreadableFile."""
    kind = kind_of(content)
    pages = pdf.read_pages(content, limits) if kind == "pdf" else (_picture(content, limits),)
    return Reading(kind, hashlib.sha256(content).hexdigest(), pages)


def render_page(content: bytes, page: int, limits: Limits) -> bytes:
    """Return a page's image as PNG; raises UnreadableFile, and IndexError where there is no such page."""
    if kind_of(content) == "pdf":
        return pdf.render_page(content, page, limits)
    if page != 0:
        raise IndexError(page)
    return image.as_png(image.upright(content, limits)[0])


def _picture(content: bytes, limits: Limits) -> Page:
    return image.read_page(content, limits)
