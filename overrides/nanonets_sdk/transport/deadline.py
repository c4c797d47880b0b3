"""Holds one attempt to one deadline, although httpx only limits each step of it."""

from __future__ import annotations

from typing import Any, Final

from attrs import frozen

from nanonets_sdk._net.sockets import Limit
from nanonets_sdk.transport.clock import Clock

# With a zero timeout a socket would not even return data that is already buffered.
_SHORTEST: Final = 0.001
_STEPS: Final = ("connect", "read", "write", "pool")


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

    def limits(self) -> dict[str, float | None]:
        """Return the `timeout` extension of a request for a pool whose steps ask a `Limit` what is left."""
        return dict.fromkeys(_STEPS, self.limit())

    def is_past(self) -> bool:
        """Return whether the deadline has passed."""
        return self.clock.monotonic() > self.end


class StepTimeouts(dict[str, float | None]):
    """The `timeout` extension of a request: each step may take what is left of the deadline when it begins.

    httpx limits every connect, write and read on its own, so a service that trickles bytes could keep a blocking call
    forever. The pools of this package are handed one `Limit`, which says before each system call what is left. A client
    that a caller has brought takes a limit for a number, so it gets a new one at each step, and is held to the deadline
    only between the steps. That relies on httpcore 1.x reading limits with `dict.get` right before each step.
    """

    def __init__(self, deadline: Deadline) -> None:
        super().__init__(dict.fromkeys(_STEPS, deadline.left()))
        self._deadline = deadline

    def get(self, _step: Any, _default: Any = None, /) -> Any:
        """Return the seconds that a step may take."""
        return self._deadline.limit()
