"""Holds one attempt to one deadline, although httpx only limits each step of it."""

from __future__ import annotations

from typing import Any, Final

from attrs import frozen

from nanonets_sdk._net.sockets import Limit
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

    def limit(self) -> Limit:
        """Return what is left as a number that counts down."""
        return Limit(self.left(), lambda: self.end - self.clock.monotonic())

    def is_past(self) -> bool:
        """Return whether the deadline has passed."""
        return self.clock.monotonic() > self.end


class StepTimeouts(dict[str, float | None]):
    """The `timeout` extension of a request: each step may take what is left of the deadline when it begins.

    httpx limits every connect, write and read on its own, so a service that trickles bytes could keep a blocking call
    forever. The pools of this package are handed a `Limit`, which says before each system call what is left. A client
    that a caller has brought takes it for a number, and is held to the deadline only between the steps. That relies on
    httpcore 1.x reading limits with `dict.get` right before each step.
    """

    def __init__(self, deadline: Deadline) -> None:
        super().__init__(dict.fromkeys(("connect", "read", "write", "pool"), deadline.left()))
        self._deadline = deadline

    def get(self, _step: Any, _default: Any = None, /) -> Any:
        """Return the seconds that a step may take."""
        return self._deadline.limit()
