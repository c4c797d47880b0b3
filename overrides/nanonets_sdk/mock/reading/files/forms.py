"""Filled-in forms: the values of their fields become words of the page, as on paper."""

# pdfium can flatten a form, that is, draw its fields onto the page, where their values are then read like any other
# text. Two kinds of fields are taken out before that, and become words by their values:
#
# - Check boxes and radio buttons: a tick is a drawing, and an empty box is not drawn at all.
# - Combs, text fields whose letters have a cell each; drawn, they would be read letter by letter.
#
#     left                              right
#      |   |   | G | B |   | 4 | 8 | 2 |        MaxLen 8, set to the right (Q = 2), so the value "GB 482"
#                ^-----^   ^---------^          starts in cell 8 - 6 = 2; each run of filled cells is a word

import re
from collections.abc import Iterator
from ctypes import byref, c_float, c_int, c_ushort
from math import ceil
from typing import Any

from attrs import frozen

from nanonets_sdk.mock.reading.files.pdfium import PdfiumDocument, PdfiumError, PdfiumPage, flatten, page_of, raw, saved
from nanonets_sdk.mock.reading.layout.page import Word

TICKED = "\N{BALLOT BOX WITH CHECK}"
"""The word for a selected check box or radio button."""
UNTICKED = "\N{BALLOT BOX}"
"""The word for one that is not selected."""

_COMB = 1 << 24  # a flag of text fields (ISO 32000-1, table 228)
_MOST_CELLS = 10_000


@frozen
class Flattened:
    """A document whose form fields have become text of its pages."""

    content: bytes
    words: tuple[tuple[Word, ...], ...]
    """The check boxes, radio buttons and combs of each page, in pixels of its image."""


def without_fields(document: PdfiumDocument, content: bytes) -> Flattened:
    """Return a document without its fields; the open `document` loses them too. Most have none and stay unchanged."""
    unchanged = Flattened(content, ((),) * len(document))
    if not document.formenv:
        return unchanged
    words: list[tuple[Word, ...]] = []
    try:
        for number in range(len(document)):
            with page_of(document, number) as page:
                words.append(tuple(_taken_out(page)))
                flatten(page)
        return Flattened(saved(document), tuple(words))
    except PdfiumError:  # the form is too damaged to be drawn
        return unchanged


def _taken_out(page: PdfiumPage) -> Iterator[Word]:
    """Yield the words of the fields that are not to be drawn, and hide these fields."""
    for place in range(raw.FPDFPage_GetAnnotCount(page)):
        annotation = raw.FPDFPage_GetAnnot(page, place)
        kind = raw.FPDFAnnot_GetFormFieldType(page.formenv, annotation)
        sides = raw.FS_RECTF()
        raw.FPDFAnnot_GetRect(annotation, byref(sides))
        words: tuple[Word, ...] = ()
        if kind in (raw.FPDF_FORMFIELD_CHECKBOX, raw.FPDF_FORMFIELD_RADIOBUTTON):
            ticked = raw.FPDFAnnot_IsChecked(page.formenv, annotation)
            words = (_word(page, TICKED if ticked else UNTICKED, sides),)
        elif kind == raw.FPDF_FORMFIELD_TEXTFIELD and raw.FPDFAnnot_GetFormFieldFlags(page.formenv, annotation) & _COMB:
            words = tuple(_combed(page, annotation, sides))
        flags = raw.FPDFAnnot_GetFlags(annotation)
        # pdfium would draw fields that are only printed, although no viewer shows them.
        if words or flags & raw.FPDF_ANNOT_FLAG_NOVIEW:
            raw.FPDFAnnot_SetFlags(annotation, flags | raw.FPDF_ANNOT_FLAG_HIDDEN)
        if not flags & (raw.FPDF_ANNOT_FLAG_HIDDEN | raw.FPDF_ANNOT_FLAG_NOVIEW):
            yield from words
        raw.FPDFPage_CloseAnnot(annotation)


def _combed(page: PdfiumPage, annotation: object, sides: Any) -> Iterator[Word]:
    size: int = raw.FPDFAnnot_GetFormFieldValue(page.formenv, annotation, None, 0)
    units = (c_ushort * (size // 2))()
    raw.FPDFAnnot_GetFormFieldValue(page.formenv, annotation, units, size)
    text = bytes(units).decode("utf-16-le", "ignore").rstrip("\0")

    cells = max(_number(annotation, b"MaxLen"), len(text), 1)
    # Q is 0 for left-aligned, 1 for centred, 2 for right-aligned.
    first = (cells - len(text)) * _number(annotation, b"Q") // 2
    cell = (sides.right - sides.left) / cells
    for word in re.finditer(r"\S+", text):
        left, right = (sides.left + cell * (first + place) for place in word.span())
        yield _word(page, word.group(), raw.FS_RECTF(left, sides.top, right, sides.bottom))


def _number(annotation: object, name: bytes) -> int:
    """Return a number from a field's own dictionary; 0 if it is not there."""
    number = c_float()
    raw.FPDFAnnot_GetNumberValue(annotation, name, byref(number))
    return int(min(max(0.0, number.value), _MOST_CELLS))


def _word(page: PdfiumPage, text: str, sides: Any) -> Word:
    width, height = map(ceil, page.get_size())
    corners: list[tuple[int, int]] = []
    for x, y in ((sides.left, sides.bottom), (sides.right, sides.top)):
        across, down = c_int(), c_int()
        raw.FPDF_PageToDevice(page, 0, 0, width, height, 0, x, y, byref(across), byref(down))
        corners.append((across.value, down.value))
    # On a rotated page the left side of a field may be anywhere.
    (left, right), (top, bottom) = map(sorted, zip(*corners, strict=True))
    return Word(text, left, top, right, bottom)
