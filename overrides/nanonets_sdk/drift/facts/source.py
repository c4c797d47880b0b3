"""The bytes of an API description, from a file or an address."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from nanonets_sdk._net import DownloadError, download, is_private_on_the_way
from nanonets_sdk.drift.report.outcome import NotComparable

LARGEST: Final = 10 << 20
"""Largest description, in bytes."""
SECONDS: Final = 120.0
"""Longest time for a download."""


def fetch(place: str, *, seconds: float = SECONDS) -> bytes:
    """Return the content of a file or an address.

    Args:
        place: A path, or an address that begins with `https://` (or `http://` on this machine).
        seconds: Longest time for a download.

    Raises:
        NotComparable: The content cannot be read, or is larger than 10 MiB.
    """
    too_large = f"{place} is larger than {LARGEST >> 20} MiB; no description of this API is that large."
    if not place.lower().startswith(("http://", "https://")):
        try:
            with Path(place).open("rb") as file:
                content = file.read(LARGEST + 1)
        except OSError as error:
            raise NotComparable(f"{place} cannot be read: {error.strerror or error}.", unreachable=True) from error
        if len(content) > LARGEST:
            raise NotComparable(too_large)
        return content
    _refuse_without_host(place)
    target = io.BytesIO()
    try:
        download(place, target, max_bytes=LARGEST, seconds=seconds, allowed=is_private_on_the_way)
    except DownloadError as error:
        match error.failure:
            case "too large":
                raise NotComparable(too_large) from error
            case "refused":
                message = f"{error.detail} is not encrypted, so it could be changed on the way; use https."
                raise NotComparable(message) from error
            case "too slow":
                message = f"{place} takes more than {seconds:.0f} s to download."
            case "status":
                message = f"{place} answered {error.detail}."
            case "unreachable":
                message = f"{place} cannot be reached: {str(error.detail or error.cause).rstrip('.')}."
        raise NotComparable(message, unreachable=True) from error
    return target.getvalue()


def _refuse_without_host(address: str) -> None:
    try:
        host = urlsplit(address).hostname
    except ValueError:
        host = None
    if not host:
        raise NotComparable(f"{address} names no host; an address is https://HOST/PATH.", unreachable=True)
