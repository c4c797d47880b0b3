"""A body that was generated as invalid but is valid as sent need not be refused."""

from typing import Any

import pytest
from schemathesis.transport.serialization import Binary

from harness.in_process import InProcess
from nanonets_sdk.contract.proving.files import tiny_picture
from nanonets_sdk.contract.searching.wire import as_parts, form_schema, is_valid

MULTIPART = "multipart/form-data"
FILE = Binary(tiny_picture())


@pytest.fixture(scope="module")
def operation() -> Any:
    return InProcess.prepared().schema.find_operation_by_id("ocr_predict_file")


@pytest.mark.parametrize(
    ("body", "parts", "valid"),
    [
        ({"file": FILE}, ["file"], True),
        ({"file": FILE, "base64_data": []}, ["file"], True),
        ({"file": FILE, "base64_data": ["a", "b"]}, ["base64_data", "base64_data", "file"], False),
        ({"file": []}, [], False),
    ],
    ids=["a file", "an empty list beside it", "a list beside it", "no file"],
)
def test_a_multipart_body_is_judged_by_its_parts(
    operation: Any, body: dict[str, Any], parts: list[str], *, valid: bool
) -> None:
    files: list[tuple[str, Any]] = operation.schema.prepare_multipart(body, operation, MULTIPART)[0] or []

    assert sorted(name for name, _ in files) == parts
    schema = form_schema("ocr_predict_file", MULTIPART)
    assert is_valid(as_parts(body, schema), schema) is valid


@pytest.mark.parametrize(
    ("body", "valid"),
    [
        ({"file": [FILE], "urls": "a"}, True),
        ({"file": [FILE, FILE], "urls": [1]}, True),
        ({"file": [FILE], "urls": [""]}, False),
        ({"file": [], "urls": []}, False),
    ],
    ids=["one text for a list", "a number for a text", "an empty text", "nothing"],
)
def test_members_that_may_repeat_are_lists_of_texts_on_the_wire(body: dict[str, Any], *, valid: bool) -> None:
    schema = form_schema("ocr_read_text", MULTIPART)
    assert is_valid(as_parts(body, schema), schema) is valid
