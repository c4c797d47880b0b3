"""The one door to pdfium: images and text of the pages of a PDF."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from attrs import frozen
from PIL import Image

from nanonets_sdk.errors import PictureError
from nanonets_sdk.extras import optional

Rectangle = tuple[float, float, float, float]
"""Left, bottom, right and top in the user space of a page."""

# pdfium may not run in two threads at a time, whatever document they work on.
_LOCK: Final = threading.RLock()


@frozen
class Pdf:
    """An open PDF; its functions may be called from any thread."""

    _pdf: Any

    def __len__(self) -> int:
        """The number of pages."""
        with _LOCK:
            return len(self._pdf)

    def image(self, number: int, scale_for: Callable[[float, float], float]) -> Image.Image:
        """The image of a page as any viewer shows it.

        Args:
            number: Of the page, from 0.
            scale_for: Gives the pixels a point, for a page's width and height in points.

        Raises:
            PictureError: There is no such page, or it has no area.
        """
        with _LOCK, self._page(number) as page:
            width, height = page.get_size()
            if width <= 0 or height <= 0:
                raise PictureError(f"page {number} of the source has no area")
            picture: Image.Image = page.render(scale=scale_for(width, height)).to_pil()
            return picture

    def has_text(self, number: int, places: Sequence[Rectangle]) -> list[bool]:
        """Whether there is text already, for each of some places of a page."""
        with _LOCK, self._page(number) as page:
            text = page.get_textpage()
            return [bool(text.get_text_bounded(*place).strip()) for place in places]

    @contextmanager
    def _page(self, number: int) -> Generator[Any]:
        if not 0 <= number < len(self._pdf):
            raise PictureError(f"the source has {len(self._pdf)} pages, and page {number} is asked for, from 0")
        page = self._pdf[number]
        try:
            yield page
        finally:
            page.close()


@contextmanager
def opened(content: bytes) -> Generator[Pdf]:
    """Open a PDF.

    Args:
        content: The bytes of the file.

    Raises:
        PictureError: It cannot be opened, or needs a password.
    """
    pdfium = optional("pypdfium2")
    with _LOCK:
        try:
            pdf = pdfium.PdfDocument(content)
            pdf.init_forms()
        except pdfium.PdfiumError as error:
            raise PictureError(f"this PDF cannot be opened: {error}") from None
    try:
        yield Pdf(pdf)
    finally:
        with _LOCK:
            pdf.close()
