"""Responses that a fault has broken: reset, cut off or slow."""

import anyio
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from nanonets_sdk.mock.faults import Pieces, RawResponse
from nanonets_sdk.mock.http.connections import Connections


class ResetResponse(Response):
    """No response: the connection is reset."""

    def __init__(self, connections: Connections) -> None:
        super().__init__()
        self._connections = connections

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002  # ASGI's form
        """Reset the connection."""
        self._connections.reset(scope)
        await _until_disconnected(receive)


class PiecewiseResponse(Response):
    """A response whose body is sent in pieces, and perhaps not to its end."""

    def __init__(self, response: RawResponse, pieces: Pieces, connections: Connections) -> None:
        super().__init__(response.content, response.status, response.headers)
        self._pieces = pieces
        self._connections = connections

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the response."""
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        for piece in self._pieces.content:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
            await anyio.sleep(self._pieces.pause)
        if self._pieces.complete:
            await send({"type": "http.response.body", "body": b""})
        else:
            self._connections.close(scope)
            await _until_disconnected(receive)


async def _until_disconnected(receive: Receive) -> None:
    # uvicorn would answer 500 for an application that returns without a complete response on an open connection.
    while (await receive())["type"] != "http.disconnect":
        pass
