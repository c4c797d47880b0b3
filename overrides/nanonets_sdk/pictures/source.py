"""Images of pages: rendered from the file that was read, or downloaded from the signed URL of the page."""

from __future__ import annotations

import io
import os
import warnings
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TypeAlias

from PIL import Image, ImageOps

from nanonets_sdk.errors import PictureError
from nanonets_sdk.files import PDF, sniff
from nanonets_sdk.pictures.download import fetch
from nanonets_sdk.pictures.page import PageLike, turn_of
from nanonets_sdk.pictures.pdfium import opened

PageSource: TypeAlias = str | os.PathLike[str] | bytes | None
ImageOf: TypeAlias = Callable[[PageLike, float], Image.Image]
"""Returns the image of a page in RGB, `scale` times as large as the page."""

LARGEST_PICTURE: Final = 100_000_000
"""Most pixels of a picture."""


@contextmanager
def page_images(pages: Sequence[PageLike], source: PageSource) -> Generator[ImageOf]:
    """Yield a function that returns the image of a page.

    Args:
        pages: The pages of the document.
        source: The file that was read, as a path or its bytes; None for the signed URLs.

    Raises:
        PictureError: The file cannot be read as PDF or image.
        OSError: The file cannot be opened.
    """
    if source is None:
        yield lambda page, scale: _fitted(picture_of(fetch(page)), page, scale)
        return
    content = content_of(source)
    if is_pdf(content):
        with opened(content) as pdf:
            yield lambda page, scale: _fitted(
                pdf.image(page.number, lambda width, height: _resolution(page, scale, width, height)), page, scale
            )
        return

    def only_image(page: PageLike, scale: float) -> Image.Image:
        # A document of one page may be any page of a longer file.
        if page.number and len(pages) > 1:
            raise PictureError(f"the source is one image, but page {page.number + 1} is needed")
        return _fitted(picture_of(content), page, scale)

    yield only_image


def content_of(source: str | os.PathLike[str] | bytes) -> bytes:
    """Return the bytes of a file."""
    return source if isinstance(source, bytes) else Path(source).read_bytes()


def is_pdf(content: bytes) -> bool:
    """Return whether a file is a PDF."""
    return sniff(content) is PDF


def picture_of(content: bytes) -> Image.Image:
    """Read an image from the bytes of a file, upright according to its camera.

    Raises:
        PictureError: It is not an image, or is too large.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            picture: Image.Image = Image.open(io.BytesIO(content))
            _check_size(*picture.size)
            if picture.mode.startswith("I"):
                # Pillow would clip 65,536 greys to white above the first 256 instead of scaling them.
                picture = picture.convert("I").point(lambda grey: grey * (1 / 257)).convert("L")
            return ImageOps.exif_transpose(picture)
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
            raise PictureError(f"cannot read the image: {error}") from None


def without_alpha(picture: Image.Image) -> Image.Image:
    """Return an image in RGB, with white paper behind transparent areas."""
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    solid = picture.convert("RGBA")
    paper = Image.new("RGBA", solid.size, "white")
    return Image.alpha_composite(paper, solid).convert("RGB")


def _resolution(page: PageLike, scale: float, width: float, height: float) -> float:
    """Return the pixels per point for a page of a PDF; a page of unknown size gets one pixel per point."""
    known = page.width > 0 and page.height > 0
    resolution = scale * max(page.width, page.height) / max(width, height) if known else scale
    _check_size(width * resolution, height * resolution)
    return resolution


def _fitted(picture: Image.Image, page: PageLike, scale: float) -> Image.Image:
    """Turn an image as the service did, and resize it to the size that the page's coordinates refer to."""
    turned = picture.rotate(turn_of(page, picture.width, picture.height), expand=True)
    width, height = page.width or turned.width, page.height or turned.height
    _check_size(width * scale, height * scale)
    size = max(round(width * scale), 1), max(round(height * scale), 1)
    flat = without_alpha(turned)
    return flat if flat.size == size else flat.resize(size, Image.Resampling.LANCZOS)


def _check_size(width: float, height: float) -> None:
    if width * height > LARGEST_PICTURE:
        raise PictureError(
            f"a picture of {width:.0f} x {height:.0f} pixels is larger than any page; use a smaller scale"
        )
