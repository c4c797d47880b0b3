"""Batches for asyncio: `apredict_files`."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, cast

import anyio
import anyio.to_thread
from anyio.streams.memory import MemoryObjectReceiveStream
from attrs import field, frozen

from nanonets_sdk.batch.engine import Engine
from nanonets_sdk.batch.files import FileLike
from nanonets_sdk.batch.journal import JournalError, done, open_journal
from nanonets_sdk.batch.notes import Notes
from nanonets_sdk.batch.options import BatchOptions
from nanonets_sdk.batch.outcome import Outcome
from nanonets_sdk.batch.throttle import Wait
from nanonets_sdk.calls.arguments import checked_id

if TYPE_CHECKING:
    import os

    from nanonets_sdk.client import AsyncNanonets
    from nanonets_sdk.errors import NanonetsError


@frozen(eq=False)
class AsyncOutcomes:
    """The outcomes of a batch, in the order in which they come.

    A file is noted as done when the loop that took its outcome comes back for the next one: a result that was being
    stored when the process ended is handed over again by the next run, without being paid for again. Several loops may
    take outcomes at the same time.
    """

    _engine: Engine = field(alias="engine", repr=False)
    _received: MemoryObjectReceiveStream[Outcome] = field(alias="received", repr=False)

    async def __aiter__(self) -> AsyncIterator[Outcome]:
        """The outcomes."""
        while (outcome := await self.take()) is not None:
            yield outcome
            await self.store(outcome)

    async def take(self) -> Outcome | None:
        """The next outcome; None after the last one. Loops do this by themselves."""
        try:
            return await self._received.receive()
        except anyio.EndOfStream:
            return None

    async def store(self, outcome: Outcome) -> None:
        """Note that a file is done; loops do this by themselves."""
        if outcome.status == "done" and not outcome.was_done_before:
            await self._engine.notes.write(done(outcome.path))

    def stop(self) -> None:
        """Send no more files. Those on their way are sent to the end; what the service has comes out as `pending`."""
        self._engine.stop.request()

    @property
    def stopped_by(self) -> NanonetsError | None:
        """The error that ended the batch early, as it would have met every other file; None without one."""
        return self._engine.stop.cause

    @property
    def is_stopped(self) -> bool:
        """Whether the batch ended early."""
        return self._engine.stop.is_requested

    @property
    def wait(self) -> Wait | None:
        """What is waited for before the next file is sent; None when nothing is."""
        return self._engine.wait

    @property
    def search_error(self) -> NanonetsError | None:
        """Why the service could not be asked for files of which it is not known whether they arrived."""
        return self._engine.search_error


@asynccontextmanager
async def apredict_files(
    client: AsyncNanonets,
    model_id: str,
    files: Iterable[FileLike],
    *,
    journal: str | os.PathLike[str] | None = None,
    options: BatchOptions | None = None,
) -> AsyncGenerator[AsyncOutcomes]:
    """Read many files with an OCR model, each one paid for once.

    Every content is sent at most once, however often the batch is begun again with the same journal and however many
    files hold it. A limit of pages a minute is waited for, and so is a service that cannot be reached. One file that
    fails does not stop the others; an error that would meet all of them does.

    Args:
        client: The client.
        model_id: Id of the model.
        files: The files; looked at one by one while others are in work, so that they may be many.
        journal: A file that keeps what was sent and what came back, begun if it is not there; None to forget it at the
            end.
        options: How the batch is run.

    Yields:
        The outcomes, one a file; fewer when the batch is stopped.

    Raises:
        JournalError: The journal cannot be used, or not any more.
        ValueError: The id of the model is none.

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
    path = None if journal is None else Path(journal)
    opened = await anyio.to_thread.run_sync(open_journal, path, model_id, options.language, options.pages)
    try:
        send, received = anyio.create_memory_object_stream[Outcome]()
        engine = Engine(client, model_id, options, Notes(opened), send)
        async with _only_error(), anyio.create_task_group() as tasks:
            tasks.start_soon(engine.run, files)
            with received:
                yield AsyncOutcomes(engine, received)
            # Whoever goes before the end leaves files behind that are being sent; cut off, they would be unclear.
            engine.stop.request()
    finally:
        opened.close()


@asynccontextmanager
async def _only_error() -> AsyncGenerator[None]:
    """A block whose errors come as they are, and in a group only where there are several.

    A journal that cannot be written comes alone: on a full disk the loop cannot store its results either.
    """
    try:
        yield
    except BaseExceptionGroup as group:
        # One that many tasks met counts once.
        errors = list({id(error): error for error in _leaves(group)}.values())
        if len(errors) == 1:
            raise errors[0] from errors[0].__cause__
        if isinstance(group, ExceptionGroup) and (ours := [e for e in errors if isinstance(e, JournalError)]):
            raise ours[0] from group
        raise


def _leaves(error: BaseException) -> Iterator[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        for part in cast("BaseExceptionGroup[BaseException]", error).exceptions:
            yield from _leaves(part)
    else:
        yield error
