"""The types of the asynchronous client, as its users' type checkers see them. Checked, never run."""

from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Literal, Self, assert_type

import httpx

import nanonets_api
from nanonets_sdk import (
    Annotation,
    AsyncDraft,
    AsyncJob,
    AsyncNanonets,
    Box,
    Classification,
    Correction,
    Detection,
    Detections,
    Document,
    DraftCell,
    DraftField,
    DraftTable,
    Drift,
    Exchange,
    Listing,
    Model,
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


async def making(own: httpx.AsyncClient) -> None:
    assert_type(AsyncNanonets(), AsyncNanonets)
    assert_type(AsyncNanonets("key", base_url="https://x", timeout=5, max_retries=0), AsyncNanonets)
    assert_type(AsyncNanonets(api_key="key", http_client=own, on_retry=note_retry, on_drift=note_drift), AsyncNanonets)
    async with AsyncNanonets() as client:
        assert_type(client, AsyncNanonets)
        assert_type(client.with_options(timeout=1.5, max_retries=2, recorder=record), AsyncNanonets)
        assert_type(client.low_level, nanonets_api.Client)
        assert_type(await client.close(), None)


class OurAsyncNanonets(AsyncNanonets):
    """A subclass of the client."""

    def renamed(self) -> Self:
        """Return the client itself."""
        return self


async def making_ones_own(client: OurAsyncNanonets) -> None:
    assert_type(client.with_options(), OurAsyncNanonets)
    async with client as same:
        assert_type(same.renamed(), OurAsyncNanonets)


async def ocr(client: AsyncNanonets) -> None:
    annotation = Annotation("total", "12", Box(0, 0, 1, 1))
    assert_type(await client.ocr.create_model(["total"]), Model)
    assert_type(await client.ocr.create_model({"total", "date"}), Model)
    assert_type(await client.ocr.get_model("m"), Model)
    assert_type(await client.ocr.train("m"), Model)
    assert_type(await client.ocr.wait_until_trained("m", timeout=60), Model)
    assert_type(await client.ocr.upload_file("m", "a.pdf", [annotation]), Upload)
    assert_type(await client.ocr.upload_urls("m", ["u"], {"u": [annotation]}), Upload)
    assert_type(await client.ocr.upload_urls("m", ["u"], (annotation,)), Upload)
    assert_type(
        await client.ocr.predict_file("m", "a.pdf", language="en", request_metadata="x", pages=[1, 2]), Document
    )
    assert_type(await client.ocr.predict_urls("m", ("u",), pages="1-2"), list[Document])
    assert_type(await client.ocr.submit_file("m", "a.pdf"), AsyncJob)
    assert_type(await client.ocr.submit_urls("m", ["u"]), list[AsyncJob])
    assert_type(client.ocr.job("m", "f"), AsyncJob)
    assert_type(client.ocr.job("m", "f", pages=2), AsyncJob)
    assert_type(await client.ocr.get_file("m", "f"), Document)
    assert_type(await client.ocr.get_page("m", "p"), Page)


async def files(client: AsyncNanonets, path: Path) -> None:
    """Every form of a file."""
    await client.ocr.predict_file("m", path)
    await client.ocr.predict_file("m", b"%PDF-")
    await client.ocr.predict_file("m", BytesIO(b"%PDF-"))
    await client.ocr.predict_file("m", ("a.pdf", b"%PDF-"))
    await client.ocr.predict_file("m", ("a.pdf", BytesIO(b"%PDF-")))
    with path.open("rb") as file:
        await client.ocr.predict_file("m", file)
        await client.image_classification.predict_file("m", file)


async def days(client: AsyncNanonets) -> None:
    """Every form of a day."""
    assert_type(await client.ocr.list_predictions("m"), Listing)
    assert_type(await client.ocr.list_predictions("m", 0, 18_751), Listing)
    assert_type(await client.ocr.list_predictions("m", date(2021, 5, 4), datetime.now(UTC)), Listing)
    assert_type(await client.ocr.list_predictions("m", start=timedelta(days=7), end=None), Listing)


async def jobs(job: AsyncJob) -> None:
    assert_type(await job.status(), Literal["pending", "success", "failure"])
    assert_type(await job.result(), Document)
    assert_type(await job.result(timeout=1), Document)
    assert_type(job.model_id, str)
    assert_type(job.request_file_id, str)
    assert_type(job.file_name, str)
    assert_type(job.pages, int)
    assert_type(job.error, str | None)


async def image_classification(client: AsyncNanonets) -> None:
    ic = client.image_classification
    assert_type(await ic.create_model(["receipt", "passport"]), Model)
    assert_type(await ic.list_models(), list[Model])
    assert_type(await ic.get_model("m"), Model)
    assert_type(await ic.upload_file("m", "receipt", b""), Model)
    assert_type(await ic.upload_urls("m", "receipt", ["u"]), Model)
    assert_type(await ic.train("m"), Model)
    assert_type(await ic.wait_until_trained("m"), Model)
    assert_type(await ic.predict_file("m", "a.png"), Classification)
    assert_type(await ic.predict_urls("m", ["u"]), list[Classification])


async def text(client: AsyncNanonets) -> None:
    ocr = client.ocr
    assert_type(await ocr.read_text("a.pdf"), TextDocument)
    assert_type(await ocr.read_text(b"%PDF"), TextDocument)
    assert_type(await ocr.read_text(Path("a.pdf")), TextDocument)
    assert_type(await ocr.read_text(("a.pdf", BytesIO())), TextDocument)
    assert_type(await ocr.read_text(["a.pdf", "b.pdf"]), list[TextDocument])
    assert_type(await ocr.read_text([Path("a.pdf"), b"%PDF", ("a.pdf", b"%PDF")]), list[TextDocument])
    assert_type(await ocr.read_text(urls=["https://x"]), list[TextDocument])


async def stored_files(client: AsyncNanonets, document: Document) -> None:
    ocr = client.ocr
    assert_type(await ocr.approve("m", "f"), None)
    assert_type(await ocr.unapprove("m", document, confirm=True), None)
    assert_type(await ocr.delete_file("m", document), None)
    assert_type(await ocr.retry_prediction("m", [document, "f"]), None)
    assert_type(await ocr.retry_exports("m", document), None)
    assert_type(await ocr.assign("m", "a@example.com", ["f"], confirm=True), None)
    assert_type(await ocr.flag("m", document.pages[0], "total", "why", route="page"), None)
    assert_type(await ocr.flag("m", "p", "total", "why"), None)
    assert_type(await ocr.review_link("m", "f", expires=timedelta(hours=1), redirect="https://x"), str)
    assert_type(await ocr.review_link("m", document, expires=datetime.now(UTC), callback=None), str)


async def corrections(client: AsyncNanonets, document: Document) -> None:
    draft = await client.ocr.edit("m", document)
    assert_type(draft, AsyncDraft)
    assert_type(draft.set("total", "1"), DraftField)
    assert_type(draft.add("total", "1", page=1, box=Box(1, 2, 3, 4)), DraftField)
    assert_type(draft.remove("total", page=0), None)
    assert_type(draft.fields, tuple[DraftField, ...])
    assert_type(draft.tables[0].set(0, 1, "1"), DraftCell)
    assert_type(draft.tables[0].cell(0, 1), DraftCell | None)
    assert_type(draft.add_table([["a"]], header=["b"]), DraftTable)
    assert_type(draft.changes, tuple[Correction, ...])
    assert_type(await draft.save(route="boxes", confirm=True), tuple[int, ...])


async def detections(client: AsyncNanonets) -> None:
    models = client.object_detection
    assert_type(await models.create_model(["car"]), Model)
    assert_type(await models.list_annotations("m"), Upload)
    assert_type(await models.upload_file("m", "a.png", [Annotation("car", "", Box(1, 2, 3, 4))]), Upload)
    assert_type(await models.predict_file("m", "a.png"), Detections)
    assert_type(await models.predict_urls("m", ["https://x"]), list[Detections])
    for detection in await models.predict_file("m", "a.png"):
        assert_type(detection, Detection)


async def tags(client: AsyncNanonets) -> None:
    models = client.multi_label
    assert_type(await models.upload_files("m", [("a.png", ["cat"]), (("b.png", b"x"), ("dog",))]), Upload)
    assert_type(await models.upload_urls("m", {"https://x": ["cat"]}), Upload)
    assert_type((await models.predict_file("m", "a.png")).above(0.5), tuple[Score, ...])
    assert_type(await models.predict_files("m", ["a.png", b"x"]), list[Classification])
