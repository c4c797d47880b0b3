"""Network faults for a call that reads, calls that bill, and one that changes something.

For each: how often it is sent, what is raised, that nothing is billed twice, that a repeated body is the same.
"""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Final

import httpx
import pytest
from attrs import evolve, frozen

from client_doors import BLOCKING, DOORS, Door, Ended
from file_sources import BYTES, SOURCES, STREAM, FileSource
from multipart_reader import parts_of
from nanonets_sdk import (
    ApiError,
    ConnectionFailed,
    DecodeError,
    NanonetsError,
    OutcomeUnknown,
    RateLimited,
    ServerError,
)
from raw_server import (
    API_KEY,
    Connection,
    RawServer,
    Script,
    answering,
    refused_base_url,
    reply,
    resetting_after_the_body,
    resetting_before_the_body,
    saying,
)

MAX_RETRIES: Final = 2
ALL_TRIES: Final = MAX_RETRIES + 1
PREDICTED: Final = (
    b'{"message": "Success", "result": [{"message": "Success", "input": "a.pdf", "prediction": [], "page": 0,'
    b' "request_file_id": "f-1", "id": "p-1"}], "signed_urls": {}}'
)
SMALL: Final = b"%PDF-1.7\r\n--\r\n" + bytes(range(256)) * 3
# More than the kernel buffers, so that it cannot be sent completely unless the server reads it.
LARGE: Final = b"%PDF-1.7\r\n" + b"0123456789abcdef" * (1 << 19)
LIMITED: Final = b'{"message": "Too many requests", "code": 429, "errors": []}'


@frozen
class Verdict:
    """How a call ends: the number of requests, and the error."""

    requests: int
    error: type[NanonetsError]


@frozen
class Verdicts:
    """How calls end by what they do: read, bill with a replayable file or without, change without a body."""

    reads: Verdict
    bills: Verdict
    stream: Verdict
    changes: Verdict


@frozen
class Fault:
    """A fault that strikes every connection."""

    name: str
    script: Script
    verdicts: Verdicts
    content: bytes = SMALL
    sources: tuple[FileSource, ...] = (BYTES, STREAM)


def always(error: type[NanonetsError], requests: int = 1) -> Verdicts:
    """The same end for every call."""
    verdict = Verdict(requests, error)
    return Verdicts(verdict, verdict, verdict, verdict)


def only_reads_repeat(of_reads: type[NanonetsError], of_others: type[NanonetsError]) -> Verdicts:
    """Reads are sent again; calls that the service may have carried out are not."""
    return evolve(always(of_others), reads=Verdict(ALL_TRIES, of_reads))


def answering_late_without_chunks(connection: Connection) -> None:
    """Announce chunks, and send something else in a packet of its own."""
    connection.request()
    connection.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    connection.pause(0.05)
    connection.send(b"xyz\r\n")
    connection.until_hung_up()


BROKEN: Final = only_reads_repeat(ConnectionFailed, OutcomeUnknown)
FAULTS: Final = (
    Fault(
        "reset before the body is read",
        resetting_before_the_body,
        Verdicts(
            reads=Verdict(ALL_TRIES, ConnectionFailed),
            bills=Verdict(ALL_TRIES, ConnectionFailed),
            stream=Verdict(1, ConnectionFailed),
            changes=Verdict(1, OutcomeUnknown),
        ),
        LARGE,
        SOURCES,
    ),
    Fault("reset after the body", resetting_after_the_body, BROKEN, sources=SOURCES),
    Fault("silent close", saying(b""), BROKEN),
    Fault("half a status line", saying(b"HTTP/1.1 2"), BROKEN),
    Fault("no HTTP at all", saying(b"SSH-2.0-OpenSSH_9.6\r\n"), BROKEN),
    Fault("length too long", answering(200, PREDICTED, length=len(PREDICTED) + 40), BROKEN),
    Fault("broken chunks", saying(b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"mes\r\n'), BROKEN),
    Fault("no chunks", saying(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n"), BROKEN),
    Fault("no chunks, later", answering_late_without_chunks, BROKEN),
    Fault("no gzip", answering(200, PREDICTED, "Content-Encoding: gzip"), BROKEN),
    Fault(
        "length too short",
        saying(reply(200, PREDICTED, length=len(PREDICTED) - 40)),
        always(DecodeError),
    ),
    Fault("truncated JSON", answering(200, PREDICTED[:-40]), always(DecodeError)),
    Fault("page of HTML", answering(200, b"<html>Welcome", "Content-Type: text/html"), always(DecodeError)),
    Fault("empty answer", answering(200), always(DecodeError)),
    Fault("text for an object", answering(200, b'"text"'), always(DecodeError)),
    Fault(
        "rate limit",
        answering(429, LIMITED, "Retry-After: 1"),
        evolve(always(RateLimited, ALL_TRIES), stream=Verdict(1, RateLimited)),
        sources=SOURCES,
    ),
    *(
        Fault(f"status {status}", answering(status, b"<html>oops"), only_reads_repeat(ServerError, ServerError))
        for status in (500, 502, 503, 504, 529)
    ),
    Fault("broken error", answering(500, b"oops", length=400), only_reads_repeat(ServerError, ServerError)),
    *(
        Fault(f"status {status}", answering(status), only_reads_repeat(ApiError, ApiError))
        for status in (408, 425, 499)
    ),
    *(Fault(f"status {status}", answering(status), always(ApiError)) for status in (302, 304, 423)),
    *(
        Fault(f"status {status}", saying(b"HTTP/1.1 %d Odd\r\n\r\n" % status), always(DecodeError))
        for status in (204, 205)
    ),
    Fault("status 413", answering(413), always(ApiError)),
)
by_door = pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
by_fault = pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
by_source = pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)


def judge(ended: Ended, server: RawServer, verdict: Verdict) -> None:
    assert type(ended.error) is verdict.error
    assert len(server.received) == verdict.requests
    assert [event.attempt for event in ended.retries] == list(range(1, verdict.requests))
    assert [event.wait for event in ended.retries] == ended.waits


@by_fault
@by_door
def test_a_reading_call_under_each_fault(door: Door, fault: Fault) -> None:
    with RawServer(fault.script) as server:
        ended = door.end(server.base_url, lambda client: client.ocr.get_model("m-1"), max_retries=MAX_RETRIES)

    judge(ended, server, fault.verdicts.reads)


@by_fault
@by_door
def test_a_changing_call_without_a_body_under_each_fault(door: Door, fault: Fault) -> None:
    with RawServer(fault.script) as server:
        ended = door.end(server.base_url, lambda client: client.ocr.train("m-1"), max_retries=MAX_RETRIES)

    judge(ended, server, fault.verdicts.changes)


@pytest.mark.parametrize(
    ("fault", "source"),
    [pytest.param(fault, source, id=f"{fault.name}-{source.name}") for fault in FAULTS for source in fault.sources],
)
@by_door
def test_a_billable_call_under_each_fault(door: Door, fault: Fault, source: FileSource, tmp_path: Path) -> None:
    with RawServer(fault.script) as server, ExitStack() as stack:
        file = source.give(fault.content, tmp_path, stack)
        ended = door.end(server.base_url, lambda client: client.ocr.submit_file("m-1", file), max_retries=MAX_RETRIES)

    verdicts = fault.verdicts
    judge(ended, server, verdicts.bills if source.is_replayable else verdicts.stream)
    whole = [received for received in server.received if received.is_complete]
    assert len(whole) == (0 if fault.script is resetting_before_the_body else len(server.received))
    assert len({received.body for received in whole}) <= 1
    assert all(parts_of(received)[0].content == fault.content for received in whole)


@pytest.mark.parametrize("use", ["predict_urls", "submit_urls"])
@by_door
def test_urls_that_were_sent_without_an_answer_are_not_sent_again(door: Door, use: str) -> None:
    with RawServer(resetting_after_the_body) as server:
        ended = door.end(
            server.base_url, lambda client: getattr(client.ocr, use)("m-1", ["https://files.example.org/a.pdf"])
        )

    judge(ended, server, Verdict(1, OutcomeUnknown))


@by_source
@by_door
def test_a_connection_that_never_came_about_is_tried_again(door: Door, source: FileSource, tmp_path: Path) -> None:
    reserved, base_url = refused_base_url()
    with reserved, ExitStack() as stack:
        file = source.give(SMALL, tmp_path, stack)
        ended = door.end(base_url, lambda client: client.ocr.predict_file("m-1", file), max_retries=MAX_RETRIES)

    assert type(ended.error) is ConnectionFailed
    assert [event.error for event in ended.retries] == ["ConnectError"] * (MAX_RETRIES if source.is_replayable else 0)


@pytest.mark.parametrize("use", ["get_model", "train"])
@by_door
def test_a_call_without_a_body_that_never_connected_is_tried_again(door: Door, use: str) -> None:
    reserved, base_url = refused_base_url()
    with reserved:
        ended = door.end(base_url, lambda client: getattr(client.ocr, use)("m-1"), max_retries=MAX_RETRIES)

    assert type(ended.error) is ConnectionFailed
    assert len(ended.retries) == MAX_RETRIES


def test_what_an_earlier_attempt_sent_does_not_count_for_one_that_never_connected() -> None:
    class OnlyOnce(httpx.HTTPTransport):
        was_used = False

        def handle_request(self, request: httpx.Request) -> httpx.Response:
            if self.was_used:
                raise httpx.ConnectError("connection refused")
            self.was_used = True
            return super().handle_request(request)

    with (
        RawServer(answering(429, LIMITED, "Retry-After: 1")) as server,
        httpx.Client(transport=OnlyOnce()) as pool,
    ):
        ended = BLOCKING.end(server.base_url, lambda client: client.ocr.predict_file("m-1", SMALL), http_client=pool)

    assert type(ended.error) is ConnectionFailed
    assert len(server.received) == 1


PASSING: Final = {
    "reset before the body is read": resetting_before_the_body,
    "rate limit": answering(429, LIMITED, "Retry-After: 1"),
}


@pytest.mark.parametrize("fault", PASSING)
@by_source
@by_door
def test_after_a_passing_fault_the_same_body_is_sent_again(
    door: Door, source: FileSource, fault: str, tmp_path: Path
) -> None:
    with RawServer(PASSING[fault], PASSING[fault], answering(200, PREDICTED)) as server, ExitStack() as stack:
        file = source.give(LARGE, tmp_path, stack)
        ended = door.end(server.base_url, lambda client: client.ocr.predict_file("m-1", file, request_metadata="x"))

    assert len(server.received) == (3 if source.is_replayable else 1)
    assert (ended.error is None) == source.is_replayable
    whole = [received for received in server.received if received.is_complete]
    assert len({received.body for received in whole}) == (1 if source.is_replayable or fault == "rate limit" else 0)
    assert all([part.content for part in parts_of(received)] == [LARGE, b"x"] for received in whole)
    assert len({tuple(received.values("content-length")) for received in server.received}) == 1


@by_door
def test_a_file_of_the_callers_stays_open_and_what_was_opened_here_is_closed(door: Door, tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(SMALL)
    with RawServer(answering(500)) as server, path.open("rb") as file:
        # A file that stays open raises a ResourceWarning, which fails the test.
        door.end(server.base_url, lambda client: client.ocr.predict_file("m-1", path))
        door.end(server.base_url, lambda client: client.ocr.predict_file("m-1", file))

        assert not file.closed


def early_answer(connection: Connection) -> None:
    connection.head()
    connection.send(reply(413, LIMITED, "Connection: close"))


@by_door
def test_an_answer_that_comes_before_the_body_is_sent_is_heard(door: Door) -> None:
    with RawServer(early_answer) as server:
        ended = door.end(server.base_url, lambda client: client.ocr.predict_file("m-1", LARGE))

    assert isinstance(ended.error, ApiError)
    assert ended.error.status_code == 413
    assert len(server.received) == 1


@by_door
def test_no_message_quotes_the_answer(door: Door) -> None:
    bodies = (
        saying(b"secret words of the answer, with " + API_KEY.encode() + b"\r\n\r\n"),
        saying(reply(200, b"", "secret: words of the answer", "secret words of the answer")),
        answering(200, b"secret words of the answer"),
        answering(400, b"<p>secret words of the answer"),
    )
    for script in bodies:
        with RawServer(script) as server:
            ended = door.end(server.base_url, lambda client: client.ocr.train("m-1"))

        assert ended.error is not None
        assert "secret" not in f"{ended.error!s} {ended.error!r}"


@by_door
def test_a_switch_of_protocols_says_nothing_sure_about_a_billable_call(door: Door) -> None:
    switching = saying(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n")
    with RawServer(switching) as server:
        ended = door.end(server.base_url, lambda client: client.ocr.submit_file("m-1", SMALL), max_retries=MAX_RETRIES)

    assert isinstance(ended.error, OutcomeUnknown | DecodeError)
    assert ended.error.may_be_billed
    assert len(server.received) == 1
