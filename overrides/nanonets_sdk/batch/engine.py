"""One run of a batch: sends every content at most once, waits for its result and delivers it.

The life of a file:

```text
found -> hashed -> known? -1-> noted as sending -2-> sent -3-> answered -4-> noted as submitted
                                                                                    |
            noted as done <-7- the loop comes back <-6- the caller has it <-5- result read
```

What a kill at each arrow leaves in the journal, and how the next run goes on:

```text
1          nothing      sends the file
2, 3, 4    sending      cannot tell whether the service has the file, and searches for its token
5, 6, 7    submitted    reads the result by its id, which is not billed, and delivers it (again)
later      done         delivers the outcome without asking the service anything
```

A file that was rejected is noted as refused at arrow 4, and the next run sends it again, once it has looked for it: a
gateway may have put its own refusal in the place of the service's answer. A file that may have been
accepted is noted as unknown, and treated like one that is still being sent.

So a run has several passes. The first sets aside every file that may have arrived already. Then one search looks for
all of them, since a listing covers a whole day, and a pass takes them up again: it reads the results of those that were
found. If the caller asked for it, the search goes on through a quiet period, and the pass also sends those that surely
did not arrive, each once in a run; see `search`. As long as such a file was sent there is another search and another
pass, since it may prove that one before it did not arrive. The last pass brings the rest out as unknown.

```text
pass --set aside--> search --+-- found, or nothing may be sent again --> last pass
  ^                          |
  '---- surely absent -------'
```

A journal that fails stops the batch like an error that meets every file: nothing more is sent, but files under way are
sent to the end, because cutting them off would make it unclear whether they arrived.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, suppress
from functools import partial
from typing import Any, Final

import anyio
import anyio.to_thread
from anyio.streams.memory import MemoryObjectSendStream
from attrs import define, field, frozen

from nanonets_sdk.batch.counts import Counts, Tally
from nanonets_sdk.batch.files import BatchFile, FileLike, batch_file
from nanonets_sdk.batch.hashed_file import HashedFile, open_hashed
from nanonets_sdk.batch.journal import JournalError, Known
from nanonets_sdk.batch.notes import ClaimLost, Limits, Notes
from nanonets_sdk.batch.options import BatchOptions
from nanonets_sdk.batch.outcome import Outcome, OutcomeStatus
from nanonets_sdk.batch.search import LATE, Search, Sought, clock_error, look
from nanonets_sdk.batch.sending import Receipt, Sender
from nanonets_sdk.batch.stopping import Stop, Stopped
from nanonets_sdk.batch.throttle import Throttle, Wait
from nanonets_sdk.client import AsyncNanonets
from nanonets_sdk.documents.failed import JobFailed
from nanonets_sdk.errors import NanonetsError, OutcomeUnknown, UploadError
from nanonets_sdk.resources.jobs import WaitTimeout

_IN_FLIGHT_PER_JOB: Final = 8
# Nothing is waited for at the service, so one file is prepared for each that is sent. More would delay the first ones.
_IN_FLIGHT_PER_JOB_IF_SYNC: Final = 2
# Not all the threads of the loop: the journal needs one, even if every file is on a drive that does not answer.
_MOST_OPENED_AT_ONCE: Final = 4
_FIRST_LOOK: Final = 1 / 16
"""When the search looks again for the first time, as a share of the quiet period. Then the intervals double."""


def _open_at_path(file: BatchFile) -> HashedFile:
    return open_hashed(file.path)


def _own_throttle(options: BatchOptions, stop: Stop) -> Limits:
    return Throttle(options.jobs, options.patience, options.clock, stop)


@frozen
class _Item:
    """A file, its content, and what the journal says about them."""

    file: BatchFile
    content: HashedFile
    known: Known

    def outcome(self, status: OutcomeStatus, **facts: Any) -> Outcome:
        return Outcome(self.file.path, self.known.name, status, **facts)


@define(eq=False)
class Engine:
    """One run of a batch.

    Attributes:
        client: The caller's client.
        model_id: Id of the model.
        options: How to run the batch.
        journal: The journal.
        outcomes: Receives the outcomes. Nothing new is begun while nobody takes them.
        open_file: Opens a file of the batch.
        limits_of: Makes the throttle. One that several runs share is elsewhere.
        stop: Ends the run early.
        tally: Counts what was sent, and how each file ended.
        search_error: Why it is not known whether files arrived; None if the service could be asked.
    """

    client: AsyncNanonets
    model_id: str
    options: BatchOptions
    journal: Notes
    outcomes: MemoryObjectSendStream[Outcome]
    open_file: Callable[[BatchFile], HashedFile] = _open_at_path
    limits_of: Callable[[BatchOptions, Stop], Limits] = _own_throttle
    stop: Stop = field(factory=Stop, init=False)
    search_error: NanonetsError | None = field(default=None, init=False)
    tally: Tally = field(factory=Tally, init=False)
    _openers: anyio.CapacityLimiter = field(init=False, repr=False)
    _throttle: Limits = field(init=False)
    _sender: Sender = field(init=False)
    _set_aside: list[tuple[BatchFile, str]] = field(factory=list[tuple[BatchFile, str]], init=False)
    # When each content that was set aside became unknown, or was found to be. Not from the journal: clocks jump.
    _unknown_at: dict[str, float] = field(factory=dict[str, float], init=False)
    # With the number that each had then: who shares the journal may have sent it again since.
    _absent: dict[str, int] = field(factory=dict[str, int], init=False)
    # Contents that were refused before, and that the search did not find.
    _cleared: set[str] = field(factory=set[str], init=False)
    _resent: set[str] = field(factory=set[str], init=False)
    _doubts: dict[str, str] = field(factory=dict[str, str], init=False)
    _looking_until: float = field(default=0.0, init=False)
    # One error for the whole wait: its identity tells that the cause is still the same.
    _looking: OutcomeUnknown = field(factory=lambda: OutcomeUnknown("looking for files without an answer"), init=False)
    _journal_error: JournalError | None = field(default=None, init=False)
    _is_last_pass: bool = field(default=False, init=False)
    _unclear_in_a_row: int = field(default=0, init=False)

    def __attrs_post_init__(self) -> None:
        self._openers = anyio.CapacityLimiter(_MOST_OPENED_AT_ONCE)
        self._throttle = self.limits_of(self.options, self.stop)
        once = self.client.with_options(max_retries=0)
        self._sender = Sender(once, self.model_id, self.options, self.journal, self._throttle)

    @property
    def wait(self) -> Wait | None:
        """The pause before the next file is sent; None if there is none."""
        left = self._looking_until - self.options.clock.monotonic()
        return Wait(left, self._looking) if left > 0 else self._throttle.wait

    @property
    def counts(self) -> Counts:
        """How far the batch is."""
        return self.tally.counts(len(self._set_aside))

    async def run(self, files: Iterable[FileLike]) -> None:
        """Bring every file to an outcome; fewer of them if the batch is stopped."""
        async with self.outcomes:
            # The caller's iterator may read folders, a list cannot.
            await self._pass(map(batch_file, files), may_block=not isinstance(files, list | tuple))
            while not self._is_last_pass:
                self._absent.clear()
                cleared = len(self._cleared)
                if self._set_aside and not self.stop.is_requested:
                    await self._search()
                # Even if the batch was stopped: the caller has to learn of every file that may have been billed.
                sends_more = bool(self._absent) or len(self._cleared) > cleared
                self._is_last_pass = self.stop.is_requested or not sends_more
                again, self._set_aside = self._set_aside, []
                await self._pass((file for file, _ in again), may_block=False)
            if self._journal_error is not None:
                raise self._journal_error

    async def _pass(self, files: Iterator[BatchFile], *, may_block: bool) -> None:
        """Go through files, as many at a time as may be in flight."""
        per_job = _IN_FLIGHT_PER_JOB_IF_SYNC if self.options.sync else _IN_FLIGHT_PER_JOB
        in_flight = anyio.Semaphore(self.options.in_flight or per_job * self.options.jobs, fast_acquire=True)

        async def bring(file: BatchFile) -> None:
            try:
                outcome = await self._bring(file)
                if outcome is not None:
                    # The caller may have left, and closed the other end.
                    with suppress(anyio.BrokenResourceError):
                        await self.outcomes.send(outcome)
            except JournalError as error:
                self._journal_error = self._journal_error or error
                self.stop.request(error)
            finally:
                in_flight.release()

        async with anyio.create_task_group() as tasks:
            while (self._is_last_pass or not self.stop.is_requested) and self._journal_error is None:
                await in_flight.acquire()
                file = await anyio.to_thread.run_sync(next, files, None) if may_block else next(files, None)
                if file is None or (self.stop.is_requested and not self._is_last_pass):
                    return
                tasks.start_soon(bring, file)

    async def _bring(self, file: BatchFile) -> Outcome | None:
        """Bring one file to its outcome; None if it was set aside or the batch was stopped."""
        try:
            content = await anyio.to_thread.run_sync(self.open_file, file, limiter=self._openers)
        except UploadError as error:
            return self.tally.counted(Outcome(file.path, file.name, "failed", error=error))
        # Of files with the same content the first one is sent, and the others read its result.
        with closing(content):
            while True:
                async with self.journal.hold(content.sha256):
                    known = await self.journal.known(file.path, file.name, content.sha256)
                    with suppress(ClaimLost):
                        return self.tally.counted(await self._outcome(_Item(file, content, known)))

    async def _outcome(self, item: _Item) -> Outcome | None:
        """Go on from the state that the journal knows."""
        known, past, options = item.known, item.known.entry, self.options
        if past and known.is_done and (options.is_kept is None or options.is_kept(item.file.path, known.name)):
            return item.outcome("done", request_file_id=past.request_file_id, was_done_before=True)
        if (
            past is None
            or (past.state == "failed" and "failed" in options.resend)
            or (past.state == "refused" and item.content.sha256 in self._cleared)
        ):
            return await self._send(item)
        if past.request_file_id:
            return await self._result(item, Receipt(past.request_file_id, pages=past.pages, is_of_this_run=False))
        if self._absent.get(item.content.sha256) == past.number:
            # Once: of two files with this content the second one finds the outcome of the first.
            del self._absent[item.content.sha256]
            self._resent.add(item.content.sha256)
            self._doubts[item.content.sha256] = "it was sent again in this run already"
            return await self._send(item)
        return self._unclear(item, past.reason)

    async def _send(self, item: _Item) -> Outcome | None:
        try:
            receipt = await self._sender.send(item.file.path, item.content, item.known.entry)
        except Stopped:
            # It was not sent now. If it may have been earlier, that has to be reported.
            past = item.known.entry
            return self._unclear(item, past.reason) if past and past.state in {"sending", "unknown"} else None
        except JournalError:
            # Not a matter of this file: without a journal nothing may be sent.
            raise
        except NanonetsError as error:
            if error.may_be_billed:
                # One such answer may be chance. Many in a row would make a whole night's files doubtful.
                self._unclear_in_a_row += 1
                if self._unclear_in_a_row >= self.options.give_up_after:
                    self.stop.request(error)
                self._unknown_at.pop(item.content.sha256, None)
                return self._unclear(item, str(error))
            if error.meets_every_file:
                self.stop.request(error)
            return item.outcome("failed", error=error)
        self._unclear_in_a_row = 0
        self.tally.sent += receipt.state != "refused"
        self.tally.pages += receipt.pages or (len(receipt.document.pages) if receipt.document else 0)
        return await self._result(item, receipt)

    def _unclear(self, item: _Item, reason: str) -> Outcome | None:
        """Set a file aside that may have arrived; in the last pass, report it as unknown."""
        digest, past = item.content.sha256, item.known.entry
        if not self._is_last_pass:
            self._unknown_at.setdefault(digest, self.options.clock.monotonic())
            self._set_aside.append((item.file, digest))
            return None
        if past is not None and past.state == "refused":
            # The batch was stopped before the file was looked for, so it was not sent.
            return None
        reason = reason or "it was being sent when an earlier run ended, and may have been accepted and billed"
        if digest in self._doubts:
            reason = f"not sent again, because {self._doubts[digest]}. {reason[:1].upper()}{reason[1:]}"
        return item.outcome("unknown", error=OutcomeUnknown(reason))

    async def _result(self, item: _Item, receipt: Receipt) -> Outcome:
        """Wait for the result of a content that the service has."""
        # Hundreds of files may be waited for, and the system limits how many are open.
        item.content.close()
        outcome = partial(item.outcome, request_file_id=receipt.request_file_id)
        if receipt.error is not None or receipt.document is not None:
            status: OutcomeStatus = "done" if receipt.error is None else "failed"
            return outcome(status, error=receipt.error, document=receipt.document)
        self.tally.at_service += 1
        try:
            with self.stop.interrupting():
                job = self.client.ocr.job(self.model_id, receipt.request_file_id, pages=receipt.pages)
                document = await job.result(self.options.result_timeout)
        except Stopped:
            return outcome("pending")
        except WaitTimeout as error:
            return outcome("pending", error=error)
        except JobFailed as error:
            await self.journal.became(item.content.sha256, "failed", reason=str(error))
            return outcome("failed", error=error, document=error.document)
        except NanonetsError as error:
            # Not `meets_every_file`: a 404 here is about this id, and not about the model.
            if error.meets_every_call:
                self.stop.request(error)
            return outcome("failed", error=error)
        finally:
            self.tally.at_service -= 1
        if receipt.is_of_this_run and not receipt.pages:
            self.tally.pages += len(document.pages)
        return outcome("done", document=document)

    async def _search(self) -> None:
        """Note which files arrived at the service and, if it was asked for, find out which surely did not."""
        clock, journal, search = self.options.clock, self.journal, Search(self.journal)
        names = {digest: file.path.name for file, digest in self._set_aside}
        entries = [(digest, await journal.entry(digest)) for digest in names]
        sought = {digest: Sought(digest, entry, names[digest]) for digest, entry in entries if entry is not None}
        quiet = self.options.quiet_minutes * 60 if "unknown" in self.options.resend else 0.0
        began = clock.monotonic()
        self._looking_until = began + quiet
        try:
            with self.stop.interrupting():
                while True:
                    await self._look(sought, search)
                    for digest in [digest for digest, one in sought.items() if one.entry.state == "refused"]:
                        del sought[digest]
                        self._cleared.add(digest)
                    left = began + quiet - clock.monotonic()
                    if not sought or "unknown" not in self.options.resend:
                        break
                    if await self._judge(sought, search, quiet) or left <= 0:
                        break
                    passed = clock.monotonic() - began
                    await clock.asleep(min(max(passed, quiet * _FIRST_LOOK), left))
        except Stopped:
            self._absent.clear()
        finally:
            self._looking_until = 0.0

    async def _look(self, sought: dict[str, Sought], search: Search) -> None:
        """Look once, and take away what was found."""
        now = self.options.clock.now()
        try:
            seen = await look(self.client, self.model_id, sought.values(), now)
        except NanonetsError as error:
            self.search_error = search.error = error
            return
        search.add(seen)
        for digest, one in list(sought.items()):
            if (request_file_id := seen.found.get(one.entry.token)) is not None:
                await self.journal.became(digest, "submitted", request_file_id=request_file_id)
                del sought[digest]
        self.search_error = clock_error((one.entry.sent_at for one in sought.values()), now) if sought else None

    async def _judge(self, sought: dict[str, Sought], search: Search, quiet: float) -> bool:
        """Decide which files may be sent again, and return whether waiting would change nothing."""
        self._absent.clear()
        now, is_settled = self.options.clock.monotonic(), True
        for digest, one in sought.items():
            if digest in self._resent:
                continue
            doubt = await search.doubt(one)
            is_quiet = now >= self._unknown_at[digest] + quiet
            is_settled = is_settled and is_quiet and doubt != LATE and search.error is None
            self._doubts[digest] = doubt or "it was not looked for long enough"
            if not doubt and is_quiet:
                self._absent[digest] = one.entry.number
        return is_settled
