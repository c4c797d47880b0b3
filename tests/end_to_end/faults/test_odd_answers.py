"""Answers that come too early, with odd lengths, or from servers that misbehave end the same on every client."""

from __future__ import annotations

import socket
import time
from typing import Final

import httpx
import pytest

from client_doors import DOORS, Door, Ended, at_every_door
from misbehaviours import ANSWERS
from nanonets_sdk import ApiError, ConnectionFailed, Nanonets, OutcomeUnknown, RateLimited, ServerError, Unauthorized
from raw_server import API_KEY, Connection, RawServer, Script, reply, saying

PDF: Final = b"%PDF-1.7\n"
LARGE: Final = PDF + b"x" * (8 << 20)
PREDICTED: Final = (
    b'{"message": "Success", "result": [{"message": "Success", "input": "a.pdf", "prediction": [], "page": 0,'
    b' "request_file_id": "f-1", "id": "p-1"}], "signed_urls": {}}'
)
by_door = pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)


def early(status: int, *, then: str) -> Script:
    """Answer after the head of a request; then reset the connection, close it, or keep it and read nothing."""

    def script(connection: Connection) -> None:
        connection.head()
        connection.send(reply(status, b'{"message": "Early", "code": 1, "errors": []}', "Retry-After: 7"))
        if then == "reset":
            connection.pause(0.1)
        if then != "close":
            connection.reset()
        if then == "stall":
            connection.until_hung_up()

    return script


@pytest.mark.parametrize("then", ["reset", "close", "stall"])
@pytest.mark.parametrize("status", [401, 413, 500])
@by_door
def test_an_error_before_the_upload_was_read_ends_it_at_once(door: Door, status: int, then: str) -> None:
    with RawServer(early(status, then=then)) as server:
        ended = door.end(server.base_url, lambda client: client.ocr.predict_file("m-1", LARGE))

    assert isinstance(ended.error, {401: Unauthorized, 413: ApiError, 500: ServerError}[status])
    assert ended.error.reason == "Early"
    assert server.connections == 1


@by_door
def test_an_error_that_breaks_off_before_the_upload_was_read_is_that_error(door: Door) -> None:
    def script(connection: Connection) -> None:
        connection.head()
        connection.send(reply(401, b"Early", length=9))
        # The client sees the end of the response while it still has much to send, all of which is read then.
        connection.socket.shutdown(socket.SHUT_WR)
        connection.pause(0.1)

    with RawServer(script) as server:
        ended = door.end(server.base_url, lambda client: client.ocr.predict_file("m-1", LARGE))

    assert isinstance(ended.error, Unauthorized)
    assert server.connections == 1


@pytest.mark.parametrize("then", ["reset", "close", "stall"])
@by_door
def test_a_rate_limit_before_the_upload_was_read_is_waited_for(door: Door, then: str) -> None:
    with RawServer(early(429, then=then), saying(reply(200, PREDICTED))) as server:
        ended = door.end(server.base_url, lambda client: client.ocr.predict_file("m-1", LARGE))

    assert ended.error is None
    # No time passes in the wait, so a client may take the first connection again before it sees that it was closed.
    assert ended.waits[0] == 7.0
    assert LARGE in server.received[-1].body


@by_door
def test_a_rate_limit_that_is_never_lifted_carries_its_wait(door: Door) -> None:
    with RawServer(early(429, then="stall")) as server:
        ended = door.end(server.base_url, lambda client: client.ocr.predict_file("m-1", LARGE), max_retries=1)

    assert isinstance(ended.error, RateLimited)
    assert (ended.error.retry_after, server.connections) == (7.0, 2)


def framed(*lines: str, body: bytes = PREDICTED) -> bytes:
    """A response with these header lines."""
    return "\r\n".join(["HTTP/1.1 200 OK", *lines, "", ""]).encode() + body


LENGTH: Final = f"Content-Length: {len(PREDICTED)}"
CHUNKS: Final = b"%x\r\n%s\r\n0\r\n\r\n" % (len(PREDICTED), PREDICTED)
READABLE: Final = {
    "two equal lengths": framed(LENGTH, LENGTH.lower()),
    "three equal lengths": framed(LENGTH, "X-Between: 1", LENGTH, LENGTH),
    "a list of equal lengths": framed(f"{LENGTH}, {len(PREDICTED)}"),
    "a length beside chunks": framed(LENGTH, "Transfer-Encoding: chunked", body=CHUNKS),
    "another length beside chunks": framed("Content-Length: 3", "Transfer-Encoding: Chunked", body=CHUNKS),
    "two lengths after hints": b"HTTP/1.1 103 Early Hints\r\nContent-Length: 9\r\n\r\n" + framed(LENGTH, LENGTH),
    "many hints": b"HTTP/1.1 102 Processing\r\n\r\n" * 2000 + framed(LENGTH),
}


@pytest.mark.parametrize("name", READABLE)
@by_door
def test_a_length_given_twice_or_beside_chunks_is_read(door: Door, name: str) -> None:
    with RawServer(saying(READABLE[name])) as server:
        ended = door.end(server.base_url, lambda client: client.ocr.predict_file("m-1", PDF))

    assert ended.error is None
    assert ended.value.request_file_id == "f-1"


@pytest.mark.parametrize("lines", [[LENGTH, "Content-Length: 7"], [f"{LENGTH}, 7"]], ids=["two lines", "one line"])
@by_door
def test_different_lengths_are_an_error_that_says_so(door: Door, lines: list[str]) -> None:
    with RawServer(saying(framed(*lines))) as server:
        ended = door.end(server.base_url, lambda client: client.ocr.predict_file("m-1", PDF))

    assert isinstance(ended.error, OutcomeUnknown)
    assert "conflicting Content-Length headers" in str(ended.error)
    assert len(server.received) == 1


@by_door
def test_a_head_that_drips_is_read(door: Door) -> None:
    answer = framed(LENGTH, LENGTH)

    def dripping(connection: Connection) -> None:
        connection.request()
        for start in range(0, len(answer), 11):
            connection.send(answer[start : start + 11])
            connection.pause(0.002)

    with RawServer(dripping) as server:
        ended = door.end(server.base_url, lambda client: client.ocr.predict_file("m-1", PDF))

    assert ended.error is None


QUICK: Final = (
    "drips a chunk's size",
    "drips 100 Continue",
    "floods with 103 Early Hints",
    "sends headers without end",
    "sends noise without end",
    "announces too much",
    "announces less than nothing",
    "switches protocols",
    "drips an error",
    "redirects to itself",
)


@pytest.mark.parametrize("name", QUICK)
def test_a_server_that_misbehaves_costs_no_more_than_the_deadline(name: str) -> None:
    def visit(door: Door) -> tuple[Ended, float]:
        with RawServer(ANSWERS[name]) as server:
            began = time.monotonic()
            ended = door.end(server.base_url, lambda client: client.ocr.predict_file("m-1", PDF), timeout=0.5)
            return ended, time.monotonic() - began

    for ended, seconds in at_every_door(visit).values():
        assert ended.error is not None
        # Under load, starting takes its time too. The exact bound is that of tests/soak/misbehaving_servers.py.
        assert seconds < 5


@pytest.mark.parametrize("reads", [True, False])
def test_a_transport_that_reads_the_body_itself_never_makes_a_billable_call_look_unsent(reads: bool) -> None:
    sent: list[bytes] = []

    def handle(request: httpx.Request) -> httpx.Response:
        sent.append(request.read() if reads else b"")
        if len(sent) == 1:
            return httpx.Response(429, headers={"Retry-After": "1"})
        raise httpx.ReadError("broken")

    pool = httpx.Client(transport=httpx.MockTransport(handle))
    with pool, Nanonets(API_KEY, http_client=pool, max_retries=9) as client, pytest.raises(OutcomeUnknown):
        client.ocr.predict_file("m-1", PDF)

    assert len(sent) == 2


def test_a_hook_that_reads_the_body_does_not_make_a_failed_connection_look_sent() -> None:
    attempts: list[httpx.Request] = []

    def refuse(request: httpx.Request) -> httpx.Response:
        attempts.append(request)
        raise httpx.ConnectError("refused")

    def read(request: httpx.Request) -> None:
        request.read()

    pool = httpx.Client(transport=httpx.MockTransport(refuse), event_hooks={"request": [read]})
    with pool, Nanonets(API_KEY, http_client=pool, max_retries=1) as client, pytest.raises(ConnectionFailed):
        client.ocr.predict_file("m-1", PDF)

    assert len(attempts) == 2
