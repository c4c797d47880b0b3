"""The body of a response while it arrives: decoded in small steps, counted, and held once.

```text
network ──► pieces ──► Decoder ──► count ──► one buffer ──► response.content, raw of the result
                          │          │
                   UnknownCoding   TooLarge      what has arrived stays: it may be billed already
```
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from io import BytesIO
from typing import Any, Final

import httpx
from attrs import define, field

from nanonets_sdk._net.content import Decoder, NotDecodable, UnknownCoding, coding_of
from nanonets_sdk.transport.deadline import Deadline

_MOST_UNDECODED: Final = 1 << 16
_CLOSED: Final = httpx.ByteStream(b"")


class TooLarge(Exception):
    """A body is larger than it may be, after decompression.

    Attributes:
        limit: The most bytes that are kept.
    """

    def __init__(self, limit: int) -> None:
        super().__init__(f"more than {limit} bytes")
        self.limit = limit


@define(eq=False)
class Incoming(httpx.SyncByteStream, httpx.AsyncByteStream):
    """The body of a response. It keeps what has arrived: a response that breaks off may already be billed."""

    _stream: Any
    _limit: int
    _deadline: Deadline
    _decoder: Decoder
    _refused: UnknownCoding | None
    _kept: BytesIO = field(factory=BytesIO, init=False, repr=False)
    _first: bytes = field(default=b"", init=False, repr=False)

    @classmethod
    def of(cls, response: httpx.Response, limit: int, deadline: Deadline) -> Incoming:
        """Put the body of a response in between, which httpx then takes as it is.

        Args:
            response: The response, of which nothing was read.
            limit: The most bytes of content that are kept.
            deadline: When to stop receiving.
        """
        coding, refused = "", None
        if values := response.headers.get_list("content-encoding"):
            try:
                coding = coding_of(values)
                del response.headers["content-encoding"]
            except UnknownCoding as error:
                refused = error
        incoming = cls(response.stream, limit, deadline, Decoder(coding), refused)
        response.stream = incoming
        return incoming

    @property
    def received(self) -> bytes:
        """What has arrived so far: content, or bytes as they came over the wire if they cannot be decoded."""
        # While nothing is written, this is the buffer itself and not a copy.
        return self._kept.getvalue()

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._stream:
            self._take(piece)
        yield self._whole()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._stream:
            self._take(piece)
        yield self._whole()

    def _take(self, piece: bytes) -> None:
        if not self._kept.tell():
            self._first += piece[: _MOST_UNDECODED - len(self._first)]
        try:
            for step in self._decoder.decode(piece):
                room = self._limit - self._kept.tell()
                if len(step) > room:
                    self._kept.write(step[:room])
                    raise TooLarge(self._limit)
                self._kept.write(step)
                # Reads that return in time, over and over, never meet a limit of their own, and on asyncio give the
                # timer no chance; nor do the many steps of one piece.
                if self._deadline.is_past():
                    raise httpx.ReadTimeout("the deadline passed while the response was being received")
        except NotDecodable as error:
            raise self._not_decodable(error) from None

    def _whole(self) -> bytes:
        if self._refused is not None:
            raise self._refused
        try:
            self._decoder.finish()
        except NotDecodable as error:
            raise self._not_decodable(error) from None
        return self.received

    def _not_decodable(self, error: NotDecodable) -> httpx.DecodingError:
        if not self._kept.tell():
            self._kept.write(self._first[: self._limit])
        return httpx.DecodingError(f"the response cannot be decompressed: {error}")

    def close(self) -> None:
        """Close the connection, or return it to the pool."""
        self._let_go().close()

    async def aclose(self) -> None:
        """Close the connection, or return it to the pool."""
        await self._let_go().aclose()

    def _let_go(self) -> Any:
        # httpx's stream holds its response. In that circle the response and the request, with the file that was sent,
        # would stay in memory until the garbage collector comes.
        stream, self._stream = self._stream, _CLOSED
        return stream
