"""The part of pypdfium2 that is used here, with the types that it does not ship."""

from contextlib import AbstractContextManager, closing
from importlib import import_module
from typing import Protocol, cast

from PIL import Image

_pypdfium2 = import_module("pypdfium2")


class Bitmap(Protocol):
    """A page's image."""

    def to_pil(self) -> Image.Image:
        """Return it as a picture that Pillow can handle."""
        ...


class PdfiumPage(Protocol):
    """A page as it is shown: cropped and turned."""

    def get_bbox(self) -> tuple[float, float, float, float]:
        """Return left, bottom, right and top of what is visible, in the page's own points before rotation."""
        ...

    def get_rotation(self) -> int:
        """Return 0, 90, 180 or 270 degrees, clockwise."""
        ...

    def get_size(self) -> tuple[float, float]:
        """Return width and height in points, after rotation."""
        ...

    def render(self, *, scale: float) -> Bitmap:
        """Draw the page, `scale` pixels to a point."""
        ...

    def close(self) -> None:
        """Free its memory."""
        ...


class PdfiumDocument(Protocol):
    """An open PDF."""

    def __len__(self) -> int: ...

    def __getitem__(self, number: int) -> PdfiumPage: ...

    def close(self) -> None:
        """Free its memory."""
        ...


class PdfiumError(Exception):
    """pdfium cannot open a document or a page."""


def opened(content: bytes) -> PdfiumDocument:
    """Return a PDF; raises PdfiumError."""
    try:
        return cast("PdfiumDocument", _pypdfium2.PdfDocument(content))
    except _pypdfium2.PdfiumError as error:
        raise PdfiumError(str(error)) from error


def page_of(document: PdfiumDocument, number: int) -> AbstractContextManager[PdfiumPage]:
    """Return a page that is closed after use; raises PdfiumError."""
    try:
        return closing(document[number])
    except _pypdfium2.PdfiumError as error:
        raise PdfiumError(str(error)) from error
