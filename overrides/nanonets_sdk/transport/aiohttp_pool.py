"""The asynchronous wire on aiohttp, where `httpx-aiohttp` is installed."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport, HttpxAiohttpClient


class AiohttpWire(HttpxAiohttpClient):
    """A client that sends through aiohttp."""

    def _init_transport(self, *_: Any, **options: Any) -> httpx.AsyncBaseTransport:
        given: httpx.AsyncBaseTransport | None = options.pop("transport", None)
        return given or _Transport(**options)

    def _init_proxy_transport(self, proxy: httpx.Proxy, *_: Any, **options: Any) -> httpx.AsyncBaseTransport:
        return _Transport(proxy=proxy, **options)


class _Transport(AiohttpTransport):
    def get_client(self) -> aiohttp.ClientSession:
        """A session like the inherited one that does nothing of its own accord: no cookies, no headers, no retries."""
        connector = aiohttp.TCPConnector(
            limit=self.limits.max_connections or 0,
            keepalive_timeout=self.limits.keepalive_expiry,
            ssl=self.ssl_context,
        )
        session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            request_class=_Request,
            skip_auto_headers=["Content-Type"],
        )
        session._retry_connection = False  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - there is no public switch
        return session


class _Request(aiohttp.ClientRequest):
    async def write_bytes(self, writer: Any, conn: Any, *arguments: Any, **options: Any) -> None:
        """Write the body; where that is called off or fails, let go of the connection at once.

        aiohttp closes it when all of its buffer is sent, which a server that has stopped reading never allows, and an
        event loop that ends does not wait for.
        """
        transport, protocol = conn.transport, conn.protocol
        try:
            await super().write_bytes(writer, conn, *arguments, **options)
        except asyncio.CancelledError:
            _abort(transport)
            raise
        if protocol is not None and protocol.exception() is not None:
            _abort(transport)


def _abort(transport: asyncio.Transport | None) -> None:
    if transport is not None:
        transport.abort()
