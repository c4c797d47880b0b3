"""Connection pools: what a session sends with, and what it takes over from there.

A pool belongs to one client and to those made from it by `with_options`. Connections belong to one process, and on the
async client to one event loop, so a pool keeps an httpx client for each:

```text
                        ┌ process 100 ─► httpx.Client             the child of a fork finds no client of its own,
 Pool.send ─────────────┤                                         and makes one; the sockets that it inherited
                        └ process 101 ─► httpx.Client             were closed as it began

                        ┌ loop A ─► httpx.AsyncClient             closed as loop A shuts down its generators,
 AsyncPool.send ────────┤                                         as `asyncio.run` does at its end
                        └ loop B ─► httpx.AsyncClient
```

A client that the caller passed in cannot be replaced. It is refused where its connections would be mixed up.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import suppress
from functools import partial
from typing import Any, Final, NamedTuple, TypeAlias

import httpx
from attrs import define, field

from nanonets_sdk._net.http import AsyncTransport, Transport
from nanonets_sdk._version import __version__
from nanonets_sdk.errors import ConfigurationError
from nanonets_sdk.transport.environment import Network, network_of_the_environment
from nanonets_sdk.transport.settings import Settings

HttpClient: TypeAlias = httpx.Client
AsyncHttpClient: TypeAlias = httpx.AsyncClient

_LIMITS: Final = httpx.Limits(max_connections=100, max_keepalive_connections=100, keepalive_expiry=5.0)
_HTTPX: Final = f"python-httpx/{httpx.__version__}"
# A task that nobody holds may be collected before it is done.
_CLOSING: Final[set[asyncio.Task[None]]] = set()
_CLOSED: Final = "the client is closed; create another one, or call it inside its `with` block"
# They answer by themselves, so there are no connections to mix up.
_WITHOUT_CONNECTIONS: Final = (httpx.MockTransport, httpx.WSGITransport, httpx.ASGITransport)


@define(eq=False)
class Pool:
    """The connections of a client.

    Args:
        settings: The settings.
        http_client: An `httpx.Client` to send with; None to create one in each process.

    Raises:
        ConfigurationError: The environment names proxies or certificates that cannot be used, or `http_client` is not
            an `httpx.Client`.
    """

    _make: Callable[[], httpx.Client]
    _given: httpx.Client | None
    _process: int
    _clients: dict[int, httpx.Client] = field(factory=dict, init=False, repr=False)
    _is_closed: bool = field(default=False, init=False)

    @classmethod
    def of(cls, settings: Settings, http_client: httpx.Client | None) -> Pool:
        """Create a pool."""
        if http_client is None:
            network = network_of_the_environment(settings.urls)
            return cls(partial(_new_client, network), None, os.getpid())
        if not isinstance(http_client, httpx.Client):  # pyright: ignore[reportUnnecessaryIsInstance] - callers without a type checker
            raise ConfigurationError(f"http_client must be an httpx.Client, got {_kind(http_client)}")
        return cls(lambda: http_client, http_client, os.getpid())

    @property
    def given(self) -> httpx.Client | None:
        """The caller's client; None if there is none."""
        return self._given

    def send(self, request: httpx.Request, **options: Any) -> httpx.Response:
        """Send a request on a connection of this process."""
        return self._client().send(request, **options)

    def _client(self) -> httpx.Client:
        if self._is_closed:
            raise ConfigurationError(_CLOSED)
        process = os.getpid()
        if self._given is not None:
            self._process = _owner(self._given, self._process, process)
            return self._given
        client = self._clients.get(process)
        if client is None:
            # No lock: one that a thread held while the process forked would never be released in the child.
            client = self._clients.setdefault(process, self._make())
        return client

    def close(self) -> None:
        """Close the connections of this process, except those of the caller's client."""
        self._is_closed = True
        client = self._clients.pop(os.getpid(), None)
        if client is not None:
            client.close()


@define(eq=False)
class AsyncPool:
    """The connections of an async client.

    Args:
        settings: The settings.
        http_client: An `httpx.AsyncClient` to send with; None to create one for each process and event loop.
        prefers_aiohttp: Whether to send through aiohttp if it is installed.

    Raises:
        ConfigurationError: The environment names proxies or certificates that cannot be used, or `http_client` is not
            an `httpx.AsyncClient`.
    """

    _make: Callable[[object], httpx.AsyncClient]
    _given: httpx.AsyncClient | None
    _process: int
    _loop: object = field(default=None, init=False, repr=False)
    _open: dict[tuple[int, object], _OfALoop] = field(factory=dict, init=False, repr=False)
    _is_closed: bool = field(default=False, init=False)

    @classmethod
    def of(
        cls, settings: Settings, http_client: httpx.AsyncClient | None, *, prefers_aiohttp: bool = True
    ) -> AsyncPool:
        """Create a pool."""
        if http_client is None:
            network = network_of_the_environment(settings.urls)
            return cls(_async_clients(network, prefers_aiohttp=prefers_aiohttp), None, os.getpid())
        if not isinstance(http_client, httpx.AsyncClient):  # pyright: ignore[reportUnnecessaryIsInstance] - callers without a type checker
            raise ConfigurationError(f"http_client must be an httpx.AsyncClient, got {_kind(http_client)}")
        return cls(lambda _loop: http_client, http_client, os.getpid())

    @property
    def given(self) -> httpx.AsyncClient | None:
        """The caller's client; None if there is none."""
        return self._given

    async def send(self, request: httpx.Request, **options: Any) -> httpx.Response:
        """Send a request on a connection of this process and event loop."""
        if self._is_closed:
            raise ConfigurationError(_CLOSED)
        loop = _current_loop()
        client = await self._client_of(loop) if self._given is None else self._checked(self._given, loop)
        return await client.send(request, **options)

    async def _client_of(self, loop: object) -> httpx.AsyncClient:
        key = os.getpid(), loop
        found = self._open.get(key)
        if found is None or found.client.is_closed:
            await self._forget_ended_loops()
            client = self._make(loop)
            self._open[key] = found = _OfALoop(client, _until_the_loop_ends(client))
            await anext(found.guard)
        return found.client

    def _checked(self, given: httpx.AsyncClient, loop: object) -> httpx.AsyncClient:
        """Return the caller's client if its connections can be used here."""
        self._process = _owner(given, self._process, os.getpid())
        if self._loop not in {None, loop} and not _has_no_connections(given):
            raise ConfigurationError(
                "http_client was used on another event loop, where its connections are; "
                "create it and the client that uses it on the loop that calls them"
            )
        self._loop = loop
        return given

    async def _forget_ended_loops(self) -> None:
        for key, (client, _) in list(self._open.items()):
            if key[0] == os.getpid() and (client.is_closed or _has_ended(key[1])):
                del self._open[key]
                await _close(client)

    async def aclose(self) -> None:
        """Close the connections of this process, except those of the caller's client.

        Those of another event loop are closed by that loop, the next time that it runs.
        """
        self._is_closed = True
        await self._forget_ended_loops()
        loop = _current_loop()
        for key in [key for key in self._open if key[0] == os.getpid()]:
            guard = self._open.pop(key).guard
            if key[1] is loop:
                await guard.aclose()
            else:
                _soon(key[1], guard)


class _OfALoop(NamedTuple):
    client: httpx.AsyncClient
    guard: AsyncGenerator[None]


async def _until_the_loop_ends(client: httpx.AsyncClient) -> AsyncGenerator[None]:
    """Close a client when this generator is closed, as every event loop does with its generators at its end."""
    try:
        yield
    finally:
        await _close(client)


async def _close(client: httpx.AsyncClient) -> None:
    # The transports of a loop that is closed have nothing left to close them with.
    with suppress(RuntimeError):
        await client.aclose()


def _current_loop() -> object:
    """Return what identifies the event loop that runs this: asyncio's loop, or trio's token."""
    trio = sys.modules.get("trio")
    with suppress(RuntimeError):
        if trio is not None and trio.lowlevel.current_task():
            token: object = trio.lowlevel.current_trio_token()
            return token
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        raise ConfigurationError("AsyncNanonets runs on asyncio and on trio, and neither is running here") from None


def _has_ended(loop: object) -> bool:
    return isinstance(loop, asyncio.AbstractEventLoop) and loop.is_closed()


def _soon(loop: object, guard: AsyncGenerator[None]) -> None:
    """Have another event loop close a generator, the next time that it runs."""

    async def close() -> None:
        await guard.aclose()

    def start() -> None:
        task = asyncio.ensure_future(close())
        _CLOSING.add(task)
        task.add_done_callback(_CLOSING.discard)

    # It may have ended since it was last looked at.
    with suppress(RuntimeError):
        if isinstance(loop, asyncio.AbstractEventLoop):
            loop.call_soon_threadsafe(start)
        else:
            token: Any = loop
            token.run_sync_soon(sys.modules["trio"].lowlevel.spawn_system_task, close)


def _kind(http_client: object) -> str:
    # Without this, the class that is asked for and the class that was passed can look the same.
    module = type(http_client).__module__
    return type(http_client).__name__ if module == "builtins" else f"{module}.{type(http_client).__name__}"


def _owner(given: httpx.Client | httpx.AsyncClient, owner: int, process: int) -> int:
    """Return the process that the connections of the caller's client belong to from now on.

    Raises:
        ConfigurationError: They belong to another one, or the client is closed.
    """
    if given.is_closed:
        raise ConfigurationError("http_client is closed; create another one, and a client that uses it")
    if owner != process and not _has_no_connections(given):
        raise ConfigurationError(
            f"http_client was used in process {owner}, before this process ({process}) was forked from it, and "
            "connections cannot be shared; create it and the client that uses it after the fork"
        )
    return process


def _has_no_connections(given: httpx.Client | httpx.AsyncClient) -> bool:
    # httpx has no public way to ask. What is not known to have none may have some.
    transports = [getattr(given, "_transport", None), *getattr(given, "_mounts", {}).values()]
    return all(
        one is None
        or isinstance(one, _WITHOUT_CONNECTIONS)
        or getattr(getattr(one, "_pool", None), "connections", 0) == []
        for one in transports
    )


class _NoCookies(httpx.Cookies):
    """Keeps no cookies. A pool sends none, and to read those of a response costs as much as to parse its head."""

    def extract_cookies(self, response: httpx.Response) -> None:
        """Do nothing."""


_NO_COOKIES: Final = _NoCookies()


class _Client(httpx.Client):
    cookies = property(lambda _: _NO_COOKIES)  # pyright: ignore[reportIncompatibleMethodOverride] - nobody sets them


class _AsyncClient(httpx.AsyncClient):
    cookies = property(lambda _: _NO_COOKIES)  # pyright: ignore[reportIncompatibleMethodOverride] - nobody sets them


def _new_client(network: Network) -> httpx.Client:
    options: dict[str, Any] = {"limits": _LIMITS, "verify": network.needed_certificates}
    return _Client(
        transport=Transport(**options),
        mounts={
            pattern: None if proxy is None else Transport(**options, proxy=proxy)
            for pattern, proxy in network.proxies.items()
        },
        trust_env=False,
    )


def _async_clients(network: Network, *, prefers_aiohttp: bool) -> Callable[[object], httpx.AsyncClient]:
    """Return a function that creates the client of an event loop: on aiohttp if wanted and possible, else on httpx."""
    on_aiohttp: Callable[..., httpx.AsyncBaseTransport] | None = None
    # aiohttp knows nothing of SOCKS.
    if prefers_aiohttp and not network.has_socks:
        with suppress(ImportError):
            from nanonets_sdk.transport.aiohttp_pool import AiohttpPool

            on_aiohttp = AiohttpPool

    def make(loop: object) -> httpx.AsyncClient:
        on_asyncio = isinstance(loop, asyncio.AbstractEventLoop)
        transport = on_aiohttp if on_aiohttp and on_asyncio else AsyncTransport
        # Without certificates, aiohttp would read some at once, and httpx does when a connection is encrypted.
        verify = network.certificates if transport is on_aiohttp else network.needed_certificates
        options: dict[str, Any] = {"limits": _LIMITS, "verify": verify}
        return _AsyncClient(
            transport=transport(**options),
            mounts={
                pattern: None if proxy is None else transport(**options, proxy=proxy)
                for pattern, proxy in network.proxies.items()
            },
            trust_env=False,
        )

    return make


def session_arguments(settings: Settings, pool: Pool | AsyncPool) -> dict[str, Any]:
    """Return the arguments that create a session: its settings, and the headers and cookies of the caller's client."""
    headers = httpx.Headers() if pool.given is None else httpx.Headers(pool.given.headers)
    # A user agent that the owner of the client has set is kept.
    if headers.get("user-agent", _HTTPX).startswith("python-httpx/"):
        headers["User-Agent"] = f"nanonets-sdk/{__version__} {headers.get('user-agent', _HTTPX)}"
    return {
        "base_url": settings.base_url,
        "headers": headers,
        "cookies": None if pool.given is None else pool.given.cookies,
        "timeout": settings.timeout,
        # A session never sends by itself, and creating a real transport takes longer than all the rest.
        "transport": _Unused(),
        "trust_env": False,
    }


class _Unused(httpx.BaseTransport, httpx.AsyncBaseTransport):
    pass
