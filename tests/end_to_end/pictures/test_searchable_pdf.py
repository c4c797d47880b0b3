"""Searchable PDFs have the text at its place, and look the same as before."""

import io
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import attrs
import pdfplumber
import pikepdf
import pytest
from PIL import Image, ImageChops

from nanonets_sdk import Nanonets
from nanonets_sdk.documents import Box, Document, Word
from nanonets_sdk.mock import MockServer
from nanonets_sdk.mock.plugin import API_KEY
from nanonets_sdk.pictures import PictureError
from nanonets_sdk.pictures.glyphless import ADVANCE, glyphless_font
from reply_bodies import cell, field_box, predicted, table_box
from samples import INVOICE, PICTURE

pypdfium2 = pytest.importorskip("pypdfium2")


def words_of(path: Path, page: int = 0) -> list[dict[str, Any]]:
    with pdfplumber.open(path) as pdf:
        return pdf.pages[page].extract_words()


def rendered(source: bytes | Path, page: int = 0) -> Image.Image:
    pdf = pypdfium2.PdfDocument(source)
    try:
        image: Image.Image = pdf[page].render(scale=1).to_pil().convert("RGB")
        return image
    finally:
        pdf.close()


def with_words(document: Document, *words: Word) -> Document:
    return attrs.evolve(document, pages=(attrs.evolve(document.pages[0], words=words), *document.pages[1:]))


def scan(width: int = 600, height: int = 840) -> bytes:
    with io.BytesIO() as target:
        Image.new("L", (width, height), 255).save(target, "PNG", dpi=(72, 72))
        return target.getvalue()


def test_the_invoice_number_of_a_scan_is_found_at_its_place(nanonets_mock: MockServer, tmp_path: Path) -> None:
    with Nanonets(API_KEY, base_url=nanonets_mock.base_url) as client:
        document = client.ocr.predict_file(nanonets_mock.model_id, INVOICE)
    first = attrs.evolve(document, pages=document.pages[:1])
    first.save_searchable_pdf(tmp_path / "scan.pdf", source=PICTURE)
    box = document.fields["invoice_number"].box
    assert box is not None
    (found,) = [word for word in words_of(tmp_path / "scan.pdf") if word["text"] == "INV-2026-00417"]
    assert [found[edge] for edge in ("x0", "top", "x1", "bottom")] == pytest.approx(
        [box.xmin, box.ymin, box.xmax, box.ymax], abs=1.5
    )


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs pdftotext")
def test_pdftotext_finds_the_invoice_number_at_its_place(nanonets_mock: MockServer, tmp_path: Path) -> None:
    with Nanonets(API_KEY, base_url=nanonets_mock.base_url) as client:
        document = client.ocr.predict_file(nanonets_mock.model_id, INVOICE)
    document.save_searchable_pdf(tmp_path / "scan.pdf")  # of the page images, which have no text
    found = subprocess.run(
        ["pdftotext", "-bbox", "-l", "1", tmp_path / "scan.pdf", "-"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    ).stdout
    (place,) = re.findall(r'xMin="(.*)" yMin="(.*)" xMax="(.*)" yMax="(.*)">INV-2026-00417</word>', found)
    box = document.fields["invoice_number"].box
    assert box is not None
    assert [*map(float, place)] == pytest.approx([box.xmin, box.ymin, box.xmax, box.ymax], abs=1.5)


def test_what_a_born_digital_page_says_already_is_not_said_twice(nanonets_mock: MockServer, tmp_path: Path) -> None:
    with Nanonets(API_KEY, base_url=nanonets_mock.base_url) as client:
        document = client.ocr.predict_file(nanonets_mock.model_id, INVOICE)
    document.save_searchable_pdf(tmp_path / "same.pdf", source=INVOICE)
    for page in (0, 1):
        assert [word["text"] for word in words_of(tmp_path / "same.pdf", page)] == [
            word["text"] for word in words_of(INVOICE, page)
        ]


def test_without_a_file_the_pages_come_from_their_signed_addresses(nanonets_mock: MockServer, tmp_path: Path) -> None:
    with Nanonets(API_KEY, base_url=nanonets_mock.base_url) as client:
        document = client.ocr.predict_file(nanonets_mock.model_id, INVOICE)
    document.save_searchable_pdf(tmp_path / "fetched.pdf")
    assert nanonets_mock.requests[-1].header("Authorization") is None
    assert [
        any(word["text"] == "9,245.22" for word in words_of(tmp_path / "fetched.pdf", page)) for page in (0, 1)
    ] == [
        False,
        True,
    ]


def test_the_page_looks_as_before(tmp_path: Path) -> None:
    document = predicted([field_box("a", "hidden", (100, 500, 300, 520))])
    document.save_searchable_pdf(tmp_path / "a.pdf", source=INVOICE)
    assert ImageChops.difference(rendered(tmp_path / "a.pdf"), rendered(INVOICE)).getbbox() is None
    assert "hidden" not in [word["text"] for word in words_of(INVOICE)]


def test_fields_and_cells_stand_in_where_the_reply_has_no_words(tmp_path: Path) -> None:
    boxes = [field_box("a", "one two", (100, 100, 200, 120)), table_box([cell(10, 3, "three")])]
    predicted(boxes).save_searchable_pdf(tmp_path / "a.pdf", source=scan())
    assert [word["text"] for word in words_of(tmp_path / "a.pdf")] == ["one", "two", "three"]


def test_words_come_before_fields(tmp_path: Path) -> None:
    document = with_words(predicted([field_box("a", "field", (9, 9, 99, 20))]), Word("word", Box(9, 9, 99, 20)))
    document.save_searchable_pdf(tmp_path / "a.pdf", source=scan())
    assert [word["text"] for word in words_of(tmp_path / "a.pdf")] == ["word"]


def sheet(rotate: int) -> bytes:
    """Return a PDF page that is shown as 600 x 840 points."""
    lying = rotate % 180 == 90
    size = (840, 600) if lying else (600, 840)
    with pikepdf.new() as pdf, io.BytesIO() as target:
        page = pdf.add_blank_page(page_size=(size[0] + 100, size[1] + 200))
        page.obj.Rotate = rotate
        page.cropbox = pikepdf.Array([50, 70, 50 + size[0], 70 + size[1]])
        # A careless page: it leaves the coordinates changed and the graphics state on the stack.
        page.contents_add(b"q 2 0 0 2 30 30 cm\n")
        pdf.save(target)
        return target.getvalue()


def as_shown(x: float, y: float, rotate: int) -> tuple[float, float]:
    """Return the user-space point for a point measured from the top left corner of the visible page."""
    width, height = (840, 600) if rotate % 180 == 90 else (600, 840)
    across, up = x - 50, y - 70
    return {0: (across, height - up), 90: (up, across), 180: (width - across, up), 270: (height - up, width - across)}[
        rotate
    ]


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_a_turned_and_cropped_page_has_its_text_where_a_viewer_shows_it(rotate: int, tmp_path: Path) -> None:
    document = predicted([field_box("a", "corner", (60, 84, 180, 104))])
    document.save_searchable_pdf(tmp_path / "a.pdf", source=sheet(rotate))
    pdf = pypdfium2.PdfDocument(tmp_path / "a.pdf")
    try:
        text = pdf[0].get_textpage()
        assert text.get_text_bounded().strip() == "corner"
        boxes = [text.get_charbox(at) for at in range(len("corner"))]
    finally:
        pdf.close()
    corners = [as_shown(x, y, rotate) for left, bottom, right, top in boxes for x, y in [(left, bottom), (right, top)]]
    across, down = zip(*corners, strict=True)
    assert [min(across), min(down), max(across), max(down)] == pytest.approx([60, 84, 180, 104], abs=0.5)


def test_a_photograph_goes_in_byte_for_byte(tmp_path: Path) -> None:
    with io.BytesIO() as target:
        Image.radial_gradient("L").convert("RGB").save(target, "JPEG")
        photograph = target.getvalue()
    predicted([]).save_searchable_pdf(tmp_path / "a.pdf", source=photograph)
    assert photograph in (tmp_path / "a.pdf").read_bytes()


@pytest.mark.parametrize("text", ["Zürich", "東京都", "a🧾b", "Ωμέγα", "naïve—“q”", "שלום", "مرحبا"])
def test_every_script_is_found(text: str, tmp_path: Path) -> None:
    predicted([field_box("a", text, (100, 100, 200, 120))]).save_searchable_pdf(tmp_path / "a.pdf", source=scan())
    pdf = pypdfium2.PdfDocument(tmp_path / "a.pdf")
    try:
        assert pdf[0].get_textpage().get_text_bounded().strip() == text
    finally:
        pdf.close()


def test_a_text_that_runs_down_the_page_is_found_there_letter_by_letter(tmp_path: Path) -> None:
    document = predicted([field_box("a", "LYING-417", (50, 100, 62, 190))])
    document.save_searchable_pdf(tmp_path / "a.pdf", source=scan())
    pdf = pypdfium2.PdfDocument(tmp_path / "a.pdf")
    try:
        text = pdf[0].get_textpage()
        assert text.get_text_bounded().strip() == "LYING-417"
        boxes = [text.get_charbox(at) for at in range(len("LYING-417"))]
    finally:
        pdf.close()
    assert [840 - top for _, _, _, top in boxes] == pytest.approx([100 + 10 * at for at in range(9)], abs=0.5)
    assert {(round(left), round(right)) for left, _, right, _ in boxes} == {(50, 62)}


@pytest.mark.parametrize(
    "boxes",
    [
        [field_box("a", "\ud800(\\)<>\0", (1, 1, 50, 9)), field_box("b", "x", (50, 50, 10, 10))],
        [field_box("a", "x", (10**12, 1, 10**13, 9)), field_box("b", "y", (-90, -90, -10, -10))],
        [],
    ],
    ids=["odd texts", "far away", "nothing"],
)
def test_hostile_texts_and_places_leave_a_sound_file(boxes: list[dict[str, Any]], tmp_path: Path) -> None:
    predicted(boxes).save_searchable_pdf(tmp_path / "a.pdf", source=INVOICE)
    with pikepdf.open(tmp_path / "a.pdf") as pdf:
        assert pdf.check_pdf_syntax() == []
        assert len(pdf.pages) == 2


def test_a_page_that_the_file_does_not_have_is_an_error_and_the_old_file_stays(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_text("old")
    with pytest.raises(PictureError, match="the source has 2 pages, but page 3 is needed"):
        predicted([], [], []).save_searchable_pdf(tmp_path / "a.pdf", source=INVOICE)
    assert (tmp_path / "a.pdf").read_text() == "old"


def test_a_pdf_with_a_password_is_reported(tmp_path: Path) -> None:
    with pikepdf.open(INVOICE) as pdf:
        pdf.save(tmp_path / "locked.pdf", encryption=pikepdf.Encryption(owner="o", user="u"))
    with pytest.raises(PictureError, match="protected by a password"):
        predicted([]).save_searchable_pdf(tmp_path / "a.pdf", source=tmp_path / "locked.pdf")


def test_what_is_locked_against_changes_alone_stays_locked(tmp_path: Path) -> None:
    with pikepdf.open(INVOICE) as pdf:
        pdf.save(tmp_path / "locked.pdf", encryption=pikepdf.Encryption(owner="o", user=""))
    predicted([]).save_searchable_pdf(tmp_path / "a.pdf", source=tmp_path / "locked.pdf")
    with pikepdf.open(tmp_path / "a.pdf") as pdf:
        assert pdf.is_encrypted


def test_the_font_is_a_sound_one_with_nothing_to_see() -> None:
    fonts, pens = pytest.importorskip("fontTools.ttLib"), pytest.importorskip("fontTools.pens.areaPen")
    font = fonts.TTFont(io.BytesIO(glyphless_font()), checkChecksums=2)
    glyphs = font.getGlyphSet()
    for name in font.getGlyphOrder():
        area = pens.AreaPen(glyphs)
        glyphs[name].draw(area)
        assert area.value == 0
        assert glyphs[name].width == ADVANCE
        assert font["glyf"][name].yMax - font["glyf"][name].yMin == font["head"].unitsPerEm
