"""A slow disk delays the call that reads from it, and no other task.

The disk is not slow by seconds: it goes on once the event loop has shown that it is running.
"""

from __future__ import annotations

import asyncio
import fcntl
import gc
import io
import os
import select
import struct
import termios
import threading
import time
import warnings
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import closing
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

import httpx
import pytest

from client_doors import ASYNC_DOORS, Door
from multipart_reader import parts_of
from nanonets_sdk.files import open_upload
from nanonets_sdk.transport.body import TrackedBody
from raw_server import Connection, RawServer, answering
from waiting import wait_until

PDF: Final = b"%PDF-1.7\n"
LARGE: Final = PDF + b"0123456789abcdef" * (1 << 17)
MIDDLE: Final = len(LARGE) // 2
PREDICTED: Final = (
    b'{"message": "Success", "result": [{"message": "Success", "input": "a.pdf", "prediction": [], "page": 0,'
    b' "request_file_id": "f-1", "id": "p-1"}], "signed_urls": {}}'
)
PATIENCE: Final = 20.0
ENOUGH: Final = 20
by_door = pytest.mark.parametrize("door", ASYNC_DOORS, ids=lambda door: door.name)
has_pipes = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")


class Pulse:
    """The heartbeat of an event loop, observed from other threads.

    Attributes:
        felt: How often it was checked.
        stops: How often the loop was found blocked.
    """

    def __init__(self, patience: float = PATIENCE) -> None:
        self.felt = self.stops = 0
        self._beats = 0
        self._patience = patience

    def feel(self) -> None:
        """Wait until the loop has run a few times, which it cannot do if this wait blocks it."""
        began = self._beats
        self.felt += 1
        self.stops += not wait_until(lambda: self._beats >= began + ENOUGH, self._patience)

    async def during(self, work: Awaitable[Any]) -> Any:
        """Run work while the heart beats."""
        task = asyncio.ensure_future(work)
        while not task.done():
            await asyncio.sleep(0.001)
            self._beats += 1
        return await task


class SlowFile(io.BytesIO):
    """A file whose disk pauses at the beginning and in the middle until something has happened."""

    def __init__(self, content: bytes, hold: Callable[[], object]) -> None:
        super().__init__(content)
        self._hold = hold

    def read(self, size: int | None = -1) -> bytes:
        if self.tell() == 0 or MIDDLE <= self.tell() < MIDDLE + (size or 0):
            self._hold()
        return super().read(size)


def predict(door: Door, base_url: str, file: Any, pulse: Pulse) -> None:
    async def run() -> None:
        async with door.open(base_url) as client:
            # Modules and objects that are loaded once must not count.
            await client.ocr.predict_file("m-1", PDF)
            await pulse.during(client.ocr.predict_file("m-1", file))

    asyncio.run(run())


@by_door
def test_a_slow_file_object_does_not_hold_up_other_tasks(door: Door) -> None:
    pulse = Pulse()
    with RawServer(answering(200, PREDICTED)) as server:
        predict(door, server.base_url, SlowFile(LARGE, pulse.feel), pulse)

    assert parts_of(server.received[1])[0].content == LARGE
    assert (pulse.felt >= 3, pulse.stops) == (True, 0)


@has_pipes
@by_door
def test_a_slow_path_does_not_hold_up_other_tasks(door: Door, tmp_path: Path) -> None:
    pipe, pulse = tmp_path / "pipe", Pulse()
    os.mkfifo(pipe)

    def write_slowly() -> None:
        pulse.feel()
        with os.fdopen(open_to_write(pipe), "wb", buffering=0) as file:
            os.set_blocking(file.fileno(), True)
            file.write(LARGE[:2000])
            wait_until(lambda: is_drained(file.fileno()), PATIENCE)
            pulse.feel()
            file.write(LARGE[2000:])

    with RawServer(answering(200, PREDICTED)) as server:
        writer = threading.Thread(target=write_slowly)
        writer.start()
        predict(door, server.base_url, pipe, pulse)
        writer.join()

    assert parts_of(server.received[1])[0].content == LARGE
    assert pulse.stops == 0


def test_a_blocked_event_loop_is_noticed() -> None:
    pulse = Pulse(patience=0.2)

    async def blocking() -> None:
        pulse.feel()

    asyncio.run(pulse.during(blocking()))
    assert pulse.stops == 1


@by_door
def test_an_attempt_that_starts_while_the_last_ones_thread_still_reads_sends_the_whole_file(door: Door) -> None:
    reading, was_reset, goes_on = threading.Event(), threading.Event(), threading.Event()

    def hold() -> None:
        if reading.is_set() or file.tell() < MIDDLE:
            return
        reading.set()
        assert was_reset.wait(PATIENCE)
        # A transport that notices a reset only on its next write cannot try again before this read returns.
        goes_on.wait(0.5)

    file = SlowFile(LARGE, hold)

    def reset_while_reading(connection: Connection) -> None:
        connection.head()
        while not reading.is_set():
            if select.select([connection.socket], [], [], 0.02)[0]:
                connection.socket.recv(1 << 16)
        connection.reset()
        connection.socket.close()
        was_reset.set()

    def going_on(connection: Connection) -> None:
        goes_on.set()
        answering(200, PREDICTED)(connection)

    with RawServer(reset_while_reading, going_on) as server:
        ended = door.end(server.base_url, lambda client: client.ocr.predict_file("m-1", file))

    assert ended.error is None
    assert [received.is_complete for received in server.received] == [False, True]
    assert parts_of(server.received[1])[0].content == LARGE


def test_an_earlier_attempt_that_reads_on_takes_nothing_from_the_next_one(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(LARGE)

    async def read() -> bytes:
        with closing(open_upload(path)) as upload:
            request = httpx.Request("POST", "http://localhost", files={"file": ("a.pdf", cast("BinaryIO", upload))})
            assert isinstance(request.stream, httpx.SyncByteStream)
            body = TrackedBody(request.stream, (upload,))
            earlier = aiter(body)
            await anext(earlier)
            body.rewind()
            later = aiter(body)
            begun = await anext(later)
            async for _ in earlier:
                continue
            return begun + b"".join([piece async for piece in later])

    assert LARGE in asyncio.run(read())


async def cancelled(door: Door, base_url: str, file: Any, moment: threading.Event) -> None:
    """Cancel an upload at a given moment, then use the client again."""
    async with door.open(base_url) as client:
        await client.ocr.predict_file("m-1", PDF)
        task = asyncio.create_task(client.ocr.predict_file("m-1", file))
        assert await asyncio.to_thread(moment.wait, PATIENCE)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await client.ocr.predict_file("m-1", PDF)


@by_door
@pytest.mark.parametrize("place", [0, MIDDLE], ids=["while opening", "while reading"])
def test_a_cancelled_upload_leaves_at_once_although_its_thread_cannot(door: Door, place: int) -> None:
    reading, goes_on = threading.Event(), threading.Event()
    late: list[bool] = []

    def hold() -> None:
        if file.tell() >= place and not reading.is_set():
            reading.set()
            late.append(not goes_on.wait(PATIENCE))

    async def run(base_url: str) -> None:
        await cancelled(door, base_url, file, reading)
        assert late == []
        goes_on.set()

    file = SlowFile(LARGE, hold)
    with RawServer(answering(200, PREDICTED)) as server:
        asyncio.run(run(server.base_url))

    assert wait_until(lambda: late == [False])


class SlowPath(os.PathLike[str]):
    """A path that is slow to open."""

    def __init__(self, path: Path) -> None:
        self.opening, self.goes_on = threading.Event(), threading.Event()
        self._path = path

    def __fspath__(self) -> str:
        self.opening.set()
        assert self.goes_on.wait(PATIENCE)
        return str(self._path)


@by_door
def test_a_path_is_closed_when_its_call_is_cancelled_while_a_thread_opens_it(door: Door, tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(LARGE)
    slow = SlowPath(path)

    async def run(base_url: str) -> None:
        await cancelled(door, base_url, slow, slow.opening)
        assert not slow.goes_on.is_set()
        slow.goes_on.set()

    judge_closing(run, [])


@has_pipes
@by_door
def test_a_path_is_closed_when_its_call_is_cancelled_while_a_thread_reads_it(door: Door, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reading, goes_on = threading.Event(), threading.Event()

    def write() -> None:
        with os.fdopen(open_to_write(pipe), "wb", buffering=0) as file:
            file.write(LARGE[:2000])
            wait_until(lambda: is_drained(file.fileno()), PATIENCE)
            reading.set()
            assert goes_on.wait(PATIENCE)

    async def run(base_url: str) -> None:
        await cancelled(door, base_url, pipe, reading)
        assert not goes_on.is_set()
        goes_on.set()

    judge_closing(run, [threading.Thread(target=write)])


def judge_closing(run: Callable[[str], Coroutine[Any, Any, None]], threads: list[threading.Thread]) -> None:
    """Run a story, and check that it leaves no file open."""
    descriptors = open_descriptors()
    with RawServer(answering(200, PREDICTED)) as server, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", ResourceWarning)
        for thread in threads:
            thread.start()
        asyncio.run(run(server.base_url))
        for thread in threads:
            thread.join()
        gc.collect()

    assert [str(warning.message) for warning in caught] == []
    assert wait_until(lambda: open_descriptors() <= descriptors)


def open_descriptors() -> int:
    folder = Path("/proc/self/fd")
    return len(list(folder.iterdir())) if folder.exists() else 0


def open_to_write(pipe: Path) -> int:
    """Open a named pipe once it has a reader; without one, fail instead of hanging."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            return os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:
            time.sleep(0.01)
    raise AssertionError("nobody opened the pipe")


def is_drained(pipe: int) -> bool:
    """Return whether everything written into a pipe was read."""
    unread: int = struct.unpack("i", fcntl.ioctl(pipe, termios.FIONREAD, b"\0" * 4))[0]
    return unread == 0
