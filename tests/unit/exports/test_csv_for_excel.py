"""CSV for Excel: a byte order mark, the separator of the region, and its decimal mark."""

import io
from pathlib import Path
from typing import Any, Literal

import pytest

from nanonets_sdk.exports import csv_text, write_csv, write_table_csv
from reply_bodies import field_box, grid, predicted, table_box

DOCUMENT = predicted([field_box("größe", "1,5;=1+1", score=0.876), table_box(grid([["a", "b"]], ["h", "i"]))])


@pytest.mark.parametrize(("excel", "score"), [(",", ",0.876,"), (";", ";0,876;")])
def test_the_file_begins_with_a_mark_and_has_one_separator(
    tmp_path: Path, excel: Literal[",", ";"], score: str
) -> None:
    DOCUMENT.to_csv(tmp_path / "a.csv", excel=excel)
    content = (tmp_path / "a.csv").read_bytes()
    header, row = content.decode("utf-8-sig").splitlines()
    assert content.startswith(b"\xef\xbb\xbf")
    assert header.split(excel)[:3] == ["file_name", "request_file_id", "page_index"]
    assert score in row
    assert '"1,5;\'=1+1"' in row


def test_a_row_without_anything_to_guard_has_a_decimal_comma_too() -> None:
    plain = predicted([field_box("total", "12.50", score=0.876)])
    assert ";12.50;0,876;" in csv_text([plain], excel=";")
    assert ",12.50,0.876," in csv_text([plain], excel=",")


def test_every_door_writes_the_same_and_plain_csv_has_no_mark(tmp_path: Path) -> None:
    write_csv([DOCUMENT], tmp_path / "many.csv", excel=";")
    DOCUMENT.to_csv(tmp_path / "one.csv", excel=";")
    assert (tmp_path / "many.csv").read_bytes() == (tmp_path / "one.csv").read_bytes()
    assert csv_text([DOCUMENT], excel=";") == (tmp_path / "one.csv").read_bytes().decode()
    assert not csv_text([DOCUMENT]).startswith("\ufeff")
    table = io.StringIO()
    write_table_csv(DOCUMENT.tables[0], table, excel=";")
    assert table.getvalue() == "\ufeffh;i\r\na;b\r\n"


def test_another_separator_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    wrong: Any = "\t"
    with pytest.raises(ValueError, match="excel must be ',', ';' or None"):
        DOCUMENT.to_csv(tmp_path / "a.csv", excel=wrong)
    assert not any(tmp_path.iterdir())
