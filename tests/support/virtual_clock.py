"""A clock on which waiting takes no time: real time goes on, and each wait is added to it."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Final

from attrs import define, field

START: Final = datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)


@define
class VirtualClock:
    """A `nanonets_sdk.transport.clock.Clock`.

    Attributes:
        waits: The seconds of each wait so far.
        jitter: What `random` returns.
    """

    waits: list[float] = field(factory=list[float])
    jitter: float = 0.5

    def monotonic(self) -> float:
        """Real seconds, and those that were waited."""
        return time.monotonic() + sum(self.waits)

    def now(self) -> datetime:
        """A fixed moment, and what was waited since."""
        return START + timedelta(seconds=sum(self.waits))

    def random(self) -> float:
        """Always the same number."""
        return self.jitter

    def sleep(self, seconds: float) -> None:
        """Note the wait."""
        self.waits.append(seconds)

    async def asleep(self, seconds: float) -> None:
        """Note the wait."""
        self.waits.append(seconds)
