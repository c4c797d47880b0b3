"""Words of a page: its fields and the cells of its tables, each once."""

import json
from typing import Any

import pytest

from nanonets_api.replies import ListingReply
from nanonets_sdk import Page
from nanonets_sdk.documents.page_lists import stored_pages
from nanonets_sdk.pictures.text_layer import texts_of
from nanonets_sdk.replies.decode import decode
from nanonets_sdk.replies.source import Raw
from reply_bodies import cell, edges, field_box, grid, predicted, table_box

CELLS = grid([["Widget", "2", "19.90"], ["Gadget", "1", "5.00"]], ["Item", "Count", "Price"])
TABLE = {**table_box(CELLS), **edges(60, 20, 300, 60)}
TOTAL = field_box("total", "Grand total", (10, 400, 200, 420))
IN_CELLS = ["Widget", "2", "19.90", "Gadget", "1", "5.00"]


def stored(**members: Any) -> Page:
    """Return the page of a listing with these members."""
    body = json.dumps({"unmoderated_images": [{"id": "p", "page": 0, "request_file_id": "f", **members}]}).encode()
    (page,) = stored_pages(decode(body, ListingReply, "ocr_get_file"), Raw(body))
    return page


def without(box: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in box.items() if name not in names}


@pytest.mark.parametrize(
    "table",
    [TABLE, without(TABLE, "type"), without(TABLE, "label"), {**TABLE, "cells": CELLS[::-1]}],
    ids=["as predicted", "without a type", "without a label", "cells in any order"],
)
def test_a_table_among_the_words_is_its_cells_row_by_row(table: dict[str, Any]) -> None:
    page = stored(raw_ocr=[TOTAL, table], predicted_boxes=[TOTAL, TABLE])
    assert [word.text for word in page.words] == ["Grand total", *IN_CELLS]
    assert page.text == " ".join(["Grand total", *IN_CELLS])


@pytest.mark.parametrize("names", [("cells",), ("cells", "type")], ids=["with its type", "without a type"])
def test_the_cells_that_the_words_leave_out_are_those_of_the_same_predicted_table(names: tuple[str, ...]) -> None:
    other = {**table_box([cell(1, 1, "elsewhere")]), **edges(60, 500, 300, 560)}
    page = stored(raw_ocr=[without(TABLE, *names), TOTAL], predicted_boxes=[other, TABLE])
    assert [word.text for word in page.words] == [*IN_CELLS, "Grand total"]
    assert stored(raw_ocr=[without(TABLE, *names)]).words == ()


def test_the_word_table_on_the_page_stays_a_word() -> None:
    page = stored(raw_ocr=[field_box("", "table", (1, 2, 30, 12)), without(field_box("x", "table"), "type", "label")])
    assert [word.text for word in page.words] == ["table", "table"]


def test_a_text_at_one_place_is_one_word_and_empty_ones_are_none() -> None:
    boxes = [TOTAL, TOTAL, field_box("total", "Grand total", (10, 600, 200, 620)), field_box("x", " ", (1, 1, 2, 2))]
    assert len(stored(raw_ocr=boxes).words) == 2
    assert len(stored(raw_ocr=[field_box("a", "1"), field_box("b", "1")]).words) == 2


def test_free_words_hold_the_cells_of_a_table_too() -> None:
    document = predicted([], raw_ocr_api_response={"results": [{"boxes": [TOTAL, {**TABLE, **edges(1, 2, 3, 4)}]}]})
    assert [word.text for word in document.pages[0].words] == ["Grand total", *IN_CELLS]


@pytest.mark.parametrize(
    "raw_ocr",
    [[], [TOTAL], [TOTAL, TABLE], [without(TABLE, "cells")], [TOTAL, *[without(one, "cells") for one in CELLS[:3]]]],
    ids=["no words", "only fields", "everything", "only the table", "a few cells as fields"],
)
def test_every_field_and_cell_is_in_the_text_layer_once(raw_ocr: list[dict[str, Any]]) -> None:
    words = [{**one, "ocr_text": one.get("text", one.get("ocr_text"))} for one in raw_ocr]
    page = stored(raw_ocr=words, predicted_boxes=[TOTAL, TABLE])
    assert sorted(text.text for text in texts_of(page)) == sorted(["Grand total", *IN_CELLS])


def test_a_field_whose_words_are_there_is_not_written_again() -> None:
    words = [field_box("", "Grand", (10, 400, 95, 420)), field_box("", "total", (105, 400, 200, 420))]
    page = stored(raw_ocr=words, predicted_boxes=[TOTAL])
    assert [text.text for text in texts_of(page)] == ["Grand", "total"]


SIGNED = "https://images.nanonets.com/tr:rt-0,true/x.jpeg?ik-s=1"


@pytest.mark.parametrize(
    ("members", "url"),
    [
        ({"url": "uploadedfiles/x.jpeg"}, "https://img.example/x"),
        ({"url": SIGNED}, SIGNED),
        ({"url": SIGNED, "filepath": "uploadedfiles/x.jpeg"}, "https://img.example/x"),
        ({"url": "", "filepath": "HTTP://127.0.0.1/x.png"}, "HTTP://127.0.0.1/x.png"),
        ({"url": "uploadedfiles/y.jpeg"}, ""),
        ({"url": "file:///etc/passwd"}, ""),
        ({}, ""),
    ],
)
def test_the_image_of_a_page_is_the_signed_one_or_the_address_in_the_reply(members: dict[str, str], url: str) -> None:
    image = {"id": "p", "page": 0, **members}
    signed = {"uploadedfiles/x.jpeg": {"original": "https://img.example/x"}, "uploadedfiles/y.jpeg": {"original": ""}}
    body = json.dumps({"unmoderated_images": [image], "signed_urls": signed}).encode()
    (page,) = stored_pages(decode(body, ListingReply, "ocr_get_file"), Raw(body))
    assert page.image_url == url
