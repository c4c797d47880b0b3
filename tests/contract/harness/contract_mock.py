"""The mock of the contract tests: always the same ids, and answers that do not depend on earlier requests."""

import json
from collections.abc import Mapping
from typing import Any, Final

import httpx
from schemathesis.transport.serialization import Binary
from starlette.applications import Starlette

from nanonets_sdk.contract.description.json_values import listed
from nanonets_sdk.contract.proving.files import tiny_picture
from nanonets_sdk.contract.proving.requests import Request
from nanonets_sdk.contract.proving.world import CATEGORIES, OCR_LABELS, PICTURE_CLASSES, SECONDS, URLS, World, json_of
from nanonets_sdk.mock import Behaviour, MockServer, Progression
from nanonets_sdk.mock.app import service_app
from nanonets_sdk.mock.state.records import ModelType

CONTRACT_KEY: Final = "contract-key"
"""The key of the mock in contract runs."""
CONTRACT_BEHAVIOUR: Final = Behaviour(deleted_files="marked")
"""How the mock behaves in contract runs: what is deleted can be read and deleted again, so that a scenario repeats."""
_MODELS: Final[Mapping[ModelType, Mapping[str, int]]] = {
    "ocr": {"ocr_model": 5, "archive_model": 5, "ocr_trainee": 0, "ocr_empty": 0},
    "classification": {"ic_model": 5, "ic_trainee": 0, "ic_empty": 0},
    "localization": {"od_model": 5, "od_trainee": 0, "od_empty": 0},
    "multi_label": {"ml_model": 5, "ml_trainee": 0, "ml_empty": 0},
}


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
    with httpx.Client(base_url=server.base_url, auth=(CONTRACT_KEY, ""), timeout=SECONDS) as http:
        page = _predict(http, models["archive_model"])
        _annotate(http, f"/OCR/Model/{models['ocr_trainee']}", OCR_LABELS)
        _annotate(http, f"/ObjectDetection/Model/{models['od_trainee']}", CATEGORIES["localization"])
        _exemplify(http, models["ic_trainee"])
        _label(http, models["ml_trainee"])
        (image,) = json_of(http.get(f"/Inferences/Model/{models['archive_model']}/ImageLevelInferences/{page['id']}"))[
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
        is_own=True,
    )


_TINY_FILE: Final = {"file": ("tiny.png", tiny_picture())}


def _predict(http: httpx.Client, model_id: str) -> Any:
    """Return the page of a new prediction."""
    return json_of(http.post(f"/OCR/Model/{model_id}/LabelFile/", files=_TINY_FILE))["result"][0]


def _annotate(http: httpx.Client, model: str, labels: tuple[str, ...]) -> None:
    place = {"xmin": 0, "ymin": 0, "xmax": 4, "ymax": 4}
    objects = [{"name": label, "ocr_text": label, "bndbox": place} for label in labels]
    data = {"data": json.dumps([{"filename": "tiny.png", "object": objects}])}
    json_of(http.post(f"{model}/UploadFile/", files=_TINY_FILE, data=data))


def _label(http: httpx.Client, model_id: str) -> None:
    data = {"data": json.dumps([{"filename": "tiny.png", "categories": [*CATEGORIES["multi_label"]]}])}
    files = {"files": ("tiny.png", tiny_picture())}
    json_of(http.post(f"/MultiLabelClassification/Model/{model_id}/UploadFiles/", files=files, data=data))


def _exemplify(http: httpx.Client, model_id: str) -> None:
    for category in PICTURE_CLASSES:
        form = {"modelId": model_id, "category": category}
        json_of(http.post("/ImageCategorization/UploadFile/", files=_TINY_FILE, data=form))


def parts(request: Request) -> dict[str, Any]:
    """Return a request as the arguments of a schemathesis case."""
    found: dict[str, Any] = {"path_parameters": dict(request.path), "query": dict(request.query)}
    if request.body is None:
        return found
    body = {name: _case_value(value) for name, value in request.body.items()}
    return found | {"body": body, "media_type": request.media_type}


def _case_value(value: Any) -> Any:
    if isinstance(value, bytes):
        return Binary(value)
    return [_case_value(item) for item in listed(value)] if isinstance(value, list) else value
