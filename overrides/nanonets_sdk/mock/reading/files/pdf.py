"""Reads PDF files: pdfplumber for words and ruling, pdfium for the appearance of pages."""

import io
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from itertools import islice, zip_longest
from math import ceil

from attrs import evolve, frozen
from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdffont import PDFFont, PDFType1Font
from pdfminer.pdfinterp import PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser
from pdfminer.pdftypes import int_value, list_value, num_value
from pdfminer.psexceptions import PSException
from pdfplumber.page import Page as PlumberPage
from pdfplumber.pdf import PDF
from pdfplumber.utils.exceptions import PdfminerException
from PIL import Image

from nanonets_sdk.mock.reading.files.forms import Flattened, without_fields
from nanonets_sdk.mock.reading.files.image import as_png
from nanonets_sdk.mock.reading.files.limits import Limits
from nanonets_sdk.mock.reading.files.pdfium import PdfiumDocument, PdfiumError, opened, page_of
from nanonets_sdk.mock.reading.files.recognition import NO_ENGINE, has_engine, recognise
from nanonets_sdk.mock.reading.files.words import words_of
from nanonets_sdk.mock.reading.layout.page import Page, UnreadableFile, Word
from nanonets_sdk.mock.reading.layout.ruling import ruling_of
from nanonets_sdk.mock.reading.layout.tables import tables_of

_END = re.compile(rb"startxref\s+\d+")
# A file that was cut off has lost its end marker; others have a few kilobytes of rubbish after it.
_END_WITHIN = 16_384  # bytes
_OCR_SCALE = 3  # 216 dpi, about the resolution that OCR engines are trained on
_NOT_PARSED = "the text layer of this page could not be read"
_BLANK = "the page is blank"
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
    def pixels(self) -> tuple[int, int]:
        """Width and height of the image, rounded up as pdfium does: a page of 595.28 points has 596 pixels."""
        return ceil(self.size[0]), ceil(self.size[1])

    @property
    def scale(self) -> tuple[float, float]:
        """Pixels per point, across and down; a little more than 1 because of the rounding."""
        return self.pixels[0] / self.size[0], self.pixels[1] / self.size[1]

    def without_words(self, notice: str) -> Page:
        return Page(self.number, *self.pixels, self.rotation, (), (), notice)


class _Fonts(PDFResourceManager):
    """The fonts of a document, with the widths that the file states.

    pdfminer measures the standard fonts by its own tables alone, which lack ligatures and anything else that a writer
    has added to a font; everything that follows one of these would be placed too far to the left.
    """

    def get_font(self, objid: object, spec: Mapping[str, object]) -> PDFFont:
        font = super().get_font(objid, spec)
        if isinstance(font, PDFType1Font):
            first, widths = int_value(spec.get("FirstChar", 0)), list_value(spec.get("Widths", []))
            font.widths = {**font.widths, **{first + place: num_value(width) for place, width in enumerate(widths)}}
        return font


def read_pages(content: bytes, limits: Limits, on_page: Callable[[], object]) -> tuple[Page, ...]:
    """Return the pages of a PDF; `on_page` is called after each of them."""
    with closing(_opened(content, limits)) as document:
        sheets = [_sheet(document, number, limits) for number in range(len(document))]
        pages: list[Page] = []
        left = limits.max_words
        flattened = without_fields(document, content)
        for sheet, page in zip(sheets, _parsed(flattened, sheets), strict=True):
            pages.append(page if page.words else _recognised(page, document, sheet, limits))
            on_page()
            left -= len(page.words)
            if left < 0:
                raise UnreadableFile(f"The PDF has more than {limits.max_words:,} words.")
    return tuple(pages)


def render_page(content: bytes, number: int, limits: Limits) -> bytes:
    """Return the image of a page at 72 dpi, as PNG."""
    with closing(_opened(content, limits)) as document:
        if not 0 <= number < len(document):
            raise IndexError(number)
        _sheet(document, number, limits)
        return as_png(_image(document, number, 1))


def _opened(content: bytes, limits: Limits) -> PdfiumDocument:
    # pdfium repairs files that were cut off, and then shows some of their pages only.
    if not _END.search(content, max(0, len(content) - _END_WITHIN)):
        raise UnreadableFile("The PDF is cut off: its end is missing.")
    try:
        document = opened(content)
    except PdfiumError as error:
        raise UnreadableFile(_why_not_opened(content, error)) from error
    if 0 < len(document) <= limits.max_pages:
        return document
    count = len(document)
    document.close()
    raise UnreadableFile(f"The PDF has {count} pages; at most {limits.max_pages} are read." if count else _NO_PAGES)


def _why_not_opened(content: bytes, error: PdfiumError) -> str:
    # The error alone is not enough: pdfium may repeat the reason of an earlier file.
    if b"/Encrypt" in content and "password" in str(error):
        return "The PDF is encrypted and needs a password."
    try:
        has_pages = any(_pages(PDFDocument(PDFParser(io.BytesIO(content)))))
    except PSException:  # too damaged to tell
        has_pages = True
    return "The PDF is damaged." if has_pages else _NO_PAGES


def _sheet(document: PdfiumDocument, number: int, limits: Limits) -> _Sheet:
    try:
        with page_of(document, number) as page:
            sheet = _Sheet(number, page.get_bbox(), page.get_rotation(), page.get_size())
    except PdfiumError as error:
        raise UnreadableFile(f"Page {number + 1} of the PDF is damaged.") from error
    if min(sheet.size) <= 0:
        raise UnreadableFile(f"Page {number + 1} of the PDF has no visible area.")
    width, height = sheet.pixels
    if width * height > limits.max_pixels:
        raise UnreadableFile(f"Page {number + 1} of the PDF is larger than {limits.max_pixels:,} square points.")
    return sheet


def _parsed(document: Flattened, sheets: list[_Sheet]) -> Iterator[Page]:
    """Yield the pages with the words of their text layer."""
    try:
        plumber = PDF(io.BytesIO(document.content), raise_unicode_errors=False)
    except PdfminerException as error:
        raise UnreadableFile("The PDF is damaged.") from error
    plumber.rsrcmgr = _Fonts()
    # pdfminer and pdfium may disagree on the number of pages; those of pdfium are the ones that people see.
    sources = islice(_pages(plumber.doc), len(sheets))
    for sheet, known, source in zip_longest(sheets, document.words, sources):
        yield _page(plumber, sheet, source, known) if source else sheet.without_words(_NOT_PARSED)


def _pages(document: PDFDocument) -> Iterator[PDFPage]:
    try:
        yield from PDFPage.create_pages(document)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - pdfminer raises anything for a broken page tree; later pages get no text
        return


def _page(plumber: PDF, sheet: _Sheet, source: PDFPage, known: tuple[Word, ...]) -> Page:
    # Only the visible box is left to the page, so that its coordinates are those of its image: pdfium crops and
    # rotates, while pdfplumber counts from the media box and takes an upside-down box at its word.
    left, bottom, right, top = sheet.visible
    source.mediabox = source.cropbox = sheet.visible
    source.rotate = sheet.rotation
    others = {name: value for name, value in source.attrs.items() if name not in _BOXES}
    source.attrs = {**others, "MediaBox": [0, 0, right - left, top - bottom], "Rotate": sheet.rotation}

    page = PlumberPage(plumber, source, page_number=sheet.number + 1)
    try:
        notice = "" if page.objects or known else _BLANK
        words = words_of(page.chars, known, sheet.scale, sheet.pixels)
        ruling = ruling_of(page, sheet.scale)
    except PdfminerException as error:
        # pdfplumber wraps every exception, but running out of memory ends this worker.
        if isinstance(error.__context__, MemoryError):
            raise error.__context__ from None
        return sheet.without_words(_NOT_PARSED)
    finally:
        page.close()
    return evolve(sheet.without_words(notice), words=words, tables=tables_of(words, ruling))


def _recognised(page: Page, document: PdfiumDocument, sheet: _Sheet, limits: Limits) -> Page:
    """Return a page without a text layer with the words in its image."""
    if page.notice or not has_engine():
        return evolve(page, notice=page.notice or NO_ENGINE)
    scale = _OCR_SCALE if page.width * page.height * _OCR_SCALE**2 <= limits.max_pixels else 1
    words, notice = recognise(_image(document, sheet.number, scale))
    scaled = tuple(
        Word(word.text, word.xmin // scale, word.ymin // scale, ceil(word.xmax / scale), ceil(word.ymax / scale))
        for word in words
    )
    return evolve(page, words=scaled, notice=notice)


def _image(document: PdfiumDocument, number: int, scale: int) -> Image.Image:
    with page_of(document, number) as page:
        picture: Image.Image = page.render(scale=scale).to_pil()
    return picture
