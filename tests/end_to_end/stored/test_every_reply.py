"""What a call returned can be made again from its reply: over real sockets, for every operation with results."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from nanonets_sdk import (
    Annotation,
    Box,
    Classification,
    Detections,
    Document,
    Drift,
    Exchange,
    JobFailed,
    Nanonets,
    TextDocument,
    load_classifications,
    load_documents,
    load_text_documents,
)
from nanonets_sdk.mock import Behaviour, MockServer, Progression, WrongType
from nanonets_sdk.mock.plugin import API_KEY
from samples import BORN_DIGITAL, INVOICE, PICTURE

URLS: Final = ["https://files.example.org/a.pdf", "https://files.example.org/b.png"]
FILES: Final = [INVOICE, PICTURE, *sorted(BORN_DIGITAL.glob("*.pdf"))[:2]]
DRAWN: Final = [Annotation("stamp", "", Box(10, 10, 60, 60))]


class Recorded:
    """A client of the mock that keeps the bodies of its replies."""

    def __init__(self, mock: MockServer) -> None:
        self.bodies: list[bytes] = []
        self.drifts: list[Drift] = []
        self.opened = Nanonets(api_key=API_KEY, base_url=mock.base_url, on_drift=self.drifts.append)
        self.client = self.opened.with_options(recorder=self._keep)

    def _keep(self, exchange: Exchange) -> None:
        self.bodies.append(exchange.content)


@pytest.fixture
def recorded(nanonets_mock: MockServer) -> Iterator[Recorded]:
    nanonets_mock.register_url(URLS[0], INVOICE)
    nanonets_mock.register_url(URLS[1], PICTURE)
    nanonets_mock.jobs = nanonets_mock.trainings = Progression.immediate()
    recorded = Recorded(nanonets_mock)
    with recorded.opened:
        yield recorded


def assert_loads(body: bytes, documents: list[Document]) -> None:
    """The body gives these documents, and each of them survives being saved."""
    assert load_documents(body) == documents
    for document in documents:
        again = Document.load(document.to_json())
        assert (again, again.raw) == (document, document.raw)
        assert [field.raw for field in again.fields.all()] == [field.raw for field in document.fields.all()]


@pytest.mark.parametrize(
    "file", [INVOICE, PICTURE, *sorted(BORN_DIGITAL.glob("*.pdf"))[:3]], ids=lambda path: path.name
)
def test_a_prediction_of_each_sample(recorded: Recorded, nanonets_mock: MockServer, file: Path) -> None:
    document = recorded.client.ocr.predict_file(nanonets_mock.model_id, file, request_metadata="7")
    assert_loads(recorded.bodies[-1], [document])
    assert Document.load(recorded.bodies[-1]).raw == document.raw


def test_predictions_by_url(recorded: Recorded, nanonets_mock: MockServer) -> None:
    documents = recorded.client.ocr.predict_urls(nanonets_mock.model_id, URLS)
    assert_loads(recorded.bodies[-1], documents)


@pytest.mark.parametrize("nested", [False, True])
def test_a_submission_and_every_way_to_read_its_result(
    recorded: Recorded, nanonets_mock: MockServer, nested: bool
) -> None:
    nanonets_mock.behaviour = Behaviour(nested_async=nested)
    ocr, model = recorded.client.ocr, nanonets_mock.model_id
    job = ocr.submit_file(model, INVOICE)
    (submitted,) = load_documents(recorded.bodies[-1])
    assert (submitted.request_file_id, len(submitted.pages), submitted.fields.all()) == (job.request_file_id, 2, ())
    for approve in (False, True):
        if approve:
            ocr.approve(model, job.request_file_id)
        document = ocr.get_file(model, job.request_file_id)
        assert document.is_moderated is approve
        assert_loads(recorded.bodies[-1], [document])
        page = ocr.get_page(model, document.pages[1].id)
        (alone,) = load_documents(recorded.bodies[-1])
        assert alone.pages == (page,)
        assert_loads(recorded.bodies[-1], [alone])
    listing = ocr.list_predictions(model)
    assert_loads(recorded.bodies[-1], [*listing])


def test_a_listing_of_several_files(recorded: Recorded, nanonets_mock: MockServer) -> None:
    ocr, model = recorded.client.ocr, nanonets_mock.model_id
    ocr.predict_urls(model, URLS)
    ocr.approve(model, ocr.list_predictions(model).documents[0].request_file_id)
    listing = ocr.list_predictions(model)
    assert len(listing) == 2
    assert_loads(recorded.bodies[-1], [*listing])
    assert load_documents(recorded.bodies[-1])[1].raw == listing.documents[1].raw


def test_a_file_that_is_in_work_and_a_page_that_is(recorded: Recorded, nanonets_mock: MockServer) -> None:
    nanonets_mock.jobs = Progression.after_polls(9)
    ocr, model = recorded.client.ocr, nanonets_mock.model_id
    job = ocr.submit_file(model, INVOICE)
    page_id = load_documents(recorded.bodies[-1])[0].pages[0].id
    document = ocr.get_file(model, job.request_file_id)
    assert document.status == "pending"
    assert_loads(recorded.bodies[-1], [document])
    page = ocr.get_page(model, page_id)
    loaded = Document.load(recorded.bodies[-1]).pages[0]
    assert (page.status, loaded.status, page.id) == ("pending", "pending", page_id)


def test_drift_is_reported_and_forgiven_as_by_the_call(recorded: Recorded, nanonets_mock: MockServer) -> None:
    model = nanonets_mock.model_id
    nanonets_mock.fail("ocr_predict_file", WrongType("/result/0/prediction/0/score", "high"))
    document = recorded.client.ocr.predict_file(model, INVOICE)
    seen: list[Drift] = []
    assert Document.load(recorded.bodies[-1], on_drift=seen.append) == document
    places = [(drift.path, drift.expected, drift.seen) for drift in recorded.drifts]
    assert [(drift.path, drift.expected, drift.seen) for drift in seen] == places != []


def test_object_detection(recorded: Recorded) -> None:
    family = recorded.client.object_detection
    model = family.create_model(["stamp"]).model_id
    family.upload_file(model, PICTURE, DRAWN)
    family.train(model)
    found = family.predict_file(model, PICTURE)
    assert Detections.load(recorded.bodies[-1]) == found
    assert_loads(recorded.bodies[-1], [found.document])


def test_classifications_of_both_families(recorded: Recorded) -> None:
    family = recorded.client.image_classification
    model = family.create_model(["a", "b"]).model_id
    for category in ("a", "b"):
        family.upload_urls(model, category, [URLS[1]])
    family.train(model)
    one = family.predict_file(model, PICTURE)
    assert Classification.load(recorded.bodies[-1]) == one
    assert Classification.load(one.raw) == one
    assert family.predict_urls(model, URLS[1:]) == load_classifications(recorded.bodies[-1])
    several = recorded.client.multi_label
    model = several.create_model(["a", "b"]).model_id
    several.upload_urls(model, {URLS[0]: ["a"], URLS[1]: ["b"]})
    several.train(model)
    labels = several.predict_files(model, [PICTURE, INVOICE])
    assert load_classifications(recorded.bodies[-1]) == labels


@pytest.mark.parametrize("key", ["results", "result"])
def test_full_text(recorded: Recorded, nanonets_mock: MockServer, key: Any) -> None:
    nanonets_mock.behaviour = Behaviour(text_key=key)
    text = recorded.client.ocr.read_text(INVOICE)
    assert TextDocument.load(recorded.bodies[-1]) == text
    assert TextDocument.load(text.raw) == text
    several = recorded.client.ocr.read_text([INVOICE, PICTURE])
    assert load_text_documents(recorded.bodies[-1]) == several


def test_a_failed_page_stays_with_its_document(recorded: Recorded, nanonets_mock: MockServer) -> None:
    nanonets_mock.jobs = Progression.immediate().failing(1)
    with pytest.raises(JobFailed) as caught:
        recorded.client.ocr.submit_file(nanonets_mock.model_id, INVOICE).result()
    assert caught.value.document is not None
    assert_loads(recorded.bodies[-1], [caught.value.document])


def test_an_archive_of_all_of_them(recorded: Recorded, nanonets_mock: MockServer, tmp_path: Path) -> None:
    ocr, model = recorded.client.ocr, nanonets_mock.model_id
    first = ocr.predict_file(model, INVOICE)
    stored = ocr.get_file(model, first.request_file_id)
    path = tmp_path / "archive.jsonl"
    lines = [*recorded.bodies, b"", first.to_json().encode(), json.dumps(stored.raw).encode()]
    path.write_bytes(b"\xef\xbb\xbf" + b"\r\n".join(lines))
    assert load_documents(path) == [first, stored, first, stored]
