"""Reads of OCR results: by page, by file, by days."""

from typing import Final

from attrs import evolve

from nanonets_sdk.mock.account.account import Account
from nanonets_sdk.mock.account.views import page_view
from nanonets_sdk.mock.operations.call import Call, Reply
from nanonets_sdk.mock.operations.stored_files import stored_file, stored_page, storing_model
from nanonets_sdk.mock.replies.image import listing_body, page_body, pending_body
from nanonets_sdk.mock.state.records import Model, RequestFile

# SQLite compares integers of up to 64 bits, and a query may have any number. A day beyond this is beyond all files too.
LAST_DAY: Final = 10_000_000


def get_page(account: Account, call: Call) -> Reply:
    """Return one page. This counts as a poll of its file."""
    model = storing_model(account, call)
    page = stored_page(account, model, call.path["id"])
    file = _polled_file(account, model, page.request_file_id)
    view = page_view(account, model, file, page)
    if view.stage == "pending":
        return Reply(pending_body(), account.behaviour.pending_page_status, described_as=200)
    return Reply(page_body(view, account.signer.body([page], [file], call.root_url, account.clock.now())))


def get_file(account: Account, call: Call) -> Reply:
    """Return the pages of one file. This counts as a poll of it."""
    model = storing_model(account, call)
    file = _polled_file(account, model, call.path["request_file_id"])
    if _is_pending(account, file) and account.behaviour.pending_file == "message":
        return Reply(pending_body(), follows_description=False)
    return Reply(_listing(account, call, model, [file]))


def list_predictions(account: Account, call: Call) -> Reply:
    """Return the pages of the files of an interval of days, both ends included."""
    model = storing_model(account, call)
    first = _day(call.parameter("start_day_interval"), -LAST_DAY)
    last = _day(call.parameter("current_batch_day"), LAST_DAY)
    files = account.store.request_files.between(model.model_id, first, last)
    return Reply(_listing(account, call, model, files))


def _day(given: str, default: int) -> int:
    return max(-LAST_DAY, min(int(given), LAST_DAY)) if given else default


def _listing(account: Account, call: Call, model: Model, files: list[RequestFile]) -> dict[str, object]:
    shown = [file for file in files if not (_is_pending(account, file) and account.behaviour.pending_file == "empty")]
    pages = [(file, page) for file in shown for page in account.store.pages.of(file.request_file_id)]
    signed = account.signer.body((page for _, page in pages), shown, call.root_url, account.clock.now())
    return listing_body((page_view(account, model, file, page) for file, page in pages), signed)


def _is_pending(account: Account, file: RequestFile) -> bool:
    return file.work.stage(account.clock.now()) == "pending"


def _polled_file(account: Account, model: Model, request_file_id: str) -> RequestFile:
    """Return a file as this read finds it, and count the read if the file is pending."""
    with account.store.database.transaction():
        file = stored_file(account, model, request_file_id)
        if _is_pending(account, file):
            account.store.request_files.put(evolve(file, work=file.work.polled()))
    return file
