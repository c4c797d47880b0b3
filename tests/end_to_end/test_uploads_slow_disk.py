"""A slow disk holds up the call that reads from it, and no other task."""

from __future__ import annotations

import asyncio
import gc
import io
import os
import threading
import time
import warnings
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final

import pytest

from client_doors import ASYNC_DOORS, Door
from multipart_reader import parts_of
from raw_server import Connection, RawServer, answering

PDF: Final = b"%PDF-1.7\n"
LARGE: Final = PDF + b"0123456789abcdef" * (1 << 17)
PREDICTED: Final = (
    b'{"message": "Success", "result": [{"message": "Success", "input": "a.pdf", "prediction": [], "page": 0,'
    b' "request_file_id": "f-1", "id": "p-1"}], "signed_urls": {}}'
)
TICK: Final = 0.01
SLOW: Final = 0.15
LONGEST_GAP: Final = 0.1
by_door = pytest.mark.parametrize("door", ASYNC_DOORS, ids=lambda door: door.name)


class SlowFile(io.BytesIO):
    """A file on a disk that takes its time."""

    def __init__(self, content: bytes, seconds: float = SLOW) -> None:
        super().__init__(content)
        self.seconds = seconds
        self.reading = threading.Event()

    def read(self, size: int | None = -1) -> bytes:
        self.reading.set()
        time.sleep(self.seconds if self.tell() < 200_000 else 0)
        return super().read(size)


async def gaps_while(work: Awaitable[Any]) -> float:
    """The longest time for which a ticking task was held up while work was done."""
    longest, last = 0.0, time.monotonic()
    task = asyncio.ensure_future(work)
    while not task.done():
        await asyncio.sleep(TICK)
        longest, last = max(longest, time.monotonic() - last), time.monotonic()
    await task
    return longest


def longest_gap(door: Door, base_url: str, file: Any) -> float:
    async def run() -> float:
        async with door.open(base_url) as client:
            # What is loaded and made once is none of the disk's business.
            await client.ocr.predict_file("m-1", PDF)
            return await gaps_while(client.ocr.predict_file("m-1", file))

    return asyncio.run(run())


@by_door
def test_a_slow_file_object_does_not_hold_up_other_tasks(door: Door) -> None:
    with RawServer(answering(200, PREDICTED)) as server:
        gap = longest_gap(door, server.base_url, SlowFile(LARGE))

    assert parts_of(server.received[1])[0].content == LARGE
    assert gap < LONGEST_GAP


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
@by_door
def test_a_path_whose_opening_and_reading_take_long_does_not_either(door: Door, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)

    def write_slowly() -> None:
        time.sleep(SLOW)
        with pipe.open("wb") as file:
            for start in range(0, len(LARGE), len(LARGE) // 2):
                time.sleep(SLOW)
                file.write(LARGE[start : start + len(LARGE) // 2])

    with RawServer(answering(200, PREDICTED)) as server:
        writer = threading.Thread(target=write_slowly)
        writer.start()
        gap = longest_gap(door, server.base_url, pipe)
        writer.join()

    assert parts_of(server.received[1])[0].content == LARGE
    assert gap < LONGEST_GAP


def test_the_check_would_see_a_loop_that_is_held_up() -> None:
    async def blocking() -> None:
        time.sleep(SLOW)  # noqa: ASYNC251 - what must not happen

    assert asyncio.run(gaps_while(blocking())) > LONGEST_GAP


@by_door
def test_a_try_that_starts_while_the_last_ones_thread_still_reads_sends_the_whole_file(door: Door) -> None:
    file = SlowFile(LARGE)

    def reset_while_reading(connection: Connection) -> None:
        connection.head()
        file.reading.clear()
        file.reading.wait(5)
        connection.reset()

    with RawServer(reset_while_reading, answering(200, PREDICTED)) as server:
        ended = door.end(server.base_url, lambda client: client.ocr.predict_file("m-1", file))

    assert ended.error is None
    assert [received.is_complete for received in server.received] == [False, True]
    assert parts_of(server.received[1])[0].content == LARGE


def cancelled_while(door: Door, base_url: str, file: Any, moment: threading.Event) -> float:
    """Cancel an upload at a moment; how long the loop was then held up."""

    async def run() -> float:
        async with door.open(base_url) as client:
            await client.ocr.predict_file("m-1", PDF)
            task = asyncio.create_task(client.ocr.predict_file("m-1", file))
            # Not before the call is where it waits for its file.
            await asyncio.sleep(SLOW)
            await asyncio.to_thread(moment.wait, 5)
            began = time.monotonic()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            seconds = time.monotonic() - began
            await client.ocr.predict_file("m-1", PDF)
            return seconds

    return asyncio.run(run())


@by_door
def test_a_cancelled_upload_leaves_at_once_although_its_thread_cannot(door: Door) -> None:
    file = SlowFile(LARGE, seconds=0.4)

    with RawServer(answering(200, PREDICTED)) as server:
        seconds = cancelled_while(door, server.base_url, file, file.reading)

    assert seconds < 0.2


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
@pytest.mark.parametrize("moment", ["while opening", "while reading"])
@by_door
def test_a_path_is_closed_when_its_call_is_cancelled_while_a_thread_has_it(
    door: Door, moment: str, tmp_path: Path
) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    descriptors = open_descriptors()
    began, go_on = threading.Event(), threading.Event()

    def write() -> None:
        if moment == "while opening":
            began.set()
            go_on.wait(5)
        with os.fdopen(open_to_write(pipe), "wb") as file:
            file.write(LARGE[:2000])
            file.flush()
            began.set()
            go_on.wait(5)

    writer = threading.Thread(target=write)
    timer = threading.Timer(0.9, go_on.set)
    with RawServer(answering(200, PREDICTED)) as server, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", ResourceWarning)
        writer.start()
        timer.start()
        seconds = cancelled_while(door, server.base_url, pipe, began)
        go_on.set()
        writer.join()
        timer.join()
        wait_until(lambda: open_descriptors() <= descriptors + 1)
        gc.collect()

    assert seconds < 0.2
    assert [str(warning.message) for warning in caught] == []
    assert open_descriptors() <= descriptors


def wait_until(condition: Callable[[], bool]) -> None:
    for _ in range(200):
        if condition():
            return
        time.sleep(TICK)


def open_descriptors() -> int:
    folder = Path("/proc/self/fd")
    return len(list(folder.iterdir())) if folder.exists() else 0


def open_to_write(pipe: Path) -> int:
    """Open a named pipe when somebody reads from it; nobody ever doing so must not hang the test."""
    for _ in range(500):
        try:
            return os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:
            time.sleep(TICK)
    raise AssertionError("nobody opened the pipe")
