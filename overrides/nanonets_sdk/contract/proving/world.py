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

from nanonets_sdk.mock import Behaviour, MockServer, Progression
from nanonets_sdk.mock.app import service_app
from nanonets_sdk.mock.state.records import ModelType

OCR_LABELS: Final = ("invoice_number", "total")
PICTURE_CLASSES: Final = ("receipt", "passport")
CATEGORIES: Final[Mapping[ModelType, tuple[str, ...]]] = {
    "ocr": OCR_LABELS,
    "classification": PICTURE_CLASSES,
    "localization": ("person", "car"),
    "multi_label": ("person", "car"),
}
URLS: Final = ("https://files.example.org/invoice.pdf", "https://files.example.org/receipt.png")
"""The URLs in the examples of the spec."""
CONTRACT_KEY: Final = "contract-key"
"""The key of the mock in contract runs."""
_HOSTED: Final = (5, 6)
CONTRACT_BEHAVIOUR: Final = Behaviour(deleted_files="marked")
"""How the mock behaves in contract runs: what is deleted can be read and deleted again, so that a scenario repeats."""
_MODELS: Final[Mapping[ModelType, Mapping[str, int]]] = {
    "ocr": {"ocr_model": 5, "archive_model": 5, "ocr_trainee": 0, "ocr_empty": 0},
    "classification": {"ic_model": 5, "ic_trainee": 0, "ic_empty": 0},
    "localization": {"od_model": 5, "od_trainee": 0, "od_empty": 0},
    "multi_label": {"ml_model": 5, "ml_trainee": 0, "ml_empty": 0},
}
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
    od_model: str = ""
    od_trainee: str = ""
    od_empty: str = ""
    ml_model: str = ""
    ml_trainee: str = ""
    ml_empty: str = ""
    """The same for object detection and for multi-label models."""
    page: str = ""
    day: int = 0
    hour: int = 0
    """When the page was predicted, as the service counts it; a correction names both."""
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
        super().__init__(CONTRACT_KEY, seed="contract", behaviour=CONTRACT_BEHAVIOUR)

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
    models = {
        name: server.create_model(CATEGORIES[kind], model_type=kind, state=state)
        for kind, names in _MODELS.items()
        for name, state in names.items()
    }
    for url in URLS:
        server.register_url(url, tiny_picture())
    with httpx.Client(base_url=server.base_url, auth=(CONTRACT_KEY, ""), timeout=_SECONDS) as http:
        page = _predict(http, models["archive_model"])
        _annotate(http, f"/OCR/Model/{models['ocr_trainee']}", OCR_LABELS)
        _annotate(http, f"/ObjectDetection/Model/{models['od_trainee']}", CATEGORIES["localization"])
        _exemplify(http, models["ic_trainee"])
        _label(http, models["ml_trainee"])
        (image,) = _body(http.get(f"/Inferences/Model/{models['archive_model']}/ImageLevelInferences/{page['id']}"))[
            "result"
        ]
    return World(
        **models,
        page=page["id"],
        day=image["day_since_epoch"],
        hour=image["hour_of_day"],
        request_file=page["request_file_id"],
        categories={models[name]: CATEGORIES[kind] for kind, names in _MODELS.items() for name in names},
        urls=URLS,
    )


def discover(base_url: str, api_key: str) -> World:
    """Find out what a service has, using GET requests only."""
    with httpx.Client(base_url=base_url, auth=(api_key, ""), timeout=_SECONDS) as http:
        models = _body(http.get("/ImageCategorization/Models"))
        hosted = [model for model in models if model.get("state") in _HOSTED]
        ocr = [model["model_id"] for model in hosted if model.get("model_type") == "ocr"]
        by_type = {model.get("model_type"): model["model_id"] for model in reversed(hosted)}
        nothing: tuple[str, dict[str, Any]] = (ocr[0] if ocr else "", {})
        archive, image = next(_with_a_page(http, ocr), nothing)
    return World(
        ocr_model=archive,
        archive_model=archive,
        ic_model=by_type.get("classification", ""),
        od_model=by_type.get("localization", ""),
        ml_model=by_type.get(Behaviour().multi_label_type, ""),
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


def _annotate(http: httpx.Client, model: str, labels: tuple[str, ...]) -> None:
    place = {"xmin": 0, "ymin": 0, "xmax": 4, "ymax": 4}
    objects = [{"name": label, "ocr_text": label, "bndbox": place} for label in labels]
    data = {"data": json.dumps([{"filename": "tiny.png", "object": objects}])}
    _body(http.post(f"{model}/UploadFile/", files=_TINY_FILE, data=data))


def _label(http: httpx.Client, model_id: str) -> None:
    data = {"data": json.dumps([{"filename": "tiny.png", "categories": [*CATEGORIES["multi_label"]]}])}
    files = {"files": ("tiny.png", tiny_picture())}
    _body(http.post(f"/MultiLabelClassification/Model/{model_id}/UploadFiles/", files=files, data=data))


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
