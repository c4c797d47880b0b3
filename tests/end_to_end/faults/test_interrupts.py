"""Ctrl-C and cancellation: nothing is left open, nothing is sent afterwards, and the client goes on working."""

from __future__ import annotations

import asyncio
import gc
import signal
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import httpx
import pytest
from httpx_aiohttp import HttpxAiohttpClient

from client_doors import ASYNC_DOORS, BLOCKING, DOORS, Door, Use, set_clock
from nanonets_sdk import AsyncNanonets
from raw_server import (
    API_KEY,
    Connection,
    RawServer,
    Script,
    answering,
    keeping_alive,
    stalling_after_the_body,
    stalling_before_the_body,
)
from raw_server import reply as reply_bytes
from virtual_clock import VirtualClock
from waiting import wait_until

LARGE: Final = b"%PDF-1.7\n" + b"0123456789abcdef" * (1 << 19)
MODEL: Final = b'{"model_id": "m-1", "model_type": "ocr", "state": 3, "categories": []}'
EMPTY: Final = b'{"moderated_images": [], "unmoderated_images": []}'
has_descriptors = pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="descriptors are counted in /proc")


def sockets() -> int:
    """Return the number of sockets that this process has open."""
    found = 0
    for entry in Path("/proc/self/fd").iterdir():
        try:
            found += entry.readlink().name.startswith("socket:")
        except OSError:
            continue
    return found


@contextmanager
def no_leaks() -> Generator[None, None, None]:
    """Fail if anything is left open, for which Python issues a ResourceWarning."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", ResourceWarning)
        yield
        gc.collect()
    assert [str(warning.message) for warning in caught] == []


def stalling_in_the_answer(connection: Connection) -> None:
    connection.request()
    connection.send(reply_bytes(200, MODEL)[:-10])
    connection.until_hung_up()


MOMENTS: Final[dict[str, tuple[Script, Use]]] = {
    "in the middle of an upload": (stalling_before_the_body, lambda client: client.ocr.predict_file("m-1", LARGE)),
    "before the answer": (stalling_after_the_body, lambda client: client.ocr.predict_file("m-1", LARGE)),
    "in the middle of the answer": (stalling_in_the_answer, lambda client: client.ocr.get_model("m-1")),
    "between two tries": (answering(429, b"", "Retry-After: 30"), lambda client: client.ocr.train("m-1")),
    "waiting for a training": (answering(200, MODEL), lambda client: client.ocr.wait_until_trained("m-1")),
    "waiting for a job": (answering(200, EMPTY), lambda client: client.ocr.job("m-1", "f-1").result()),
}


@has_descriptors
@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("door", ASYNC_DOORS, ids=lambda door: door.name)
def test_a_cancelled_call_leaves_nothing_open_and_the_client_usable(door: Door, moment: str) -> None:
    script, use = MOMENTS[moment]

    async def run(base_url: str) -> None:
        async with door.open(base_url) as client:
            before = sockets()
            task = asyncio.create_task(use(client))
            await asyncio.to_thread(wait_until, lambda: bool(server.received))
            # The request may just be starting; a little later it is at the intended point.
            await asyncio.sleep(0.1)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            # The server's end of the connection is a socket of this process too.
            await asyncio.to_thread(wait_until, lambda: sockets() <= before + 1)
            model = await client.ocr.get_model("m-1")
            assert model.model_id == "m-1"

    with no_leaks(), RawServer(script, *([answering(200, MODEL)] * 3)) as server:
        asyncio.run(run(server.base_url))

    assert len(server.received) == 2


PROGRAM: Final = """
import gc, os, signal, sys, threading, time, warnings
from pathlib import Path

from client_doors import DOORS

warnings.simplefilter("error", ResourceWarning)
door = next(door for door in DOORS if door.name == sys.argv[1])
base_url, path, use = sys.argv[2:]
uses = {
    "upload": lambda client: client.ocr.predict_file("m-1", path),
    "wait": lambda client: client.ocr.wait_until_trained("m-1"),
}


def interrupted(client):
    print("ready", flush=True)
    return uses[use](client)


def descriptors():
    return sorted(os.readlink(entry) for entry in Path("/proc/self/fd").iterdir() if entry.exists())


def attempt(client):
    try:
        interrupted(client)
    except KeyboardInterrupt:
        return [entry for entry in descriptors() if "socket:" in entry or entry == path]


if door.name == "blocking":
    with door.open(base_url) as client:
        left = attempt(client)
        state = client.ocr.get_model("m-1").state
else:
    left = None
    try:
        door.use(base_url, interrupted)
    except KeyboardInterrupt:
        left = [entry for entry in descriptors() if "socket:" in entry or entry == path]
    state = door.use(base_url, lambda client: client.ocr.get_model("m-1")).state
gc.collect()
print(left, state)
"""


@has_descriptors
@pytest.mark.parametrize(
    ("use", "script"),
    [("upload", stalling_before_the_body), pytest.param("wait", answering(200, MODEL), marks=pytest.mark.slow)],
)
@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_ctrl_c_leaves_nothing_open_and_the_client_usable(door: Door, use: str, script: Script, tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(LARGE)
    with RawServer(script, answering(200, MODEL)) as server:
        program = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, door.name, server.base_url, str(path), use],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={"PYTHONPATH": ":".join(filter(None, sys.path)), "PYTHONDONTWRITEBYTECODE": "1"},
        )
        with program:
            assert program.stdout is not None
            assert program.stderr is not None
            assert program.stdout.readline() == "ready\n"
            assert wait_until(lambda: bool(server.received))
            time.sleep(0.1)
            program.send_signal(signal.SIGINT)
            said, complained = program.communicate(timeout=20)

    assert complained == ""
    assert said == "[] 3\n"
    assert len(server.received) == 2


class InterruptedClock(VirtualClock):
    """A clock that presses Ctrl-C during its first wait."""

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        if len(self.waits) == 1:
            raise KeyboardInterrupt


def test_ctrl_c_between_attempts_closes_the_file_and_sends_nothing_more(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(LARGE)
    with (
        no_leaks(),
        RawServer(answering(429), answering(200, MODEL)) as server,
        BLOCKING.open(server.base_url) as client,
    ):
        set_clock(client, InterruptedClock())
        with pytest.raises(KeyboardInterrupt):
            client.ocr.predict_file("m-1", path)

        assert len(server.received) == 1
        assert client.ocr.get_model("m-1").model_id == "m-1"


@pytest.mark.parametrize("kind", [httpx.AsyncClient, HttpxAiohttpClient])
def test_a_cancelled_waiter_in_the_queue_does_not_take_a_connection_with_it(kind: type[httpx.AsyncClient]) -> None:
    async def run(base_url: str) -> tuple[set[str], int]:
        async with kind(limits=httpx.Limits(max_connections=3)) as pool:
            client = AsyncNanonets(API_KEY, base_url=base_url, http_client=pool)
            tasks = [asyncio.create_task(client.ocr.get_model("m-1")) for _ in range(30)]
            await asyncio.to_thread(wait_until, lambda: len(server.received) == 3)
            for task in tasks[::3]:
                task.cancel()
            goes_on.set()
            ended = await asyncio.gather(*tasks, return_exceptions=True)
            again = await asyncio.gather(*(client.ocr.get_model("m-1") for _ in range(6)))
            return {type(one).__name__ for one in ended}, len(again)

    goes_on = threading.Event()

    def answering_later(connection: Connection) -> None:
        connection.request()
        goes_on.wait(20)
        connection.send(reply_bytes(200, MODEL))
        keeping_alive(200, MODEL)(connection)

    with RawServer(answering_later) as server:
        assert asyncio.run(run(server.base_url)) == ({"CancelledError", "Model"}, 6)
