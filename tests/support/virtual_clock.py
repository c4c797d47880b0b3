"""A clock on which waiting takes no time: it shows real time plus all waits so far."""

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
        """Return real seconds plus all waits."""
        return time.monotonic() + sum(self.waits)

    def now(self) -> datetime:
        """Return a fixed moment plus all waits."""
        return START + timedelta(seconds=sum(self.waits))

    def random(self) -> float:
        """Return the same number every time."""
        return self.jitter

    def sleep(self, seconds: float) -> None:
        """Note the wait."""
        self.waits.append(seconds)

    async def asleep(self, seconds: float) -> None:
        """Note the wait."""
        self.waits.append(seconds)
