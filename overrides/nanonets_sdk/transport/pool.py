"""The httpx clients that send: those of sessions that were given none, and what a session takes over from its wire."""

from __future__ import annotations

from typing import Any, Final

import httpx

from nanonets_sdk._version import __version__
from nanonets_sdk.transport.certificates import tls
from nanonets_sdk.transport.settings import Settings

_LIMITS: Final = httpx.Limits(max_connections=100, max_keepalive_connections=100, keepalive_expiry=5.0)


def wire_for(settings: Settings) -> httpx.Client:
    """A client that sends, with a pool of connections."""
    return httpx.Client(limits=_LIMITS, trust_env=not settings.is_local, verify=tls())


def async_wire_for(settings: Settings) -> httpx.AsyncClient:
    """The same for asynchronous use; on aiohttp's transport where `httpx-aiohttp` is installed."""
    try:
        from nanonets_sdk.transport.aiohttp_pool import AiohttpWire
    except ImportError:
        return httpx.AsyncClient(limits=_LIMITS, trust_env=not settings.is_local, verify=tls())
    return AiohttpWire(limits=_LIMITS, trust_env=not settings.is_local, verify=tls())


def taken_over(settings: Settings, wire: httpx.Client | httpx.AsyncClient) -> dict[str, Any]:
    """What a session is made with: the settings, the headers and cookies of its wire, and nothing to send with."""
    return {
        "base_url": settings.base_url,
        "headers": _headers_of(wire),
        "cookies": wire.cookies,
        "timeout": settings.timeout,
        "transport": _Unused(),
        "trust_env": False,
    }


def _headers_of(wire: httpx.Client | httpx.AsyncClient) -> httpx.Headers:
    """The wire's headers, with our name before httpx's; a name that its owner gave it stays."""
    headers = httpx.Headers(wire.headers)
    if headers.get("user-agent", "").startswith("python-httpx/"):
        headers["User-Agent"] = f"nanonets-sdk/{__version__} {headers['User-Agent']}"
    return headers


class _Unused(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """A session sends through its wire; a transport of its own would only cost time to make."""
