"""httpx transports whose connections keep one deadline: httpcore's pools with the backends of `backend`.

`httpx.HTTPTransport` builds the same pools, and has no argument for the backend. A transport of one's own is public in
httpx, as are backends in httpcore. That `Client` creates its transports in `_init_transport` is not; it leaves the
proxies of the environment to httpx, for downloads.
"""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator
from importlib.util import find_spec
from typing import Any, Final, cast

import httpcore
import httpx
from attrs import frozen

from nanonets_sdk._net.backend import AsyncBackend, Backend

_FAILURES: Final = (
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.ProxyError,
    httpcore.UnsupportedProtocol,
)


def _in_httpx_terms(error: Exception) -> httpx.TransportError:
    """Return httpx's exception for one of httpcore's."""
    # Both libraries give their exceptions the same names.
    kind: type[httpx.TransportError] = getattr(httpx, type(error).__name__)
    return kind(str(error))


@frozen
class _Content(httpx.SyncByteStream, httpx.AsyncByteStream):
    stream: Any

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from cast("Iterable[bytes]", self.stream)
        except _FAILURES as error:
            raise _in_httpx_terms(error) from error

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for piece in cast("AsyncIterable[bytes]", self.stream):
                yield piece
        except _FAILURES as error:
            raise _in_httpx_terms(error) from error

    def close(self) -> None:
        self.stream.close()

    async def aclose(self) -> None:
        await self.stream.aclose()


def _to_httpcore(request: httpx.Request) -> httpcore.Request:
    return httpcore.Request(
        method=request.method,
        url=_core_url(request.url),
        headers=request.headers.raw,
        content=request.stream,
        extensions=request.extensions,
    )


def _core_url(url: httpx.URL) -> httpcore.URL:
    return httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)


def _to_httpx(response: httpcore.Response) -> httpx.Response:
    extensions = cast("dict[str, Any]", response.extensions)
    return httpx.Response(
        response.status, headers=response.headers, stream=_Content(response.stream), extensions=extensions
    )


class Transport(httpx.BaseTransport):
    """A transport of the blocking client.

    Args:
        limits: How many connections are opened and kept.
        verify: The certificates that are trusted; None for those of httpcore, read when a connection is encrypted.
        proxy: The proxy; None to connect directly.
    """

    def __init__(self, limits: httpx.Limits, verify: ssl.SSLContext | None, proxy: httpx.Proxy | None = None) -> None:
        kinds = (httpcore.ConnectionPool, httpcore.HTTPProxy, httpcore.SOCKSProxy)
        self._pool: httpcore.ConnectionPool = _pool(kinds, Backend(), limits, verify, proxy)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request."""
        try:
            return _to_httpx(self._pool.handle_request(_to_httpcore(request)))
        except _FAILURES as error:
            raise _in_httpx_terms(error) from error

    def close(self) -> None:
        """Close the connections."""
        self._pool.close()


class AsyncTransport(httpx.AsyncBaseTransport):
    """A transport of the async client.

    Args:
        limits: How many connections are opened and kept.
        verify: The certificates that are trusted; None for those of httpcore, read when a connection is encrypted.
        proxy: The proxy; None to connect directly.
    """

    def __init__(self, limits: httpx.Limits, verify: ssl.SSLContext | None, proxy: httpx.Proxy | None = None) -> None:
        kinds = (httpcore.AsyncConnectionPool, httpcore.AsyncHTTPProxy, httpcore.AsyncSOCKSProxy)
        self._pool: httpcore.AsyncConnectionPool = _pool(kinds, AsyncBackend(), limits, verify, proxy)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request."""
        try:
            return _to_httpx(await self._pool.handle_async_request(_to_httpcore(request)))
        except _FAILURES as error:
            raise _in_httpx_terms(error) from error

    async def aclose(self) -> None:
        """Close the connections."""
        await self._pool.aclose()


class Client(httpx.Client):
    """An `httpx.Client` whose every step below a request ends with the request's deadline, if that is a `Limit`."""

    def _init_transport(self, *_: Any, **options: Any) -> httpx.BaseTransport:
        return Transport(options["limits"], httpx.create_ssl_context(options["verify"]))

    def _init_proxy_transport(self, proxy: httpx.Proxy, *_: Any, **options: Any) -> httpx.BaseTransport:
        return Transport(options["limits"], httpx.create_ssl_context(options["verify"]), proxy)


def _pool(
    kinds: tuple[Any, Any, Any],
    backend: object,
    limits: httpx.Limits,
    verify: ssl.SSLContext | None,
    proxy: httpx.Proxy | None,
) -> Any:
    """Create a pool; the kinds are those without a proxy, with an HTTP proxy and with a SOCKS proxy."""
    direct, by_http, by_socks = kinds
    options: dict[str, Any] = {
        "ssl_context": verify,
        "max_connections": limits.max_connections,
        "max_keepalive_connections": limits.max_keepalive_connections,
        "keepalive_expiry": limits.keepalive_expiry,
        "network_backend": backend,
    }
    if proxy is None:
        return direct(**options)
    options |= {"proxy_url": _core_url(proxy.url), "proxy_auth": proxy.raw_auth}
    if proxy.url.scheme not in {"socks5", "socks5h"}:
        return by_http(proxy_headers=proxy.headers.raw, proxy_ssl_context=proxy.ssl_context, **options)
    # httpcore would notice at the first call.
    if find_spec("socksio") is None:
        raise ImportError("a SOCKS proxy needs the package socksio: pip install 'httpx[socks]'")
    return by_socks(**options)
