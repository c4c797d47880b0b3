"""Training files of OCR models."""

from typing import Any, Final

from nanonets_sdk.mock.account.account import Account, StoredFile
from nanonets_sdk.mock.account.fetch import FetchFailed
from nanonets_sdk.mock.account.refusals import bad_request
from nanonets_sdk.mock.coerce import parse_json
from nanonets_sdk.mock.learning import Annotation
from nanonets_sdk.mock.operations.call import Call, Reply
from nanonets_sdk.mock.reading import UnreadableFile
from nanonets_sdk.mock.replies.model import training_counts, upload_body
from nanonets_sdk.mock.state.records import Model, TrainingFile

SIDES: Final = ("xmin", "ymin", "xmax", "ymax")

Annotations = dict[str, tuple[Annotation, ...]]
"""The annotations of an upload, by the name of the file."""


def upload_file(account: Account, call: Call) -> Reply:
    """Store one annotated file."""
    model = account.model(call.path["model_id"], "ocr")
    part = call.file("file")
    annotations = _annotations(model, parse_json(call.text("data")), [part.filename])
    try:
        file = _training_file(account, model, account.keep(part.filename, part.stream), annotations)
    except UnreadableFile as error:
        raise bad_request(f"/file: {error.reason}") from error
    return Reply(_store(account, model, [file]))


def upload_urls(account: Account, call: Call) -> Reply:
    """Store the annotated files behind URLs. Those that fail are left out, and the status says so."""
    model = account.model(call.path["model_id"], "ocr")
    urls: list[str] = call.json["urls"]
    annotations = _annotations(model, call.json.get("data", []), urls)
    files: list[TrainingFile] = []
    for url in urls:
        try:
            files.append(_training_file(account, model, account.keep_url(url), annotations))
        except (FetchFailed, UnreadableFile):
            continue
    status = 200 if len(files) == len(urls) else account.behaviour.partial_status
    return Reply(_store(account, model, files), status)


def _store(account: Account, model: Model, files: list[TrainingFile]) -> dict[str, Any]:
    model = account.add_training_files(model, files)
    counts = training_counts(account.store.training_files.of(model.model_id))
    return upload_body(model, account.state(model), counts, files)


def _training_file(account: Account, model: Model, stored: StoredFile, annotations: Annotations) -> TrainingFile:
    first_page = account.read(stored).pages[0]
    return TrainingFile(
        file_id=account.identities.random_id(),
        model_id=model.model_id,
        name=stored.name,
        sha256=stored.sha256,
        width=first_page.width,
        height=first_page.height,
        annotations=annotations.get(stored.name, ()),
    )


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
