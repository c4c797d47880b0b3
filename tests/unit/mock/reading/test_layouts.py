"""What programs do with text: hyphens, ligatures of standard fonts, sideways labels, tables in and below columns."""

import pytest

from handmade_pdfs import assembled, sheet, written
from nanonets_sdk.mock.reading import Page, Reader
from read_pages import rows

PROSE = ["We", "fit", "the", "flat", "floor", "first", "and", "file", "off", "what", "does", "not", "fit"]


def text_of(page: Page) -> str:
    return " ".join(word.text for word in page.words)


def one_line(text: bytes, font: bytes) -> bytes:
    content = b"BT /F1 20 Tf 100 670 Td %s ET" % text
    return assembled(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
            b"/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Times-Roman %s >> >> >> >>" % font,
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        ]
    )


def test_a_glyph_that_a_standard_font_was_given_has_the_width_that_the_file_states(reader: Reader) -> None:
    font = b"/Encoding << /Differences [1 /f_f_i] >> /FirstChar 1 /LastChar 1 /Widths [800]"
    (word,) = reader.read(one_line(rb"(o\001ce) Tj", font)).pages[0].words
    assert word.xmax - word.xmin == pytest.approx((500 + 800 + 444 + 444) * 20 / 1000, abs=2)


def test_a_soft_hyphen_that_is_drawn_is_a_hyphen(reader: Reader) -> None:
    file = one_line(rb"(off\001) Tj", b"/Encoding << /Differences [1 /softhyphen] >>")
    assert text_of(reader.read(file).pages[0]) == "off-"


@pytest.mark.parametrize("angle", [90, 180, 270])
def test_what_is_written_sideways_is_read_in_its_own_direction_after_the_rest(angle: int, reader: Reader) -> None:
    paper = sheet(*((60, 100 + 40 * line, f"Line {line} of the text") for line in range(8)))
    with paper.rotation(angle, x=300, y=300):
        paper.text(300, 300, "Keep this side up")
        paper.text(300, 312, "at all times")
    text = text_of(reader.read(bytes(paper.output())).pages[0])
    assert text.startswith("Line 0 of the text Line 1")
    assert text.endswith("Line 7 of the text Keep this side up at all times")


def test_a_page_set_sideways_throughout_is_read_in_its_direction(reader: Reader) -> None:
    paper = sheet()
    with paper.rotation(90, x=300, y=400):
        for line in range(3):
            paper.text(300, 400 + 14 * line, f"Line {line} runs up the page")
    expected = "Line 0 runs up the page Line 1 runs up the page Line 2 runs up the page"
    assert text_of(reader.read(bytes(paper.output())).pages[0]) == expected


def test_numbers_in_narrow_columns_stay_apart(reader: Reader) -> None:
    body = [
        ("Energy", "18400", "21100", "39500"),
        ("Repair", "19250", "17800", "37050"),
        ("Lease", "12000", "12000", "24000"),
    ]
    columns = (60, 130, 165, 200)
    lines = [("Cost", "First", "Then", "Year"), *body]
    texts = [(x, 100 + 13 * n, text) for n, line in enumerate(lines) for x, text in zip(columns, line, strict=True)]
    (table,) = reader.read(written(*texts)).pages[0].tables
    assert rows(table) == [list(line) for line in lines]


def test_a_title_that_ends_in_a_number_is_no_row_of_the_table_below(reader: Reader) -> None:
    lines = [
        "STOCK LIST                 Depot 14",
        "",
        "Bin     Article         Held    Min",
        "A-01    Copper pipe      240    100",
        "A-02    Copper rod        85    100",
        "B-11    Elbow            410    200",
    ]
    texts = [(60, 100 + 12 * number, line) for number, line in enumerate(lines) if line]
    (table,) = reader.read(written(*texts, font="Courier")).pages[0].tables
    assert rows(table)[:2] == [["Bin", "Article", "Held", "Min"], ["A-01", "Copper pipe", "240", "100"]]


@pytest.mark.parametrize("columns", [(60, 120, 180), (60, 330, 430)], ids=["in the left column", "across both columns"])
def test_a_table_below_two_columns_of_prose_is_read_after_both(columns: tuple[int, int, int], reader: Reader) -> None:
    prose = [
        (x, 100 + 12 * line, f"{side}{line} " + " ".join(PROSE[line : line + 6]))
        for line in range(7)
        for side, x in (("left", 60), ("right", 310))
    ]
    table = [
        (x, 230 + 14 * line, text)
        for line, row in enumerate((("Part", "Pieces", "Sum"), ("Shelf", "20", "1.10"), ("Foot", "25", "1.40")))
        for x, text in zip(columns, row, strict=True)
    ]
    text = text_of(reader.read(written(*prose, *table)).pages[0])
    assert text.index("left6") < text.index("right0")
    assert text.endswith("Part Pieces Sum Shelf 20 1.10 Foot 25 1.40")


def test_a_paragraph_below_the_shorter_column_still_belongs_to_the_longer(reader: Reader) -> None:
    left = [(60, 100 + 12 * line + 14 * (line > 7), f"left{line} " + " ".join(PROSE[:6])) for line in range(12)]
    right = [(310, 100 + 12 * line, f"right{line} " + " ".join(PROSE[:6])) for line in range(7)]
    text = text_of(reader.read(written(*left, *right)).pages[0])
    assert text.index("left7") < text.index("left11") < text.index("right0")
