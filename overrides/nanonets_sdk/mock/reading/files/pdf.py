"""Reads PDF files: pdfplumber for words and rules, pdfium for the page as it looks."""

import io
import re
from collections.abc import Iterator
from contextlib import closing
from itertools import islice, zip_longest

from attrs import evolve, frozen
from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser
from pdfminer.psexceptions import PSException
from pdfplumber.page import Page as PlumberPage
from pdfplumber.pdf import PDF
from pdfplumber.utils.exceptions import PdfminerException
from PIL import Image

from nanonets_sdk.mock.reading.files.fonts import Fonts
from nanonets_sdk.mock.reading.files.forms import Unfielded, without_fields
from nanonets_sdk.mock.reading.files.image import as_png
from nanonets_sdk.mock.reading.files.limits import Limits
from nanonets_sdk.mock.reading.files.pdfium import (
    PdfiumDocument,
    PdfiumError,
    opened,
    page_of,
)
from nanonets_sdk.mock.reading.files.recognition import NO_ENGINE, has_engine, recognise
from nanonets_sdk.mock.reading.files.refusal import UnreadableFile
from nanonets_sdk.mock.reading.files.words import words_of
from nanonets_sdk.mock.reading.layout.page import Page, Word
from nanonets_sdk.mock.reading.layout.ruling import ruling_of
from nanonets_sdk.mock.reading.layout.tables import tables_of

_END = re.compile(rb"startxref\s+\d+")
_END_WITHIN = 16_384  # bytes: some senders append a little rubbish; a file cut off has lost its end marker
_OCR_SCALE = 3  # 216 dpi, about what OCR engines are trained on
_NO_PARSE = "the text layer of this page could not be read"
_BLANK = "the page is blank"
_CUT_OFF = "The PDF is cut off: its end is missing."
_NO_PAGES = "The PDF has no pages."
_BOXES = ("CropBox", "TrimBox", "BleedBox", "ArtBox")


@frozen
class _Sheet:
    """A page as pdfium shows it."""

    number: int
    visible: tuple[float, float, float, float]
    """Left, bottom, right, top in the page's own coordinates, before rotation."""
    rotation: int
    size: tuple[float, float]
    """Width and height in points, after rotation."""

    @property
    def width(self) -> int:
        return _whole(self.size[0])

    @property
    def height(self) -> int:
        return _whole(self.size[1])

    @property
    def scale(self) -> tuple[float, float]:
        """Pixels in a point: the image has whole pixels, a page of 595.28 points becomes one of 596."""
        return self.width / self.size[0], self.height / self.size[1]


def read_pages(content: bytes, limits: Limits) -> tuple[Page, ...]:
    """Return the pages of a PDF; raises UnreadableFile."""
    with closing(_opened(content, limits)) as document:
        sheets = [_sheet(document, number, limits) for number in range(len(document))]
        pages: list[Page] = []
        left = limits.max_words
        plain = without_fields(document, content)
        for sheet, page in zip(sheets, _parsed(plain, sheets), strict=True):
            pages.append(page if page.words else _recognised(page, document, sheet, limits))
            left -= len(page.words)
            if left < 0:
                raise UnreadableFile(f"The PDF has more than {limits.max_words:,} words.")
    return tuple(pages)


def render_page(content: bytes, number: int, limits: Limits) -> bytes:
    """Return a page at 72 dpi as PNG; raises UnreadableFile, and IndexError where there is no such page."""
    with closing(_opened(content, limits)) as document:
        if not 0 <= number < len(document):
            raise IndexError(number)
        _sheet(document, number, limits)
        return as_png(_image(document, number, 1))


def _opened(content: bytes, limits: Limits) -> PdfiumDocument:
    try:
        document = opened(content)
    except PdfiumError as error:
        raise UnreadableFile(_why_not_opened(error, content)) from error
    if reason := _why_refused(document, content, limits):
        document.close()
        raise UnreadableFile(reason)
    return document


def _why_not_opened(error: PdfiumError, content: bytes) -> str:
    if not _has_end(content):
        return _CUT_OFF
    if b"/Encrypt" in content and "password" in str(error):  # pdfium may repeat the reason of an earlier file
        return "The PDF is encrypted and needs a password."
    return "The PDF is damaged." if _has_pages(content) else _NO_PAGES


def _why_refused(document: PdfiumDocument, content: bytes, limits: Limits) -> str:
    if not _has_end(content):
        return _CUT_OFF
    if len(document) == 0:
        return _NO_PAGES
    if len(document) > limits.max_pages:
        return f"The PDF has {len(document)} pages; at most {limits.max_pages} are read."
    return ""


def _has_pages(content: bytes) -> bool:
    try:
        return any(_pages(PDFDocument(PDFParser(io.BytesIO(content)))))
    except PSException:  # too damaged to tell
        return True


def _has_end(content: bytes) -> bool:
    return bool(_END.search(content, max(0, len(content) - _END_WITHIN)))


def _sheet(document: PdfiumDocument, number: int, limits: Limits) -> _Sheet:
    try:
        with page_of(document, number) as page:
            sheet = _Sheet(number, page.get_bbox(), page.get_rotation(), page.get_size())
    except PdfiumError as error:
        raise UnreadableFile(f"Page {number + 1} of the PDF is damaged.") from error
    if min(sheet.size) <= 0:
        raise UnreadableFile(f"Page {number + 1} of the PDF has no visible area.")
    if sheet.width * sheet.height > limits.max_pixels:
        raise UnreadableFile(f"Page {number + 1} of the PDF is larger than {limits.max_pixels:,} square points.")
    return sheet


def _parsed(document: Unfielded, sheets: list[_Sheet]) -> Iterator[Page]:
    try:
        plumber = PDF(io.BytesIO(document.content), raise_unicode_errors=False)
    except PdfminerException as error:
        raise UnreadableFile("The PDF is damaged.") from error
    plumber.rsrcmgr = Fonts()
    sources = islice(_pages(plumber.doc), len(sheets))
    for sheet, known, page in zip_longest(sheets, document.words, sources):
        yield _page(plumber, sheet, page, known) if page else _empty(sheet, _NO_PARSE)


def _pages(document: PDFDocument) -> Iterator[PDFPage]:
    try:
        yield from PDFPage.create_pages(document)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - pdfminer raises whatever a broken page tree leads it to; the rest has no text
        return


def _page(plumber: PDF, sheet: _Sheet, source: PDFPage, known: tuple[Word, ...]) -> Page:
    page = PlumberPage(plumber, _as_shown(source, sheet), page_number=sheet.number + 1)
    try:
        notice = "" if page.objects or known else _BLANK
        words = words_of(page.chars, known, sheet.scale, (sheet.width, sheet.height))
        ruling = ruling_of(page, sheet.scale)
    except PdfminerException as error:
        _raise_if_memory_ran_out(error)
        return _empty(sheet, _NO_PARSE)
    finally:
        page.close()
    return evolve(_empty(sheet, notice), words=words, tables=tables_of(words, ruling))


def _raise_if_memory_ran_out(error: PdfminerException) -> None:
    if isinstance(error.__context__, MemoryError):
        raise error.__context__


def _as_shown(page: PDFPage, sheet: _Sheet) -> PDFPage:
    """Give a page the one box that is visible, so that its coordinates are those of its image.

    pdfplumber counts from the media box and takes a box upside down at its word; pdfium crops and turns.
    """
    left, bottom, right, top = sheet.visible
    page.mediabox = page.cropbox = sheet.visible
    page.rotate = sheet.rotation
    boxless = {name: value for name, value in page.attrs.items() if name not in _BOXES}
    page.attrs = {**boxless, "MediaBox": [0, 0, right - left, top - bottom], "Rotate": sheet.rotation}
    return page


def _recognised(page: Page, document: PdfiumDocument, sheet: _Sheet, limits: Limits) -> Page:
    """Read a page without a text layer by its image."""
    if page.notice or not has_engine():
        return evolve(page, notice=page.notice or NO_ENGINE)
    scale = _OCR_SCALE if sheet.width * sheet.height * _OCR_SCALE**2 <= limits.max_pixels else 1
    words, notice = recognise(_image(document, sheet.number, scale))
    scaled = tuple(_divided(word, scale) for word in words)
    return evolve(page, words=scaled, notice=notice)


def _divided(word: Word, by: int) -> Word:
    return Word(word.text, word.xmin // by, word.ymin // by, -(-word.xmax // by), -(-word.ymax // by))


def _image(document: PdfiumDocument, number: int, scale: int) -> Image.Image:
    with page_of(document, number) as page:
        return page.render(scale=scale).to_pil()


def _empty(sheet: _Sheet, notice: str) -> Page:
    return Page(sheet.number, sheet.width, sheet.height, sheet.rotation, (), (), notice)


def _whole(points: float) -> int:
    """Return the pixels that pdfium's image has for a length."""
    return -int(-points // 1)
