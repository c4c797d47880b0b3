"""Where the image of a page comes from: the file that was read, or the signed address of the page."""

from __future__ import annotations

import io
import os
import warnings
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Protocol, TypeAlias

from attrs import field, frozen
from PIL import Image, ImageOps

from nanonets_sdk.documents import Document, Page
from nanonets_sdk.errors import PictureError
from nanonets_sdk.files import PDF, sniff
from nanonets_sdk.pictures.download import fetch
from nanonets_sdk.pictures.pdfium import Pdf, opened
from nanonets_sdk.pictures.turning import turn_of

PageSource: TypeAlias = str | os.PathLike[str] | bytes | None

LARGEST_PICTURE: Final = 100_000_000
"""Pixels that a picture may have."""


class PageImages(Protocol):
    """Images of the pages of one document."""

    def image(self, page: Page, scale: float) -> Image.Image:
        """The image of a page in RGB, `scale` times as large as the page's size."""
        ...


@contextmanager
def page_images(document: Document, source: PageSource) -> Generator[PageImages]:
    """The images of a document's pages.

    Args:
        document: Whose pages are meant.
        source: The file that was read, a path or its bytes; None for the signed addresses.

    Raises:
        PictureError: The file cannot be read as PDF or image.
        OSError: The file cannot be opened.
    """
    if source is None:
        yield _Fetched()
        return
    content = content_of(source)
    if not is_pdf(content):
        yield _Picture(content, alone=len(document.pages) == 1)
        return
    with opened(content) as pdf:
        yield _Pdf(pdf)


def content_of(source: str | os.PathLike[str] | bytes) -> bytes:
    """The bytes of a file."""
    return source if isinstance(source, bytes) else Path(source).read_bytes()


def image_address(page: Page) -> str:
    """The signed address of a page's image.

    Raises:
        PictureError: The reply has none.
    """
    if not page.image_url:
        raise PictureError(f"page {page.number} has no image in the reply; give the file that was read as `source`")
    return page.image_url


def is_pdf(content: bytes) -> bool:
    """Whether a file is a PDF."""
    return sniff(content) is PDF


def picture_of(content: bytes) -> Image.Image:
    """An image out of the bytes of a file, upright as its camera says.

    Raises:
        PictureError: It is no image, or too large.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            picture = Image.open(io.BytesIO(content))
            _check_size(*picture.size)
            return ImageOps.exif_transpose(_in_eight_bits(picture))
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
            raise PictureError(f"this is no image that can be read: {error}") from None


def _in_eight_bits(picture: Image.Image) -> Image.Image:
    """The image with 256 greys where it has 65,536, of which Pillow would cut all but the darkest to white."""
    if not picture.mode.startswith("I"):
        return picture
    return picture.convert("I").point(lambda grey: grey * (1 / 257)).convert("L")


@frozen
class _Fetched:
    def image(self, page: Page, scale: float) -> Image.Image:
        return _fitted(picture_of(fetch(image_address(page))), page, scale)


@frozen
class _Picture:
    content: bytes = field(repr=False)
    alone: bool

    def image(self, page: Page, scale: float) -> Image.Image:
        if page.number and not self.alone:
            raise PictureError(f"the source is one image, and page {page.number} is asked for")
        return _fitted(picture_of(self.content), page, scale)


@frozen
class _Pdf:
    pdf: Pdf

    def image(self, page: Page, scale: float) -> Image.Image:
        return _fitted(
            self.pdf.image(page.number, lambda width, height: _resolution(page, scale, width, height)), page, scale
        )


def _resolution(page: Page, scale: float, width: float, height: float) -> float:
    """Pixels a point; pages whose size the reply does not give have one pixel a point."""
    known = page.width > 0 and page.height > 0
    resolution = scale * max(page.width, page.height) / max(width, height) if known else scale
    _check_size(width * resolution, height * resolution)
    return resolution


def _fitted(picture: Image.Image, page: Page, scale: float) -> Image.Image:
    """The image turned as the service turned it, and in the size that the page's coordinates refer to."""
    turned = picture.rotate(turn_of(page, picture.width, picture.height), expand=True)
    width, height = page.width or turned.width, page.height or turned.height
    _check_size(width * scale, height * scale)
    size = max(round(width * scale), 1), max(round(height * scale), 1)
    flat = without_alpha(turned)
    return flat if flat.size == size else flat.resize(size, Image.Resampling.LANCZOS)


def without_alpha(picture: Image.Image) -> Image.Image:
    """What is transparent is paper."""
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    solid = picture.convert("RGBA")
    paper = Image.new("RGBA", solid.size, "white")
    return Image.alpha_composite(paper, solid).convert("RGB")


def _check_size(width: float, height: float) -> None:
    if width * height > LARGEST_PICTURE:
        raise PictureError(
            f"a picture of {width:.0f} x {height:.0f} pixels is larger than any page; try a smaller scale"
        )
