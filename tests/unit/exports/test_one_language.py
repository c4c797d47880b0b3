"""Every output says the same of a field: people read page 2 and 88 %, data have page_index 1 and the exact score."""

import csv
import io
import json
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest

from nanonets_sdk import Document, ReadAsError
from nanonets_sdk.documents.detections import detections_of
from nanonets_sdk.documents.document import document_cells
from nanonets_sdk.documents.draft_page import draft_pages
from nanonets_sdk.evaluation import evaluate
from nanonets_sdk.exports import csv_text, jsonl_lines, write_html
from nanonets_sdk.formats.shown import score_text
from nanonets_sdk.pictures.review import asset
from nanonets_sdk.review.edits import page_record
from reply_bodies import cell, field_box, moderated, predicted, table_box
from samples import INVOICE, PICTURE

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


SCORES = [*(number / 2000 for number in range(2001)), 0.9999999, 1e-9, 0.49999999999999994]


def test_the_review_pages_have_the_exact_score_the_page_from_1_and_the_rounding_of_all_others(tmp_path: Path) -> None:
    pytest.importorskip("PIL")
    pytest.importorskip("pypdfium2")
    DOCUMENT.save_html(tmp_path / "review.html", source=INVOICE)
    written = (tmp_path / "review.html").read_text("utf-8")
    (data,) = re.findall(r"<script[^>]*application/json[^>]*>(.*?)</script>", written, re.DOTALL)
    page = json.loads(data)["pages"][1]
    assert (page["number"], of_total(page["fields"])["score"]) == (2, SCORE)
    box = field_box("total", "9", (10, 10, 60, 20), score=SCORE)
    served = page_record(draft_pages(moderated([box], [box]).pages)[0])
    assert (served["number"], of_total(served["fields"])["score"]) == (1, SCORE)


@pytest.mark.skipif(shutil.which("node") is None, reason="the script of the page needs node")
def test_the_script_of_the_review_pages_rounds_scores_as_all_outputs_do() -> None:
    (rounding,) = re.findall(r"const percent = \(score\) => \{.*?\n  \};", asset("review.js"), re.DOTALL)
    program = f"{rounding} console.log(JSON.stringify({json.dumps(SCORES)}.map(percent)))"
    ended = subprocess.run(["node", "-e", program], capture_output=True, text=True, check=True, timeout=60)
    differing = [
        (score, shown)
        for score, shown in zip(SCORES, json.loads(ended.stdout), strict=True)
        if shown != score_text(score)
    ]
    assert differing == []


def test_captions_of_overlays_have_the_same_percentage(tmp_path: Path) -> None:
    pytest.importorskip("PIL")
    pytest.importorskip("pypdfium2")

    def picture(score: float) -> bytes:
        (found,) = predicted([field_box("total", "9", (10, 10, 60, 20), score=score)]).save_overlay(
            tmp_path / "page.png", source=PICTURE, scale=1
        )
        return found.read_bytes()

    assert picture(SCORE) == picture(0.88) != picture(0.87)


def test_pictures_of_pages_are_numbered_from_1(tmp_path: Path) -> None:
    pytest.importorskip("PIL")
    pytest.importorskip("pypdfium2")
    names = [path.name for path in DOCUMENT.save_overlay(tmp_path / "page.png", source=INVOICE, scale=0.2)]
    assert names == ["page-1.png", "page-2.png"]


def test_an_evaluation_has_the_exact_score_as_data_and_a_percentage_for_people(tmp_path: Path) -> None:
    box = field_box("total", "9", (10, 10, 60, 20), score=SCORE)
    found = evaluate([moderated([box], [box])])
    bins = json.loads(found.to_json())["fields"]["calibration"]["bins"]
    assert [one["mean_score"] for one in bins if one["count"]] == [pytest.approx(SCORE, abs=1e-12)]
    found.save_html(tmp_path / "evaluation.html")
    written = (tmp_path / "evaluation.html").read_text("utf-8")
    assert ">88%<" in written
    # A threshold is copied into calls.
    assert f">{SCORE}<" in written


def test_a_webhook_says_the_same_of_a_field_as_the_reply_to_a_call() -> None:
    pytest.importorskip("starlette")
    from nanonets_sdk.webhooks import parse

    image = {"id": "p", "request_file_id": "f", "moderated_boxes": [], "is_moderated": False}
    boxes = [[field_box("date", "2024-05-06")], [field_box("total", "9", score=SCORE)]]
    pages = [{**image, "page": number, "predicted_boxes": one} for number, one in enumerate(boxes)]
    (document,) = parse(json.dumps({"result": [{"message": "", "result": pages}]})).documents
    record = of_total(json.loads(document.to_json())["fields"])
    assert (record["page_index"], record["score"]) == (1, SCORE)
    assert "total: 9 (88%, page 2)" in str(document)


def test_a_value_below_the_score_that_was_asked_for_is_named_with_both_in_full() -> None:
    @dataclass
    class Doubted:
        total: str

    with pytest.raises(
        ReadAsError, match=r"label 'total', page 2\): a score of 0\.87631, and 0\.8763101 was asked for"
    ):
        DOCUMENT.read_as(Doubted, min_score=0.8763101)


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
