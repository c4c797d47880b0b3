"""Sending one content, with a note in the journal before and after."""

from __future__ import annotations

from collections.abc import Awaitable
from pathlib import Path
from typing import BinaryIO, Final
from uuid import uuid4

import anyio
from attrs import define, field, frozen

from nanonets_sdk.batch.hashed_file import HashedFile
from nanonets_sdk.batch.journal import Entry, State
from nanonets_sdk.batch.notes import Limits, Notes
from nanonets_sdk.batch.options import BatchOptions
from nanonets_sdk.client import AsyncNanonets
from nanonets_sdk.documents import Document
from nanonets_sdk.documents.failed import JobFailed
from nanonets_sdk.errors import NanonetsError, OutcomeUnknown, RequestTimeout

_MOST_TIMEOUTS: Final = 3
"""Attempts for a file that keeps timing out while other files succeed."""


@frozen
class Receipt:
    """The service's answer to a content that it accepted, or accepted and failed on.

    Attributes:
        request_file_id: The service's id of it; empty if it has none.
        document: The result, if it came at once.
        error: The failure, if the service failed on it.
        pages: Number of pages that the service announced; 0 if it is not known.
        is_of_this_run: Whether the content was sent in this run.
    """

    request_file_id: str
    document: Document | None = None
    error: JobFailed | None = None
    pages: int = 0
    is_of_this_run: bool = True

    @property
    def state(self) -> State:
        """The state of the content."""
        if self.error is None:
            return "submitted"
        # Pages are billed. Without an id and without a page that was read there is nothing to bill.
        pages = self.document.pages if self.document else ()
        return "failed" if self.request_file_id or any(page.status == "success" for page in pages) else "refused"


@define(eq=False)
class Sender:
    """Sends contents.

    Attributes:
        client: The client; its own retries must be off, since the throttle waits for all files together.
        model_id: Id of the model.
    """

    client: AsyncNanonets
    model_id: str
    _options: BatchOptions = field(alias="options")
    _journal: Notes = field(alias="journal")
    _throttle: Limits = field(alias="throttle")
    _leaving: anyio.Lock = field(factory=anyio.Lock, init=False)

    async def send(self, path: Path, file: HashedFile, past: Entry | None) -> Receipt:
        """Send a content until the service accepts or rejects it.

        Raises:
            NanonetsError: The service did not accept it, or may have. The journal says which.
            Stopped: The batch was stopped before the content was sent.
        """
        token = past.token if past else f"batch-{uuid4()}"
        timeouts: list[float] = []
        while True:
            async with self._throttle.slot() as entered:
                content = file.rewound()
                # Nothing may leave before this note is on disk: see the journal.
                await self._journal.sending(path, file.sha256, token, self._options.clock.now().timestamp())
                # One request is on its way before the next one is built. A commit wakes many tasks at once: otherwise
                # their requests would all leave when the last is built, and all answers would come together again.
                async with self._leaving:
                    pass
                try:
                    receipt = await self._call((file.name, content), token)
                except NanonetsError as error:
                    state: State = "unknown" if error.may_be_billed else "refused"
                    await self._journal.became(file.sha256, state, reason=str(error))
                    if isinstance(error, RequestTimeout):
                        timeouts.append(entered)
                    # If others succeed in the meantime, it is the file that takes too long, and not the service.
                    is_too_slow = len(timeouts) >= _MOST_TIMEOUTS and self._throttle.has_taken_since(timeouts[0])
                    if error.may_be_billed or not error.is_transient or is_too_slow:
                        raise
                    self._throttle.backed_off(entered, error)
                    continue
                self._throttle.was_taken(entered)
            # The slot is free: the next file is noted as sending by the commit that notes the outcome of this one.
            await self._journal.became(
                file.sha256,
                receipt.state,
                request_file_id=receipt.request_file_id,
                reason=str(receipt.error or ""),
                pages=receipt.pages,
            )
            return receipt

    async def _call(self, file: tuple[str, bytes | BinaryIO], token: str) -> Receipt:
        ocr, options = self.client.ocr, self._options
        details = {"language": options.language, "pages": options.pages, "request_metadata": token}
        if options.sync:
            return await _receipt_of(ocr.predict_file(self.model_id, file, **details))
        job = await ocr.submit_file(self.model_id, file, **details)
        if job.error is None:
            return Receipt(job.request_file_id, pages=job.pages)
        if job.request_file_id:
            # The id is that of another file. The search finds the outcome of this one.
            raise OutcomeUnknown(job.error)
        return await _receipt_of(job.result())


async def _receipt_of(call: Awaitable[Document]) -> Receipt:
    try:
        document = await call
    except JobFailed as error:
        return Receipt(error.document.request_file_id if error.document else "", error.document, error)
    if document.error is not None:
        raise OutcomeUnknown(document.error, raw=document.raw_bytes)
    return Receipt(document.request_file_id, document)
