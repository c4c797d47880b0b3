"""A sender that reads the answer only after it has sent everything, as most HTTP clients do."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

LARGE = 24 << 20
"""More bytes than the buffers of both ends of a connection hold."""


def posted(url: str, size: int = LARGE, *, method: str = "POST", headers: str = "", seconds: float = 30) -> bytes:
    """Send a request with a body, then read what the server answers until it closes the connection.

    Raises:
        ConnectionError: The server closed the connection while it was being sent.
    """
    parts = urlsplit(url)
    path = parts.path or "/"
    head = f"{method} {path} HTTP/1.1\r\nHost: {parts.netloc}\r\nContent-Length: {size}\r\n{headers}\r\n"
    with socket.create_connection((parts.hostname or "", parts.port or 80), timeout=seconds) as connection:
        connection.sendall(head.encode() + bytes(size))
        answer = bytearray()
        while piece := connection.recv(65_536):
            answer += piece
        return bytes(answer)
