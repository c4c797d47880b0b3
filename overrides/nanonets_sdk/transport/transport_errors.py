"""What a try can end in, in httpx's terms, whichever transport was at work."""

from __future__ import annotations

import sys
from typing import Final

import httpx

from nanonets_sdk.errors import UploadError

_NEVER_CONNECTED: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)


def transport_errors() -> tuple[type[Exception], ...]:
    """What a transport may raise. Some errors of aiohttp come through its transport for httpx as they are."""
    aiohttp = sys.modules.get("aiohttp")
    return (httpx.TransportError, httpx.DecodingError, UploadError, *((aiohttp.ClientError,) if aiohttp else ()))


def in_httpx_terms(error: Exception) -> Exception:
    """The error that httpx itself would have raised, with nothing on it that is not for everybody's eyes.

    `httpx-aiohttp` gives a connection that broke the same type as one that never came about, and aiohttp's own errors
    hold the headers of the request, the API key among them. The errors of all protocols quote bytes of the answer.
    """
    aiohttp = sys.modules.get("aiohttp")
    cause = error.__cause__ if isinstance(error, httpx.TransportError) else error
    if aiohttp is None or not isinstance(cause, aiohttp.ClientError):
        return _unquoted(error)
    kinds: tuple[tuple[type[Exception], httpx.TransportError], ...] = (
        (aiohttp.ClientHttpProxyError, httpx.ProxyError("the proxy refused")),
        (aiohttp.ClientProxyConnectionError, httpx.ProxyError("the proxy cannot be reached")),
        (aiohttp.ClientConnectorError, httpx.ConnectError(str(cause))),
        (aiohttp.ConnectionTimeoutError, httpx.ConnectTimeout("no connection in time")),
        (aiohttp.ServerTimeoutError, httpx.ReadTimeout("no answer in time")),
        (aiohttp.ServerDisconnectedError, httpx.RemoteProtocolError("the service closed the connection")),
        (aiohttp.ClientOSError, httpx.ReadError(_system_message(cause))),
        (aiohttp.ClientConnectionError, httpx.ReadError("the connection broke")),
        (aiohttp.ClientPayloadError, httpx.RemoteProtocolError("the answer broke off")),
        (aiohttp.ClientError, httpx.RemoteProtocolError("the answer is no HTTP")),
    )
    return next(ours for theirs, ours in kinds if isinstance(cause, theirs))


def never_connected(error: Exception) -> bool:
    """Whether there was no connection on which anything could have been sent."""
    return isinstance(error, _NEVER_CONNECTED)


def message_of(error: Exception) -> str:
    """What an error says."""
    return str(error) or type(error).__name__


def _unquoted(error: Exception) -> Exception:
    if isinstance(error, httpx.RemoteProtocolError | httpx.LocalProtocolError):
        return type(error)(str(error).partition(":")[0])
    return error


def _system_message(error: BaseException | None) -> str:
    message = error.strerror if isinstance(error, OSError) else None
    return message or "the connection broke"
