"""The bytes of a document, from a file or an address."""

from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from nanonets_sdk.drift.outcome import NotComparable

LARGEST: Final = 10 * 1024 * 1024
_SECONDS: Final = 30.0


def fetch(place: str) -> bytes:
    """Return what a file or an address holds.

    Args:
        place: A path, or an address that begins with `https://` (or `http://` on this machine).

    Raises:
        NotComparable: It cannot be had, or is larger than 10 MiB.
    """
    scheme = urlsplit(place).scheme
    content = _download(place) if scheme in {"http", "https"} else _read(Path(place))
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

    if urlsplit(address).scheme == "http" and not _is_local(urlsplit(address).hostname or ""):
        raise NotComparable(f"{address} is not encrypted, so anybody on the way could change it; use https.")
    content = bytearray()
    try:
        with httpx.stream("GET", address, timeout=_SECONDS, follow_redirects=True) as response:
            response.raise_for_status()
            for part in response.iter_bytes():
                content += part
                if len(content) > LARGEST:
                    break
    except httpx.HTTPStatusError as error:
        raise NotComparable(f"{address} answered {error.response.status_code}.", unreachable=True) from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise NotComparable(
            f"{address} cannot be reached: {error or type(error).__name__}.", unreachable=True
        ) from error
    return bytes(content)


def _is_local(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
