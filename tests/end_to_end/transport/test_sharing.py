"""One client is shared by threads, tasks, other settings, a custom HTTP client and generated functions."""

from __future__ import annotations

import asyncio
import gc
import io
import warnings
from collections import Counter
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import httpx
import pytest
from httpx_aiohttp import HttpxAiohttpClient

from client_doors import ASYNC_DOORS, BLOCKING, DOORS, Door, set_clock
from file_sources import OneShot
from multipart_reader import boundary_of, parts_of
from nanonets_api.api.ocr import ocr_get_model, ocr_predict_file
from nanonets_api.models.model import Model
from nanonets_api.models.ocr_predict_file_form import OcrPredictFileForm
from nanonets_api.types import File
from nanonets_sdk import AsyncNanonets, ConfigurationError, Exchange, Nanonets, NotFound, RateLimited, ServerError
from raw_server import API_KEY, Connection, RawServer, answering, keeping_alive, reply
from virtual_clock import VirtualClock

MODEL: Final = b'{"model_id": "m-1", "model_type": "ocr", "state": 5, "categories": []}'
PREDICTED: Final = (
    b'{"message": "Success", "result": [{"message": "Success", "input": "a.pdf", "prediction": [], "page": 0,'
    b' "request_file_id": "f-1", "id": "p-1"}], "signed_urls": {}}'
)
MISSING: Final = b'{"message": "Not Found", "code": 404, "errors": [{"reason": "No such model", "message": ""}]}'
MANY: Final = 50


def echoing(connection: Connection) -> None:
    """Answer each prediction with its metadata, so that a mixed-up reply is noticed."""
    while True:
        received = connection.request()
        metadata = parts_of(received)[1].content.decode()
        connection.send(reply(200, PREDICTED.replace(b"f-1", metadata.encode())))


def content_of(number: int) -> bytes:
    return b"%PDF-" + str(number).encode() * (1000 * number)


def judge_echoes(server: RawServer, documents: list[Any]) -> None:
    assert [document.request_file_id for document in documents] == [str(number) for number in range(len(documents))]
    arrived = {parts[1].content: parts[0].content for parts in map(parts_of, server.received)}
    assert arrived == {str(number).encode(): content_of(number) for number in range(len(documents))}
    assert len({boundary_of(received) for received in server.received}) == len(documents)


def test_threads_share_a_client() -> None:
    with RawServer(echoing) as server, Nanonets(API_KEY, base_url=server.base_url) as client:

        def predict(number: int) -> Any:
            return client.ocr.predict_file("m-1", content_of(number), request_metadata=str(number))

        with ThreadPoolExecutor(16) as threads:
            documents = list(threads.map(predict, range(MANY)))

    judge_echoes(server, documents)
    assert server.connections <= 16


@pytest.mark.parametrize("door", ASYNC_DOORS, ids=lambda door: door.name)
def test_tasks_share_a_client(door: Door) -> None:
    async def run(base_url: str) -> list[Any]:
        async with door.open(base_url) as client:
            calls = (
                client.ocr.predict_file("m-1", io.BytesIO(content_of(number)), request_metadata=str(number))
                for number in range(MANY)
            )
            return await asyncio.gather(*calls)

    with RawServer(echoing) as server:
        documents = asyncio.run(run(server.base_url))

    judge_echoes(server, documents)


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_a_connection_is_used_again(door: Door) -> None:
    def use(client: Any) -> Any:
        if door is BLOCKING:
            return [client.ocr.get_model("m-1") for _ in range(5)]

        async def one_after_another() -> list[Any]:
            return [await client.ocr.get_model("m-1") for _ in range(5)]

        return one_after_another()

    with RawServer(keeping_alive(200, MODEL)) as server:
        assert len(door.use(server.base_url, use)) == 5

    assert server.connections == 1


def test_other_options_leave_the_first_client_as_it_was() -> None:
    with RawServer(answering(500)) as server, Nanonets(API_KEY, base_url=server.base_url, max_retries=2) as client:
        set_clock(client, VirtualClock())
        before = repr(client)
        hasty = client.with_options(max_retries=0, timeout=5)
        for one in (hasty, client):
            with pytest.raises(ServerError):
                one.ocr.get_model("m-1")

    assert len(server.received) == 1 + 3
    assert (before, repr(client)) == (repr(client), before)
    assert repr(hasty) == before.replace("timeout=60.0", "timeout=5").replace("max_retries=2", "max_retries=0")
    assert type(hasty) is Nanonets


def test_clients_with_other_options_share_connections_and_closing_one_closes_none() -> None:
    with RawServer(keeping_alive(200, MODEL)) as server, Nanonets(API_KEY, base_url=server.base_url) as client:
        with client.with_options(timeout=5) as other:
            other.ocr.get_model("m-1")
        client.ocr.get_model("m-1")

    assert (server.connections, len(server.received)) == (1, 2)


@pytest.mark.parametrize("options", [{"timeout": 0}, {"timeout": float("nan")}, {"max_retries": -1}])
def test_options_that_make_no_sense_are_refused(options: dict[str, Any]) -> None:
    with Nanonets(API_KEY) as client, pytest.raises(ConfigurationError):
        client.with_options(**options)


def test_a_recorder_hears_of_its_own_clients_answers_alone() -> None:
    heard: list[Exchange] = []
    with RawServer(keeping_alive(200, MODEL)) as server, Nanonets(API_KEY, base_url=server.base_url) as client:
        client.with_options(recorder=heard.append).ocr.get_model("m-1")
        client.ocr.get_model("m-1")

    assert [(one.method, one.path, one.status, one.content) for one in heard] == [("GET", "/OCR/Model/m-1", 200, MODEL)]


def test_a_pool_of_the_callers_is_used_and_left_open() -> None:
    sent: list[str] = []

    def note(request: httpx.Request) -> None:
        sent.append(request.url.path)

    with (
        RawServer(keeping_alive(200, MODEL)) as server,
        httpx.Client(
            headers={"User-Agent": "theirs/1", "X-Theirs": "1"}, event_hooks={"request": [note]}, auth=("a", "b")
        ) as pool,
    ):
        with Nanonets(API_KEY, base_url=server.base_url, http_client=pool) as client:
            client.ocr.get_model("m-1")
        assert not pool.is_closed
        pool.get(f"{server.origin}/theirs")

    assert sent == ["/api/v2/OCR/Model/m-1", "/theirs"]
    assert server.connections == 1
    ours, theirs = server.received
    assert (ours.value("user-agent"), ours.value("x-theirs")) == ("theirs/1", "1")
    assert ours.value("authorization") != theirs.value("authorization")


@pytest.mark.parametrize("kind", [httpx.AsyncClient, HttpxAiohttpClient])
def test_an_asynchronous_pool_of_the_callers_is_used_and_left_open(kind: type[httpx.AsyncClient]) -> None:
    async def run(base_url: str) -> None:
        async with kind(headers={"X-Theirs": "1"}) as pool:
            async with AsyncNanonets(API_KEY, base_url=base_url, http_client=pool) as client:
                assert (await client.ocr.get_model("m-1")).model_id == "m-1"
            assert not pool.is_closed
            assert (await pool.get(base_url)).status_code == 200

    with RawServer(keeping_alive(200, MODEL)) as server:
        asyncio.run(run(server.base_url))

    assert server.connections == 1
    assert server.received[0].value("x-theirs") == "1"


@pytest.mark.parametrize(
    ("kind", "http_client"), [(Nanonets, httpx.AsyncClient), (AsyncNanonets, httpx.Client), (Nanonets, dict)]
)
def test_a_pool_of_the_wrong_kind_is_refused(kind: Any, http_client: type[Any]) -> None:
    with pytest.raises(ConfigurationError, match="http_client must be an httpx"):
        kind(API_KEY, http_client=http_client())


def form(payload: Any) -> OcrPredictFileForm:
    return OcrPredictFileForm(file=File(payload, "a.bin", "application/octet-stream"))


def test_a_generated_function_has_key_errors_and_boundary() -> None:
    with (
        RawServer(answering(200, MODEL), answering(404, MISSING), answering(200, PREDICTED)) as server,
        Nanonets(API_KEY, base_url=server.base_url) as client,
    ):
        model = ocr_get_model.sync("m-1", client=client.low_level)
        with pytest.raises(NotFound, match="No such model"):
            ocr_get_model.sync("m-2", client=client.low_level)
        ocr_predict_file.sync("m-1", client=client.low_level, body=form(io.BytesIO(b"any content")))

    assert isinstance(model, Model)
    assert model.model_id == "m-1"
    assert all(received.value("authorization").startswith("Basic ") for received in server.received)
    assert boundary_of(server.received[2]) != b"+++"
    assert [part.content for part in parts_of(server.received[2])] == [b"any content"]


@pytest.mark.parametrize("door", ASYNC_DOORS, ids=lambda door: door.name)
def test_an_async_generated_function_has_key_errors_and_boundary(door: Door) -> None:
    async def run(base_url: str) -> None:
        async with door.open(base_url) as client:
            await ocr_predict_file.asyncio("m-1", client=client.low_level, body=form(io.BytesIO(b"any content")))
            with pytest.raises(NotFound, match="No such model"):
                await ocr_get_model.asyncio("m-2", client=client.low_level)

    with RawServer(answering(200, PREDICTED), answering(404, MISSING)) as server:
        asyncio.run(run(server.base_url))

    assert [part.content for part in parts_of(server.received[0])] == [b"any content"]
    assert boundary_of(server.received[0]) != b"+++"


def predict_by_hand(door: Door, base_url: str, payload: Any) -> None:
    """Call a generated function on a client with a virtual clock."""
    if door is BLOCKING:
        with Nanonets(API_KEY, base_url=base_url) as client:
            set_clock(client, VirtualClock())
            ocr_predict_file.sync("m-1", client=client.low_level, body=form(payload))
        return

    async def run() -> None:
        async with door.open(base_url) as client:
            set_clock(client, VirtualClock())
            await ocr_predict_file.asyncio("m-1", client=client.low_level, body=form(payload))

    asyncio.run(run())


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_a_file_for_a_generated_function_is_sent_again_from_where_it_stood(door: Door) -> None:
    file = io.BytesIO(b"before the content")
    file.seek(len(b"before "))
    with RawServer(answering(429, b"", "Retry-After: 1"), answering(200, PREDICTED)) as server:
        predict_by_hand(door, server.base_url, file)

    assert [parts_of(received)[0].content for received in server.received] == [b"the content"] * 2


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_a_stream_for_a_generated_function_is_not_sent_again_empty(door: Door) -> None:
    limited = answering(429, b"", "Retry-After: 1")
    with RawServer(limited, answering(200, PREDICTED)) as server, pytest.raises(RateLimited):
        predict_by_hand(door, server.base_url, OneShot(b"once only"))

    assert [parts_of(received)[0].content for received in server.received] == [b"once only"]


@pytest.mark.parametrize("make", [lambda: iter([b"once", b" only"]), lambda: io.BytesIO(b"once only")])
def test_content_that_is_made_while_it_is_sent_is_not_sent_again_empty(make: Callable[[], Any]) -> None:
    with (
        RawServer(answering(429, b"", "Retry-After: 1"), answering(200, PREDICTED)) as server,
        Nanonets(API_KEY, base_url=server.base_url) as client,
    ):
        set_clock(client, VirtualClock())
        with pytest.raises(RateLimited):
            client.low_level.get_httpx_client().post("/x", content=make())

    assert [received.body for received in server.received] == [b"once only"]


@pytest.mark.parametrize("door", ASYNC_DOORS, ids=lambda door: door.name)
def test_content_that_is_made_while_it_is_awaited_is_not_sent_again_empty(door: Door) -> None:
    async def content() -> AsyncIterator[bytes]:
        yield b"once only"

    async def run(base_url: str) -> None:
        async with door.open(base_url) as client:
            set_clock(client, VirtualClock())
            with pytest.raises(RateLimited):
                await client.low_level.get_async_httpx_client().post("/x", content=content())

    with RawServer(answering(429, b"", "Retry-After: 1"), answering(200, PREDICTED)) as server:
        asyncio.run(run(server.base_url))

    assert [received.body for received in server.received] == [b"once only"]


def test_a_client_that_was_closed_says_so() -> None:
    with RawServer(answering(200, MODEL)) as server:
        client = Nanonets(API_KEY, base_url=server.base_url)
        client.close()
        client.close()
        with pytest.raises(ConfigurationError, match="closed"):
            client.ocr.get_model("m-1")

    assert server.received == []


@pytest.mark.parametrize("door", ASYNC_DOORS, ids=lambda door: door.name)
def test_one_client_after_another_leaves_nothing_behind(door: Door) -> None:
    with warnings.catch_warnings(record=True) as caught, RawServer(keeping_alive(200, MODEL)) as server:
        warnings.simplefilter("always", ResourceWarning)
        for _ in range(3):
            door.use(server.base_url, lambda client: client.ocr.get_model("m-1"))
        gc.collect()

    assert Counter(str(warning.message) for warning in caught) == {}
