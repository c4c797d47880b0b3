"""Page images from their signed addresses, which are not the service's: the request never carries the API key."""

from __future__ import annotations

import io
from typing import Final

from nanonets_sdk._net import DownloadError, download, is_private_on_the_way
from nanonets_sdk.errors import PictureError

LARGEST: Final = 64 << 20
"""Largest image, in bytes."""
SECONDS: Final = 60.0
"""Longest time for one image."""

_ADVICE: Final = "pass the file itself as `source`, or read the document again to get a fresh address"


def fetch(url: str) -> bytes:
    """Fetch an image.

    Args:
        url: Its address. It may contain a signature, so it appears in no message.

    Raises:
        PictureError: The image is gone, too large or too slow, or the address is neither https nor on this machine.
    """
    content = io.BytesIO()
    try:
        download(url, content, max_bytes=LARGEST, seconds=SECONDS, allowed=is_private_on_the_way)
    except DownloadError as error:
        raise PictureError(_message(error)) from None
    return content.getvalue()


def _message(error: DownloadError) -> str:
    match error.failure:
        case "refused":
            scheme = error.detail.partition(":")[0]
            return f"the page image has an insecure address, which begins with {scheme}: and not with https:"
        case "too large":
            return f"the page image is larger than {LARGEST >> 20} MiB"
        case "too slow":
            return f"the page image did not arrive within {SECONDS:.0f} seconds; {_ADVICE}"
        case "status":
            return f"the page image is not available: HTTP {error.detail}; {_ADVICE}"
        case "unreachable":
            return f"the page image cannot be fetched: {error.cause}; {_ADVICE}"
