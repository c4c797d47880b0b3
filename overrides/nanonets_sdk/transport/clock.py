"""Time as an argument, so that waits and deadlines are tested without waiting."""

from __future__ import annotations

import random
import time
from datetime import UTC, datetime
from typing import Final, Protocol


class Clock(Protocol):
    """A source of time."""

    def monotonic(self) -> float:
        """Return seconds since some moment; never goes back."""
        ...

    def now(self) -> datetime:
        """Return the time of day, in UTC."""
        ...

    def random(self) -> float:
        """Return a number from 0 up to but not including 1, to spread waits."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait, blocking the thread."""
        ...

    async def asleep(self, seconds: float) -> None:
        """Wait while other tasks run."""
        ...


class _SystemClock:
    # Read before and after each step of a call, so without a function around it.
    monotonic = staticmethod(time.monotonic)

    def now(self) -> datetime:
        return datetime.now(UTC)

    def random(self) -> float:
        return random.random()  # noqa: S311 - spreads load, guards nothing

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)

    async def asleep(self, seconds: float) -> None:
        import anyio

        await anyio.sleep(seconds)


SYSTEM_CLOCK: Final[Clock] = _SystemClock()
