"""The models, files and URLs of a service that a contract run can use.

A generated id does not exist, and a run that only meets 404 proves little.
"""

import io
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final, Self

import httpx
import msgspec
from attrs import field, frozen
from PIL import Image
from starlette.applications import Starlette

from nanonets_sdk.mock import MockServer, Progression
from nanonets_sdk.mock.app import service_app

OCR_LABELS: Final = ("invoice_number", "total")
PICTURE_CLASSES: Final = ("receipt", "passport")
URLS: Final = ("https://files.example.org/invoice.pdf", "https://files.example.org/receipt.png")
"""The URLs in the examples of the spec."""
CONTRACT_KEY: Final = "contract-key"
"""The key of the mock in contract runs."""
_HOSTED: Final = (5, 6)
_OCR_MODELS: Final = {"ocr_model": 5, "archive_model": 5, "ocr_trainee": 0, "ocr_empty": 0}
_IC_MODELS: Final = {"ic_model": 5, "ic_trainee": 0, "ic_empty": 0}
_DAYS_BACK: Final = 30
_SECONDS: Final = 30.0


def _no_categories() -> dict[str, tuple[str, ...]]:
    return {}


@frozen
class World:
    """The ids of what exists; an empty string where there is nothing."""

    ocr_model: str = ""
    """Hosted; takes predictions."""
    archive_model: str = ""
    """Hosted OCR model with a predicted file to read."""
    ocr_trainee: str = ""
    """OCR model with training files; accepts more, and can be trained."""
    ocr_empty: str = ""
    """OCR model without training files, which cannot be trained."""
    ic_model: str = ""
    """Hosted; takes pictures."""
    ic_trainee: str = ""
    """The same as `ocr_trainee` for image classification."""
    ic_empty: str = ""
    """The same as `ocr_empty` for image classification."""
    page: str = ""
    request_file: str = ""
    categories: Mapping[str, tuple[str, ...]] = field(factory=_no_categories)
    """The categories of every known model."""
    urls: tuple[str, ...] = ()
    """URLs that the service can fetch."""

    def to_json(self) -> str:
        """Return the world as JSON, for another process."""
        return msgspec.json.encode(self).decode()

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what `to_json` wrote."""
        return msgspec.json.decode(text, type=cls)


class ContractMock(MockServer):
    """The mock of contract runs, which always makes the same ids and gives access to its application."""

    def __init__(self) -> None:
        super().__init__(CONTRACT_KEY, seed="contract")

    @property
    def app(self) -> Starlette:
        """The application that it serves."""
        return service_app(self._service)


def furnish(server: MockServer) -> World:
    """Fill a mock with what a run needs; from here on jobs and trainings complete at once.

    The answer to a request must not depend on earlier requests, or a scenario cannot be repeated. Therefore the models
    to train have their training files from the start.
    """
    server.jobs = server.trainings = Progression.immediate()
    ocr = {name: server.create_model(OCR_LABELS, state=state) for name, state in _OCR_MODELS.items()}
    ic = {
        name: server.create_model(PICTURE_CLASSES, model_type="classification", state=state)
        for name, state in _IC_MODELS.items()
    }
    for url in URLS:
        server.register_url(url, tiny_picture())
    with httpx.Client(base_url=server.base_url, auth=(CONTRACT_KEY, ""), timeout=_SECONDS) as http:
        page = _predict(http, ocr["archive_model"])
        _annotate(http, ocr["ocr_trainee"])
        _exemplify(http, ic["ic_trainee"])
    return World(
        **ocr,
        **ic,
        page=page["id"],
        request_file=page["request_file_id"],
        categories=dict.fromkeys(ocr.values(), OCR_LABELS) | dict.fromkeys(ic.values(), PICTURE_CLASSES),
        urls=URLS,
    )


def discover(base_url: str, api_key: str) -> World:
    """Find out what a service has, using GET requests only."""
    with httpx.Client(base_url=base_url, auth=(api_key, ""), timeout=_SECONDS) as http:
        models = _body(http.get("/ImageCategorization/Models"))
        hosted = [model for model in models if model.get("state") in _HOSTED]
        ocr = [model["model_id"] for model in hosted if model.get("model_type") == "ocr"]
        pictures = [model["model_id"] for model in hosted if model.get("model_type") == "classification"]
        nothing: tuple[str, dict[str, Any]] = (ocr[0] if ocr else "", {})
        archive, image = next(_with_a_page(http, ocr), nothing)
    return World(
        ocr_model=archive,
        archive_model=archive,
        ic_model=pictures[0] if pictures else "",
        page=image.get("id", ""),
        request_file=image.get("request_file_id", ""),
        categories={model["model_id"]: tuple(one["name"] for one in model["categories"]) for model in models},
    )


def tiny_picture() -> bytes:
    """Return a valid PNG of 8 by 8 pixels."""
    stream = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(stream, "PNG")
    return stream.getvalue()


def tiny_pdf() -> bytes:
    """Return a valid PDF of one small empty page."""
    stream = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(stream, "PDF")
    return stream.getvalue()


def tiny_jpeg() -> bytes:
    """Return a valid JPEG of 8 by 8 pixels."""
    stream = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(stream, "JPEG")
    return stream.getvalue()


_TINY_FILE: Final = {"file": ("tiny.png", tiny_picture())}


def _predict(http: httpx.Client, model_id: str) -> Any:
    """Return the page of a new prediction."""
    return _body(http.post(f"/OCR/Model/{model_id}/LabelFile/", files=_TINY_FILE))["result"][0]


def _annotate(http: httpx.Client, model_id: str) -> None:
    place = {"xmin": 0, "ymin": 0, "xmax": 4, "ymax": 4}
    objects = [{"name": label, "ocr_text": label, "bndbox": place} for label in OCR_LABELS]
    data = {"data": json.dumps([{"filename": "tiny.png", "object": objects}])}
    _body(http.post(f"/OCR/Model/{model_id}/UploadFile/", files=_TINY_FILE, data=data))


def _exemplify(http: httpx.Client, model_id: str) -> None:
    for category in PICTURE_CLASSES:
        form = {"modelId": model_id, "category": category}
        _body(http.post("/ImageCategorization/UploadFile/", files=_TINY_FILE, data=form))


def _with_a_page(http: httpx.Client, model_ids: list[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    today = (datetime.now(UTC) - datetime.fromtimestamp(0, UTC)).days
    interval = {"start_day_interval": today - _DAYS_BACK, "current_batch_day": today}
    for model_id in model_ids:
        listing = _body(http.get(f"/Inferences/Model/{model_id}/ImageLevelInferences", params=interval))
        for image in (*listing["moderated_images"], *listing["unmoderated_images"]):
            yield model_id, image


def _body(reply: httpx.Response) -> Any:
    return reply.raise_for_status().json()
