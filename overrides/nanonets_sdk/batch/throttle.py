"""An adaptive limit on how many files are sent at a time.

The service limits the pages per minute and does not say how many are left. The throttle finds out as TCP does: it opens
slowly while files are taken, and closes when one is not. A limit or an unreachable service meets all files of a batch,
so they wait together, and the retries of the client are off.

```text
slots
 jobs |--------.                       .------
      |        |                   .---'
      |        |               .---'
    1 |        '- - - - - -.---'
      +------------------------------------> time
               back off    try one file, then one slot more for each file taken: 1, 2, 4, 8
```

Answers come late: files that were sent together fail together, and a file may be taken after another one failed. Each
answer therefore carries the time at which its file entered a slot. If that was before the last failure, another
failure is the same one, and does not lengthen the wait; a success says nothing about the present, and does not open
the throttle.

The limit is one of pages a minute. So the second wait after a refusal without a usable `Retry-After` ends a minute
after the first refusal: whether minutes begin by the clock or slide, the pages taken before it no longer count then.

```text
minutes    |--------------------------|--------------------------|----
taken       ####                        ####                       ####
refused         x        x              :   x         x            :
waits           '-- 30 --'---- to 60 ---'   '-- 30 ---'--- to 60 --'
```

Patience is counted from when the first file that was not taken set out; a file that is taken ends the count. A wait
that would outlast it stops the batch.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Final

import anyio
from attrs import define, field, frozen

from nanonets_sdk.batch.stopping import Stop
from nanonets_sdk.errors import NanonetsError, RateLimited
from nanonets_sdk.transport.clock import Clock
from nanonets_sdk.transport.policy import wait_before

_SECOND: Final = 2
# The limit is one of pages a minute.
_MINUTE: Final = 60.0
_MINUTE_SPREAD: Final = 2.0
_SHORTEST_WAIT: Final = 1.0


@frozen
class Wait:
    """A pause before a batch sends the next file.

    Attributes:
        seconds: Seconds that are left of it.
        error: Why the service did not take a file.
        gives_up_in: Seconds until the batch stops, unless a file is taken before; None if it does not.
    """

    seconds: float
    error: NanonetsError
    gives_up_in: float | None = None


@define(eq=False)
class Throttle:
    """Decides how many files are sent at a time, and when.

    Args:
        jobs: The most files that may be sent at a time.
        patience: Seconds to go on trying while no file is taken.
        clock: The source of time.
        stop: Ends the waits; requested by the throttle itself when patience is exhausted.
    """

    _jobs: int = field(alias="jobs")
    _patience: float = field(alias="patience")
    _clock: Clock = field(alias="clock", repr=False)
    _stop: Stop = field(alias="stop", repr=False)
    _slots: anyio.CapacityLimiter = field(init=False, repr=False)
    _opens_at: float = field(default=0.0, init=False)
    _backed_off_at: float = field(default=float("-inf"), init=False)
    _taken_at: float = field(default=float("-inf"), init=False)
    _trouble_since: float | None = field(default=None, init=False)
    _failures_in_a_row: int = field(default=0, init=False)
    # When the first of the failures in a row was known.
    _refused_at: float = field(default=0.0, init=False)
    _error: NanonetsError | None = field(default=None, init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        self._slots = anyio.CapacityLimiter(self._jobs)

    @property
    def wait(self) -> Wait | None:
        """The pause before the next file is sent; None if there is none."""
        now = self._clock.monotonic()
        if self._error is None or self._trouble_since is None or self._opens_at <= now:
            return None
        return Wait(self._opens_at - now, self._error, self._trouble_since + self._patience - now)

    @asynccontextmanager
    async def slot(self) -> AsyncGenerator[float]:
        """Wait for a slot and hold it while one file is sent.

        Yields:
            When the slot was entered, for `was_taken` and `backed_off`.

        Raises:
            Stopped: The batch was stopped before the slot was entered.
        """
        async with AsyncExitStack() as held:
            # Only the wait is interrupted. A file that is being sent has to be sent to the end, or it becomes unclear.
            with self._stop.interrupting():
                await held.enter_async_context(self._slots)
                # Another answer may have moved the end of the wait in the meantime.
                while (wait := self._opens_at - self._clock.monotonic()) > 0:
                    await self._clock.asleep(wait)
            yield self._clock.monotonic()

    def was_taken(self, entered: float) -> None:
        """Open by one more slot, up to the number of jobs: the service took a file."""
        self._taken_at = self._clock.monotonic()
        if entered <= self._backed_off_at:
            return
        self._failures_in_a_row, self._trouble_since, self._error = 0, None, None
        self._slots.total_tokens = min(self._slots.total_tokens + 1, self._jobs)

    def has_taken_since(self, entered: float) -> bool:
        """Whether the service took any file after a slot was entered."""
        return self._taken_at >= entered

    def backed_off(self, entered: float, error: NanonetsError) -> None:
        """Wait, then try one file: the service did not take one, and may take it later.

        Raises:
            NanonetsError: `error` itself, if patience is exhausted. The batch then stops.
        """
        now, self._error = self._clock.monotonic(), error
        if entered > self._backed_off_at:
            self._failures_in_a_row += 1
            self._refused_at = now if self._failures_in_a_row == 1 else self._refused_at
        self._backed_off_at = now
        # Not the end of the attempt: a service that lets each one time out would be waited for once more.
        self._trouble_since = entered if self._trouble_since is None else self._trouble_since
        asked = error.retry_after if isinstance(error, RateLimited) else None
        random = self._clock.random()
        wait = wait_before(error, asked, self._failures_in_a_row, random)
        if isinstance(error, RateLimited) and asked is None and self._failures_in_a_row == _SECOND:
            # The pages before the first refusal are out of the minute by then; a later try could miss a whole minute.
            wait = max(self._refused_at + _MINUTE + random * _MINUTE_SPREAD - now, _SHORTEST_WAIT)
        # A wait that the service asked for is not cut short by another kind of failure.
        self._opens_at = max(self._opens_at, now + wait)
        self._slots.total_tokens = 1
        if self._opens_at - self._trouble_since > self._patience:
            self._stop.request(error)
            raise error
