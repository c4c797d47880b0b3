"""Taking turns: what is the same thing is done by one task at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import anyio
from attrs import define, field


@define(eq=False)
class Turns:
    """A lock for each key that is in use, and for no others."""

    _locks: dict[str, anyio.Lock] = field(factory=dict[str, anyio.Lock], init=False)
    _users: Counter[str] = field(factory=Counter[str], init=False)

    @asynccontextmanager
    async def at(self, key: str) -> AsyncGenerator[None]:
        """The time during which no other task is at the same key."""
        self._users[key] += 1
        try:
            async with self._locks.setdefault(key, anyio.Lock()):
                yield
        finally:
            self._users[key] -= 1
            if not self._users[key]:
                del self._users[key], self._locks[key]
