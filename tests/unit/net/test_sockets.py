"""Each operation on a socket keeps to one limit of time, blocking and on both event loops."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from typing import Any, Final

import anyio
import pytest

from nanonets_sdk._net.sockets import Channel, Limit, Refused, Steps, aperform, connect, perform, resolve
from raw_server import RawServer, full_backlog, stalling_after_the_body

Driver = Callable[[Steps[Any], float | None], Any]
LONG: Final = 5.0


def on_asyncio(steps: Steps[Any], seconds: float | None) -> Any:
    """Perform an operation on asyncio."""
    return anyio.run(aperform, steps, seconds)


by_driver = pytest.mark.parametrize("drive", [perform, on_asyncio], ids=["blocking", "asyncio"])


@pytest.fixture
def pair() -> Iterator[tuple[Channel, socket.socket]]:
    """A channel and its other end, with small buffers."""
    ours, theirs = socket.socketpair()
    with closing(ours), closing(theirs):
        ours.setblocking(False)
        theirs.settimeout(LONG)
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        yield Channel(ours), theirs


@by_driver
def test_a_read_returns_what_has_arrived(drive: Driver, pair: tuple[Channel, socket.socket]) -> None:
    channel, other = pair
    other.sendall(b"abc")
    assert drive(channel.read(2), LONG) == b"ab"
    assert drive(channel.read(2), LONG) == b"c"
    other.close()
    assert drive(channel.read(2), LONG) == b""


@by_driver
def test_a_read_waits_until_something_arrives(drive: Driver, pair: tuple[Channel, socket.socket]) -> None:
    channel, other = pair
    threading.Timer(0.05, other.sendall, [b"late"]).start()
    assert drive(channel.read(10), LONG) == b"late"


@by_driver
def test_a_read_without_bytes_ends_at_its_limit(drive: Driver, pair: tuple[Channel, socket.socket]) -> None:
    with pytest.raises(TimeoutError) as caught:
        drive(pair[0].read(10), 0.02)
    # A connection that the network itself has given up has a number.
    assert caught.value.errno is None


def test_operations_that_share_a_deadline_end_with_it_although_bytes_are_there(
    pair: tuple[Channel, socket.socket],
) -> None:
    channel, other = pair
    other.sendall(b"x" * 100)
    end = time.monotonic() + 0.05
    limit = Limit(LONG, lambda: end - time.monotonic())

    def read_slowly() -> None:
        while True:
            perform(channel.read(1), limit)
            time.sleep(0.01)

    with pytest.raises(TimeoutError):
        read_slowly()
    assert time.monotonic() >= end


@by_driver
def test_a_write_is_sent_whole(drive: Driver, pair: tuple[Channel, socket.socket]) -> None:
    channel, other = pair
    content = bytes(range(256)) * 4096
    received = bytearray()

    def receive() -> None:
        while len(received) < len(content):
            received.extend(other.recv(1 << 16))

    reader = threading.Thread(target=receive)
    reader.start()
    drive(channel.write(content), LONG)
    reader.join(LONG)
    assert received == content


@by_driver
def test_a_write_that_nobody_reads_ends_at_its_limit(drive: Driver, pair: tuple[Channel, socket.socket]) -> None:
    with pytest.raises(TimeoutError):
        drive(pair[0].write(b"x" * (1 << 22)), 0.02)


@pytest.mark.parametrize(
    "early",
    [
        b"HTTP/1.1 413 Too Large\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.0 401 No\r\n\r\n",
        b"HTTP/1.1 307 Elsewhere\r\n\r\n",
    ],
)
@by_driver
def test_an_early_refusal_ends_a_write_and_can_be_read(
    drive: Driver, early: bytes, pair: tuple[Channel, socket.socket]
) -> None:
    channel, other = pair
    other.sendall(early)
    with pytest.raises(Refused):
        drive(channel.write(b"x" * (1 << 22)), LONG)
    assert drive(channel.read(1 << 16), LONG) == early


@pytest.mark.parametrize(
    "early", [b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 ", b"noise", b"x" * (1 << 17)]
)
def test_whatever_else_comes_early_does_not_end_a_write(early: bytes, pair: tuple[Channel, socket.socket]) -> None:
    channel, other = pair
    other.setblocking(False)
    other.send(early)
    with pytest.raises(TimeoutError):
        perform(channel.write(b"x" * (1 << 22)), 0.3)
    assert early.startswith(perform(channel.read(1 << 16), LONG))


@by_driver
def test_a_name_is_connected_to(drive: Driver) -> None:
    with RawServer(stalling_after_the_body) as server:
        connected = drive(connect("localhost", server.port), LONG)
        with closing(connected):
            assert connected.getpeername()[1] == server.port


@by_driver
def test_a_refused_connection_is_an_error_of_the_system(drive: Driver) -> None:
    with closing(socket.socket()) as reserved:
        reserved.bind(("127.0.0.1", 0))
        with pytest.raises(ConnectionRefusedError):
            drive(connect("127.0.0.1", reserved.getsockname()[1]), LONG)


@by_driver
def test_an_address_that_does_not_answer_does_not_hold_up_the_next_one(
    drive: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    with RawServer(stalling_after_the_body) as server, ExitStack() as stack:
        ports = [int(stack.enter_context(full_backlog()).rpartition(":")[2]) for _ in range(2)] + [server.port]
        found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port)) for port in ports]
        monkeypatch.setattr(socket, "getaddrinfo", lookups(found))
        began = time.monotonic()
        with closing(drive(connect("many.example", 80), 30.0)) as connected:
            assert connected.getpeername()[1] == server.port
        assert 0.4 < time.monotonic() - began < LONG


@by_driver
def test_all_addresses_of_a_name_share_one_limit(drive: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    with full_backlog() as origin:
        dead = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", int(origin.rpartition(":")[2])))
        monkeypatch.setattr(socket, "getaddrinfo", lookups([dead] * 20))
        began = time.monotonic()
        with pytest.raises(TimeoutError):
            drive(connect("many.example", 80), 0.6)
        assert time.monotonic() - began < LONG


@by_driver
def test_a_look_up_that_is_stuck_ends_at_its_limit(drive: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    released = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lookups(None, released))
    try:
        with pytest.raises(TimeoutError):
            drive(resolve("stuck.example", 80), 0.05)
        stuck = [thread for thread in threading.enumerate() if thread.name == "nanonets-resolver"]
        assert [thread.daemon for thread in stuck] == [True]
    finally:
        released.set()
    for thread in stuck:
        thread.join(LONG)


@by_driver
def test_a_name_that_does_not_exist_is_an_error_of_the_system(drive: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lookups(socket.gaierror(socket.EAI_NONAME, "Name not known")))
    with pytest.raises(socket.gaierror, match="Name not known"):
        drive(connect("nowhere.example", 80), LONG)


def test_a_host_that_cannot_be_a_name_is_an_error_of_the_system() -> None:
    with pytest.raises(OSError, match="not a host name"):
        perform(resolve("a" * 64 + ".example", 80), LONG)


def lookups(found: Any, released: threading.Event | None = None) -> Callable[..., Any]:
    """Return a `getaddrinfo` that knows no numbers, and finds this for each name."""

    def getaddrinfo(*_: Any, flags: int = 0, **__: Any) -> Any:
        if flags & socket.AI_NUMERICHOST:
            raise socket.gaierror(socket.EAI_NONAME, "not a number")
        if released is not None:
            released.wait(LONG)
        if isinstance(found, Exception):
            raise found
        return found

    return getaddrinfo
