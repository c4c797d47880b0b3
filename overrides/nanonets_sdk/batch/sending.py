"""Sending one content, with a note in the journal before and after."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import BinaryIO, Final
from uuid import uuid4

from attrs import define, field, frozen

from nanonets_sdk.batch.hashed_file import Content
from nanonets_sdk.batch.journal import Entry, State, became, sending
from nanonets_sdk.batch.notes import Notes
from nanonets_sdk.batch.options import BatchOptions
from nanonets_sdk.batch.throttle import Gate
from nanonets_sdk.client import AsyncNanonets
from nanonets_sdk.documents import Document
from nanonets_sdk.documents.failed import JobFailed
from nanonets_sdk.errors import (
    ConnectionFailed,
    DecodeError,
    Forbidden,
    ModelNotReady,
    NanonetsError,
    NotFound,
    OutcomeUnknown,
    PaymentRequired,
    RateLimited,
    RequestTimeout,
    ServerError,
    Unauthorized,
)

# The service cannot have taken the file, and may take it later.
PASSING: Final = (RateLimited, ConnectionFailed, RequestTimeout)
# The service may have taken the file, whatever its answer was.
UNCLEAR: Final = (OutcomeUnknown, ServerError, DecodeError)
# What is wrong is wrong for every file.
FINAL: Final = (Unauthorized, PaymentRequired, Forbidden, NotFound, ModelNotReady)
# So often is a file tried whose sending takes too long, while the service takes others.
_MOST_TIMEOUTS: Final = 3


class TriedInVain(Exception):
    """The service takes nothing, and patience is over.

    Attributes:
        cause: Why it takes nothing.
    """

    def __init__(self, cause: NanonetsError) -> None:
        super().__init__(str(cause))
        self.cause = cause


@frozen
class Sent:
    """A content that the service took.

    Attributes:
        request_file_id: The service's id of it.
        document: The result, where it came at once.
        error: That the service took it and failed on it.
        pages: Number of pages that the service announced; 0 when that is not known.
    """

    request_file_id: str
    document: Document | None = None
    error: JobFailed | None = None
    pages: int = 0

    @property
    def was_taken(self) -> bool:
        """Whether the service can have billed it; of a failure without an id and without any page it cannot."""
        pages = self.document.pages if self.document else ()
        return bool(self.request_file_id) or any(page.status == "success" for page in pages)


@define(eq=False)
class Sender:
    """Sends contents.

    Attributes:
        client: Sends; its own retries are off, since a batch waits for all of its files at once.
        model_id: Id of the model.
    """

    client: AsyncNanonets
    model_id: str
    _options: BatchOptions = field(alias="options")
    _notes: Notes = field(alias="notes")
    _gate: Gate = field(alias="gate")

    async def send(self, content: Content, past: Entry | None) -> Sent:
        """Send a content until the service takes it or says that it will not.

        Args:
            content: The content.
            past: What is known of it.

        Raises:
            NanonetsError: The service did not take it, or it is not known whether it did; the journal says which.
            TriedInVain: Patience is over.
            Stopped: The batch stops; nothing was sent.
        """
        token = past.token if past else f"batch-{uuid4()}"
        timeouts: list[float] = []
        while True:
            async with self._gate.passage() as entered:
                file = content.rewound()
                await self._notes.write(sending(content.sha256, token, self._options.clock.now().timestamp()))
                try:
                    sent = await self._call((content.name, file), token)
                except NanonetsError as error:
                    await self._note_failure(content.sha256, error)
                    if isinstance(error, RequestTimeout):
                        timeouts.append(entered)
                    if not isinstance(error, PASSING) or self._takes_others(timeouts):
                        raise
                    self._wait_longer(entered, error)
                else:
                    await self._note_success(content.sha256, sent)
                    self._gate.was_taken(entered)
                    return sent

    async def _call(self, file: tuple[str, BinaryIO], token: str) -> Sent:
        ocr, options = self.client.ocr, self._options
        details = {"language": options.language, "pages": options.pages, "request_metadata": token}
        if options.sync:
            return await _at_once(ocr.predict_file(self.model_id, file, **details))
        job = await ocr.submit_file(self.model_id, file, **details)
        if job.error is None:
            return Sent(job.request_file_id, pages=job.pages)
        return await _at_once(job.result())

    async def _note_success(self, digest: str, sent: Sent) -> None:
        state: State = "submitted" if sent.error is None else "failed" if sent.was_taken else "refused"
        reason = str(sent.error or "")
        note = became(digest, state, request_file_id=sent.request_file_id, reason=reason, pages=sent.pages)
        await self._notes.write(note)

    async def _note_failure(self, digest: str, error: NanonetsError) -> None:
        state: State = "unknown" if isinstance(error, UNCLEAR) else "refused"
        await self._notes.write(became(digest, state, reason=str(error)))

    def _takes_others(self, timeouts: list[float]) -> bool:
        """Whether it is the file that takes too long, and not the service."""
        return len(timeouts) >= _MOST_TIMEOUTS and self._gate.has_taken_since(timeouts[0])

    def _wait_longer(self, entered: float, error: NanonetsError) -> None:
        try:
            self._gate.was_refused(entered, error)
        except NanonetsError as last:
            raise TriedInVain(last) from last


async def _at_once(call: Awaitable[Document]) -> Sent:
    try:
        document = await call
    except JobFailed as error:
        return Sent(error.document.request_file_id if error.document else "", error.document, error)
    return Sent(document.request_file_id, document)
