"""The part of pypdfium2 that is used here, with the types that it does not ship."""

import io
from collections.abc import Generator
from contextlib import closing, contextmanager
from importlib import import_module
from typing import Any, BinaryIO, Protocol, cast

from PIL import Image

_pypdfium2 = import_module("pypdfium2")
raw: Any = import_module("pypdfium2.raw")
"""The functions of pdfium itself."""


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

    @property
    def formenv(self) -> object:
        """What pdfium knows of the document's form; None where it has none."""
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

    @property
    def formenv(self) -> object:
        """What pdfium knows of the document's form; None where it has none."""
        ...

    def init_forms(self) -> object:
        """Load the form, if there is one; its fields are drawn only then."""
        ...

    def save(self, dest: BinaryIO, *, flags: int) -> None:
        """Write the document as it is now."""
        ...

    def close(self) -> None:
        """Free its memory."""
        ...


class PdfiumError(Exception):
    """pdfium cannot open a document or a page, or cannot do with it what was asked."""


def opened(content: bytes) -> PdfiumDocument:
    """Return a PDF with its form; raises PdfiumError."""
    with _errors():
        document = cast("PdfiumDocument", _pypdfium2.PdfDocument(content))
        document.init_forms()
    return document


@contextmanager
def page_of(document: PdfiumDocument, number: int) -> Generator[PdfiumPage, None, None]:
    """Give a page, and close it after use; raises PdfiumError."""
    with _errors(), closing(document[number]) as page:
        yield page


def flatten(page: PdfiumPage) -> None:
    """Draw on a page the fields of a form and all else that lies upon it; raises PdfiumError."""
    if raw.FPDFPage_Flatten(page, raw.FLAT_NORMALDISPLAY) == raw.FLATTEN_FAIL:
        raise PdfiumError("the fields of a form cannot be drawn")


def saved(document: PdfiumDocument) -> bytes:
    """Return the file of a document as it is now, without encryption; raises PdfiumError."""
    file = io.BytesIO()
    with _errors():
        document.save(file, flags=raw.FPDF_REMOVE_SECURITY)
    return file.getvalue()


@contextmanager
def _errors() -> Generator[None, None, None]:
    try:
        yield
    except _pypdfium2.PdfiumError as error:
        raise PdfiumError(str(error)) from error
