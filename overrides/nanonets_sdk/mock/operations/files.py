"""The files of a call: uploaded, or behind URLs."""

from collections.abc import Iterable

from attrs import frozen

from nanonets_sdk.mock.account.account import Account, StoredFile
from nanonets_sdk.mock.account.fetch import FetchFailed
from nanonets_sdk.mock.account.refusals import bad_request
from nanonets_sdk.mock.operations.call import FilePart
from nanonets_sdk.mock.reading import Reading, UnreadableFile
from nanonets_sdk.mock.state.records import Model, TrainingFile


@frozen
class ReadFile:
    """A stored file, and what it contains."""

    stored: StoredFile
    reading: Reading


@frozen
class FailedUrl:
    """A URL that gave no file which can be read."""

    url: str
    reason: str


def read_upload(account: Account, part: FilePart) -> ReadFile:
    """Store and read an uploaded file.

    Raises:
        Refusal: 400 if it cannot be read.
    """
    stored = account.keep(part.filename, part.stream)
    try:
        return ReadFile(stored, account.read(stored))
    except UnreadableFile as error:
        raise bad_request(f"/{part.name}: {error.reason}", "Please send a PNG, JPEG or PDF file") from error


def read_urls(account: Account, urls: Iterable[str]) -> list[ReadFile | FailedUrl]:
    """Store and read the files behind URLs. One that fails does not keep the others from success."""
    found: list[ReadFile | FailedUrl] = []
    for url in urls:
        try:
            stored = account.keep_url(url)
            found.append(ReadFile(stored, account.read(stored)))
        except (FetchFailed, UnreadableFile) as error:
            found.append(FailedUrl(url, str(error)))
    return found


def training_file(account: Account, model: Model, read: ReadFile) -> TrainingFile:
    """Return a training file without annotations and category."""
    # Neither the form of annotations nor the reply has a page number: a training file counts as its first page.
    first_page = read.reading.pages[0]
    return TrainingFile(
        file_id=account.identities.random_id(),
        model_id=model.model_id,
        name=read.stored.name,
        sha256=read.stored.sha256,
        width=first_page.width,
        height=first_page.height,
    )


def status_of(account: Account, found: Iterable[ReadFile | FailedUrl]) -> int:
    """Return the status of a call for several URLs."""
    return account.behaviour.partial_status if any(isinstance(one, FailedUrl) for one in found) else 200
