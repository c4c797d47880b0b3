"""A call waits as long as the service asks before it is sent again, in every form of the request."""

from __future__ import annotations

from typing import Final

import pytest

from client_doors import BLOCKING, DOORS, Door
from nanonets_sdk import ConnectionFailed, RateLimited, ServerError
from raw_server import RawServer, answering
from virtual_clock import START, VirtualClock

PDF: Final = b"%PDF-1.7\n"
MODEL: Final = b'{"model_id": "m-1", "model_type": "ocr", "state": 5, "categories": []}'
PREDICTED: Final = (
    b'{"message": "Success", "result": [{"message": "Success", "input": "a.pdf", "prediction": [], "page": 0,'
    b' "request_file_id": "f-1", "id": "p-1"}], "signed_urls": {}}'
)
# The delay that the service advises, plus half of the jitter of a quarter.
ADVISED: Final = (30 * 1.125, 60 * 1.125, 120 * 1.125)
FORMS: Final = {
    "7": 7.0,
    " 7 ": 7.0,
    "1.25": 1.25,
    "0.25": ADVISED[0],
    "0": ADVISED[0],
    "Mon, 06 May 2024 07:08:39 GMT": 30.0,
    "Mon, 06 May 2024 09:08:39 +0200": 30.0,
    "Monday, 06-May-24 07:08:39 GMT": 30.0,
    "Mon May  6 07:08:39 2024": 30.0,
    "Sun, 05 May 2024 07:08:39 GMT": ADVISED[0],
    "soon": ADVISED[0],
    "": ADVISED[0],
    "-5": ADVISED[0],
    "nan": ADVISED[0],
    "inf": ADVISED[0],
    "1e999": ADVISED[0],
    "1e300": ADVISED[0],
    "1764363870": ADVISED[0],
    "Fri, 99999999999999999999 Jan 2020 00:00:00 GMT": ADVISED[0],
    "Mon, 06 May 2024 07:08:39 +9999": ADVISED[0],
}
by_door = pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)


@pytest.mark.parametrize("value", FORMS, ids=lambda value: value or "empty")
def test_the_wait_is_the_one_that_the_service_asks_for_if_it_can_be_one(value: str) -> None:
    with RawServer(answering(429, b"", f"Retry-After: {value}"), answering(200, PREDICTED)) as server:
        ended = BLOCKING.end(server.base_url, lambda client: client.ocr.predict_file("m-1", PDF), timeout=600)

    assert ended.error is None
    assert ended.waits == pytest.approx([FORMS[value]])


@by_door
def test_a_date_is_measured_by_the_clock_of_whoever_answers(door: Door) -> None:
    headers = ("Date: Sun, 06 May 2001 07:08:09 GMT", "Retry-After: Sun, 06 May 2001 07:08:29 GMT")
    with RawServer(answering(429, b"", *headers), answering(200, PREDICTED)) as server:
        ended = door.end(server.base_url, lambda client: client.ocr.predict_file("m-1", PDF))

    assert ended.error is None
    assert ended.waits == [20.0]


@by_door
def test_every_client_waits_as_long_as_it_is_asked_to(door: Door) -> None:
    dates = ("Mon, 06 May 2024 07:08:19 GMT", "Mon, 06 May 2024 07:08:49 GMT")
    limits = (answering(429, b"", f"Retry-After: {date}") for date in dates)
    with RawServer(*limits, answering(200, PREDICTED)) as server:
        ended = door.end(server.base_url, lambda client: client.ocr.predict_file("m-1", PDF))

    assert START.isoformat() == "2024-05-06T07:08:09+00:00"
    assert ended.waits == pytest.approx([10.0, 30.0])
    assert [(event.status, event.error) for event in ended.retries] == [(429, None), (429, None)]


@by_door
def test_without_retry_after_the_advised_waits_are_kept(door: Door) -> None:
    with RawServer(answering(429)) as server:
        ended = door.end(
            server.base_url, lambda client: client.ocr.predict_file("m-1", PDF), timeout=600, max_retries=3
        )

    assert isinstance(ended.error, RateLimited)
    assert ended.error.retry_after is None
    assert ended.waits == pytest.approx(ADVISED)


@pytest.mark.parametrize("value", ["86400", "Wed, 08 May 2024 07:08:09 GMT"])
@by_door
def test_a_wait_beyond_the_deadline_is_left_to_the_caller(door: Door, value: str) -> None:
    with RawServer(answering(429, b"", f"Retry-After: {value}")) as server:
        ended = door.end(server.base_url, lambda client: client.ocr.predict_file("m-1", PDF))

    assert isinstance(ended.error, RateLimited)
    assert ended.error.retry_after is not None
    assert ended.error.retry_after >= 86400
    assert (len(server.received), ended.waits) == (1, [])


@by_door
def test_a_service_that_always_asks_for_a_retry_at_once_is_not_flooded(door: Door) -> None:
    with RawServer(answering(429, b"", "Retry-After: 0")) as server:
        ended = door.end(
            server.base_url, lambda client: client.ocr.predict_file("m-1", PDF), timeout=600, max_retries=9
        )

    assert isinstance(ended.error, RateLimited)
    assert ended.error.retry_after is None
    assert ended.waits == pytest.approx([*ADVISED, ADVISED[2], ADVISED[2]])
    assert len(server.received) == 6


@by_door
def test_a_short_wait_that_is_asked_for_again_and_again_grows(door: Door) -> None:
    with RawServer(answering(429, b"", "Retry-After: 1")) as server:
        ended = door.end(
            server.base_url,
            lambda client: client.ocr.predict_file("m-1", PDF),
            VirtualClock(jitter=1.0),
            timeout=60,
            max_retries=6,
        )

    assert ended.waits == pytest.approx([1, 1, 2, 4, 8, 8])


@by_door
def test_waits_and_attempts_share_one_deadline(door: Door) -> None:
    with RawServer(answering(429, b"", "Retry-After: 25")) as server:
        ended = door.end(server.base_url, lambda client: client.ocr.get_model("m-1"), timeout=60, max_retries=9)

    assert ended.waits == [25, 25]
    assert len(server.received) == 3


@by_door
def test_a_server_that_is_busy_is_waited_for_as_it_asks(door: Door) -> None:
    with RawServer(answering(503, b"", "Retry-After: 3"), answering(200, MODEL)) as server:
        ended = door.end(server.base_url, lambda client: client.ocr.get_model("m-1"))

    assert ended.error is None
    assert ended.waits == [3]


@pytest.mark.parametrize(("jitter", "waits"), [(0.0, [0, 0, 0, 0, 0, 0]), (1.0, [0.5, 1, 2, 4, 8, 8])])
def test_other_errors_are_retried_with_exponential_backoff_and_full_jitter(jitter: float, waits: list[float]) -> None:
    with RawServer(answering(500)) as server:
        ended = BLOCKING.end(
            server.base_url,
            lambda client: client.ocr.get_model("m-1"),
            VirtualClock(jitter=jitter),
            max_retries=6,
        )

    assert isinstance(ended.error, ServerError)
    assert ended.waits == waits


@by_door
def test_no_retries_means_one_try(door: Door) -> None:
    for script in (answering(500), answering(429), answering(200, b"{", length=40)):
        with RawServer(script) as server:
            ended = door.end(server.base_url, lambda client: client.ocr.get_model("m-1"), max_retries=0)

        assert isinstance(ended.error, ServerError | RateLimited | ConnectionFailed)
        assert len(server.received) == 1
