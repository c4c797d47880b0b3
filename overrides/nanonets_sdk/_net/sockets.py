"""What a blocking and an async client do with sockets, written once, each operation held to one limit of time.

Sockets are non-blocking. An operation is a generator that tries a system call and, where that would block, yields a
`Wait`. Two drivers, `perform` and `aperform`, wait and resume it, and they alone know the time. However the bytes drip,
no operation outlasts its limit:

```text
                 looks the name up in a daemon thread,
                 tries each address 250 ms after the one before      handshake        send        receive
 connect ───────────────────────────────────────────────────► start_tls ────► write ────► read ────► …
    │                                                             │              │          │
    └──────── Wait ───────► perform: poll until the end of the limit ◄───────────┴──────────┘
```

A limit that is a `Limit` says at each operation how much is left. All operations of a call can therefore share one
deadline, although httpcore hands over a number of seconds for each of them.

While `write` waits, it looks for an early answer. A server that refuses an upload may never read the rest of it, or
close the connection, whose reset would destroy the answer (RFC 9112, section 9.6).
"""

from __future__ import annotations

import errno
import os
import re
import select
import socket
import ssl
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import ExitStack, closing, suppress
from functools import partial
from typing import Any, Final, Self, TypeAlias, TypeVar, TypeVarTuple
from weakref import WeakSet

import anyio
import anyio.lowlevel
from attrs import define, field, frozen

T = TypeVar("T")
Arguments = TypeVarTuple("Arguments")

Address: TypeAlias = tuple[int, int, int, str, tuple[Any, ...]]
"""One address of a name, as `socket.getaddrinfo` returns it."""

# As RFC 8305 (happy eyeballs) recommends.
_STAGGER: Final = 0.25
_LOOK: Final = 0.1
# A system call takes no more than 24 days, but an operation may.
_DAY: Final = 86400.0
_MOST_EARLY: Final = 1 << 16

_FINAL_STATUS: Final = re.compile(rb"(?:HTTP/1\.[01] 1\d\d[^\r\n]*\r\n(?:[^\r\n]+\r\n)*\r\n)*HTTP/1\.[01] ([2-9])")

_OPEN: Final = WeakSet[socket.socket]()


def _leave_to_the_parent() -> None:
    """Close the sockets that this process inherited by a fork.

    This closes descriptors of this process and says nothing to the server, not even that a TLS session ends. Without
    it, a child that never uses its client would keep connections open that the parent has closed.
    """
    for one in list(_OPEN):
        one.close()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_leave_to_the_parent)


class Limit(float):
    """Seconds that an operation may take: what is left when it begins.

    Args:
        seconds: Its value as a plain number.
        left: Returns the seconds that are left; negative if the end has passed.
    """

    left: Callable[[], float]

    def __new__(cls, seconds: float, left: Callable[[], float]) -> Self:
        """Create a limit."""
        limit = super().__new__(cls, seconds)
        limit.left = left
        return limit


@frozen
class Wait:
    """Step: wait until one of the sockets is ready. Its outcome is those that are.

    Attributes:
        sockets: The sockets.
        writing: Whether to wait until they can be written to, and not until they can be read.
        seconds: The longest wait; None for as long as the limit of the operation allows.
    """

    sockets: tuple[socket.socket, ...]
    writing: bool = False
    seconds: float | None = None


Steps: TypeAlias = Generator[Wait, list[socket.socket], T]
"""An operation that returns a `T`."""


def countdown(seconds: float | None) -> Callable[[], float]:
    """Return a function that returns the seconds that are left."""
    if isinstance(seconds, Limit):
        return seconds.left
    if seconds is None:
        return partial(float, "inf")
    end = time.monotonic() + seconds
    return lambda: end - time.monotonic()


def perform(steps: Steps[T], seconds: float | None) -> T:
    """Perform an operation, blocking the thread.

    Raises:
        TimeoutError: The limit has passed.
        OSError: The operation failed.
    """
    left = countdown(seconds)
    ready: list[socket.socket] | None = None
    try:
        while (remaining := left()) > 0:
            wait = next(steps) if ready is None else steps.send(ready)
            longest = min(remaining, _DAY if wait.seconds is None else wait.seconds, _DAY)
            ready = ready_of(wait.sockets, longest, writing=wait.writing)
    except StopIteration as done:
        result: T = done.value
        return result
    finally:
        steps.close()
    raise TimeoutError("timed out")


def ready_of(sockets: tuple[socket.socket, ...], seconds: float, *, writing: bool = False) -> list[socket.socket]:
    """Wait until one of the sockets can be read or written, or has an error, and return those that can."""
    if not hasattr(select, "poll"):
        # Windows reports a connection that failed with the exceptions.
        reading, written, failed = select.select(
            () if writing else sockets, sockets if writing else (), sockets, seconds
        )
        return [*{*reading, *written, *failed}]
    # A selector of the standard library takes longer to set up than most waits.
    poll = select.poll()
    for one in sockets:
        poll.register(one, select.POLLOUT if writing else select.POLLIN)
    events = poll.poll(seconds * 1000)
    if len(events) == len(sockets):
        return [*sockets]
    descriptors = {descriptor for descriptor, _ in events}
    return [one for one in sockets if one.fileno() in descriptors]


async def aperform(steps: Steps[T], seconds: float | None) -> T:
    """Perform an operation while other tasks run.

    Raises:
        TimeoutError: The limit has passed.
        OSError: The operation failed.
    """
    with closing(steps), anyio.fail_after(seconds):
        ready: list[socket.socket] | None = None
        while True:
            try:
                wait = next(steps) if ready is None else steps.send(ready)
            except StopIteration as done:
                result: T = done.value
                break
            ready = await _one_of(wait)
        if ready is None:
            # A peer that always has bytes ready must not keep the other tasks from running.
            await anyio.lowlevel.checkpoint()
        return result


async def _one_of(wait: Wait) -> list[socket.socket]:
    ready: list[socket.socket] = []
    until = anyio.wait_writable if wait.writing else anyio.wait_readable
    with anyio.move_on_after(wait.seconds):
        if len(wait.sockets) == 1:
            await until(wait.sockets[0])
            return [*wait.sockets]
        async with anyio.create_task_group() as group:

            async def watch(one: socket.socket) -> None:
                await until(one)
                ready.append(one)
                group.cancel_scope.cancel()

            for one in wait.sockets:
                group.start_soon(watch, one)
    return ready


def resolve(host: str, port: int, family: int = 0) -> Steps[Sequence[Address]]:
    """Look a host name up.

    The system's resolver cannot be interrupted, so it works in a daemon thread: one that is stuck keeps neither the
    caller nor the end of the process waiting.
    """
    look_up = partial(socket.getaddrinfo, host, port, family=family, type=socket.SOCK_STREAM)
    with suppress(socket.gaierror, UnicodeError):
        return look_up(flags=socket.AI_NUMERICHOST)
    found: list[Sequence[Address] | Exception] = []
    here, there = socket.socketpair()

    def work() -> None:
        with closing(there):
            try:
                found.append(look_up())
            except (OSError, UnicodeError) as error:
                found.append(error)

    with closing(here):
        here.setblocking(False)
        threading.Thread(target=work, name="nanonets-resolver", daemon=True).start()
        while not (yield Wait((here,))):
            pass
    match found:
        case [OSError() as error]:
            raise error
        case [list() as addresses]:
            return addresses
        case _:
            raise OSError(f"{host!r} is not a host name")


def connect(
    host: str, port: int, local_address: str | None = None, options: Iterable[Any] = ()
) -> Steps[socket.socket]:
    """Connect to the first address of a host that answers.

    Args:
        host: A name or an IP address.
        port: The port.
        local_address: The address to connect from; None for any.
        options: Arguments of `setsockopt`.
    """
    addresses = deque((yield from resolve(host, port)))
    pending: list[socket.socket] = []
    failure = OSError(f"no address of {host!r}")
    try:
        while addresses or pending:
            if addresses:
                try:
                    pending.append(_begin(addresses.popleft(), local_address))
                except OSError as error:
                    failure = error
                    continue
            for one in (yield Wait(tuple(pending), writing=True, seconds=_STAGGER if addresses else None)):
                pending.remove(one)
                code = one.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
                if not code:
                    for option in ((socket.IPPROTO_TCP, socket.TCP_NODELAY, 1), *options):
                        one.setsockopt(*option)
                    return one
                one.close()
                failure = OSError(code, os.strerror(code))
        raise failure
    finally:
        for one in pending:
            one.close()


def _begin(address: Address, local_address: str | None) -> socket.socket:
    family, kind, protocol, _, sockaddr = address
    with ExitStack() as undo:
        one = undo.enter_context(socket.socket(family, kind, protocol))
        one.setblocking(False)
        if local_address is not None:
            one.bind((local_address, 0))
        with suppress(BlockingIOError):
            one.connect(sockaddr)
        undo.pop_all()
    _OPEN.add(one)
    return one


@define(eq=False)
class Channel:
    """A connected socket, plain or with TLS.

    Attributes:
        socket: The socket.
    """

    socket: socket.socket
    _early: bytes = field(default=b"", init=False, repr=False)
    _looked: float = field(default=0.0, init=False, repr=False)

    @property
    def tls(self) -> ssl.SSLSocket | ssl.SSLObject | None:
        """What knows about the TLS session; None if there is none."""
        return self.socket if isinstance(self.socket, ssl.SSLSocket) else None

    def read(self, most: int) -> Steps[bytes]:
        """Receive at most so many bytes; none at the end of the stream."""
        if self._early:
            taken, self._early = self._early[:most], self._early[most:]
            return taken
        return (yield from self._when_ready(self.socket.recv, most, writing=False))

    def write(self, content: bytes) -> Steps[None]:
        """Send bytes.

        Raises:
            Refused: The server has answered with an error status, which can now be read.
        """
        rest: bytes | memoryview = content
        while rest:
            sent = yield from self._when_ready(self.socket.send, rest, writing=True)
            rest = memoryview(rest)[sent:] if sent < len(rest) else b""

    def handshake(self, context: ssl.SSLContext, host: str | None) -> Steps[Channel]:
        """Return the channel with TLS on it. After a failure, close this one."""
        if self.tls is not None:
            nested = NestedTls(self, context, host)
            yield from nested.exchange(nested.session.do_handshake)
            return nested
        wrapped = context.wrap_socket(self.socket, server_hostname=host, do_handshake_on_connect=False)
        # The descriptor has moved to the new socket.
        self.socket = wrapped
        _OPEN.add(wrapped)
        yield from self._when_ready(wrapped.do_handshake, writing=False)
        return Channel(wrapped)

    def close(self) -> None:
        """Close the socket."""
        self.socket.close()

    def _when_ready(self, call: Callable[[*Arguments], T], *arguments: *Arguments, writing: bool) -> Steps[T]:
        while True:
            try:
                return call(*arguments)
            except ssl.SSLWantReadError:
                yield Wait((self.socket,))
            except (BlockingIOError, ssl.SSLWantWriteError):
                yield Wait((self.socket,), writing, _LOOK if writing else None)
            if writing and time.monotonic() - self._looked >= _LOOK:
                self._looked = time.monotonic()
                self._look_for_refusal()

    def _look_for_refusal(self) -> None:
        with suppress(OSError):
            self._early += self.socket.recv(_MOST_EARLY - len(self._early)) if len(self._early) < _MOST_EARLY else b""
        status = _FINAL_STATUS.match(self._early)
        # An early 2xx may come from a server that answers while it reads.
        if status and status[1] != b"2":
            raise Refused(errno.EPIPE, "the server answered before it had read the request")


class Refused(OSError):
    """The server has answered with an error status while it was sent a request."""


class NestedTls(Channel):
    """TLS inside TLS, to a server behind a proxy that is itself reached with TLS.

    Args:
        below: The channel to the proxy.
        context: The certificates.
        host: The host name of the server.
    """

    def __init__(self, below: Channel, context: ssl.SSLContext, host: str | None) -> None:
        super().__init__(below.socket)
        self._below = below
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.session = context.wrap_bio(self._incoming, self._outgoing, server_hostname=host)

    @property
    def tls(self) -> ssl.SSLObject:
        """The TLS session with the server."""
        return self.session

    def read(self, most: int) -> Steps[bytes]:
        """Receive at most so many bytes; none at the end of the stream."""
        try:
            return (yield from self.exchange(partial(self.session.read, most)))
        except ssl.SSLEOFError:
            return b""

    def write(self, content: bytes) -> Steps[None]:
        """Send bytes."""
        rest = memoryview(content)
        while rest:
            rest = rest[(yield from self.exchange(partial(self.session.write, rest))) :]

    def exchange(self, call: Callable[[], T]) -> Steps[T]:
        """Call a method of the session, and carry its bytes to and fro until it returns."""
        while True:
            try:
                result = call()
            except ssl.SSLWantReadError:
                yield from self._below.write(self._outgoing.read())
                received = yield from self._below.read(_MOST_EARLY)
                if received:
                    self._incoming.write(received)
                else:
                    self._incoming.write_eof()
            else:
                yield from self._below.write(self._outgoing.read())
                return result
