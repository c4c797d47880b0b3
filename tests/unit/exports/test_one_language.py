"""Every output says the same of a field: people read page 2 and 88 %, data have page_index 1 and the exact score."""

import csv
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest

from nanonets_sdk import Document, ReadAsError
from nanonets_sdk.documents.detections import detections_of
from nanonets_sdk.documents.document import document_cells
from nanonets_sdk.exports import csv_text, jsonl_lines, write_html
from nanonets_sdk.formats.shown import score_text
from reply_bodies import cell, field_box, predicted, table_box

SCORE = 0.87631
DOCUMENT = predicted(
    [field_box("date", "2024-05-06", (10, 10, 60, 20), score=0.5)],
    [
        field_box("total", "9,254.22 EUR", (10, 10, 60, 20), score=SCORE),
        table_box([cell(1, 1, "Pump", "Item")], label="lines"),
    ],
)


@dataclass
class Dated:
    date: int


TOTAL = DOCUMENT.fields["total"]


def html_file(document: Document) -> str:
    file = io.StringIO()
    write_html([document], file)
    return file.getvalue()


def notebook(shown: Any) -> str:
    return cast("str", shown._repr_html_())


HTML_ROW = '<td class="number">88%</td><td class="number">2</td>'
NOTEBOOK_ROW = '<td style="text-align:right">88%</td><td style="text-align:right">2</td>'
FOR_PEOPLE: dict[str, tuple[Callable[[], str], str]] = {
    "Markdown": (DOCUMENT.to_markdown, "| total | 9,254.22 EUR | 88% | 2 |"),
    "Markdown of a table": (DOCUMENT.to_markdown, "## lines, page 2"),
    "HTML": (lambda: html_file(DOCUMENT), HTML_ROW),
    "HTML of a table": (lambda: html_file(DOCUMENT), "<h3>lines, page 2</h3>"),
    "notebook": (lambda: notebook(DOCUMENT), NOTEBOOK_ROW),
    "notebook of a page": (lambda: notebook(DOCUMENT.pages[1]), NOTEBOOK_ROW),
    "title of a page": (lambda: notebook(DOCUMENT.pages[1]), "Page 2"),
    "notebook of fields": (lambda: notebook(DOCUMENT.fields), NOTEBOOK_ROW),
    "notebook of a list of fields": (lambda: notebook(DOCUMENT.fields.all()), NOTEBOOK_ROW),
    "notebook of doubtful fields": (lambda: notebook(DOCUMENT.fields.doubtful(0.9)), NOTEBOOK_ROW),
    "notebook of a field": (lambda: notebook(TOTAL), NOTEBOOK_ROW),
    "notebook of boxes": (lambda: notebook(DOCUMENT.predicted), NOTEBOOK_ROW),
    "notebook of tables": (lambda: notebook(DOCUMENT.tables), "lines, page 2"),
    "notebook of detections": (lambda: notebook(detections_of(DOCUMENT)), NOTEBOOK_ROW),
    "print of a document": (lambda: str(DOCUMENT), "\n  total: 9,254.22 EUR (88%, page 2)\n"),
    "print of a page": (
        lambda: str(DOCUMENT.pages[1]),
        "page 2: 1 field, 1 table\n  total: 9,254.22 EUR (88%, page 2)",
    ),
    "print of fields": (lambda: str(DOCUMENT.fields), "total: 9,254.22 EUR (88%, page 2)"),
    "print of a table": (lambda: str(DOCUMENT.tables[0]), "lines, page 2: 1 row by 1 column\n  Item\n  Pump"),
}


@pytest.mark.parametrize(("text", "said"), FOR_PEOPLE.values(), ids=FOR_PEOPLE.keys())
def test_people_read_pages_from_1_and_scores_in_whole_percent(text: Callable[[], str], said: str) -> None:
    assert said in text()


def of_total(records: Any) -> dict[str, Any]:
    (found,) = (one for one in records if one["label"] == "total")
    return cast("dict[str, Any]", found)


DATA: dict[str, Callable[[], dict[str, Any]]] = {
    "records": lambda: of_total(DOCUMENT.to_records()),
    "JSON": lambda: of_total(json.loads(DOCUMENT.to_json())["fields"]),
    "JSON Lines": lambda: of_total(json.loads(next(jsonl_lines([DOCUMENT])))["fields"]),
    "JSON Lines of fields": lambda: of_total(map(json.loads, jsonl_lines([DOCUMENT], "long"))),
    "CSV": lambda: of_total(csv.DictReader(io.StringIO(csv_text([DOCUMENT]), newline=""))),
}


@pytest.mark.parametrize("record", DATA.values(), ids=DATA.keys())
def test_data_have_an_index_by_name_and_the_exact_score(record: Callable[[], dict[str, Any]]) -> None:
    found = record()
    assert "page" not in found
    assert (int(found["page_index"]), float(found["score"])) == (1, SCORE)


def test_parquet_and_data_frames_have_the_columns_of_csv(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    DOCUMENT.to_parquet(tmp_path / "a.parquet")
    found = of_total(parquet.read_table(tmp_path / "a.parquet").to_pylist())
    assert [*found] == csv_text([DOCUMENT]).splitlines()[0].split(",")
    assert (found["page_index"], found["score"]) == (1, SCORE)


def test_a_workbook_has_the_exact_score_and_shows_it_in_percent(tmp_path: Path) -> None:
    pytest.importorskip("xlsxwriter")
    openpyxl = pytest.importorskip("openpyxl")
    DOCUMENT.to_xlsx(tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    header, _, row = book["Fields"].iter_rows()
    found = dict(zip([one.value for one in header], row, strict=True))
    assert (found["page_index"].value, found["score"].value, found["score"].number_format) == (1, SCORE, "0%")
    assert "lines 1, page 2" in book.sheetnames


def test_members_that_count_from_0_are_called_indexes_everywhere() -> None:
    record = json.loads(DOCUMENT.to_json())
    assert [page["page_index"] for page in record["pages"]] == [0, 1]
    assert record["tables"][0]["page_index"] == 1
    (found,) = document_cells(DOCUMENT)
    places = {name: value for name, value in found.items() if name.endswith("_index")}
    assert places == {"page_index": 1, "table_index": 0, "row_index": 0, "column_index": 0}


def test_errors_and_corrections_count_pages_from_1() -> None:
    with pytest.raises(ReadAsError, match=r"label 'date', page 1"):
        DOCUMENT.read_as(Dated)
    failed = predicted([], [], message="it broke")
    assert str(failed.error).startswith("page 1: it broke")


def test_no_rounding_hides_a_doubt() -> None:
    scores = (0, 0.001, 0.125, 0.5, 0.994, 0.9999, 1, None, float("nan"))
    assert [*map(score_text, scores)] == ["0%", "1%", "13%", "50%", "99%", "99%", "100%", "", ""]


def test_labels_complete_in_ipython() -> None:
    completions = cast("Any", DOCUMENT.fields)._ipython_key_completions_()
    assert completions == ["date", "total"]


def test_one_word_is_used_for_scores_in_all_that_people_read() -> None:
    root = Path(__file__).parents[3]
    pages = [root / "README.md", *(root / "docs").glob("*.md"), *(root / "docs/guides").glob("*.md")]
    sources = [*(root / "overrides/nanonets_sdk").rglob("*.py")]
    other = {
        str(path.relative_to(root)) for path in [*pages, *sources] if "confidence from" in path.read_text().lower()
    }
    assert other == {"docs/guides/predict.md"}, "only the guide says what a score is, in other words"
