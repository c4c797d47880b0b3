"""A proxy before the mock whose listings are late, and which resets what the mock leaves without an answer."""

from __future__ import annotations

import http.client
import json
import re
import socket
import struct
import threading
import time
from collections import defaultdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

_HOP_BY_HOP: Final = {"host", "connection", "transfer-encoding", "content-length", "date", "server"}
_COMES_BACK_SECONDS: Final = 60
_NO_LINGER: Final = struct.pack("ii", 1, 0)
_METADATA: Final = re.compile(rb'name="request_metadata"\r\n(?:[^\r\n]+\r\n)*\r\n([^\r\n]+)\r\n')


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Write nothing: clients are killed all the time."""


class LateProxy:
    """Forwards to a port. A listing shows a file only some seconds after it was sent, whether it was answered or not.

    Attributes:
        late: The seconds.
        base_url: The base URL for a client.
        listings: How many listings were asked for.
        sent: When each file was sent, every time, by the metadata that it was sent with.
    """

    def __init__(self, port: int, late: float) -> None:
        self.port, self.late, self.listings = port, late, 0
        self.sent: defaultdict[str, list[float]] = defaultdict(list)
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name in the base class
                """Write nothing."""

            def forward(self) -> None:
                proxy.forward(self)

            do_GET = do_POST = forward  # noqa: N815 - names that the base class looks for

        self._server = _Server(("127.0.0.1", 0), Handler)
        self.base_url = f"http://127.0.0.1:{self._server.server_address[1]}/api/v2"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def forward(self, handler: BaseHTTPRequestHandler) -> None:
        """Forward one request."""
        try:
            body = _body_of(handler)
            for metadata in _METADATA.findall(body or b""):
                self.sent[metadata.decode()].append(time.monotonic())
            headers = {name: value for name, value in handler.headers.items() if name.lower() not in _HOP_BY_HOP}
            upstream = self._upstream()
            try:
                upstream.request(handler.command, handler.path, body, headers)
                response = upstream.getresponse()
                content = response.read()
            finally:
                upstream.close()
            if response.status == 200:
                content = self._late(handler, content)
            handler.send_response(response.status)
            for name, value in response.getheaders():
                if name.lower() not in _HOP_BY_HOP:
                    handler.send_header(name, value)
            handler.send_header("content-length", str(len(content)))
            handler.end_headers()
            handler.wfile.write(content)
        except (OSError, http.client.HTTPException, ValueError):
            handler.close_connection = True
            handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
            handler.connection.close()

    def _upstream(self) -> http.client.HTTPConnection:
        """Connect to the service, which may have been killed and be about to come back."""
        end = time.monotonic() + _COMES_BACK_SECONDS
        while True:
            upstream = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
            try:
                upstream.connect()
            except OSError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.1)
            else:
                return upstream

    def _late(self, handler: BaseHTTPRequestHandler, content: bytes) -> bytes:
        if "start_day_interval" not in handler.path:
            return content
        self.listings += 1
        listing, now = json.loads(content), time.monotonic()
        for side in ("moderated_images", "unmoderated_images"):
            listing[side] = [
                image for image in listing[side] if now - self.sent[image["request_metadata"]][-1] > self.late
            ]
        return json.dumps(listing).encode()


def _body_of(handler: BaseHTTPRequestHandler) -> bytes | None:
    if handler.headers.get("transfer-encoding", "").lower() == "chunked":
        pieces = bytearray()
        while size := int(handler.rfile.readline(), 16):
            pieces += _exactly(handler, size)
            handler.rfile.readline()
        handler.rfile.readline()
        return bytes(pieces)
    length = handler.headers.get("content-length")
    return None if length is None else _exactly(handler, int(length))


def _exactly(handler: BaseHTTPRequestHandler, size: int) -> bytes:
    content = handler.rfile.read(size)
    if len(content) < size:
        raise OSError("the client has gone")
    return content
