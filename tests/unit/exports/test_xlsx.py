"""Workbooks have every string exactly, no formulas and legal sheet names, and report limits."""

import gc
import weakref
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanonets_sdk import Document
from nanonets_sdk.exports import ExportError, write_xlsx
from nanonets_sdk.formats import xlsx
from nanonets_sdk.formats.rows import Sheet
from nanonets_sdk.formats.xlsx import CELL, sheet_names
from reply_bodies import field_box, grid, predicted, table_box

pytest.importorskip("xlsxwriter")
openpyxl = pytest.importorskip("openpyxl")

DAY = datetime(2024, 5, 6)  # noqa: DTZ001 - dates in a workbook have no zone
UNRULY = ("Zürich 東京 🧾", "two\nlines", "a  b", "<&>\"'", "=1+1", "-5.00", "@x", "007", "http://x.example")


def cells_of(path: Path, sheet: str) -> list[list[Any]]:
    book = openpyxl.load_workbook(path)
    try:
        return [list(row) for row in book[sheet].iter_rows()]
    finally:
        book.close()


def values_of(path: Path, sheet: str) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in cells_of(path, sheet)]


def test_fields_and_tables_have_a_sheet_each(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    document = predicted(
        [field_box("a", "1", (1, 2, 3, 4)), table_box(grid([["x"]], ["h"]))], [table_box(grid([["y"]]), label="items")]
    )
    document.to_xlsx(path)
    assert openpyxl.load_workbook(path).sheetnames == ["Fields", "Table 1, page 1", "items 2, page 2"]
    assert values_of(path, "Fields")[1][2:] == [0, "a", "1", 0.9, 1, 2, 3, 4]
    assert values_of(path, "Table 1, page 1") == [["h"], ["x"]]


def test_there_may_be_more_tables_than_a_process_can_have_files_open(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    path = tmp_path / "a.xlsx"
    lowest = max(int(one.name) for one in Path("/dev/fd").iterdir()) + 10
    resource.setrlimit(resource.RLIMIT_NOFILE, (lowest, limits[1]))
    try:
        predicted([table_box(grid([[f"{number}"], ["last"]])) for number in range(lowest + 10)]).to_xlsx(path)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
    book = openpyxl.load_workbook(path)
    read = [[*sheet.values] for sheet in book.worksheets[1:]]
    assert read == [[(f"{number}",), ("last",)] for number in range(lowest + 10)]


def test_a_document_is_let_go_of_before_the_next_one_is_asked_for(tmp_path: Path) -> None:
    seen: list[weakref.ref[Document]] = []

    def documents() -> Iterator[Document]:
        for number in range(3):
            document = predicted([field_box("a", f"{number}"), table_box(grid([["x"]]))])
            seen.append(weakref.ref(document))
            yield document
            del document
            gc.collect()
            # The loop of the writer still has the last one.
            assert [one() for one in seen[:-1]] == [None] * number

    write_xlsx(documents(), tmp_path / "a.xlsx")
    assert [row[4] for row in values_of(tmp_path / "a.xlsx", "Fields")] == ["text", "0", "1", "2"]


def test_texts_come_back_exactly_and_as_texts(tmp_path: Path) -> None:
    document = predicted([table_box(grid([UNRULY]))])
    document.to_xlsx(tmp_path / "a.xlsx")
    (row,) = cells_of(tmp_path / "a.xlsx", "Table 1, page 1")
    assert [cell.value for cell in row] == list(UNRULY)
    assert {cell.data_type for cell in row} <= {"s", "inlineStr"}
    assert all(cell.hyperlink is None for cell in row)


def test_formulas_are_marked_as_text_unless_neutralise_is_false(tmp_path: Path) -> None:
    document = predicted([table_box(grid([UNRULY]))])
    document.to_xlsx(tmp_path / "safe.xlsx")
    document.to_xlsx(tmp_path / "as_is.xlsx", neutralise=False)
    (safe,), (as_is,) = (cells_of(tmp_path / name, "Table 1, page 1") for name in ("safe.xlsx", "as_is.xlsx"))
    assert [cell.value for cell in safe if cell.quotePrefix] == ["=1+1", "@x"]
    assert not any(cell.quotePrefix for cell in as_is)


def test_amounts_become_numbers_on_request_and_codes_do_not(tmp_path: Path) -> None:
    texts = ["-5.00", "1,234.50 EUR", "007", "1,200", "Pump", "12345678901234567"]
    predicted([table_box(grid([texts]))]).to_xlsx(tmp_path / "a.xlsx", numbers=True)
    assert values_of(tmp_path / "a.xlsx", "Table 1, page 1") == [[-5, 1234.5, "007", "1,200", "Pump", texts[-1]]]


def test_a_text_that_no_cell_can_hold_is_refused_and_the_old_file_stays(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_text("old")
    document = predicted([field_box("a", "🧾" * (CELL // 2 + 1))])
    with pytest.raises(ExportError, match=r"row 2 of sheet 'Fields' has a text of 32,768 characters.*cut=True"):
        document.to_xlsx(path)
    assert path.read_text() == "old"


def test_a_text_is_cut_on_request_with_a_warning(tmp_path: Path) -> None:
    document = predicted([field_box("a", "x" * 40_000)])
    with pytest.warns(UserWarning, match="has a text of 40,000 characters"):
        document.to_xlsx(tmp_path / "a.xlsx", cut=True)
    text = values_of(tmp_path / "a.xlsx", "Fields")[1][4]
    assert len(text) == CELL
    assert text.endswith(" […]")


def test_more_rows_than_a_sheet_holds_are_refused(tmp_path: Path) -> None:
    sheet = Sheet("Fields", ["text"], [[str(at)] for at in range(10)])
    with pytest.raises(ExportError, match=r"sheet 'Fields' would have 11 rows.*a workbook holds 10"):
        xlsx.write_xlsx(
            tmp_path / "a.xlsx", [sheet], neutralise=True, numbers=False, dates=False, cut=False, max_rows=10
        )
    assert list(tmp_path.iterdir()) == []


def test_several_documents_share_a_workbook(tmp_path: Path) -> None:
    documents = [predicted([field_box("a", str(at)), table_box(grid([[str(at)]]))]) for at in range(3)]
    write_xlsx(documents, tmp_path / "a.xlsx", "wide")
    rows = values_of(tmp_path / "a.xlsx", "Fields")
    assert [row[-1] for row in rows] == ["a", "0", "1", "2"]
    assert len(openpyxl.load_workbook(tmp_path / "a.xlsx").sheetnames) == 4


@given(st.lists(st.text(max_size=40) | st.sampled_from(["History", "a" * 40, "A", "a", "'x'", "[]:*?/\\", "🧾" * 20])))
def test_every_name_of_a_sheet_is_legal_and_unique(wanted: list[str]) -> None:
    names = sheet_names(wanted)
    assert len({name.casefold() for name in names}) == len(wanted)
    for name in names:
        assert 0 < len(name.encode("utf-16-le")) // 2 <= 31
        assert not set(name) & set("[]:*?/\\")
        assert name[0] != "'" != name[-1]
        assert name.casefold() != "history"


def test_only_amounts_with_one_reading_become_numbers_and_codes_keep_their_zeros(tmp_path: Path) -> None:
    texts = [
        "12.50",
        "1.234,50 €",
        "(5.00)",
        "12 ,00",
        "2\n100.00",
        "100¹",
        "1,200",
        "1e5",
        "007",
        "-007",
        "\u0660\u0660\u0667",
        "+49 170",
    ]
    predicted([table_box(grid([[text] for text in texts]))]).to_xlsx(tmp_path / "n.xlsx", numbers=True)
    column = [value for (value,) in values_of(tmp_path / "n.xlsx", "Table 1, page 1")]
    assert column == [12.5, 1234.5, -5, *texts[3:]]


def test_every_line_end_is_the_one_of_a_cell(tmp_path: Path) -> None:
    predicted([table_box(grid([["a\r\nb", "c\rd", "e\nf"]], ["g\r\nh"]))]).to_xlsx(tmp_path / "l.xlsx")
    assert values_of(tmp_path / "l.xlsx", "Table 1, page 1")[1] == ["a\nb", "c\nd", "e\nf"]
    assert values_of(tmp_path / "l.xlsx", "Table 1, page 1")[0][0] == "g\nh"


def test_a_number_looks_as_it_was_printed(tmp_path: Path) -> None:
    texts = ["1,234.50 EUR", "$ 12.50", "(5.00)", "4711", "1.234,5 €", "12.00-"]
    predicted([table_box(grid([texts]))]).to_xlsx(tmp_path / "n.xlsx", numbers=True)
    (row,) = cells_of(tmp_path / "n.xlsx", "Table 1, page 1")
    assert [(cell.value, cell.number_format) for cell in row] == [
        (1234.5, '#,##0.00" EUR"'),
        (12.5, '"$ "0.00'),
        (-5, "0.00"),
        (4711, "0"),
        (1234.5, '#,##0.0" €"'),
        (-12, "0.00"),
    ]


def test_more_formats_than_excel_holds_leave_the_rest_as_text(tmp_path: Path) -> None:
    codes = ("EUR", "USD", "GBP", "CHF", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "RON", "JPY", "AUD")
    rows = [[f"1.{'0' * zeros}1 {code}"] for zeros in range(13) for code in codes]
    predicted([table_box(grid(rows))]).to_xlsx(tmp_path / "n.xlsx", numbers=True)
    values = [value for (value,) in values_of(tmp_path / "n.xlsx", "Table 1, page 1")]
    assert sum(isinstance(value, str) for value in values) == len(values) - 150


def test_dates_become_dates_on_request_unless_something_would_be_lost(tmp_path: Path) -> None:
    texts = ["2024-05-06", "6 May 2024", "03/04/2021", "2024-05-06 10:15", "20240506", "1899-05-06"]
    predicted([table_box(grid([texts]))]).to_xlsx(tmp_path / "d.xlsx", dates=True)
    (row,) = cells_of(tmp_path / "d.xlsx", "Table 1, page 1")
    assert [cell.value for cell in row] == [DAY, DAY, *texts[2:]]
    assert row[0].number_format == "yyyy-mm-dd"


def test_names_ids_and_labels_stay_text_whatever_they_look_like(tmp_path: Path) -> None:
    document = predicted([field_box("2024", "2024-05-06")], input="20.50")
    write_xlsx([document], tmp_path / "l.xlsx", numbers=True, dates=True)
    write_xlsx([document], tmp_path / "w.xlsx", "wide", numbers=True, dates=True)
    long, wide = (values_of(tmp_path / name, "Fields")[1] for name in ("l.xlsx", "w.xlsx"))
    assert (long[0], long[3], long[4]) == ("20.50", "2024", DAY)
    assert (wide[0], wide[-1]) == ("20.50", DAY)


def test_sheets_are_printed_across_one_page_with_their_header_on_each(tmp_path: Path) -> None:
    predicted([field_box("a", "1"), table_box(grid([["x"]], ["h"]))]).to_xlsx(tmp_path / "p.xlsx")
    book = openpyxl.load_workbook(tmp_path / "p.xlsx")
    fields, table = book["Fields"], book["Table 1, page 1"]
    assert (fields.page_setup.fitToWidth or 1, fields.page_setup.fitToHeight) == (1, 0)
    assert fields.sheet_properties.pageSetUpPr.fitToPage
    assert fields.print_title_rows == "$1:$1"
    assert (fields.page_setup.orientation, table.page_setup.orientation) == ("landscape", "portrait")
