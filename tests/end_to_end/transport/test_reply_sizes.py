"""A reply is read up to a limit on its decoded size, held once, and what was paid for stays reachable."""

from __future__ import annotations

import gc
import gzip
import tracemalloc
import zlib
from collections.abc import Callable
from typing import Any, Final

import httpx
import pytest

from client_doors import DOORS, Door
from nanonets_sdk import (
    AsyncNanonets,
    BadRequest,
    ConfigurationError,
    DecodeError,
    Nanonets,
    OutcomeUnknown,
    ReplyTooLarge,
    ServerError,
)
from raw_server import API_KEY, Connection, HungUp, RawServer, Script, answering

PDF: Final = b"%PDF-1.7\n"
LIMIT: Final = 1 << 20
MODEL: Final = b'{"model_id": "m-1", "model_type": "ocr", "state": 5, "categories": []}'
PREDICTED: Final = (
    b'{"message": "Success", "result": [{"message": "Success", "input": "a.pdf", "prediction": [], "page": 0,'
    b' "request_file_id": "4f0e-f-1", "id": "p-1"}], "signed_urls": {}, "padding": "'
)
BOMB: Final = b" " * (32 << 20)
GZIPPED: Final = gzip.compress(BOMB, 1)
by_door = pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)


def padded(size: int) -> bytes:
    """A prediction of exactly so many bytes."""
    return PREDICTED + b"x" * (size - len(PREDICTED) - 2) + b'"}'


def endless(head: bytes, piece: bytes) -> Script:
    """Send chunks until the client hangs up."""

    def script(connection: Connection) -> None:
        connection.request()
        connection.send(head + b"Transfer-Encoding: chunked\r\n\r\n")
        while not connection.stopping.is_set():
            connection.send(b"%x\r\n%s\r\n" % (len(piece), piece))
        raise HungUp

    return script


def coded(coding: str, body: bytes, status: int = 200) -> Script:
    return answering(status, body, f"Content-Encoding: {coding}")


@by_door
def test_a_reply_of_the_largest_size_is_read(door: Door) -> None:
    with RawServer(answering(200, padded(LIMIT))) as server:
        document = door.use(server.base_url, lambda client: client.ocr.predict_file("m-1", PDF), max_reply_bytes=LIMIT)

    assert document.request_file_id == "4f0e-f-1"
    assert len(document.raw_bytes) == LIMIT


@by_door
def test_a_larger_reply_is_an_error_that_keeps_what_was_paid_for(door: Door) -> None:
    with RawServer(answering(200, padded(LIMIT + 1))) as server:
        ended = door.end(server.base_url, lambda client: client.ocr.predict_file("m-1", PDF), max_reply_bytes=LIMIT)

    assert type(ended.error) is ReplyTooLarge
    assert ended.error.raw == padded(LIMIT + 1)[:LIMIT]
    assert (ended.error.status_code, ended.error.request_file_id) == (200, "4f0e-f-1")
    assert ended.error.may_be_billed
    assert not ended.error.is_transient
    assert "carried out and billed" in str(ended.error)
    assert "4f0e-f-1" in str(ended.error)
    assert len(server.received) == 1


ENDLESS: Final[dict[str, Script]] = {
    "chunks": endless(b"HTTP/1.1 200 OK\r\n", b" " * (1 << 16)),
    "gzip bomb": coded("gzip", GZIPPED),
    "deflate bomb": coded("deflate", zlib.compress(BOMB, 1)),
    "many gzip members": endless(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n", gzip.compress(b" " * (1 << 22), 1)),
    "length of a gigabyte": answering(200, b" " * (LIMIT * 4), length=1 << 30),
}


@pytest.mark.parametrize("name", ENDLESS)
@by_door
def test_a_reply_without_end_takes_no_more_memory_than_the_limit(door: Door, name: str) -> None:
    with RawServer(ENDLESS[name]) as server:
        tracemalloc.start()
        try:
            ended = door.end(server.base_url, lambda client: client.ocr.get_model("m-1"), max_reply_bytes=LIMIT)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert type(ended.error) is ReplyTooLarge
    assert len(ended.error.raw) == LIMIT
    assert len(server.received) == 1
    # The server in this process and the libraries take some of it.
    assert peak < 12 * LIMIT


@pytest.mark.parametrize("coding", ["gzip, gzip", "deflate, gzip", "br", "zstd"])
@by_door
def test_a_reply_in_a_coding_that_is_not_decoded_is_kept_as_it_came(door: Door, coding: str) -> None:
    body = gzip.compress(gzip.compress(padded(500)))
    with RawServer(coded(coding, body)) as server:
        ended = door.end(server.base_url, lambda client: client.ocr.predict_file("m-1", PDF))

    assert type(ended.error) is DecodeError
    assert ended.error.raw == body
    assert f"'{coding}'" in str(ended.error)
    assert len(server.received) == 1


@pytest.mark.parametrize(
    ("coding", "encode"),
    [("gzip", gzip.compress), ("x-gzip", gzip.compress), ("deflate", zlib.compress), ("identity", bytes)],
)
@by_door
def test_a_reply_in_one_coding_is_decoded(door: Door, coding: str, encode: Callable[[bytes], bytes]) -> None:
    with RawServer(coded(coding, encode(MODEL))) as server:
        model = door.use(server.base_url, lambda client: client.ocr.get_model("m-1"))

    assert model.model_id == "m-1"
    assert server.received[0].value("accept-encoding") == "gzip, deflate"


@by_door
def test_a_reply_that_is_not_in_its_coding_is_kept_as_it_came(door: Door) -> None:
    with RawServer(coded("gzip", padded(500))) as server:
        ended = door.end(server.base_url, lambda client: client.ocr.predict_file("m-1", PDF))

    assert type(ended.error) is OutcomeUnknown
    assert ended.error.raw == padded(500)


ERRORS: Final[dict[str, Script]] = {
    "chunks": endless(b"HTTP/1.1 400 Bad Request\r\n", b" " * (1 << 16)),
    "gzip bomb": coded("gzip", GZIPPED, 400),
    "gzip of gzip": coded("gzip, gzip", gzip.compress(GZIPPED), 400),
}


@pytest.mark.parametrize("name", ERRORS)
@by_door
def test_the_body_of_an_error_is_kept_up_to_one_mebibyte(door: Door, name: str) -> None:
    with RawServer(ERRORS[name]) as server:
        tracemalloc.start()
        try:
            ended = door.end(server.base_url, lambda client: client.ocr.get_model("m-1"))
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert type(ended.error) is BadRequest
    assert 0 < len(ended.error.response.body) <= 1 << 20
    assert peak < 12 << 20


@by_door
def test_what_has_arrived_of_an_error_is_kept_when_it_breaks_off(door: Door) -> None:
    body = b'{"message": "Internal", "code": 500, "errors": []}'
    with RawServer(answering(500, body, length=400)) as server:
        ended = door.end(server.base_url, lambda client: client.ocr.get_model("m-1"), max_retries=0)

    assert type(ended.error) is ServerError
    assert ended.error.response.body == body


def test_other_options_change_the_limit() -> None:
    with (
        RawServer(answering(200, padded(LIMIT))) as server,
        Nanonets(API_KEY, base_url=server.base_url, max_reply_bytes=1000) as client,
    ):
        with pytest.raises(ReplyTooLarge):
            client.ocr.predict_file("m-1", PDF)
        larger = client.with_options(max_reply_bytes=LIMIT)
        assert larger.ocr.predict_file("m-1", PDF).request_file_id == "4f0e-f-1"
        assert larger.with_options(timeout=9).ocr.predict_file("m-1", PDF)


@pytest.mark.parametrize("value", [0, -1, 1.5, True, "1 MB", None])
@pytest.mark.parametrize("kind", [Nanonets, AsyncNanonets])
def test_a_limit_that_is_not_a_number_of_bytes_is_refused(kind: type[Any], value: object) -> None:
    with pytest.raises(ConfigurationError, match="max_reply_bytes"):
        kind(API_KEY, base_url="http://127.0.0.1:1", max_reply_bytes=value)


def test_a_transport_of_the_caller_is_held_to_the_limit_too() -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(200, content=padded(2000)))
    with httpx.Client(transport=transport) as pool, Nanonets(API_KEY, http_client=pool, max_reply_bytes=1999) as client:
        with pytest.raises(ReplyTooLarge) as caught:
            client.ocr.predict_file("m-1", PDF)
        assert caught.value.raw == padded(2000)[:1999]
        assert client.with_options(max_reply_bytes=2000).ocr.predict_file("m-1", PDF).request_file_id == "4f0e-f-1"


def test_the_low_level_client_is_held_to_the_limit_too() -> None:
    from nanonets_api.api.ocr import ocr_get_model

    with (
        RawServer(answering(200, padded(LIMIT))) as server,
        Nanonets(API_KEY, base_url=server.base_url, max_reply_bytes=1000) as client,
        pytest.raises(ReplyTooLarge),
    ):
        ocr_get_model.sync(model_id="m-1", client=client.low_level)


def test_a_reply_is_held_once() -> None:
    size = 8 << 20
    with (
        RawServer(answering(200, padded(size))) as server,
        Nanonets(API_KEY, base_url=server.base_url) as client,
    ):
        tracemalloc.start()
        try:
            document = client.ocr.predict_file("m-1", PDF)
            held, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()

    assert document.request_file_id == "4f0e-f-1"
    assert held < 1.5 * size
    assert peak < 2.5 * size


@by_door
def test_what_was_sent_and_received_is_freed_without_the_garbage_collector(door: Door) -> None:
    def kept() -> int:
        return sum(isinstance(one, httpx.Request | httpx.Response) for one in gc.get_objects())

    gc.collect()
    gc.disable()
    try:
        before = kept()
        with RawServer(answering(200, padded(LIMIT))) as server:
            document = door.use(server.base_url, lambda client: client.ocr.predict_file("m-1", PDF))
        after = kept()
    finally:
        gc.enable()

    assert document.request_file_id == "4f0e-f-1"
    assert after == before
