"""Responses that faults send: reset, cut off or slow."""

from collections.abc import Sequence

from attrs import define
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from nanonets_sdk.mock.faults import Fault, RawResponse
from nanonets_sdk.mock.http.connections import Connections


class FaultyResponse(Response):
    """A response that the first fault with a way of its own sends; without one, it is sent as usual."""

    def __init__(self, response: RawResponse, faults: Sequence[Fault], connections: Connections) -> None:
        super().__init__(response.content, response.status, response.headers)
        self._faults = faults
        self._connections = connections

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the response."""
        wire = _Wire(self, scope, receive, send, self._connections)
        for fault in self._faults:
            if await fault.send(bytes(self.body), wire):
                return
        await super().__call__(scope, receive, send)


class ResetResponse(Response):
    """No response: the connection is reset."""

    def __init__(self, connections: Connections) -> None:
        super().__init__()
        self._connections = connections

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002  # ASGI's form
        """Reset the connection."""
        self._connections.reset(scope)
        await _until_disconnected(receive)


@define
class _Wire:
    """The connection of one request."""

    response: Response
    scope: Scope
    receive: Receive
    asgi_send: Send
    connections: Connections

    async def start(self) -> None:
        head = {"status": self.response.status_code, "headers": self.response.raw_headers}
        await self.asgi_send({"type": "http.response.start", **head})

    async def write(self, piece: bytes, *, more: bool = True) -> None:
        await self.asgi_send({"type": "http.response.body", "body": piece, "more_body": more})

    async def close(self) -> None:
        self.connections.close(self.scope)
        await _until_disconnected(self.receive)


async def _until_disconnected(receive: Receive) -> None:
    # uvicorn would answer 500 for an application that returns without a complete response on an open connection.
    while (await receive())["type"] != "http.disconnect":
        pass
