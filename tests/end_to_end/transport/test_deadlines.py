"""A call ends when its deadline passes, whatever the server does, and leaves nothing open."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

import pytest

from client_doors import Door, Ended, Use, at_every_door
from file_sources import BYTES, OPEN_FILE, PATH, STREAM, FileSource
from nanonets_sdk import NanonetsError, OutcomeUnknown, RequestTimeout
from raw_server import (
    Connection,
    RawServer,
    Script,
    answering,
    full_backlog,
    reply,
    stalling_after_the_body,
    stalling_before_the_body,
    trickling,
)

TIMEOUT: Final = 0.6
# Under load a thread may oversleep; without a deadline each of these would take even longer.
LATEST: Final = TIMEOUT * 5
LARGE: Final = b"%PDF-1.7\r\n" + b"0123456789abcdef" * (1 << 19)
SMALL: Final = b"%PDF-1.7\r\n"
PREDICTED: Final = b'{"message": "Success", "result": [], "signed_urls": {}, "padding": "' + b"x" * 400 + b'"}'


def stalling_often(connection: Connection) -> None:
    """Answer late, and stall in the middle; each stall alone would be within the deadline."""
    connection.request()
    for start in range(0, 400, 40):
        connection.pause(TIMEOUT * 0.85)
        connection.send(reply(200, PREDICTED)[start : start + 40])
    connection.until_hung_up()


def reading_by_trickles(connection: Connection) -> None:
    """Read the body slowly, so that the client keeps making progress."""
    connection.head()
    connection.reset()
    while True:
        connection.pause(0.02)
        connection.socket.recv(1 << 14)


def answering_in_trickles(connection: Connection) -> None:
    answer = reply(200, PREDICTED)
    head = answer.index(b"{")
    connection.request()
    connection.send(answer[:head])
    for value in answer[head:]:
        connection.send(bytes([value]))
        connection.pause(0.01)


def timed(door: Door, server: RawServer, use: Use, timeout: float = TIMEOUT) -> tuple[Ended, float, int]:
    began: list[float] = []

    def begin(client: Any) -> Any:
        began.append(time.monotonic())
        return use(client)

    ended = door.end(server.base_url, begin, timeout=timeout)
    return ended, time.monotonic() - began[0], len(server.received)


def visit(script: Script, use: Use) -> dict[Door, tuple[Ended, float, int]]:
    def enter(door: Door) -> tuple[Ended, float, int]:
        with RawServer(script) as server:
            return timed(door, server, use)

    return at_every_door(enter)


def judge(visits: dict[Door, tuple[Ended, float, int]], error: type[NanonetsError]) -> None:
    for ended, seconds, requests in visits.values():
        assert type(ended.error) is error
        assert requests == 1
        assert seconds < LATEST
    assert len(visits) == 3


@pytest.mark.parametrize(
    "script", [stalling_after_the_body, answering_in_trickles, stalling_often], ids=lambda script: script.__name__
)
def test_a_read_without_an_answer_in_time_may_be_repeated(script: Script) -> None:
    judge(visit(script, lambda client: client.ocr.get_model("m-1")), RequestTimeout)


@pytest.mark.parametrize(
    "script",
    [stalling_after_the_body, answering_in_trickles, stalling_often],
    ids=lambda script: script.__name__,
)
def test_a_billing_call_without_an_answer_in_time_may_have_been_billed(script: Script) -> None:
    judge(visit(script, lambda client: client.ocr.predict_file("m-1", SMALL)), OutcomeUnknown)


def test_a_change_without_an_answer_in_time_may_have_been_made() -> None:
    judge(visit(stalling_after_the_body, lambda client: client.ocr.train("m-1")), OutcomeUnknown)


def answering_by_bytes(content: bytes) -> Script:
    """Answer byte by byte, for longer than the deadline."""
    return trickling(content, 0.01)


HEAD: Final = b"HTTP/1.1 200 OK\r\n"
TRICKLES: Final[dict[str, bytes]] = {
    "status line": b"HTTP/1.1 200 " + b"O" * 400,
    "header": HEAD + b"X-Long: " + b"x" * 400,
    "headers": HEAD + b"".join(b"X-%d: a\r\n" % number for number in range(80)),
    "chunk size": HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"0" * 400,
    "chunks": HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"1\r\n \r\n" * 80,
    "informational responses": b"HTTP/1.1 100 Continue\r\n\r\n" * 20,
    "error": b"HTTP/1.1 500 Oops\r\nContent-Le" + b"n" * 400,
}


@pytest.mark.parametrize("what", TRICKLES)
def test_whatever_part_of_a_response_trickles_is_given_up(what: str) -> None:
    visits = visit(answering_by_bytes(TRICKLES[what]), lambda client: client.ocr.get_model("m-1"))

    judge(visits, RequestTimeout)


@pytest.mark.parametrize("source", [BYTES, PATH, OPEN_FILE, STREAM], ids=lambda source: source.name)
def test_a_body_that_nobody_reads_was_not_billed(source: FileSource, tmp_path: Path) -> None:
    def enter(door: Door) -> tuple[Ended, float, int]:
        folder = tmp_path / door.name
        folder.mkdir()
        with RawServer(stalling_before_the_body) as server, ExitStack() as stack:
            file = source.give(LARGE, folder, stack)
            return timed(door, server, lambda client: client.ocr.predict_file("m-1", file))

    judge(at_every_door(enter), RequestTimeout)


def test_a_body_that_is_read_in_trickles_is_given_up() -> None:
    judge(visit(reading_by_trickles, lambda client: client.ocr.predict_file("m-1", LARGE)), RequestTimeout)


def test_attempts_share_the_deadline() -> None:
    def enter(door: Door) -> tuple[Ended, float, int]:
        later = answering(503, b"", "Retry-After: 3")
        with RawServer(later, later, stalling_after_the_body) as server:
            return timed(door, server, lambda client: client.ocr.get_model("m-1"), timeout=7.0)

    for ended, seconds, requests in at_every_door(enter).values():
        assert type(ended.error) is RequestTimeout
        assert requests == 3
        # The two waits took no real time, but count against the deadline.
        assert seconds < 5


@pytest.fixture
def unreachable() -> Iterator[str]:
    """A base URL that neither accepts nor refuses connections."""
    with full_backlog() as origin:
        yield origin


USES: Final[dict[str, Use]] = {
    "read": lambda client: client.ocr.get_model("m-1"),
    "change": lambda client: client.ocr.train("m-1"),
    "bill": lambda client: client.ocr.predict_file("m-1", SMALL),
}


@pytest.mark.parametrize("use", USES)
def test_a_connection_that_does_not_come_about_in_time_changed_nothing(use: str, unreachable: str) -> None:
    # Little of this is left after connecting, and a loaded machine must report the timeout within it.
    endings = at_every_door(lambda door: door.end(unreachable, USES[use], timeout=TIMEOUT * 5))

    assert [type(ended.error) for ended in endings.values()] == [RequestTimeout] * 3
