"""Object detection as flows: models, training data, predictions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from nanonets_api import models
from nanonets_sdk.calls import operations
from nanonets_sdk.calls.arguments import (
    UrlAnnotations,
    annotations_by_url,
    checked_categories,
    checked_id,
    checked_urls,
)
from nanonets_sdk.calls.files import part, with_file
from nanonets_sdk.calls.ocr import checked_document, training_file
from nanonets_sdk.calls.operations import CallFlow, call, call_for_model
from nanonets_sdk.documents import Annotation, Model, Upload
from nanonets_sdk.documents.building import documents_by_input, predicted_document
from nanonets_sdk.documents.detections import Detections, detections_of
from nanonets_sdk.documents.page_lists import predicted_pages
from nanonets_sdk.documents.training import annotations_of, upload_of
from nanonets_sdk.files import FileInput, FileUpload


def create_model(categories: Iterable[str]) -> CallFlow[Model]:
    """Create a model."""
    body = models.CreateModelRequest(categories=checked_categories(categories, at_least=1))
    return call_for_model(operations.OD_CREATE_MODEL, body=body)


def get_model(model_id: str, timeout: float | None = None) -> CallFlow[Model]:
    """Read a model."""
    return call_for_model(operations.OD_GET_MODEL, timeout=timeout, model_id=checked_id(model_id, "model_id"))


def list_annotations(model_id: str) -> CallFlow[Upload]:
    """List the training files and their annotations."""
    answered = yield from call(operations.OD_LIST_ANNOTATIONS, model_id=checked_id(model_id, "model_id"))
    return annotations_of(answered.reply, answered.body, model_id)


def train(model_id: str) -> CallFlow[Model]:
    """Start training."""
    return call_for_model(operations.OD_TRAIN, model_id=checked_id(model_id, "model_id"))


def upload_file(model_id: str, file: FileInput, annotations: Sequence[Annotation]) -> CallFlow[Upload]:
    """Upload a training file with its annotations."""
    checked_id(model_id, "model_id")

    def send(upload: FileUpload) -> CallFlow[Upload]:
        data = json.dumps([training_file(upload.name, annotations).to_dict()], ensure_ascii=False)
        form = models.OcrTrainingFileForm(file=part(upload), data=data)
        answered = yield from call(operations.OD_UPLOAD_FILE, model_id=model_id, body=form)
        return upload_of(answered.reply, answered.body, is_partial=answered.is_partial)

    return (yield from with_file(file, send, urls="upload_urls"))


def upload_urls(model_id: str, urls: Iterable[str], annotations: UrlAnnotations) -> CallFlow[Upload]:
    """Upload training files by URL with their annotations."""
    checked_id(model_id, "model_id")
    sent = checked_urls(urls)
    by_url = annotations_by_url(sent, annotations)
    request = models.OcrTrainingUrlsRequest(urls=sent, data=[training_file(url, by_url.get(url, ())) for url in sent])
    answered = yield from call(operations.OD_UPLOAD_URLS, model_id=model_id, body=request)
    return upload_of(answered.reply, answered.body, is_partial=answered.is_partial)


def predict_file(model_id: str, file: FileInput) -> CallFlow[Detections]:
    """Find objects in a file."""
    checked_id(model_id, "model_id")

    def send(upload: FileUpload) -> CallFlow[Detections]:
        form = models.OdPredictFileForm(file=part(upload))
        answered = yield from call(operations.OD_PREDICT_FILE, model_id=model_id, body=form)
        document = predicted_document(answered.reply, answered.body, upload.name)
        return detections_of(checked_document(document, upload.name))

    return (yield from with_file(file, send, urls="predict_urls"))


def predict_urls(model_id: str, urls: Iterable[str]) -> CallFlow[list[Detections]]:
    """Find objects in files by URL."""
    checked_id(model_id, "model_id")
    sent = checked_urls(urls)
    answered = yield from call(operations.OD_PREDICT_URLS, model_id=model_id, body=models.LabelUrlsForm(urls=sent))
    documents = documents_by_input(predicted_pages(answered.reply, answered.body), sent, answered.body)
    return [*map(detections_of, documents)]
