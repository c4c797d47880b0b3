"""The script reproduces the files of the sample invoice, and the reader finds its data in them."""

import io

import pytest
from PIL import Image, ImageChops, ImageStat
from tests.samples.make_invoice import HEADER, SAMPLE, Truth, make_invoice, make_picture, truths_of

from nanonets_sdk.mock.reading import Reader, Reading
from read_pages import rows
from samples import INVOICE, PICTURE


@pytest.fixture(scope="module")
def reading(reader: Reader) -> Reading:
    return reader.read(INVOICE)


def test_the_script_makes_the_committed_pdf_byte_for_byte() -> None:
    assert make_invoice(SAMPLE) == INVOICE.read_bytes()


def test_the_script_makes_the_committed_picture() -> None:
    made = Image.open(io.BytesIO(make_picture(make_invoice(SAMPLE))))
    committed = Image.open(PICTURE)
    assert made.size == committed.size
    # the versions of pdfium smooth edges differently
    assert ImageStat.Stat(ImageChops.difference(made, committed)).mean[0] < 2


def test_the_sample_has_two_a4_pages(reading: Reading) -> None:
    assert [(page.number, page.width, page.height, page.rotation) for page in reading.pages] == [
        (0, 596, 842, 0),
        (1, 596, 842, 0),
    ]


def test_each_page_has_one_table_with_the_line_items_of_that_page(reading: Reading) -> None:
    assert tuple(tuple(map(tuple, rows(table))) for page in reading.pages for table in page.tables) == SAMPLE.pages


def test_each_table_names_its_columns(reading: Reading) -> None:
    assert [table.header for page in reading.pages for table in page.tables] == [HEADER, HEADER]


def test_the_words_come_in_reading_order(reading: Reading) -> None:
    text = " ".join(word.text for word in reading.pages[0].words)
    assert text.startswith("Lindenhof Instruments Ltd INVOICE")
    positions = [text.index(part) for part in ("Invoice number: INV-2026-00417", "Invoice date: 12 March 2026")]
    assert positions == sorted(positions)
    assert text.index("Item Description Quantity") < text.index("1 pH electrode, gel filled 4 86.50 346.00")


@pytest.fixture(scope="module")
def truths() -> dict[str, Truth]:
    return {truth.label: truth for truth in truths_of(SAMPLE)}


@pytest.mark.parametrize("label", SAMPLE.fields)
def test_a_value_is_read_where_it_stands(label: str, truths: dict[str, Truth], reading: Reading) -> None:
    truth = truths[label]
    inside = [
        word.text
        for word in reading.pages[truth.page].words
        if truth.xmin - 2 <= word.xmin and word.xmax <= truth.xmax + 2
        if truth.ymin - 2 <= word.ymin and word.ymax <= truth.ymax + 2
    ]
    assert " ".join(inside) == truth.text


def test_an_invoice_of_other_data_has_other_tables(reader: Reader) -> None:
    short = SAMPLE.with_items(3)
    read = reader.read(make_invoice(short))
    assert tuple(tuple(map(tuple, rows(table))) for page in read.pages for table in page.tables) == short.pages
    assert len(read.pages) == 1
