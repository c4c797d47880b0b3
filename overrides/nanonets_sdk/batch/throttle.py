"""The gate to the service: wide while files are taken, shut after a refusal, then opened a little at a time."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager

import anyio
from attrs import define, field, frozen

from nanonets_sdk.batch.stopping import Stop
from nanonets_sdk.errors import NanonetsError, RateLimited
from nanonets_sdk.transport.clock import Clock
from nanonets_sdk.transport.policy import TOO_MANY_REQUESTS, FailedTry, Sent, wait_before


@frozen
class Wait:
    """What a batch waits for before it sends the next file.

    Attributes:
        seconds: How much longer.
        error: Why the service took no file.
    """

    seconds: float
    error: NanonetsError


@define(eq=False)
class Gate:
    """Where files wait for the service to take files.

    Args:
        jobs: How many files may be sent at a time.
        patience: Seconds without a file being taken after which waiting is over.
        clock: Where time comes from.
        stop: Ends the waits.
    """

    _jobs: int = field(alias="jobs")
    _patience: float = field(alias="patience")
    _clock: Clock = field(alias="clock", repr=False)
    _stop: Stop = field(alias="stop", repr=False)
    _slots: anyio.CapacityLimiter = field(init=False, repr=False)
    _opens_at: float = field(default=0.0, init=False)
    _refused_at: float = field(default=float("-inf"), init=False)
    _taken_at: float = field(default=float("-inf"), init=False)
    _trouble_since: float | None = field(default=None, init=False)
    _refusals: int = field(default=0, init=False)
    _refusal: NanonetsError | None = field(default=None, init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        self._slots = anyio.CapacityLimiter(self._jobs)

    @property
    def wait(self) -> Wait | None:
        """What is waited for; None when nothing is."""
        seconds = self._opens_at - self._clock.monotonic()
        return Wait(seconds, self._refusal) if self._refusal is not None and seconds > 0 else None

    @asynccontextmanager
    async def passage(self) -> AsyncGenerator[float]:
        """The time during which one file may be sent. Entering it may take long; it is then sent, stop or no stop.

        Yields:
            When it was entered, for `was_taken` and `was_refused`.

        Raises:
            Stopped: The batch stops.
        """
        async with AsyncExitStack() as held:
            with self._stop.interrupting():
                await held.enter_async_context(self._slots)
                while (wait := self._opens_at - self._clock.monotonic()) > 0:
                    await self._clock.asleep(wait)
            yield self._clock.monotonic()

    def was_taken(self, entered: float) -> None:
        """The service took a file: one more may be sent at a time than before, up to the number of jobs."""
        self._taken_at = self._clock.monotonic()
        if entered <= self._refused_at:
            return
        self._refusals, self._trouble_since, self._refusal = 0, None, None
        self._slots.total_tokens = min(self._slots.total_tokens + 1, self._jobs)

    def has_taken_since(self, entered: float) -> bool:
        """Whether the service took any file after one was let through."""
        return self._taken_at >= entered

    def was_refused(self, entered: float, error: NanonetsError) -> None:
        """The service took no file, for reasons that may pass: one is tried when the wait is over.

        Raises:
            NanonetsError: The error itself, when patience is over.
        """
        now, self._refusal = self._clock.monotonic(), error
        # Files that were on their way together are refused together; that counts once.
        self._refusals += entered > self._refused_at
        self._refused_at = now
        self._trouble_since = now if self._trouble_since is None else self._trouble_since
        wait = wait_before(_failed_try(error), self._refusals, self._clock.random())
        self._opens_at = max(self._opens_at, now + wait)
        self._slots.total_tokens = 1
        if self._opens_at - self._trouble_since > self._patience:
            raise error


def _failed_try(error: NanonetsError) -> FailedTry:
    if isinstance(error, RateLimited):
        return FailedTry(Sent.ALL, TOO_MANY_REQUESTS, error.retry_after)
    return FailedTry(Sent.NOTHING)
