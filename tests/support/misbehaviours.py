"""Servers that misbehave, as scripts for `raw_server`: each row can cost a client time, memory or an answer."""

from __future__ import annotations

import gzip
import os
import socket
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import chain, count, repeat
from typing import Any, Final

from raw_server import Connection, HungUp, Script

OK: Final = b'{"model_id": "m-1", "message": "Success", "result": []}'
HEAD: Final = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
FAILED: Final = b"HTTP/1.1 500 Oops\r\n"
REFUSED: Final = b"HTTP/1.1 400 Bad\r\n"
CHUNKED: Final = b"Transfer-Encoding: chunked\r\n\r\n"
EARLY: Final = b'HTTP/1.1 413 Too Large\r\nContent-Length: 20\r\n\r\n{"message": "Early"}'
PAUSE: Final = 0.15
HINTS: Final = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
SPACES: Final = b" " * (1 << 16)


def after_the_request(pieces: Iterable[bytes] | Callable[[], Iterable[bytes]], pause: float = 0.0) -> Script:
    """Read the request, then send pieces, with a pause after each, and wait."""

    def script(connection: Connection) -> None:
        connection.request()
        for piece in pieces() if callable(pieces) else pieces:
            connection.send(piece)
            if connection.stopping.is_set():
                raise HungUp
            if pause:
                connection.pause(pause)
        connection.until_hung_up()

    return script


def dripping(head: bytes, rest: bytes) -> Script:
    """Send a beginning at once, and the rest byte by byte."""
    return after_the_request([head, *(bytes([byte]) for byte in rest)], PAUSE)


def chunks(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Frame pieces as chunks."""
    return (b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces if piece)


def sized(head: bytes, body: bytes) -> list[bytes]:
    """A response with its length."""
    return [head, b"Content-Length: %d\r\n\r\n" % len(body), body]


def zipped_without_end() -> Iterator[bytes]:
    """Spaces, compressed, for ever."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    return (deflate.compress(SPACES * 16) for _ in count())


@cache
def bomb() -> bytes:
    """Two gigabytes of spaces in two megabytes."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    return b"".join([*(deflate.compress(SPACES * 16) for _ in range(2048)), deflate.flush()])


def bomb_in(head: bytes) -> Script:
    return after_the_request(lambda: sized(head + b"Content-Encoding: gzip\r\n", bomb()))


def nested_bomb_in(head: bytes) -> Script:
    return after_the_request(lambda: sized(head + b"Content-Encoding: gzip, gzip\r\n", gzip.compress(bomb())))


def endless(head: bytes, pieces: Callable[[], Iterable[bytes]]) -> Script:
    """Send a head, and then pieces as long as someone reads them."""
    return after_the_request(lambda: chain([head], pieces()))


def reading(size: int, pause: float) -> Script:
    """Read the request in small sips."""

    def script(connection: Connection) -> None:
        while connection.socket.recv(size):
            connection.pause(pause)

    return script


def resetting_early(connection: Connection) -> None:
    connection.head()
    connection.reset()


def never_reading(connection: Connection) -> None:
    connection.reset()
    connection.until_hung_up()


def answering_early(*, then_resets: bool) -> Script:
    """Answer before the body was read; then reset the connection, or keep it and read nothing."""

    def script(connection: Connection) -> None:
        connection.head()
        connection.send(EARLY)
        if then_resets:
            connection.pause(PAUSE)
            connection.reset()
        else:
            connection.reset()
            connection.until_hung_up()

    return script


ANSWERS: Final[dict[str, Script]] = {
    "never answers": after_the_request([]),
    "answers well": after_the_request(sized(HEAD, OK)),
    "drips the status line": dripping(b"HTTP/1.1 200 ", b"O" * 400),
    "drips a header": dripping(HEAD + b"X-A: ", b"a" * 400),
    "drips headers": after_the_request([HEAD, *(b"X-%d: a\r\n" % number for number in range(400))], PAUSE),
    "drips the body": dripping(HEAD + b"Content-Length: 400\r\n\r\n", b" " * 400),
    "drips chunks": after_the_request([HEAD + CHUNKED, *chunks([b" "] * 400)], PAUSE),
    "drips a chunk's size": dripping(HEAD + CHUNKED, b"0" * 400),
    "drips an error": dripping(FAILED + b"Content-Length: 400\r\n\r\n", b" " * 400),
    "drips without a length": dripping(b"HTTP/1.0 200 OK\r\n\r\n", b" " * 400),
    "drips 100 Continue": after_the_request([b"HTTP/1.1 100 Continue\r\n\r\n"] * 400, PAUSE),
    "floods with 103 Early Hints": endless(b"", lambda: repeat(HINTS * 1000)),
    "stops after 100 Continue": after_the_request([b"HTTP/1.1 100 Continue\r\n\r\n"]),
    "answers after 100 Continue": after_the_request([b"HTTP/1.1 100 Continue\r\n\r\n", *sized(HEAD, OK)]),
    "switches protocols": after_the_request([b"HTTP/1.1 101 S\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n"]),
    "sends headers without end": endless(HEAD, lambda: repeat(b"X-Y: " + b"a" * 65000 + b"\r\n")),
    "sends noise without end": endless(b"", lambda: (os.urandom(1 << 16) for _ in count())),
    "sends chunks without end": endless(HEAD + CHUNKED, lambda: chunks(repeat(SPACES))),
    "sends a gigabyte": endless(HEAD + b"Content-Length: 1073741824\r\n\r\n", lambda: repeat(SPACES * 16, 1024)),
    "sends a bomb": bomb_in(HEAD),
    "sends a bomb in a bomb": nested_bomb_in(HEAD),
    "sends gzip without end": endless(
        HEAD + b"Content-Encoding: gzip\r\n" + CHUNKED, lambda: chunks(zipped_without_end())
    ),
    "sends members without end": endless(
        HEAD + b"Content-Encoding: gzip\r\n" + CHUNKED, lambda: chunks(repeat(gzip.compress(SPACES * 16)))
    ),
    "sends an error without end": endless(FAILED + CHUNKED, lambda: chunks(repeat(SPACES))),
    "sends a bomb as an error": bomb_in(REFUSED),
    "sends a bomb in a bomb as an error": nested_bomb_in(REFUSED),
    "announces too much": after_the_request([HEAD, b"Content-Length: 99999999999999999999\r\n\r\n{}"]),
    "announces less than nothing": after_the_request([HEAD, b"Content-Length: -5\r\n\r\n{}"]),
    "announces two lengths": after_the_request([HEAD, b"Content-Length: 55\r\n", *sized(b"", OK)]),
    "announces different lengths": after_the_request([HEAD, b"Content-Length: 7\r\n", *sized(b"", OK)]),
    "announces a length and chunks": after_the_request(
        [HEAD, b"Content-Length: 55\r\n", CHUNKED, *chunks([OK]), b"0\r\n\r\n"]
    ),
    "sends a chunk that is not one": after_the_request([HEAD + CHUNKED, b"xyz\r\n"], PAUSE),
    "breaks off": after_the_request([HEAD + b"Content-Length: 400\r\n\r\n" + OK[:20]]),
    "redirects to itself": after_the_request(sized(b"HTTP/1.1 302 Found\r\nLocation: /\r\n", b"")),
    "redirects elsewhere": after_the_request(sized(b"HTTP/1.1 307 T\r\nLocation: http://127.0.0.2:1/\r\n", b"")),
    "asks to wait for ever": after_the_request(sized(b"HTTP/1.1 429 Slow\r\nRetry-After: 1e300\r\n", b"{}")),
    "asks to come back at once": after_the_request(sized(b"HTTP/1.1 429 Slow\r\nRetry-After: 0\r\n", b"{}")),
    "is busy, and asks to come back at once": after_the_request(sized(b"HTTP/1.1 503 B\r\nRetry-After: 0\r\n", b"{}")),
}
"""What happens after the request was read."""

UPLOADS: Final[dict[str, Script]] = {
    "never reads the upload": never_reading,
    "sips the upload": reading(4096, 0.05),
    "crawls through the upload": reading(1024, 0.1),
    "resets the upload": resetting_early,
    "refuses the upload and reads no more": answering_early(then_resets=False),
    "refuses the upload and resets": answering_early(then_resets=True),
}
"""What happens to an upload of several megabytes."""

CONNECTIONS: Final = (
    "stalls in TLS",
    "drips TLS",
    "does not accept",
    "has a name that is never found",
    "has many dead addresses",
)
"""What happens before a request is sent."""


def dripping_tls(connection: Connection) -> None:
    """Announce a long handshake message, and send it byte by byte."""
    for byte in b"\x16\x03\x03\x40\x00" + b"\x02" * 400:
        connection.send(bytes([byte]))
        connection.pause(PAUSE)


def stalling(connection: Connection) -> None:
    connection.reset()
    connection.until_hung_up()


def stall_names(addresses: int) -> None:
    """Have this process look up names for ever, or find only addresses that do not answer."""
    real = socket.getaddrinfo

    def found(host: Any, port: Any, *arguments: Any, **options: Any) -> Any:
        if options.get("flags", 0) & socket.AI_NUMERICHOST or host in {None, "127.0.0.1"}:
            return real(host, port, *arguments, **options)
        if not addresses:
            time.sleep(600)
        # 192.0.2.0/24 is for documentation (RFC 5737); the sockets below it never connect.
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (f"192.0.2.{last}", port)) for last in range(1, addresses + 1)
        ]

    socket.getaddrinfo = found
