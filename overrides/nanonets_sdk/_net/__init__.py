"""Downloads of foreign files, bounded in size, time and redirects, and the check for loopback addresses.

Everything that fetches a file from an address outside the service comes through here: page images from signed URLs, a
published API description, the URLs given to the mock. None of these requests carries the API key.

The modules beside this one are what the client and the downloads share below httpx: `sockets` and `backend` for
connections that keep one deadline, `http` for httpx transports on them, `content` for decoding in small steps. The
servers of this package share `lingering`, so that nobody loses an answer to a close.
"""

from __future__ import annotations

from functools import cache
from ipaddress import ip_address
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol, TypeAlias
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

REDIRECTS: Final = 3
"""Redirects that a download follows at most."""

_OK: Final = 200

Failure: TypeAlias = Literal["refused", "status", "too large", "too slow", "unreachable"]


class DownloadError(Exception):
    """A download failed.

    Attributes:
        failure: What ended it.
        detail: The HTTP status for `status`, the address for `refused`, the cause's message for `unreachable`.
        cause: The name of the underlying error's class for `unreachable`; otherwise empty.
    """

    def __init__(self, failure: Failure, detail: str = "", cause: str = "") -> None:
        super().__init__(failure)
        self.failure: Failure = failure
        self.detail = detail
        self.cause = cause


class Target(Protocol):
    """Where the bytes go: an open file, or anything else to write to."""

    def write(self, data: bytes, /) -> object:
        """Take the next bytes."""
        ...


def is_loopback(host: str | None) -> bool:
    """Return whether a host name or address is this machine itself.

    Examples:
        >>> is_loopback("127.0.0.2"), is_loopback("::1"), is_loopback("127.0.0.1.example.org")
        (True, True, False)
    """
    try:
        return ip_address(host or "").is_loopback
    except ValueError:
        return host == "localhost"


def is_loopback_url(url: str) -> bool:
    """Return whether a URL is an HTTP address on this machine.

    Examples:
        >>> is_loopback_url("http://127.0.0.1:8000/invoice.pdf"), is_loopback_url("file://localhost/invoice.pdf")
        (True, False)
    """
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and is_loopback(parts.hostname)
    except ValueError:
        return False


def is_private_on_the_way(url: str) -> bool:
    """Return whether nobody between here and the server can read or change what a URL serves."""
    return url.lower().startswith("https:") or is_loopback_url(url)


def download(
    url: str, target: Target, *, max_bytes: int, seconds: float, allowed: Callable[[str], bool], trust_env: bool = True
) -> None:
    """Download a file.

    Args:
        url: The address.
        target: Where the bytes go, as they arrive. After an error it may hold a part of the file.
        max_bytes: Largest size of the file, after decompression.
        seconds: Longest time for everything, redirects included.
        allowed: Whether an address may be asked; called for each redirect too.
        trust_env: Whether proxies and certificates are taken from the environment.

    Raises:
        DownloadError: The file could not be downloaded within these limits.
    """
    # Imported on use: settings need `is_loopback` long before anything is downloaded.
    import httpx

    from nanonets_sdk._net.content import ACCEPTED, Decoder, coding_of
    from nanonets_sdk._net.http import Client
    from nanonets_sdk._net.sockets import Limit, countdown

    def check(request: httpx.Request) -> None:
        # A URL without a host fails by itself, with a better message.
        if request.url.host and not allowed(str(request.url)):
            raise DownloadError("refused", str(request.url))

    if not allowed(url):
        raise DownloadError("refused", url)
    options: dict[str, Any] = {
        "headers": {"Accept-Encoding": ACCEPTED},
        "follow_redirects": True,
        "max_redirects": REDIRECTS,
        "event_hooks": {"request": [check]},
        "trust_env": trust_env,
        "verify": True if trust_env else _own_certificates(),
    }
    left, size = countdown(seconds), 0
    limits = {"timeout": dict.fromkeys(("connect", "read", "write", "pool"), Limit(seconds, left))}
    try:
        with Client(**options) as client, client.stream("GET", url, extensions=limits) as response:
            # 206 would be a part of the file.
            if response.status_code != _OK:
                raise DownloadError("status", str(response.status_code))
            decoder = Decoder(coding_of(response.headers.get_list("content-encoding")))
            for piece in chain.from_iterable(map(decoder.decode, response.iter_raw())):
                size += len(piece)
                if size > max_bytes:
                    raise DownloadError("too large")
                if left() < 0:
                    raise DownloadError("too slow")
                target.write(piece)
    except httpx.TimeoutException as error:
        raise DownloadError("too slow") from error
    # ValueError: the address of a redirect can be one that cannot be parsed.
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise DownloadError("unreachable", str(error), type(error).__name__) from error


@cache
def _own_certificates() -> Any:
    """Return certifi's certificates, read once: reading them takes longer than most downloads."""
    import httpx

    return httpx.create_ssl_context(trust_env=False)
