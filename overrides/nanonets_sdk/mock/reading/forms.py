"""Forms that somebody filled in: the values in their fields become words of the page, as on paper."""

from collections.abc import Iterator
from ctypes import byref, c_int
from math import ceil
from typing import Any

from attrs import frozen

from nanonets_sdk.mock.reading.page import Word
from nanonets_sdk.mock.reading.pdfium import PdfiumDocument, PdfiumError, PdfiumPage, flatten, page_of, raw, saved

TICKED = "\N{BALLOT BOX WITH CHECK}"
"""The word for a check box or radio button that is chosen."""
UNTICKED = "\N{BALLOT BOX}"
"""The word for one that is not."""

_UNSEEN = raw.FPDF_ANNOT_FLAG_HIDDEN | raw.FPDF_ANNOT_FLAG_NOVIEW
_BOXES = (raw.FPDF_FORMFIELD_CHECKBOX, raw.FPDF_FORMFIELD_RADIOBUTTON)


@frozen
class Unfielded:
    """A document without fields: what stood in them is text of its pages."""

    content: bytes
    boxes: tuple[tuple[Word, ...], ...]
    """The check boxes and radio buttons of each page, in pixels of its image."""


def without_fields(document: PdfiumDocument, content: bytes) -> Unfielded:
    """Return a document without its fields; the open `document` loses them too. Most have none and stay as they are."""
    unchanged = Unfielded(content, ((),) * len(document))
    if not document.formenv:
        return unchanged
    try:
        boxes = tuple(_flattened(document, number) for number in range(len(document)))
        return Unfielded(saved(document), boxes)
    except PdfiumError:  # a form too damaged to be drawn
        return unchanged


def _flattened(document: PdfiumDocument, number: int) -> tuple[Word, ...]:
    """Draw a page's fields on it, but for the boxes to tick, which are returned: their drawings say nothing."""
    with page_of(document, number) as page:
        boxes = tuple(_taken_out(page))
        flatten(page)
    return boxes


def _taken_out(page: PdfiumPage) -> Iterator[Word]:
    for place in range(raw.FPDFPage_GetAnnotCount(page)):
        annotation = raw.FPDFPage_GetAnnot(page, place)
        flags = raw.FPDFAnnot_GetFlags(annotation)
        is_box = raw.FPDFAnnot_GetFormFieldType(page.formenv, annotation) in _BOXES
        if is_box or flags & raw.FPDF_ANNOT_FLAG_NOVIEW:  # which pdfium would draw
            raw.FPDFAnnot_SetFlags(annotation, flags | raw.FPDF_ANNOT_FLAG_HIDDEN)
        if is_box and not flags & _UNSEEN:
            yield _word(page, annotation)
        raw.FPDFPage_CloseAnnot(annotation)


def _word(page: PdfiumPage, annotation: object) -> Word:
    sides = raw.FS_RECTF()
    raw.FPDFAnnot_GetRect(annotation, byref(sides))
    (left, right), (top, bottom) = map(sorted, zip(*_corners(page, sides), strict=True))
    ticked = raw.FPDFAnnot_IsChecked(page.formenv, annotation)
    return Word(TICKED if ticked else UNTICKED, left, top, right, bottom)


def _corners(page: PdfiumPage, sides: Any) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return two opposite corners in pixels of the page's image."""
    return _pixel(page, sides.left, sides.bottom), _pixel(page, sides.right, sides.top)


def _pixel(page: PdfiumPage, x: float, y: float) -> tuple[int, int]:
    width, height = map(ceil, page.get_size())
    across, down = c_int(), c_int()
    raw.FPDF_PageToDevice(page, 0, 0, width, height, 0, x, y, byref(across), byref(down))
    return across.value, down.value
