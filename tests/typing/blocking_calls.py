"""The types of the synchronous client, as its users' type checkers see them. Checked, never run."""

from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Literal, Self, assert_type

import httpx

import nanonets_api
from nanonets_sdk import (
    Annotation,
    Box,
    Classification,
    Correction,
    Detection,
    Detections,
    Document,
    Draft,
    DraftCell,
    DraftField,
    DraftTable,
    Drift,
    Exchange,
    Job,
    Listing,
    Model,
    Nanonets,
    Page,
    RetryEvent,
    Score,
    TextDocument,
    Upload,
)


def note_retry(event: RetryEvent) -> None:
    """A callback that returns nothing."""


def note_drift(drift: Drift) -> str:
    """A callback that returns something."""
    return drift.path


def record(exchange: Exchange) -> int:
    """A recorder."""
    return exchange.status


def making(own: httpx.Client) -> None:
    assert_type(Nanonets(), Nanonets)
    assert_type(Nanonets("key", base_url="https://x", timeout=5, max_retries=0), Nanonets)
    assert_type(Nanonets(api_key="key", http_client=own, on_retry=note_retry, on_drift=note_drift), Nanonets)
    with Nanonets() as client:
        assert_type(client, Nanonets)
        assert_type(client.with_options(timeout=1.5, max_retries=2, recorder=record), Nanonets)
        assert_type(client.low_level, nanonets_api.Client)
        assert_type(client.close(), None)


class OurNanonets(Nanonets):
    """A subclass of the client."""

    def renamed(self) -> Self:
        """Return the client itself."""
        return self


def making_ones_own(client: OurNanonets) -> None:
    assert_type(client.with_options(), OurNanonets)
    with client as same:
        assert_type(same.renamed(), OurNanonets)


def ocr(client: Nanonets) -> None:
    annotation = Annotation("total", "12", Box(0, 0, 1, 1))
    assert_type(client.ocr.create_model(["total"]), Model)
    assert_type(client.ocr.create_model({"total", "date"}), Model)
    assert_type(client.ocr.get_model("m"), Model)
    assert_type(client.ocr.train("m"), Model)
    assert_type(client.ocr.wait_until_trained("m", timeout=60), Model)
    assert_type(client.ocr.upload_file("m", "a.pdf", [annotation]), Upload)
    assert_type(client.ocr.upload_urls("m", ["u"], {"u": [annotation]}), Upload)
    assert_type(client.ocr.upload_urls("m", ["u"], (annotation,)), Upload)
    assert_type(client.ocr.predict_file("m", "a.pdf", language="en", request_metadata="x", pages=[1, 2]), Document)
    assert_type(client.ocr.predict_urls("m", ("u",), pages="1-2"), list[Document])
    assert_type(client.ocr.submit_file("m", "a.pdf"), Job)
    assert_type(client.ocr.submit_urls("m", ["u"]), list[Job])
    assert_type(client.ocr.job("m", "f"), Job)
    assert_type(client.ocr.job("m", "f", pages=2), Job)
    assert_type(client.ocr.get_file("m", "f"), Document)
    assert_type(client.ocr.get_page("m", "p"), Page)


def files(client: Nanonets, path: Path) -> None:
    """Every form of a file."""
    client.ocr.predict_file("m", path)
    client.ocr.predict_file("m", b"%PDF-")
    client.ocr.predict_file("m", BytesIO(b"%PDF-"))
    client.ocr.predict_file("m", ("a.pdf", b"%PDF-"))
    client.ocr.predict_file("m", ("a.pdf", BytesIO(b"%PDF-")))
    with path.open("rb") as file:
        client.ocr.predict_file("m", file)
        client.image_classification.predict_file("m", file)


def days(client: Nanonets) -> None:
    """Every form of a day."""
    assert_type(client.ocr.list_predictions("m"), Listing)
    assert_type(client.ocr.list_predictions("m", 0, 18_751), Listing)
    assert_type(client.ocr.list_predictions("m", date(2021, 5, 4), datetime.now(UTC)), Listing)
    assert_type(client.ocr.list_predictions("m", start=timedelta(days=7), end=None), Listing)


def jobs(job: Job) -> None:
    assert_type(job.status(), Literal["pending", "success", "failure"])
    assert_type(job.result(), Document)
    assert_type(job.result(timeout=1), Document)
    assert_type(job.model_id, str)
    assert_type(job.request_file_id, str)
    assert_type(job.file_name, str)
    assert_type(job.pages, int)
    assert_type(job.error, str | None)


def image_classification(client: Nanonets) -> None:
    ic = client.image_classification
    assert_type(ic.create_model(["receipt", "passport"]), Model)
    assert_type(ic.list_models(), list[Model])
    assert_type(ic.get_model("m"), Model)
    assert_type(ic.upload_file("m", "receipt", b""), Model)
    assert_type(ic.upload_urls("m", "receipt", ["u"]), Model)
    assert_type(ic.train("m"), Model)
    assert_type(ic.wait_until_trained("m"), Model)
    assert_type(ic.predict_file("m", "a.png"), Classification)
    assert_type(ic.predict_urls("m", ["u"]), list[Classification])


def text(client: Nanonets) -> None:
    ocr = client.ocr
    assert_type(ocr.read_text("a.pdf"), TextDocument)
    assert_type(ocr.read_text(b"%PDF"), TextDocument)
    assert_type(ocr.read_text(Path("a.pdf")), TextDocument)
    assert_type(ocr.read_text(("a.pdf", BytesIO())), TextDocument)
    assert_type(ocr.read_text(["a.pdf", "b.pdf"]), list[TextDocument])
    assert_type(ocr.read_text([Path("a.pdf"), b"%PDF", ("a.pdf", b"%PDF")]), list[TextDocument])
    assert_type(ocr.read_text(urls=["https://x"]), list[TextDocument])


def stored_files(client: Nanonets, document: Document) -> None:
    ocr = client.ocr
    assert_type(ocr.approve("m", "f"), None)
    assert_type(ocr.unapprove("m", document, confirm=True), None)
    assert_type(ocr.delete_file("m", document), None)
    assert_type(ocr.retry_prediction("m", [document, "f"]), None)
    assert_type(ocr.retry_exports("m", document), None)
    assert_type(ocr.assign("m", "a@example.com", ["f"], confirm=True), None)
    assert_type(ocr.flag("m", document.pages[0], "total", "why", route="page"), None)
    assert_type(ocr.flag("m", "p", "total", "why"), None)
    assert_type(ocr.review_link("m", "f", expires=timedelta(hours=1), redirect="https://x"), str)
    assert_type(ocr.review_link("m", document, expires=datetime.now(UTC), callback=None), str)


def corrections(client: Nanonets, document: Document) -> None:
    draft = client.ocr.edit("m", document)
    assert_type(draft, Draft)
    assert_type(draft.set("total", "1"), DraftField)
    assert_type(draft.add("total", "1", page=1, box=Box(1, 2, 3, 4)), DraftField)
    assert_type(draft.remove("total", page=0), None)
    assert_type(draft.fields, tuple[DraftField, ...])
    assert_type(draft.tables[0].set(0, 1, "1"), DraftCell)
    assert_type(draft.tables[0].cell(0, 1), DraftCell | None)
    assert_type(draft.add_table([["a"]], header=["b"]), DraftTable)
    assert_type(draft.changes, tuple[Correction, ...])
    assert_type(draft.save(route="boxes", confirm=True), tuple[int, ...])


def detections(client: Nanonets) -> None:
    models = client.object_detection
    assert_type(models.create_model(["car"]), Model)
    assert_type(models.list_annotations("m"), Upload)
    assert_type(models.upload_file("m", "a.png", [Annotation("car", "", Box(1, 2, 3, 4))]), Upload)
    assert_type(models.predict_file("m", "a.png"), Detections)
    assert_type(models.predict_urls("m", ["https://x"]), list[Detections])
    for detection in models.predict_file("m", "a.png"):
        assert_type(detection, Detection)


def tags(client: Nanonets) -> None:
    models = client.multi_label
    assert_type(models.upload_files("m", [("a.png", ["cat"]), (("b.png", b"x"), ("dog",))]), Upload)
    assert_type(models.upload_urls("m", {"https://x": ["cat"]}), Upload)
    assert_type(models.predict_file("m", "a.png").above(0.5), tuple[Score, ...])
    assert_type(models.predict_files("m", ["a.png", b"x"]), list[Classification])
