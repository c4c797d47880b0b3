"""The connection pools on httpx: its clients, with transports that keep one deadline below them."""

from __future__ import annotations

from typing import Any

import httpx

from nanonets_sdk._net.http import AsyncTransport, Transport


class HttpxPool(httpx.Client):
    """An `httpx.Client` whose every step below a request ends with the request's deadline."""

    def _init_transport(self, *_: Any, **options: Any) -> httpx.BaseTransport:
        return Transport(options["limits"], options["verify"])

    def _init_proxy_transport(self, proxy: httpx.Proxy, *_: Any, **options: Any) -> httpx.BaseTransport:
        return Transport(options["limits"], options["verify"], proxy)


class AsyncHttpxPool(httpx.AsyncClient):
    """An `httpx.AsyncClient` that reads early answers, and leaves no thread that keeps the process from ending."""

    def _init_transport(self, *_: Any, **options: Any) -> httpx.AsyncBaseTransport:
        return AsyncTransport(options["limits"], options["verify"])

    def _init_proxy_transport(self, proxy: httpx.Proxy, *_: Any, **options: Any) -> httpx.AsyncBaseTransport:
        return AsyncTransport(options["limits"], options["verify"], proxy)
