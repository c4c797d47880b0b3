"""Downloads page images from their signed URLs, without the API key: their hosts do not belong to the service."""

from __future__ import annotations

import io
from typing import Final

from nanonets_sdk._net import DownloadError, download, is_private_on_the_way
from nanonets_sdk.errors import PictureError
from nanonets_sdk.pictures.page import PageLike

LARGEST: Final = 64 << 20
"""Largest image, in bytes."""
SECONDS: Final = 60.0
"""Longest time for one image."""

_ADVICE: Final = "pass the file itself as `source`, or read the document again to get a fresh URL"


def fetch(page: PageLike) -> bytes:
    """Download the image of a page.

    Raises:
        PictureError: The page has no URL, its URL is neither https nor on this machine, or the image is gone, too
            large or too slow.
    """
    if not page.image_url:
        raise PictureError(f"page {page.number + 1} has no image in the reply; pass the file that was read as `source`")
    content = io.BytesIO()
    try:
        download(page.image_url, content, max_bytes=LARGEST, seconds=SECONDS, allowed=is_private_on_the_way)
    except DownloadError as error:
        # The URL contains a signature, so no message and no cause may show it.
        raise PictureError(_message(error)) from None
    return content.getvalue()


def _message(error: DownloadError) -> str:
    match error.failure:
        case "refused":
            scheme = error.detail.partition(":")[0]
            return f"the page image has an insecure address: it begins with {scheme}: instead of https:"
        case "too large":
            return f"the page image is larger than {LARGEST >> 20} MiB"
        case "too slow":
            return f"the page image did not arrive within {SECONDS:.0f} seconds; {_ADVICE}"
        case "status":
            return f"the page image is not available: HTTP {error.detail}; {_ADVICE}"
        case "unreachable":
            return f"the page image cannot be fetched: {error.cause}; {_ADVICE}"
