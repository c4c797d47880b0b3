"""JSON, JSON lines and Markdown."""

import json
from pathlib import Path

import pytest

from nanonets_sdk.exports import Line, write_json, write_jsonl, write_markdown
from reply_bodies import field_box, grid, predicted, table_box

DOCUMENT = predicted([field_box("a", "Zürich\n🧾"), field_box("a", "2"), table_box(grid([["1", "x|y"]], ["n", "m"]))])


def test_json_holds_fields_and_tables_of_every_document(tmp_path: Path) -> None:
    write_json([DOCUMENT, DOCUMENT], tmp_path / "a.json")
    first, second = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    assert first == second == json.loads(DOCUMENT.to_json())
    assert first["tables"][0]["rows"] == [["1", "x|y"]]


@pytest.mark.parametrize(("line", "count"), [("document", 2), ("long", 4), ("wide", 2)])
def test_json_lines_are_documents_fields_or_records(tmp_path: Path, line: Line, count: int) -> None:
    write_jsonl([DOCUMENT, DOCUMENT], tmp_path / "a.jsonl", line)
    lines = (tmp_path / "a.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(lines) == count
    assert all("Zürich\\n🧾" in text or '"2"' in text for text in lines)
    assert [json.loads(text)["file_name"] for text in lines] == ["sample.pdf"] * count


def test_markdown_keeps_every_text_in_its_cell(tmp_path: Path) -> None:
    write_markdown([DOCUMENT], tmp_path / "a.md")
    lines = (tmp_path / "a.md").read_text(encoding="utf-8").splitlines()
    assert "| a | Zürich<br>🧾 | 90% | 1 |" in lines
    assert lines[-3:] == ["| n | m |", "| ---: | --- |", "| 1 | x\\|y |"]


def test_markdown_lets_no_text_be_markup() -> None:
    text = predicted([field_box("invoice_number", "<img src=x> [a](b) *c* `d` _e_")]).to_markdown()
    assert "| invoice_number | &lt;img src=x&gt; \\[a\\](b) \\*c\\* \\`d\\` \\_e\\_ | 90% | 1 |" in text
