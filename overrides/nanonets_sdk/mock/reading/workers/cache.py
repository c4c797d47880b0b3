"""The last results, bounded by their size."""

from collections import OrderedDict
from threading import Lock

from nanonets_sdk.mock.reading.workers.wire import Frame

_ENTRY_COST = 500  # bytes of the key and the entry itself, so that many tiny results are bounded too


class Cache:
    """Keeps the results used last; may be shared by threads."""

    def __init__(self, size: int) -> None:
        """Keep at most `size` bytes."""
        self._size = size
        self._used = 0
        self._frames: OrderedDict[str, Frame] = OrderedDict()
        self._lock = Lock()

    def get(self, key: str) -> Frame | None:
        """Return the result of `key`, if it is still there."""
        with self._lock:
            if key in self._frames:
                self._frames.move_to_end(key)
            return self._frames.get(key)

    def put(self, key: str, frame: Frame) -> None:
        """Keep a result, and forget those not asked for the longest."""
        with self._lock:
            self._forget(key)
            if _cost(frame) > self._size:
                return
            self._frames[key] = frame
            self._used += _cost(frame)
            while self._used > self._size:
                self._forget(next(iter(self._frames)))

    def _forget(self, key: str) -> None:
        frame = self._frames.pop(key, None)
        self._used -= _cost(frame) if frame else 0


def _cost(frame: Frame) -> int:
    return len(frame.payload) + _ENTRY_COST
