"""Ids of the same kinds as the service's: UUID v4 for models and files, UUID v1 for pages and times."""

import hashlib
import random
import threading
import uuid
from typing import Final

TICKS_A_SECOND: Final = 10_000_000
# 1970-01-01 in the time of UUID v1, which counts ticks of 100 ns from 1582-10-15 (RFC 9562, section 5.1).
EPOCH_IN_TICKS: Final = 0x01B21DD213814000


class Identities:
    """A source of ids; the same seed gives the same ids in the same order. Threads may share it."""

    def __init__(self, seed: str | None = None) -> None:
        """Seed the source. None draws from the operating system."""
        self._lock = threading.Lock()
        self._random = random.SystemRandom() if seed is None else random.Random(seed)  # noqa: S311  # ids, no secrets
        # The multicast bit marks a node that is not the address of a network card.
        self._node = self._random.getrandbits(48) | 1 << 40
        self._last_tick = 0

    def random_id(self) -> str:
        """Return a new UUID v4."""
        with self._lock:
            return str(uuid.UUID(int=self._random.getrandbits(128), version=4))

    def moment_id(self, moment: float) -> str:
        """Return a new UUID v1 with the time `moment` (seconds since 1970-01-01), or just after it to stay unique."""
        with self._lock:
            tick = EPOCH_IN_TICKS + round(moment * TICKS_A_SECOND)
            # Within a second before the last id, the tick moves on to the next free one. A step further back means that
            # a test has moved the clock, and the ids follow it.
            if self._last_tick - TICKS_A_SECOND < tick <= self._last_tick:
                tick = self._last_tick + 1
            self._last_tick = tick
            sequence = self._random.getrandbits(14)
        low, middle, high = tick & 0xFFFFFFFF, tick >> 32 & 0xFFFF, tick >> 48 & 0x0FFF
        fields = (low, middle, high | 0x1000, sequence >> 8 & 0x3F | 0x80, sequence & 0xFF, self._node)
        return str(uuid.UUID(fields=fields))


def label_id(model_id: str, label: str) -> str:
    """Return the id of a model's label, which is always the same, in the form of a UUID v4."""
    digest = hashlib.sha256(f"{model_id}\n{label}".encode()).digest()
    return str(uuid.UUID(bytes=digest[:16], version=4))
