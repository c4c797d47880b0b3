"""Page images from their signed addresses.

The hosts are not the service's. The request is made without the API key, by a client that has never seen it.
"""

from __future__ import annotations

import time
from typing import Final

import httpx

from nanonets_sdk.errors import PictureError

LARGEST: Final = 64 << 20
"""Bytes of an image that are taken at most."""
SECONDS: Final = 60.0
"""Time that one image may take."""

_REDIRECTS: Final = 3
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})
_ADVICE: Final = "give the file itself as `source`, or read the document again for a fresh address"


def fetch(url: str) -> bytes:
    """Fetch an image.

    Args:
        url: Its address, which may hold a signature and so is in no message.

    Raises:
        PictureError: It is not there any more, is too large, takes too long, or the address is no safe one.
    """
    limits = httpx.Timeout(SECONDS / 4)
    try:
        with (
            httpx.Client(
                timeout=limits, follow_redirects=True, max_redirects=_REDIRECTS, event_hooks={"request": [_check]}
            ) as client,
            client.stream("GET", url) as answer,
        ):
            return _content(answer)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise PictureError(f"the page image cannot be fetched: {type(error).__name__}; {_ADVICE}") from None


def _check(request: httpx.Request) -> None:
    url = request.url
    if url.scheme != "https" and not (url.scheme == "http" and url.host in _LOOPBACK):
        raise PictureError(f"the address of the page image is no https address: it begins with {url.scheme}:")


def _content(answer: httpx.Response) -> bytes:
    if not answer.is_success:
        raise PictureError(f"the page image is not to be had: HTTP {answer.status_code}; {_ADVICE}")
    deadline = time.monotonic() + SECONDS
    content = bytearray()
    for piece in answer.iter_bytes():
        content += piece
        if len(content) > LARGEST:
            raise PictureError(f"the page image is larger than {LARGEST >> 20} MiB")
        if time.monotonic() > deadline:
            raise PictureError(f"the page image did not come within {SECONDS:.0f} seconds; {_ADVICE}")
    return bytes(content)
