"""The latest results; each is found once, however many threads ask for it."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future

from nanonets_sdk.mock.reading.workers.protocol import EXHAUSTED, Frame

_ENTRY_COST = 500  # bytes of the key and the entry itself, so that many tiny results are bounded too


class Cache:
    """Keeps the most recently used results, at most `size` bytes of them; threads may share it."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._used = 0
        self._frames: OrderedDict[str, Frame] = OrderedDict()
        self._pending: dict[str, Future[Frame]] = {}
        self._lock = threading.RLock()

    def get(self, key: str) -> Frame | None:
        """Return the result of `key` if it is still there."""
        with self._lock:
            if key in self._frames:
                self._frames.move_to_end(key)
            return self._frames.get(key)

    def put(self, key: str, frame: Frame) -> None:
        """Keep a result, and drop the least recently used ones if there is no room for it."""
        with self._lock:
            self._drop(key)
            if _cost(frame) > self._size:
                return
            self._frames[key] = frame
            self._used += _cost(frame)
            while self._used > self._size:
                self._drop(next(iter(self._frames)))

    def get_or_find(self, key: str, find: Callable[[], Frame]) -> Frame:
        """Return the result of `key`: the one that is here, or that another thread is finding, or that `find` gives."""
        with self._lock:
            if known := self.get(key):
                return known
            pending = self._pending.get(key)
            future = pending or self._pending.setdefault(key, Future())
        if pending:
            return pending.result()
        try:
            frame = find()
            # A busy machine may have been the reason for EXHAUSTED, so the next caller tries again.
            if frame.tag != EXHAUSTED:
                self.put(key, frame)
            future.set_result(frame)
        except BaseException as error:
            future.set_exception(error)
            raise
        finally:
            with self._lock:
                del self._pending[key]
        return frame

    def _drop(self, key: str) -> None:
        frame = self._frames.pop(key, None)
        self._used -= _cost(frame) if frame else 0


def _cost(frame: Frame) -> int:
    return len(frame.payload) + _ENTRY_COST
