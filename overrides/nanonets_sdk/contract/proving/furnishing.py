"""Makes the models and files that a contract run needs, through the operations of the API.

    hosted model found    kept for predictions; nothing of the account is changed
    none of its kind      a model of this run is trained, and hosted as soon as the service has finished
    models of this run    one with training files, which can be trained, and one without, which cannot
    a file of this run    predicted if that may cost something; only such a file is corrected, approved and deleted

No operation deletes a model, so the models of a run stay in the account.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Collection, Generator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import httpx
from attrs import define, evolve, field, frozen

from nanonets_sdk.contract.proving.files import FILE_NAME, tiny_picture, two_page_invoice
from nanonets_sdk.contract.proving.world import CATEGORIES, HOSTED, PICTURE_CLASSES, World, json_of, with_ids

_PAUSE: Final = 0.2
_INVOICE: Final = {"file": ("invoice.pdf", two_page_invoice(), "application/pdf")}
_PLACE: Final = {"xmin": 0, "ymin": 0, "xmax": 4, "ymax": 4}
MODELS_MADE: Final = 8
"""Models that `furnish` makes: one with training files and one without, of each of four kinds."""


@frozen
class _Kind:
    """How one kind of model is made."""

    name: str
    type: str
    models: str
    create: Mapping[str, Any]
    upload: Callable[[httpx.Client, str], None]

    def model(self, model_id: str) -> str:
        return f"{self.models}/{model_id}"


@define
class Furnishing:
    """Makes what a run needs.

    Attributes:
        http: A client with the base URL and the key.
        kinds: The kinds of models that are needed: `ocr`, `ic`, `od`, `ml`.
        may_bill: Whether a file may be predicted.
        seconds: How long to wait until the models of the run are hosted.
        failures: What could not be made, and why.
    """

    http: httpx.Client
    kinds: Collection[str]
    may_bill: bool
    seconds: float
    failures: list[str] = field(factory=list[str])

    def furnish(self, world: World) -> World:
        """Return a world with the models and files that a run needs; what cannot be made is in `failures`.

        Raises:
            httpx.TransportError: The service does not answer.
        """
        deadline = time.monotonic() + self.seconds
        for kind in _KINDS:
            if kind.name in self.kinds:
                with self._noting(f"models of the kind {kind.type}"):
                    world = _with_models(self.http, kind, world)
        for kind in _KINDS:
            trainee: str = getattr(world, f"{kind.name}_trainee")
            if trainee and not getattr(world, f"{kind.name}_model"):
                with self._noting(f"a trained model of the kind {kind.type}"):
                    hosted = _trained(self.http, kind, trainee, deadline)
                    world = with_ids(world, {f"{kind.name}_model": hosted})
        if self.may_bill and "ocr" in self.kinds and world.ocr_model:
            with self._noting("a predicted file"):
                world = with_a_file(self.http, world)
        return world

    @contextmanager
    def _noting(self, what: str) -> Generator[None]:
        try:
            yield
        except httpx.HTTPStatusError as error:
            reply = error.response
            self.failures.append(f"{what}: {reply.request.method} was answered with {reply.status_code}")
        except (KeyError, IndexError, TypeError, ValueError) as error:
            # The message may quote the reply.
            self.failures.append(f"{what}: a reply cannot be used ({type(error).__name__})")


def _with_models(http: httpx.Client, kind: _Kind, world: World) -> World:
    """Make a model with training files and one without."""
    trainee, empty = (json_of(http.post(kind.models, **kind.create))["model_id"] for _ in range(2))
    kind.upload(http, trainee)
    known = {**world.categories, trainee: CATEGORIES[kind.type], empty: CATEGORIES[kind.type]}
    world = with_ids(world, {f"{kind.name}_trainee": trainee, f"{kind.name}_empty": empty})
    return evolve(world, categories=known)


def _trained(http: httpx.Client, kind: _Kind, model_id: str, deadline: float) -> str:
    """Train a model; return its id once it is hosted, "" if that takes too long."""
    is_picture = kind.name == "ic"
    train = "/ImageCategorization/Train" if is_picture else f"{kind.model(model_id)}/Train"
    query = {"modelId": model_id} if is_picture else {}
    place = kind.models if is_picture else kind.model(model_id)
    json_of(http.post(train, params=query))
    while json_of(http.get(place, params=query))["state"] not in HOSTED:
        if time.monotonic() > deadline:
            return ""
        time.sleep(_PAUSE)
    return model_id


def with_a_file(http: httpx.Client, world: World) -> World:
    """Return a world with a file of its own: predict one, and read it back for its day and hour.

    Raises:
        httpx.HTTPError: The service does not answer, or refuses a call.
        KeyError, IndexError, TypeError, ValueError: A reply is not what the contract says.
    """
    model_id = world.ocr_model
    page = json_of(http.post(f"/OCR/Model/{model_id}/LabelFile", files=_INVOICE))["result"][0]
    read = json_of(http.get(f"/Inferences/Model/{model_id}/ImageLevelInferences/{page['id']}"))["result"][0]
    return evolve(
        world,
        archive_model=model_id,
        page=page["id"],
        request_file=page["request_file_id"],
        day=read["day_since_epoch"],
        hour=read["hour_of_day"],
        is_own=True,
    )


def _one_file(name: str) -> dict[str, Any]:
    return {name: (FILE_NAME, tiny_picture(), "image/png")}


def _annotate(http: httpx.Client, model: str, labels: tuple[str, ...]) -> None:
    objects = [{"name": label, "ocr_text": label, "bndbox": _PLACE} for label in labels]
    data = {"data": json.dumps([{"filename": FILE_NAME, "object": objects}])}
    json_of(http.post(f"{model}/UploadFile", files=_one_file("file"), data=data))


def _exemplify(http: httpx.Client, model_id: str) -> None:
    # Examples that differ, so that a prediction has an order to judge.
    for category, shade in zip(PICTURE_CLASSES, (255, 0), strict=True):
        form = {"modelId": model_id, "category": category}
        file = {"file": (FILE_NAME, tiny_picture(shade), "image/png")}
        json_of(http.post("/ImageCategorization/UploadFile", files=file, data=form))


def _label(http: httpx.Client, model_id: str) -> None:
    data = {"data": json.dumps([{"filename": FILE_NAME, "categories": [*CATEGORIES["multi_label"]]}])}
    json_of(http.post(f"/MultiLabelClassification/Model/{model_id}/UploadFiles", files=_one_file("files"), data=data))


def _names(kind: str) -> dict[str, list[str]]:
    return {"categories": list(CATEGORIES[kind])}


_KINDS: Final = (
    _Kind(
        "ocr",
        "ocr",
        "/OCR/Model",
        {"json": {**_names("ocr"), "model_type": "ocr"}},
        lambda http, model_id: _annotate(http, f"/OCR/Model/{model_id}", CATEGORIES["ocr"]),
    ),
    _Kind("ic", "classification", "/ImageCategorization/Model", {"data": _names("classification")}, _exemplify),
    _Kind(
        "od",
        "localization",
        "/ObjectDetection/Model",
        {"json": _names("localization")},
        lambda http, model_id: _annotate(http, f"/ObjectDetection/Model/{model_id}", CATEGORIES["localization"]),
    ),
    _Kind("ml", "multi_label", "/MultiLabelClassification/Model", {"json": _names("multi_label")}, _label),
)
