"""Many calls in many children of one warm parent: every reply must be that of the call.

Run it as `python tests/soak/fork.py --calls 20000 --children 8`. The server is a process of its own, and answers each
call with what was asked. The parent has idle connections and calls under way as it forks, and goes on calling.
It exits with 1 if a reply was wrong or a call failed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any, Final

from nanonets_sdk import AsyncNanonets, Nanonets, NanonetsError

KEY: Final = "key-of-the-soak"
WARM: Final = 8
TASKS: Final = 8


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer every request on a connection with the model id that it asks for."""
    with suppress(asyncio.IncompleteReadError, ConnectionError):
        while True:
            line, _, _ = (await reader.readuntil(b"\r\n\r\n")).partition(b"\r\n")
            wanted = line.split(b" ")[1].rpartition(b"/")[2].decode()
            await asyncio.sleep(0.001)
            body = json.dumps({"model_id": wanted, "model_type": "ocr", "state": 5, "categories": []}).encode()
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body))
            writer.write(body)
            await writer.drain()
    writer.close()


def start_server() -> tuple[int, str]:
    """Fork a server; return its process id and the base URL."""
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:

        async def serve() -> None:
            server = await asyncio.start_server(answer, "127.0.0.1", 0, backlog=1024)
            os.write(writing, str(server.sockets[0].getsockname()[1]).encode())
            await server.serve_forever()

        asyncio.run(serve())
    return process, f"http://127.0.0.1:{int(os.read(reading, 16))}/api/v2"


def judge(counts: Counter[str], wanted: str, got: str) -> None:
    """Count a reply."""
    counts["right" if got == wanted else "WRONG"] += 1


def call_many(client: Nanonets, name: str, calls: int) -> Counter[str]:
    """Call one after another."""
    counts: Counter[str] = Counter()
    for number in range(calls):
        wanted = f"{name}-{number}"
        try:
            judge(counts, wanted, client.ocr.get_model(wanted).model_id)
        except NanonetsError as error:
            counts[f"{type(error).__name__}: {error}"] += 1
    return counts


async def acall_many(client: AsyncNanonets, name: str, calls: int) -> Counter[str]:
    """Call from several tasks."""
    counts: Counter[str] = Counter()

    async def some(first: int) -> None:
        for number in range(first, calls, TASKS):
            wanted = f"{name}-{number}"
            try:
                judge(counts, wanted, (await client.ocr.get_model(wanted)).model_id)
            except NanonetsError as error:
                counts[f"{type(error).__name__}: {error}"] += 1

    await asyncio.gather(*map(some, range(TASKS)))
    return counts


def fork(work: Callable[[], Counter[str]]) -> int:
    """Do some work in a child; return where its counts can be read."""
    reading, writing = os.pipe()
    if os.fork() == 0:
        status = 1
        try:
            os.write(writing, json.dumps(work()).encode())
            status = 0
        finally:
            os._exit(status)
    os.close(writing)
    return reading


def collect(pipes: list[int]) -> Counter[str]:
    """Return what all children have counted."""
    counts: Counter[str] = Counter()
    for pipe in pipes:
        with os.fdopen(pipe) as written:
            counts.update(json.loads(written.read() or '{"a child without counts": 1}'))
        os.wait()
    return counts


def blocking(base_url: str, calls: int, children: int) -> Counter[str]:
    """Fork while threads of the parent are calling."""
    with Nanonets(KEY, base_url=base_url) as client, ThreadPoolExecutor(WARM) as threads:
        names = [f"warm{one}" for one in range(WARM)]
        list(threads.map(partial(call_many, client, calls=3), names))
        stop = threading.Event()

        def go_on(one: int) -> Counter[str]:
            counts: Counter[str] = Counter()
            while not stop.is_set():
                counts += call_many(client, f"parent{one}", 5)
            return counts

        busy = [threads.submit(go_on, one) for one in range(2)]
        pipes = [fork(partial(call_many, client, f"child{child}", calls // children)) for child in range(children)]
        counts = collect(pipes)
        stop.set()
        for one in busy:
            counts["of the parent"] += one.result()["right"]
            counts += Counter({name: times for name, times in one.result().items() if name != "right"})
        return counts


def asynchronous(base_url: str, calls: int, children: int, **options: Any) -> Counter[str]:
    """Fork inside a running event loop whose client has connections and calls under way."""

    async def main() -> Counter[str]:
        async with AsyncNanonets(KEY, base_url=base_url, **options) as client:
            await acall_many(client, "warm", 5 * TASKS)
            going_on = asyncio.create_task(acall_many(client, "parent", 200))
            await asyncio.sleep(0.01)

            def work(child: int) -> Counter[str]:
                part: Awaitable[Counter[str]] = acall_many(client, f"child{child}", calls // children)
                return asyncio.run(part)  # type: ignore[arg-type]  # a coroutine

            pipes = [fork(partial(work, child)) for child in range(children)]
            counts = await asyncio.to_thread(collect, pipes)
            of_parent = await going_on
            counts["of the parent"] = of_parent.pop("right", 0)
            return counts + of_parent

    return asyncio.run(main())


def main() -> int:
    """Run every client; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=20_000, help="calls of all children of one client together")
    parser.add_argument("--children", type=int, default=8)
    options = parser.parse_args()
    server, base_url = start_server()
    failed = False
    try:
        for name, run in (("blocking", blocking), ("async", asynchronous)):
            began = time.monotonic()
            counts = run(base_url, options.calls, options.children)
            right = options.calls // options.children * options.children
            failed = failed or counts["right"] != right or set(counts) - {"right", "of the parent"} != set()
            print(f"{name}: {dict(counts)} in {time.monotonic() - began:.0f} s", flush=True)
    finally:
        os.kill(server, 9)
        os.waitpid(server, 0)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
