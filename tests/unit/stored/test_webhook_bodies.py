"""Webhook bodies in four shapes, with pages counted from 0 or from 1."""

import json
from typing import Any

import pytest

from nanonets_sdk import DecodeError, Document
from nanonets_sdk.documents.loading import read_webhook
from reply_bodies import cell, field_box, table_box

PAGE = {
    "message": "Success",
    "id": "7b0b3a5c-24f1-11f0-9c1f-0242ac120002",
    "input": "invoice.pdf",
    "request_file_id": "file",
    "page": 0,
    "processing_type": "async",
    "prediction": [field_box("total", "5.00"), table_box([cell(1, 1, "pump")])],
    "raw_ocr_api_response": {"results": None},
}
READ = {**PAGE, "predicted_boxes": PAGE["prediction"], "moderated_boxes": [], "is_moderated": False, "url": "u/1.png"}
URLS = {
    "u/1.png": {"original": "https://storage.example/1.png"},
    "u/2.png": {"original": "https://storage.example/2.png"},
}


def as_body(value: Any) -> bytes:
    return json.dumps(value).encode()


def merged(*boxes: dict[str, Any], **members: Any) -> bytes:
    """A body with the boxes of all pages in one list."""
    document = {"id": PAGE["id"], "input": "invoice.pdf", "request_file_id": "file", "predicted_boxes": []}
    return as_body({"result": {**document, "prediction": [], "moderated_boxes": [*boxes], **members}})


def boxes_on(*pages: int | None) -> list[dict[str, Any]]:
    made = [field_box(f"label_{at}", "x") for at in range(len(pages))]
    return [box if page is None else {**box, "page": page} for box, page in zip(made, pages, strict=True)]


def assert_survives(document: Document) -> None:
    again = Document.load(document.to_json())
    assert (again, again.raw, [one.raw for one in again.fields.all()]) == (
        document, document.raw, [one.raw for one in document.fields.all()],
    )  # fmt: skip


@pytest.mark.parametrize("page", [PAGE, READ], ids=["predicted", "read"])
def test_pages_by_file_have_a_document_for_each_file_with_its_signed_urls(page: dict[str, Any]) -> None:
    other = {**page, "request_file_id": "other", "filepath": "u/2.png", "url": "u/2.png"}
    pages = [{**page, "filepath": "u/1.png"}, {**page, "filepath": "u/1.png", "page": 1}]
    body = {"result": [{"result": pages, "signed_urls": URLS}, {"result": [other], "signed_urls": URLS}]}
    found = read_webhook(as_body(body))
    assert (found.shape, [len(one.pages) for one in found.documents], found.value) == ("files", [2, 1], body)
    assert [one.pages[0].image_url[-5:] for one in found.documents] == ["1.png", "2.png"]
    assert [one.fields["total"].text for one in found.documents] == ["5.00", "5.00"]
    for document in found.documents:
        assert_survives(document)


@pytest.mark.parametrize("page", [PAGE, READ], ids=["predicted", "read"])
def test_flat_pages_are_one_document(page: dict[str, Any]) -> None:
    found = read_webhook(as_body({"message": "Success", "result": [page, {**page, "page": 1}], "signed_urls": URLS}))
    (document,) = found.documents
    assert (found.shape, len(document.pages), len(document.fields.all("total"))) == ("pages", 2, 2)
    assert document.tables[0].rows == (("pump",),)
    assert_survives(document)


def test_a_page_by_itself_is_a_document_whether_it_was_checked_or_left() -> None:
    checked = {**READ, "is_moderated": True, "moderated_boxes": [field_box("total", "6.00")], "assignedMember": "a"}
    for page, text in ((READ, "5.00"), (checked, "6.00")):
        found = read_webhook(as_body(page))
        (document,) = found.documents
        assert (found.shape, document.fields["total"].text, document.raw) == ("page", text, page)
        assert document.is_moderated == page["is_moderated"]
        assert_survives(document)


@pytest.mark.parametrize(
    ("counted", "numbers"),
    [((0, 1), [0, 1]), ((1, 2), [0, 1]), ((0, 2), [0, 2]), ((1,), [0]), ((None, None), [0]), ((None, 2), [1])],
)
def test_boxes_of_all_pages_in_one_list_are_put_on_their_pages(counted: Any, numbers: list[int]) -> None:
    body = merged(*boxes_on(*counted), is_moderated=True, approval_status="approved")
    found = read_webhook(body)
    (document,) = found.documents
    assert (found.shape, [page.number for page in document.pages]) == ("document", numbers)
    assert len(document.fields.all()) == len(counted)
    assert (document.raw, document.raw_bytes) == (json.loads(body), body)
    assert (document.file_name, document.request_file_id, document.is_moderated) == ("invoice.pdf", "file", True)
    assert_survives(document)


def test_a_box_is_on_no_page_between_two() -> None:
    boxes = [{**box, "page": page} for box, page in zip(boxes_on(0, 0, 0, 0), (1, 2.0, "2", 1.5), strict=True)]
    found = read_webhook(merged(*boxes))
    document = found.documents[0]
    assert [[one.label for one in page.fields.all()] for page in document.pages] == [
        ["label_0", "label_3"], ["label_1", "label_2"],
    ]  # fmt: skip
    assert document.fields["label_3"].raw["page"] == 1.5


def test_the_first_page_may_be_stated_where_the_boxes_do_not_say_it() -> None:
    body = merged(*boxes_on(1, 2))
    assert [page.number for page in read_webhook(body, pages_from=0).documents[0].pages] == [1, 2]
    flat = as_body({"result": [{**PAGE, "page": 1}, {**PAGE, "page": 2}]})
    (document,) = read_webhook(flat, pages_from=1).documents
    assert [(page.number, page.fields["total"].page) for page in document.pages] == [(0, 0), (1, 1)]
    for one in (*read_webhook(body, pages_from=0).documents, document):
        assert_survives(one)


def test_predictions_count_where_nobody_checked_them() -> None:
    (document,) = read_webhook(merged(prediction=boxes_on(0, 1))).documents
    assert [field.page for field in document.fields.all()] == [0, 1]
    assert not document.is_moderated


@pytest.mark.parametrize(
    "body",
    [
        b"", b"\xff\xfe", b"[]", b"{}", b"[" * 100_000, b'{"result": 3}', b'{"result": {"a": 1}}',
        b'[{"prediction": []}]', b'{"moderated_images": []}', b'{"result": [{"file": "a", "prediction": []}]}',
        b'{"errors": [], "message": "x"}', b'{"result": null}', b'{"result": []}', b'{"result": [{"result": []}]}',
    ],
)  # fmt: skip
def test_other_shapes_are_refused_with_the_body(body: bytes) -> None:
    with pytest.raises(DecodeError) as caught:
        read_webhook(body)
    assert caught.value.raw == body
