"""The part of an answer that arrived before it broke off is kept, because it may have been paid for."""

from __future__ import annotations

from typing import Final

import pytest

from client_doors import BLOCKING, DOORS, Door, Use
from nanonets_sdk import OutcomeUnknown, ServerError
from raw_server import Connection, RawServer, answering, reply, resetting_after_the_body

PDF: Final = b"%PDF-1.7\n"
BEGUN: Final = b'{"message": "Success", "result": [{"message": "Success", "prediction": ['


def answers_without_end(connection: Connection) -> None:
    connection.request()
    connection.send(b"HTTP/1.1 500 Internal Server Error\r\n\r\n")
    while True:
        connection.send(b"x" * 65_536)


def begins_and_stalls(connection: Connection) -> None:
    connection.request()
    connection.send(reply(200, BEGUN, length=len(BEGUN) + 1000))
    connection.until_hung_up()


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_the_beginning_of_an_answer_that_breaks_off_is_kept(door: Door) -> None:
    with RawServer(answering(200, BEGUN, length=len(BEGUN) + 1000)) as server:
        ended = door.end(server.base_url, lambda client: client.ocr.predict_file("m-1", PDF))

    assert isinstance(ended.error, OutcomeUnknown)
    assert ended.error.raw == BEGUN
    assert len(server.received) == 1


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_the_beginning_of_an_answer_that_stalls_is_kept(door: Door) -> None:
    with RawServer(begins_and_stalls) as server, pytest.raises(OutcomeUnknown) as caught:
        door.use(server.base_url, lambda client: client.ocr.predict_file("m-1", PDF), timeout=2.0)

    assert caught.value.raw == BEGUN


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_nothing_is_kept_where_no_answer_began(door: Door) -> None:
    def hangs_up(connection: Connection) -> None:
        connection.request()
        connection.reset()

    with RawServer(hangs_up) as server:
        ended = door.end(server.base_url, lambda client: client.ocr.predict_file("m-1", PDF))

    assert isinstance(ended.error, OutcomeUnknown)
    assert ended.error.raw == b""


CALLS: Final[list[tuple[Use, bool]]] = [
    (lambda client: client.ocr.predict_file("m-1", PDF), True),
    (lambda client: client.ocr.train("m-1"), False),
]


@pytest.mark.parametrize(("use", "is_billed"), CALLS, ids=["predict_file", "train"])
def test_an_unknown_outcome_says_whether_the_call_may_have_been_billed(use: Use, *, is_billed: bool) -> None:
    with RawServer(resetting_after_the_body) as server:
        ended = BLOCKING.end(server.base_url, use)

    assert isinstance(ended.error, OutcomeUnknown)
    assert ("and billed" in str(ended.error)) == is_billed


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_only_the_first_mebibyte_of_an_endless_error_body_is_read(door: Door) -> None:
    with RawServer(answers_without_end) as server:
        ended = door.end(server.base_url, lambda client: client.ocr.predict_file("m-1", PDF), timeout=20.0)

    assert isinstance(ended.error, ServerError)
    assert ended.error.response.body == b"x" * (1 << 20)
