"""Lets the sender of a request read the answer to it, also if the server did not read the whole request.

A socket that is closed while bytes lie unread in it sends RST instead of FIN, and whoever is still sending gets
`ConnectionResetError` or `BrokenPipeError` in the place of the answer. So the rest of a body is read, and thrown away,
between the answer and the close:

```text
application   start, body, end ----+           refused with 404, 405 or 413, nothing read
                                   v
Lingering     start, body ------ receive, receive, ... ------ end
                  |                 |  thrown away               |
server            |  the answer     |  until the body ends,      |  close: FIN
                  v  goes out       |  pauses, or goes on        v
sender            ...still sends... |  beyond time or size       reads the answer
```

The answer is complete for its reader before `end`, because it has a length. ASGI has no access to the socket, so this
works in any server, and in any application that mounts the one that is wrapped.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any, Final, TypeAlias

import anyio
from attrs import define, field, frozen

Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
App: TypeAlias = Callable[[Any, Receive, Send], Awaitable[None]]

SECONDS: Final = 10.0
"""How long the rest of a body is read after the answer."""
PAUSE_SECONDS: Final = 2.0
"""How long the sender of a body may pause meanwhile."""
MAX_BYTES: Final = 2**28
"""How much is read and thrown away."""


@frozen
class Lingering:
    """An ASGI application around another one, which reads what that one leaves of a request's body.

    Attributes:
        seconds: How long it reads after the answer.
        pause: How long the sender may pause meanwhile.
        max_bytes: How much it throws away.
    """

    _app: App = field(alias="app", repr=False)
    seconds: float = SECONDS
    pause: float = PAUSE_SECONDS
    max_bytes: int = MAX_BYTES

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Pass a request on, and read the rest of its body once it is answered."""
        # HTTP/2 closes streams, not connections, and cannot lose an answer this way.
        if scope["type"] == "http" and scope["http_version"].startswith("1") and _has_body(scope["headers"]):
            exchange = _Exchange(self, receive, send)
            await self._app(scope, exchange.receive, exchange.send)
        else:
            await self._app(scope, receive, send)


@define
class _Exchange:
    """One request whose body may not have been read to its end."""

    _limits: Lingering
    _receive: Receive
    _send: Send
    _is_read: bool = field(default=False, init=False)

    async def receive(self) -> Message:
        message = await self._receive()
        # A sender that went away has nothing more to read either.
        self._is_read = not (message["type"] == "http.request" and message.get("more_body", False))
        return message

    async def send(self, message: Message) -> None:
        if self._is_read:
            await self._send(message)
        elif message["type"] == "http.response.start":
            # The next request of this connection could not be told from the rest of this one.
            others = [pair for pair in message.get("headers", ()) if bytes(pair[0]).lower() != b"connection"]
            await self._send({**message, "headers": [*others, (b"connection", b"close")]})
        elif message["type"] == "http.response.body" and not message.get("more_body", False):
            await self._send({**message, "more_body": True})
            await self._read_rest()
            await self._send({"type": "http.response.body", "body": b"", "more_body": False})
        else:
            await self._send(message)

    async def _read_rest(self) -> None:
        left = self._limits.max_bytes
        with anyio.move_on_after(self._limits.seconds):
            while not self._is_read and left > 0:
                with anyio.move_on_after(self._limits.pause) as waiting:
                    left -= len((await self.receive()).get("body", b""))
                if waiting.cancelled_caught:
                    return


def _has_body(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    return any(
        name == b"transfer-encoding" or (name == b"content-length" and value.strip() != b"0") for name, value in headers
    )
