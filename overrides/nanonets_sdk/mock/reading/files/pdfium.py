"""The part of pypdfium2 that is used here, with the types that it does not ship.

Every function raises `PdfiumError` if pdfium fails.
"""

import io
from collections.abc import Generator
from contextlib import closing, contextmanager
from importlib import import_module
from typing import Any, BinaryIO, Protocol, cast

_pypdfium2 = import_module("pypdfium2")
raw: Any = import_module("pypdfium2.raw")
"""pdfium's own functions."""


class PdfiumPage(Protocol):
    """A page as it is displayed: cropped and rotated.

    `get_bbox` returns left, bottom, right and top of the visible area, in the page's own points before rotation;
    `get_rotation` 0, 90, 180 or 270 degrees, clockwise; `get_size` width and height in points, after rotation. `render`
    draws `scale` pixels per point, and its bitmap's `to_pil()` is a Pillow image.
    """

    @property
    def formenv(self) -> object: ...

    def get_bbox(self) -> tuple[float, float, float, float]: ...

    def get_rotation(self) -> int: ...

    def get_size(self) -> tuple[float, float]: ...

    def render(self, *, scale: float) -> Any: ...

    def close(self) -> None: ...


class PdfiumDocument(Protocol):
    """An open PDF. `formenv` is None if it has no form; without `init_forms` the fields of a form are not drawn."""

    def __len__(self) -> int: ...

    def __getitem__(self, number: int) -> PdfiumPage: ...

    @property
    def formenv(self) -> object: ...

    def init_forms(self) -> object: ...

    def save(self, dest: BinaryIO, *, flags: int) -> None: ...

    def close(self) -> None: ...


class PdfiumError(Exception):
    """pdfium cannot open a document or page, or an operation on it failed."""


def opened(content: bytes) -> PdfiumDocument:
    """Return a PDF with its form loaded."""
    with _translated_errors():
        document = cast("PdfiumDocument", _pypdfium2.PdfDocument(content))
        document.init_forms()
    return document


@contextmanager
def page_of(document: PdfiumDocument, number: int) -> Generator[PdfiumPage, None, None]:
    """Yield a page and close it afterwards."""
    with _translated_errors(), closing(document[number]) as page:
        yield page


def flatten(page: PdfiumPage) -> None:
    """Draw form fields and other annotations onto a page."""
    if raw.FPDFPage_Flatten(page, raw.FLAT_NORMALDISPLAY) == raw.FLATTEN_FAIL:
        raise PdfiumError("the fields of a form cannot be drawn")


def saved(document: PdfiumDocument) -> bytes:
    """Return a document in its current state as a file, without encryption."""
    file = io.BytesIO()
    with _translated_errors():
        document.save(file, flags=raw.FPDF_REMOVE_SECURITY)
    return file.getvalue()


@contextmanager
def _translated_errors() -> Generator[None, None, None]:
    try:
        yield
    except _pypdfium2.PdfiumError as error:
        raise PdfiumError(str(error)) from error
