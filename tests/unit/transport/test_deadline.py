"""One deadline for all steps of an attempt."""

from typing import Any

import httpx

from nanonets_sdk.transport.deadline import Deadline, StepTimeouts
from raw_server import RawServer, answering
from virtual_clock import VirtualClock

STEPS = {"connect", "read", "write", "pool"}


class Asked(StepTimeouts):
    """Step timeouts that note which steps were asked for, and let a second pass each time."""

    def __init__(self, clock: VirtualClock) -> None:
        super().__init__(Deadline(clock.monotonic() + 60.0, clock))
        self.steps: list[Any] = []
        self.limits: list[float] = []
        self._clock = clock

    def get(self, step: Any, default: Any = None, /) -> Any:
        limit = super().get(step, default)
        self.steps.append(step)
        self.limits.append(limit)
        self._clock.sleep(1.0)
        return limit


def test_httpcore_reads_the_limit_of_each_step_with_dict_get_when_the_step_begins() -> None:
    timeouts = Asked(VirtualClock())
    with RawServer(answering(200, b"{}")) as server, httpx.Client(trust_env=False) as client:
        client.post(server.origin, content=b"a body", extensions={"timeout": timeouts})

    assert set(timeouts.steps) == STEPS
    assert timeouts.limits == sorted(timeouts.limits, reverse=True)
    assert len(set(timeouts.limits)) == len(timeouts.limits)


def test_a_deadline_that_has_passed_leaves_a_moment_for_what_is_buffered() -> None:
    clock = VirtualClock()
    deadline = Deadline(clock.monotonic() + 1.0, clock)
    clock.sleep(2.0)
    assert deadline.is_past()
    assert 0 < deadline.left() < 0.01
    assert set(StepTimeouts(deadline)) == STEPS
