"""The times between resets, so that what a test left behind does not turn up in the next one.

A test may end while requests are under way: an upload that was cut off is still in the buffers of the kernel, and is
handled later. Each request belongs to the era in which it came. One of an earlier era is not answered, leaves nothing
in the account and is not logged.

```text
era 1                                     era 2
  upload comes ...... cut off               |
                          reset: waits for work that has begun
                                            |  work of the upload would begin: refused
```
"""

import threading
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

WORK_SECONDS: Final = 30


class Outdated(Exception):
    """The request came before the last reset."""


class Eras:
    """The number of the current era, and the work that is being done in it. Threads may share it."""

    def __init__(self) -> None:
        self.number = 0
        self._working = 0
        self._changed = threading.Condition()

    @contextmanager
    def work(self, number: int) -> Generator[None]:
        """Hold off the end of the era during a block.

        Raises:
            Outdated: The era has ended.
        """
        with self._changed:
            if number != self.number:
                raise Outdated
            self._working += 1
        try:
            yield
        finally:
            with self._changed:
                self._working -= 1
                self._changed.notify_all()

    def end(self) -> None:
        """End the era, and wait for the work that has begun in it, for at most half a minute."""
        with self._changed:
            self.number += 1
            self._changed.wait_for(lambda: not self._working, WORK_SECONDS)
