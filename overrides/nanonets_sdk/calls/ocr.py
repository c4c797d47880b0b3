"""The flows of OCR: models, training data, predictions, reading results."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime

from nanonets_api import replies
from nanonets_api.models.bounding_box import BoundingBox
from nanonets_api.models.create_ocr_model_request import CreateOcrModelRequest
from nanonets_api.models.ocr_predict_file_form import OcrPredictFileForm
from nanonets_api.models.ocr_predict_urls_form import OcrPredictUrlsForm
from nanonets_api.models.ocr_training_file_form import OcrTrainingFileForm
from nanonets_api.models.ocr_training_urls_request import OcrTrainingUrlsRequest
from nanonets_api.models.training_file import TrainingFile
from nanonets_api.models.training_object import TrainingObject
from nanonets_api.types import UNSET, Unset
from nanonets_sdk.calls import operations
from nanonets_sdk.calls.arguments import (
    Day,
    UrlAnnotations,
    annotations_by_url,
    checked_categories,
    checked_id,
    checked_language,
    checked_urls,
    interval,
    page_numbers,
)
from nanonets_sdk.calls.files import part, with_file
from nanonets_sdk.calls.models import model_from
from nanonets_sdk.calls.operations import Answered, Operation, call
from nanonets_sdk.calls.submission import Submission, submission_of
from nanonets_sdk.documents import Annotation, Document, Listing, Model, Page, Upload
from nanonets_sdk.documents.building import (
    documents_by_input,
    page_of,
    predicted_document,
    predicted_pages,
    stored_document,
)
from nanonets_sdk.documents.failed import JobFailed
from nanonets_sdk.documents.listing import listing_of
from nanonets_sdk.documents.page import is_in_work
from nanonets_sdk.documents.training import upload_of
from nanonets_sdk.errors import ApiError, DecodeError
from nanonets_sdk.files import FileInput, FileUpload
from nanonets_sdk.flows import Flow


def create_model(categories: Iterable[str]) -> Flow[Model]:
    """Create a model."""
    body = CreateOcrModelRequest(categories=checked_categories(categories, at_least=1), model_type="ocr")
    return model_from(operations.OCR_CREATE_MODEL, body=body)


def get_model(model_id: str, timeout: float | None = None) -> Flow[Model]:
    """Read a model."""
    return model_from(operations.OCR_GET_MODEL, timeout=timeout, model_id=checked_id(model_id, "model_id"))


def train(model_id: str) -> Flow[Model]:
    """Start training."""
    return model_from(operations.OCR_TRAIN, model_id=checked_id(model_id, "model_id"))


def upload_file(model_id: str, file: FileInput, annotations: Sequence[Annotation]) -> Flow[Upload]:
    """Upload a training file with its annotations."""
    checked_id(model_id, "model_id")

    def send(upload: FileUpload) -> Flow[Upload]:
        # The service reads this part as JSON text, and finds the annotations of the file by its name.
        data = json.dumps([_training_file(upload.name, annotations).to_dict()], ensure_ascii=False)
        form = OcrTrainingFileForm(file=part(upload), data=data)
        answered = yield from call(operations.OCR_UPLOAD_FILE, model_id=model_id, body=form)
        return upload_of(answered.reply, answered.body, is_partial=answered.is_partial)

    return (yield from with_file(file, send))


def upload_urls(model_id: str, urls: Iterable[str], annotations: UrlAnnotations) -> Flow[Upload]:
    """Upload training files by URL with their annotations."""
    checked_id(model_id, "model_id")
    sent = checked_urls(urls)
    by_url = annotations_by_url(sent, annotations)
    data = [_training_file(url, by_url.get(url, ())) for url in sent]
    request = OcrTrainingUrlsRequest(urls=sent, data=data)
    answered = yield from call(operations.OCR_UPLOAD_URLS, model_id=model_id, body=request)
    return upload_of(answered.reply, answered.body, is_partial=answered.is_partial)


def predict_file(
    model_id: str,
    file: FileInput,
    language: str | None,
    request_metadata: str | None,
    pages: Iterable[int] | str | None,
) -> Flow[Document]:
    """Predict a file."""
    operation = operations.OCR_PREDICT_FILE
    name, answered = yield from _send_file(operation, model_id, file, language, request_metadata, pages)
    document = predicted_document(answered.reply, answered.body, name)
    if not document.pages:
        raise DecodeError(
            f"the reply says nothing about {name!r}; `raw` of this error holds it", raw=answered.body.content
        )
    if document.error is not None:
        raise JobFailed(f"the service failed on {name!r}: {document.error}", document=document)
    return document


def submit_file(
    model_id: str,
    file: FileInput,
    language: str | None,
    request_metadata: str | None,
    pages: Iterable[int] | str | None,
) -> Flow[Submission]:
    """Submit a file."""
    operation = operations.OCR_SUBMIT_FILE
    name, answered = yield from _send_file(operation, model_id, file, language, request_metadata, pages, async_=True)
    document = predicted_document(answered.reply, answered.body, name)
    return submission_of(model_id, document, whole=pages is None)


def predict_urls(
    model_id: str,
    urls: Iterable[str],
    language: str | None,
    request_metadata: str | None,
    pages: Iterable[int] | str | None,
) -> Flow[list[Document]]:
    """Predict files by URL."""
    sent = checked_urls(urls)
    operation = operations.OCR_PREDICT_URLS
    answered = yield from _send_urls(operation, model_id, sent, language, request_metadata, pages)
    return documents_by_input(predicted_pages(answered.reply, answered.body), sent, answered.body)


def submit_urls(
    model_id: str,
    urls: Iterable[str],
    language: str | None,
    request_metadata: str | None,
    pages: Iterable[int] | str | None,
) -> Flow[list[Submission]]:
    """Submit files by URL."""
    sent = checked_urls(urls)
    operation = operations.OCR_SUBMIT_URLS
    answered = yield from _send_urls(operation, model_id, sent, language, request_metadata, pages, async_=True)
    documents = documents_by_input(predicted_pages(answered.reply, answered.body), sent, answered.body)
    return [submission_of(model_id, document, whole=pages is None) for document in documents]


def list_predictions(model_id: str, start: Day | None, end: Day | None, now: datetime) -> Flow[Listing]:
    """List the predictions of an interval of days."""
    first, last = interval(start, end, now)
    answered = yield from call(
        operations.OCR_LIST_PREDICTIONS,
        model_id=checked_id(model_id, "model_id"),
        start_day_interval=first,
        current_batch_day=last,
    )
    return listing_of(answered.reply, answered.body)


def get_file(model_id: str, request_file_id: str, timeout: float | None = None) -> Flow[Document]:
    """Read the pages of a file."""
    answered = yield from call(
        operations.OCR_GET_FILE,
        timeout=timeout,
        model_id=checked_id(model_id, "model_id"),
        request_file_id=checked_id(request_file_id, "request_file_id"),
    )
    return stored_document(answered.reply, answered.body)


def get_page(model_id: str, page_id: str) -> Flow[Page]:
    """Read a page."""
    checked_id(model_id, "model_id")
    try:
        answered = yield from call(operations.OCR_GET_PAGE, model_id=model_id, id=checked_id(page_id, "page_id"))
    except ApiError as error:
        # Under which status the service says that a page is in work is not known.
        if is_in_work(error.reason):
            return Page(number=0, status="pending", id=page_id)
        raise
    return page_of(answered.reply, answered.body, page_id)


def _training_file(name: str, annotations: Iterable[Annotation]) -> TrainingFile:
    return TrainingFile(filename=name, object_=[_training_object(annotation) for annotation in annotations])


def _training_object(annotation: Annotation) -> TrainingObject:
    box = annotation.box
    place = BoundingBox(xmin=box.xmin, ymin=box.ymin, xmax=box.xmax, ymax=box.ymax)
    return TrainingObject(name=annotation.label, ocr_text=annotation.text, bndbox=place)


def _send_file(
    operation: Operation[replies.OcrReply],
    model_id: str,
    file: FileInput,
    language: str | None,
    request_metadata: str | None,
    pages: Iterable[int] | str | None,
    *,
    async_: bool | None = None,
) -> Flow[tuple[str, Answered[replies.OcrReply]]]:
    """Send a file; gives the name that it was sent under too."""
    checked_id(model_id, "model_id")
    checked_language(language)
    numbers = page_numbers(pages)

    def send(upload: FileUpload) -> Flow[tuple[str, Answered[replies.OcrReply]]]:
        form = OcrPredictFileForm(
            file=part(upload), request_metadata=_given(request_metadata), pages_to_process=_given(numbers)
        )
        answered = yield from call(operation, model_id=model_id, body=form, async_=async_, l=language)
        return upload.name, answered

    return (yield from with_file(file, send))


def _send_urls(
    operation: Operation[replies.OcrReply],
    model_id: str,
    urls: list[str],
    language: str | None,
    request_metadata: str | None,
    pages: Iterable[int] | str | None,
    *,
    async_: bool | None = None,
) -> Flow[Answered[replies.OcrReply]]:
    checked_id(model_id, "model_id")
    checked_language(language)
    form = OcrPredictUrlsForm(
        urls=urls, request_metadata=_given(request_metadata), pages_to_process=_given(page_numbers(pages))
    )
    return (yield from call(operation, model_id=model_id, body=form, async_=async_, l=language))


def _given(value: str | None) -> str | Unset:
    return UNSET if value is None else value
