"""Replies that no service should send: no exception, no memory, and every text still somewhere."""

import json
import tracemalloc
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanonets_sdk.documents import Document
from nanonets_sdk.exports import csv_text, document_markdown
from reply_bodies import cell, field_box, predicted, read_prediction, table_box

MEBIBYTE = 1 << 20

numbers = st.none() | st.sampled_from([0, 1, -1, 10**9, -(10**9), 10**30]) | st.integers(-5, 20)
texts = st.none() | st.sampled_from(["", "=1+1", "<b>", "\0", "\ud800", "é", "1\n2"]) | st.text(max_size=4)
scores = st.none() | st.floats(0, 1)
box_edges = {"xmin": numbers, "ymin": numbers, "xmax": numbers, "ymax": numbers}
cells = st.fixed_dictionaries(
    {},
    optional={
        "row": numbers,
        "col": numbers,
        "row_span": numbers,
        "col_span": numbers,
        "text": texts,
        "label": texts,
        "score": scores,
        **box_edges,
    },
)
boxes = st.fixed_dictionaries(
    {},
    optional={
        "label": texts,
        "ocr_text": texts,
        "type": st.sampled_from([None, "field", "table", "?"]),
        "score": scores,
        "cells": st.none() | st.lists(cells, max_size=6),
        **box_edges,
    },
)
pages = st.fixed_dictionaries({}, optional={"prediction": st.none() | st.lists(boxes, max_size=4), "page": numbers})


def use_everything(document: Document) -> None:
    """Every view of a document that needs nothing from outside."""
    for table in (*document.tables, *document.merged_tables()):
        assert len(table.filled_rows) == len(table.rows)
        assert len(table.gaps) + len(table.grid.covered) == table.grid.width * table.grid.height
        assert len(set(table.column_names)) == table.grid.width
        assert len(table.with_first_row_as_header().rows) <= max(len(table.rows) - 1, 0)
    assert document.compare(document, equal="values").is_equal
    assert len(document.fields.doubtful(0.5)) + len(document.fields.above(0.5).all()) == len(document.fields.all())
    assert document.corrected == ()
    assert repr(document.fields).startswith("Fields(")
    assert "<table>" in cast("Any", document)._repr_html_()
    assert json.loads(document.to_json())["fields"] is not None
    assert csv_text([document], "wide").startswith("file_name,")
    assert document_markdown(document).startswith("# ")


@given(st.lists(pages, max_size=3))
def test_no_reply_breaks_a_property_of_a_document(result: list[dict[str, Any]]) -> None:
    use_everything(read_prediction(json.dumps({"message": "Success", "result": result}).encode()))


@pytest.mark.parametrize("body", [b"{}", b'{"result": null}', b'{"result": []}', b'{"result": [{}]}'])
def test_an_empty_reply_is_an_empty_document(body: bytes) -> None:
    document = read_prediction(body)
    assert (len(document.fields), document.tables) == (0, ())
    use_everything(document)


ABSURD = {
    "row numbers of a thousand million": [cell(10**9, 1, "a"), cell(1, 10**9, "b"), cell(-(10**9), 2, "c")],
    "four thousand cells on a diagonal": [cell(at, at, f"d{at}") for at in range(4000)],
    "four thousand cells with the widest gaps": [cell(at * 3, at * 3, f"g{at}") for at in range(4000)],
    "five thousand cells at one place": [cell(1, 1, f"o{at}") for at in range(5000)],
    "five thousand cells over each other": [
        cell(at % 70, at // 70, f"s{at}", row_span=10**9, col_span=10**9) for at in range(5000)
    ],
    "spans of nothing and less": [cell(1, 1, "n", row_span=0, col_span=-7), cell(2, 2, "m", row_span=-1)],
}


@pytest.mark.parametrize("case", ABSURD)
def test_an_absurd_table_uses_memory_in_proportion_to_its_cells(case: str) -> None:
    (table,) = predicted([table_box(ABSURD[case])]).tables
    tracemalloc.start()
    rows, filled = table.rows, table.filled_rows
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # A position for each row and column of the diagonal would take 128 MiB.
    assert peak < 64 * MEBIBYTE
    assert len(filled) == len(rows)
    written = {word for row in rows for text in filter(None, row) for word in text.split()}
    assert written == {cell["text"] for cell in ABSURD[case]}


def test_inverted_boxes_and_boxes_off_the_page_are_still_read() -> None:
    document = predicted([field_box("a", "x", (90, 80, 10, 20)), field_box("b", "y", (-50, -60, -10, -20))])
    assert [field.text for field in document.fields.all()] == ["y", "x"]
