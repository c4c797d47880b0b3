"""Connection pools: the httpx clients that send, and what a session takes over from its pool."""

from __future__ import annotations

import os
import ssl
from functools import cache
from typing import Any, Final, TypeAlias
from urllib.parse import urlsplit

import httpx

from nanonets_sdk._net import is_loopback
from nanonets_sdk._version import __version__
from nanonets_sdk.transport.settings import Settings

HttpClient: TypeAlias = httpx.Client
AsyncHttpClient: TypeAlias = httpx.AsyncClient

_LIMITS: Final = httpx.Limits(max_connections=100, max_keepalive_connections=100, keepalive_expiry=5.0)


def new_pool(settings: Settings) -> httpx.Client:
    """Create a connection pool."""
    return httpx.Client(**_pool_arguments(settings))


def new_async_pool(settings: Settings) -> httpx.AsyncClient:
    """Create an async connection pool, on aiohttp if `httpx-aiohttp` is installed."""
    try:
        from nanonets_sdk.transport.aiohttp_pool import AiohttpPool
    except ImportError:
        return httpx.AsyncClient(**_pool_arguments(settings))
    return AiohttpPool(**_pool_arguments(settings))


def _pool_arguments(settings: Settings) -> dict[str, Any]:
    # No proxy is ever right for a service on this machine. The host of review links may be on another.
    hosts = [urlsplit(url) for url in (settings.base_url, settings.review_url) if url is not None]
    local = {f"all://{host.netloc}": None for host in hosts if is_loopback(host.hostname)}
    return {
        "limits": _LIMITS,
        "trust_env": not all(is_loopback(host.hostname) for host in hosts),
        "mounts": local,
        "verify": trusted_certificates(),
    }


def pool_of(http_client: httpx.Client | None, settings: Settings) -> httpx.Client:
    """Return the caller's client as the pool, or a new pool if there is none.

    Raises:
        TypeError: It is not an `httpx.Client`.
    """
    if http_client is None:
        return new_pool(settings)
    if not isinstance(http_client, httpx.Client):  # pyright: ignore[reportUnnecessaryIsInstance] - callers without a type checker
        raise TypeError(f"http_client must be an httpx.Client, got {type(http_client).__name__}")
    return http_client


def async_pool_of(http_client: httpx.AsyncClient | None, settings: Settings) -> httpx.AsyncClient:
    """Return the caller's client as the pool, or a new pool if there is none.

    Raises:
        TypeError: It is not an `httpx.AsyncClient`.
    """
    if http_client is None:
        return new_async_pool(settings)
    if not isinstance(http_client, httpx.AsyncClient):  # pyright: ignore[reportUnnecessaryIsInstance] - callers without a type checker
        raise TypeError(f"http_client must be an httpx.AsyncClient, got {type(http_client).__name__}")
    return http_client


def session_arguments(settings: Settings, pool: httpx.Client | httpx.AsyncClient) -> dict[str, Any]:
    """Return the arguments that create a session: its settings, and the headers and cookies of its pool."""
    headers = httpx.Headers(pool.headers)
    # A user agent that the owner of the pool has set is kept.
    if headers.get("user-agent", "").startswith("python-httpx/"):
        headers["User-Agent"] = f"nanonets-sdk/{__version__} {headers['User-Agent']}"
    return {
        "base_url": settings.base_url,
        "headers": headers,
        "cookies": pool.cookies,
        "timeout": settings.timeout,
        # A session never sends by itself, and creating a real transport takes longer than all the rest.
        "transport": _Unused(),
        "trust_env": False,
    }


class _Unused(httpx.BaseTransport, httpx.AsyncBaseTransport):
    pass


def trusted_certificates() -> ssl.SSLContext:
    """Return the certificates that httpx trusts: certifi's, or those of SSL_CERT_FILE or SSL_CERT_DIR."""
    return _certificates(os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR"))


@cache
def _certificates(_file: str | None, _folder: str | None) -> ssl.SSLContext:
    # Loading them takes twenty times as long as everything else about creating a client.
    return httpx.create_ssl_context()
