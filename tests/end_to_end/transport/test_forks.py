"""Connections never cross a fork: a child opens its own, and leaves those of its parent alone."""

from __future__ import annotations

import asyncio
import json
import os
import threading
import warnings
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final

import httpx
import pytest

from client_doors import ASYNC_DOORS, BLOCKING, DOORS, Door
from nanonets_api.api.ocr import ocr_get_model
from nanonets_sdk import AsyncNanonets, ConfigurationError, Nanonets
from nanonets_sdk.mock import MockServer
from raw_server import API_KEY, Connection, RawServer, reply
from waiting import wait_until

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here"),
    # Newer Pythons warn of a fork while there are threads, which is what is tested.
    pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning"),
]
by_door = pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
CALLS: Final = 5


def echoing(connection: Connection) -> None:
    """Answer each request with the model id that it asks for, a little later."""
    while True:
        wanted = connection.request().target.rpartition("/")[2]
        connection.pause(0.01)
        connection.send(
            reply(200, json.dumps({"model_id": wanted, "model_type": "ocr", "state": 5, "categories": []}).encode())
        )


class Child:
    """Work in a child of a fork. It begins at once."""

    def __init__(self, work: Callable[[], object]) -> None:
        self._result, writing = os.pipe()
        self.process = os.fork()
        if self.process == 0:
            try:
                try:
                    text = json.dumps(work())
                except BaseException as error:  # noqa: BLE001 - the parent is told of everything
                    text = json.dumps(f"{type(error).__name__}: {error}")
                os.write(writing, text.encode())
            finally:
                os._exit(0)
        os.close(writing)

    def result(self) -> Any:
        """Wait for the child; return what its work returned, or its error as text."""
        with os.fdopen(self._result) as written:
            text = written.read()
        os.waitpid(self.process, 0)
        return json.loads(text)


def asked(client: Any, name: str) -> list[str]:
    return [client.ocr.get_model(f"{name}-{number}").model_id for number in range(CALLS)]


async def aasked(client: Any, name: str) -> list[str]:
    calls = (client.ocr.get_model(f"{name}-{number}") for number in range(CALLS))
    return [model.model_id for model in await asyncio.gather(*calls)]


def run_asked(client: Any, name: str) -> list[str]:
    return asyncio.run(aasked(client, name))


def in_children(door: Door, base_url: str, names: list[str]) -> Iterator[tuple[str, Any]]:
    """Use a client in this process and then in children, all at once; yield what each was answered."""
    if door is BLOCKING:
        with door.open(base_url) as client:
            asked(client, "warm")
            children = [(name, Child(partial(asked, client, name))) for name in names]
            yield "parent", asked(client, "parent")
            yield from ((name, child.result()) for name, child in children)
        return

    async def run() -> list[tuple[str, Any]]:
        async with door.open(base_url) as client:
            await aasked(client, "warm")
            children = [(name, Child(partial(run_asked, client, name))) for name in names]
            own = ("parent", await aasked(client, "parent"))
            return [own, *[(name, await asyncio.to_thread(child.result)) for name, child in children]]

    yield from asyncio.run(run())


@by_door
def test_a_child_of_a_fork_opens_its_own_connections(door: Door) -> None:
    with RawServer(echoing) as server:
        answered = dict(in_children(door, server.base_url, ["a", "b", "c"]))

    assert answered == {name: [f"{name}-{number}" for number in range(CALLS)] for name in ("parent", "a", "b", "c")}


def test_copies_and_generated_functions_and_grandchildren_open_their_own_too() -> None:
    with RawServer(echoing) as server, Nanonets(API_KEY, base_url=server.base_url) as client:
        copy, generated = client.with_options(timeout=10), client.low_level
        asked(client, "warm")

        def work() -> list[Any]:
            grandchild = Child(lambda: asked(copy, "grandchild"))
            model = ocr_get_model.sync("generated", client=generated)
            return [asked(copy, "copy"), grandchild.result(), getattr(model, "model_id", None)]

        child = Child(work)
        own = asked(client, "parent")

        assert own == [f"parent-{number}" for number in range(CALLS)]
        assert child.result() == [
            [f"{name}-{number}" for number in range(CALLS)] for name in ("copy", "grandchild")
        ] + ["generated"]
        # The parent went on with the connection that it had.
        assert server.connections == 1 + 1 + 1


@by_door
def test_a_child_that_closes_its_client_leaves_the_parents_connections_open(door: Door) -> None:
    async def close(client: Any) -> str:
        await client.close()
        return "closed"

    def closed(client: Any) -> str:
        if door is not BLOCKING:
            return asyncio.run(close(client))
        client.close()
        return "closed"

    with RawServer(echoing) as server:
        if door is BLOCKING:
            with door.open(server.base_url) as client:
                client.ocr.get_model("one")
                assert Child(lambda: closed(client)).result() == "closed"
                assert client.ocr.get_model("two").model_id == "two"
        else:

            async def run() -> None:
                async with door.open(server.base_url) as client:
                    await client.ocr.get_model("one")
                    assert Child(lambda: closed(client)).result() == "closed"
                    assert (await client.ocr.get_model("two")).model_id == "two"

            asyncio.run(run())

    assert server.connections == 1


@by_door
def test_an_idle_child_does_not_keep_the_parents_connections_open(door: Door) -> None:
    ended = threading.Event()

    def script(connection: Connection) -> None:
        try:
            echoing(connection)
        finally:
            ended.set()

    reading, writing = os.pipe()
    children: list[Child] = []

    def wait_in_a_child() -> None:
        children.append(Child(lambda: os.read(reading, 1).decode()))

    async def run(base_url: str) -> None:
        async with door.open(base_url) as client:
            await client.ocr.get_model("one")
            wait_in_a_child()

    with RawServer(script) as server:
        if door is BLOCKING:
            with door.open(server.base_url) as client:
                client.ocr.get_model("one")
                wait_in_a_child()
        else:
            asyncio.run(run(server.base_url))
        # The client is closed, and the child still lives.
        assert ended.wait(5)
        os.write(writing, b"x")
        assert children[0].result() == "x"
    os.close(reading)
    os.close(writing)


def test_a_fork_during_calls_of_other_threads_finds_no_lock_held() -> None:
    with RawServer(echoing) as server, Nanonets(API_KEY, base_url=server.base_url, timeout=60) as client:
        stop = threading.Event()

        def call() -> None:
            while not stop.is_set():
                client.ocr.get_model("busy")

        threads = [threading.Thread(target=call) for _ in range(3)]
        for thread in threads:
            thread.start()
        answers = [Child(lambda: client.ocr.get_model("child").model_id).result() for _ in range(10)]
        stop.set()
        for thread in threads:
            thread.join()

    assert answers == ["child"] * 10


def test_a_used_client_of_the_callers_is_refused_in_a_child() -> None:
    with RawServer(echoing) as server, httpx.Client() as used, httpx.Client() as unused:
        client = Nanonets(API_KEY, base_url=server.base_url, http_client=used)
        fresh = Nanonets(API_KEY, base_url=server.base_url, http_client=unused)
        client.ocr.get_model("one")
        received = len(server.received)

        refused = Child(lambda: client.ocr.get_model("two").model_id).result()
        answered = Child(lambda: [fresh.ocr.get_model(name).model_id for name in "ab"]).result()

        assert refused.startswith("ConfigurationError: http_client was used in process")
        assert answered == ["a", "b"]
        assert len(server.received) == received + 2
        assert client.ocr.get_model("three").model_id == "three"


def test_a_transport_without_connections_works_in_a_child() -> None:
    def handle(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"model_id": request.url.path.rpartition("/")[2], "state": 5})

    with httpx.Client(transport=httpx.MockTransport(handle)) as pool:
        client = Nanonets(API_KEY, http_client=pool)
        client.ocr.get_model("one")
        assert Child(lambda: client.ocr.get_model("two").model_id).result() == "two"


def test_a_child_that_leaves_the_block_of_a_mock_does_not_stop_it() -> None:
    def work() -> str:
        server.__exit__(None, None, None)
        return "left"

    with MockServer(api_key=API_KEY) as server, Nanonets(API_KEY, base_url=server.base_url) as client:
        assert Child(work).result() == "left"
        assert client.ocr.get_model(server.model_id).model_id == server.model_id


@pytest.mark.parametrize("door", ASYNC_DOORS, ids=lambda door: door.name)
def test_every_event_loop_has_connections_of_its_own(door: Door) -> None:
    with warnings.catch_warnings(record=True) as caught, RawServer(echoing) as server:
        warnings.simplefilter("always")
        client = door.open(server.base_url)
        for name in "abc":
            assert asyncio.run(aasked(client, name)) == [f"{name}-{number}" for number in range(CALLS)]
        asyncio.run(client.close())
        with pytest.raises(ConfigurationError, match="closed"):
            asyncio.run(aasked(client, "d"))

    assert [str(warning.message) for warning in caught if warning.category is ResourceWarning] == []
    assert server.connections == 3 * CALLS


@pytest.mark.parametrize("door", ASYNC_DOORS, ids=lambda door: door.name)
def test_connections_end_with_their_event_loop(door: Door) -> None:
    ended: list[int] = []

    def script(connection: Connection) -> None:
        try:
            echoing(connection)
        finally:
            ended.append(1)

    with RawServer(script) as server:
        client = door.open(server.base_url)
        asyncio.run(aasked(client, "a"))
        assert wait_until(lambda: len(ended) == CALLS, 5)


@pytest.mark.parametrize("door", ASYNC_DOORS, ids=lambda door: door.name)
def test_closing_from_another_loop_closes_the_connections_of_a_running_one(door: Door) -> None:
    ended: list[int] = []
    used, finish = threading.Event(), threading.Event()

    def script(connection: Connection) -> None:
        try:
            echoing(connection)
        finally:
            ended.append(1)

    with RawServer(script) as server:
        client = door.open(server.base_url)

        async def use_and_wait() -> None:
            await aasked(client, "a")
            used.set()
            await asyncio.to_thread(finish.wait, 10)

        thread = threading.Thread(target=lambda: asyncio.run(use_and_wait()))
        thread.start()
        assert used.wait(10)
        asyncio.run(client.close())
        assert wait_until(lambda: len(ended) == CALLS, 5)
        finish.set()
        thread.join()


def test_a_client_of_the_callers_is_refused_on_another_loop() -> None:
    with RawServer(echoing) as server, asyncio.Runner() as runner:
        http_client = httpx.AsyncClient()
        client = AsyncNanonets(API_KEY, base_url=server.base_url, http_client=http_client)
        runner.run(aasked(client, "a"))
        received = len(server.received)
        with pytest.raises(ConfigurationError, match="another event loop"):
            asyncio.run(aasked(client, "b"))
        assert len(server.received) == received
        runner.run(http_client.aclose())
