"""Serves the tiny files on loopback, for a service on this machine that fetches URLs."""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from nanonets_sdk.contract.proving.files import tiny_pdf, tiny_picture

_FILES: Final = {"/invoice.pdf": ("application/pdf", tiny_pdf), "/receipt.png": ("image/png", tiny_picture)}


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        """Answer with a file, or with 404."""
        kind, content = _FILES.get(self.path, ("text/plain", bytes))
        body = content()
        self.send_response(HTTPStatus.OK if body else HTTPStatus.NOT_FOUND)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the names of http.server
        """Print nothing; the terminal belongs to the report."""


@contextmanager
def served_files() -> Generator[tuple[str, ...]]:
    """Serve the files, and yield their URLs."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield tuple(f"http://127.0.0.1:{server.server_port}{path}" for path in _FILES)
        finally:
            server.shutdown()
            thread.join()
