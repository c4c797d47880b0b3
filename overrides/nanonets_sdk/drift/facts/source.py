"""The bytes of a document, from a file or an address."""

from __future__ import annotations

import time
from http import HTTPStatus
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Final

from nanonets_sdk.drift.report.outcome import NotComparable

if TYPE_CHECKING:
    import httpx

LARGEST: Final = 10 * 1024 * 1024
_SECONDS: Final = 30.0
_ALL_SECONDS: Final = 120.0


def fetch(place: str) -> bytes:
    """Return what a file or an address holds.

    Args:
        place: A path, or an address that begins with `https://` (or `http://` on this machine).

    Raises:
        NotComparable: It cannot be had, or is larger than 10 MiB.
    """
    is_address = place.lower().startswith(("http://", "https://"))
    content = _download(place) if is_address else _read(Path(place))
    if len(content) > LARGEST:
        raise NotComparable(f"{place} is larger than {LARGEST // 1024**2} MiB; no description of this API is.")
    return content


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(LARGEST + 1)
    except OSError as error:
        raise NotComparable(f"{path} cannot be read: {error.strerror or error}.", unreachable=True) from error


def _download(address: str) -> bytes:
    import httpx

    hooks = {"request": [_refuse_unencrypted]}
    content, end = bytearray(), time.monotonic() + _ALL_SECONDS
    try:
        with (
            httpx.Client(timeout=_SECONDS, follow_redirects=True, event_hooks=hooks) as client,
            client.stream("GET", address) as response,
        ):
            # 206 would be a part of the document.
            if response.status_code != HTTPStatus.OK:
                raise NotComparable(f"{address} answered {response.status_code}.", unreachable=True)
            for part in response.iter_bytes():
                content += part
                if len(content) > LARGEST:
                    break
                if time.monotonic() > end:
                    raise NotComparable(f"{address} takes more than {_ALL_SECONDS:.0f} s to send.", unreachable=True)
    # The address of a redirect, too, may be none that Python can take apart.
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise NotComparable(
            f"{address} cannot be reached: {error or type(error).__name__}.", unreachable=True
        ) from error
    return bytes(content)


def _refuse_unencrypted(request: httpx.Request) -> None:
    """Asked for each redirect too."""
    if request.url.scheme == "http" and not _is_local(request.url.host):
        raise NotComparable(f"{request.url} is not encrypted, so anybody on the way could change it; use https.")


def _is_local(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
