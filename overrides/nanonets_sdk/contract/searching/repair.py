"""Repairs generated requests: puts in what JSON Schema cannot express, so that a valid request can succeed.

An id must exist, a category must belong to the model, an annotation to a file that is sent. Requests that are meant to
be invalid keep their one fault, so that it is the only possible reason for a refusal.
"""

from __future__ import annotations

import json
import random
import re
import zlib
from typing import Any, Final, cast

from attrs import define, field
from schemathesis.core.parameters import ParameterLocation
from schemathesis.transport.serialization import Binary

from nanonets_sdk.contract.description.json_values import objects
from nanonets_sdk.contract.description.spec import load_spec
from nanonets_sdk.contract.proving.files import tiny_jpeg, tiny_pdf, tiny_picture
from nanonets_sdk.contract.proving.world import World
from nanonets_sdk.contract.searching.wire import (
    AnyCase,
    has_what_it_needs,
    judge_multipart,
    operation_id_of,
)

_OF_STORED_FILES: Final = re.compile(
    "ocr_(get_(page|file|review_link)|list|approve|unapprove|delete|update|retry|assign)"
)
_HOSTED: Final = (5, 6)
_FILES: Final = (tiny_picture(), tiny_jpeg(), tiny_pdf())
"""A file of each type that the API takes; to the schema any bytes are valid."""
_UNKNOWN_IDS: Final = 0.25
_KNOWN_URLS: Final = 0.5
_PAGES: Final = ("", "1", "1,2", "1,1")
"""Values of `pages_to_process` that are valid for every file."""


@define
class Repairs:
    """The repairs of one run; it learns from replies which ids exist."""

    world: World
    categories: dict[str, tuple[str, ...]] = field(init=False)
    """The categories of every known model."""
    hosted: set[str] = field(init=False)
    """The models that take predictions."""
    ids: set[str] = field(factory=set[str])
    """The ids of pages and files in replies."""

    def __attrs_post_init__(self) -> None:
        self.categories = dict(self.world.categories)
        world = self.world
        self.hosted = {world.ocr_model, world.archive_model, world.ic_model, world.od_model, world.ml_model}

    def mend(self, case: AnyCase) -> None:
        """Repair a request in place; an invalid one stays invalid."""
        if case.meta is None:
            return
        judge_multipart(case)
        self._mend(case, {place for place in ParameterLocation if case.meta.is_negative_at(place)})
        judge_multipart(case)

    def _mend(self, case: AnyCase, negative: set[ParameterLocation]) -> None:
        if ParameterLocation.PATH not in negative:
            self._mend_path(case, case.path_parameters)
        if "modelId" in case.query and ParameterLocation.QUERY not in negative:
            case.query["modelId"] = self._model(case, case.query["modelId"])
        if isinstance(case.body, dict) and ParameterLocation.BODY not in negative and has_what_it_needs(case):
            self._mend_body(case, case.body)

    def learn(self, status: int, reply: Any) -> None:
        """Remember the models, pages and files of a reply."""
        if status not in {200, 202, 206}:
            return
        for thing in objects(reply):
            self.ids.update(str(thing[name]) for name in ("id", "request_file_id") if thing.get(name))
            if "model_id" in thing and "categories" in thing:
                self._learn_model(thing)

    def _learn_model(self, model: dict[str, Any]) -> None:
        self.categories[model["model_id"]] = tuple(category["name"] for category in model["categories"])
        # In contract runs an accepted training is complete at once.
        if model["state"] in (*_HOSTED, 3, 4):
            self.hosted.add(model["model_id"])

    def _mend_path(self, case: AnyCase, path: dict[str, Any]) -> None:
        if "model_id" in path:
            path["model_id"] = self._model(case, path["model_id"])
        if "id" in path and path["id"] not in self.ids and self._may_replace(case, path["id"]):
            path["id"] = self.world.page or path["id"]
        if "request_file_id" in path and path["request_file_id"] not in self.ids:
            wanted = path["request_file_id"]
            path["request_file_id"] = self.world.request_file if self._may_replace(case, wanted) else wanted

    def _model(self, case: AnyCase, given: Any) -> Any:
        operation_id = operation_id_of(case)
        known = self.hosted if "predict_" in operation_id or "submit_" in operation_id else self.categories.keys()
        # An unknown id may stay. The id of another kind of object would be refused for a reason that no schema gives.
        if given in known or (given not in self.categories and not self._may_replace(case, given)):
            return given
        return getattr(self.world, _wanted_model(operation_id, given)) or given

    @staticmethod
    def _may_replace(case: AnyCase, given: Any) -> bool:
        """Leave one in four of the fuzzer's ids unknown, so that 404 is exercised too."""
        is_fuzzing = case.meta is not None and case.meta.phase.name.value == "fuzzing"
        return not is_fuzzing or _draws(given).random() >= _UNKNOWN_IDS

    def _mend_body(self, case: AnyCase, body: dict[str, Any]) -> None:
        self._mend_files(case, body)
        # Members that an operation does not declare have any type.
        if isinstance(body.get("modelId"), str):
            body["modelId"] = self._model(case, body["modelId"])
        if "category" in body and isinstance(body.get("modelId"), str):
            body["category"] = _drawn(self._labels(body["modelId"]) or [body["category"]], body["category"])
        if isinstance(body.get("categories"), list):
            body["categories"] = list(dict.fromkeys(f"{name}{index}" for index, name in enumerate(body["categories"])))
        if "pages_to_process" in body:
            body["pages_to_process"] = _drawn(_PAGES, body["pages_to_process"])
        if "urls" in body and not isinstance(body["urls"], list):
            # One text is a valid form of a member that may repeat.
            body["urls"] = [body["urls"]]
        if "urls" in body and self.world.urls and _draws(body["urls"]).random() < _KNOWN_URLS:
            body["urls"] = [_drawn(self.world.urls, body["urls"]), *body["urls"][1:]]
        if "moderated_boxes" in body and "_update_" in operation_id_of(case):
            self._mend_page(body)
        if "data" in body and "_upload_" in operation_id_of(case):
            self._mend_data(case, body)

    def _mend_files(self, case: AnyCase, body: dict[str, Any]) -> None:
        for name in ("file", "files"):
            if name in body:
                body[name] = _readable(body[name])
        if operation_id_of(case) == "ocr_read_text" and not body.get("file"):
            # Neither a file nor a URL that can be read is an error that no schema can express.
            body["file"] = [Binary(_FILES[0])]
        if "file_ids" in body and self.world.request_file:
            body["file_ids"] = [self.world.request_file]

    def _mend_data(self, case: AnyCase, body: dict[str, Any]) -> None:
        if isinstance(body["data"], str):
            names = body["urls"] if "urls" in body else _file_names(case)
            body["data"] = json.dumps(self._training_data(case, body["data"], names))
        else:
            self._mend_annotations(case, body["data"], body["urls"])

    def _mend_page(self, body: dict[str, Any]) -> None:
        draws = _draws(body["moderated_boxes"])
        known = load_spec()["components"]["schemas"]["Box"]["properties"]
        body |= {"id": self.world.page, "day_since_epoch": self.world.day, "hour_of_day": self.world.hour}
        body["moderated_boxes"] = [
            {name: value for name, value in box.items() if name not in known} | _box(draws)
            for box in body["moderated_boxes"]
        ]

    def _labels(self, model_id: str) -> tuple[str, ...]:
        return self.categories.get(model_id, ())

    def _training_data(self, case: AnyCase, given: Any, names: list[str]) -> list[dict[str, Any]]:
        """Return annotations of the files, chosen by the generated value that they replace."""
        draws = _draws(given)
        labels = self._labels((case.path_parameters or {}).get("model_id", ""))
        if operation_id_of(case).startswith("ml_"):
            return [{"filename": name, "categories": draws.sample(labels, min(1, len(labels)))} for name in names]
        objects = [_annotation(draws, labels or ("",)) for _ in range(draws.randrange(4))]
        return [{"filename": names[0], "object": objects}]

    def _mend_annotations(self, case: AnyCase, data: Any, urls: list[str]) -> None:
        labels = self._labels((case.path_parameters or {}).get("model_id", ""))
        for entry in data:
            entry["filename"] = _drawn(urls, entry["filename"])
            for annotation in entry.get("object", []):
                annotation["name"] = _drawn(labels or [annotation["name"]], annotation["name"])


def _wanted_model(operation_id: str, given: Any) -> str:
    """Return the attribute of `World` that holds the model for an operation."""
    kind, _, action = operation_id.partition("_")
    if action == "train":
        return _draws(given).choice([f"{kind}_trainee", f"{kind}_trainee", f"{kind}_empty"])
    if action.startswith("upload_"):
        return f"{kind}_trainee"
    return "archive_model" if _OF_STORED_FILES.match(operation_id) else f"{kind}_model"


def _readable(given: Any) -> Any:
    """Return files that can be read in the place of generated ones."""
    if isinstance(given, list):
        return [_readable(item) for item in cast("list[object]", given)]
    return Binary(_drawn(_FILES, given.data)) if isinstance(given, Binary) else given


def _file_names(case: AnyCase) -> list[str]:
    """Return the names that the file parts will have."""
    schema: Any = case.operation.schema
    files: list[tuple[str, Any]] = schema.prepare_multipart(case.body, case.operation, case.media_type)[0]
    return [str(part[0]) for name, part in files if name in {"file", "files"}]


def _box(draws: random.Random) -> dict[str, Any]:
    place = {side: draws.randrange(-2, 8) for side in ("xmin", "ymin", "xmax", "ymax")}
    return {"label": draws.choice(["total", "", "é"]), "ocr_text": draws.choice(["", "1,234.50"]), "page": 0, **place}


def _annotation(draws: random.Random, labels: tuple[str, ...]) -> dict[str, Any]:
    xmin, ymin = draws.randrange(-2, 8), draws.randrange(-2, 8)
    place = {"xmin": xmin, "ymin": ymin, "xmax": xmin + draws.randrange(5), "ymax": ymin + draws.randrange(5)}
    return {"name": draws.choice(labels), "ocr_text": draws.choice(["", "1,234.50", 'é\u200d \\ "']), "bndbox": place}


def _draws(given: Any) -> random.Random:
    """Return a random source seeded by a generated value alone, so that a case repeats exactly."""
    return random.Random(zlib.crc32(repr(given).encode(errors="replace")))  # noqa: S311 - test data


def _drawn(choices: Any, given: Any) -> Any:
    return given if given in choices else _draws(given).choice(list(choices))
