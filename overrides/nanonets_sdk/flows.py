"""Flows: what takes several steps, written once for both clients.

A flow is a generator that yields what it wants done and is sent what came of it. `run` and `arun` differ from each
other in nothing but the waiting.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator
from typing import Any, TypeAlias, TypeVar

from attrs import frozen

T = TypeVar("T")

Flow: TypeAlias = Generator[Any, Any, T]


@frozen
class Sleep:
    """The step of waiting.

    Attributes:
        seconds: How long.
    """

    seconds: float


@frozen
class OnDisk:
    """The step of doing what may block on a disk; the asynchronous driver does it in a thread.

    Attributes:
        work: Called without arguments; the step's result is what it returns.
    """

    work: Callable[[], Any]


def run(flow: Flow[T], perform: Callable[[Any], Any]) -> T:
    """Drive a flow to its end.

    Args:
        flow: The flow.
        perform: Does a step and returns what came of it; what it raises is raised inside the flow.

    Returns:
        What the flow returns.
    """
    try:
        step = next(flow)
        while True:
            try:
                outcome = perform(step)
            except Exception as error:  # noqa: BLE001 - the flow decides what an error means
                step = flow.throw(error)
            else:
                step = flow.send(outcome)
    except StopIteration as done:
        result: T = done.value
        return result
    finally:
        flow.close()


async def arun(flow: Flow[T], perform: Callable[[Any], Awaitable[Any]]) -> T:
    """Drive a flow to its end, awaiting its steps; otherwise like `run`."""
    try:
        step = next(flow)
        while True:
            try:
                outcome = await perform(step)
            except Exception as error:  # noqa: BLE001 - the flow decides what an error means
                step = flow.throw(error)
            else:
                step = flow.send(outcome)
    except StopIteration as done:
        result: T = done.value
        return result
    finally:
        flow.close()
