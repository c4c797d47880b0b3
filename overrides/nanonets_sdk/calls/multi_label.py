"""Multi-label classification as flows: models, training data, predictions. Files go many in one call."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from nanonets_api import models
from nanonets_sdk.calls import operations
from nanonets_sdk.calls.arguments import checked_categories, checked_id, checked_urls
from nanonets_sdk.calls.files import checked_files, part, with_files
from nanonets_sdk.calls.operations import CallFlow, call, call_for_model
from nanonets_sdk.documents import Classification, Model, Upload
from nanonets_sdk.documents.classification import classifications_of
from nanonets_sdk.documents.failed import JobFailed
from nanonets_sdk.documents.training import upload_of
from nanonets_sdk.files import FileInput, FileUpload


def create_model(categories: Iterable[str]) -> CallFlow[Model]:
    """Create a model."""
    body = models.CreateModelRequest(categories=checked_categories(categories, at_least=1))
    return call_for_model(operations.ML_CREATE_MODEL, body=body)


def get_model(model_id: str, timeout: float | None = None) -> CallFlow[Model]:
    """Read a model."""
    return call_for_model(operations.ML_GET_MODEL, timeout=timeout, model_id=checked_id(model_id, "model_id"))


def train(model_id: str) -> CallFlow[Model]:
    """Start training."""
    return call_for_model(operations.ML_TRAIN, model_id=checked_id(model_id, "model_id"))


def upload_files(model_id: str, files: Iterable[tuple[FileInput, Iterable[str]]]) -> CallFlow[Upload]:
    """Upload training files with their categories in one call."""
    checked_id(model_id, "model_id")
    if not isinstance(files, Iterable):  # pyright: ignore[reportUnnecessaryIsInstance] - callers without a type checker
        raise TypeError(f"files must be a list of pairs of a file and its categories, got {type(files).__name__}")
    pairs = [_checked_pair(pair) for pair in files]
    if not pairs:
        raise ValueError("files is empty; pass at least one file with its categories")

    def send(uploads: Sequence[FileUpload]) -> CallFlow[Upload]:
        names = [upload.name for upload in uploads]
        # The service matches categories to files by name.
        if repeated := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(
                f"several files are called {', '.join(map(repr, repeated))}, so their categories would be mixed up; "
                "pass a name with each content, as in (name, content)"
            )
        data = _data(zip(names, (categories for _, categories in pairs), strict=True))
        form = models.MlTrainingFilesForm(files=[*map(part, uploads)], data=data)
        answered = yield from call(operations.ML_UPLOAD_FILES, model_id=model_id, body=form)
        return upload_of(answered.reply, answered.body, is_partial=answered.is_partial)

    return (yield from with_files([file for file, _ in pairs], send, urls="upload_urls"))


def upload_urls(model_id: str, categories_by_url: Mapping[str, Iterable[str]]) -> CallFlow[Upload]:
    """Upload training files by URL with their categories."""
    checked_id(model_id, "model_id")
    if not isinstance(categories_by_url, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance] - callers without a type checker
        raise TypeError("the categories must be a dict with the URLs as keys, as in {url: [category]}")
    sent = checked_urls(categories_by_url)
    data = _data((url, checked_categories(categories_by_url[url], at_least=1, of="a training file")) for url in sent)
    answered = yield from call(
        operations.ML_UPLOAD_URLS, model_id=model_id, body=models.MlTrainingUrlsForm(urls=sent, data=data)
    )
    return upload_of(answered.reply, answered.body, is_partial=answered.is_partial)


def _checked_pair(pair: tuple[FileInput, Iterable[str]]) -> tuple[FileInput, list[str]]:
    if not isinstance(pair, tuple) or len(pair) != 2:  # noqa: PLR2004 # pyright: ignore[reportUnnecessaryIsInstance, reportUnnecessaryComparison] - callers without a type checker
        raise TypeError("each of files must be a pair of a file and its categories, as in (file, [category])")
    file, categories = pair
    return file, checked_categories(categories, at_least=1, of="a training file")


def _data(categories: Iterable[tuple[str, Iterable[str]]]) -> str:
    entries = [models.MlTrainingFile(filename=name, categories=[*own]).to_dict() for name, own in categories]
    return json.dumps(entries, ensure_ascii=False)


def predict_file(model_id: str, file: FileInput) -> CallFlow[Classification]:
    """Tag a file."""
    (classification,) = yield from predict_files(model_id, [file])
    if classification.error is not None:
        name = classification.file_name
        raise JobFailed(f"the service failed on {name!r}: {classification.error}", classification=classification)
    return classification


def predict_files(model_id: str, files: Iterable[FileInput]) -> CallFlow[list[Classification]]:
    """Tag several files in one call."""
    checked_id(model_id, "model_id")

    def send(uploads: Sequence[FileUpload]) -> CallFlow[list[Classification]]:
        form = models.MlPredictFilesForm(files=[*map(part, uploads)])
        answered = yield from call(operations.ML_PREDICT_FILES, model_id=model_id, body=form)
        return classifications_of(answered.reply, answered.body, [upload.name for upload in uploads])

    return (yield from with_files(checked_files(files), send, urls="predict_urls"))


def predict_urls(model_id: str, urls: Iterable[str]) -> CallFlow[list[Classification]]:
    """Tag files by URL."""
    sent = checked_urls(urls)
    form = models.LabelUrlsForm(urls=sent)
    answered = yield from call(operations.ML_PREDICT_URLS, model_id=checked_id(model_id, "model_id"), body=form)
    return classifications_of(answered.reply, answered.body, sent)
