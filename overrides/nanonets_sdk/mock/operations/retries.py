"""Retries: predict files again, and export them again."""

from attrs import evolve

from nanonets_sdk.mock.account import moderation
from nanonets_sdk.mock.account.account import Account, StoredFile
from nanonets_sdk.mock.operations.call import Call, Reply
from nanonets_sdk.mock.operations.model import hosted_model
from nanonets_sdk.mock.operations.ocr_predictions import boxes_on, fire_predicted
from nanonets_sdk.mock.operations.stored_files import TYPES, listed_files, storing_model, undocumented
from nanonets_sdk.mock.state.progressions import Work
from nanonets_sdk.mock.state.records import Model, PageRecord, RequestFile


def retry_predictions(account: Account, call: Call) -> Reply:
    """Predict files again, as new jobs. Their ids stay, and reading shows when they are done."""
    # The files come first: that one is unknown says more than that the model cannot predict.
    files = listed_files(account, storing_model(account, call), call.json["file_ids"])
    model = hosted_model(account, call.path["model_id"], *TYPES)
    if account.behaviour.retries_are_billed:
        account.charge(model, sum(len(account.store.pages.of(file.request_file_id)) for file in files))
    for file in files:
        pages = _predicted_again(account, model, file)
        with account.store.database.transaction():
            _store(account, file.request_file_id, pages)
        fire_predicted(account, file.request_file_id)
    return undocumented(account)


def retry_exports(account: Account, call: Call) -> Reply:
    """Export files again, which reading shows. Without webhooks there is nothing that could fail."""
    with account.store.database.transaction():
        for file in listed_files(account, storing_model(account, call), call.json["file_ids"]):
            if account.exports.repeat(file.request_file_id):
                continue
            moment = account.identities.moment_id(account.clock.now())
            exported = evolve(file, export_status=account.behaviour.export_status, exported_at=moment)
            account.store.request_files.put(exported)
    return undocumented(account)


def _predicted_again(account: Account, model: Model, file: RequestFile) -> list[PageRecord]:
    content = {page.number: page for page in account.read(StoredFile(file.name, file.sha256)).pages}
    pages = account.store.pages.of(file.request_file_id)
    return [evolve(page, predicted=boxes_on(account, model, file.sha256, content[page.number])) for page in pages]


def _store(account: Account, request_file_id: str, pages: list[PageRecord]) -> None:
    # Reading the file took a while, in which another call may have deleted or corrected it.
    file = account.store.request_files.get(request_file_id)
    if file is None:
        return
    now = account.clock.now()
    moment, forgets = account.identities.moment_id(now), account.behaviour.review_after_retry == "forget"
    file = evolve(file, work=Work(account.jobs, now), retries=file.retries + 1, updated_at=moment)
    account.store.request_files.put(moderation.not_approved(file) if forgets else file)
    current = {page.page_id: page for page in account.store.pages.of(request_file_id)}
    for page in pages:
        moderated = None if forgets else current[page.page_id].moderated
        account.store.pages.put(evolve(page, moderated=moderated, updated_at=moment))
