"""Access to pdfium: images and text of the pages of a PDF."""

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

# pdfium must not run in two threads at a time, even for two documents.
_LOCK: Final = threading.RLock()


@frozen
class Pdf:
    """An open PDF. Its methods may be called from any thread."""

    _pdf: Any

    @property
    def sizes(self) -> list[tuple[float, float]]:
        """Width and height of each page as a viewer shows it, in points."""
        sizes: list[tuple[float, float]] = []
        with _LOCK:
            for number in range(len(self._pdf)):
                with self._page(number) as page:
                    sizes.append(page.get_size())
        return sizes

    def image(self, number: int, scale_for: Callable[[float, float], float]) -> Image.Image:
        """Render a page as a viewer shows it.

        Args:
            number: Page number, from 0.
            scale_for: Returns the pixels per point for a page's width and height in points.

        Raises:
            PictureError: There is no such page, or it has no area.
        """
        with _LOCK, self._page(number) as page:
            width, height = page.get_size()
            if width <= 0 or height <= 0:
                raise PictureError(f"page {number + 1} of the source has no area")
            picture: Image.Image = page.render(scale=scale_for(width, height)).to_pil()
            return picture

    def has_text(self, number: int, places: Sequence[Rectangle]) -> list[bool]:
        """Return, for each place of a page, whether there is text already."""
        with _LOCK, self._page(number) as page:
            text = page.get_textpage()
            return [bool(text.get_text_bounded(*place).strip()) for place in places]

    @contextmanager
    def _page(self, number: int) -> Generator[Any]:
        if not 0 <= number < len(self._pdf):
            raise PictureError(f"the source has {len(self._pdf)} pages, but page {number + 1} is needed")
        page = self._pdf[number]
        try:
            yield page
        finally:
            page.close()


@contextmanager
def opened(content: bytes) -> Generator[Pdf]:
    """Open a PDF.

    Raises:
        PictureError: It cannot be opened, or needs a password.
    """
    pdfium = optional("pypdfium2")
    with _LOCK:
        try:
            pdf = pdfium.PdfDocument(content)
            # Without this, the values in form fields are not rendered.
            pdf.init_forms()
        except pdfium.PdfiumError as error:
            raise PictureError(f"cannot open the PDF: {error}") from None
    try:
        yield Pdf(pdf)
    finally:
        with _LOCK:
            pdf.close()
