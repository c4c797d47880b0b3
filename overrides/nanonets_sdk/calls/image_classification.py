"""Image classification as flows: models, training data, predictions."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import evolve

from nanonets_api import models, replies
from nanonets_sdk.calls import operations
from nanonets_sdk.calls.arguments import checked_categories, checked_id, checked_urls
from nanonets_sdk.calls.files import part, with_file
from nanonets_sdk.calls.operations import CallFlow, call, call_for_model
from nanonets_sdk.documents import Classification, Model
from nanonets_sdk.documents.classification import classification_of, classifications_of
from nanonets_sdk.documents.failed import JobFailed
from nanonets_sdk.documents.inputs import names_agree
from nanonets_sdk.documents.model import model_of
from nanonets_sdk.files import FileInput, FileUpload
from nanonets_sdk.replies.source import Source


def create_model(categories: Iterable[str]) -> CallFlow[Model]:
    """Create a model."""
    body = models.CreateIcModelForm(categories=checked_categories(categories, at_least=2))
    return call_for_model(operations.IC_CREATE_MODEL, body=body)


def list_models() -> CallFlow[list[Model]]:
    """List the models of the account."""
    answered = yield from call(operations.IC_LIST_MODELS)
    source = Source(answered.body)
    listed: tuple[replies.ModelReply, ...] = answered.reply
    return [model_of(reply, source / index) for index, reply in enumerate(listed)]


def get_model(model_id: str, timeout: float | None = None) -> CallFlow[Model]:
    """Read a model."""
    return call_for_model(operations.IC_GET_MODEL, timeout=timeout, model_id=checked_id(model_id, "model_id"))


def train(model_id: str) -> CallFlow[Model]:
    """Start training."""
    return call_for_model(operations.IC_TRAIN, model_id=checked_id(model_id, "model_id"))


def upload_file(model_id: str, category: str, file: FileInput) -> CallFlow[Model]:
    """Upload a training picture."""
    checked_id(model_id, "model_id")
    checked_id(category, "category")

    def send(upload: FileUpload) -> CallFlow[Model]:
        form = models.IcTrainingFileForm(model_id=model_id, category=category, file=part(upload))
        return call_for_model(operations.IC_UPLOAD_FILE, body=form)

    return (yield from with_file(file, send, urls="upload_urls"))


def upload_urls(model_id: str, category: str, urls: Iterable[str]) -> CallFlow[Model]:
    """Upload training pictures by URL."""
    form = models.IcTrainingUrlsForm(
        model_id=checked_id(model_id, "model_id"), category=checked_id(category, "category"), urls=checked_urls(urls)
    )
    return call_for_model(operations.IC_UPLOAD_URLS, body=form)


def predict_file(model_id: str, file: FileInput) -> CallFlow[Classification]:
    """Classify a file."""
    checked_id(model_id, "model_id")

    def send(upload: FileUpload) -> CallFlow[Classification]:
        form = models.IcPredictFileForm(model_id=model_id, file=part(upload))
        answered = yield from call(operations.IC_PREDICT_FILE, body=form)
        classification = classification_of(answered.reply, answered.body, upload.name)
        if classification.error is not None:
            raise JobFailed(
                f"the service failed on {upload.name!r}: {classification.error}", classification=classification
            )
        if names_agree(upload.name, classification.file_name):
            return classification
        error = f"{upload.name!r} was sent, but the reply is about {classification.file_name!r}"
        return evolve(classification, error=error)

    return (yield from with_file(file, send, urls="predict_urls"))


def predict_urls(model_id: str, urls: Iterable[str]) -> CallFlow[list[Classification]]:
    """Classify files by URL."""
    sent = checked_urls(urls)
    form = models.IcPredictUrlsForm(model_id=checked_id(model_id, "model_id"), urls=sent)
    answered = yield from call(operations.IC_PREDICT_URLS, body=form)
    return classifications_of(answered.reply, answered.body, sent)
