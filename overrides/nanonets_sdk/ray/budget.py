"""How many files may be sent at a time, and how many pages a minute, by all workers of a model together.

The throttle of a batch answers the limits of the service, and here all workers share one. A worker holds a permit while
one file is on its way. Beside it there is a budget, if the limit of the model is known: pages are taken before a file
leaves, one by one at even distances, and the service then says how many the file really had.

```text
rate 60 a minute     file 1 (1 page)   file 2 (5 pages)      file 3 waits for the pages of file 2
seconds         0 ------|-----------------|-----------------------------------------|------->
                        1                 2                                         7
```
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from attrs import define, field

from nanonets_sdk.batch.stopping import Stop, Stopped
from nanonets_sdk.batch.throttle import Throttle
from nanonets_sdk.errors import NanonetsError
from nanonets_sdk.transport.clock import Clock

_MINUTE = 60.0


@define(eq=False, init=False)
class PageBudget:
    """Pages a minute, spread evenly, with at most a second's worth at once.

    Args:
        pages_per_minute: The limit.
        clock: The source of time.
        sent: The files that were sent last, oldest first, each as how many seconds ago it was and its pages. They may
            have taken more pages than there were.
    """

    _rate: float
    _clock: Clock = field(repr=False)
    _level: float = field(init=False)
    _at: float = field(init=False)

    def __init__(self, pages_per_minute: float, clock: Clock, sent: Iterable[tuple[float, float]] = ()) -> None:
        self._rate, self._clock = pages_per_minute / _MINUTE, clock
        # A bucket that nobody drew from for ages is full.
        self._level, self._at = 0.0, float("-inf")
        for seconds_ago, pages in sent:
            self._move(clock.monotonic() - seconds_ago, -pages)
        self._move(clock.monotonic(), 0)

    async def take(self) -> None:
        """Take one page, and wait until it is there."""
        self.add(-1)
        if self._level < 0:
            await self._clock.asleep(-self._level / self._rate)

    def add(self, pages: float) -> None:
        """Give pages back, or with a negative number take more of them without waiting."""
        self._move(self._clock.monotonic(), pages)

    def _move(self, now: float, pages: float) -> None:
        self._level = min(self._level + max(now - self._at, 0) * self._rate, max(1.0, self._rate)) + pages
        self._at = max(now, self._at)


@define(eq=False)
class _Permit:
    is_entered: asyncio.Event = field(factory=asyncio.Event)
    is_left: asyncio.Event = field(factory=asyncio.Event)
    entered: float = 0.0
    error: NanonetsError | None = None
    task: asyncio.Task[None] | None = None


@define(eq=False)
class Permits:
    """The permits to send that the workers hold, each by a key that the worker chose.

    Attributes:
        jobs: The most files that may be sent at a time.
        patience: Seconds to go on trying while no file is taken.
        clock: The source of time.
        pages: The pages a minute; None if only the service limits them.
    """

    jobs: int
    patience: float
    clock: Clock = field(repr=False)
    pages: PageBudget | None = None
    _stop: Stop = field(init=False, repr=False)
    _throttle: Throttle = field(init=False, repr=False)
    _held: dict[str, _Permit] = field(factory=dict[str, _Permit], init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        self._begin()

    def _begin(self) -> None:
        self._stop = Stop()
        self._throttle = Throttle(self.jobs, self.patience, self.clock, self._stop)

    async def enter(self, key: str) -> NanonetsError | None:
        """Wait for a permit; asking twice with one key is asking once.

        Returns:
            Why patience is exhausted, so that nothing may be sent; None with the permit.
        """
        permit = self._held.get(key)
        if permit is None:
            permit = self._held[key] = _Permit()
            if self.pages is not None:
                await self.pages.take()
            # A slot is given back by the task that took it, and the worker leaves in another one.
            permit.task = asyncio.create_task(self._hold(permit))
        await permit.is_entered.wait()
        if permit.error is not None:
            self._held.pop(key, None)
        return permit.error

    async def _hold(self, permit: _Permit) -> None:
        stop = self._stop
        try:
            async with self._throttle.slot() as permit.entered:
                permit.is_entered.set()
                await permit.is_left.wait()
        except Stopped:
            permit.error = stop.cause
        permit.is_entered.set()

    def leave(self, key: str, *, is_taken: bool = False, error: NanonetsError | None = None) -> NanonetsError | None:
        """Give a permit back.

        Args:
            key: Its key. One that is not known belonged to an earlier life of this object, and means nothing.
            is_taken: Whether the service took the file.
            error: Why the service did not take the file and may take it later.

        Returns:
            `error` if patience is exhausted with it.
        """
        permit = self._held.pop(key, None)
        if permit is None:
            return None
        if self.pages is not None and not is_taken:
            self.pages.add(1)
        try:
            if is_taken:
                self._throttle.was_taken(permit.entered)
            elif error is not None:
                self._throttle.backed_off(permit.entered, error)
        except NanonetsError as exhausted:
            # Those who wait learn it from the old throttle. The next run begins with a patience of its own.
            self._begin()
            return exhausted
        finally:
            permit.is_left.set()
        return None

    def leave_all(self, prefix: str) -> None:
        """Give back the permits whose keys begin with a prefix: their worker is gone."""
        for key in [key for key in self._held if key.startswith(prefix)]:
            self.leave(key)
