"""The async connection pool on aiohttp, used if `httpx-aiohttp` is installed."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import aiohttp
import httpx
from aiohttp.abc import AbstractResolver, ResolveResult
from httpx_aiohttp import AiohttpTransport, HttpxAiohttpClient

from nanonets_sdk._net.backend import resolved
from nanonets_sdk.transport.aiohttp_heads import Heads, Response


class AiohttpPool(HttpxAiohttpClient):
    """An `httpx.AsyncClient` that sends through aiohttp."""

    def _init_transport(self, *_: Any, **options: Any) -> httpx.AsyncBaseTransport:
        given: httpx.AsyncBaseTransport | None = options.pop("transport", None)
        return given or _Transport(**options)

    def _init_proxy_transport(self, proxy: httpx.Proxy, *_: Any, **options: Any) -> httpx.AsyncBaseTransport:
        return _Transport(proxy=proxy, **options)


class _Transport(AiohttpTransport):
    def get_client(self) -> aiohttp.ClientSession:
        # aiohttp's defaults would keep cookies, add a content type, and silently send again on a reused connection
        # that broke, which could bill a file twice.
        connector = aiohttp.TCPConnector(
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
        transport: asyncio.Transport | None = conn.transport
        protocol = conn.protocol
        is_broken = True
        try:
            await super().write_bytes(writer, conn, *arguments, **options)
            is_broken = protocol is not None and protocol.exception() is not None
        finally:
            if is_broken and transport is not None:
                transport.abort()
