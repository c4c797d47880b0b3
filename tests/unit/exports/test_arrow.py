"""Arrow, Parquet and data frames; and 100,000 rows through every format."""

import csv
import io
from pathlib import Path
from typing import Any, cast

import pytest

from nanonets_sdk.documents import Cell, Document, Page, Table
from nanonets_sdk.documents.field import Fields
from nanonets_sdk.documents.page import Boxes
from nanonets_sdk.exports import cells_to_arrow, to_arrow, write_arrow_as_parquet
from reply_bodies import field_box, grid, predicted, table_box

pyarrow = pytest.importorskip("pyarrow")
UNRULY = ("Zürich 東京 🧾", 'He said "no", twice', "two\nlines", "-5.00", "x\ty", "")
ROWS = 100_000


@pytest.fixture(scope="module")
def huge() -> Document:
    """A table of 100,000 rows of awkward strings."""
    texts = [f"{UNRULY[at % len(UNRULY)]} {at}" for at in range(ROWS)]
    cells = [Cell(row, 1, str(row)) for row in range(1, ROWS + 1)]
    cells += [Cell(row, 2, text) for row, text in enumerate(texts, 1)]
    return Document((Page(0, predicted=Boxes(Fields(()), [Table("table", tuple(cells))])),))


def test_fields_have_columns_of_the_right_types() -> None:
    table = cast("Any", predicted([field_box("a", "1", (1, 2, 3, 4)), field_box("b", "2", score=1)]).to_arrow())
    types = {field.name: str(field.type) for field in table.schema}
    assert types == {
        **dict.fromkeys(("file_name", "request_file_id", "label", "text"), "string"),
        **dict.fromkeys(("page_index", "xmin", "ymin", "xmax", "ymax"), "int64"),
        "score": "double",
    }
    assert table.column("xmin").to_pylist() == [1, None]


def test_column_types_are_kept_for_empty_tables() -> None:
    empty, full = predicted([]).to_arrow(), predicted([field_box("a", "1")]).to_arrow()
    assert empty.schema == full.schema
    assert to_arrow([], "wide").num_rows == 0


def test_wide_tables_have_a_row_a_document() -> None:
    documents = [predicted([field_box("a", "1")]), predicted([field_box("b", "2")])]
    table = to_arrow(documents, "wide")
    assert table.select(["pages", "is_moderated", "a", "b"]).to_pylist() == [
        {"pages": 1, "is_moderated": False, "a": "1", "b": None},
        {"pages": 1, "is_moderated": False, "a": None, "b": "2"},
    ]


def test_labels_that_are_called_like_typed_columns_stay_texts() -> None:
    table = to_arrow([predicted([field_box("xmin", "left"), field_box("score", "3:1")])], "wide")
    assert table.select(["xmin", "score"]).to_pylist() == [{"xmin": "left", "score": "3:1"}]


def test_cells_of_all_tables_are_rows() -> None:
    document = predicted([table_box(grid([UNRULY], [f"h{at}" for at in range(len(UNRULY))]))])
    rows = cells_to_arrow([document]).select(["row_index", "column_index", "header", "text"]).to_pylist()
    assert [tuple(row.values()) for row in rows] == [(0, at, f"h{at}", text) for at, text in enumerate(UNRULY)]


def test_numbers_that_no_column_can_hold_are_missing() -> None:
    assert predicted([field_box("a", "1", (10**30, 1, 2, 3))]).to_arrow().column("xmin").to_pylist() == [None]


def test_pandas_keeps_whole_numbers_whole_where_some_are_missing() -> None:
    pytest.importorskip("pandas")
    frame: Any = predicted([field_box("a", "1", (1, 2, 3, 4)), field_box("b", "2")]).to_pandas()
    assert str(frame["xmin"].dtype) == "Int64"
    assert frame["xmin"].isna().tolist() == [False, True]


def test_polars_has_the_same_values() -> None:
    pytest.importorskip("polars")
    document = predicted([field_box("a", text) for text in UNRULY])
    assert document.to_polars()["text"].to_list() == list(UNRULY)


def test_parquet_comes_back_equal(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    document = predicted([field_box("a", text) for text in UNRULY])
    document.to_parquet(tmp_path / "a.parquet")
    assert parquet.read_table(tmp_path / "a.parquet").equals(document.to_arrow())


def test_a_hundred_thousand_rows_survive_parquet(huge: Document, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    table = huge.tables[0].to_arrow()
    write_arrow_as_parquet(table, tmp_path / "a.parquet")
    read = parquet.read_table(tmp_path / "a.parquet")
    assert [*zip(*(column.to_pylist() for column in read.columns), strict=True)] == list(huge.tables[0].rows)


def test_a_hundred_thousand_rows_survive_csv(huge: Document, tmp_path: Path) -> None:
    huge.tables[0].to_csv(tmp_path / "a.csv")
    read = list(csv.reader(io.StringIO((tmp_path / "a.csv").read_bytes().decode(), newline="")))
    assert list(map(tuple, read)) == list(huge.tables[0].rows)


def test_pandas_and_polars_read_the_csv_as_it_was(huge: Document, tmp_path: Path) -> None:
    pandas, polars = pytest.importorskip("pandas"), pytest.importorskip("polars")
    huge.tables[0].to_csv(tmp_path / "a.csv")
    expected = [row[1] for row in huge.tables[0].rows]
    by_pandas = pandas.read_csv(tmp_path / "a.csv", header=None, dtype=str, keep_default_na=False)
    by_polars = polars.read_csv(tmp_path / "a.csv", has_header=False, infer_schema_length=0)
    assert by_pandas[1].tolist() == expected
    assert by_polars.to_series(1).to_list() == expected


@pytest.mark.slow
def test_a_hundred_thousand_rows_survive_a_workbook(huge: Document, tmp_path: Path) -> None:
    pytest.importorskip("xlsxwriter")
    openpyxl = pytest.importorskip("openpyxl")
    huge.to_xlsx(tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx", read_only=True)
    try:
        rows = list(book["Table 1, page 1"].iter_rows(values_only=True))
    finally:
        book.close()
    assert rows == list(huge.tables[0].rows)
