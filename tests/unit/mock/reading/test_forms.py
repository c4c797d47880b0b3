"""Filled forms: values are words at their place, and tick boxes are words that say whether they are ticked."""

import io
from typing import Any

import pytest
from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from handmade_pdfs import assembled
from nanonets_sdk.mock.reading import Page, Reader
from read_pages import ink

TICKED, UNTICKED = "\N{BALLOT BOX WITH CHECK}", "\N{BALLOT BOX}"


def form(rotation: int = 0, **fields: Any) -> bytes:
    """Return a form of 300 x 200 points whose field `name` is 150 x 20 at (80, 140), from the lower left corner."""
    file = io.BytesIO()
    paper = Canvas(file, pagesize=(300, 200), invariant=True, **fields)
    paper.setPageRotation(rotation)
    paper.drawString(20, 145, "Name")
    boxes: Any = paper.acroForm
    boxes.textfield(name="name", value="Hollow field", x=80, y=140, width=150, height=20, borderWidth=0)
    boxes.checkbox(name="paid", checked=True, x=20, y=100, size=16)
    paper.drawString(50, 103, "Paid")
    boxes.checkbox(name="late", checked=False, x=20, y=70, size=16)
    paper.drawString(50, 73, "Late")
    boxes.radio(name="way", value="post", selected=True, x=150, y=100, size=16)
    boxes.radio(name="way", value="rail", selected=False, x=150, y=70, size=16)
    boxes.choice(name="unit", value="Kilo", options=["Gram", "Kilo"], x=80, y=20, width=100, height=20)
    paper.save()
    return file.getvalue()


def bare_form(flags: int = 0, boxes: bytes = b"") -> bytes:
    """Return a form whose only field has a value but no appearance, as some programs leave it."""
    return assembled(
        [
            b"<< /Type /Catalog /Pages 2 0 R /AcroForm 6 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 200] %s /Annots [4 0 R] >>" % boxes,
            b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (name) /V (Hello) /Rect [100 100 250 120] /F %d >>" % flags,
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
            b"<< /Fields [4 0 R] /NeedAppearances true /DR << /Font << /F 5 0 R >> >> /DA (/F 12 Tf 0 g) >>",
        ]
    )


def comb(value: bytes = b"AB 123", settings: bytes = b"/MaxLen 10", page: bytes = b"") -> bytes:
    """Return a form whose only field gives each letter a cell of its own."""
    return bare_form(boxes=page).replace(b"/V (Hello)", b"/V (%s) /Ff 16777216 %s" % (value, settings))


def texts(page: Page) -> list[str]:
    return [word.text for word in page.words]


def test_values_are_read_in_their_places_among_the_other_words(reader: Reader) -> None:
    page = reader.read(form()).pages[0]
    assert texts(page) == ["Name", "Hollow", "field", TICKED, "Paid", TICKED, UNTICKED, "Late", UNTICKED, "Kilo"]


def test_a_value_lies_within_its_field(reader: Reader) -> None:
    (value,) = [word for word in reader.read(form()).pages[0].words if word.text == "Hollow"]
    assert (80 <= value.xmin < value.xmax <= 230, 39 <= value.ymin < value.ymax <= 61) == (True, True)


def test_a_checkbox_is_a_word_of_its_size(reader: Reader) -> None:
    box = next(word for word in reader.read(form()).pages[0].words if word.text == TICKED)
    assert (box.xmin, box.ymin, box.xmax, box.ymax) == pytest.approx((20, 84, 36, 100), abs=1)


def test_a_checkbox_is_found_on_a_rotated_page(reader: Reader) -> None:
    page = reader.read(form(rotation=90)).pages[0]
    upright = reader.read(form()).pages[0]
    assert (page.width, page.height) in ((200, 300), (300, 200))
    assert sorted(texts(page)) == sorted(texts(upright))
    box = next(word for word in page.words if word.text == TICKED)
    assert 0 <= box.xmin < box.xmax <= page.width
    assert (box.xmax - box.xmin, box.ymax - box.ymin) == pytest.approx((16, 16), abs=1)


def test_a_form_without_drawings_of_its_values_is_read(reader: Reader) -> None:
    assert texts(reader.read(bare_form()).pages[0]) == ["Hello"]


@pytest.mark.parametrize("boxes", [b"", b"/Rotate 90", b"/Rotate 270", b"/CropBox [50 50 290 190]"])
def test_the_image_of_a_page_shows_a_value_where_it_is_read(boxes: bytes, reader: Reader) -> None:
    file = bare_form(boxes=boxes)
    (word,) = reader.read(file).pages[0].words
    xmin, ymin, xmax, ymax = ink(reader.render(file, 0))
    assert (word.xmin - 1 <= xmin, word.ymin - 1 <= ymin, word.xmax + 1 >= xmax, word.ymax + 1 >= ymax) == (True,) * 4


@pytest.mark.parametrize("flag", [2, 32], ids=["hidden", "not for the screen"])
def test_a_hidden_form_field_is_not_read(flag: int, reader: Reader) -> None:
    file = bare_form(flag)
    assert reader.read(file).pages[0].words == ()
    assert Image.open(io.BytesIO(reader.render(file, 0))).convert("L").getextrema() == (255, 255)


def test_a_form_that_is_encrypted_but_opens_without_a_password_is_read(reader: Reader) -> None:
    file = form(encrypt=StandardEncryption("", ownerPassword="owner", canModify=0))
    assert texts(reader.read(file).pages[0])[:3] == ["Name", "Hollow", "field"]


def test_a_form_with_a_broken_field_is_read_without_it(reader: Reader) -> None:
    broken = bare_form().replace(b"/V (Hello) /Rect [100 100 250 120]", b"/V [[[[ ]]]] /Rect [0 /No null true]    ")
    assert reader.read(broken).pages[0].words == ()


def test_the_letters_of_a_comb_are_words_and_an_empty_cell_ends_one(reader: Reader) -> None:
    assert texts(reader.read(comb()).pages[0]) == ["AB", "123"]


@pytest.mark.parametrize(
    ("settings", "page"),
    [
        (b"/MaxLen 10", b""),
        (b"/MaxLen 10 /Q 1", b""),
        (b"/MaxLen 10 /Q 2", b""),
        (b"/MaxLen 10", b"/Rotate 90"),
        (b"/MaxLen 3", b""),
    ],
    ids=["from the left", "centred", "to the right", "turned", "too long"],
)
def test_the_words_of_a_comb_lie_where_the_image_shows_them(settings: bytes, page: bytes, reader: Reader) -> None:
    file = comb(settings=settings, page=page)
    words = reader.read(file).pages[0].words
    xmin, ymin, xmax, ymax = ink(reader.render(file, 0))
    assert min(word.xmin for word in words) - 1 <= xmin
    assert max(word.xmax for word in words) + 1 >= xmax
    assert min(word.ymin for word in words) - 1 <= ymin
    assert max(word.ymax for word in words) + 1 >= ymax


def test_a_comb_says_what_its_value_says_in_any_script(reader: Reader) -> None:
    assert texts(reader.read(comb(b"\xfe\xff\x04\x16\x26\x3a")).pages[0]) == ["\u0416\u263a"]


@pytest.mark.parametrize("settings", [b"", b"/MaxLen 0", b"/MaxLen -5", b"/MaxLen (x) /Q [9]", b"/MaxLen " + b"9" * 99])
def test_a_comb_with_impossible_settings_is_read_all_the_same(settings: bytes, reader: Reader) -> None:
    assert texts(reader.read(comb(b"AB", settings)).pages[0]) == ["AB"]


def test_an_empty_comb_says_nothing(reader: Reader) -> None:
    assert texts(reader.read(comb(b"")).pages[0]) == []


def test_a_hidden_comb_is_not_read(reader: Reader) -> None:
    assert texts(reader.read(bare_form(2).replace(b"/V (Hello)", b"/V (AB) /Ff 16777216")).pages[0]) == []
