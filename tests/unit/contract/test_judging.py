"""Requests and replies held to the description: what is right passes, and each mistake is named without its value."""

from __future__ import annotations

import json
from typing import Any, Final

import pytest

from nanonets_sdk.contract.judging.exchange import Answered, Asked, below_base, operation_of
from nanonets_sdk.contract.judging.replies import reply_problems
from nanonets_sdk.contract.judging.requests import request_problems

BASIC: Final = ("authorization", "Basic azo=")
URLS: Final = "urls=https%3A%2F%2Fa.example%2Fx.pdf"
FORM: Final = (BASIC, ("content-type", "application/x-www-form-urlencoded"))
JSON: Final = (BASIC, ("content-type", "application/json"))
PARTS: Final = (BASIC, ("content-type", "multipart/form-data; boundary=x"))
DATA: Final = '[{"filename":"a.pdf","object":[{"name":"t","bndbox":{"xmin":1,"ymin":1,"xmax":2,"ymax":2}}]}]'
MODEL: Final = {"model_id": "m", "model_type": "ocr", "state": 5, "categories": [{"name": "a", "count": 1}]}


def multipart(
    *texts: tuple[str, str], file: str = 'name="file"; filename="a.pdf"', kind: str = "application/pdf"
) -> bytes:
    """A form with a file."""
    parts = [f"Content-Disposition: form-data; {file}\r\nContent-Type: {kind}\r\n\r\n%PDF-1.7"]
    parts += [f'Content-Disposition: form-data; name="{name}"\r\n\r\n{text}' for name, text in texts]
    return "".join(f"--x\r\n{part}\r\n" for part in parts).encode() + b"--x--\r\n"


RIGHT: Final = {
    "a read": Asked("GET", "/OCR/Model/m-1", (BASIC,)),
    "a read with a slash": Asked("GET", "/OCR/Model/m-1/", (BASIC,)),
    "a form": Asked("POST", "/OCR/Model/m/LabelUrls/?async=true", FORM, URLS.encode()),
    "JSON": Asked("POST", "/OCR/Model", JSON, b'{"categories":["a"],"model_type":"ocr"}'),
    "a file": Asked("POST", "/OCR/Model/m/LabelFile?l=en", PARTS, multipart(("request_metadata", "kept"))),
    "annotations": Asked("POST", "/OCR/Model/m/UploadFile", PARTS, multipart(("data", DATA))),
    "a body that was not kept": Asked("POST", "/OCR/Model/m/LabelFile", PARTS, None),
    "an approval with an empty object": Asked("POST", "/Inferences/Model/m/ImageLevelInferences/Verify/f", JSON, b"{}"),
}
WRONG: Final = {
    "an unknown route": (Asked("GET", "/OCR/Models", (BASIC,)), "route: path"),
    "another method": (Asked("PUT", "/OCR/Model/m", (BASIC,)), "route: path"),
    "no key": (Asked("GET", "/OCR/Model/m"), "authentication: header/authorization"),
    "a bearer": (
        Asked("GET", "/OCR/Model/m", (("authorization", "Bearer s"),)),
        "authentication: header/authorization",
    ),
    "an unknown parameter": (Asked("GET", "/OCR/Model/m?secret=1", (BASIC,)), "unknown parameter: query"),
    "a parameter twice": (
        Asked("GET", "/ImageCategorization/Model?modelId=a&modelId=b", (BASIC,)),
        "repeated parameter: query/modelId",
    ),
    "no id": (Asked("GET", "/ImageCategorization/Model", (BASIC,)), "missing parameter: query/modelId"),
    "a day that is a word": (
        Asked("GET", "/Inferences/Model/m/ImageLevelInferences?start_day_interval=secret", (BASIC,)),
        "schema: query/start_day_interval",
    ),
    "another flag": (Asked("POST", "/OCR/Model/m/LabelUrls?async=yes", FORM, URLS.encode()), "schema: query/async"),
    "no body": (Asked("POST", "/OCR/Model", JSON), "body: body"),
    "a body that is not JSON": (Asked("POST", "/OCR/Model", JSON, b"{secret"), "body: body"),
    "another media type": (Asked("POST", "/OCR/Model", FORM, b"categories=a"), "media type: header/content-type"),
    "a missing member": (Asked("POST", "/OCR/Model", JSON, b'{"categories":["a"]}'), "schema: body"),
    "an unknown member": (
        Asked("POST", "/OCR/Model/m/LabelUrls", FORM, f"{URLS}&secret=1".encode()),
        "unknown member: body",
    ),
    "a text twice": (
        Asked("POST", "/OCR/Model/m/LabelUrls", FORM, f"{URLS}&request_metadata=a&request_metadata=b".encode()),
        "repeated member: body/request_metadata",
    ),
    "a file without a name": (
        Asked("POST", "/OCR/Model/m/LabelFile", PARTS, multipart(file='name="file"')),
        "part: body/file",
    ),
    "a file of another type": (
        Asked("POST", "/OCR/Model/m/LabelFile", PARTS, multipart(kind="text/plain")),
        "part: body/file",
    ),
    "a file that is no picture": (
        Asked("POST", "/OCR/Model/m/LabelFile", PARTS, multipart(kind="image/png")),
        "part: body/file",
    ),
    "coordinates with a fraction": (
        Asked("POST", "/OCR/Model/m/UploadFile", PARTS, multipart(("data", DATA.replace('"xmin":1', '"xmin":1.0')))),
        "integers on the wire: body/data/0/object/0/bndbox/xmin",
    ),
    "annotations of another file": (
        Asked("POST", "/OCR/Model/m/UploadFile", PARTS, multipart(("data", DATA.replace("a.pdf", "secret.pdf")))),
        "annotations: body/data",
    ),
    "a multipart body that is cut off": (
        Asked("POST", "/OCR/Model/m/LabelFile", PARTS, multipart()[:-6]),
        "body: body",
    ),
    "a body where there is none": (Asked("GET", "/OCR/Model/m", JSON, b'{"a":1}'), "body: body"),
}


@pytest.mark.parametrize("asked", RIGHT.values(), ids=RIGHT)
def test_a_right_request_has_no_problem(asked: Asked) -> None:
    assert [*map(str, request_problems(asked))] == []


@pytest.mark.parametrize(("asked", "found"), WRONG.values(), ids=WRONG)
def test_a_wrong_request_is_named_without_its_value(asked: Asked, found: str) -> None:
    told = [*map(str, request_problems(asked))]
    assert any(one.startswith(f"{found}: ") for one in told), told
    assert "secret" not in "".join(told)


@pytest.mark.parametrize(
    ("answered", "found"),
    [
        (Answered(200, "application/json", json.dumps(MODEL).encode()), ""),
        (Answered(200, "application/json; charset=utf-8", json.dumps(MODEL).encode()), ""),
        (Answered(418, "application/json", b"{}"), "status: status"),
        (Answered(200, "text/html", b"<html>secret"), "media type: header/content-type"),
        (Answered(200, "application/json", b"{secret"), "body: body"),
        (Answered(200, "application/json", b'{"secret":1}'), "schema: /"),
        (
            Answered(200, "application/json", json.dumps(MODEL | {"state": 5.0}).encode()),
            "integers on the wire: /state",
        ),
        (Answered(404, "application/json", b'{"code":404}'), "schema: /"),
    ],
)
def test_a_reply_is_held_to_its_status_type_and_schema(answered: Answered, found: str) -> None:
    told = [*map(str, reply_problems(Asked("GET", "/OCR/Model/m", (BASIC,)), answered))]
    assert (found == "" and told == []) or any(one.startswith(f"{found}: ") for one in told), told
    assert "secret" not in "".join(told)


def test_keys_that_are_data_are_not_told() -> None:
    body: dict[str, Any] = {"message": "Success", "result": [], "signed_urls": {"uploads/secret.png": {"original": 1}}}
    answered = Answered(200, "application/json", json.dumps(body).encode())
    asked = Asked("POST", "/OCR/Model/m/LabelUrls", FORM, URLS.encode())
    assert [one.place for one in reply_problems(asked, answered)] == ["/signed_urls/*/original"]


def test_a_word_of_a_route_is_not_taken_for_an_id() -> None:
    found = operation_of("POST", "/Inferences/Model/m/ImageLevelInferences/retryallexports/")
    assert found is not None
    assert found.operation_id == "ocr_retry_exports"


@pytest.mark.parametrize(
    ("url", "below"),
    [
        ("https://app.nanonets.com/api/v2/OCR/Model/m?x=1", "/OCR/Model/m?x=1"),
        ("http://fake.example/mine/OCR/Model/m", "/OCR/Model/m"),
        (
            "https://preview.nanonets.com/Inferences/Model/m/ValidationUrl/f?expires=1",
            "/Inferences/Model/m/ValidationUrl/f?expires=1",
        ),
        ("https://images.example.org/a.png", None),
    ],
)
def test_requests_to_other_hosts_are_left_alone(url: str, below: str | None) -> None:
    assert below_base(url, ["http://fake.example/mine"]) == below
