"""Holds one attempt to one deadline, although httpx only limits each step of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any, Final

import httpx
from attrs import field, frozen

from nanonets_sdk.transport.clock import Clock

# With a zero timeout a socket would not even return data that is already buffered.
_SHORTEST: Final = 0.001


@frozen
class Deadline:
    """The end of an attempt.

    Attributes:
        end: The moment, on the clock's monotonic scale.
        clock: Where time comes from.
    """

    end: float
    clock: Clock

    def left(self) -> float:
        """Return the seconds that are left; always above 0."""
        return max(self.end - self.clock.monotonic(), _SHORTEST)

    def is_past(self) -> bool:
        """Return whether the deadline has passed."""
        return self.clock.monotonic() > self.end


class StepTimeouts(dict[str, float | None]):
    """The `timeout` extension of a request: each step may take what is left of the deadline when it begins.

    httpx limits every connect, write and read on its own, so a service that trickles bytes could keep a blocking call
    forever. This relies on httpcore 1.x reading limits with `dict.get` right before each step.
    """

    def __init__(self, deadline: Deadline) -> None:
        super().__init__(dict.fromkeys(("connect", "read", "write", "pool"), deadline.left()))
        self._deadline = deadline

    def get(self, _step: Any, _default: Any = None, /) -> Any:
        """Return the seconds that a step may take."""
        return self._deadline.left()


@frozen
class Incoming(httpx.SyncByteStream, httpx.AsyncByteStream):
    """The body of a response. It keeps what has arrived: a response that breaks off may already be billed.

    Attributes:
        received: The pieces so far, as they came over the wire.
    """

    _stream: Any
    _deadline: Deadline | None = None
    received: list[bytes] = field(factory=list, init=False, repr=False)

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._stream:
            self.received.append(piece)
            # A read that returns in time, over and over, never meets its own limit.
            if self._deadline is not None and self._deadline.is_past():
                raise httpx.ReadTimeout("the deadline passed while the response was being received")
            yield piece

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._stream:
            self.received.append(piece)
            yield piece

    def close(self) -> None:
        """Close the connection, or return it to the pool."""
        self._stream.close()

    async def aclose(self) -> None:
        """Close the connection, or return it to the pool."""
        await self._stream.aclose()
