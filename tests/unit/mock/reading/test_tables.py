"""Tables are found whole and with headers, and only where there is one, in PDFs of many programs and styles."""

import io
from typing import Any

import pytest
from fpdf import FPDF
from reportlab.lib import colors
from reportlab.lib.pagesizes import letter
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from handmade_pdfs import written
from nanonets_sdk.mock.reading import Reader
from nanonets_sdk.mock.reading.layout.numbers import is_number_like
from read_pages import rows
from samples import BORN_DIGITAL

STYLES = getSampleStyleSheet()
HEADER = ["Date", "Description", "Hours", "Rate", "Total"]
TASKS = ["Review of the draft", "Review of the draft, and notes on it " * 3, "Call"] * 3
LEDGER = [
    [f"2026-01-{day:02}", task.strip(), str(day), "$100.00", f"${day * 100:,}.00"]
    for day, task in enumerate(TASKS, 1)
]  # fmt: skip
Style = list[Any]  # reportlab's commands have a tuple type each
RIGHT = ("ALIGN", (2, 0), (-1, -1), "RIGHT")
TOP = ("VALIGN", (0, 0), (-1, -1), "TOP")
MIDDLE = ("VALIGN", (0, 0), (-1, -1), "MIDDLE")
STYLED: dict[str, Style] = {
    "grid": [("GRID", (0, 0), (-1, -1), 0.5, colors.black)],
    "box with borders between columns": [
        ("BOX", (0, 0), (-1, -1), 1, colors.black),
        ("LINEBELOW", (0, 0), (-1, 0), 1, colors.black),
        ("LINEBEFORE", (1, 0), (-1, -1), 1, colors.black),
    ],
    "box and a line below the header": [
        ("BOX", (0, 0), (-1, -1), 1, colors.black),
        ("LINEBELOW", (0, 0), (-1, 0), 1, colors.black),
    ],
    "lines between the rows": [("LINEBELOW", (0, 0), (-1, -1), 0.5, colors.gray), MIDDLE],
    "borders between rows and columns, open at the sides": [
        ("INNERGRID", (0, 0), (-1, -1), 0.5, colors.black),
        ("LINEABOVE", (0, 0), (-1, 0), 0.5, colors.black),
        ("LINEBELOW", (0, -1), (-1, -1), 0.5, colors.black),
    ],
    "every other row shaded": [("ROWBACKGROUNDS", (0, 0), (-1, -1), [colors.lightgrey, colors.white])],
    "no lines, text at the bottom": [],
    "no lines, text at the top": [TOP],
    "no lines, text in the middle": [MIDDLE],
    "no lines, numbers at the right": [RIGHT, TOP],
    "only a line below the header": [("LINEBELOW", (0, 0), (-1, 0), 1, colors.black), RIGHT, TOP],
}


def paper(*parts: Flowable) -> bytes:
    file = io.BytesIO()
    SimpleDocTemplate(file, pagesize=letter, invariant=True).build(list(parts))
    return file.getvalue()


def prose(text: str) -> Paragraph:
    return Paragraph(text, STYLES["Normal"])


def ledger(style: Style) -> Table:
    body = [[row[0], prose(row[1]), *row[2:]] for row in LEDGER]
    return Table([HEADER, *body], colWidths=[70, 200, 50, 70, 80], style=TableStyle(style))


@pytest.mark.parametrize("style", STYLED.values(), ids=STYLED)
def test_a_table_comes_out_whole_in_the_style(style: Style, reader: Reader) -> None:
    before, after = prose("Dear customer, these are the hours of January. " * 5), prose("Payable in 14 days. " * 12)
    page = reader.read(paper(before, Spacer(1, 20), ledger(style), Spacer(1, 20), after)).pages[0]
    assert [rows(table) for table in page.tables] == [[HEADER, *LEDGER]]
    assert page.tables[0].header == tuple(HEADER)


@pytest.mark.parametrize("style", STYLED.values(), ids=STYLED)
def test_the_boxes_of_cells_hold_their_words_in_the_style(style: Style, reader: Reader) -> None:
    page = reader.read(paper(ledger(style))).pages[0]
    (table,) = page.tables
    held = [
        cell.text.split().count(word.text)
        for word in page.words
        for cell in table.cells
        if cell.xmin <= (word.xmin + word.xmax) / 2 < cell.xmax and cell.ymin <= (word.ymin + word.ymax) / 2 < cell.ymax
    ]
    assert len(held) == len(page.words)
    assert all(held)


@pytest.mark.parametrize("program", ["chromium", "libreoffice", "weasyprint"])
def test_an_order_printed_by_another_program_has_one_table(program: str, reader: Reader) -> None:
    page = reader.read(BORN_DIGITAL / f"{program}-order.pdf").pages[0]
    long = (
        "Bracket, large, with a rather long description that will certainly need to go on in a second line, because it "
        "is very long indeed"
    )
    assert [rows(table) for table in page.tables] == [
        [
            ["Description", "Qty", "Unit price", "Amount"],
            [long, "2", "$10.00", "$20.00"],
            ["Bracket, small", "5", "$1.50", "$7.50"],
            ["Delivery", "1", "$4.00", "$4.00"],
        ]
    ]


def test_a_report_in_latex_has_its_three_tables(reader: Reader) -> None:
    page = reader.read(BORN_DIGITAL / "latex-report.pdf").pages[0]
    assert [table.header for table in page.tables] == [
        ("Method", "Precision", "Recall", "F1"),
        ("Name", "Kind", "Count"),
        ("Name", "Kind", "Note"),
    ]
    assert rows(page.tables[0])[2] == ["With ruled tables", "0.93", "0.90", "0.91"]
    assert rows(page.tables[1])[1:] == [["Apple", "fruit", "12"], ["Leek", "vegetable", "7"]]


def test_a_cell_over_two_columns_says_so(reader: Reader) -> None:
    page = reader.read(BORN_DIGITAL / "latex-report.pdf").pages[0]
    (both,) = [cell for cell in page.tables[2].cells if cell.text == "Both"]
    assert (both.row, both.col, both.row_span, both.col_span) == (4, 1, 1, 2)


def test_the_text_of_a_cell_on_two_lines_is_joined_by_a_space(reader: Reader) -> None:
    page = reader.read(BORN_DIGITAL / "latex-report.pdf").pages[0]
    assert rows(page.tables[2])[1][2] == "A long remark that goes on in a second line of its cell, as it must"


def test_columns_of_prose_are_read_one_after_the_other(reader: Reader) -> None:
    first, second = reader.read(BORN_DIGITAL / "latex-columns.pdf").pages
    passage = "The quick brown fox jumps over the lazy dog, again and again, until"
    assert f"FIRST {passage}" in " ".join(word.text for word in first.words)
    text = " ".join(word.text for word in second.words).replace("- ", "")
    assert text.count(passage) == 9
    assert text.index("SECOND") < text.index("LAST")


def test_columns_of_prose_are_no_table(reader: Reader) -> None:
    assert [page.tables for page in reader.read(BORN_DIGITAL / "latex-columns.pdf").pages] == [(), ()]


NO_TABLES = {
    "addresses side by side": [
        (x, 100 + 13 * line, text)
        for x, block in (
            (60, ("Seller", "Hollowfield Ltd", "1 Mill Road", "AB1 2CD")),
            (230, ("Bill to", "Tarnbeck Inc", "77 Long Avenue", "TB9 8ZZ")),
            (400, ("Ship to", "Warehouse", "5 Dock Way", "TB9 7YY")),
        )
        for line, text in enumerate(block)
    ],
    "labels and values in two columns": [
        (x, 100 + 18 * line, text)
        for line, row in enumerate(
            (
                ("Invoice no:", "A-7", "Date:", "2026-01-02"),
                ("Order no:", "4711", "Due:", "2026-02-02"),
                ("Customer:", "12345", "Terms:", "30"),
            )
        )
        for x, text in zip((60, 150, 300, 390), row, strict=True)
    ],
    "totals": [
        (x, 100 + 18 * line, text)
        for line, row in enumerate((("Subtotal", "100.00 EUR"), ("VAT 20%", "20.00 EUR"), ("Total", "120.00 EUR")))
        for x, text in zip((330, 440), row, strict=True)
    ],
    "a table of contents": [
        (x, 100 + 16 * line, text)
        for line, row in enumerate((("1 Introduction", "1"), ("2 Methods", "4"), ("3 Results", "9")))
        for x, text in zip((60, 500), row, strict=True)
    ],
    "a list": [
        (x, 100 + 14 * line, text)
        for line, row in enumerate((("1.", "Read the text"), ("2.", "Sign it"), ("3.", "Send it back")))
        for x, text in zip((60, 85), row, strict=True)
    ],
}


@pytest.mark.parametrize("texts", NO_TABLES.values(), ids=NO_TABLES)
def test_no_table_is_found_in(texts: list[tuple[float, float, str]], reader: Reader) -> None:
    assert reader.read(written(*texts)).pages[0].tables == ()


def test_no_table_is_found_in_justified_prose(reader: Reader) -> None:
    style = STYLES["Normal"].clone("justified", alignment=4)
    text = (
        "In the year 2026 the company sold 17 of its 25 instruments, at a price of 1,200.00 EUR each, to 3 customers. "
    )
    assert reader.read(paper(Paragraph(text * 30, style))).pages[0].tables == ()


def test_no_table_is_found_in_a_frame_around_text(reader: Reader) -> None:
    frame = Table(
        [[prose("Please note that the office is closed in August. " * 6)]],
        style=[("BOX", (0, 0), (-1, -1), 1, colors.black)],
    )
    assert reader.read(paper(frame)).pages[0].tables == ()


def test_no_table_is_found_in_the_grid_of_a_chart(reader: Reader) -> None:
    sheet = FPDF(unit="pt", format="A4")
    sheet.add_page()
    sheet.set_font("Helvetica", size=8)
    for step in range(9):
        sheet.line(100, 100 + 30 * step, 420, 100 + 30 * step)
        sheet.line(100 + 40 * step, 100, 100 + 40 * step, 340)
        sheet.text(80, 103 + 30 * step, str(80 - 10 * step))
        sheet.text(96 + 40 * step, 352, str(step))
    assert reader.read(bytes(sheet.output())).pages[0].tables == ()


def test_white_boxes_behind_text_are_not_borders(reader: Reader) -> None:
    sheet = FPDF(unit="pt", format="A4")
    sheet.add_page()
    sheet.set_font("Helvetica", size=10)
    sheet.set_fill_color(255)
    for row, (left, right) in enumerate((("Dear all", "Monday"), ("thank you", "for coming"), ("see you", "soon"))):
        for column, text in enumerate((left, right)):
            sheet.set_xy(60 + 200 * column, 100 + 20 * row)
            sheet.cell(200, 20, text, fill=True)
    assert reader.read(bytes(sheet.output())).pages[0].tables == ()


def test_totals_below_a_table_without_lines_are_no_rows_of_it(reader: Reader) -> None:
    texts = [
        (x, 100 + 16 * line, text)
        for line, row in enumerate(
            (
                ("Item", "Qty", "Amount"),
                ("Bolt", "4", "8.00"),
                ("Nut", "4", "2.00"),
                ("", "Subtotal", "10.00"),
                ("", "Total", "12.00"),
            )
        )
        for x, text in zip((60, 250, 400), row, strict=True)
        if text
    ]
    page = reader.read(written(*texts)).pages[0]
    assert rows(page.tables[0]) == [["Item", "Qty", "Amount"], ["Bolt", "4", "8.00"], ["Nut", "4", "2.00"]]


def test_a_table_without_a_header_has_none(reader: Reader) -> None:
    body = [["Bolt", "4", "8.00"], ["Nut", "4", "2.00"], ["Washer", "9", "0.90"]]
    grid = Table(body, style=[("GRID", (0, 0), (-1, -1), 0.5, colors.black)])
    page = reader.read(paper(grid)).pages[0]
    assert (rows(page.tables[0]), page.tables[0].header) == (body, ())


def test_two_tables_on_a_page_stay_two(reader: Reader) -> None:
    style = [("GRID", (0, 0), (-1, -1), 0.5, colors.black)]
    first, second = [["Bolt", "4"], ["Nut", "5"]], [["Oak", "6"], ["Elm", "7"]]
    page = reader.read(paper(Table(first, style=style), Spacer(1, 30), Table(second, style=style))).pages[0]
    assert [rows(table) for table in page.tables] == [first, second]


@pytest.mark.parametrize(
    "text", ["1,234.50", "1.234,50 €", "$12", "EUR 7.00", "-3.5", "(12.00)", "19 %", "12 March 2026"]
)
def test_a_number_like_text_is_recognised(text: str) -> None:
    assert is_number_like(text)


@pytest.mark.parametrize("text", ["", "Bolt", "DE89 3704 0044", "M8 x 40", "12 Mill Road", "Page 1 of 2", "A-7"])
def test_other_text_is_not_taken_for_a_number(text: str) -> None:
    assert not is_number_like(text)
