"""The mock answers the requests of the service's official Shell samples with success."""

import json
from collections.abc import Callable
from typing import Any, Final

import httpx
import pytest
from attrs import frozen

from nanonets_sdk.mock import MockServer
from samples import PICTURE

URL: Final = "https://files.example.org/picture.jpg"
FORM: Final = "application/x-www-form-urlencoded"
BOX: Final = {"xmin": 1, "ymin": 1, "xmax": 100, "ymax": 100}
ANNOTATION: Final = {"name": "category1", "ocr_text": "text", "bndbox": BOX}


@frozen
class Ids:
    """The values for the samples' placeholders."""

    ocr: str
    ic: str
    page: str


@frozen
class Sample:
    """One request: `fields` and `file` make a multipart body, as curl's -F does; `body` is sent as it is."""

    method: str
    path: str
    content_type: str = ""
    body: str = ""
    fields: dict[str, str] | None = None
    accept: str = "*/*"


def training_data(filename: str) -> list[dict[str, Any]]:
    return [{"filename": filename, "object": [ANNOTATION, {"name": "category2", "bndbox": BOX}]}]


MULTIPART: Final = "multipart/form-data"
SAMPLES: Final[dict[str, Callable[[Ids], Sample]]] = {
    "ocr get model": lambda ids: Sample("GET", f"/OCR/Model/{ids.ocr}"),
    "ocr upload urls": lambda ids: Sample(
        "POST",
        f"/OCR/Model/{ids.ocr}/UploadUrls/",
        '"application/json"',
        json.dumps({"data": training_data(URL), "urls": [URL]}),
    ),
    "ocr upload urls with curl's own type": lambda ids: Sample(
        "POST", f"/OCR/Model/{ids.ocr}/UploadUrls/", FORM, json.dumps({"data": training_data(URL), "urls": [URL]})
    ),
    "ocr upload urls as a form": lambda ids: Sample("POST", f"/OCR/Model/{ids.ocr}/UploadUrls/", FORM, f"urls={URL}"),
    "ocr upload file": lambda ids: Sample(
        "POST",
        f"/OCR/Model/{ids.ocr}/UploadFile/",
        fields={"data": json.dumps([{"filename": PICTURE.name, "object": [ANNOTATION]}])},
        accept=MULTIPART,
    ),
    "ocr train, without Model in the path": lambda ids: Sample("POST", f"/OCR/{ids.ocr}/Train/"),
    "ocr list predictions": lambda ids: Sample(
        "GET", f"/Inferences/Model/{ids.ocr}/ImageLevelInferences?start_day_interval=18751&current_batch_day=18876"
    ),
    "ocr get page": lambda ids: Sample("GET", f"/Inferences/Model/{ids.ocr}/ImageLevelInferences/{ids.page}"),
    "ocr predict urls": lambda ids: Sample(
        "POST", f"/OCR/Model/{ids.ocr}/LabelUrls/", FORM, f"urls={URL}", accept=FORM
    ),
    "ocr submit urls": lambda ids: Sample(
        "POST", f"/OCR/Model/{ids.ocr}/LabelUrls/?async=true", FORM, f"urls={URL}", accept=FORM
    ),
    "ocr predict file": lambda ids: Sample("POST", f"/OCR/Model/{ids.ocr}/LabelFile/", fields={}, accept=MULTIPART),
    "ocr submit file": lambda ids: Sample(
        "POST", f"/OCR/Model/{ids.ocr}/LabelFile/?async=true", fields={}, accept=MULTIPART
    ),
    "ic list models": lambda _: Sample("GET", "/ImageCategorization/Models/"),
    "ic get model, with the parameter id": lambda ids: Sample("GET", f"/ImageCategorization/Model/?id={ids.ic}"),
    "ic upload urls": lambda ids: Sample(
        "POST", "/ImageCategorization/UploadUrls/", FORM, f"modelId={ids.ic}&category=category1&urls={URL}", accept=FORM
    ),
    "ic upload file": lambda ids: Sample(
        "POST",
        "/ImageCategorization/UploadFile/",
        fields={"category": "category1", "modelId": ids.ic},
        accept=MULTIPART,
    ),
    "ic train": lambda ids: Sample("POST", f"/ImageCategorization/Train/?modelId={ids.ic}"),
    "ic predict urls": lambda ids: Sample(
        "POST", "/ImageCategorization/LabelUrls/", FORM, f"modelId={ids.ic}&urls={URL}", accept=FORM
    ),
    "ic predict file": lambda ids: Sample(
        "POST", "/ImageCategorization/LabelFile/", fields={"modelId": ids.ic}, accept=MULTIPART
    ),
    "ic create model as multipart": lambda _: Sample("POST", "/ImageCategorization/Model/", fields={"categories": "a"}),
}


@pytest.fixture
def ids(nanonets_mock: MockServer, http: httpx.Client) -> Ids:
    """Two models with training files, and a page."""
    nanonets_mock.register_url(URL, PICTURE)
    categories = ["category1", "category2"]
    ocr = nanonets_mock.create_model(categories)
    ic = nanonets_mock.create_model(categories, model_type="classification")
    data = json.dumps([{"filename": PICTURE.name, "object": [ANNOTATION]}])
    http.post(f"/OCR/Model/{ocr}/UploadFile", files={"file": (PICTURE.name, PICTURE.read_bytes())}, data={"data": data})
    for category in categories:
        files = {"file": (PICTURE.name, PICTURE.read_bytes())}
        http.post("/ImageCategorization/UploadFile", files=files, data={"modelId": ic, "category": category})
    page = http.post(f"/OCR/Model/{ocr}/LabelFile", files={"file": (PICTURE.name, PICTURE.read_bytes())})
    return Ids(ocr, ic, page.json()["result"][0]["id"])


@pytest.mark.parametrize("name", SAMPLES)
def test_every_shell_sample_succeeds(http: httpx.Client, ids: Ids, name: str) -> None:
    sample = SAMPLES[name](ids)
    reply = send(http, sample)

    assert 200 <= reply.status_code < 300, reply.text


def send(http: httpx.Client, sample: Sample) -> httpx.Response:
    headers = {"Accept": sample.accept} | ({"Content-Type": sample.content_type} if sample.content_type else {})
    if sample.fields is None:
        return http.request(sample.method, sample.path, content=sample.body, headers=headers)
    if "categories" in sample.fields:
        parts = [("categories", (None, "a")), ("categories", (None, "b"))]
        return http.request(sample.method, sample.path, files=parts, headers=headers)
    files = {"file": (PICTURE.name, PICTURE.read_bytes(), "image/png")}
    return http.request(sample.method, sample.path, data=sample.fields, files=files, headers=headers)


def test_what_no_sample_does_is_not_tolerated(http: httpx.Client, ids: Ids) -> None:
    assert http.post(f"/OCR/{ids.ocr}/LabelFile/").status_code == 404
    assert http.get("/ImageCategorization/Model", params={"model": ids.ic}).status_code == 400
    assert http.post(f"/OCR/Model/{ids.ocr}/LabelUrls", json={"urls": [URL]}).status_code == 400
