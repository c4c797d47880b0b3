"""The open connections of the server, so that a fault can cut one.

An ASGI application cannot reach its socket. uvicorn's protocol can, so a subclass of it enters each transport here, by
the address of the client, which ASGI passes on as `scope["client"]`.
"""

import asyncio
import socket
import struct
from typing import Any, Final, cast

from starlette.types import Scope
from uvicorn.protocols.http.h11_impl import H11Protocol

# SO_LINGER with a timeout of zero: closing sends RST instead of FIN.
NO_LINGER: Final = struct.pack("ii", 1, 0)
# A connection is accepted in one turn of the loop, read in the next, and its request is handled in the third.
TURNS: Final = 8
SETTLE_SECONDS: Final = 10


class Connections:
    """Transports by the address of the client.

    Attributes:
        loop: The event loop of the server; None until it runs.
    """

    def __init__(self) -> None:
        self.loop: asyncio.AbstractEventLoop | None = None
        self._transports: dict[tuple[str, int], asyncio.Transport] = {}

    def settle(self) -> None:
        """Let the server take up what has arrived. Call this from another thread than the server's."""

        async def turns() -> None:
            for _ in range(TURNS):
                await asyncio.sleep(0)

        if self.loop is not None and self.loop.is_running():
            asyncio.run_coroutine_threadsafe(turns(), self.loop).result(SETTLE_SECONDS)

    def protocol(self) -> type[asyncio.Protocol]:
        """Return a protocol for uvicorn that enters its transports here."""
        transports = self._transports

        class RegisteringProtocol(H11Protocol):
            """Enters its transport while it is open."""

            def connection_made(self, transport: asyncio.BaseTransport) -> None:
                opened = cast("asyncio.Transport", transport)
                self.address = _address(transport.get_extra_info("peername"))
                transports[self.address] = opened
                super().connection_made(opened)

            def connection_lost(self, exc: Exception | None) -> None:
                transports.pop(self.address, None)
                super().connection_lost(exc)

        return RegisteringProtocol

    def reset(self, scope: Scope) -> None:
        """Reset the connection of a request with RST, if it is still open. What is not sent yet is lost."""
        transport = self._transports.get(_address(scope["client"]))
        if transport is not None:
            transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
            transport.abort()

    def close(self, scope: Scope) -> None:
        """Close the connection of a request once everything written has been sent."""
        transport = self._transports.get(_address(scope["client"]))
        if transport is not None:
            transport.close()


def _address(peer: Any) -> tuple[str, int]:
    # An IPv6 peer has four members, and ASGI passes on the first two.
    return str(peer[0]), int(peer[1])
