"""Drafts: what can be changed in memory, and what that makes of the boxes."""

import json
from typing import Any

import pytest

from file_service import OTHER_BOX, STRANGE_BOX, TABLE_BOX, FilePage
from nanonets_api.replies import ListingReply
from nanonets_sdk import Box
from nanonets_sdk.documents.building import stored_document
from nanonets_sdk.documents.draft import DraftBoxes, pages_of, pages_to_write
from nanonets_sdk.documents.draft_page import draft_pages, same_content
from nanonets_sdk.replies.decode import decode
from nanonets_sdk.replies.source import Raw


def draft_of(*boxes: str, **options: Any) -> DraftBoxes:
    """Return a draft of a file with one page for each list of boxes."""
    images = ",".join(FilePage(number, f"[{own}]", **options).image() for number, own in enumerate(boxes))
    body = f'{{"unmoderated_images":[{images}]}}'.encode()
    document = stored_document(decode(body, ListingReply, "ocr_get_file"), Raw(body))
    return DraftBoxes("m-1", document.request_file_id, document.file_name, draft_pages(document.pages))


def box(label: str, text: str, **members: Any) -> str:
    """Return a field as JSON."""
    return json.dumps({"label": label, "ocr_text": text, **members})


def written(draft: DraftBoxes) -> list[Any]:
    """Return the boxes of the first page as they would be written."""
    return [json.loads(text) for text in pages_to_write(draft)[0].texts]


def test_a_draft_shows_what_it_changes() -> None:
    draft = draft_of(f"{STRANGE_BOX},{OTHER_BOX}", TABLE_BOX)
    draft.set("total", "9")
    draft.remove("date")
    draft.add("po", "4711")
    draft.tables[0].set(0, 1, "13.00")
    assert [str(change) for change in draft.changes] == [
        "page 1, total changed: '1,2' → '9'",
        "page 1, po added: nothing → '4711'",
        "page 1, date removed: '2024-05-06' → nothing",
        "page 2, price changed: '12.50' → '13.00'",
    ]
    assert draft.unsaved == (0, 1)
    assert repr(draft) == "DraftBoxes('order.pdf', fields=2, tables=1, unsaved=(0, 1))"


def test_a_field_can_move_and_take_another_label() -> None:
    draft = draft_of(f"{STRANGE_BOX},{box('date', '1', label_id='l-2')}")
    field = draft.field("total")
    field.box = Box(1, 2, 30, 40)
    field.label = "date"
    (changed, _) = written(draft)
    assert [changed[name] for name in ("xmin", "ymin", "xmax", "ymax", "label", "label_id", "ocr_text")] == [
        *(1, 2, 30, 40),
        "date",
        "l-2",
        "1,2",
    ]
    field.box = None
    assert (field.box, written(draft)[0]["xmax"]) == (None, 0)


def test_an_unknown_label_takes_the_id_of_the_old_one_away() -> None:
    draft = draft_of(STRANGE_BOX)
    draft.field("total").label = "subtotal"
    assert written(draft)[0]["label_id"] == ""


def test_what_is_set_back_is_no_change() -> None:
    draft = draft_of(STRANGE_BOX)
    field = draft.field("total")
    before = field.box
    field.text, field.box = "9", Box(1, 1, 2, 2)
    assert list(draft.unsaved) == [0]
    field.text, field.box = "1,2", before
    assert list(draft.unsaved) == []


def test_an_added_field_that_is_removed_is_no_change() -> None:
    draft = draft_of(STRANGE_BOX)
    draft.add("po", "1").remove()
    assert draft.unsaved == ()


def test_a_label_that_repeats_needs_a_choice() -> None:
    draft = draft_of(f"{box('line', 'a')},{box('line', 'b')}", box("line", "c"))
    with pytest.raises(ValueError, match=r"3 fields are called 'line': 'a' on page 1, 'b' on page 1, 'c' on page 2"):
        draft.set("line", "z")
    assert draft.set("line", "z", page=1).page == 1
    for field in [field for field in draft.fields if field.page == 0]:
        field.remove()
    assert [field.text for field in draft.fields] == ["z"]


def test_a_label_that_is_not_there_is_named_with_those_that_are() -> None:
    draft = draft_of(STRANGE_BOX)
    with pytest.raises(LookupError, match=r"no field 'totl'; use add\(\) for a new one; labels of this draft: total"):
        draft.set("totl", "9")
    with pytest.raises(LookupError, match="no page with index 7; indexes of the pages of this file: 0"):
        draft.add("po", "1", page=7)


def test_what_was_removed_cannot_be_changed() -> None:
    draft = draft_of(STRANGE_BOX, TABLE_BOX)
    field, cell = draft.field("total"), draft.tables[0].cells[0]
    field.remove()
    cell.remove()
    for change in (field.remove, cell.remove, lambda: setattr(field, "text", "9"), lambda: setattr(cell, "text", "9")):
        with pytest.raises(ValueError, match="was removed"):
            change()
    table = draft.tables[0]
    table.remove()
    with pytest.raises(ValueError, match="was removed"):
        table.set(0, 0, "9")


@pytest.mark.parametrize("text", [1.5, None, b"9"])
def test_a_text_that_is_no_string_is_refused(text: Any) -> None:
    draft = draft_of(STRANGE_BOX, TABLE_BOX)
    for change in (
        lambda: draft.set("total", text),
        lambda: draft.add("po", text),
        lambda: draft.tables[0].set(0, 0, text),
        lambda: draft.tables[0].add_cell(5, 5, text),
        lambda: draft.add_table([[text]]),
    ):
        with pytest.raises(TypeError, match="must be a str"):
            change()
    assert draft.unsaved == ()


@pytest.mark.parametrize(("label", "error"), [("", ValueError), (" ", ValueError), (7, TypeError)])
def test_a_label_that_is_none_is_refused(label: Any, error: type[Exception]) -> None:
    draft = draft_of(STRANGE_BOX)
    with pytest.raises(error, match="label"):
        draft.add(label, "1")
    with pytest.raises(error, match="label"):
        draft.field("total").label = label
    assert draft.unsaved == ()


def table_of(*cells: dict[str, Any]) -> str:
    """Return a table as JSON."""
    return json.dumps({"label": "table", "type": "table", "cells": [*cells]})


def test_cells_are_found_by_their_place_and_counted_as_the_service_does() -> None:
    draft = draft_of(table_of({"row": 2, "col": 2, "text": "d"}, {"row": 1, "col": 1, "text": "a", "label": "item"}))
    (table,) = draft.tables
    assert table.rows == (("a", ""), ("", "d"))
    table.set(1, 0, "c")
    table.set(0, 0, "A")
    assert table.rows == (("A", ""), ("c", "d"))
    added = written(draft)[0]["cells"][-1]
    assert (added["row"], added["col"], added["label"], added["verification_status"]) == (2, 1, "item", "moderated")


def test_cells_counted_from_zero_stay_so() -> None:
    draft = draft_of(table_of({"row": 0, "col": 0, "text": "a"}))
    draft.tables[0].set(1, 1, "d")
    assert [(cell["row"], cell["col"]) for cell in written(draft)[0]["cells"]] == [(0, 0), (1, 1)]


def test_the_first_cell_of_a_table_without_cells_counts_from_one() -> None:
    draft = draft_of(json.dumps({"label": "table", "type": "table", "cells": None}))
    draft.tables[0].set(0, 0, "a")
    assert [(cell["row"], cell["col"]) for cell in written(draft)[0]["cells"]] == [(1, 1)]


def test_a_cell_is_not_added_where_there_is_one() -> None:
    draft = draft_of(TABLE_BOX)
    with pytest.raises(ValueError, match="there is a cell at row 0, column 1"):
        draft.tables[0].add_cell(0, 1, "9")
    with pytest.raises(ValueError, match="at least 0"):
        draft.tables[0].add_cell(-1, 1, "9")


def test_a_cell_that_spans_others_is_the_cell_of_all_its_places() -> None:
    draft = draft_of(table_of({"row": 1, "col": 1, "col_span": 2, "text": "a"}, {"row": 2, "col": 2, "text": "b"}))
    draft.tables[0].set(0, 1, "A")
    assert draft.tables[0].rows == (("A", ""), ("", "b"))


def test_a_table_can_be_added() -> None:
    draft = draft_of(STRANGE_BOX)
    table = draft.add_table([["Pump", "12.50"], ["Hose"]], header=["item"], box=Box(1, 2, 3, 4))
    assert table.rows == (("Pump", "12.50"), ("Hose", ""))
    added = written(draft)[-1]
    assert (added["type"], added["ocr_text"], added["is_new"], added["ymax"]) == ("table", "table", True, 4)
    assert [(cell["row"], cell["col"], cell["label"]) for cell in added["cells"]] == [
        (1, 1, "item"),
        (1, 2, ""),
        (2, 1, "item"),
    ]
    table.set(0, 0, "Pumps")
    assert json.loads(table.to_json())["cells"][0]["text"] == "Pumps"


def test_boxes_are_the_same_whatever_ids_and_states_they_have() -> None:
    one, other = draft_of(box("a", "1", id="x", status="new")), draft_of(box("a", "1", score=1))
    assert same_content(pages_of(one)[0].now, pages_of(other)[0].now)
    assert not same_content(pages_of(one)[0].now, pages_of(draft_of(box("a", "2")))[0].now)
    assert not same_content(pages_of(draft_of(TABLE_BOX))[0].now, pages_of(draft_of(table_of()))[0].now)


def test_values_of_unexpected_types_can_be_corrected() -> None:
    draft = draft_of('{"label":"total","ocr_text":12,"xmin":"3","ymin":1.7,"xmax":9,"ymax":9,"score":"0.5"}')
    assert (draft.field("total").text, draft.field("total").box) == ("12", Box(3, 2, 9, 9))
    draft.set("total", "13")
    (changed,) = pages_to_write(draft)[0].texts
    assert changed == (
        '{"label":"total","ocr_text":"13","xmin":"3","ymin":1.7,"xmax":9,"ymax":9,"score":"0.5","status":"moderated"}'
    )
