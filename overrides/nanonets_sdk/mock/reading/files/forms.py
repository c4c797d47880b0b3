"""Forms that somebody filled in: the values in their fields become words of the page, as on paper."""

import re
from collections.abc import Iterator
from ctypes import byref, c_float, c_int, c_ushort
from math import ceil
from typing import Any

from attrs import frozen

from nanonets_sdk.mock.reading.files.pdfium import (
    PdfiumDocument,
    PdfiumError,
    PdfiumPage,
    flatten,
    page_of,
    raw,
    saved,
)
from nanonets_sdk.mock.reading.layout.page import Word

TICKED = "\N{BALLOT BOX WITH CHECK}"
"""The word for a check box or radio button that is chosen."""
UNTICKED = "\N{BALLOT BOX}"
"""The word for one that is not."""

_UNSEEN = raw.FPDF_ANNOT_FLAG_HIDDEN | raw.FPDF_ANNOT_FLAG_NOVIEW
_COMB = 1 << 24  # of a text field: its letters stand in cells of the same width, one in each
_MOST_CELLS = 10_000
_BOXES = (raw.FPDF_FORMFIELD_CHECKBOX, raw.FPDF_FORMFIELD_RADIOBUTTON)


@frozen
class Unfielded:
    """A document without fields: what stood in them is text of its pages."""

    content: bytes
    words: tuple[tuple[Word, ...], ...]
    """The check boxes, radio buttons and combs of each page, in pixels of its image."""


def without_fields(document: PdfiumDocument, content: bytes) -> Unfielded:
    """Return a document without its fields; the open `document` loses them too. Most have none and stay as they are."""
    unchanged = Unfielded(content, ((),) * len(document))
    if not document.formenv:
        return unchanged
    try:
        words = tuple(_flattened(document, number) for number in range(len(document)))
        return Unfielded(saved(document), words)
    except PdfiumError:  # a form too damaged to be drawn
        return unchanged


def _flattened(document: PdfiumDocument, number: int) -> tuple[Word, ...]:
    """Draw a page's fields on it, but for those whose drawings say nothing or no words, which are returned."""
    with page_of(document, number) as page:
        words = tuple(_taken_out(page))
        flatten(page)
    return words


def _taken_out(page: PdfiumPage) -> Iterator[Word]:
    for place in range(raw.FPDFPage_GetAnnotCount(page)):
        annotation = raw.FPDFPage_GetAnnot(page, place)
        flags = raw.FPDFAnnot_GetFlags(annotation)
        words = tuple(_words(page, annotation))
        if words or flags & raw.FPDF_ANNOT_FLAG_NOVIEW:  # which pdfium would draw
            raw.FPDFAnnot_SetFlags(annotation, flags | raw.FPDF_ANNOT_FLAG_HIDDEN)
        if not flags & _UNSEEN:
            yield from words
        raw.FPDFPage_CloseAnnot(annotation)


def _words(page: PdfiumPage, annotation: object) -> Iterator[Word]:
    kind = raw.FPDFAnnot_GetFormFieldType(page.formenv, annotation)
    sides = raw.FS_RECTF()
    raw.FPDFAnnot_GetRect(annotation, byref(sides))
    if kind in _BOXES:
        ticked = raw.FPDFAnnot_IsChecked(page.formenv, annotation)
        yield _word(page, TICKED if ticked else UNTICKED, sides)
    elif kind == raw.FPDF_FORMFIELD_TEXTFIELD and raw.FPDFAnnot_GetFormFieldFlags(page.formenv, annotation) & _COMB:
        yield from _combed(page, annotation, sides)


def _combed(page: PdfiumPage, annotation: object, sides: Any) -> Iterator[Word]:
    """Yield the words of a comb, whose drawing would be read letter by letter; a cell without a letter ends one."""
    text = _value(page, annotation)
    cells = max(_number(annotation, b"MaxLen"), len(text), 1)
    first = (cells - len(text)) * _number(annotation, b"Q") // 2  # Q is 0, 1 or 2: from the left, centred, to the right
    cell = (sides.right - sides.left) / cells
    for word in re.finditer(r"\S+", text):
        left, right = (sides.left + cell * (first + place) for place in word.span())
        yield _word(page, word.group(), raw.FS_RECTF(left, sides.top, right, sides.bottom))


def _value(page: PdfiumPage, annotation: object) -> str:
    size: int = raw.FPDFAnnot_GetFormFieldValue(page.formenv, annotation, None, 0)
    units = (c_ushort * (size // 2))()
    raw.FPDFAnnot_GetFormFieldValue(page.formenv, annotation, units, size)
    return bytes(units).decode("utf-16-le", "ignore").rstrip("\0")


def _number(annotation: object, name: bytes) -> int:
    """Return a number of a field, 0 where the field itself has none."""
    number = c_float()
    raw.FPDFAnnot_GetNumberValue(annotation, name, byref(number))
    return int(min(max(0.0, number.value), _MOST_CELLS))


def _word(page: PdfiumPage, text: str, sides: Any) -> Word:
    corners = _pixel(page, sides.left, sides.bottom), _pixel(page, sides.right, sides.top)
    (left, right), (top, bottom) = map(sorted, zip(*corners, strict=True))
    return Word(text, left, top, right, bottom)


def _pixel(page: PdfiumPage, x: float, y: float) -> tuple[int, int]:
    width, height = map(ceil, page.get_size())
    across, down = c_int(), c_int()
    raw.FPDF_PageToDevice(page, 0, 0, width, height, 0, x, y, byref(across), byref(down))
    return across.value, down.value
