"""Running a batch: every file is sent at most once, waited for, and handed over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import partial
from typing import Any, Final

import anyio
import anyio.to_thread
from anyio.streams.memory import MemoryObjectSendStream
from attrs import define, field, frozen

from nanonets_sdk.batch.files import BatchFile, FileLike, batch_file
from nanonets_sdk.batch.hashed_file import Content, open_content
from nanonets_sdk.batch.journal import JournalError, Known, became, entry, known
from nanonets_sdk.batch.keyed_lock import Turns
from nanonets_sdk.batch.notes import Notes
from nanonets_sdk.batch.options import BatchOptions
from nanonets_sdk.batch.outcome import Outcome, OutcomeStatus
from nanonets_sdk.batch.search import clock_error, find_sent
from nanonets_sdk.batch.sending import FINAL, UNCLEAR, Sender, Sent, TriedInVain
from nanonets_sdk.batch.stopping import Stop, Stopped
from nanonets_sdk.batch.throttle import Gate, Wait
from nanonets_sdk.client import AsyncNanonets
from nanonets_sdk.documents.failed import JobFailed
from nanonets_sdk.errors import (
    Forbidden,
    NanonetsError,
    OutcomeUnknown,
    PaymentRequired,
    Unauthorized,
    UploadError,
)
from nanonets_sdk.resources.jobs import WaitTimeout

_IN_FLIGHT_A_JOB: Final = 8


@frozen
class _Item:
    """A file with its content open and what the journal knows of it."""

    file: BatchFile
    content: Content
    known: Known

    def outcome(self, status: OutcomeStatus, **facts: Any) -> Outcome:
        return Outcome(self.file.path, self.known.name, status, **facts)


@frozen
class _Unclear:
    """A file of which it is not known whether the service took it."""

    file: BatchFile
    sha256: str


@define(eq=False)
class Engine:
    """One run of a batch.

    Attributes:
        client: As the caller made it.
        model_id: Id of the model.
        options: How it is run.
        notes: The journal.
        outcomes: Where outcomes go; nothing new is begun while nobody takes them.
        stop: Ends the run early.
        search_error: Why it cannot be known whether files arrived; None if the service could be asked.
    """

    client: AsyncNanonets
    model_id: str
    options: BatchOptions
    notes: Notes
    outcomes: MemoryObjectSendStream[Outcome]
    stop: Stop = field(factory=Stop, init=False)
    search_error: NanonetsError | None = field(default=None, init=False)
    _gate: Gate = field(init=False)
    _sender: Sender = field(init=False)
    _turns: Turns = field(factory=Turns, init=False)
    _unclear: list[_Unclear] = field(factory=list[_Unclear], init=False)
    _unclear_in_a_row: int = field(default=0, init=False)

    def __attrs_post_init__(self) -> None:
        self._gate = Gate(self.options.jobs, self.options.patience, self.options.clock, self.stop)
        once = self.client.with_options(max_retries=0)
        self._sender = Sender(once, self.model_id, self.options, self.notes, self._gate)

    @property
    def wait(self) -> Wait | None:
        """What is waited for before the next file is sent; None when nothing is."""
        return self._gate.wait

    async def run(self, files: Iterable[FileLike]) -> None:
        """Bring every file to an outcome; to fewer of them when the batch is stopped."""
        async with self.outcomes:
            await self._each(map(batch_file, files), is_last=False)
            unclear, self._unclear = self._unclear, []
            if unclear and not self.stop.is_requested:
                await self._search({item.sha256 for item in unclear})
            # Also when the batch was stopped: whoever reads the outcomes hears of every file that may have been sent.
            await self._each(iter([item.file for item in unclear]), is_last=True)

    async def _each(self, files: Iterator[BatchFile], *, is_last: bool) -> None:
        in_flight = anyio.Semaphore(self.options.in_flight or _IN_FLIGHT_A_JOB * self.options.jobs)

        async def bring(file: BatchFile) -> None:
            try:
                await self._bring(file, is_last=is_last)
            finally:
                in_flight.release()

        async with anyio.create_task_group() as tasks:
            while is_last or not self.stop.is_requested:
                await in_flight.acquire()
                # What gives the files may read folders.
                file = await anyio.to_thread.run_sync(next, files, None)
                if file is None or (self.stop.is_requested and not is_last):
                    return
                tasks.start_soon(bring, file)

    async def _bring(self, file: BatchFile, *, is_last: bool) -> None:
        """Bring one file to its outcome, or to the list of those that are not clear."""
        try:
            content = await anyio.to_thread.run_sync(open_content, file.path)
        except UploadError as error:
            await self._hand_over(Outcome(file.path, file.name, "failed", error=error))
            return
        with content:
            # Of files with the same content the first one is sent, and the others read its result.
            async with self._turns.at(content.sha256):
                facts = await self.notes.write(known(file.path, file.name, content.sha256))
                outcome = await self._outcome(_Item(file, content, facts), is_last=is_last)
        if outcome is not None:
            await self._hand_over(outcome)

    async def _hand_over(self, outcome: Outcome) -> None:
        # Whoever took the outcomes may have gone.
        with suppress(anyio.BrokenResourceError):
            await self.outcomes.send(outcome)

    async def _outcome(self, item: _Item, *, is_last: bool) -> Outcome | None:
        past = item.known.entry
        if past and item.known.is_done and self._is_kept(item):
            return item.outcome("done", request_file_id=past.request_file_id, was_done_before=True)
        if past is None or past.state == "refused" or (past.state == "failed" and "failed" in self.options.resend):
            return await self._sent(item, is_last=is_last)
        if past.request_file_id:
            return await self._result(item, Sent(past.request_file_id, pages=past.pages))
        if is_last and "unknown" in self.options.resend and self.search_error is None:
            return await self._sent(item, is_last=is_last)
        return self._left_unclear(item, past.reason, is_last=is_last)

    def _is_kept(self, item: _Item) -> bool:
        return self.options.is_kept is None or self.options.is_kept(item.file.path, item.known.name)

    async def _sent(self, item: _Item, *, is_last: bool) -> Outcome | None:
        try:
            sent = await self._sender.send(item.content, item.known.entry)
        except Stopped:
            # Nothing is known of a file that was not sent, and of one that was before, what was known.
            return self._left_unclear(item, "", is_last=True) if is_last else None
        except TriedInVain as error:
            self.stop.request(error.cause)
            return item.outcome("failed", error=error.cause)
        except JournalError:
            # It is no matter of this file; nothing may be sent without a note.
            raise
        except UNCLEAR as error:
            self._count_unclear(error)
            return self._left_unclear(item, str(error), is_last=is_last)
        except NanonetsError as error:
            if isinstance(error, FINAL):
                self.stop.request(error)
            return item.outcome("failed", error=error)
        self._unclear_in_a_row = 0
        return await self._result(item, sent)

    def _count_unclear(self, error: NanonetsError) -> None:
        self._unclear_in_a_row += 1
        if self._unclear_in_a_row >= self.options.give_up_after:
            self.stop.request(error)

    def _left_unclear(self, item: _Item, reason: str, *, is_last: bool) -> Outcome | None:
        if not is_last:
            self._unclear.append(_Unclear(item.file, item.content.sha256))
            return None
        said = reason or "it was being sent when an earlier run ended, and may have been accepted and billed"
        return item.outcome("unknown", error=OutcomeUnknown(said))

    async def _result(self, item: _Item, sent: Sent) -> Outcome:
        """Wait for the result of a content that the service has."""
        item.content.close()
        outcome = partial(item.outcome, request_file_id=sent.request_file_id)
        if sent.error is not None or sent.document is not None:
            return outcome("done" if sent.error is None else "failed", error=sent.error, document=sent.document)
        try:
            with self.stop.interrupting():
                job = self.client.ocr.job(self.model_id, sent.request_file_id, pages=sent.pages)
                document = await job.result(self.options.result_timeout)
        except Stopped:
            return outcome("pending")
        except WaitTimeout as error:
            return outcome("pending", error=error)
        except JobFailed as error:
            await self.notes.write(became(item.content.sha256, "failed", reason=str(error)))
            return outcome("failed", error=error, document=error.document)
        except NanonetsError as error:
            if isinstance(error, Unauthorized | PaymentRequired | Forbidden):
                self.stop.request(error)
            return outcome("failed", error=error)
        return outcome("done", document=document)

    async def _search(self, digests: Iterable[str]) -> None:
        """Note which of the contents arrived at the service."""
        entries = [(digest, await self.notes.write(entry(digest))) for digest in digests]
        owners = {past.token: digest for digest, past in entries if past is not None}
        sent = {past.token: past.sent_at for _, past in entries if past is not None}
        now = self.options.clock.now()
        try:
            with self.stop.interrupting():
                found = await find_sent(self.client, self.model_id, sent, now)
        except Stopped:
            return
        except NanonetsError as error:
            self.search_error = error
            return
        for token, request_file_id in found.items():
            await self.notes.write(became(owners[token], "submitted", request_file_id=request_file_id))
        if len(found) < len(sent):
            self.search_error = clock_error(sent.values(), now)
