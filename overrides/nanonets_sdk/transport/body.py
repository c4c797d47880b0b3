"""The tracked body of a request: it records how much of it was sent, and can be replayed if its files can.

Whether a call that bills may be repeated depends on what the service can have received. The transport's errors do not
say: a connection that broke after the last byte raises the same types as one that broke before the first. So the body
itself counts what the transport takes from it:

```text
            first piece            last piece (a multipart body's closing boundary)
               │                       │
  NOTHING ─────┴──────── PART ─────────┴──────── ALL
  no byte left           some bytes may have     the request may be complete at the service,
  this machine           left; the request       which may have carried it out
                         cannot be complete
```

A request without its last byte is incomplete, and a server must not act on it (RFC 9112, sections 6.3 and 8). That is
why the last piece is always handed over on its own, and why the files are checked right before it: the boundary is
withheld from a file that changed while it was being read. See docs/decisions/0003-when-a-call-may-be-repeated.md.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from enum import Enum
from functools import partial
from threading import Lock
from typing import Final, NamedTuple

import anyio.to_thread
import httpx
from attrs import define, field

from nanonets_sdk.errors import UploadError
from nanonets_sdk.files import FileUpload
from nanonets_sdk.transport.deadline import Deadline

_DISK_READ: Final = 1 << 20
_JOINED: Final = 1 << 18


class Sent(Enum):
    """How much of a request can have reached the service."""

    NOTHING = "nothing"
    PART = "part"
    ALL = "all"


@define(eq=False)
class TrackedBody(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A request body that records how much of it was sent.

    Attributes:
        sent: How much of it was handed to the transport in this attempt.
        error: What went wrong with a file while it was being read.
        deadline: When a blocking transport must stop sending.
    """

    _stream: httpx.SyncByteStream
    _uploads: tuple[FileUpload, ...]
    _is_repeatable: bool = field(default=True, alias="is_repeatable")
    sent: Sent = Sent.NOTHING
    error: UploadError | None = None
    deadline: Deadline | None = None
    _turn: int = field(default=0, init=False)
    _reading: Lock = field(factory=Lock, init=False, repr=False)

    @property
    def replayable(self) -> bool:
        """Whether it can be sent again."""
        return self._is_repeatable and all(upload.replayable for upload in self._uploads)

    def rewind(self) -> None:
        """Prepare to be sent again.

        Raises:
            UploadError: A file has changed since the call began.
        """
        self._check_files()
        self._turn += 1
        self.sent, self.error = Sent.NOTHING, None

    def __iter__(self) -> Iterator[bytes]:
        # httpx limits each write, not their sum: a service that reads in trickles would never exceed the limit.
        for piece in self._pieces():
            if self.deadline is not None and self.deadline.is_past():
                raise httpx.WriteTimeout("the deadline passed while the request was being sent")
            yield self._handed_over(piece)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        # A trip to a worker thread takes longer than copying a piece of memory.
        if all(upload.in_memory for upload in self._uploads):
            for piece in self._pieces():
                yield self._handed_over(piece)
            return
        take = partial(self._take, self._pieces(), self._turn)
        while taken := await anyio.to_thread.run_sync(take):
            for piece in taken:
                yield self._handed_over(piece)
            if taken[-1].is_last:
                return

    def _handed_over(self, piece: _Piece) -> bytes:
        # Noted before the transport has the piece, because it does not tell what it did with it.
        self.sent = Sent.ALL if piece.is_last else Sent.PART
        return piece.content

    def _take(self, pieces: Iterator[_Piece], turn: int) -> list[_Piece]:
        """Take pieces in a worker thread, as many as make the trip worth it.

        A thread cannot be cancelled. When an attempt is given up, its thread may still be reading the file that the
        next attempt starts to read. The lock lets one of them read at a time; the turn number, which `rewind` counts
        up, tells the thread of an earlier attempt to stop before it takes a piece from the later one.
        """
        taken: list[_Piece] = []
        size = 0
        while size < _DISK_READ:
            with self._reading:
                piece = next(pieces, None) if turn == self._turn else None
            if piece is None:
                break
            taken.append(piece)
            size += len(piece.content)
            if piece.is_last:
                break
        return taken

    def _pieces(self) -> Iterator[_Piece]:
        """Yield the stream's content, small pieces joined because each costs a system call, the last one alone."""
        small: list[bytes] = []
        size = 0
        last = b""
        try:
            for content in self._stream:
                small.append(last)
                size += len(last)
                last = content
                if size >= _JOINED:
                    yield _Piece(b"".join(small))
                    small, size = [], 0
            # Half of an old file and half of a new one must never be billed.
            self._check_files()
        except UploadError as error:
            # The transport may replace the exception with one of its own.
            self.error = error
            raise
        if size:
            yield _Piece(b"".join(small))
        yield _Piece(last, is_last=True)

    def _check_files(self) -> None:
        for upload in self._uploads:
            upload.check()


class _Piece(NamedTuple):
    content: bytes
    is_last: bool = False
