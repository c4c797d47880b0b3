"""The client returns every reply that the spec allows in full, in a result or in an error."""

import json
from collections.abc import Iterator
from typing import Any, Final

import pytest
from attrs import define
from hypothesis import given

from every_operation import USES, Use
from harness.bounds import bounded
from harness.replies import replies, values
from nanonets_sdk import ApiError, DecodeError, JobFailed, Nanonets
from nanonets_sdk.calls.operations import OPERATIONS
from nanonets_sdk.contract.description.json_values import leaves, listed
from nanonets_sdk.contract.description.spec import response_schema, spec_operation, spec_operations
from raw_server import API_KEY, Connection, RawServer, reply

BOUNDED: Final = bounded(8)
SUBMISSIONS: Final = ("ocr_submit_file", "ocr_submit_urls")
# Nothing is read from these replies; an update also reads a page before, which this answer is not.
UNDOCUMENTED: Final = tuple(operation.id for operation in OPERATIONS if operation.reply is Any)
UPDATES: Final = ("ocr_update_page", "ocr_update_boxes")
WHOLE: Final = sorted(USES.keys() - {*SUBMISSIONS, *UNDOCUMENTED, "ocr_get_page", "ocr_get_review_link"})
ERRORS: Final = [
    (operation_id, status)
    for operation_id in ("ocr_get_file", "ocr_predict_file", "ocr_train")
    for status in spec_operation(operation_id).statuses
    if not status.startswith("2")
]
"""An operation that reads, one that bills and one that changes something."""


@define
class Answering:
    """A client, and the answer that it gets."""

    client: Nanonets
    status: int = 200
    content: bytes = b""

    def to(self, use: Use, status: int, content: bytes) -> Any:
        self.status, self.content = status, content
        return use(self.client)


@pytest.fixture(scope="module")
def answering() -> Iterator[Answering]:
    def script(connection: Connection) -> None:
        while True:
            connection.request()
            connection.send(reply(waiting.status, waiting.content))

    with RawServer(script) as server, Nanonets(API_KEY, base_url=server.base_url, max_retries=0) as client:
        waiting = Answering(client)
        yield waiting


@pytest.mark.parametrize("operation_id", WHOLE)
def test_a_reply_comes_out_whole(answering: Answering, operation_id: str) -> None:
    @BOUNDED
    @given(replies(operation_id, "200"))
    def it_does(value: Any) -> None:
        content = json.dumps(value).encode()
        for whole in _bodies(answering, operation_id, content):
            assert whole == content

    it_does()


@pytest.mark.parametrize("operation_id", sorted({*UNDOCUMENTED} - {*UPDATES}))
def test_a_reply_that_is_not_documented_never_fails_a_call(answering: Answering, operation_id: str) -> None:
    @BOUNDED
    @given(replies(operation_id, "200"))
    def it_does_not(value: Any) -> None:
        assert answering.to(USES[operation_id], 200, json.dumps(value).encode()) is None

    it_does_not()


def test_a_link_comes_out_as_it_is(answering: Answering) -> None:
    link = "https://preview.nanonets.com/review?token=c2lnbmVk"
    assert answering.to(USES["ocr_get_review_link"], 200, link.encode()) == link


def test_a_page_comes_out_as_it_stands_in_the_reply(answering: Answering) -> None:
    @BOUNDED
    @given(replies("ocr_get_page", "200"))
    def it_does(value: Any) -> None:
        page = answering.to(USES["ocr_get_page"], 200, json.dumps(value).encode())
        assert page.raw == (value["result"][0] if value.get("result") else value)

    it_does()


@pytest.mark.parametrize("operation_id", SUBMISSIONS)
def test_a_submission_has_its_id_or_says_why_not(answering: Answering, operation_id: str) -> None:
    @BOUNDED
    @given(replies(operation_id, "200"))
    def it_does(value: Any) -> None:
        content = json.dumps(value).encode()
        try:
            jobs = answering.to(USES[operation_id], 200, content)
        except DecodeError:
            with pytest.raises(DecodeError) as caught:
                answering.to(USES[operation_id], 200, content)
            assert caught.value.raw == content
            return
        ids = {leaf for path, leaf in leaves(value) if path[-1:] == ("request_file_id",)}
        for job in listed(jobs):
            assert job.error is not None or job.request_file_id in ids

    it_does()


def test_the_values_stand_in_what_people_read(answering: Answering) -> None:
    @BOUNDED
    @given(replies("ocr_get_file", "200"))
    def they_do(value: Any) -> None:
        document = answering.to(USES["ocr_get_file"], 200, json.dumps(value).encode())
        images = [*value["moderated_images"], *value["unmoderated_images"]]
        assert document.raw == value
        assert sorted(json.dumps(page.raw) for page in document.pages) == sorted(map(json.dumps, images))
        shown = sorted((page.id, page.is_moderated, page.request_metadata) for page in document.pages)
        assert shown == sorted((one["id"], one["is_moderated"], one.get("request_metadata", "")) for one in images)

    they_do()


def test_every_box_becomes_a_field_or_a_table_with_its_text(answering: Answering) -> None:
    @BOUNDED
    @given(replies("ocr_get_page", "200"))
    def it_does(value: Any) -> None:
        page = answering.to(USES["ocr_get_page"], 200, json.dumps(value).encode())
        boxes: list[Any] = value["result"][0]["predicted_boxes"] if value.get("result") else []
        found = [field.raw for field in page.predicted.fields.all()] + [table.raw for table in page.predicted.tables]
        assert sorted(map(json.dumps, found)) == sorted(map(json.dumps, boxes))
        assert all(field.text == field.raw.get("ocr_text", "") for field in page.predicted.fields.all())
        assert all(field.label == field.raw["label"] for field in page.predicted.fields.all())

    it_does()


@pytest.mark.parametrize(("operation_id", "status"), ERRORS)
def test_an_error_response_becomes_an_error_with_it_attached(
    answering: Answering, operation_id: str, status: str
) -> None:
    @bounded(5)
    @given(values(response_schema(operation_id, status)))
    def it_does(value: Any) -> None:
        content = json.dumps(value).encode()
        with pytest.raises(ApiError) as caught:
            answering.to(USES[operation_id], int(status), content)
        assert caught.value.status_code == int(status)
        assert caught.value.response.body == content
        assert len(caught.value.errors) == len(value.get("errors", []))

    it_does()


def test_there_is_a_call_of_every_operation() -> None:
    assert set(USES) == {operation.operation_id for operation in spec_operations()}


def _bodies(answering: Answering, operation_id: str, content: bytes) -> list[bytes]:
    """Return the raw reply of each result, or of the error that was raised instead."""
    try:
        results = answering.to(USES[operation_id], 200, content)
    except DecodeError as error:
        return [error.raw]
    except JobFailed as error:
        results = error.document or error.classification or error.text
    return [result.raw_bytes for result in listed(results)]
