"""Full text: the words of files, without a model. Nothing of it is stored for later reads."""

from typing import Any

from nanonets_sdk.mock.account.account import Account
from nanonets_sdk.mock.account.refusals import bad_request
from nanonets_sdk.mock.operations.call import Call, Reply
from nanonets_sdk.mock.operations.files import FailedUrl, ReadFile, read_upload, read_urls
from nanonets_sdk.mock.reading import Page
from nanonets_sdk.mock.replies.full_text import text_file, text_page


def read_text(account: Account, call: Call) -> Reply:
    """Read files and URLs, one entry each, the files first."""
    parts = [part for part in call.files if part.name == "file"]
    urls = call.values("urls")
    if not parts and not urls:
        raise bad_request("File missing: neither /file nor /urls has anything", "Please send a PNG, JPEG or PDF file")
    uploads = [read_upload(account, part) for part in parts]
    found = [*uploads, *read_urls(account, urls)]
    failed = [one for one in found if isinstance(one, FailedUrl)]
    # Whether the call fails where no file is left, no source says; a reply without a file would hide the reason.
    if failed and (account.behaviour.failing_text_url == "refuse" or len(failed) == len(found)):
        raise bad_request(f"/urls: {failed[0].url!r}: {failed[0].reason}", "Please check the URL")
    if account.behaviour.text_is_billed:
        account.charge_call()
    if account.behaviour.failing_text_url == "left out":
        found = [one for one in found if isinstance(one, ReadFile)]
    return Reply({account.behaviour.text_key: [_entry(account, one) for one in found]})


def _entry(account: Account, one: ReadFile | FailedUrl) -> dict[str, Any]:
    if isinstance(one, FailedUrl):
        return text_file(one.url, [])
    return text_file(one.stored.name, [_page(account, page) for page in one.reading.pages])


def _page(account: Account, page: Page) -> dict[str, Any]:
    sizes = account.behaviour.text_page_size == "given"
    return text_page(page, {"width": page.width, "height": page.height} if sizes else {})
