"""Files and pages that predictions have stored, as the calls that work on them find them."""

from collections.abc import Iterable
from typing import Final

from nanonets_sdk.mock.account.account import Account
from nanonets_sdk.mock.account.refusals import bad_request, not_found
from nanonets_sdk.mock.operations.call import Call, Reply
from nanonets_sdk.mock.state.records import Model, ModelType, PageRecord, RequestFile

TYPES: Final[tuple[ModelType, ...]] = ("ocr", "localization")
"""The kinds of models whose predictions are stored."""


def storing_model(account: Account, call: Call) -> Model:
    """Return the model in the path of a call.

    Raises:
        Refusal: 404 if there is no such model.
    """
    return account.model(call.path["model_id"], *TYPES)


def stored_file(account: Account, model: Model, request_file_id: str) -> RequestFile:
    """Return a file of a model.

    Raises:
        Refusal: 404 if there is no such file.
    """
    file = account.store.request_files.get(request_file_id)
    if file is None or file.model_id != model.model_id:
        raise not_found("File")
    return file


def stored_page(account: Account, model: Model, page_id: str) -> PageRecord:
    """Return a page of a file of a model.

    Raises:
        Refusal: 404 if there is no such page.
    """
    page = account.store.pages.get(page_id)
    if page is None or page.model_id != model.model_id:
        raise not_found("Page")
    return page


def listed_files(account: Account, model: Model, request_file_ids: Iterable[str]) -> list[RequestFile]:
    """Return the files of a list of ids, each once.

    Raises:
        Refusal: 404 if there is no such file, unless a switch says that it counts for nothing.
    """
    found = [account.store.request_files.get(one) for one in dict.fromkeys(request_file_ids)]
    files = [file for file in found if file is not None and file.model_id == model.model_id]
    if len(files) < len(found) and account.behaviour.unknown_files == "refuse":
        raise not_found("File")
    return files


def require_done(account: Account, file: RequestFile) -> None:
    """Check that a file can be reviewed.

    Raises:
        Refusal: 400 if it is pending, unless a switch allows that.
    """
    if file.work.stage(account.clock.now()) == "pending" and account.behaviour.early_review == "refuse":
        raise bad_request("The file is still being processed", "Please try again later")


def undocumented(account: Account) -> Reply:
    """Return the reply of an operation whose reply no source shows."""
    return Reply(account.behaviour.undocumented_reply)
