"""OCR predictions of files and URLs, at once or as jobs."""

from typing import Any

from attrs import frozen

from nanonets_sdk.mock.account.account import Account, StoredFile
from nanonets_sdk.mock.account.fetch import FetchFailed
from nanonets_sdk.mock.account.prediction import predicted_boxes
from nanonets_sdk.mock.account.refusals import bad_request
from nanonets_sdk.mock.operations.call import Call, Reply
from nanonets_sdk.mock.operations.model import require_hosted
from nanonets_sdk.mock.reading import Page, Reading, UnreadableFile
from nanonets_sdk.mock.replies.prediction import (
    failed_url,
    nested_reply_body,
    predicted_page,
    reply_body,
    submitted_page,
)
from nanonets_sdk.mock.state.progressions import Work
from nanonets_sdk.mock.state.records import (
    Model,
    OcrText,
    PageRecord,
    PageText,
    RequestFile,
)
from nanonets_sdk.mock.whole_numbers import whole_number


@frozen
class Taken:
    """A file that was read, and the pages of it that are wanted."""

    stored: StoredFile
    reading: Reading
    pages: tuple[Page, ...]


@frozen
class Predicted:
    """A file that was taken in, with its pages and their words."""

    file: RequestFile
    pages: tuple[PageRecord, ...]
    texts: tuple[PageText, ...]


def predict_file(account: Account, call: Call) -> Reply:
    """Predict one file."""
    model = _model(account, call)
    part = call.file("file")
    try:
        taken = _taken(account, call, account.keep(part.filename, part.stream))
    except UnreadableFile as error:
        raise bad_request(f"/file: {error.reason}", "Please send a PNG, JPEG or PDF file") from error
    return Reply(_body(account, call, _predicted(account, call, model, [taken]), []))


def predict_urls(account: Account, call: Call) -> Reply:
    """Predict the files behind URLs; each that fails has an entry that says so."""
    model = _model(account, call)
    taken: list[Taken] = []
    failed: list[dict[str, Any]] = []
    for url in call.texts("urls"):
        try:
            taken.append(_taken(account, call, account.keep_url(url)))
        except FetchFailed as error:
            failed.append(failed_url(url, str(error)))
        except UnreadableFile as error:
            failed.append(failed_url(url, error.reason))
    done = _predicted(account, call, model, taken)
    return Reply(_body(account, call, done, failed), account.behaviour.partial_status if failed else 200)


def _model(account: Account, call: Call) -> Model:
    model = account.model(call.path["model_id"], "ocr")
    require_hosted(model)
    return model


def _taken(account: Account, call: Call, stored: StoredFile) -> Taken:
    reading = account.read(stored)
    pages = _chosen_pages(reading, call.text("pages_to_process"), account.behaviour.first_page_to_process)
    return Taken(stored, reading, tuple(pages))


def _predicted(account: Account, call: Call, model: Model, taken: list[Taken]) -> list[Predicted]:
    """Charge a call for all its pages at once, then predict them."""
    account.charge(model, sum(len(file.pages) for file in taken))
    return [_predict(account, call, model, file) for file in taken]


def _predict(account: Account, call: Call, model: Model, taken: Taken) -> Predicted:
    file = _request_file(account, call, model, taken.stored, taken.reading)
    pages = tuple(_page_record(account, model, file, page) for page in taken.pages)
    texts = tuple(_page_text(taken.stored, page) for page in taken.pages)
    _store(account, file, pages, texts)
    return Predicted(file, pages, texts)


def _store(account: Account, file: RequestFile, pages: tuple[PageRecord, ...], texts: tuple[PageText, ...]) -> None:
    with account.store.database.transaction():
        account.store.put_request_file(file)
        for page, text in zip(pages, texts, strict=True):
            account.store.put_page(page)
            account.store.put_text(text)


def _chosen_pages(reading: Reading, wanted: str, first: int) -> list[Page]:
    if not wanted:
        return list(reading.pages)
    try:
        numbers = {whole_number(number) - first for number in wanted.split(",")}
    except ValueError as error:
        raise bad_request("/pages_to_process: not numbers with commas between them") from error
    chosen = [page for page in reading.pages if page.number in numbers]
    if not chosen:
        raise bad_request(f"/pages_to_process: the file has none of these pages, only {len(reading.pages)}")
    return chosen


def _request_file(account: Account, call: Call, model: Model, stored: StoredFile, reading: Reading) -> RequestFile:
    now = account.clock.now()
    return RequestFile(
        request_file_id=account.identities.random_id(),
        model_id=model.model_id,
        name=stored.name,
        sha256=stored.sha256,
        extension=reading.kind,
        asynchronous=call.asynchronous,
        request_metadata=call.text("request_metadata"),
        created=now,
        updated_at=account.identities.moment_id(now),
        work=Work(account.jobs if call.asynchronous else account.jobs.at_once(), now),
        duplicate=account.store.has_text(_text_key(stored.sha256, reading.pages[0].number)),
    )


def _page_record(account: Account, model: Model, file: RequestFile, page: Page) -> PageRecord:
    guesses = account.guesses.on(model, page, _text_key(file.sha256, page.number))
    return PageRecord(
        page_id=account.identities.moment_id(file.created),
        request_file_id=file.request_file_id,
        model_id=model.model_id,
        number=page.number,
        width=page.width,
        height=page.height,
        rotation=page.rotation,
        predicted=predicted_boxes(guesses, page, account.identities),
    )


def _page_text(stored: StoredFile, page: Page) -> PageText:
    words = (OcrText(word.text, word.xmin, word.ymin, word.xmax, word.ymax) for word in page.words)
    return PageText(_text_key(stored.sha256, page.number), tuple(words))


def _text_key(sha256: str, page: int) -> str:
    return f"{sha256}/{page}"


def _body(account: Account, call: Call, done: list[Predicted], failed: list[dict[str, Any]]) -> dict[str, Any]:
    files = [_entries(predicted) for predicted in done]
    signed = account.signer.body(
        (page for predicted in done for page in predicted.pages), call.root_url, account.clock.now()
    )
    if call.asynchronous and account.behaviour.nested_async:
        return nested_reply_body([*files, failed] if failed else files, signed)
    return reply_body([*(entry for entries in files for entry in entries), *failed], signed)


def _entries(predicted: Predicted) -> list[dict[str, Any]]:
    if predicted.file.asynchronous:
        return [submitted_page(predicted.file, page) for page in predicted.pages]
    pairs = zip(predicted.pages, predicted.texts, strict=True)
    return [predicted_page(predicted.file, page, text) for page, text in pairs]
