"""A lock per key."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import anyio
from attrs import define, field


@define(eq=False)
class KeyedLock:
    """Lets one task at a time work on a key, and tasks with different keys in parallel."""

    _locks: dict[str, anyio.Lock] = field(factory=dict[str, anyio.Lock], init=False)
    _users: Counter[str] = field(factory=Counter[str], init=False)

    @asynccontextmanager
    async def hold(self, key: str) -> AsyncGenerator[None]:
        """Hold the lock of a key."""
        self._users[key] += 1
        try:
            # Most keys have one user. To let other tasks run before it goes on takes longer than all the rest.
            async with self._locks.setdefault(key, anyio.Lock(fast_acquire=True)):
                yield
        finally:
            # A batch has as many keys as contents; the lock goes with its last user.
            self._users[key] -= 1
            if not self._users[key]:
                del self._users[key], self._locks[key]
