"""Starting batches: `apredict_files`, and `predict_files` for programs without asyncio."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Generator, Iterable, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

import anyio
import anyio.to_thread
from anyio.from_thread import BlockingPortal, start_blocking_portal
from anyio.streams.memory import MemoryObjectReceiveStream
from attrs import field, frozen

from nanonets_sdk.batch.counts import Counts
from nanonets_sdk.batch.engine import Engine
from nanonets_sdk.batch.files import FileLike, checked_paths
from nanonets_sdk.batch.forking import keep_forever
from nanonets_sdk.batch.journal import Journal, JournalError, check_process, open_journal
from nanonets_sdk.batch.options import BatchOptions
from nanonets_sdk.batch.outcome import Outcome
from nanonets_sdk.batch.throttle import Wait
from nanonets_sdk.calls.arguments import checked_id
from nanonets_sdk.client import AsyncNanonets, Nanonets, asynchronous

if TYPE_CHECKING:
    from nanonets_sdk.errors import NanonetsError

_MOST_NOTED: Final = 16
"""The most results that are stored and not yet noted on disk."""


@frozen(eq=False)
class AsyncOutcomes:
    """The outcomes of a batch, in the order in which files are finished.

    A file is noted as done when the loop that took its outcome comes back for the next one. The note is on disk before
    the loop waits, and before 16 more outcomes. If the process is killed while a result is being stored, or before its
    note is on disk, the next run delivers the result again without paying for it again. Several loops may take outcomes
    at the same time.
    """

    _engine: Engine = field(alias="engine", repr=False)
    _journal: Journal = field(alias="journal", repr=False)
    _received: MemoryObjectReceiveStream[Outcome] = field(alias="received", repr=False)
    _noted: list[Callable[[], Awaitable[None]]] = field(factory=list, init=False, repr=False)

    async def __aiter__(self) -> AsyncIterator[Outcome]:
        outcome = await self.take()
        while outcome is not None:
            yield outcome
            outcome = await self.next_after(outcome)

    async def next_after(self, outcome: Outcome) -> Outcome | None:
        """Note that the result of a file is stored, and return the next outcome. `async for` calls this for you.

        While outcomes are waiting, the note goes to disk with the next ones, so that no outcome waits for a disk.
        """
        self._note([outcome])
        if len(self._noted) < _MOST_NOTED:
            with suppress(anyio.WouldBlock, anyio.EndOfStream):
                return self._received.receive_nowait()
        await self.settle()
        return await self.take()

    async def _all_after(self, stored: Iterable[Outcome]) -> list[Outcome]:
        """Note that results are stored; return the outcomes that are ready, or the next one; none after the last."""
        self._note(stored)
        taken: list[Outcome] = []
        self._take_ready(taken)
        if not taken:
            await self.settle()
            outcome = await self.take()
            if outcome is not None:
                taken.append(outcome)
                # Others were finished while the notes went to disk.
                self._take_ready(taken)
        return taken

    def _take_ready(self, taken: list[Outcome]) -> None:
        with suppress(anyio.WouldBlock, anyio.EndOfStream):
            while len(self._noted) + len(taken) < _MOST_NOTED:
                taken.append(self._received.receive_nowait())

    def _note(self, stored: Iterable[Outcome]) -> None:
        for outcome in stored:
            if outcome.status == "done" and not outcome.was_done_before:
                self._noted.append(self._journal.begin_done(outcome.path))

    async def settle(self) -> None:
        """Wait until the results that were stored are noted on disk. The end of the batch calls this for you."""
        while self._noted:
            await self._noted.pop(0)()

    async def take(self) -> Outcome | None:
        """Return the next outcome; None after the last one. `async for` calls this for you.

        Raises:
            JournalError: This process is a fork of the one that runs the batch.
        """
        self._journal.check_process()
        try:
            return await self._received.receive()
        except anyio.EndOfStream:
            return None

    async def store(self, outcome: Outcome) -> None:
        """Note that the result of a file is stored. `async for` calls this for you."""
        if outcome.status == "done" and not outcome.was_done_before:
            await self._journal.done(outcome.path)

    def stop(self) -> None:
        """Send no more files. Uploads under way are completed, and files that the service has become `pending`."""
        self._engine.stop.request()

    @property
    def stopped_by(self) -> NanonetsError | None:
        """The error that ended the batch early because it would meet every other file too; None if there was none."""
        return self._engine.stop.cause

    @property
    def is_stopped(self) -> bool:
        """Whether the batch ended early."""
        return self._engine.stop.is_requested

    @property
    def counts(self) -> Counts:
        """How far the batch is: how many files were sent, and so will be billed, and how many are done or failed."""
        return self._engine.counts

    @property
    def wait(self) -> Wait | None:
        """The pause before the next file is sent; None if there is none."""
        return self._engine.wait

    @property
    def search_error(self) -> NanonetsError | None:
        """Why the service could not be asked whether files arrived; None if it could."""
        return self._engine.search_error


@frozen(eq=False)
class Outcomes:
    """The outcomes of a batch, like `AsyncOutcomes`, for programs without asyncio.

    Outcomes that are ready at the same time, up to 16, are taken from the event loop together, and so are their notes.
    """

    _outcomes: AsyncOutcomes = field(alias="outcomes", repr=False)
    _portal: BlockingPortal = field(alias="portal", repr=False)
    _process: int = field(factory=os.getpid, init=False, repr=False)
    # Deques, because several threads may take outcomes, and a loop that is left does not take them with it.
    _ready: deque[Outcome] = field(factory=deque[Outcome], init=False, repr=False)
    _stored: deque[Outcome] = field(factory=deque[Outcome], init=False, repr=False)

    def __iter__(self) -> Iterator[Outcome]:
        # A trip to the event loop and back can take longer than all that the loop does for a file.
        all_after = self._outcomes._all_after  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - its blocking face
        while True:
            for outcome in _popped(self._ready):
                yield outcome
                self._stored.append(outcome)
            taken = self._call(all_after, self._newly_stored())
            if not taken:
                return
            self._ready.extend(taken)

    def _newly_stored(self) -> list[Outcome]:
        return list(_popped(self._stored))

    def _note_stored(self) -> None:
        """Note what a loop stored that was left before it came back to the event loop."""
        note = self._outcomes._note  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - its blocking face
        if stored := self._newly_stored():
            self._call(note, stored)

    def stop(self) -> None:
        """Send no more files, like `AsyncOutcomes.stop`. Other threads may call this.

        Raises:
            JournalError: This process is a fork of the one that runs the batch.
        """
        self._call(self._outcomes.stop)

    def _call(self, call: Callable[..., Any], *arguments: Any) -> Any:
        # A fork has no copy of the thread that runs the event loop, and would wait for it forever.
        check_process(self._process)
        return self._portal.call(call, *arguments)

    @property
    def stopped_by(self) -> NanonetsError | None:
        """The error that ended the batch early because it would meet every other file too; None if there was none."""
        return self._outcomes.stopped_by

    @property
    def is_stopped(self) -> bool:
        """Whether the batch ended early."""
        return self._outcomes.is_stopped

    @property
    def counts(self) -> Counts:
        """How far the batch is: how many files were sent, and so will be billed, and how many are done or failed."""
        return self._outcomes.counts

    @property
    def wait(self) -> Wait | None:
        """The pause before the next file is sent; None if there is none."""
        return self._outcomes.wait

    @property
    def search_error(self) -> NanonetsError | None:
        """Why the service could not be asked whether files arrived; None if it could."""
        return self._outcomes.search_error


def _popped(outcomes: deque[Outcome]) -> Iterator[Outcome]:
    with suppress(IndexError):
        while True:
            yield outcomes.popleft()


@asynccontextmanager
async def _settled(outcomes: AsyncOutcomes) -> AsyncGenerator[AsyncOutcomes]:
    try:
        yield outcomes
    finally:
        await outcomes.settle()


@asynccontextmanager
async def apredict_files(
    client: AsyncNanonets,
    model_id: str,
    files: Iterable[FileLike],
    *,
    journal: str | os.PathLike[str] | None = None,
    options: BatchOptions | None = None,
) -> AsyncGenerator[AsyncOutcomes]:
    """Read many files with an OCR model, and pay for each one once.

    Every content is sent at most once, no matter how often the batch is started with the same journal and how many
    files hold it. The batch waits when it reaches the limit of pages per minute or cannot reach the service. A file
    that fails does not stop the others; an error that would meet all of them does.

    Args:
        client: The client.
        model_id: Id of the model.
        files: The files. They are read one by one as the batch proceeds, so there may be any number of them.
        journal: A file that records what was sent and what came back, created if it does not exist; None to keep no
            record after the end.
        options: How to run the batch.

    Yields:
        The outcomes, one per file; fewer if the batch is stopped.

    Raises:
        JournalError: The journal cannot be opened, cannot be written any more, or is gone: deleted, replaced or
            truncated. Files on their way are finished first, and no other one is sent.
        ValueError: The id of the model is invalid.
        TypeError: An argument has the wrong type, for example a single path in the place of a list.

    Example:
        ```python
        files = Path("in").glob("*.pdf")
        async with AsyncNanonets() as client:
            async with apredict_files(client, model_id, files, journal="out/journal.sqlite") as outcomes:
                async for outcome in outcomes:
                    if outcome.document:
                        outcome.document.to_csv(f"out/{outcome.name}.csv")
        ```
    """
    options = options or BatchOptions()
    checked_id(model_id, "model_id")
    _check(client, AsyncNanonets, files)
    place = (None if journal is None else Path(journal), model_id, options.language, options.pages)
    opened = await anyio.to_thread.run_sync(open_journal, *place)
    try:
        send, received = anyio.create_memory_object_stream[Outcome]()
        engine = Engine(client, model_id, options, opened, send)
        async with _only_error(opened), anyio.create_task_group() as tasks:
            tasks.start_soon(engine.run, files)
            with received:
                async with _settled(AsyncOutcomes(engine, opened, received)) as outcomes:
                    yield outcomes
            # A caller who leaves early leaves uploads under way. Cutting them off would make those files unclear.
            engine.stop.request()
    finally:
        opened.close()


@contextmanager
def predict_files(
    client: Nanonets,
    model_id: str,
    files: Iterable[FileLike],
    *,
    journal: str | os.PathLike[str] | None = None,
    options: BatchOptions | None = None,
) -> Generator[Outcomes]:
    """Read many files with an OCR model, and pay for each one once; like `apredict_files`, without asyncio.

    An event loop in a separate thread does the work, on connections of its own: an `http_client` that was passed to the
    client is not used.

    Args:
        client: The client, whose settings are used.
        model_id: As for `apredict_files`.
        files: As for `apredict_files`; iterated over in another thread.
        journal: As for `apredict_files`.
        options: As for `apredict_files`.

    Yields:
        The outcomes, one per file; fewer if the batch is stopped.

    Raises:
        JournalError: As for `apredict_files`.
        ValueError: As for `apredict_files`.
        TypeError: As for `apredict_files`.

    Example:
        ```python
        files = Path("in").glob("*.pdf")
        with Nanonets() as client:
            with predict_files(client, model_id, files, journal="out/journal.sqlite") as outcomes:
                for outcome in outcomes:
                    if outcome.document:
                        outcome.document.to_csv(f"out/{outcome.name}.csv")
        ```
    """
    _check(client, Nanonets, files)

    @asynccontextmanager
    async def opened() -> AsyncGenerator[AsyncOutcomes]:
        async with (
            asynchronous(client) as other,
            apredict_files(other, model_id, files, journal=journal, options=options) as outcomes,
        ):
            yield outcomes

    process = os.getpid()
    with ExitStack() as running:
        portal = running.enter_context(start_blocking_portal())
        outcomes = Outcomes(running.enter_context(portal.wrap_async_context_manager(opened())), portal)
        try:
            yield outcomes
        finally:
            if os.getpid() == process:
                outcomes._note_stored()  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - the end of it
            else:
                # The event loop runs in the parent, which also ends it. Even to forget it would try to end it here.
                keep_forever(running.pop_all())


def _check(client: object, kind: type[Nanonets | AsyncNanonets], files: Iterable[FileLike]) -> None:
    if not isinstance(client, kind):
        own = "predict_files takes a Nanonets, and apredict_files an AsyncNanonets"
        raise TypeError(f"client must be of {kind.__name__}, got {type(client).__name__}; {own}")
    checked_paths(files, "files")


@asynccontextmanager
async def _only_error(journal: Journal) -> AsyncGenerator[None]:
    """Raise errors of the block as they are, and as a group only if there are several different ones."""
    try:
        yield
    except BaseExceptionGroup as group:
        # After a failed write every task raises the same error; it counts once.
        errors = list({id(error): error for error in _leaves(group)}.values())
        # On a full disk the caller cannot store results either. The journal's error says what the batch needs.
        if isinstance(group, ExceptionGroup) and (ours := [e for e in errors if isinstance(e, JournalError)]):
            # A new error: if the caller's loop met the very same object, contextlib takes it for the one that came in
            # and lets the cancellation of the failed task group through in its place.
            raise journal.failure(ours[0]) from (group if len(errors) > 1 else ours[0].__cause__)
        if len(errors) == 1:
            raise errors[0] from errors[0].__cause__
        raise


def _leaves(error: BaseException) -> Iterator[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        for part in cast("BaseExceptionGroup[BaseException]", error).exceptions:
            yield from _leaves(part)
    else:
        yield error
