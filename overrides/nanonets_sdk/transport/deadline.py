"""The moment by which a try has to be over."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any, Final

import httpx
from attrs import field, frozen

from nanonets_sdk.transport.clock import Clock

# A socket that may take no time at all would not wait for what is there already.
_SHORTEST: Final = 0.001
_STEPS: Final = ("send_request_body.started", "receive_response_headers.started", "receive_response_body.started")


@frozen
class Deadline:
    """The end of a try, on a clock.

    Attributes:
        end: The moment, on the clock's monotonic scale.
        clock: Where time comes from.
    """

    end: float
    clock: Clock

    def left(self) -> float:
        """Seconds until then; never quite nothing."""
        return max(self.end - self.clock.monotonic(), _SHORTEST)

    def is_past(self) -> bool:
        """Whether it is over."""
        return self.clock.monotonic() > self.end


class StepTimeouts(dict[str, float | None]):
    """The limits of the single steps of sending, each of them what is left of one deadline when the step begins.

    httpx limits every step, not their sum; its transport asks for the limit of a step by `get`.
    """

    def __init__(self, deadline: Deadline) -> None:
        super().__init__(dict.fromkeys(("connect", "read", "write", "pool"), deadline.left()))
        self._deadline = deadline

    def get(self, _step: Any, _default: Any = None, /) -> Any:
        """Seconds that a step may take."""
        return self._deadline.left()


@frozen
class Incoming(httpx.SyncByteStream, httpx.AsyncByteStream):
    """The body of an answer: what has arrived of it is kept, for an answer that breaks off may have been paid for.

    Attributes:
        received: The pieces so far, as they came over the wire.
    """

    _stream: Any
    _deadline: Deadline | None = None
    received: list[bytes] = field(factory=list, init=False, repr=False)

    def __iter__(self) -> Iterator[bytes]:
        """The pieces; a blocking transport is held to the deadline between them."""
        for piece in self._stream:
            self.received.append(piece)
            if self._deadline is not None and self._deadline.is_past():
                raise httpx.ReadTimeout("the deadline passed while the answer was coming in")
            yield piece

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """The pieces."""
        async for piece in self._stream:
            self.received.append(piece)
            yield piece

    def close(self) -> None:
        """Close the connection, or give it back."""
        self._stream.close()

    async def aclose(self) -> None:
        """Close the connection, or give it back."""
        await self._stream.aclose()
