"""A server on a real socket whose every connection follows a script, down to single bytes.

It uses no HTTP library: requests are read from the socket and kept byte for byte, and the answer is
whatever the script writes, well-formed or not.
"""

from __future__ import annotations

import contextlib
import select
import socket
import struct
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from functools import partial
from http import HTTPStatus
from types import TracebackType
from typing import Final, Self, TypeAlias

from attrs import define, field

API_KEY: Final = "key-of-the-tests-5f2c1a"
_PATIENCE: Final = 20.0
_LOOK: Final = 0.02
_PIECE: Final = 1 << 16
# With a small window a client cannot hand a large body to the kernel and take it for sent.
_RECEIVE_BUFFER: Final = 1 << 14
_HANGS_UP: Final = getattr(select, "POLLRDHUP", 0) | select.POLLHUP | select.POLLERR


@define
class Received:
    """A request as it arrived.

    Attributes:
        method: The HTTP method.
        target: Path and query, undecoded.
        headers: Names in lower case and values, in order.
        body: The body as far as it was read, without chunk framing.
        is_complete: Whether the whole body was read.
    """

    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes = b""
    is_complete: bool = False

    def values(self, name: str) -> list[str]:
        """Return every value of a header."""
        return [value for given, value in self.headers if given == name.lower()]

    def value(self, name: str) -> str:
        """Return the only value of a header."""
        (value,) = self.values(name)
        return value


class HungUp(Exception):
    """The client closed the connection, or the server is stopping."""


@define(eq=False)
class Connection:
    """One accepted connection, as scripts see it."""

    socket: socket.socket
    stopping: threading.Event
    log: Callable[[Received], None]
    _unread: bytes = field(default=b"", init=False)
    _lingers: bool = field(default=True, init=False)

    def head(self) -> Received:
        """Read the request line and headers, and no more of the body than arrived with them."""
        while b"\r\n\r\n" not in self._unread:
            self._unread += self._receive()
        head, _, self._unread = self._unread.partition(b"\r\n\r\n")
        line, *rest = head.decode("latin-1").split("\r\n")
        method, target, _ = line.split(" ")
        headers = [(name.lower(), value.strip()) for name, _, value in (entry.partition(":") for entry in rest)]
        received = Received(method, target, headers)
        self.log(received)
        return received

    def request(self) -> Received:
        """Read a whole request."""
        received = self.head()
        self.body(received)
        return received

    def body(self, received: Received) -> None:
        """Read the body of a request whose headers were read."""
        if received.values("transfer-encoding"):
            self._read_chunks(received)
        else:
            self._read_length(received, int((received.values("content-length") or ["0"])[0]))
        received.is_complete = True

    def skip(self, length: int) -> int:
        """Read and discard so many bytes of a body."""
        read = 0
        while read < length:
            read += len(self._take(length - read))
        return read

    def _read_length(self, received: Received, length: int) -> None:
        body = bytearray()
        while len(body) < length:
            body += self._take(length - len(body))
            received.body = bytes(body) if len(body) == length else b""

    def _read_chunks(self, received: Received) -> None:
        while size := int(self._line(), 16):
            chunk = b""
            while len(chunk) < size:
                chunk += self._take(size - len(chunk))
            received.body += chunk
            self._line()
        self._line()

    def _line(self) -> bytes:
        while b"\r\n" not in self._unread:
            self._unread += self._receive()
        line, _, self._unread = self._unread.partition(b"\r\n")
        return line

    def _take(self, most: int) -> bytes:
        if not self._unread:
            self._unread = self._receive()
        taken, self._unread = self._unread[:most], self._unread[most:]
        return taken

    def _receive(self) -> bytes:
        received = self.socket.recv(_PIECE)
        if not received:
            raise HungUp
        return received

    def send(self, content: bytes) -> None:
        """Write bytes."""
        self.socket.sendall(content)

    def reset(self) -> None:
        """Close the connection with a TCP reset."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._lingers = False

    def pause(self, seconds: float) -> None:
        """Wait, or raise `HungUp` if the server stops."""
        if self.stopping.wait(seconds):
            raise HungUp

    def until_hung_up(self) -> None:
        """Wait, reading nothing, until the client hangs up or the server stops."""
        poll = select.poll()
        poll.register(self.socket, _HANGS_UP)
        while not poll.poll(0):
            self.pause(_LOOK)

    def close(self) -> None:
        """Close; first read what the client still sends, because a reset would destroy the answer."""
        with contextlib.suppress(OSError):
            if self._lingers:
                self.socket.shutdown(socket.SHUT_WR)
                self.socket.settimeout(1.0)
                while not self.stopping.is_set() and self.socket.recv(_PIECE):
                    pass
        self.socket.close()


Script: TypeAlias = Callable[[Connection], object]


class RawServer:
    """Listens on the loopback interface; connection n follows script n, and later ones the last script.

    Attributes:
        received: The requests, in the order in which their headers arrived.
        connections: How many connections were accepted.
    """

    def __init__(self, *scripts: Script) -> None:
        self.received: list[Received] = []
        self.connections = 0
        self._scripts = scripts
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []
        self._listener = socket.socket()
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER)
        self._listener.bind(("127.0.0.1", 0))
        self._listener.listen(128)
        self.port: int = self._listener.getsockname()[1]

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def base_url(self) -> str:
        """The base URL for a client."""
        return f"{self.origin}/api/v2"

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(_PATIENCE)
        assert not any(thread.is_alive() for thread in self._threads), "a script of the raw server does not end"

    def _start(self, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                accepted, _ = self._listener.accept()
                script = self._scripts[min(self.connections, len(self._scripts) - 1)]
                self.connections += 1
                self._start(partial(self._follow, accepted, script))

    def _follow(self, accepted: socket.socket, script: Script) -> None:
        accepted.settimeout(_PATIENCE)
        connection = Connection(accepted, self._stopping, self.received.append)
        try:
            with contextlib.suppress(HungUp, OSError):
                script(connection)
        finally:
            connection.close()


def refused_base_url() -> tuple[socket.socket, str]:
    """Return a socket that reserves a port until it is closed, and a base URL there that refuses connections."""
    reserved = socket.socket()
    reserved.bind(("127.0.0.1", 0))
    return reserved, f"http://127.0.0.1:{reserved.getsockname()[1]}/api/v2"


@contextmanager
def full_backlog() -> Generator[str]:
    """Yield an origin that neither accepts nor refuses connections, because its backlog is full."""
    with socket.socket() as listener, contextlib.ExitStack() as stack:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(3):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


def reply(status: int, body: bytes = b"", *headers: str, length: int | None = None) -> bytes:
    """Return an HTTP response as bytes.

    Args:
        status: The HTTP status.
        body: The body.
        headers: Whole header lines.
        length: The `Content-Length`; the real length if None.
    """
    phrases = {one.value: one.phrase for one in HTTPStatus}
    lines = [
        f"HTTP/1.1 {status} {phrases.get(status, 'Unnamed')}",
        f"Content-Length: {len(body) if length is None else length}",
        *headers,
        *(
            []
            if any(line.lower().startswith("content-type:") for line in headers)
            else ["Content-Type: application/json"]
        ),
    ]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def answering(status: int = 200, body: bytes = b"", *headers: str, length: int | None = None) -> Script:
    """Read the request, answer, close."""
    return saying(reply(status, body, "Connection: close", *headers, length=length))


def saying(content: bytes) -> Script:
    """Read the request, write these bytes, close."""

    def script(connection: Connection) -> None:
        connection.request()
        connection.send(content)

    return script


def keeping_alive(status: int = 200, body: bytes = b"") -> Script:
    """Answer every request on the connection until the client hangs up."""

    def script(connection: Connection) -> None:
        while True:
            connection.request()
            connection.send(reply(status, body))

    return script


def resetting_before_the_body(connection: Connection) -> None:
    """Read the headers, then reset the connection."""
    connection.head()
    connection.reset()


def resetting_after_the_body(connection: Connection) -> None:
    """Read the whole request, then reset the connection."""
    connection.request()
    connection.reset()


def stalling_before_the_body(connection: Connection) -> None:
    """Read the headers, and then nothing more."""
    connection.head()
    connection.reset()
    connection.until_hung_up()


def stalling_after_the_body(connection: Connection) -> None:
    """Read the whole request, and never answer."""
    connection.request()
    connection.until_hung_up()


def trickling(content: bytes, pause: float) -> Script:
    """Read the request, then answer byte by byte.

    Args:
        content: What to write.
        pause: Seconds between two bytes.
    """

    def script(connection: Connection) -> None:
        connection.request()
        for value in content:
            connection.send(bytes([value]))
            connection.pause(pause)

    return script
