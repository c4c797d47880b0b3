"""Boxes match the words in the page image, however the PDF rotates and crops the page."""

import io

import pytest
from fpdf import FPDF
from PIL import Image

from handmade_pdfs import assembled
from nanonets_sdk.mock.reading import Page, Reader
from read_pages import ink

A4 = (595, 842)
BOXES = {
    "plain": "",
    "turned by 90": "/Rotate 90",
    "turned by 180": "/Rotate 180",
    "turned by 270": "/Rotate 270",
    "turned backwards": "/Rotate -90",
    "turned more than once": "/Rotate 450",
    "cropped": "/CropBox [50 500 400 800]",
    "cropped and turned": "/CropBox [50 500 400 800] /Rotate 90",
    "cropped at fractions": "/CropBox [50.3 500.7 400.2 800.9]",
    "cropped by a box upside down": "/CropBox [400 800 50 500]",
    "cropped beyond the page": "/CropBox [-100 -100 2000 2000]",
}
MEDIA = {
    "upside down": "[595 842 0 0]",
    "not from zero": "[-100 -200 595 842]",
    "empty, so letter": "[0 0 0 0]",
    "too short, so letter": "[0 0 5]",
    "of fractions": "[0 0 595.28 841.89]",
}


def pdf(boxes: str = "", media: str = "[0 0 595 842]") -> bytes:
    content = b"BT /F1 20 Tf 100 670 Td (Hello) Tj ET"
    return assembled(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            f"<< /Type /Page /Parent 2 0 R /MediaBox {media} {boxes} /Contents 4 0 R "
            "/Resources << /Font << /F1 5 0 R >> >> >>".encode(),
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        ]
    )


def assert_box_holds_ink(page: Page, image: bytes) -> None:
    (word,) = page.words
    xmin, ymin, xmax, ymax = ink(image)
    assert word.text == "Hello"
    assert (word.xmin - 1 <= xmin, word.ymin - 1 <= ymin, word.xmax + 1 >= xmax, word.ymax + 1 >= ymax) == (True,) * 4
    assert (word.xmax - word.xmin) * (word.ymax - word.ymin) < 2 * (xmax - xmin) * (ymax - ymin)


@pytest.mark.parametrize("boxes", BOXES.values(), ids=BOXES)
def test_a_word_lies_on_its_ink_on_a_page(boxes: str, reader: Reader) -> None:
    file = pdf(boxes)
    assert_box_holds_ink(reader.read(file).pages[0], reader.render(file, 0))


@pytest.mark.parametrize("media", MEDIA.values(), ids=MEDIA)
def test_a_word_lies_on_its_ink_on_a_page_whose_size_is(media: str, reader: Reader) -> None:
    file = pdf(media=media)
    assert_box_holds_ink(reader.read(file).pages[0], reader.render(file, 0))


@pytest.mark.parametrize("boxes", BOXES.values(), ids=BOXES)
def test_the_size_of_a_page_is_that_of_its_image(boxes: str, reader: Reader) -> None:
    file = pdf(boxes)
    page = reader.read(file).pages[0]
    assert Image.open(io.BytesIO(reader.render(file, 0))).size == (page.width, page.height)


@pytest.mark.parametrize(("boxes", "rotation"), [("", 0), ("/Rotate 90", 90), ("/Rotate -90", 270)])
def test_the_rotation_is_that_of_the_file(boxes: str, rotation: int, reader: Reader) -> None:
    assert reader.read(pdf(boxes)).pages[0].rotation == rotation


def test_a_word_outside_the_visible_part_is_not_read(reader: Reader) -> None:
    page = reader.read(pdf("/CropBox [300 0 595 842]")).pages[0]
    assert page.words == ()


def test_a_word_cut_by_the_edge_ends_at_the_edge(reader: Reader) -> None:
    (word,) = reader.read(pdf("/CropBox [110 0 595 842]")).pages[0].words
    assert word.xmin == 0


def test_text_that_runs_up_the_page_is_read_as_words(reader: Reader) -> None:
    paper = FPDF(unit="pt", format="A4")
    paper.add_page()
    paper.set_font("Helvetica", size=14)
    with paper.rotation(90, x=100, y=400):
        paper.text(100, 400, "Upwards here")
    words = reader.read(bytes(paper.output())).pages[0].words
    assert {word.text for word in words} == {"Upwards", "here"}
    assert all(word.ymax - word.ymin > word.xmax - word.xmin for word in words)
