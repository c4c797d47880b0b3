"""OCR models: create, get, upload, train."""

from typing import Any, Final

from attrs import evolve

from nanonets_sdk.mock.account.account import Account, StoredFile
from nanonets_sdk.mock.account.refusals import bad_request
from nanonets_sdk.mock.account.training import state_at
from nanonets_sdk.mock.coerce import parse_json
from nanonets_sdk.mock.learning import Annotation, learn
from nanonets_sdk.mock.operations.call import Call, Reply
from nanonets_sdk.mock.operations.files import FailedUrl, ReadFile, read_upload, read_urls, status_of, training_file
from nanonets_sdk.mock.operations.model import begin_training, body_of, create
from nanonets_sdk.mock.replies.model import training_counts, upload_body
from nanonets_sdk.mock.state.records import Model, TrainingFile

SIDES: Final = ("xmin", "ymin", "xmax", "ymax")

Annotations = dict[str, tuple[Annotation, ...]]
"""The annotations of an upload, by the name of the file."""


def create_model(account: Account, call: Call) -> Reply:
    """Create a model in state 0."""
    return Reply(create(account, "ocr", call.json["categories"]))


def get_model(account: Account, call: Call) -> Reply:
    """Describe a model. This counts as a poll of its training."""
    return Reply(body_of(account, account.polled_model(call.path["model_id"], "ocr")))


def upload_file(account: Account, call: Call) -> Reply:
    """Store one annotated file."""
    model = account.model(call.path["model_id"], "ocr")
    part = call.file("file")
    annotations = _annotations(model, parse_json(call.value("data")), [part.filename])
    return _store(account, model, [read_upload(account, part)], annotations)


def upload_urls(account: Account, call: Call) -> Reply:
    """Store the annotated files behind URLs. Those that fail are left out, and the status says so."""
    model = account.model(call.path["model_id"], "ocr")
    annotations = _annotations(model, call.json.get("data", []), call.json["urls"])
    return _store(account, model, read_urls(account, call.json["urls"]), annotations)


def train(account: Account, call: Call) -> Reply:
    """Learn from the annotated files."""

    def learn_rules(account: Account, model: Model, files: list[TrainingFile]) -> str:
        examples = [
            (account.read(StoredFile(file.name, file.sha256)).pages[0], file.annotations)
            for file in files
            if file.annotations
        ]
        return learn(model.categories, examples).to_json()

    return Reply(begin_training(account, account.model(call.path["model_id"], "ocr"), learn_rules))


def _store(account: Account, model: Model, found: list[ReadFile | FailedUrl], annotations: Annotations) -> Reply:
    files = [training_file(account, model, read) for read in found if isinstance(read, ReadFile)]
    files = [evolve(file, annotations=annotations.get(file.name, ())) for file in files]
    model = account.add_training_files(model, files)
    counts = training_counts(account.store.training_files.of(model.model_id))
    return Reply(upload_body(model, state_at(model, account.clock.now()), counts, files), status_of(account, found))


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
