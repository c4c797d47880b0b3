"""Review of files: approve, withdraw the approval, assign, delete."""

from nanonets_sdk.mock.account import moderation
from nanonets_sdk.mock.account.account import Account
from nanonets_sdk.mock.account.refusals import bad_request
from nanonets_sdk.mock.operations.call import Call, Reply
from nanonets_sdk.mock.operations.stored_files import (
    listed_files,
    require_done,
    stored_file,
    storing_model,
    undocumented,
)


def approve_file(account: Account, call: Call) -> Reply:
    """Approve a file. The account's reviewer is the one that it is assigned to."""
    with account.store.database.transaction():
        file = stored_file(account, storing_model(account, call), call.path["request_file_id"])
        require_done(account, file)
        if file.approved:
            _require_repeatable(account, "The file is approved already")
        reviewer = file.assigned_members[-1] if file.assigned_members else moderation.DEFAULT_REVIEWER
        moderation.approve(account, file.request_file_id, {}, reviewer)
    return undocumented(account)


def unapprove_file(account: Account, call: Call) -> Reply:
    """Withdraw the approval of a file."""
    with account.store.database.transaction():
        file = stored_file(account, storing_model(account, call), call.path["request_file_id"])
        if not file.approved:
            _require_repeatable(account, "The file is not approved")
        moderation.unapprove(account, file.request_file_id)
    return undocumented(account)


def assign_files(account: Account, call: Call) -> Reply:
    """Assign files to a reviewer: all of them or, if one is refused, none."""
    with account.store.database.transaction():
        for file in listed_files(account, storing_model(account, call), call.json["file_ids"]):
            moderation.assign(account, file, call.json["member"])
    return undocumented(account)


def delete_file(account: Account, call: Call) -> Reply:
    """Delete a file."""
    with account.store.database.transaction():
        moderation.delete(account, stored_file(account, storing_model(account, call), call.path["request_file_id"]))
    return undocumented(account)


def _require_repeatable(account: Account, reason: str) -> None:
    if account.behaviour.repeated_review == "refuse":
        raise bad_request(reason, "Please read the file to see its state")
