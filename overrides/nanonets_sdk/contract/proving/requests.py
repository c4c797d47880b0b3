"""A request for every operation that a service answers with success."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from attrs import evolve, field, frozen

from nanonets_sdk.contract.description.spec import body_input
from nanonets_sdk.contract.proving.files import FILE_NAME, tiny_picture, two_page_invoice
from nanonets_sdk.contract.proving.world import CATEGORIES, OCR_LABELS, PICTURE_CLASSES, World

FORM: Final = "application/x-www-form-urlencoded"
JSON: Final = "application/json"
MULTIPART: Final = "multipart/form-data"
_FILE: Final = tiny_picture()
_PLACE: Final = {"xmin": 0, "ymin": 0, "xmax": 4, "ymax": 4}
_ANNOTATION: Final = {"name": OCR_LABELS[0], "ocr_text": "A-1", "bndbox": _PLACE}
_OPTIONS: Final = {"request_metadata": "kept", "pages_to_process": "1,2", "base64_data": ""}
_QUERY: Final = {"l": "eng"}


@frozen
class Request:
    """The parts of a request; `media_type` is that of the body, in which a file is its bytes."""

    path: Mapping[str, str] = field(factory=dict[str, str])
    query: Mapping[str, Any] = field(factory=dict[str, Any])
    body: Mapping[str, Any] | None = None
    media_type: str | None = None

    @property
    def inputs(self) -> set[str]:
        """The inputs that it sends, by their names in the spec."""
        body = {body_input(self.media_type or "", name) for name in self.body or {}}
        return {f"path:{name}" for name in self.path} | {f"query:{name}" for name in self.query} | body


def working_requests(world: World) -> dict[str, Request]:
    """Return a request for each operation that succeeds in a world and sends every input of the operation."""
    return {
        "ocr_create_model": _json({}, {"categories": ["a", "b"], "model_type": "ocr"}),
        "ocr_get_model": Request({"model_id": world.ocr_model}),
        "ocr_upload_file": _multipart({"model_id": world.ocr_trainee}, {"file": _FILE, "data": _training_data()}),
        "ocr_upload_urls": _json(
            {"model_id": world.ocr_trainee}, {"urls": [_url(world)], "data": _annotated(_url(world))}
        ),
        "ocr_train": Request({"model_id": world.ocr_trainee}),
        "ocr_predict_file": _predict(world, {"file": two_page_invoice()}, MULTIPART, asynchronous="false"),
        "ocr_submit_file": _predict(world, {"file": two_page_invoice()}, MULTIPART, asynchronous="true"),
        "ocr_predict_urls": _predict(world, {"urls": [*world.urls]}, FORM, asynchronous="false"),
        "ocr_submit_urls": _predict(world, {"urls": [*world.urls]}, FORM, asynchronous="true"),
        "ocr_list_predictions": Request(
            {"model_id": world.archive_model}, {"start_day_interval": 0, "current_batch_day": 1}
        ),
        "ocr_get_page": Request({"model_id": world.archive_model, "id": world.page}),
        "ocr_get_file": Request({"model_id": world.archive_model, "request_file_id": world.request_file}),
        "ocr_read_text": _multipart({}, {"file": [_FILE], "urls": [*world.urls]}),
        "ocr_approve_file": Request({"model_id": world.archive_model, "request_file_id": world.request_file}),
        "ocr_unapprove_file": Request({"model_id": world.archive_model, "request_file_id": world.request_file}),
        "ocr_delete_file": Request({"model_id": world.archive_model, "request_file_id": world.request_file}),
        "ocr_update_page": evolve(
            _json({"model_id": world.archive_model}, _page(world)), query={"use_ui_version": "true"}
        ),
        "ocr_update_boxes": _json({"model_id": world.archive_model}, _page(world)),
        "ocr_retry_predictions": _json({"model_id": world.archive_model}, {"file_ids": [world.request_file]}),
        "ocr_retry_exports": _json({"model_id": world.archive_model}, {"file_ids": [world.request_file]}),
        "ocr_assign_files": _json(
            {"model_id": world.archive_model}, {"member": "reviewer@example.org", "file_ids": [world.request_file]}
        ),
        "ocr_get_review_link": Request(
            {"model_id": world.archive_model, "request_file_id": world.request_file},
            {"expires": 1_900_000_000, "redirect": "https://example.org/", "callback": "https://example.org/c"},
        ),
        "ic_create_model": Request(body={"categories": ["a", "b"]}, media_type=FORM),
        "ic_list_models": Request(),
        "ic_get_model": Request(query={"modelId": world.ic_model}),
        "ic_upload_file": _multipart({}, {"modelId": world.ic_trainee, "category": PICTURE_CLASSES[0], "file": _FILE}),
        "ic_upload_urls": Request(
            body={"modelId": world.ic_trainee, "category": PICTURE_CLASSES[0], "urls": [*world.urls]}, media_type=FORM
        ),
        "ic_train": Request(query={"modelId": world.ic_trainee}),
        "ic_predict_file": _multipart({}, {"modelId": world.ic_model, "file": _FILE}),
        "ic_predict_urls": Request(body={"modelId": world.ic_model, "urls": [*world.urls]}, media_type=FORM),
        **_detection_requests(world),
        **_multi_label_requests(world),
    }


def _detection_requests(world: World) -> dict[str, Request]:
    label = CATEGORIES["localization"][0]
    data = [{"filename": FILE_NAME, "object": [{"name": label, "bndbox": _PLACE}]}]
    by_url = [{"filename": _url(world), "object": [{"name": label, "bndbox": _PLACE}]}]
    trainee, model = {"model_id": world.od_trainee}, {"model_id": world.od_model}
    return {
        "od_create_model": _json({}, {"categories": ["a", "b"]}),
        "od_get_model": Request(model),
        "od_list_annotations": Request({"model_id": world.od_trainee or world.od_model}),
        "od_upload_file": _multipart(trainee, {"file": _FILE, "data": json.dumps(data)}),
        "od_upload_urls": _json(trainee, {"urls": [_url(world)], "data": by_url}),
        "od_train": Request(trainee),
        "od_predict_file": _multipart(model, {"file": _FILE}),
        "od_predict_urls": Request(model, body={"urls": [*world.urls]}, media_type=FORM),
    }


def _multi_label_requests(world: World) -> dict[str, Request]:
    labels = [*CATEGORIES["multi_label"]]
    by_url = json.dumps([{"filename": _url(world), "categories": labels}])
    trainee, model = {"model_id": world.ml_trainee}, {"model_id": world.ml_model}
    return {
        "ml_create_model": _json({}, {"categories": ["a", "b"]}),
        "ml_get_model": Request(model),
        "ml_upload_files": _multipart(trainee, {"files": [_FILE], "data": "[]"}),
        "ml_upload_urls": Request(trainee, body={"urls": [_url(world)], "data": by_url}, media_type=FORM),
        "ml_train": Request(trainee),
        "ml_predict_files": _multipart(model, {"files": [_FILE]}),
        "ml_predict_urls": Request(model, body={"urls": [*world.urls]}, media_type=FORM),
    }


def _url(world: World) -> str:
    return world.urls[0] if world.urls else ""


def _page(world: World) -> dict[str, Any]:
    box = {"is_new": True, "label": OCR_LABELS[0], "ocr_text": "A-1", **_PLACE}
    return {"id": world.page, "day_since_epoch": world.day, "hour_of_day": world.hour, "moderated_boxes": [box]}


def _json(path: Mapping[str, str], body: Mapping[str, Any]) -> Request:
    return Request(path, body=body, media_type=JSON)


def _multipart(path: Mapping[str, str], body: Mapping[str, Any]) -> Request:
    return Request(path, body=body, media_type=MULTIPART)


def _predict(world: World, what: Mapping[str, Any], media_type: str, *, asynchronous: str) -> Request:
    return Request({"model_id": world.ocr_model}, {"async": asynchronous, **_QUERY}, {**what, **_OPTIONS}, media_type)


def _training_data() -> str:
    return json.dumps(_annotated(FILE_NAME))


def _annotated(name: str) -> list[dict[str, Any]]:
    return [{"filename": name, "object": [_ANNOTATION]}]
