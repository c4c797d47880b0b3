"""A connection that cannot be closed does not take the response with it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from nanonets_sdk.transport.content import Incoming
from nanonets_sdk.transport.deadline import Deadline
from virtual_clock import VirtualClock

UPLOAD = 8 << 20


class Answer(httpx.AsyncByteStream):
    """The answer to an upload on a real connection, which is aborted when the answer was read."""

    def __init__(self, connection: asyncio.BaseTransport) -> None:
        self.connection = connection
        self.failed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield b"too many requests"

    async def aclose(self) -> None:
        try:
            self.connection.abort()  # type: ignore[attr-defined]  # of a connection over TCP
        except AttributeError:
            self.failed = True
            raise


async def read_after_a_flush() -> tuple[bytes, bool]:
    read = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(1 << 20):
            pass
        writer.close()
        read.set()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    address = server.sockets[0].getsockname()
    connection, _ = await asyncio.get_running_loop().create_connection(asyncio.Protocol, *address)
    # Closed with bytes left to send: the loop sends them, and then forgets itself before it was told to abort.
    connection.write(bytes(UPLOAD))
    connection.close()
    await read.wait()
    answer = Answer(connection)
    response = httpx.Response(429, stream=answer)
    clock = VirtualClock()
    Incoming.of(response, 1_000, Deadline(clock.monotonic() + 60.0, clock))
    await response.aread()
    await response.aclose()
    server.close()
    return response.content, answer.failed


def test_an_answer_is_kept_if_its_connection_cannot_be_aborted_any_more() -> None:
    content, failed = asyncio.run(read_after_a_flush())
    if not failed:
        pytest.skip("the event loop of this Python can abort it")
    assert content == b"too many requests"
