"""Predictions of files and URLs with boxes, immediately or as jobs: of OCR and object detection models."""

from collections.abc import Sequence
from typing import Any

from attrs import frozen

from nanonets_sdk.mock.account.account import Account
from nanonets_sdk.mock.account.prediction import detected_boxes, predicted_boxes
from nanonets_sdk.mock.account.refusals import bad_request
from nanonets_sdk.mock.coerce import parse_int
from nanonets_sdk.mock.learning.objects import ObjectRules, find_objects
from nanonets_sdk.mock.operations.call import Call, Reply
from nanonets_sdk.mock.operations.files import FailedUrl, ReadFile, read_upload, read_urls, status_of
from nanonets_sdk.mock.operations.model import hosted_model, picture_of
from nanonets_sdk.mock.reading import Page, Reading
from nanonets_sdk.mock.replies.prediction import (
    failed_url,
    nested_reply_body,
    predicted_page,
    reply_body,
    submitted_page,
)
from nanonets_sdk.mock.state.progressions import Work
from nanonets_sdk.mock.state.records import Box, Model, OcrText, PageRecord, PageText, RequestFile, text_key


@frozen
class PredictedFile:
    """A predicted file, with its pages and their words."""

    file: RequestFile
    pages: tuple[PageRecord, ...]
    texts: tuple[PageText, ...]


def predict_file(account: Account, call: Call) -> Reply:
    """Predict files."""
    model = hosted_model(account, call.path["model_id"], "ocr")
    return predict(account, call, model, [read_upload(account, part) for part in call.all_files("file")])


def predict_urls(account: Account, call: Call) -> Reply:
    """Predict the files behind URLs. Each one that fails has an entry with the reason."""
    model = hosted_model(account, call.path["model_id"], "ocr")
    return predict(account, call, model, read_urls(account, call.values("urls")))


def predict(account: Account, call: Call, model: Model, found: Sequence[ReadFile | FailedUrl]) -> Reply:
    """Predict files, store them, and return the reply. Each URL that failed has an entry with the reason."""
    wanted = [(read, _wanted_pages(account, call, read.reading)) for read in found if isinstance(read, ReadFile)]
    # The call is charged for all its pages before the first is predicted, so that it is refused as a whole.
    account.charge(model, sum(len(pages) for _, pages in wanted))
    predicted = [_predict_one(account, call, model, read, pages) for read, pages in wanted]
    entries = [_entries(file) for file in predicted]
    failed = [failed_url(one.url, one.reason) for one in found if isinstance(one, FailedUrl)]
    records = [page for file in predicted for page in file.pages]
    files = [one.file for one in predicted]
    signed_urls = account.signer.body(records, files, call.root_url, account.clock.now())
    if call.asynchronous and account.behaviour.nested_async:
        body = nested_reply_body([*entries, failed] if failed else entries, signed_urls)
    else:
        body = reply_body([*(entry for of_one in entries for entry in of_one), *failed], signed_urls)
    return Reply(body, status_of(account, found))


def _wanted_pages(account: Account, call: Call, reading: Reading) -> tuple[Page, ...]:
    wanted = call.value("pages_to_process")
    if not wanted:
        return tuple(reading.pages)
    try:
        numbers = {parse_int(number) - account.behaviour.first_page_to_process for number in wanted.split(",")}
    except ValueError as error:
        raise bad_request("/pages_to_process: not numbers with commas between them") from error
    chosen = tuple(page for page in reading.pages if page.number in numbers)
    if not chosen:
        raise bad_request(f"/pages_to_process: the file has none of these pages, only {len(reading.pages)}")
    return chosen


def _predict_one(account: Account, call: Call, model: Model, read: ReadFile, wanted: tuple[Page, ...]) -> PredictedFile:
    now, sha256 = account.clock.now(), read.stored.sha256
    file = RequestFile(
        request_file_id=account.identities.random_id(),
        model_id=model.model_id,
        name=read.stored.name,
        sha256=sha256,
        extension=read.reading.kind,
        asynchronous=call.asynchronous,
        request_metadata=call.value("request_metadata"),
        created=now,
        updated_at=account.identities.moment_id(now),
        # A call that waits for its result is a job that is done at once, and fails as the jobs do.
        work=Work(account.jobs if call.asynchronous else account.jobs.at_once(), now),
        duplicate=account.store.texts.get(text_key(sha256, read.reading.pages[0].number)) is not None,
    )
    predicted = predicted_file(account, model, file, wanted)
    with account.store.database.transaction():
        put_predicted(account, predicted)
    fire_predicted(account, file.request_file_id)
    return predicted


def predicted_file(account: Account, model: Model, file: RequestFile, wanted: Sequence[Page]) -> PredictedFile:
    """Return a file with what a model finds on its pages; nothing is stored."""
    pages = tuple(_page_record(account, model, file, page) for page in wanted)
    texts = tuple(
        PageText(
            text_key(file.sha256, page.number),
            tuple(OcrText(word.text, word.xmin, word.ymin, word.xmax, word.ymax) for word in page.words),
        )
        for page in wanted
    )
    return PredictedFile(file, pages, texts)


def put_predicted(account: Account, predicted: PredictedFile) -> None:
    """Store a predicted file, in a transaction of the caller."""
    account.store.request_files.put(predicted.file)
    for record, text in zip(predicted.pages, predicted.texts, strict=True):
        account.store.pages.put(record)
        account.store.texts.put(text)


def fire_predicted(account: Account, request_file_id: str) -> None:
    """Export a file that is predicted. The mock has no validations, so they pass."""
    account.exports.fire("inference", request_file_id)
    account.exports.fire("validation", request_file_id)


def boxes_on(account: Account, model: Model, sha256: str, page: Page) -> tuple[Box, ...]:
    """Return what a model finds on a page of a stored file."""
    if model.model_type == "localization":
        # Hosted without having seen a picture, which only a test can arrange: it knows no object.
        rules = ObjectRules.from_json(model.rules) if model.rules else ObjectRules(())
        return detected_boxes(find_objects(rules, picture_of(account, sha256, page.number)), page, account.identities)
    guesses = account.predictions.on(model, page, text_key(sha256, page.number))
    return predicted_boxes(guesses, page, account.identities)


def _page_record(account: Account, model: Model, file: RequestFile, page: Page) -> PageRecord:
    return PageRecord(
        page_id=account.identities.moment_id(file.created),
        request_file_id=file.request_file_id,
        model_id=model.model_id,
        number=page.number,
        width=page.width,
        height=page.height,
        rotation=page.rotation,
        predicted=boxes_on(account, model, file.sha256, page),
        updated_at=file.updated_at,
    )


def _entries(predicted: PredictedFile) -> list[dict[str, Any]]:
    if predicted.file.asynchronous:
        return [submitted_page(predicted.file, page) for page in predicted.pages]
    pairs = zip(predicted.pages, predicted.texts, strict=True)
    return [predicted_page(predicted.file, page, text) for page, text in pairs]
