"""Lets aiohttp read the response heads that httpx reads: a length given twice, or beside chunks.

Some proxies add a second `Content-Length`, or leave it beside `Transfer-Encoding: chunked`. RFC 9110, section 8.6, and
RFC 9112, section 6.3, say what such a head means; aiohttp's parser rejects it, and with it a response that is paid for.
So the heads are corrected on their way to the parser:

```text
asyncio transport ──► Heads ──► aiohttp's ResponseHandler
                      until the end of the final head; the body passes untouched
```

The parser also tells nobody about a chunk that is not one, if the head came before it, and the body would be waited for
until the deadline. What it noted is passed on to the body here.
"""

from __future__ import annotations

import asyncio
import re
import weakref
from collections.abc import Callable
from typing import Any, Final, Protocol

import aiohttp
import httpx

_LONGEST_HEAD: Final = 1 << 17
_END: Final = re.compile(rb"\r?\n\r?\n")
_INFORMATIONAL: Final = re.compile(rb"HTTP/1\.\d 1(?!01)\d\d")
_LENGTH: Final = re.compile(rb"(?i)^content-length:([^\r\n]*)\r?\n", re.MULTILINE)
_CHUNKED: Final = re.compile(rb"(?i)^transfer-encoding:[^\r\n]*\bchunked[ \t]*\r?$", re.MULTILINE)


class Parser(Protocol):
    """What is used of aiohttp's `ResponseHandler`."""

    transport: Any

    def data_received(self, data: bytes) -> None:
        """Take bytes of responses."""
        ...

    def eof_received(self) -> None:
        """Take note that the server sends no more."""
        ...

    def connection_lost(self, exc: BaseException | None) -> None:
        """Take note that the connection has ended."""
        ...

    def pause_writing(self) -> None:
        """Stop sending."""
        ...

    def resume_writing(self) -> None:
        """Go on sending."""
        ...

    def set_exception(self, exc: BaseException) -> None:
        """End the response that is being received."""
        ...

    def exception(self) -> BaseException | None:
        """Return what was wrong with the response that is being received."""
        ...


class Heads(asyncio.Protocol):
    """Corrects the heads of the responses on one connection.

    Args:
        parser: aiohttp's protocol of the connection.
    """

    def __init__(self, parser: Parser) -> None:
        self._parser = parser
        self._head = b""
        self._is_expected = False
        self._transport: asyncio.Transport | None = None
        self._response: Callable[[], aiohttp.ClientResponse | None] = lambda: None

    @classmethod
    def before(cls, parser: Parser) -> Heads:
        """Return what corrects the heads on a connection, over which a request is about to be sent."""
        transport: asyncio.Transport | None = parser.transport
        heads = cls.on(transport)
        if heads is None:
            heads = cls(parser)
            if transport is not None:
                transport.set_protocol(heads)
            heads._transport = transport
        heads._head, heads._is_expected = b"", True
        return heads

    @classmethod
    def on(cls, transport: asyncio.Transport | None) -> Heads | None:
        """Return what corrects the heads on a transport, if there is one."""
        heads = None if transport is None else transport.get_protocol()
        return heads if isinstance(heads, cls) else None

    def expect(self, response: aiohttp.ClientResponse) -> aiohttp.ClientResponse:
        """Take note of the response that is received next, and return it."""
        self._response = weakref.ref(response)
        if isinstance(response, Response):
            response.heads = self
        return response

    def end_broken(self) -> None:
        """End the body of the response if the parser has found that it is not HTTP."""
        response = self._response()
        # The type says that there always is a body; before the head was read it is None.
        content: aiohttp.StreamReader | None = None if response is None else response.content
        if content is not None and content.exception() is None and self._parser.exception() is not None:
            content.set_exception(aiohttp.ClientPayloadError("the response is not valid HTTP"))

    def data_received(self, data: bytes) -> None:
        """Pass bytes on, after the head is complete."""
        if not self._is_expected:
            self._pass_on(data)
            return
        self._head += data
        start = 0
        while end := _END.search(self._head, start):
            if not _INFORMATIONAL.match(self._head, start):
                self._pass_on_final(start, end.end())
                return
            start = end.end()
        # Nobody here waits for an informational response, and parsing a flood of them would hold up the event loop.
        self._head = self._head[start:]
        if len(self._head) > _LONGEST_HEAD:
            self._flush()

    def _pass_on_final(self, start: int, end: int) -> None:
        try:
            head = corrected(self._head[start:end])
        except httpx.RemoteProtocolError as error:
            self._parser.set_exception(error)
            self.abort()
            return
        self._head = self._head[end:]
        self._pass_on(head)
        self._flush()

    def _flush(self) -> None:
        self._is_expected, rest, self._head = False, self._head, b""
        if rest:
            self._pass_on(rest)

    def _pass_on(self, data: bytes) -> None:
        self._parser.data_received(data)
        self.end_broken()

    def eof_received(self) -> None:
        """Pass on what there is: the server sends no more."""
        self._flush()
        self._parser.eof_received()

    def connection_lost(self, exc: BaseException | None) -> None:
        """Pass on what there is: the connection has ended."""
        self._flush()
        self._transport = None
        self._parser.connection_lost(exc)

    def abort(self) -> None:
        """End the connection at once, even if the parser has closed it and TLS waits for the server's goodbye."""
        # asyncio raises AttributeError if a transport is aborted that had been closed and has sent its last bytes.
        if self._transport is not None:
            self._transport.abort()

    def pause_writing(self) -> None:
        """Stop sending."""
        self._parser.pause_writing()

    def resume_writing(self) -> None:
        """Go on sending."""
        self._parser.resume_writing()


def corrected(head: bytes) -> bytes:
    r"""Return a response head with at most one way to find the end of the body.

    Raises:
        httpx.RemoteProtocolError: It gives several lengths.

    Examples:
        >>> corrected(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\ncontent-length: 2\r\n\r\n")
        b'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n'
    """
    given: list[bytes] = _LENGTH.findall(head)
    lengths = {length.strip() for value in given for length in value.split(b",")}
    if len(lengths) > 1:
        raise httpx.RemoteProtocolError("conflicting Content-Length headers")
    if _CHUNKED.search(head):
        return _LENGTH.sub(b"", head)
    if len(given) > 1 or b"," in b"".join(given):
        line, _, rest = _LENGTH.sub(b"", head).partition(b"\n")
        return line + b"\nContent-Length: " + lengths.pop() + b"\r\n" + rest
    return head


class Response(aiohttp.ClientResponse):
    """A response whose head and broken body may have come in one packet."""

    heads: Heads

    async def start(self, connection: Any) -> aiohttp.ClientResponse:
        """Receive the head."""
        started = await super().start(connection)
        self.heads.end_broken()
        return started
