"""The body of a request on its way out."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from functools import partial
from threading import Lock
from typing import Final

import anyio.to_thread
import httpx
from attrs import define, field, frozen

from nanonets_sdk.errors import UploadError
from nanonets_sdk.files import FileUpload
from nanonets_sdk.transport.deadline import Deadline
from nanonets_sdk.transport.policy import Sent

_DISK_READ: Final = 1 << 20
_JOINED: Final = 1 << 18


@define(eq=False)
class Body(httpx.SyncByteStream, httpx.AsyncByteStream):
    """The body of a request, which knows how far it got and can be read again if its files can.

    Attributes:
        sent: How much of it was handed to the transport.
        error: What went wrong on this side while it was being read.
        deadline: Until when a blocking transport may go on asking for more.
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
        """Make ready to be sent (again).

        Raises:
            UploadError: A file is another one than when the call began.
        """
        self._check_files()
        self._turn += 1
        self.sent, self.error = Sent.NOTHING, None

    def __iter__(self) -> Iterator[bytes]:
        """The pieces."""
        for piece in self._pieces():
            if self.deadline is not None and self.deadline.is_past():
                raise httpx.WriteTimeout("the deadline passed while the request was going out")
            yield self._handed_over(piece)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """The pieces, read from a disk in a thread."""
        if all(upload.in_memory for upload in self._uploads):
            for piece in self._pieces():
                yield self._handed_over(piece)
            return
        take = partial(self._take, self._pieces(), self._turn)
        while taken := await anyio.to_thread.run_sync(take):
            for piece in taken:
                yield self._handed_over(piece)

    def _handed_over(self, piece: _Piece) -> bytes:
        self.sent = Sent.ALL if piece.is_last else Sent.PART
        return piece.content

    def _take(self, pieces: Iterator[_Piece], turn: int) -> list[_Piece]:
        """As many pieces as one trip to a worker thread is worth."""
        taken: list[_Piece] = []
        size = 0
        while size < _DISK_READ and (piece := self._next(pieces, turn)) is not None:
            taken.append(piece)
            size += len(piece.content)
        return taken

    def _next(self, pieces: Iterator[_Piece], turn: int) -> _Piece | None:
        # A thread cannot be cancelled: one of an earlier try may still be reading when the next one begins.
        with self._reading:
            return next(pieces, None) if turn == self._turn else None

    def _pieces(self) -> Iterator[_Piece]:
        """The stream's pieces, small ones joined, for each costs a system call; the last one comes alone."""
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
            # Without its last piece the request is void: half of an old file and half of a new one is not billed.
            self._check_files()
        except UploadError as error:
            self.error = error
            raise
        if size:
            yield _Piece(b"".join(small))
        yield _Piece(last, is_last=True)

    def _check_files(self) -> None:
        for upload in self._uploads:
            upload.check()


@frozen
class _Piece:
    content: bytes
    is_last: bool = False
