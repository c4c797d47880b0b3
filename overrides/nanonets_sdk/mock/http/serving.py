"""Serves an ASGI application on a socket, in a thread of its own."""

import asyncio
import os
import socket
import threading
from typing import Final

import uvicorn
from starlette.types import ASGIApp

from nanonets_sdk._net.serving import PromptServer
from nanonets_sdk.mock.http.connections import Connections

START_SECONDS: Final = 30
GRACE_SECONDS: Final = 1
BACKLOG: Final = 2_048


def listening_socket(host: str, port: int) -> socket.socket:
    """Return a listening socket; port 0 takes a free one."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio switches off Nagle's algorithm only where the protocol is named; without that, replies come 40 ms late.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


class _Server(PromptServer):
    def __init__(self, connections: Connections, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._connections = connections
        self.is_settled = threading.Event()
        self.problem: Exception | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and tell the connections which event loop they are on."""
        self._connections.loop = asyncio.get_running_loop()
        await super().startup(sockets)
        self.is_settled.set()

    def run(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve, until `leave` is called or the start fails."""
        try:
            super().run(sockets)
        except Exception as error:
            if self.started:
                raise
            self.problem = error
        finally:
            self.is_settled.set()


class ServingThread:
    """A running server."""

    def __init__(self, app: ASGIApp, listener: socket.socket, connections: Connections) -> None:
        """Start to serve.

        Raises:
            RuntimeError: The server did not start.
        """
        self._server = _Server(
            connections,
            uvicorn.Config(
                app,
                http=connections.protocol(),
                ws="none",
                lifespan="off",
                log_config=None,
                log_level="critical",
                access_log=False,
                proxy_headers=False,
                server_header=False,
                timeout_graceful_shutdown=GRACE_SECONDS,
            ),
        )
        self._thread = threading.Thread(target=self._server.run, args=([listener],), name="nanonets-mock", daemon=True)
        self._thread.start()
        if not self._server.is_settled.wait(START_SECONDS) or not self._server.started:
            raise RuntimeError("The mock's server did not start") from self._server.problem

    def stop(self) -> None:
        """Stop the server. Open requests get one more second."""
        self._server.leave()
        self._thread.join()
