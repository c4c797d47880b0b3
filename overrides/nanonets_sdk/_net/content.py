"""Decodes the body of a response step by step, so that a limit on its size is a limit on memory.

A piece of 64 KiB from the network can hold 64 MiB of gzip, and a `gzip, gzip` body a thousand times that. So a piece is
decompressed in steps of at most 64 KiB, the caller counts them, and a body with more than one coding is not decoded.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from typing import Final

ACCEPTED: Final = "gzip, deflate"
"""The value of `Accept-Encoding` for what is decoded here."""

_STEP: Final = 1 << 16
_GZIP: Final = zlib.MAX_WBITS | 16
_RAW_DEFLATE: Final = -zlib.MAX_WBITS
_HEADER: Final = 2


class UnknownCoding(ValueError):
    """A body has a coding that is not decoded here, or more than one."""


class NotDecodable(ValueError):
    """A body is not what its `Content-Encoding` says, or is damaged."""


def coding_of(values: Iterable[str]) -> str:
    """Return the coding of a body, `gzip`, `deflate` or an empty string, from its `Content-Encoding` headers.

    Raises:
        UnknownCoding: It is another one, or there is more than one.
    """
    named = [name.strip().lower() for value in values for name in value.split(",")]
    codings = [name.removeprefix("x-") for name in named if name not in {"", "identity"}]
    if len(codings) > 1 or not {"gzip", "deflate"}.issuperset(codings):
        raise UnknownCoding(", ".join(codings))
    return "".join(codings)


class Decoder:
    """Decodes one body.

    Args:
        coding: What `coding_of` returned.
    """

    def __init__(self, coding: str) -> None:
        self._coding = coding
        self._unzip = zlib.decompressobj(_GZIP) if coding == "gzip" else None
        self._head = b""
        self._is_over = False
        self._may_end = self._is_new = True

    def finish(self) -> None:
        """Take note that there are no more pieces.

        Raises:
            NotDecodable: The body is not complete.
        """
        if self._coding and not (self._may_end or self._is_over):
            raise NotDecodable("it is not complete")

    def decode(self, piece: bytes) -> Iterator[bytes]:
        """Yield the content of the next piece of the body, in small steps.

        Raises:
            NotDecodable: The body is damaged.
        """
        if not self._coding:
            yield piece
            return
        if self._is_new and piece:
            self._is_new = self._may_end = False
        if self._unzip is None:
            # Some servers send raw deflate where the standard wants zlib's header around it, which has two bytes.
            self._head += piece
            if len(self._head) < _HEADER:
                return
            piece = self._head
            has_header = piece[0] & 15 == zlib.DEFLATED and int.from_bytes(piece[:_HEADER]) % 31 == 0
            self._unzip = zlib.decompressobj(zlib.MAX_WBITS if has_header else _RAW_DEFLATE)
        # zlib may hold back content after it has taken all of its input.
        step, more = b"", True
        while more and not self._is_over:
            try:
                step = self._unzip.decompress(piece, _STEP)
            except zlib.error as error:
                if not self._may_end:
                    raise NotDecodable(str(error)) from None
                # What follows a complete member and is not another one is padding.
                self._is_over = True
                return
            if step:
                self._may_end = False
                yield step
            piece = self._unzip.unconsumed_tail
            if self._unzip.eof:
                self._may_end, piece = True, self._unzip.unused_data
                self._is_over = self._coding == "deflate"
                self._unzip = zlib.decompressobj(_GZIP)
            more = bool(piece) or len(step) == _STEP
