"""Links to the page on which a file can be reviewed."""

from nanonets_sdk.mock.account.account import Account
from nanonets_sdk.mock.coerce import parse_int
from nanonets_sdk.mock.operations.call import Call, Reply
from nanonets_sdk.mock.operations.stored_files import stored_file, storing_model


def get_review_link(account: Account, call: Call) -> Reply:
    """Return a link to a file, which may still be pending, as plain text."""
    file = stored_file(account, storing_model(account, call), call.path["request_file_id"])
    expires = parse_int(call.parameter("expires"))
    redirect, callback = call.parameter("redirect"), call.parameter("callback")
    link = account.signer.review_link(file.request_file_id, call.root_url, expires, redirect, callback)
    return Reply(link, is_text=True)
