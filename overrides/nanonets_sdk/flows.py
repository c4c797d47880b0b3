"""Sans-I/O flows: multi-step logic written once and driven by both the sync and the async client.

A flow is a generator that does no I/O itself. It yields a step, which says what it wants done, and is sent the outcome.
`run` and `arun` drive a flow; they differ only in the waiting. A call passes through two flows, one inside the other:

```text
client.ocr.predict_file(...)
  │
  ▼                    yields Call, OnDisk, Sleep
calls.ocr.predict_file ──────────────────────────► calls.runner.Runner._perform
                       ◄──────────────────────────   │ OnDisk: works on a disk, Sleep: waits
                       is sent Answered, ...         │ Call: session.request(...)
                                                     ▼
                                                   transport.session.Session.send
  ┌──────────────────────────────────────────────────┘
  ▼                    yields Attempt, Sleep
transport.attempts     ──────────────────────────► transport.session.Session._perform
                       ◄──────────────────────────   │ Sleep: waits
                       is sent a response,           │ Attempt: pool.send(request)
                       ErrorReply or Interrupted     ▼
                                                   the connection pool, and the network
```

The outer flow knows operations and documents, the inner one requests and deadlines. A traceback shows `run` twice.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator
from typing import Any, TypeAlias, TypeVar

from attrs import frozen

S = TypeVar("S")
T = TypeVar("T")

# What a step is answered with depends on the step, which a generator's type cannot say: hence Any.
Flow: TypeAlias = Generator[S, Any, T]
"""A flow that yields steps of type `S` and returns a `T`."""


@frozen
class Sleep:
    """Step: wait.

    Attributes:
        seconds: How long.
    """

    seconds: float


@frozen
class OnDisk:
    """Step: do work that may block on a disk. The async driver does it in a thread.

    Attributes:
        work: Called without arguments. The outcome of the step is what it returns.
    """

    work: Callable[[], Any]


def run(flow: Flow[S, T], perform: Callable[[S], Any]) -> T:
    """Drive a flow to its end.

    Args:
        flow: The flow.
        perform: Performs a step and returns its outcome. An exception that it raises is raised inside the flow.

    Returns:
        The flow's return value.
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
        # KeyboardInterrupt and CancelledError are not thrown into the flow, which might go on in spite of them. They
        # leave it suspended at its `yield`; closing it runs its `finally` blocks now, and not whenever it is collected,
        # so that an interrupted upload has closed its file before the caller sees the interrupt.
        flow.close()


async def arun(flow: Flow[S, T], perform: Callable[[S], Awaitable[Any]]) -> T:
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
        # A cancelled task never resumes the flow; see `run`.
        flow.close()
