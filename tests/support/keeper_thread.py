"""A keeper of a journal in a thread, and a door to it for workers in other threads; it can be started again."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from attrs import define, field

from nanonets_sdk.batch.journal import JournalError, open_journal
from nanonets_sdk.ray.budget import Permits
from nanonets_sdk.ray.keeper import Keeper
from nanonets_sdk.transport.clock import SYSTEM_CLOCK


@define
class KeeperThread:
    """What the actor is on a cluster.

    Attributes:
        journal: Path of the journal.
        model_id: The model.
        lease: Seconds of silence after which a worker is given up.
        before: Called with the name of each method before it is carried out.
        calls: The methods that were called.
    """

    journal: Path
    model_id: str
    lease: float
    before: Callable[[str], None] = lambda _: None
    calls: list[str] = field(factory=list[str], init=False)
    _loop: asyncio.AbstractEventLoop = field(factory=asyncio.new_event_loop, init=False)
    _keeper: Keeper | None = field(default=None, init=False)

    def __attrs_post_init__(self) -> None:
        threading.Thread(target=self._loop.run_forever, daemon=True).start()
        self.start()

    def start(self) -> None:
        """Open the journal."""
        self._run(self._open())

    def kill(self) -> None:
        """Forget all claims, and close the journal as the system does when a process ends."""
        self._run(self._close())

    def restart(self) -> None:
        """Kill it, and start it again."""
        self.kill()
        self.start()

    async def __call__(self, method: str, session: str, /, *arguments: Any) -> Any:
        """Call a method of the keeper, again if it was killed meanwhile."""
        while True:
            self.calls.append(method)
            self.before(method)
            keeper = self._keeper
            if keeper is not None:
                call = getattr(keeper, method)(session, *arguments)
                try:
                    return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(call, self._loop))
                except (JournalError, asyncio.CancelledError):
                    if keeper is self._keeper:
                        raise
            await asyncio.sleep(0.02)

    async def _open(self) -> None:
        journal = open_journal(self.journal, self.model_id, None, None)
        self._keeper = Keeper(journal, Permits(8, 60, SYSTEM_CLOCK), self.lease, SYSTEM_CLOCK)

    async def _close(self) -> None:
        keeper, self._keeper = self._keeper, None
        if keeper is not None:
            keeper.journal.close()
            # Who waits there would wait for a lease.
            for task in asyncio.all_tasks() - {asyncio.current_task()}:
                task.cancel()

    def _run(self, work: Any) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(30)
