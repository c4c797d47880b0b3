"""Searchable PDFs: the original with what was read on it as invisible text."""

# Every page of the original keeps its content, and gets one more stream behind it:
#
#     q  <original content>  Q             what the original does to the coordinates ends here
#     q  <matrix> cm                       from the page as shown to its user space (sheet.py)
#        BT  3 Tr                          text that is neither filled nor stroked
#            /Font 12 Tf  93 Tz  … Tm      the size and stretch that make a word fill its box (text_layer.py)
#            <00010002…> Tj                characters by number in a font without ink (glyphless.py)
#        ET
#     Q
#
# One font serves the whole document. It is written last, because its ToUnicode map needs every character in use.

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

import pikepdf

from nanonets_sdk.errors import PictureError
from nanonets_sdk.pictures.download import fetch
from nanonets_sdk.pictures.glyphless import ADVANCE, ASCENT, DESCENT, glyphless_font
from nanonets_sdk.pictures.page import PageLike
from nanonets_sdk.pictures.pdfium import opened
from nanonets_sdk.pictures.picture_pdf import picture_pdf
from nanonets_sdk.pictures.sheet import Sheet
from nanonets_sdk.pictures.source import PageSource, content_of, is_pdf
from nanonets_sdk.pictures.text_layer import FONT, Characters, line_of, texts_of


def searchable_pdf(pages: Sequence[PageLike], source: PageSource) -> bytes:
    """Return the original of a document as a PDF with invisible text; see `Document.save_searchable_pdf`."""
    original, by_index = _original(pages, source)
    try:
        with pikepdf.open(io.BytesIO(original)) as pdf:
            _add_text(pdf, original, by_index)
            with io.BytesIO() as target:
                # A PDF that is locked against changes alone opens without a password, and stays locked.
                pdf.save(target, encryption=pdf.is_encrypted)
                return target.getvalue()
    except pikepdf.PasswordError:
        raise PictureError("the PDF is protected by a password") from None
    except pikepdf.PdfError as error:
        raise PictureError(f"cannot read the PDF: {error}") from None


def _original(pages: Sequence[PageLike], source: PageSource) -> tuple[bytes, Mapping[int, PageLike]]:
    """Return a PDF, and which page of the document each of its pages is."""
    if source is None:
        return picture_pdf([fetch(page) for page in pages]), dict(enumerate(pages))
    content = content_of(source)
    if is_pdf(content):
        return content, {page.number: page for page in pages}
    return picture_pdf([content]), dict(enumerate(pages[:1]))


def _add_text(pdf: pikepdf.Pdf, original: bytes, pages: Mapping[int, PageLike]) -> None:
    characters = Characters()
    font = pdf.make_indirect(pikepdf.Dictionary())
    with opened(original) as before:
        for index, page in pages.items():
            if not 0 <= index < len(pdf.pages):
                raise PictureError(f"the source has {len(pdf.pages)} pages, but page {page.number + 1} is needed")
            target = pdf.pages[index]
            sheet = Sheet.of(target, page)
            texts = texts_of(page)
            # A second layer over text that is there already would make every search find everything twice.
            written = before.has_text(index, [sheet.core(text.box) for text in texts])
            lines = [
                line_of(characters.encoded(text.text), *sheet.place(text.box))
                for text, is_there in zip(texts, written, strict=True)
                if not is_there
            ]
            if lines:
                matrix = " ".join(f"{number:.5f}" for number in sheet.matrix).encode()
                target.add_resource(font, pikepdf.Name.Font, pikepdf.Name(f"/{FONT}"))
                target.contents_add(b"q\n", prepend=True)
                target.contents_add(b"\nQ\nq %s cm\nBT 3 Tr\n%sET\nQ\n" % (matrix, b"".join(lines)))
    for key, value in _font(pdf, characters).items():
        font[key] = value


def _font(pdf: pikepdf.Pdf, characters: Characters) -> dict[str, Any]:
    """Return the members of a composite font (PDF 2.0, 9.7) that shows every character by the empty glyph."""
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
