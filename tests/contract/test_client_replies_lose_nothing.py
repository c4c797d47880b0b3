"""Every reply that the spec allows is read without loss: no error, no drift, every value in its place."""

import json
from typing import Any, Final

import msgspec
import pytest
from hypothesis import given

from harness.bounds import bounded
from harness.replies import differences, mismatches, replies
from nanonets_api.replies import CategoryReply, ModelReply
from nanonets_sdk.calls.operations import OPERATIONS
from nanonets_sdk.contract.description.json_values import leaves
from nanonets_sdk.contract.description.spec import response_schema, spec_operations
from nanonets_sdk.contract.searching.wire import schema_errors
from nanonets_sdk.events import Drift
from nanonets_sdk.replies.decode import decode
from nanonets_sdk.replies.source import Raw

BOUNDED: Final = bounded(8)
# Of a reply that is not documented nothing is read, and plain text has no members.
KINDS: Final[dict[str, Any]] = {
    operation.id: operation.reply for operation in OPERATIONS if operation.reply not in (Any, str)
}
SUCCESSES: Final = [
    (one.operation_id, status)
    for one in spec_operations()
    for status in one.statuses
    if status.startswith("2") and one.operation_id in KINDS
]


@pytest.mark.parametrize(("operation_id", "status"), SUCCESSES)
def test_a_reply_that_the_spec_allows_is_read_without_loss(operation_id: str, status: str) -> None:
    schema = response_schema(operation_id, status)

    @BOUNDED
    @given(replies(operation_id, status))
    def nothing_is_lost(value: Any) -> None:
        assert [*schema_errors(value, schema)] == []
        drifts: list[Drift] = []
        content = json.dumps(value).encode()
        reply = decode(content, KINDS[operation_id], operation_id, drifts.append)
        raw = Raw(content)
        assert drifts == []
        assert raw.value == value
        assert [path for path, leaf in leaves(value) if raw.at(path) != leaf] == []
        assert [*differences(value, reply, KINDS[operation_id])] == []

    nothing_is_lost()


@pytest.mark.parametrize("operation_id", KINDS)
def test_a_type_of_the_client_has_the_members_of_its_schema(operation_id: str) -> None:
    assert [*mismatches(response_schema(operation_id, "200"), KINDS[operation_id])] == []


@pytest.mark.parametrize(
    ("read", "said"),
    [
        (ModelReply("m", "ocr", 5, (CategoryReply("a", 1),)), []),
        (ModelReply("m", "ocr", 4, (CategoryReply("a", 1),)), ["('state',): 4 (int) for 5"]),
        (ModelReply("m", "ocr", None, (CategoryReply("a", 1),)), ["('state',): None (NoneType) for 5"]),
        (ModelReply("m", "ocr", 5, ()), ["('categories',): 0 entries for 1"]),
        (ModelReply("m", "ocr", 5, (CategoryReply("a"),)), ["('categories', 0, 'count'): None (NoneType) for 1"]),
        (ModelReply("m", "ocr", 5, (CategoryReply("a", 1),), "new"), ["()/status: 'new' out of nothing"]),
    ],
)
def test_a_value_that_was_lost_or_changed_is_seen(read: ModelReply, said: list[str]) -> None:
    value = {"model_id": "m", "model_type": "ocr", "state": 5, "categories": [{"name": "a", "count": 1}]}
    assert [*differences(value, read, ModelReply)] == said


def test_a_type_that_lacks_a_member_is_seen() -> None:
    lacking = msgspec.defstruct("Lacking", [("name", int)])
    schema = {"$ref": "#/components/schemas/Category"}
    assert {*mismatches(schema, lacking)} == {": only one side has count", "/name: <class 'int'> for string"}


def test_replies_of_every_form_are_generated() -> None:
    seen: set[str] = set()

    @bounded(60)
    @given(replies("ocr_submit_file", "200"))
    def collect(value: Any) -> None:
        for path, leaf in leaves(value):
            seen.update(str(step).partition(" ")[0] for step in path)
            seen.add(f"{len([step for step in path if step == 'result'])} result")
            seen.add(f"{'.'.join(step for step in path if isinstance(step, str))} {type(leaf).__name__}")

    collect()
    assert {
        "1 result",
        "2 result",
        "new",
        "cells",
        "signed_urls",
        "result.page int",
        "result.prediction.score int",
    } <= seen
    assert "3 result" not in seen
