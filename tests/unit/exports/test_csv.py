"""CSV files keep every value, and a spreadsheet executes none of them."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanonets_sdk.exports import csv_text, write_csv
from nanonets_sdk.formats.safe_text import is_risky, neutral
from reply_bodies import field_box, grid, predicted, table_box

UNRULY = (
    "Zürich 東京 🧾",
    'He said "no", twice',
    "two\nlines",
    "two\r\nlines",
    " blanks ",
    "a,b;c\td",
    "\u202eright to left",
    "",
)
FORMULAS = (
    '=HYPERLINK("http://x","y")', "=1+1", "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t1", "\r1", "\n1", "=",
    "-A$1", "+EUR5", "-5e3", "--5", "-5.00 EUR", "\uff1d1", "\uff0b1", "\uff0d1", "\uff20x",
)  # fmt: skip
NUMBERS = (
    "-5.00",
    "+49",
    "-1,234.50",
    "-1.234,56",
    "-$5.00",
    "- 5",
    "+49 30 1234567",
    "-5%",
    "-.5",
    "-1'000.00",
    "5",
    "-12 €",
)


@pytest.mark.parametrize("text", FORMULAS)
def test_text_that_a_spreadsheet_would_execute_is_neutralised(text: str) -> None:
    assert neutral(text) == f"'{text}"


@pytest.mark.parametrize("text", [*NUMBERS, *UNRULY])
def test_numbers_and_other_texts_stay_as_they_are(text: str) -> None:
    assert neutral(text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x;=1+1", "x;'=1+1"),
        ("x\t=1+1", "x\t'=1+1"),
        ("x|@SUM(A1)", "x|'@SUM(A1)"),
        ("x\n=1+1", "x\n'=1+1"),
        ("x\r\n+1+1", "x\r\n'+1+1"),
        ("x\u2028-1+1", "x\u2028'-1+1"),
        ('x;"=1+1', "x;\"'=1+1"),
        ("=a;=b;;=c", "'=a;'=b;;'=c"),
        ("\t=1", "'\t'=1"),
        ("x;\uff1d1", "x;'\uff1d1"),
        ("5;-3", "5;'-3"),
        ("Total\n-5.00\r\n+49 30", "Total\n-5.00\r\n+49 30"),
        ("12,-", "12,-"),
        ("a;b = c - d; e@f", "a;b = c - d; e@f"),
    ],
)
def test_a_cell_that_another_separator_would_make_is_neutralised(text: str, expected: str) -> None:
    assert neutral(text) == expected


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@given(texts=st.lists(st.text(alphabet="=+-@;,|\t\r\n\"'1ax", max_size=12), min_size=1, max_size=3))
def test_no_separator_makes_a_formula_out_of_a_text(separator: str, texts: list[str]) -> None:
    text = csv_text([predicted([field_box("l", text) for text in texts])])
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
        for cell in row[4:5] if separator == "," else row:
            assert cell[:1] not in {"=", "+", "-", "@"} or not is_risky(cell.split('"')[0])


@given(st.text(alphabet="=+-@\t 0123456789.,'$%eE:!(A", max_size=30))
def test_text_that_is_left_alone_cannot_be_executed(text: str) -> None:
    if text[:1] in {"=", "+", "-", "@", "\t"} and not is_risky(text):
        assert not set(text[1:]) & set("=+-@\teE:!(A")
        assert any(character.isdigit() for character in text)


def test_a_long_run_of_digits_is_judged_at_once() -> None:
    assert is_risky("-" + "1" * 100_000 + "x")


def rows_of(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_a_table_comes_back_cell_by_cell(tmp_path: Path) -> None:
    (table,) = predicted([table_box(grid([UNRULY, UNRULY], [f"Spalte {at} ü" for at in range(len(UNRULY))]))]).tables
    table.to_csv(tmp_path / "table.csv")
    assert rows_of(tmp_path / "table.csv") == [list(table.header), *map(list, table.rows)]


def test_fields_come_long_and_wide(tmp_path: Path) -> None:
    document = predicted([field_box("a", "-5.00", (1, 2, 3, 4)), field_box("b", "two\nlines")])
    document.to_csv(tmp_path / "long.csv")
    document.to_csv(tmp_path / "wide.csv", "wide")
    long, wide = rows_of(tmp_path / "long.csv"), rows_of(tmp_path / "wide.csv")
    assert [row[3:6] for row in long] == [["label", "text", "score"], ["a", "-5.00", "0.9"], ["b", "two\nlines", "0.9"]]
    assert [row[-2:] for row in wide] == [["a", "b"], ["-5.00", "two\nlines"]]


def test_documents_with_different_labels_share_a_wide_file() -> None:
    documents = [predicted([field_box("a", "1")]), predicted([field_box("b", "2")])]
    lines = list(csv.DictReader(io.StringIO(csv_text(documents, "wide"))))
    assert [(line["a"], line["b"]) for line in lines] == [("1", ""), ("", "2")]


def test_formulas_are_neutralised_in_headers_too_unless_switched_off(tmp_path: Path) -> None:
    (table,) = predicted([table_box(grid([["=1+1", "-5.00"]], ["@risk", "n"]))]).tables
    table.to_csv(tmp_path / "safe.csv")
    table.to_csv(tmp_path / "as_is.csv", neutralise=False)
    assert rows_of(tmp_path / "safe.csv") == [["'@risk", "n"], ["'=1+1", "-5.00"]]
    assert rows_of(tmp_path / "as_is.csv") == [["@risk", "n"], ["=1+1", "-5.00"]]


def test_lone_surrogates_and_nul_are_replaced(tmp_path: Path) -> None:
    write_csv([predicted([field_box("a", "x\ud800y\0z")])], tmp_path / "a.csv")
    assert rows_of(tmp_path / "a.csv")[1][4] == "x\ufffdy\ufffdz"
