"""Ctrl-C: the first one finishes what is under way, the second one stops at once."""

# A file is paid for when it arrives, whether or not anybody waits for the answer. So the first signal only keeps new
# requests from beginning; the second one cuts requests off.
#
#   running --signal--> finishing --signal--> cancelled
#                           |                     |
#                           +--> exit 128 + n <---+      n: the number of the first signal
#
# asyncio would turn the first SIGINT into a cancellation of the main task, so handlers of our own take its place. A
# handler interrupts whatever the main thread is doing: it only counts, and leaves the rest to the event loop.

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any, Final

from nanonets_sdk.cli.output.wording import in_options

STOPPING: Final = "Stopping: files that are being sent are finished. Press Ctrl-C again to stop at once."


class Stopped(KeyboardInterrupt):
    """Ctrl-C in a command that knows what is left to do; its text is shown."""


def stopped_lines(interruption: KeyboardInterrupt) -> list[str]:
    """Return what is said about Ctrl-C: one line, and another one if something was left behind.

    Args:
        interruption: The interruption. The client has noted on it what was sent.
    """
    if isinstance(interruption, Stopped):
        return str(interruption).split("\n")
    notes = getattr(interruption, "__notes__", [])
    return ["Stopped.", *(in_options(note) for note in notes[-1:])]


class Interrupts:
    """The signals received so far.

    Attributes:
        number: The number of the first signal; None before it.
        count: How many there were.
    """

    def __init__(self) -> None:
        self.number: int | None = None
        self.count = 0


@contextmanager
def interrupts(on_signal: Callable[[Interrupts], None]) -> Generator[Interrupts]:
    """Call a function on the running event loop for each SIGINT and SIGTERM during a block."""
    loop = asyncio.get_running_loop()
    seen = Interrupts()

    def handle(number: int, _frame: Any) -> None:
        seen.number = seen.number or number
        seen.count += 1
        loop.call_soon_threadsafe(on_signal, seen)

    before = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield seen
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
