"""Review of files: approval and its withdrawal, corrections, assignment, deletion. All as reading them shows."""

from collections.abc import Mapping
from typing import Final

import msgspec
from attrs import evolve

from nanonets_sdk.mock.account.account import Account
from nanonets_sdk.mock.replies.box import box_json
from nanonets_sdk.mock.state.records import Box, BoxJson, PageRecord, RequestFile

MODERATED: Final = "moderated"
DEFAULT_REVIEWER: Final = "reviewer@example.org"


def approve(account: Account, request_file_id: str, corrections: Mapping[str, str], reviewer: str) -> None:
    """Approve a file: its pages get moderated boxes, with the corrected texts by label.

    Raises:
        LookupError: There is no such file.
        ValueError: The file is still pending.
    """
    with account.store.database.transaction():
        file = _request_file(account, request_file_id)
        if file.work.stage(account.clock.now()) == "pending" and account.behaviour.early_review == "refuse":
            raise ValueError(f"The file {request_file_id} is still pending")
        # The service gives the times of a review as UUID v1.
        moment = account.identities.moment_id(account.clock.now())
        file = evolve(file, approved=True, rejected=False, verified_at=moment, updated_at=moment, verified_by=reviewer)
        account.store.request_files.put(file)
        for page in account.store.pages.of(request_file_id):
            # What was corrected before the approval is what is approved.
            boxes = moderated_boxes(page) if page.moderated is None else page.moderated
            corrected = tuple(_corrected(box, corrections) for box in boxes)
            account.store.pages.put(evolve(page, moderated=corrected, updated_at=moment))
    account.exports.fire("approval", request_file_id)


def reject(account: Account, request_file_id: str) -> None:
    """Reject a file, which at the service only people can do.

    Raises:
        LookupError: There is no such file.
        ValueError: The file is still pending, or approved.
    """
    with account.store.database.transaction():
        file = _request_file(account, request_file_id)
        if file.work.stage(account.clock.now()) == "pending" and account.behaviour.early_review == "refuse":
            raise ValueError(f"The file {request_file_id} is still pending")
        if file.approved:
            raise ValueError(f"The file {request_file_id} is approved; withdraw the approval first")
        moment = account.identities.moment_id(account.clock.now())
        account.store.request_files.put(evolve(file, rejected=True, updated_at=moment))
    account.exports.fire("rejection", request_file_id)


def unapprove(account: Account, request_file_id: str) -> None:
    """Withdraw the approval of a file.

    Raises:
        LookupError: There is no such file.
    """
    with account.store.database.transaction():
        file = _request_file(account, request_file_id)
        moment = account.identities.moment_id(account.clock.now())
        account.store.request_files.put(evolve(not_approved(file), updated_at=moment))
        for page in account.store.pages.of(request_file_id):
            kept = page.moderated if account.behaviour.boxes_after_withdrawal == "keep" else None
            account.store.pages.put(evolve(page, moderated=kept, updated_at=moment))


def not_approved(file: RequestFile) -> RequestFile:
    """Return a file as it was before its approval."""
    return evolve(file, approved=False, verified_at="", verified_by="")


def moderated_boxes(page: PageRecord) -> tuple[BoxJson, ...]:
    """Return the predicted boxes of a page as a reviewer who changes nothing leaves them."""
    return tuple(box_json(_moderated(box), page) for box in page.predicted)


def correct(account: Account, page: PageRecord, boxes: tuple[BoxJson, ...]) -> None:
    """Put boxes in the place of the moderated boxes of a page."""
    moment = account.identities.moment_id(account.clock.now())
    account.store.pages.put(evolve(page, moderated=boxes, updated_at=moment))


def assign(account: Account, file: RequestFile, member: str) -> None:
    """Assign a file to a reviewer."""
    before = file.assigned_members if account.behaviour.assignment == "add" else ()
    members = (*(one for one in before if one != member), member)
    account.store.request_files.put(evolve(file, assigned_members=members))
    account.exports.fire("assignment", file.request_file_id)


def delete(account: Account, file: RequestFile) -> None:
    """Delete a file and its pages, or only mark it."""
    if account.behaviour.deleted_files == "marked":
        account.store.request_files.put(evolve(file, deleted=True))
        return
    for page in account.store.pages.of(file.request_file_id):
        account.store.pages.delete(page.page_id)
    account.store.request_files.delete(file.request_file_id)


def _request_file(account: Account, request_file_id: str) -> RequestFile:
    file = account.store.request_files.get(request_file_id)
    if file is None:
        raise LookupError(f"There is no file {request_file_id}")
    return file


def _moderated(box: Box) -> Box:
    return evolve(box, status=MODERATED, cells=tuple(evolve(cell, status=MODERATED) for cell in box.cells))


def _corrected(box: BoxJson, corrections: Mapping[str, str]) -> BoxJson:
    label = msgspec.json.decode(box["label"], type=str)
    if label not in corrections:
        return box
    return {**box, "ocr_text": msgspec.Raw(msgspec.json.encode(corrections[label]))}
