"""OCR as flows: models, training data, predictions, reading results."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TypeVar

from attrs import evolve, field, frozen

from nanonets_api import models, replies
from nanonets_sdk.calls import operations
from nanonets_sdk.calls.arguments import (
    Day,
    PredictOptions,
    UrlAnnotations,
    annotations_by_url,
    checked_annotations,
    checked_categories,
    checked_id,
    checked_urls,
    interval,
)
from nanonets_sdk.calls.files import part, with_file
from nanonets_sdk.calls.operations import CallFlow, Operation, call, call_for_model
from nanonets_sdk.documents import Annotation, Document, Listing, Model, Page, Upload
from nanonets_sdk.documents.building import documents_by_input, predicted_document, stored_document
from nanonets_sdk.documents.failed import JobFailed
from nanonets_sdk.documents.identity import doubted, mismatch
from nanonets_sdk.documents.listing import listing_of
from nanonets_sdk.documents.page_lists import page_of, predicted_pages
from nanonets_sdk.documents.training import upload_of
from nanonets_sdk.errors import ApiError, DecodeError
from nanonets_sdk.files import FileInput, FileUpload
from nanonets_sdk.replies.states import is_in_work

T = TypeVar("T")


@frozen
class Submission:
    """A submitted file: what is known of it, and all that is needed to wait for it elsewhere.

    Attributes:
        model_id: Id of the model.
        request_file_id: Id of the file; empty if the service rejected it.
        file_name: Name of the file as it was sent, or its URL; empty if waiting is resumed from the id.
        pages: Number of pages that the service announced; 0 if unknown, or if only some are read.
        document: The announcement; None if waiting is resumed from the id.
        doubt: Why the announcement may be that of another file; None if nothing speaks for it.
    """

    model_id: str
    request_file_id: str
    file_name: str = ""
    pages: int = 0
    document: Document | None = field(default=None, repr=False)
    doubt: str | None = None

    @property
    def error(self) -> str | None:
        """Why the service rejected the file, or may have accepted another; None if it was accepted, and has an id."""
        if self.doubt is not None:
            return self.doubt
        return None if self.request_file_id or self.document is None else self.document.error

    @property
    def resuming(self) -> str:
        """The code that resumes waiting, in any process."""
        pages = f", pages={self.pages}" if self.pages else ""
        return f"client.ocr.job({self.model_id!r}, {self.request_file_id!r}{pages})"


def create_model(categories: Iterable[str]) -> CallFlow[Model]:
    """Create a model."""
    body = models.CreateOcrModelRequest(categories=checked_categories(categories, at_least=1), model_type="ocr")
    return call_for_model(operations.OCR_CREATE_MODEL, body=body)


def get_model(model_id: str, timeout: float | None = None) -> CallFlow[Model]:
    """Read a model."""
    return call_for_model(operations.OCR_GET_MODEL, timeout=timeout, model_id=checked_id(model_id, "model_id"))


def train(model_id: str) -> CallFlow[Model]:
    """Start training."""
    return call_for_model(operations.OCR_TRAIN, model_id=checked_id(model_id, "model_id"))


def upload_file(model_id: str, file: FileInput, annotations: Sequence[Annotation]) -> CallFlow[Upload]:
    """Upload a training file with its annotations."""
    checked_id(model_id, "model_id")
    annotations = checked_annotations(annotations)

    def send(upload: FileUpload) -> CallFlow[Upload]:
        # The service reads this part as JSON, and matches the annotations to the file by name.
        data = json.dumps([training_file(upload.name, annotations).to_dict()], ensure_ascii=False)
        form = models.OcrTrainingFileForm(file=part(upload), data=data)
        answered = yield from call(operations.OCR_UPLOAD_FILE, model_id=model_id, body=form)
        return upload_of(answered.reply, answered.body, is_partial=answered.is_partial)

    return (yield from with_file(file, send, urls="upload_urls"))


def upload_urls(model_id: str, urls: Iterable[str], annotations: UrlAnnotations) -> CallFlow[Upload]:
    """Upload training files by URL with their annotations."""
    checked_id(model_id, "model_id")
    sent = checked_urls(urls)
    by_url = annotations_by_url(sent, annotations)
    data = [training_file(url, by_url.get(url, ())) for url in sent]
    request = models.OcrTrainingUrlsRequest(urls=sent, data=data)
    answered = yield from call(operations.OCR_UPLOAD_URLS, model_id=model_id, body=request)
    return upload_of(answered.reply, answered.body, is_partial=answered.is_partial)


def training_file(name: str, annotations: Iterable[Annotation]) -> models.TrainingFile:
    """Return a training file as the service takes it."""
    objects: list[models.TrainingObject] = []
    for annotation in annotations:
        box = annotation.box
        place = models.BoundingBox(xmin=box.xmin, ymin=box.ymin, xmax=box.xmax, ymax=box.ymax)
        objects.append(models.TrainingObject(name=annotation.label, ocr_text=annotation.text, bndbox=place))
    return models.TrainingFile(filename=name, object_=objects)


def predict_file(model_id: str, file: FileInput, options: PredictOptions) -> CallFlow[Document]:
    """Predict a file."""
    document, name = yield from _send_file(operations.OCR_PREDICT_FILE, model_id, file, options)
    return checked_document(document, name, options.request_metadata)


def checked_document(document: Document, name: str, request_metadata: str | None = None) -> Document:
    """Check the document of a prediction.

    Args:
        document: The document.
        name: The name that its file was sent under.
        request_metadata: The metadata that was sent with it.

    Raises:
        DecodeError: It has no pages.
        ReplyMismatch: The metadata in the reply is that of another file.
        JobFailed: The service failed on a page.
    """
    # An empty document would look like a file without fields, when nothing was read at all.
    if not document.pages:
        raise DecodeError(f"the reply says nothing about {name!r}; `raw` of this error has it", raw=document.raw_bytes)
    doubt = mismatch(document, name, request_metadata)
    if document.error is not None:
        raise JobFailed(f"the service failed on {name!r}: {document.error}", document=doubted(document, doubt))
    return doubted(document, doubt)


def submit_file(model_id: str, file: FileInput, options: PredictOptions) -> CallFlow[Submission]:
    """Submit a file."""
    document, name = yield from _send_file(operations.OCR_SUBMIT_FILE, model_id, file, options, async_=True)
    if document.error is None and not document.request_file_id:
        raise DecodeError(
            f"the service accepted {name!r} without a request_file_id; `raw` of this error has its reply",
            raw=document.raw_bytes,
        )
    submission = _submission(model_id, document, name, options)
    return evolve(submission, doubt=mismatch(document, name, options.request_metadata))


def predict_urls(model_id: str, urls: Iterable[str], options: PredictOptions) -> CallFlow[list[Document]]:
    """Predict files by URL."""
    return _send_urls(operations.OCR_PREDICT_URLS, model_id, urls, options)


def submit_urls(model_id: str, urls: Iterable[str], options: PredictOptions) -> CallFlow[list[Submission]]:
    """Submit files by URL."""
    documents = yield from _send_urls(operations.OCR_SUBMIT_URLS, model_id, urls, options, async_=True)
    return [_submission(model_id, document, document.file_name, options) for document in documents]


def _send_file(
    operation: Operation[replies.OcrReply],
    model_id: str,
    file: FileInput,
    options: PredictOptions,
    *,
    async_: bool | None = None,
) -> CallFlow[tuple[Document, str]]:
    """Send a file; return the document, and the name that the file was sent under."""
    checked_id(model_id, "model_id")

    def send(upload: FileUpload) -> CallFlow[tuple[Document, str]]:
        form_of = models.OcrSubmitFileForm if async_ else models.OcrPredictFileForm
        form = form_of(file=part(upload), **options.form_members())
        answered = yield from call(operation, model_id=model_id, body=form, async_=async_, l=options.language)
        return predicted_document(answered.reply, answered.body, upload.name), upload.name

    return (yield from with_file(file, send, urls="submit_urls" if async_ else "predict_urls"))


def _send_urls(
    operation: Operation[replies.OcrReply],
    model_id: str,
    urls: Iterable[str],
    options: PredictOptions,
    *,
    async_: bool | None = None,
) -> CallFlow[list[Document]]:
    checked_id(model_id, "model_id")
    sent = checked_urls(urls)
    form_of = models.OcrSubmitUrlsForm if async_ else models.OcrPredictUrlsForm
    form = form_of(urls=sent, **options.form_members())
    answered = yield from call(operation, model_id=model_id, body=form, async_=async_, l=options.language)
    return documents_by_input(predicted_pages(answered.reply, answered.body), sent, answered.body)


def _submission(model_id: str, document: Document, file_name: str, options: PredictOptions) -> Submission:
    if document.error is None and not document.request_file_id:
        # Raising would lose the other URLs of the reply.
        document = evolve(document, error="the service accepted it without a request_file_id")
    # The service announces every page of the file, also those that were not asked for and will never come.
    pages = len(document.pages) if options.pages is None else 0
    return Submission(model_id, document.request_file_id, file_name, pages, document)


def list_predictions(model_id: str, start: Day | None, end: Day | None, now: datetime) -> CallFlow[Listing]:
    """List the predictions of an interval of days."""
    first, last = interval(start, end, now)
    answered = yield from call(
        operations.OCR_LIST_PREDICTIONS,
        model_id=checked_id(model_id, "model_id"),
        start_day_interval=first,
        current_batch_day=last,
    )
    return listing_of(answered.reply, answered.body)


def get_file(model_id: str, request_file_id: str, timeout: float | None = None) -> CallFlow[Document]:
    """Read the pages of a file."""
    answered = yield from call(
        operations.OCR_GET_FILE,
        timeout=timeout,
        model_id=checked_id(model_id, "model_id"),
        request_file_id=checked_id(request_file_id, "request_file_id"),
    )
    return stored_document(answered.reply, answered.body)


def get_page(model_id: str, page_id: str, timeout: float | None = None) -> CallFlow[Page]:
    """Read a page."""
    checked_id(model_id, "model_id")
    reading = call(operations.OCR_GET_PAGE, timeout=timeout, model_id=model_id, id=checked_id(page_id, "page_id"))
    answered = yield from unless_in_work(reading)
    if answered is None:
        return Page(number=0, status="pending", id=page_id)
    return page_of(answered.reply, answered.body, page_id)


def unless_in_work(reading: CallFlow[T]) -> CallFlow[T | None]:
    """Read a page or file; return None if the service refuses because it is still being processed.

    Raises:
        ApiError: It refuses for another reason.
    """
    try:
        return (yield from reading)
    except ApiError as error:
        # Which HTTP status goes with this refusal is not documented, so only its words count.
        if is_in_work(error.reason):
            return None
        raise
