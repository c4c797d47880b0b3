"""A model's whole life over the socket: create, annotate, train, predict, read, approve."""

import io
import json
import runpy
import time
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pdfplumber
import pytest
import requests
from PIL import Image

from nanonets_sdk import Annotation, Box, ModelNotReady, Nanonets
from nanonets_sdk.mock import MockServer, Progression
from nanonets_sdk.mock.plugin import API_KEY
from samples import SAMPLES

LABELS = ["invoice_number", "invoice_date", "total"]
PAPER = runpy.run_path(str(SAMPLES / "make_invoice.py"))
SECONDS_A_DAY = 86_400


def invoice(number: int) -> Any:
    items = tuple(PAPER["Item"](f"Article {n}", n + number, Decimal("12.50")) for n in range(1, 5 + number))
    return PAPER["InvoiceData"](
        number=f"INV-{number:04}", date=date(2026, 1, 10 + number), po_number=f"PO-{number}", items=items
    )


def annotations(pdf: bytes, fields: dict[str, str]) -> list[dict[str, Any]]:
    """Draw boxes around the words of each value, found by a reader other than the mock's."""
    with pdfplumber.open(io.BytesIO(pdf)) as document:
        words = document.pages[0].extract_words()
    return [annotation(words, label, fields[label]) for label in LABELS]


def annotation(words: list[dict[str, Any]], label: str, text: str) -> dict[str, Any]:
    wanted = text.split()
    starts = (n for n in range(len(words)) if [word["text"] for word in words[n : n + len(wanted)]] == wanted)
    found = words[(start := max(starts)) : start + len(wanted)]
    box = {
        "xmin": int(min(word["x0"] for word in found)),
        "ymin": int(min(word["top"] for word in found)),
        "xmax": round(max(word["x1"] for word in found)) + 1,
        "ymax": round(max(word["bottom"] for word in found)) + 1,
    }
    return {"name": label, "ocr_text": text, "bndbox": box}


@pytest.fixture
def session() -> Iterator[requests.Session]:
    with requests.Session() as opened:
        opened.auth = (API_KEY, "")
        yield opened


def ok(response: requests.Response) -> Any:
    assert response.status_code == 200, response.text
    return response.json()


def test_the_story_with_plain_requests(nanonets_mock: MockServer, session: requests.Session) -> None:
    base = nanonets_mock.base_url
    model = ok(session.post(f"{base}/OCR/Model/", json={"categories": LABELS, "model_type": "ocr"}))
    url = f"{base}/OCR/Model/{model['model_id']}"
    assert model["state"] == 0
    assert session.post(f"{url}/Train/").status_code == 409

    for number in (1, 2, 3):
        pdf = PAPER["make_invoice"](invoice(number))
        name = f"{number}.pdf"
        data = json.dumps([{"filename": name, "object": annotations(pdf, invoice(number).fields)}])
        uploaded = ok(session.post(f"{url}/UploadFile/", files={"file": (name, pdf)}, data={"data": data}))
        assert uploaded["Meta"]["Categories"][0] == {"name": "invoice_number", "count": number}
        assert uploaded["Meta"]["State"] == 2

    states = [ok(session.post(f"{url}/Train/"))["state"]]
    while states[-1] != 5:
        states.append(ok(session.get(url))["state"])
    assert states == [3, 3, 4, 5]

    fourth = PAPER["make_invoice"](invoice(4))
    pages = ok(
        session.post(
            f"{url}/LabelFile/?async=true", files={"file": ("4.pdf", fourth)}, data={"request_metadata": "no 4"}
        )
    )["result"]
    assert [page["prediction"] for page in pages] == [[]]
    file_id, page_id = pages[0]["request_file_id"], pages[0]["id"]
    inferences = f"{base}/Inferences/Model/{model['model_id']}"

    assert "result" not in ok(session.get(f"{inferences}/ImageLevelInferences/{page_id}"))
    page = ok(session.get(f"{inferences}/ImageLevelInferences/{page_id}"))["result"][0]
    assert page["message"] == "success"
    assert page["request_metadata"] == "no 4"
    assert texts(page["prediction"]) == {label: invoice(4).fields[label] for label in LABELS}

    today = int(time.time() // SECONDS_A_DAY)
    days = {"start_day_interval": today - 1, "current_batch_day": today}
    by_file = ok(session.get(f"{inferences}/InferenceRequestFiles/GetPredictions/{file_id}"))
    by_days = ok(session.get(f"{inferences}/ImageLevelInferences", params=days))
    assert by_file["unmoderated_images"] == by_days["unmoderated_images"]
    assert by_file["moderated_images_count"] == 0

    control = base.removesuffix("/api/v2") + "/_mock"
    ok(session.post(f"{control}/files/{file_id}/approve", json={"corrections": {"total": "1.00 EUR"}}))

    approved = ok(session.get(f"{inferences}/InferenceRequestFiles/GetPredictions/{file_id}"))
    (image,) = approved["moderated_images"]
    assert (approved["moderated_images_count"], approved["unmoderated_images_count"]) == (1, 0)
    assert image["approval_status"] == "approved"
    assert texts(image["moderated_boxes"])["total"] == "1.00 EUR"
    assert texts(image["predicted_boxes"])["total"] == invoice(4).fields["total"]


def texts(boxes: list[dict[str, Any]]) -> dict[str, str]:
    return {box["label"]: box["ocr_text"] for box in boxes if box["type"] == "field"}


def test_the_story_with_the_sdk(nanonets_mock: MockServer, nanonets_client: Nanonets) -> None:
    ocr = nanonets_client.ocr
    model_id = ocr.create_model(LABELS).model_id
    with pytest.raises(ModelNotReady):
        ocr.train(model_id)

    for number in (1, 2, 3):
        pdf = PAPER["make_invoice"](invoice(number))
        drawn = [sdk_annotation(one) for one in annotations(pdf, invoice(number).fields)]
        uploaded = ocr.upload_file(model_id, (f"{number}.pdf", pdf), drawn)
        assert [category.count for category in uploaded.model.categories] == [number] * len(LABELS)

    nanonets_mock.trainings = Progression.after_polls(1)
    assert ocr.train(model_id).state == 3
    assert ocr.wait_until_trained(model_id, timeout=120).state == 5

    job = ocr.submit_file(model_id, ("4.pdf", PAPER["make_invoice"](invoice(4))), request_metadata="no 4")
    assert job.status() == "pending"
    document = ocr.job(model_id, job.request_file_id).result(timeout=120)
    assert {label: document.fields[label].text for label in document.fields} == {
        label: invoice(4).fields[label] for label in LABELS
    }
    page = ocr.get_page(model_id, document.pages[0].id)
    assert page.fields["total"].text == invoice(4).fields["total"]
    (listed,) = ocr.list_predictions(model_id, timedelta(days=1))
    assert (listed.request_file_id, listed.is_moderated) == (job.request_file_id, False)

    nanonets_mock.approve(job.request_file_id, {"total": "1.00 EUR"})

    approved = ocr.get_file(model_id, job.request_file_id)
    assert approved.is_moderated
    assert approved.fields["total"].text == "1.00 EUR"


def sdk_annotation(drawn: dict[str, Any]) -> Annotation:
    return Annotation(drawn["name"], drawn["ocr_text"], Box(**drawn["bndbox"]))


def test_a_classifier_learns_from_a_few_pictures(nanonets_mock: MockServer, nanonets_client: Nanonets) -> None:
    classifier = nanonets_client.image_classification
    model_id = classifier.create_model(["red", "blue"]).model_id
    for shade in (160, 200, 240):
        classifier.upload_file(model_id, "red", picture(shade, 10, 10))
        classifier.upload_file(model_id, "blue", picture(10, 10, shade))
    nanonets_mock.trainings = Progression.immediate()
    classifier.train(model_id)

    for category, content in {"red": picture(180, 0, 0), "blue": picture(0, 0, 180)}.items():
        best, other = classifier.predict_file(model_id, content).scores
        assert best.label == category
        assert best.probability > other.probability


def picture(red: int, green: int, blue: int) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (40, 30), (red, green, blue)).save(target, "PNG")
    return target.getvalue()
