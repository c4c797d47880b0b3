"""The exact request of each operation, through every door, as a socket receives it."""

from __future__ import annotations

import base64
import json
from datetime import UTC, date, datetime
from typing import Any, Final, TypeAlias
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from attrs import frozen

from client_doors import DOORS, Door, Use
from multipart_reader import Part, boundary_of, parts_of
from nanonets_sdk import Annotation, Box
from nanonets_sdk.calls.operations import OPERATIONS
from raw_server import API_KEY, RawServer, Received, answering
from samples import spec

PDF: Final = b"%PDF-1.7\n1 0 obj\r\n\r\n\x00\xff--\r\n%%EOF"
PNG: Final = b"\x89PNG\r\n\x1a\n rest"
JPEG: Final = b"\xff\xd8\xff\xe0 rest"
MODEL: Final = b'{"model_id": "m-1", "model_type": "ocr", "state": 0, "categories": [{"name": "total", "count": 0}]}'
UPLOADED: Final = b'{"Meta": {"ModelID": "m-1", "ModelType": "ocr", "State": 1, "Categories": []}, "Data": []}'
PREDICTED: Final = (
    b'{"message": "Success", "result": [{"message": "Success", "input": "a.pdf", "prediction": [], "page": 0,'
    b' "request_file_id": "f-1", "id": "p-1"}], "signed_urls": {}}'
)
LISTED: Final = (
    b'{"moderated_images_count": 0, "unmoderated_images_count": 0, "moderated_images": [], "unmoderated_images": []}'
)
CLASSIFIED: Final = (
    b'{"message": "Success", "result": [{"message": "Success", "prediction": [{"label": "a", "probability": 1}],'
    b' "file": "a.png"}]}'
)
ANNOTATED: Final = b'{"Meta": {"categories": [], "state": 1, "status": ""}, "Data": []}'
READ: Final = b'{"results": [{"filename": "a.pdf", "page_data": []}]}'
TAGGED: Final = (
    b'{"message": "Success", "result": [{"prediction": [{"label": "red", "probability": 1}], "file": "a.png"}]}'
)
LINK: Final = b"https://preview.nanonets.com/file/f-1"
ANNOTATION: Final = Annotation("total", "1 234,50 €", Box(1, 2, 30, 40))
TRAINING_OBJECT: Final = {
    "name": "total",
    "ocr_text": "1 234,50 €",
    "bndbox": {"xmin": 1, "ymin": 2, "xmax": 30, "ymax": 40},
}


@frozen
class Json:
    """A JSON body."""

    value: Any


@frozen
class Form:
    """An URL-encoded body: names and values, in order."""

    pairs: list[tuple[str, str]]


@frozen
class Multipart:
    """A multipart body: its parts, in order; that of annotations as JSON text."""

    parts: list[Part]
    data: Any = None


Expected: TypeAlias = Json | Form | Multipart | None


@frozen
class Row:
    """A call, and the request that it sends."""

    operation: str
    use: Use
    wire: str
    body: Expected = None
    query: tuple[tuple[str, str], ...] = ()
    answer: bytes = MODEL
    variant: str = ""


def text(name: str, value: str) -> Part:
    """Return a part without a file, as the generated forms write it."""
    return Part(name, None, "text/plain", value.encode())


ROWS: Final = (
    Row(
        "ocr_create_model",
        lambda client: client.ocr.create_model(["total", "Straße"]),
        "POST /OCR/Model",
        Json({"categories": ["total", "Straße"], "model_type": "ocr"}),
    ),
    Row("ocr_get_model", lambda client: client.ocr.get_model("m-1"), "GET /OCR/Model/m-1"),
    Row(
        "ocr_upload_file",
        lambda client: client.ocr.upload_file("m-1", ("Rechnung Ä.pdf", PDF), [ANNOTATION]),
        "POST /OCR/Model/m-1/UploadFile",
        Multipart(
            [Part("file", "Rechnung Ä.pdf", "application/pdf", PDF)],
            [{"filename": "Rechnung Ä.pdf", "object": [TRAINING_OBJECT]}],
        ),
        answer=UPLOADED,
    ),
    Row(
        "ocr_upload_file",
        lambda client: client.ocr.upload_file("m-1", JPEG),
        "POST /OCR/Model/m-1/UploadFile",
        Multipart([Part("file", "document.jpg", "image/jpeg", JPEG)], [{"filename": "document.jpg", "object": []}]),
        answer=UPLOADED,
        variant="without annotations",
    ),
    Row(
        "ocr_upload_urls",
        lambda client: client.ocr.upload_urls("m-1", ["https://a.example/1.pdf"], [ANNOTATION]),
        "POST /OCR/Model/m-1/UploadUrls",
        Json(
            {
                "urls": ["https://a.example/1.pdf"],
                "data": [{"filename": "https://a.example/1.pdf", "object": [TRAINING_OBJECT]}],
            }
        ),
        answer=UPLOADED,
    ),
    Row("ocr_train", lambda client: client.ocr.train("m-1"), "POST /OCR/Model/m-1/Train"),
    Row(
        "ocr_predict_file",
        lambda client: client.ocr.predict_file("m-1", ("a.pdf", PDF)),
        "POST /OCR/Model/m-1/LabelFile",
        Multipart([Part("file", "a.pdf", "application/pdf", PDF)]),
        answer=PREDICTED,
    ),
    Row(
        "ocr_predict_file",
        lambda client: client.ocr.predict_file(
            "m-1", ("a.png", PNG), language="de&x=1 +", request_metadata='{"a": "é\r\n--"}', pages=[1, 3]
        ),
        "POST /OCR/Model/m-1/LabelFile",
        Multipart(
            [
                Part("file", "a.png", "image/png", PNG),
                text("request_metadata", '{"a": "é\r\n--"}'),
                text("pages_to_process", "1,3"),
            ]
        ),
        (("l", "de&x=1 +"),),
        answer=PREDICTED,
        variant="with options",
    ),
    Row(
        "ocr_submit_file",
        lambda client: client.ocr.submit_file("m-1", ("a.pdf", PDF), request_metadata="x"),
        "POST /OCR/Model/m-1/LabelFile/",
        Multipart([Part("file", "a.pdf", "application/pdf", PDF), text("request_metadata", "x")]),
        (("async", "true"),),
        answer=PREDICTED,
    ),
    Row(
        "ocr_predict_urls",
        lambda client: client.ocr.predict_urls(
            "m-1", ["https://a.example/1.pdf?x=1&y=ü", "https://b.example/2.png"], pages="2", request_metadata="m +&"
        ),
        "POST /OCR/Model/m-1/LabelUrls",
        Form(
            [
                ("urls", "https://a.example/1.pdf?x=1&y=ü"),
                ("urls", "https://b.example/2.png"),
                ("request_metadata", "m +&"),
                ("pages_to_process", "2"),
            ]
        ),
        answer=PREDICTED,
    ),
    Row(
        "ocr_submit_urls",
        lambda client: client.ocr.submit_urls("m-1", ["https://a.example/1.pdf"], language="en"),
        "POST /OCR/Model/m-1/LabelUrls/",
        Form([("urls", "https://a.example/1.pdf")]),
        (("async", "true"), ("l", "en")),
        answer=PREDICTED,
    ),
    Row(
        "ocr_list_predictions",
        lambda client: client.ocr.list_predictions("m-1", 0, date(2021, 5, 4)),
        "GET /Inferences/Model/m-1/ImageLevelInferences",
        query=(("start_day_interval", "0"), ("current_batch_day", "18751")),
        answer=LISTED,
    ),
    Row(
        "ocr_list_predictions",
        lambda client: client.ocr.list_predictions("m-1"),
        "GET /Inferences/Model/m-1/ImageLevelInferences",
        answer=LISTED,
        variant="of all days",
    ),
    Row(
        "ocr_get_page",
        lambda client: client.ocr.get_page("m-1", "p-1"),
        "GET /Inferences/Model/m-1/ImageLevelInferences/p-1",
        answer=b'{"message": "Success", "result": []}',
    ),
    Row(
        "ocr_get_file",
        lambda client: client.ocr.get_file("m-1", "f-1"),
        "GET /Inferences/Model/m-1/InferenceRequestFiles/GetPredictions/f-1",
        answer=LISTED,
    ),
    Row(
        "ic_create_model",
        lambda client: client.image_classification.create_model(["cat", "dög"]),
        "POST /ImageCategorization/Model",
        Form([("categories", "cat"), ("categories", "dög")]),
    ),
    Row(
        "ic_list_models",
        lambda client: client.image_classification.list_models(),
        "GET /ImageCategorization/Models",
        answer=b"[" + MODEL + b"]",
    ),
    Row(
        "ic_get_model",
        lambda client: client.image_classification.get_model("m 1&"),
        "GET /ImageCategorization/Model",
        query=(("modelId", "m 1&"),),
    ),
    Row(
        "ic_upload_file",
        lambda client: client.image_classification.upload_file("m-1", "a cat", ("a.png", PNG)),
        "POST /ImageCategorization/UploadFile",
        Multipart([text("modelId", "m-1"), text("category", "a cat"), Part("file", "a.png", "image/png", PNG)]),
    ),
    Row(
        "ic_upload_urls",
        lambda client: client.image_classification.upload_urls("m-1", "cat", ["https://a.example/1", "https://b/2"]),
        "POST /ImageCategorization/UploadUrls",
        Form([("modelId", "m-1"), ("category", "cat"), ("urls", "https://a.example/1"), ("urls", "https://b/2")]),
    ),
    Row(
        "ic_train",
        lambda client: client.image_classification.train("m-1"),
        "POST /ImageCategorization/Train",
        query=(("modelId", "m-1"),),
    ),
    Row(
        "ic_predict_file",
        lambda client: client.image_classification.predict_file("m-1", ("a.png", PNG)),
        "POST /ImageCategorization/LabelFile",
        Multipart([text("modelId", "m-1"), Part("file", "a.png", "image/png", PNG)]),
        answer=CLASSIFIED,
    ),
    Row(
        "ic_predict_urls",
        lambda client: client.image_classification.predict_urls("m-1", ["https://a.example/1.png"]),
        "POST /ImageCategorization/LabelUrls",
        Form([("modelId", "m-1"), ("urls", "https://a.example/1.png")]),
        answer=CLASSIFIED,
    ),
    Row(
        "ocr_read_text",
        lambda client: client.ocr.read_text([("a.pdf", PDF), ("ä.png", PNG)]),
        "POST /OCR/FullText",
        Multipart([Part("file", "a.pdf", "application/pdf", PDF), Part("file", "ä.png", "image/png", PNG)]),
        answer=READ.replace(b"}]}", b'}, {"filename": "b", "page_data": []}]}'),
    ),
    Row(
        "ocr_read_text",
        lambda client: client.ocr.read_text(urls=["https://a.example/1.pdf?x=1&y=ü"]),
        "POST /OCR/FullText",
        Multipart([text("urls", "https://a.example/1.pdf?x=1&y=ü")]),
        answer=READ,
        variant="of URLs",
    ),
    Row(
        "ocr_approve_file",
        lambda client: client.ocr.approve("m-1", "f-1"),
        "POST /Inferences/Model/m-1/ImageLevelInferences/Verify/f-1",
    ),
    Row(
        "ocr_unapprove_file",
        lambda client: client.ocr.unapprove("m-1", "f-1"),
        "POST /Inferences/Model/m-1/ImageLevelInferences/UnVerify/f-1",
    ),
    Row(
        "ocr_delete_file",
        lambda client: client.ocr.delete_file("m-1", "f-1"),
        "DELETE /Inferences/Model/m-1/InferenceRequestFiles/f-1",
    ),
    Row(
        "ocr_retry_predictions",
        lambda client: client.ocr.retry_prediction("m-1", ["f-1", "f-2", "f-1"]),
        "POST /ObjectDetection/Model/m-1/RetryPrediction",
        Json({"file_ids": ["f-1", "f-2"]}),
    ),
    Row(
        "ocr_retry_exports",
        lambda client: client.ocr.retry_exports("m-1", "f-1"),
        "POST /Inferences/Model/m-1/ImageLevelInferences/retryallexports",
        Json({"file_ids": ["f-1"]}),
    ),
    Row(
        "ocr_assign_files",
        lambda client: client.ocr.assign("m-1", "ana+1@example.com", ["f-1"]),
        "POST /team/members/model/m-1/assign/files",
        Json({"member": "ana+1@example.com", "file_ids": ["f-1"]}),
    ),
    Row(
        "ocr_get_review_link",
        lambda client: client.ocr.review_link(
            "m-1", "f-1", expires=datetime(2099, 1, 1, tzinfo=UTC), redirect="https://a.example/?x=1&y=ü"
        ),
        "GET /Inferences/Model/m-1/ValidationUrl/f-1",
        query=(("expires", "4070908800"), ("redirect", "https://a.example/?x=1&y=ü")),
        answer=LINK,
    ),
    Row(
        "od_create_model",
        lambda client: client.object_detection.create_model(["wheel"]),
        "POST /ObjectDetection/Model",
        Json({"categories": ["wheel"]}),
    ),
    Row("od_get_model", lambda client: client.object_detection.get_model("m-1"), "GET /ObjectDetection/Model/m-1"),
    Row(
        "od_list_annotations",
        lambda client: client.object_detection.list_annotations("m-1"),
        "GET /ObjectDetection/Model/m-1/Annotations",
        answer=ANNOTATED,
    ),
    Row(
        "od_upload_file",
        lambda client: client.object_detection.upload_file("m-1", ("a.png", PNG), [ANNOTATION]),
        "POST /ObjectDetection/Model/m-1/UploadFile",
        Multipart([Part("file", "a.png", "image/png", PNG)], [{"filename": "a.png", "object": [TRAINING_OBJECT]}]),
        answer=UPLOADED,
    ),
    Row(
        "od_upload_urls",
        lambda client: client.object_detection.upload_urls("m-1", ["https://a.example/1.png"], [ANNOTATION]),
        "POST /ObjectDetection/Model/m-1/UploadUrls",
        Json(
            {
                "urls": ["https://a.example/1.png"],
                "data": [{"filename": "https://a.example/1.png", "object": [TRAINING_OBJECT]}],
            }
        ),
        answer=UPLOADED,
    ),
    Row("od_train", lambda client: client.object_detection.train("m-1"), "POST /ObjectDetection/Model/m-1/Train"),
    Row(
        "od_predict_file",
        lambda client: client.object_detection.predict_file("m-1", ("a.png", PNG)),
        "POST /ObjectDetection/Model/m-1/LabelFile",
        Multipart([Part("file", "a.png", "image/png", PNG)]),
        answer=PREDICTED,
    ),
    Row(
        "od_predict_urls",
        lambda client: client.object_detection.predict_urls("m-1", ["https://a.example/1.png"]),
        "POST /ObjectDetection/Model/m-1/LabelUrls",
        Form([("urls", "https://a.example/1.png")]),
        answer=PREDICTED,
    ),
    Row(
        "ml_create_model",
        lambda client: client.multi_label.create_model(["red", "groß"]),
        "POST /MultiLabelClassification/Model",
        Json({"categories": ["red", "groß"]}),
    ),
    Row("ml_get_model", lambda client: client.multi_label.get_model("m-1"), "GET /MultiLabelClassification/Model/m-1"),
    Row(
        "ml_upload_files",
        lambda client: client.multi_label.upload_files(
            "m-1", [(("a.png", PNG), ["red"]), (("ä.jpg", JPEG), ["red", "groß"])]
        ),
        "POST /MultiLabelClassification/Model/m-1/UploadFiles",
        Multipart(
            [Part("files", "a.png", "image/png", PNG), Part("files", "ä.jpg", "image/jpeg", JPEG)],
            [{"filename": "a.png", "categories": ["red"]}, {"filename": "ä.jpg", "categories": ["red", "groß"]}],
        ),
        answer=UPLOADED,
    ),
    Row(
        "ml_upload_urls",
        lambda client: client.multi_label.upload_urls("m-1", {"https://a.example/1.png": ["red"]}),
        "POST /MultiLabelClassification/Model/m-1/UploadUrls",
        Form(
            [
                ("urls", "https://a.example/1.png"),
                ("data", '[{"filename": "https://a.example/1.png", "categories": ["red"]}]'),
            ]
        ),
        answer=UPLOADED,
    ),
    Row("ml_train", lambda client: client.multi_label.train("m-1"), "POST /MultiLabelClassification/Model/m-1/Train"),
    Row(
        "ml_predict_files",
        lambda client: client.multi_label.predict_file("m-1", ("a.png", PNG)),
        "POST /MultiLabelClassification/Model/m-1/LabelFiles",
        Multipart([Part("files", "a.png", "image/png", PNG)]),
        answer=TAGGED,
    ),
    Row(
        "ml_predict_urls",
        lambda client: client.multi_label.predict_urls("m-1", ["https://a.example/1.png"]),
        "POST /MultiLabelClassification/Model/m-1/LabelUrls",
        Form([("urls", "https://a.example/1.png")]),
        answer=TAGGED,
    ),
)


def name_of(row: Row) -> str:
    return " ".join(filter(None, (row.operation, row.variant)))


# A correction sends what it read before; the tests of corrections hold it to those bytes.
ELSEWHERE: Final = {"ocr_update_page", "ocr_update_boxes"}


def test_the_table_has_every_operation_of_the_spec_under_its_method_and_path() -> None:
    in_spec = {
        (operation["operationId"], f"{method.upper()} {path}")
        for path, operations in spec()["paths"].items()
        for method, operation in operations.items()
    }
    filled = {
        (operation, wire.format(model_id="m-1", id="p-1", request_file_id="f-1"))
        for operation, wire in in_spec
        if operation not in ELSEWHERE
    }

    assert {(row.operation, row.wire) for row in ROWS} == filled
    assert {operation.id for operation in OPERATIONS} == {operation for operation, _ in in_spec}


@pytest.mark.parametrize("row", ROWS, ids=name_of)
@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_a_call_has_its_form_on_the_wire(door: Door, row: Row) -> None:
    with RawServer(answering(200, row.answer)) as server:
        door.use(server.base_url, row.use, review_url=server.origin)

    (received,) = server.received
    assert f"{received.method} {urlsplit(received.target).path.removeprefix('/api/v2')}" == row.wire
    assert ("?" in received.target) == bool(row.query)
    assert tuple(parse_qsl(urlsplit(received.target).query, keep_blank_values=True)) == row.query
    assert_headers(received, server)
    assert [value.partition(";")[0] for value in received.values("content-type")] == {
        Json: ["application/json"],
        Form: ["application/x-www-form-urlencoded"],
        Multipart: ["multipart/form-data"],
        type(None): [],
    }[type(row.body)]
    assert_body(received, row.body)


def assert_headers(received: Received, server: RawServer) -> None:
    assert received.value("authorization") == "Basic " + base64.b64encode(f"{API_KEY}:".encode()).decode()
    assert received.value("host") == server.origin.removeprefix("http://")
    assert received.value("user-agent").startswith("nanonets-sdk/")
    assert received.values("cookie") == []
    assert received.values("transfer-encoding") == []
    if received.method == "POST":
        assert received.value("accept-encoding") == "identity"
        assert received.value("content-length") == str(len(received.body))


def assert_body(received: Received, body: Expected) -> None:
    match body:
        case Json(value):
            assert json.loads(received.body) == value
        case Form(pairs):
            assert parse_qsl(received.body.decode("ascii"), strict_parsing=True) == pairs
        case Multipart(parts, None):
            assert parts_of(received) == parts
        case Multipart(parts, data):
            *others, annotations = parts_of(received)
            assert others == parts
            assert (annotations.name, annotations.file_name, annotations.content_type) == ("data", None, "text/plain")
            assert json.loads(annotations.content) == data
        case None:
            assert received.body == b""


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_each_upload_has_a_boundary_of_its_own_that_nobody_can_know_before(door: Door) -> None:
    with RawServer(answering(200, PREDICTED)) as server:
        for _ in range(2):
            door.use(server.base_url, lambda client: client.ocr.predict_file("m-1", PDF))

    first, second = (boundary_of(received) for received in server.received)
    assert first != second
    assert min(len(first), len(second)) >= 32


ODD_IDS: Final = ("a b", "é", "a/b", "../b", "a?b#c", "a%2Fb", "a+b", "a;b=c", "@:!$&'()*,~", "%", "\\", "a\r\nX: y")


@pytest.mark.parametrize("odd", ODD_IDS)
@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_an_odd_id_stays_one_segment_of_the_path(door: Door, odd: str) -> None:
    with RawServer(answering(200, LISTED)) as server:
        door.use(server.base_url, lambda client: client.ocr.get_file(odd, odd))

    (received,) = server.received
    segments = received.target.removeprefix("/api/v2/").split("/")
    assert [unquote(segment) for segment in segments] == [
        "Inferences", "Model", odd, "InferenceRequestFiles", "GetPredictions", odd
    ]  # fmt: skip


@pytest.mark.parametrize("base", ["/api/v2/", "", "/", "/proxy/nanonets/api/v2"])
@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_a_base_url_of_any_depth_is_kept(door: Door, base: str) -> None:
    with RawServer(answering(200, MODEL)) as server:
        door.use(server.origin + base, lambda client: client.ocr.get_model("m-1"))

    assert server.received[0].target == f"{base.rstrip('/')}/OCR/Model/m-1"
