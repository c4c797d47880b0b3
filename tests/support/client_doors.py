"""The three ways into the client - blocking, on asyncio with httpx, on asyncio with aiohttp - behind one call.

A test says once what it does with a client, as `lambda client: client.ocr.get_model("m")`, and uses every door.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from types import ModuleType
from typing import Any, Final, TypeAlias, TypeVar, cast

import attrs
from attrs import field, frozen

from nanonets_sdk import AsyncNanonets, Nanonets, NanonetsError, RetryEvent
from nanonets_sdk.transport.session import AsyncSession, Session
from raw_server import API_KEY
from virtual_clock import VirtualClock

T = TypeVar("T")

Use: TypeAlias = Callable[[Any], Any]
"""Something done with a client; with an asynchronous one it returns an awaitable."""


@frozen
class Ended:
    """How a call ended.

    Attributes:
        value: What it returned.
        error: What it raised.
        retries: The events passed to `on_retry`.
        waits: The seconds of each wait.
    """

    value: Any
    error: NanonetsError | None
    retries: list[RetryEvent]
    waits: list[float]


@frozen
class Door:
    """One way into the client.

    Attributes:
        name: Shown in the names of tests.
    """

    name: str
    _is_async: bool = field(alias="is_async")
    _has_aiohttp: bool = field(alias="has_aiohttp", default=False)

    def open(self, base_url: str, **options: Any) -> Any:
        """Open a client, which the caller closes."""
        options = {"api_key": API_KEY, "base_url": base_url, **options}
        if not self._is_async:
            return Nanonets(**options)
        if self._has_aiohttp:
            return AsyncNanonets(**options)
        with without_aiohttp():
            return AsyncNanonets(**options)

    def use(self, base_url: str, use: Use, clock: VirtualClock | None = None, **options: Any) -> Any:
        """Open a client, use it and close it; return the result of the use."""
        if self._is_async:
            return asyncio.run(self._use_async(base_url, use, clock, options))
        with self.open(base_url, **options) as client:
            if clock is not None:
                set_clock(client, clock)
            return use(client)

    async def _use_async(self, base_url: str, use: Use, clock: VirtualClock | None, options: dict[str, Any]) -> Any:
        async with self.open(base_url, **options) as client:
            if clock is not None:
                set_clock(client, clock)
            return await use(client)

    def end(self, base_url: str, use: Use, clock: VirtualClock | None = None, **options: Any) -> Ended:
        """Like `use`, but on a virtual clock and with errors of the package as values."""
        clock = clock or VirtualClock()
        retries: list[RetryEvent] = []
        try:
            value = self.use(base_url, use, clock, on_retry=retries.append, **options)
        except NanonetsError as error:
            return Ended(None, error, retries, clock.waits)
        return Ended(value, None, retries, clock.waits)


@contextmanager
def without_aiohttp() -> Generator[None, None, None]:
    """Pretend that `httpx-aiohttp` is not installed."""
    module = sys.modules.pop("nanonets_sdk.transport.aiohttp_pool", None)
    # A module whose entry in sys.modules is None cannot be imported.
    sys.modules.update(cast("dict[str, ModuleType]", {"nanonets_sdk.transport.aiohttp_pool": None}))
    try:
        yield
    finally:
        del sys.modules["nanonets_sdk.transport.aiohttp_pool"]
        sys.modules.update({} if module is None else {"nanonets_sdk.transport.aiohttp_pool": module})


def at_every_door(visit: Callable[[Door], T]) -> dict[Door, T]:
    """Visit every door in parallel, for visits that take long."""
    with ThreadPoolExecutor(len(DOORS)) as threads:
        return dict(zip(DOORS, threads.map(visit, DOORS), strict=True))


def set_clock(client: Nanonets | AsyncNanonets, clock: VirtualClock) -> None:
    """Give a client another clock."""
    low_level = client.low_level
    session = low_level.get_httpx_client() if isinstance(client, Nanonets) else low_level.get_async_httpx_client()
    assert isinstance(session, Session | AsyncSession)
    session.settings = attrs.evolve(session.settings, clock=clock)


BLOCKING: Final = Door("blocking", is_async=False)
ASYNC_HTTPX: Final = Door("async-httpx", is_async=True)
ASYNC_AIOHTTP: Final = Door("async-aiohttp", is_async=True, has_aiohttp=True)
DOORS: Final = (BLOCKING, ASYNC_HTTPX, ASYNC_AIOHTTP)
ASYNC_DOORS: Final = (ASYNC_HTTPX, ASYNC_AIOHTTP)
