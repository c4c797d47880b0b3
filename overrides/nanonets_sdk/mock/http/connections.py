"""The open connections of the server, so that one can be cut."""

import asyncio
import socket
import struct
from typing import Any, Final, cast

from starlette.types import Scope
from uvicorn.protocols.http.h11_impl import H11Protocol

LINGER_NOT: Final = struct.pack("ii", 1, 0)
"""Close at once: the peer gets RST instead of FIN."""


class Connections:
    """Transports by the address of the peer."""

    def __init__(self) -> None:
        """Start with none."""
        self._transports: dict[tuple[str, int], asyncio.Transport] = {}

    def protocol(self) -> type[asyncio.Protocol]:
        """Return uvicorn's protocol, made to enter its transports here."""
        transports = self._transports

        class EnteredProtocol(H11Protocol):
            """Knows its place among the open connections."""

            def connection_made(self, transport: asyncio.BaseTransport) -> None:
                entered = cast("asyncio.Transport", transport)
                self.address = _address(transport.get_extra_info("peername"))
                transports[self.address] = entered
                super().connection_made(entered)

            def connection_lost(self, exc: Exception | None) -> None:
                transports.pop(self.address, None)
                super().connection_lost(exc)

        return EnteredProtocol

    def reset(self, scope: Scope) -> None:
        """Cut the connection of a request, if it is still there, with RST; what was not sent yet is lost."""
        transport = self._transports.get(_address(scope["client"]))
        if transport is None:
            return
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_NOT)
        transport.abort()

    def close(self, scope: Scope) -> None:
        """End the connection of a request when what was sent is on its way."""
        transport = self._transports.get(_address(scope["client"]))
        if transport is not None:
            transport.close()


def _address(peer: Any) -> tuple[str, int]:
    return str(peer[0]), int(peer[1])
