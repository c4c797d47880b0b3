"""The command says the same of a field in every format; xlsx and csv are made for those who open them."""

import csv
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from command_line import Ended, run, run_on_terminal
from nanonets_sdk.mock import Answer, MockServer
from reply_bodies import field_box, grid, predicted, table_box
from samples import INVOICE

SCORE = 0.87631
ITEMS = table_box(grid([["Pump", "12.50"]], ["Item", "Price"]), label="lines")
DOCUMENT = predicted(
    [field_box("date", "2024-05-06", score=0.5)], [field_box("total", "9,254.22 EUR", score=SCORE), ITEMS]
)
DAY = datetime(2024, 5, 6)  # noqa: DTZ001 - dates in a workbook have no zone


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    path = tmp_path / "reply.json"
    path.write_bytes(DOCUMENT.raw_bytes)
    return path


def predict(server: MockServer, tmp_path: Path, *options: str | Path, screen: bool = False) -> Ended:
    """Predict with a service that answers with `DOCUMENT`."""
    file = tmp_path / "sample.pdf"
    file.write_bytes(INVOICE.read_bytes())
    server.fail("ocr_predict_file", Answer(200, json.loads(DOCUMENT.raw_bytes)))
    runner = run_on_terminal if screen else run
    return runner("predict", file, "--sync", "--model", "any", *options, server=server)


def values_of(path: Path, sheet: str) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in openpyxl.load_workbook(path)[sheet].iter_rows()]


FOR_PEOPLE = {
    "table": "total\t9,254.22 EUR\t88%\t2",
    "md": "| total | 9,254.22 EUR | 88% | 2 |",
}


@pytest.mark.parametrize(("form", "said"), FOR_PEOPLE.items(), ids=FOR_PEOPLE.keys())
def test_people_read_page_2_and_a_percentage(server: MockServer, tmp_path: Path, form: str, said: str) -> None:
    assert said in predict(server, tmp_path, "--format", form).out.splitlines()


def test_numbers_are_aligned_right_on_a_terminal(server: MockServer, tmp_path: Path) -> None:
    screen = predict(server, tmp_path, screen=True).screen
    assert "  88%     2" in screen
    head, row = (next(line for line in screen.splitlines() if name in line) for name in ("Price", "Pump"))
    assert head.rstrip().endswith("Price")
    assert len(head.rstrip()) == len(row.rstrip())


def test_data_have_an_index_by_name_and_the_exact_score(server: MockServer, tmp_path: Path) -> None:
    (of_json,) = json.loads(predict(server, tmp_path, "--format", "json").out)
    of_lines = json.loads(predict(server, tmp_path, "--format", "jsonl").out)
    rows = [*csv.DictReader(predict(server, tmp_path, "--format", "csv").out.splitlines())]
    for found in (of_json["fields"][1], of_lines["fields"][1], rows[1]):
        assert (found["label"], int(found["page_index"]), float(found["score"])) == ("total", 1, SCORE)
        assert "page" not in found


@pytest.mark.parametrize("text", [False, True])
def test_workbooks_have_numbers_and_dates_unless_text_is_asked_for(
    server: MockServer, tmp_path: Path, stored: Path, text: bool
) -> None:
    options = ["--text"] if text else []
    predict(server, tmp_path, "--format", "xlsx", "--output", tmp_path / "out", *options)
    run("convert", stored, "--output", tmp_path / "converted.xlsx", *options)
    for path in (tmp_path / "out" / "sample.xlsx", tmp_path / "converted.xlsx"):
        assert [row[4] for row in values_of(path, "Fields")[1:]] == (
            ["2024-05-06", "9,254.22 EUR"] if text else [DAY, 9254.22]
        )
        assert values_of(path, "lines 1, page 2")[1] == ["Pump", "12.50" if text else 12.5]


def test_csv_for_excel_has_a_mark_and_the_separator_of_the_region(
    server: MockServer, tmp_path: Path, stored: Path
) -> None:
    streamed = predict(server, tmp_path, "--format", "csv", "--excel", "semicolon").out
    predict(server, tmp_path, "--format", "csv", "--excel", "semicolon", "--output", tmp_path / "out")
    converted = run("convert", stored, "--format", "csv", "--excel", "semicolon").out
    assert streamed == converted == (tmp_path / "out" / "sample.csv").read_text("utf-8")
    assert streamed.startswith("\ufefffile_name;request_file_id;page_index;")
    assert ";total;9,254.22 EUR;0,87631;" in streamed
    assert (tmp_path / "out" / "sample.table-1.csv").read_text("utf-8") == "\ufeffItem;Price\nPump;12.50\n"


def test_the_locale_decides_on_request_and_the_separator_is_said(stored: Path) -> None:
    ended = run("convert", stored, "--format", "csv", "--excel", "auto", LC_ALL="C")
    assert ended.err.startswith("CSV separated by ',', as Excel expects it in the locale C.\n")
    assert ended.out.startswith("\ufefffile_name,")


WRONG = {
    "--text for csv": (["--format", "csv", "--text"], "--text is for xlsx, not for csv"),
    "--excel for a table": (
        ["--excel", "auto"],
        "--excel is for csv, not for table; leave it out, or",
    ),
}


@pytest.mark.parametrize(("options", "said"), WRONG.values(), ids=WRONG.keys())
def test_an_option_for_another_format_is_refused_before_anything_is_sent(
    server: MockServer, tmp_path: Path, options: list[str], said: str
) -> None:
    ended = predict(server, tmp_path, *options)
    assert (ended.status, said in ended.err, list(server.requests)) == (2, True, [])


def test_classes_too_are_written_for_excel_and_shown_in_percent(server: MockServer) -> None:
    prediction = [{"label": "invoice", "probability": SCORE}, {"label": "letter", "probability": 0.125}]
    reply = {"result": [{"message": "Success", "file": INVOICE.name, "prediction": prediction}]}

    def classify(*options: str) -> str:
        server.fail("ic_predict_file", Answer(200, reply))
        return run("classify", INVOICE, "--model", "any", *options, server=server).out

    assert classify().splitlines()[1] == f"{INVOICE}\tinvoice\t88%\tletter 13%"
    written = classify("--format", "csv", "--excel", "semicolon").splitlines()
    assert written == ["\ufefffile;label;probability", f"{INVOICE};invoice;0,87631", f"{INVOICE};letter;0,125"]
