"""Half a surrogate pair, which JSON can hold and UTF-8 cannot, ends in every output as one replacement character."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest

from nanonets_sdk import Document, exports
from reply_bodies import field_box, grid, predicted, table_box

HALF = "a\ud83d b"
WHOLE = "a\N{REPLACEMENT CHARACTER} b"
DOCUMENT = predicted(
    [field_box(HALF, HALF, (1, 2, 30, 40), validation_message=HALF), table_box(grid([[HALF]], [HALF]), label=HALF)],
    input=HALF,
    request_metadata=HALF,
)
FAILED = predicted([], message=HALF, input=HALF)

TEXTS: dict[str, Callable[[Document], str]] = {
    "json": lambda document: document.to_json(),
    "json over several lines": lambda document: document.to_json(indent=2),
    "lines of json": lambda document: "".join(exports.jsonl_lines([document])),
    "lines of fields": lambda document: "".join(exports.jsonl_lines([document], "long")),
    "csv": lambda document: exports.csv_text([document]),
    "wide csv": lambda document: exports.csv_text([document], "wide"),
    "markdown": lambda document: document.to_markdown(),
    "notebook": lambda document: cast("Any", document)._repr_html_(),
    "notebook of a page": lambda document: cast("Any", document.pages[0])._repr_html_(),
}


@pytest.mark.parametrize("kind", TEXTS)
@pytest.mark.parametrize("document", [DOCUMENT, FAILED], ids=["read", "failed"])
def test_text_can_be_encoded_and_says_where_something_is_missing(kind: str, document: Document) -> None:
    text = TEXTS[kind](document)
    assert text.encode("utf-8").decode("utf-8") == text
    # A failed document has no fields to list.
    assert (WHOLE in text) or (kind in {"csv", "lines of fields"} and document is FAILED)


def test_parts_of_a_document_can_be_encoded_by_themselves() -> None:
    (field,), (table,) = DOCUMENT.fields.all(), DOCUMENT.tables
    parts = [field, table, DOCUMENT.fields]
    assert all(WHOLE in cast("Any", part)._repr_html_().encode("utf-8").decode("utf-8") for part in parts)
    assert WHOLE in table.to_markdown()


def test_files_hold_the_replacement(tmp_path: Path) -> None:
    path = tmp_path / "out"
    writers: list[Callable[[], None]] = [
        lambda: DOCUMENT.to_csv(path),
        lambda: DOCUMENT.tables[0].to_csv(path),
        lambda: exports.write_json([DOCUMENT], path),
        lambda: exports.write_jsonl([DOCUMENT], path),
        lambda: exports.write_markdown([DOCUMENT], path),
    ]
    for write in writers:
        write()
        assert WHOLE in path.read_text(encoding="utf-8")


def test_columns_and_values_of_data_frames_hold_the_replacement() -> None:
    pytest.importorskip("pyarrow")
    wide = DOCUMENT.to_arrow("wide")
    assert WHOLE in wide.column_names
    assert wide.column(WHOLE).to_pylist() == [WHOLE]


def test_raw_and_text_stay_as_they_came() -> None:
    assert DOCUMENT.fields.all()[0].text == HALF
    assert DOCUMENT.raw["result"][0]["prediction"][0]["ocr_text"] == HALF
    assert json.loads(DOCUMENT.raw_bytes) == DOCUMENT.raw


def test_a_whole_pair_stays_one_character() -> None:
    assert json.loads(predicted([field_box("a", "\N{RECEIPT}")]).to_json())["fields"][0]["text"] == "\N{RECEIPT}"
