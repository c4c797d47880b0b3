"""Time, as an argument: what waits and what is late can be tested without waiting."""

from __future__ import annotations

import random
import time
from datetime import UTC, datetime
from typing import Final, Protocol


class Clock(Protocol):
    """Where time comes from and goes to."""

    def monotonic(self) -> float:
        """Seconds since some moment, never going back."""
        ...

    def now(self) -> datetime:
        """The time of day, in UTC."""
        ...

    def random(self) -> float:
        """A number from 0 to below 1, to spread waits."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait, blocking the thread."""
        ...

    async def asleep(self, seconds: float) -> None:
        """Wait, letting other tasks run."""
        ...


class SystemClock:
    """Real time."""

    def monotonic(self) -> float:
        """Seconds since some moment, never going back."""
        return time.monotonic()

    def now(self) -> datetime:
        """The time of day, in UTC."""
        return datetime.now(UTC)

    def random(self) -> float:
        """A number from 0 to below 1, to spread waits."""
        return random.random()  # noqa: S311 - spreads load, guards nothing

    def sleep(self, seconds: float) -> None:
        """Wait, blocking the thread."""
        time.sleep(seconds)

    async def asleep(self, seconds: float) -> None:
        """Wait, letting other tasks run."""
        import anyio

        await anyio.sleep(seconds)


SYSTEM_CLOCK: Final[Clock] = SystemClock()
