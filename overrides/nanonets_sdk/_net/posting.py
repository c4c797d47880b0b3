"""Posts a body once: no redirects, no proxies, nothing of the answer but its status."""

from __future__ import annotations

import http.client
from collections.abc import Mapping
from urllib.parse import urlsplit


class PostError(Exception):
    """There was no answer. The message names no part of the URL."""


def host_of(url: str) -> str:
    """Return the host and port of an HTTP URL, which are all of it that may be shown if the rest holds a token.

    Raises:
        ValueError: It is not an HTTP URL with a host.

    Examples:
        >>> host_of("https://user@example.org/hooks/TOKEN")
        'example.org:443'
    """
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("the URL must begin with http:// or https:// and have a host")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{host}:{parts.port or (443 if parts.scheme == 'https' else 80)}"


def post_json(url: str, body: bytes, *, seconds: float, headers: Mapping[str, str]) -> int:
    """Post JSON, and return the status of the answer.

    Args:
        url: The address.
        body: The JSON.
        seconds: The longest time for each step: to connect, to send, to wait for the answer.
        headers: More headers.

    Raises:
        PostError: There was no answer.
    """
    connection = None
    try:
        parts = urlsplit(url)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        connection = kind(parts.hostname or "", parts.port, timeout=seconds)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", target, body, {"Content-Type": "application/json", **headers})
        return connection.getresponse().status
    except (OSError, http.client.HTTPException, ValueError) as error:
        reason = getattr(error, "strerror", None) or "no answer"
        raise PostError(f"{type(error).__name__}: {reason}") from None
    finally:
        if connection is not None:
            connection.close()
