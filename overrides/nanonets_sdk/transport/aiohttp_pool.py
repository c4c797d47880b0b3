"""The transport of the async client on aiohttp, used if `httpx-aiohttp` is installed."""

from __future__ import annotations

import asyncio
import os
import socket
from typing import Any, Final
from weakref import WeakSet

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from httpx_aiohttp import AiohttpTransport

from nanonets_sdk._net.backend import resolved
from nanonets_sdk.transport.aiohttp_heads import Heads, Response


class AiohttpPool(AiohttpTransport):
    """A transport for an `httpx.AsyncClient` that sends through aiohttp."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        _POOLS.add(self)

    def leave_to_the_parent(self) -> None:
        """Let go of connections that this process inherited by a fork, without a word to the server."""
        if isinstance(self.client, aiohttp.ClientSession):
            connector = self.client.connector
            self.client.detach()
            if isinstance(connector, _Connector):
                connector.leave_to_the_parent()

    async def aclose(self) -> None:
        """Close the connections, without waiting for a server that does not say goodbye."""
        connector = self.client.connector if isinstance(self.client, aiohttp.ClientSession) else None
        await super().aclose()
        if isinstance(connector, _Connector):
            for heads in list(connector.heads):
                heads.abort()
            # The event loop closes an aborted connection in its next round, which may be its last.
            await asyncio.sleep(0)

    def get_client(self) -> aiohttp.ClientSession:
        """Return a session, created in the event loop that calls this."""
        # aiohttp's defaults would keep cookies, add a content type, and silently send again on a reused connection
        # that broke, which could bill a file twice.
        connector = _Connector(
            limit=self.limits.max_connections or 0,
            keepalive_timeout=self.limits.keepalive_expiry,
            ssl=self.ssl_context,
            resolver=_Resolver(),
        )
        session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            request_class=_Request,
            response_class=Response,
            skip_auto_headers=["Content-Type"],
        )
        session._retry_connection = False  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - there is no public switch
        return session


class _Connector(aiohttp.TCPConnector):
    def __init__(self, **options: Any) -> None:
        super().__init__(**options)  # pyright: ignore[reportUnknownMemberType] - aiohttp leaves a tuple open
        self.heads = WeakSet[Heads]()

    async def connect(self, *arguments: Any, **options: Any) -> Any:
        connection = await super().connect(*arguments, **options)
        parser: Any = connection.protocol
        self.heads.add(Heads.before(parser))
        return connection

    def leave_to_the_parent(self) -> None:
        # Closing a transport would send a goodbye on the parent's TLS session, and take its socket out of the epoll
        # instance that both processes share. So only this process's descriptor is pointed elsewhere.
        idle = (protocol for pooled in self._conns.values() for protocol, _ in pooled)
        elsewhere = os.open(os.devnull, os.O_RDWR)
        for protocol in (*idle, *self._acquired):
            transport: asyncio.Transport | None = getattr(protocol, "transport", None)
            used = None if transport is None else transport.get_extra_info("socket")
            if used is not None and used.fileno() >= 0:
                os.dup2(elsewhere, used.fileno(), inheritable=False)
        os.close(elsewhere)
        self._closed = True


_POOLS: Final = WeakSet[AiohttpPool]()


def _leave_all_to_the_parent() -> None:
    for pool in list(_POOLS):
        pool.leave_to_the_parent()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_leave_all_to_the_parent)


class _Resolver(AbstractResolver):
    """Looks names up in threads that do not outlive the process; asyncio waits for those of its own."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Return the addresses of a host."""
        flags = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
        return [
            ResolveResult(hostname=host, host=_numeric(address), port=port, family=kind, proto=protocol, flags=flags)
            for kind, _, protocol, _, address in await resolved(host, port, family)
        ]

    async def close(self) -> None:
        """Do nothing: it holds nothing."""


def _numeric(address: tuple[Any, ...]) -> str:
    # The scope of a link-local address is a number beside it.
    return f"{address[0]}%{address[3]}" if address[3:] and address[3] and "%" not in address[0] else address[0]


class _Request(aiohttp.ClientRequest):
    async def send(self, conn: Any) -> aiohttp.ClientResponse:
        heads = Heads.before(conn.protocol)
        return heads.expect(await super().send(conn))

    async def write_bytes(self, writer: Any, conn: Any, *arguments: Any, **options: Any) -> None:
        # aiohttp closes a connection once its buffer is sent. A server that has stopped reading never lets that
        # happen, and an event loop that ends does not wait for it. So when writing is cancelled or fails, the
        # connection is aborted at once.
        protocol = conn.protocol
        heads = Heads.on(conn.transport)
        is_broken = True
        try:
            await super().write_bytes(writer, conn, *arguments, **options)
            is_broken = protocol is not None and protocol.exception() is not None
        finally:
            if is_broken and heads is not None:
                heads.abort()
