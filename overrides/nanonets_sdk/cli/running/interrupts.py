"""Ctrl-C: once to stop in good order, twice to stop at once."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any, Final

STOPPING: Final = "Stopping: what is being sent is sent to the end. Ctrl-C again stops at once."


class Interrupts:
    """The signals that came.

    Attributes:
        number: The number of the first one; None without any.
        count: How many came.
    """

    def __init__(self) -> None:
        self.number: int | None = None
        self.count = 0

    def note(self, number: int) -> None:
        """Note a signal."""
        self.number = self.number or number
        self.count += 1


@contextmanager
def interrupts(on_signal: Callable[[Interrupts], None]) -> Generator[Interrupts]:
    """A block in which SIGINT and SIGTERM are told to a function, on the running event loop."""
    loop = asyncio.get_running_loop()
    seen = Interrupts()

    def handle(number: int, _frame: Any) -> None:
        seen.note(number)
        loop.call_soon_threadsafe(on_signal, seen)

    numbers = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, handle) for number in numbers]
    try:
        yield seen
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)
