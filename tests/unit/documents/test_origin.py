"""Whether the values of a page are a person's or the model's is decided by what the reply proves."""

import json
from typing import Any

import pytest

from nanonets_api.replies import ListingReply
from nanonets_sdk import Document
from nanonets_sdk.documents.building import stored_document
from nanonets_sdk.exports import csv_text
from nanonets_sdk.replies.decode import decode
from nanonets_sdk.replies.source import Raw
from reply_bodies import field_box, grid, moderated, predicted, table_box

SEEN = [field_box("total", "what the model saw"), table_box(grid([["x"]]))]
FINAL = [field_box("total", "corrected", status="moderated")]


def document(*pages: dict[str, Any]) -> Document:
    images = [
        {"id": f"p{at}", "page": at, "request_file_id": "f", "predicted_boxes": SEEN, **page}
        for at, page in enumerate(pages)
    ]
    body = json.dumps({"moderated_images": images}).encode()
    return stored_document(decode(body, ListingReply, "ocr_get_file"), Raw(body))


@pytest.mark.parametrize(
    ("members", "origin", "texts"),
    [
        ({"is_moderated": True, "moderated_boxes": FINAL}, "person", ["corrected"]),
        ({"is_moderated": True, "moderated_boxes": []}, "person", []),
        ({"is_moderated": True, "moderated_boxes": [], "prediction": SEEN}, "person", []),
        ({"is_moderated": True, "moderated_boxes": [], "prediction": FINAL}, "person", ["corrected"]),
        ({"is_moderated": True, "moderated_boxes": None}, "model", ["what the model saw"]),
        ({"is_moderated": True}, "model", ["what the model saw"]),
        ({"is_moderated": True, "prediction": []}, "model", ["what the model saw"]),
        ({"is_moderated": True, "prediction": FINAL}, "person", ["corrected"]),
        ({"is_moderated": False, "moderated_boxes": FINAL}, "person", ["corrected"]),
        ({"is_moderated": False, "moderated_boxes": []}, "model", ["what the model saw"]),
        ({"moderated_boxes": []}, "model", ["what the model saw"]),
        ({"approval_status": "rejected", "moderated_boxes": []}, "model", ["what the model saw"]),
    ],
)  # fmt: skip
def test_the_reply_proves_whose_values_they_are(members: dict[str, Any], origin: str, texts: list[str]) -> None:
    (page,) = document(members).pages
    assert page.origin == origin
    assert [field.text for field in page.fields.all()] == texts
    assert len(page.tables) == (1 if origin == "model" else 0)


def test_an_approved_page_without_boxes_is_empty_in_every_view() -> None:
    found = document({"is_moderated": True, "moderated_boxes": []}, {"is_moderated": True, "moderated_boxes": FINAL})
    assert [(field.page, field.text) for field in found.fields.all()] == [(1, "corrected")]
    assert [(one.kind, one.page, one.label) for one in found.corrected] == [
        ("removed", 0, "total"), ("removed", 0, ""), ("changed", 1, "total"), ("removed", 1, ""),
    ]  # fmt: skip
    assert found.predicted.compare(found).total.found == 2
    assert [field["page_index"] for field in json.loads(found.to_json())["fields"]] == [1]
    assert "what the model saw" not in found.to_markdown() + csv_text([found]) + csv_text([found], "wide")
    assert found.merged_tables() == ()


def test_a_page_of_a_prediction_is_the_models() -> None:
    assert predicted(SEEN).pages[0].origin == "model"
    assert predicted([]).pages[0].corrected == ()
    assert moderated(SEEN, FINAL).pages[0].origin == "person"
