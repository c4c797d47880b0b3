"""Answers to requests whose bodies the application does not read, over sockets."""

from __future__ import annotations

import asyncio
import http.client
import socket
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final

import httpx
import pytest

from early_answer import LARGE, posted
from nanonets_sdk._net.lingering import Lingering
from served_app import serving_app

REFUSAL: Final = b"There is nothing here"


async def refusing(_scope: Any, _receive: Any, send: Callable[[Any], Awaitable[None]]) -> None:
    """Answer with 404, and read nothing."""
    headers = [(b"content-length", str(len(REFUSAL)).encode()), (b"connection", b"keep-alive")]
    await send({"type": "http.response.start", "status": 404, "headers": headers})
    await send({"type": "http.response.body", "body": REFUSAL})


async def reading(scope: Any, receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Awaitable[None]]) -> None:
    """Read the body, then answer."""
    while (await receive()).get("more_body"):
        pass
    await refusing(scope, receive, send)


def test_a_sender_that_reads_last_gets_the_answer() -> None:
    with serving_app(Lingering(refusing), lifespan="off") as url:
        head, _, body = posted(url).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 404 ")
    assert b"\r\nconnection: close" in head.lower()
    assert body == REFUSAL


def test_without_it_the_same_sender_loses_the_answer() -> None:
    with serving_app(refusing, lifespan="off") as url, pytest.raises(ConnectionError):
        posted(url, headers="Connection: close\r\n")


def test_the_answer_comes_before_the_rest_of_the_body() -> None:
    with (
        serving_app(Lingering(refusing, seconds=30, pause=30), lifespan="off") as url,
        socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2])), timeout=5) as connection,
    ):
        connection.sendall(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 8\r\n\r\nhalf")
        answer = b""
        while REFUSAL not in answer:
            answer += connection.recv(4_096)
        connection.sendall(b"rest")
        assert connection.recv(4_096) == b""


@pytest.mark.parametrize(
    ("limits", "at_least"),
    [({"seconds": 0.3, "pause": 9}, 0.3), ({"seconds": 9, "pause": 0.2}, 0.2), ({"max_bytes": 3}, 0.0)],
    ids=["time", "pause", "size"],
)
def test_a_body_without_end_is_not_read_beyond_the_limits(limits: dict[str, Any], at_least: float) -> None:
    with (
        serving_app(Lingering(refusing, **limits), lifespan="off") as url,
        socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2])), timeout=5) as connection,
    ):
        began = time.monotonic()
        connection.sendall(b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nmore\r\n")
        while connection.recv(4_096):
            pass
        assert at_least <= time.monotonic() - began < 4


def test_a_connection_is_used_again_if_nothing_was_left_unread() -> None:
    with serving_app(Lingering(reading), lifespan="off") as url:
        connection = http.client.HTTPConnection(url.removeprefix("http://"))
        for method, body in (("GET", None), ("POST", b""), ("POST", b"read"), ("GET", None)):
            connection.request(method, "/", body)
            answer = connection.getresponse()
            assert (answer.read(), answer.will_close) == (REFUSAL, False)
        connection.close()


def test_a_sender_that_waits_for_permission_is_refused_without_a_body() -> None:
    with (
        serving_app(Lingering(refusing, seconds=0.2), lifespan="off") as url,
        socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2])), timeout=5) as connection,
    ):
        connection.sendall(
            f"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {LARGE}\r\nExpect: 100-continue\r\n\r\n".encode()
        )
        answer = b""
        while piece := connection.recv(4_096):
            answer += piece
    assert (answer.count(b"HTTP/1.1 "), answer[:12]) == (1, b"HTTP/1.1 404")


def test_an_application_that_is_called_in_process_answers_too() -> None:
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app=Lingering(refusing))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.post("/", content=bytes(100_000))

    assert asyncio.run(ask()).content == REFUSAL
