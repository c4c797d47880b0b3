"""Training files with annotations, as OCR and object detection models take them, and their listing."""

from typing import Any, Final

from attrs import evolve

from nanonets_sdk.mock.account.account import Account
from nanonets_sdk.mock.account.refusals import bad_request
from nanonets_sdk.mock.coerce import parse_json
from nanonets_sdk.mock.learning import Annotation
from nanonets_sdk.mock.operations.call import Call, Reply
from nanonets_sdk.mock.operations.files import FailedUrl, ReadFile, read_upload, read_urls, status_of, training_file
from nanonets_sdk.mock.operations.model import body_of
from nanonets_sdk.mock.replies.model import annotations_body, upload_body
from nanonets_sdk.mock.state.records import Model

SIDES: Final = ("xmin", "ymin", "xmax", "ymax")

Annotations = dict[str, tuple[Annotation, ...]]
"""The annotations of an upload, by the name of the file."""


def store_files(account: Account, call: Call, model: Model) -> Reply:
    """Store annotated files."""
    parts = call.all_files("file")
    annotations = _annotations(model, parse_json(call.value("data")), [part.filename for part in parts])
    return _store(account, model, [read_upload(account, part) for part in parts], annotations)


def store_urls(account: Account, call: Call, model: Model) -> Reply:
    """Store the annotated files behind URLs. Those that fail are left out, and the status says so."""
    annotations = _annotations(model, call.json.get("data", []), call.json["urls"])
    return _store(account, model, read_urls(account, call.json["urls"]), annotations)


def list_annotations(account: Account, call: Call) -> Reply:
    """List the training files of a model of any kind but image classification."""
    model = account.polled_model(call.path["model_id"], "localization", "ocr", "multi_label")
    files = account.store.training_files.of(model.model_id)
    return Reply(annotations_body(body_of(account, model), files))


def _store(account: Account, model: Model, found: list[ReadFile | FailedUrl], annotations: Annotations) -> Reply:
    files = [training_file(account, model, read) for read in found if isinstance(read, ReadFile)]
    files = [evolve(file, annotations=annotations.get(file.name, ())) for file in files]
    model = account.add_training_files(model, files)
    return Reply(upload_body(body_of(account, model), files), status_of(account, found))


def _annotations(model: Model, data: list[Any], names: list[str]) -> Annotations:
    """Read annotations; a file or a category that is not there is refused."""
    found: Annotations = {}
    for index, entry in enumerate(data):
        if entry["filename"] not in names:
            raise bad_request(
                f"/data/{index}/filename: no file of this call is called {entry['filename']!r}",
                f"Please use the name of the file part or the URL: {', '.join(names)}",
            )
        for box in entry.get("object") or ():
            if box["name"] not in model.categories:
                raise bad_request(
                    f"/data/{index}/object: {box['name']!r} is not a category of the model",
                    f"Please use one of: {', '.join(model.categories)}",
                )
            sides = {side: int(box["bndbox"][side]) for side in SIDES}  # 1.0 is an integer in JSON Schema
            annotation = Annotation(label=box["name"], text=box.get("ocr_text", ""), **sides)
            found[entry["filename"]] = (*found.get(entry["filename"], ()), annotation)
    return found
