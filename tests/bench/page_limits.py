"""Pages a minute that a batch reaches, as a share of the limit: the throttle against the limiter of the mock.

Time is virtual, so that an hour takes seconds and a slow machine changes nothing: a clock jumps to the end of the next
wait once every task waits. A page takes 50 ms, and there are always more files. The limiter is the mock's own, with a
window for each minute. Minutes are counted from the first one that begins after the start.
"""

from __future__ import annotations

import heapq
from datetime import UTC, datetime
from random import Random

import anyio
import anyio.lowlevel
from attrs import define, field

from measuring import Figure
from nanonets_sdk import ApiResponse, RateLimited
from nanonets_sdk.batch.stopping import Stop
from nanonets_sdk.batch.throttle import Throttle
from nanonets_sdk.mock import Behaviour
from nanonets_sdk.mock.account.refusals import Refusal
from nanonets_sdk.mock.account.usage import Usage

MINUTES = 12
JOBS = 16
SECONDS_A_PAGE = 0.05
# More rounds of the event loop than any task needs to come to its next wait.
_ROUNDS = 12


@define
class EventClock:
    """A clock that stands still until every task waits for it."""

    seconds: float = 17.0
    _random: Random = field(factory=lambda: Random(14))
    _waiting: list[tuple[float, int, anyio.Event]] = field(factory=list[tuple[float, int, anyio.Event]])
    _count: int = 0

    def monotonic(self) -> float:
        """The virtual seconds."""
        return self.seconds

    def now(self) -> datetime:
        """The virtual seconds as a moment."""
        return datetime.fromtimestamp(self.seconds, UTC)

    def random(self) -> float:
        """The same numbers in each run."""
        return self._random.random()

    def sleep(self, seconds: float) -> None:
        """Fail: nothing here blocks."""
        raise NotImplementedError

    async def asleep(self, seconds: float) -> None:
        """Wait until the clock has come so far."""
        over = anyio.Event()
        self._count += 1
        heapq.heappush(self._waiting, (self.seconds + seconds, self._count, over))
        await over.wait()

    async def run_until(self, end: float) -> None:
        """Jump from wait to wait."""
        while self.seconds < end:
            for _ in range(_ROUNDS):
                await anyio.lowlevel.checkpoint()
            if not self._waiting:
                raise RuntimeError("no file is sent any more")
            self.seconds, _, over = heapq.heappop(self._waiting)
            over.set()


def figures() -> list[Figure]:
    """The share of a small and of a large limit."""
    return [_figure(60), _figure(600)]


def _figure(limit: int) -> Figure:
    reached = pages_a_minute(limit)
    return Figure(
        name=f"pages a minute with a limit of {limit}, over {MINUTES} virtual minutes",
        unit="pages a minute",
        values={"nanonets_sdk": reached, "the limit": limit},
        ratio=reached / limit,
        reference="the limit",
        bound=0.95,
        more_is_better=True,
    )


def pages_a_minute(limit: int) -> float:
    """The pages that are taken in a whole minute, on average."""
    taken: list[float] = []

    async def run() -> None:
        clock, usage, plan = EventClock(), Usage(), Behaviour(pages_per_minute=limit)
        throttle = Throttle(jobs=JOBS, patience=600.0, clock=clock, stop=Stop())

        async def send_forever() -> None:
            while True:
                async with throttle.slot() as entered:
                    await clock.asleep(SECONDS_A_PAGE)
                    try:
                        usage.charge("m", 1, clock.monotonic(), plan)
                    except Refusal:
                        throttle.backed_off(entered, RateLimited("429", response=ApiResponse(429, {}, b"")))
                    else:
                        taken.append(clock.monotonic())
                        throttle.was_taken(entered)

        async with anyio.create_task_group() as tasks:
            for _ in range(JOBS):
                tasks.start_soon(send_forever)
            await clock.run_until((MINUTES + 1) * 60.0)
            tasks.cancel_scope.cancel()

    anyio.run(run)
    return sum(60.0 <= moment < (MINUTES + 1) * 60.0 for moment in taken) / MINUTES
