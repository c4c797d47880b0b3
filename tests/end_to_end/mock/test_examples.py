"""A mock furnished for the examples of the description takes them as they stand, and refuses what it refused."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from nanonets_sdk._openapi import SPEC, locate
from nanonets_sdk.mock import Furnished, MockServer
from nanonets_sdk.mock.http.contract import load_description
from samples import INVOICE

DESCRIPTION = load_description(locate(SPEC))
EXAMPLES = {name: example["value"] for name, example in DESCRIPTION["components"]["examples"].items()}


def first_example(schema: str) -> Any:
    return DESCRIPTION["components"]["schemas"][schema]["examples"][0]


@pytest.fixture
def furnished(nanonets_mock: MockServer) -> Furnished:
    """What the mock of the test has been furnished with."""
    return nanonets_mock.furnish_examples()


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("OcrModel", "/OCR/Model/{}"),
        ("IcModel", "/ImageCategorization/Model?modelId={}"),
        ("OdModel", "/ObjectDetection/Model/{}"),
        ("MlModel", "/MultiLabelClassification/Model/{}"),
    ],
)
def test_the_models_of_the_examples_are_hosted(furnished: Furnished, http: httpx.Client, name: str, place: str) -> None:
    example = EXAMPLES[name]
    found = http.get(place.format(example["model_id"])).json()
    assert example["model_id"] in furnished.models.values()
    assert found["state"] == 5
    assert {one["name"] for one in found["categories"]} == {one["name"] for one in example["categories"]}


@pytest.mark.parametrize(
    ("kind", "place", "schema"),
    [
        ("ocr", "/OCR/Model/{}/LabelUrls", "OcrPredictUrlsForm"),
        ("ocr", "/OCR/Model/{}/LabelUrls/?async=true", "OcrSubmitUrlsForm"),
        ("classification", "/ImageCategorization/LabelUrls", "IcPredictUrlsForm"),
        ("classification", "/ImageCategorization/UploadUrls", "IcTrainingUrlsForm"),
        ("localization", "/ObjectDetection/Model/{}/LabelUrls", "LabelUrlsForm"),
        ("multi_label", "/MultiLabelClassification/Model/{}/LabelUrls", "LabelUrlsForm"),
    ],
)
def test_the_urls_of_the_examples_are_read(
    furnished: Furnished, http: httpx.Client, kind: Any, place: str, schema: str
) -> None:
    reply = http.post(place.format(furnished.models[kind]), data=first_example(schema))
    assert reply.status_code == 200, reply.text


def test_the_page_of_the_examples_is_read_and_corrected(furnished: Furnished, http: httpx.Client) -> None:
    place = f"/Inferences/Model/{furnished.models['ocr']}"
    page = http.get(f"{place}/ImageLevelInferences/{furnished.page_id}").json()["result"][0]
    assert page["request_file_id"] == furnished.request_file_id
    assert (page["day_since_epoch"], page["hour_of_day"]) == (20207, 12)
    assert {box["label"]: box["ocr_text"] for box in page["predicted_boxes"]}["total"] == "1,234.50"
    corrected = http.patch(f"{place}/ImageLevelInference?use_ui_version=true", json=first_example("PageUpdate"))
    assert corrected.status_code == 200, corrected.text
    for body in ("RetryFiles", "AssignFiles"):
        assert furnished.request_file_id in first_example(body)["file_ids"]


def test_the_examples_loosen_nothing(furnished: Furnished, http: httpx.Client) -> None:
    model_id = furnished.models["ocr"]
    for data in ({"urls": ""}, {"urls": furnished.urls[0], "pages_to_process": "x"}):
        assert http.post(f"/OCR/Model/{model_id}/LabelUrls", data=data).status_code == 400
    made = http.post("/OCR/Model", json=first_example("CreateOcrModelRequest")).json()["model_id"]
    files = {"file": INVOICE.read_bytes()}
    assert http.post(f"/OCR/Model/{made}/LabelFile", files=files).status_code == 400
    elsewhere = http.post(f"/OCR/Model/{model_id}/LabelUrls", data={"urls": "https://files.example.org/other.pdf"})
    assert elsewhere.status_code == 202


def test_furnishing_again_puts_back_what_was_deleted(
    nanonets_mock: MockServer, furnished: Furnished, http: httpx.Client
) -> None:
    place = f"/Inferences/Model/{furnished.models['ocr']}"
    page = f"{place}/ImageLevelInferences/{furnished.page_id}"
    assert http.delete(f"{place}/InferenceRequestFiles/{furnished.request_file_id}").status_code == 200
    assert http.get(page).status_code == 404
    assert nanonets_mock.furnish_examples() == furnished
    assert http.get(page).status_code == 200
    nanonets_mock.reset()
    assert http.get(page).status_code == 404
