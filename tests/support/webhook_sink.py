"""A server that keeps what is posted to it, and answers as it is told to."""

from __future__ import annotations

import json
import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Sink:
    """What was posted, oldest first, and how it is answered.

    Attributes:
        url: The address, without a slash at the end.
        got: The path and body of each request.
        status: The status of the answers.
        may_answer: Whether requests are answered, or wait until they are.
    """

    def __init__(self) -> None:
        self.url = ""
        self.got: list[tuple[str, bytes]] = []
        self.status = 200
        self.may_answer = threading.Event()
        self.may_answer.set()

    def bodies(self, path: str) -> list[Any]:
        """Return the bodies that were posted to a path, parsed."""
        return [json.loads(body) for at, body in self.got if at == path]


@contextmanager
def sink() -> Generator[Sink]:
    """Run a server."""
    kept = Sink()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            # Read first: a test that sees the request may change how the next one is answered.
            status = kept.status
            kept.got.append((self.path, self.rfile.read(int(self.headers["content-length"]))))
            kept.may_answer.wait()
            self.send_response(status)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - as in the base class
            """Keep the output of the tests clean."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        kept.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield kept
        finally:
            kept.may_answer.set()
            server.shutdown()
            thread.join()
