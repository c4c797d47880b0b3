"""Writing the journal from many tasks: whoever waits for the disk is served in one transaction."""

from __future__ import annotations

from typing import Any, TypeVar

import anyio
import anyio.to_thread
from attrs import define, field

from nanonets_sdk.batch.journal import Change, Journal, JournalError

T = TypeVar("T")


@define(eq=False)
class _Waiting:
    change: Change[Any]
    result: Any = None
    is_written: bool = False


@define(eq=False)
class Notes:
    """The journal, as tasks see it.

    Attributes:
        journal: What is written to.
    """

    journal: Journal
    _waiting: list[_Waiting] = field(factory=list[_Waiting], init=False)
    _lock: anyio.Lock = field(factory=anyio.Lock, init=False)
    _failure: JournalError | None = field(default=None, init=False)

    async def write(self, change: Change[T]) -> T:
        """Make a change, and return what it returns when it is on the disk.

        Raises:
            JournalError: It could not be written; nor can anything else be from then on.
        """
        waiting = _Waiting(change)
        self._waiting.append(waiting)
        with anyio.CancelScope(shield=True):
            async with self._lock:
                if not waiting.is_written:
                    await self._write_all()
        result: T = waiting.result
        return result

    async def _write_all(self) -> None:
        if self._failure is not None:
            raise self._failure
        batch, self._waiting = self._waiting, []
        try:
            results = await anyio.to_thread.run_sync(self.journal.commit, [waiting.change for waiting in batch])
        except JournalError as error:
            self._failure = error
            raise
        for waiting, result in zip(batch, results, strict=True):
            waiting.result, waiting.is_written = result, True
