"""Fetches files by URL, from loopback and from registered addresses alone."""

import ipaddress
import ssl
import tempfile
import time
from contextlib import ExitStack
from functools import cache
from typing import IO, Final
from urllib.parse import urlsplit

import httpx

MAX_REDIRECTS: Final = 3


class FetchFailed(Exception):
    """No file came from a URL; the message is for the entry of the reply."""


def is_loopback(url: str) -> bool:
    """Return whether a URL leads to this machine over HTTP.

    Examples:
        >>> is_loopback("http://127.0.0.1:8000/invoice.pdf")
        True
        >>> is_loopback("http://127.0.0.1.example.org/invoice.pdf")
        False
    """
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and is_loopback_host(host)


def is_loopback_host(host: str) -> bool:
    """Return whether a host name or address is this machine itself."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def fetch(url: str, *, max_bytes: int, seconds: float = 10) -> IO[bytes]:
    """Return the bytes behind a loopback URL; the caller closes the stream.

    Raises:
        FetchFailed: the URL leads elsewhere, answers with an error, is too slow or too large.
    """
    _require_loopback(url)
    deadline = time.monotonic() + seconds
    with httpx.Client(trust_env=False, timeout=seconds, follow_redirects=False, verify=_certificates()) as client:
        for _ in range(MAX_REDIRECTS + 1):
            _require_loopback(url)
            try:
                with client.stream("GET", url) as response:
                    if response.next_request is None:
                        return _body(response, max_bytes, deadline)
                    url = str(response.next_request.url)
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                raise FetchFailed(f"The URL did not answer: {type(error).__name__}") from error
    raise FetchFailed(f"The URL redirects more than {MAX_REDIRECTS} times")


def _require_loopback(url: str) -> None:
    if not is_loopback(url):
        raise FetchFailed("The mock fetches loopback and registered URLs only")


@cache
def _certificates() -> ssl.SSLContext:
    """Return the certificates to trust, loaded once: each client would load them anew."""
    return httpx.create_ssl_context(trust_env=False)


def _body(response: httpx.Response, max_bytes: int, deadline: float) -> IO[bytes]:
    if not response.is_success:
        raise FetchFailed(f"The URL answered with status {response.status_code}")
    with ExitStack() as resources:
        stream = resources.enter_context(tempfile.TemporaryFile())
        for chunk in response.iter_bytes():
            stream.write(chunk)
            _check_limits(stream.tell(), max_bytes, deadline)
        stream.seek(0)
        resources.pop_all()
        return stream


def _check_limits(size: int, max_bytes: int, deadline: float) -> None:
    if size > max_bytes:
        raise FetchFailed(f"The file is larger than {max_bytes} bytes")
    if time.monotonic() > deadline:
        raise FetchFailed("The URL took too long")
