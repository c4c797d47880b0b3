"""Answers that break: reset, cut off, slow, or other than they should be."""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import anyio
import msgspec
from attrs import frozen
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from nanonets_sdk.mock.faults import Answer, ExtraField, Fault, Nested, OtherStatus, WrongType
from nanonets_sdk.mock.http.connections import Connections

PIECES_A_SECOND = 10
BODILESS = (204, 304)
"""Statuses whose answers have no body, whatever was asked for."""


@frozen
class Answered:
    """A status, a body as bytes, and headers."""

    status: int
    content: bytes
    headers: dict[str, str]

    def response(self) -> Response:
        """Return it as a response."""
        return Response(self.content, self.status, self.headers)


class ResetConnection(Response):
    """No answer: the connection is reset."""

    def __init__(self, connections: Connections) -> None:
        """Know the connections."""
        super().__init__()
        self._connections = connections

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002  # ASGI's form
        """Reset, and wait until the server knows it."""
        self._connections.reset(scope)
        await _until_disconnected(receive)


class TruncatedBody(Response):
    """Fewer bytes than the headers promise, then the end of the connection."""

    def __init__(self, answered: Answered, at: int, connections: Connections) -> None:
        """Keep what to send and how much of it."""
        super().__init__(answered.content, answered.status, answered.headers)
        self._at = at
        self._connections = connections

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the beginning and close."""
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        await send({"type": "http.response.body", "body": self.body[: self._at], "more_body": True})
        self._connections.close(scope)
        await _until_disconnected(receive)


class SlowBody(Response):
    """A body that trickles."""

    def __init__(self, answered: Answered, bytes_per_second: int) -> None:
        """Keep what to send and how fast."""
        super().__init__(answered.content, answered.status, answered.headers)
        self._piece = max(1, bytes_per_second // PIECES_A_SECOND)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002  # ASGI's form
        """Send a piece at a time."""
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        for start in range(0, len(self.body), self._piece):
            piece = bytes(self.body[start : start + self._piece])
            await send({"type": "http.response.body", "body": piece, "more_body": True})
            await anyio.sleep(1 / PIECES_A_SECOND)
        await send({"type": "http.response.body", "body": b""})


async def _until_disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def answer_content(answer: Answer) -> bytes:
    """Return the body of an answer that replaces another."""
    if answer.body is None:
        return b""
    return answer.body.encode() if isinstance(answer.body, str) else msgspec.json.encode(answer.body)


def replaced(answer: Answer) -> Answered:
    """Return the answer that replaces another."""
    if answer.status in BODILESS:
        return Answered(answer.status, b"", answer.headers)
    content_type = "text/html; charset=utf-8" if isinstance(answer.body, str) else "application/json"
    return Answered(answer.status, answer_content(answer), {"content-type": content_type, **answer.headers})


def bent(answered: Answered, faults: Iterable[Fault]) -> Answered:
    """Return the answer with what the faults change in it."""
    for fault in faults:
        answered = _bent(answered, fault)
    return answered


def _bent(answered: Answered, fault: Fault) -> Answered:
    if isinstance(fault, OtherStatus):
        content = b"" if fault.status in BODILESS else answered.content
        return Answered(fault.status, content, answered.headers)
    if isinstance(fault, Answer) and fault.after_work:
        return replaced(fault)
    if isinstance(fault, Nested | ExtraField | WrongType):
        with suppress(msgspec.DecodeError):  # a text, or no body at all, which another fault put here
            body = changed(msgspec.json.decode(answered.content), fault)
            return Answered(answered.status, msgspec.json.encode(body), answered.headers)
    return answered


def changed(body: Any, fault: Nested | ExtraField | WrongType) -> Any:
    """Return a reply body with a fault in it; where the place of the fault is not there, nothing changes."""
    if isinstance(fault, Nested):
        return _nested(body)
    pointer = f"{fault.pointer}/{fault.name}" if isinstance(fault, ExtraField) else fault.pointer
    _put(body, pointer.split("/")[1:], fault.value)
    return body


def _nested(reply: Any) -> Any:
    with suppress(LookupError, TypeError):
        return reply | {"result": [{"message": reply["message"], "result": reply["result"]}]}
    return reply


def _put(body: Any, steps: list[str], value: Any) -> None:
    place = body
    with suppress(LookupError, TypeError, ValueError):
        for step in steps[:-1]:
            place = place[_key(place, step)]
        place[_key(place, steps[-1])] = value


def _key(place: Any, step: str) -> int | str:
    return int(step) if isinstance(place, list) else step
