"""Searchable PDFs: the original, with what was read on it as invisible text."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

import pikepdf
from attrs import field, frozen

from nanonets_sdk.documents import Document, Page
from nanonets_sdk.errors import PictureError
from nanonets_sdk.pictures.download import fetch
from nanonets_sdk.pictures.glyphless import ADVANCE, ASCENT, DESCENT, glyphless_font
from nanonets_sdk.pictures.pdfium import Pdf, opened
from nanonets_sdk.pictures.picture_pdf import picture_pdf
from nanonets_sdk.pictures.sheet import Sheet
from nanonets_sdk.pictures.source import PageSource, content_of, image_address, is_pdf
from nanonets_sdk.pictures.text_layer import FONT, Characters, Text, line_of, texts_of


@frozen
class _Original:
    """A PDF, and which page of the document each of its pages is."""

    content: bytes = field(repr=False)
    pages: Mapping[int, Page]


def searchable_pdf(document: Document, source: PageSource) -> bytes:
    """The original of a document as a PDF with invisible text; see `Document.save_searchable_pdf`."""
    original = _original(document, source)
    try:
        with pikepdf.open(io.BytesIO(original.content)) as pdf:
            _add_text(pdf, original)
            with io.BytesIO() as target:
                pdf.save(target, encryption=pdf.is_encrypted)
                return target.getvalue()
    except pikepdf.PasswordError:
        raise PictureError("the PDF is protected by a password") from None
    except pikepdf.PdfError as error:
        raise PictureError(f"this PDF cannot be read: {error}") from None


def _original(document: Document, source: PageSource) -> _Original:
    if source is None:
        fetched = [fetch(image_address(page)) for page in document.pages]
        return _Original(picture_pdf(fetched), dict(enumerate(document.pages)))
    content = content_of(source)
    if is_pdf(content):
        return _Original(content, {page.number: page for page in document.pages})
    return _Original(picture_pdf([content]), dict(enumerate(document.pages[:1])))


def _add_text(pdf: pikepdf.Pdf, original: _Original) -> None:
    characters = Characters()
    font = pdf.make_indirect(pikepdf.Dictionary())
    with opened(original.content) as before:
        for index, page in original.pages.items():
            if not 0 <= index < len(pdf.pages):
                raise PictureError(
                    f"the source has {len(pdf.pages)} pages, and page {page.number} is asked for, from 0"
                )
            sheet = Sheet.of(pdf.pages[index], page)
            texts = _unwritten(before, index, sheet, texts_of(page))
            if texts:
                _lay(pdf.pages[index], font, sheet.matrix, _text_object(texts, sheet, characters))
    for key, value in _font(pdf, characters).items():
        font[key] = value


def _lay(page: pikepdf.Page, font: pikepdf.Object, matrix: Sequence[float], text: bytes) -> None:
    page.add_resource(font, pikepdf.Name.Font, pikepdf.Name(f"/{FONT}"))
    # What the original does to the coordinates must end before the layer.
    page.contents_add(b"q\n", prepend=True)
    page.contents_add(b"\nQ\nq %s cm\n%sQ\n" % (" ".join(f"{number:.5f}" for number in matrix).encode(), text))


def _text_object(texts: Sequence[Text], sheet: Sheet, characters: Characters) -> bytes:
    lines = [line_of(characters.encoded(text.text), *sheet.place(text.box)) for text in texts]
    return b"BT 3 Tr\n" + b"".join(lines) + b"ET\n"


def _unwritten(original: Pdf, index: int, sheet: Sheet, texts: Sequence[Text]) -> list[Text]:
    """The texts at whose places the original has no text yet: nobody wants to find everything twice."""
    written = original.has_text(index, [sheet.heart(text.box) for text in texts])
    return [text for text, there in zip(texts, written, strict=True) if not there]


def _font(pdf: pikepdf.Pdf, characters: Characters) -> dict[str, Any]:
    """The members of a composite font (PDF 2.0, 9.7) all of whose characters are the empty glyph."""
    content = glyphless_font()
    file = pikepdf.Stream(pdf, content)
    file.Length1 = len(content)
    name = pikepdf.Name(f"/{FONT}")
    descriptor = pikepdf.Dictionary(
        Type=pikepdf.Name.FontDescriptor,
        FontName=name,
        FontFile2=file,
        Flags=5,
        FontBBox=[0, DESCENT, ADVANCE, ASCENT],
        ItalicAngle=0,
        Ascent=ASCENT,
        Descent=DESCENT,
        CapHeight=ASCENT,
        StemV=80,
    )
    descendant = pikepdf.Dictionary(
        Type=pikepdf.Name.Font,
        Subtype=pikepdf.Name.CIDFontType2,
        BaseFont=name,
        CIDSystemInfo=pikepdf.Dictionary(Registry=b"Adobe", Ordering=b"Identity", Supplement=0),
        FontDescriptor=pdf.make_indirect(descriptor),
        DW=ADVANCE,
        CIDToGIDMap=pikepdf.Stream(pdf, bytes(2 * (len(characters.numbers) + 1))),
    )
    return {
        "/Type": pikepdf.Name.Font,
        "/Subtype": pikepdf.Name.Type0,
        "/BaseFont": name,
        "/Encoding": pikepdf.Name("/Identity-H"),
        "/DescendantFonts": pikepdf.Array([pdf.make_indirect(descendant)]),
        "/ToUnicode": pikepdf.Stream(pdf, characters.to_unicode()),
    }
