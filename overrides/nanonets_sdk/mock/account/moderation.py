"""Approval of files, as a reviewer gives it in the service's application."""

from collections.abc import Mapping
from typing import Final

from attrs import evolve

from nanonets_sdk.mock.account.account import Account
from nanonets_sdk.mock.state.records import Box, RequestFile

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
        if file.work.stage(account.clock.now()) == "pending":
            raise ValueError(f"The file {request_file_id} is still pending")
        # The service gives the times of a review as UUID v1.
        moment = account.identities.moment_id(account.clock.now())
        file = evolve(file, approved=True, verified_at=moment, updated_at=moment, verified_by=reviewer)
        account.store.request_files.put(file)
        for page in account.store.pages.of(request_file_id):
            moderated = tuple(_moderated(box, corrections) for box in page.predicted)
            account.store.pages.put(evolve(page, moderated=moderated))


def unapprove(account: Account, request_file_id: str) -> None:
    """Withdraw the approval of a file.

    Raises:
        LookupError: There is no such file.
    """
    with account.store.database.transaction():
        file = _request_file(account, request_file_id)
        moment = account.identities.moment_id(account.clock.now())
        file = evolve(file, approved=False, verified_at="", updated_at=moment, verified_by="")
        account.store.request_files.put(file)
        for page in account.store.pages.of(request_file_id):
            account.store.pages.put(evolve(page, moderated=()))


def _request_file(account: Account, request_file_id: str) -> RequestFile:
    file = account.store.request_files.get(request_file_id)
    if file is None:
        raise LookupError(f"There is no file {request_file_id}")
    return file


def _moderated(box: Box, corrections: Mapping[str, str]) -> Box:
    cells = tuple(evolve(cell, status=MODERATED) for cell in box.cells)
    return evolve(box, status=MODERATED, text=corrections.get(box.label, box.text), cells=cells)
