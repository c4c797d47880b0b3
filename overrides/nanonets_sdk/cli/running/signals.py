"""Waiting for Ctrl-C in commands that serve until they are interrupted."""

from __future__ import annotations

import signal
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from queue import Empty, SimpleQueue
from typing import Final

ENDING: Final = ("SIGINT", "SIGTERM")
_TICK_SECONDS: Final = 0.5


@contextmanager
def caught(*names: str) -> Generator[Callable[[], int]]:
    """Catch signals during a block.

    Args:
        names: The names of the signals. A signal that this platform lacks is skipped.

    Yields:
        A function that waits for the next signal and returns its number. Signals that came earlier are not lost.
    """
    # A handler interrupts the main thread anywhere, also while the main thread holds the lock of what it waits for: an
    # event that is set there waits for that lock for ever. `put` of this queue is made to be interrupted by itself.
    signals: SimpleQueue[int] = SimpleQueue()

    def following() -> int:
        # Windows delivers Ctrl-C only between waits.
        while True:
            with suppress(Empty):
                return signals.get(timeout=_TICK_SECONDS)

    numbers = [getattr(signal, name) for name in names if hasattr(signal, name)]
    before = {number: signal.signal(number, lambda number, _frame: signals.put(number)) for number in numbers}
    try:
        yield following
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
