"""The throttle: how many files are sent at a time, and when."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import anyio
import anyio.lowlevel
import pytest
from attrs import define, field

from nanonets_sdk import ApiResponse, ConnectionFailed, NanonetsError, RateLimited
from nanonets_sdk.batch.stopping import Stop, Stopped
from nanonets_sdk.batch.throttle import Throttle

REFUSED = RateLimited("429", response=ApiResponse(429, {}, b""))
AWAY = ConnectionFailed("away")


@define
class SteppedClock:
    """A clock that stands still until it is advanced."""

    seconds: float = 1000.0
    _moved: anyio.Event = field(factory=anyio.Event, init=False)

    def monotonic(self) -> float:
        """The seconds."""
        return self.seconds

    def now(self) -> datetime:
        """The seconds as a moment."""
        return datetime.fromtimestamp(self.seconds, UTC)

    def random(self) -> float:
        """No spread."""
        return 0.0

    def sleep(self, seconds: float) -> None:
        """Fail: nothing here blocks."""
        raise NotImplementedError

    async def asleep(self, seconds: float) -> None:
        """Wait until the clock was advanced so far."""
        end = self.seconds + seconds
        while self.seconds < end:
            await self._moved.wait()

    def move(self, seconds: float) -> None:
        """Advance the clock."""
        self.seconds += seconds
        moved, self._moved = self._moved, anyio.Event()
        moved.set()


@define
class Files:
    """Files at a throttle, each sent until it is taken; the test decides how each attempt ends."""

    throttle: Throttle
    inside: list[anyio.Event] = field(factory=list[anyio.Event])
    error: NanonetsError | None = None
    taken: int = 0

    async def send(self) -> None:
        """Send one file."""
        while True:
            async with self.throttle.slot() as entered:
                answered = anyio.Event()
                self.inside.append(answered)
                await answered.wait()
                if self.error is None:
                    self.taken += 1
                    self.throttle.was_taken(entered)
                    return
                self.throttle.backed_off(entered, self.error)

    async def answer(self, error: NanonetsError | None) -> int:
        """Answer every file that is being sent, and return their number."""
        await settled()
        self.error = error
        inside, self.inside = self.inside, []
        for answered in inside:
            answered.set()
        await settled()
        return len(inside)


async def settled() -> None:
    """Let every task run as far as it can."""
    for _ in range(50):
        await anyio.lowlevel.checkpoint()


def throttled(count: int, story: Callable[[Files, SteppedClock], Awaitable[None]]) -> None:
    """Run a story about files at a throttle."""

    async def tell() -> None:
        clock = SteppedClock()
        files = Files(Throttle(jobs=8, patience=300.0, clock=clock, stop=Stop()))
        async with anyio.create_task_group() as tasks:
            for _ in range(count):
                tasks.start_soon(files.send)
            await story(files, clock)
            tasks.cancel_scope.cancel()

    anyio.run(tell)


def test_as_many_files_go_through_as_there_are_jobs() -> None:
    async def story(files: Files, _clock: SteppedClock) -> None:
        assert [await files.answer(None) for _ in range(3)] == [8, 8, 4]

    throttled(20, story)


def test_after_a_refusal_one_file_is_tried_and_then_more_and_more() -> None:
    async def story(files: Files, clock: SteppedClock) -> None:
        assert await files.answer(REFUSED) == 8
        assert await files.answer(None) == 0
        clock.move(29)
        assert await files.answer(None) == 0
        clock.move(1)
        assert files.throttle.wait is None
        assert [await files.answer(None) for _ in range(5)] == [1, 2, 4, 8, 8]

    throttled(30, story)


def test_files_that_are_refused_together_count_as_one_refusal() -> None:
    async def story(files: Files, clock: SteppedClock) -> None:
        waits: list[float] = []
        for _ in range(3):
            assert await files.answer(REFUSED) > 0
            wait = files.throttle.wait
            assert wait is not None
            waits.append(wait.seconds)
            clock.move(wait.seconds)
        # The second try is a minute after the first refusal: no minute passes without one.
        assert waits == [30, 30, 120]

    throttled(30, story)


def test_an_answer_to_a_file_sent_before_the_refusal_does_not_open_the_throttle() -> None:
    async def story(files: Files, clock: SteppedClock) -> None:
        await settled()
        clock.move(1)
        files.throttle.backed_off(clock.monotonic(), REFUSED)
        assert await files.answer(None) == 8
        assert files.throttle.wait is not None
        clock.move(30)
        assert await files.answer(None) == 1

    throttled(30, story)


def test_an_unreachable_service_is_tried_sooner_than_a_rate_limited_one() -> None:
    async def story(files: Files, clock: SteppedClock) -> None:
        await files.answer(AWAY)
        clock.move(8)
        assert await files.answer(None) == 1

    throttled(3, story)


def test_a_wait_that_was_asked_for_is_not_cut_short_by_another_trouble() -> None:
    clock = SteppedClock()
    throttle = Throttle(jobs=8, patience=300.0, clock=clock, stop=Stop())
    throttle.backed_off(clock.monotonic(), REFUSED)
    throttle.backed_off(clock.monotonic(), AWAY)
    assert throttle.wait is not None
    assert throttle.wait.seconds == 30


def test_patience_counts_from_the_first_refusal_after_a_file_was_taken() -> None:
    clock = SteppedClock()
    throttle = Throttle(jobs=1, patience=100.0, clock=clock, stop=Stop())
    for _ in range(3):
        throttle.backed_off(clock.monotonic(), REFUSED)
        clock.move(60)
        throttle.was_taken(clock.monotonic())
    throttle.backed_off(clock.monotonic(), REFUSED)
    clock.move(100)
    with pytest.raises(RateLimited):
        throttle.backed_off(clock.monotonic(), REFUSED)


def test_a_stop_ends_the_waiting() -> None:
    async def wait() -> None:
        stop = Stop()
        throttle = Throttle(jobs=1, patience=300.0, clock=SteppedClock(), stop=stop)
        throttle.backed_off(1000.0, REFUSED)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(_refuses_to_enter, throttle)
            await settled()
            stop.request()

    anyio.run(wait)


async def _refuses_to_enter(throttle: Throttle) -> None:
    with pytest.raises(Stopped):
        async with throttle.slot():
            raise AssertionError("it was let in")
