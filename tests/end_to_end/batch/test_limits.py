"""A batch waits for the service within limits, stops when there is no point in going on, and uses little memory."""

from __future__ import annotations

import inspect
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import anyio
import anyio.lowlevel
import httpx
import pytest
from attrs import define

from command_line import sent_files, unused_port
from nanonets_sdk import (
    ApiError,
    AsyncNanonets,
    ConnectionFailed,
    Nanonets,
    NanonetsError,
    RateLimited,
    RequestTimeout,
)
from nanonets_sdk.batch import AsyncOutcomes, BatchOptions, Outcome, Outcomes, apredict_files, predict_files
from nanonets_sdk.mock import Answer, Behaviour, MockServer, Progression, Reset, rate_limited
from raw_server import API_KEY, Connection, RawServer, reply
from scans import digests, scan, write_scans
from virtual_clock import VirtualClock

READ = (
    b'{"message": "Success", "result": [{"message": "Success", "page": 0, "request_file_id": "f-1", "prediction": []}]}'
)


@define
class SharedClock(VirtualClock):
    """A clock whose waits also advance the server's time."""

    server: MockServer | None = None

    async def asleep(self, seconds: float) -> None:
        """Note the wait, and let others run."""
        await anyio.lowlevel.checkpoint()
        if self.server is not None:
            self.server.clock.advance(seconds)
        self.waits.append(seconds)


def run(server: MockServer, paths: list[Path], options: BatchOptions) -> tuple[list[Outcome], NanonetsError | None]:
    """Run a batch, and return its outcomes and what stopped it."""
    with (
        Nanonets("any-key", base_url=server.base_url) as client,
        predict_files(client, server.model_id, paths, options=options) as outcomes,
    ):
        return list(outcomes), outcomes.stopped_by


def test_a_limit_of_pages_a_minute_is_waited_for(server: MockServer, tmp_path: Path) -> None:
    paths = write_scans(tmp_path, 23)
    server.behaviour = Behaviour(pages_per_minute=5)
    server.clock.freeze()
    clock = SharedClock(server=server)
    outcomes, stopped_by = run(server, paths, BatchOptions(clock=clock))
    assert stopped_by is None
    assert Counter(outcome.status for outcome in outcomes) == {"done": 23}
    assert sorted(sent_files(server, taken_only=True)) == sorted(digests(paths))
    # Four windows of a minute must pass; after the first refusal the service asks for 30 seconds.
    assert 60 <= sum(clock.waits) <= 4 * 60 * 2.5
    # Files in flight at the same time are refused together; after that one is tried at a time.
    refused = len(sent_files(server)) - 23
    assert refused <= 8 + 4 * 8


def test_the_wait_that_the_service_asks_for_is_kept(server: MockServer, tmp_path: Path) -> None:
    server.fail("ocr_submit_file", rate_limited(retry_after=17), times=1)
    clock = SharedClock()
    outcomes, _ = run(server, write_scans(tmp_path, 1), BatchOptions(clock=clock))
    assert [outcome.status for outcome in outcomes] == ["done"]
    assert sum(clock.waits) == pytest.approx(17, abs=0.5)


def test_a_file_that_always_takes_too_long_is_a_failure_of_its_own(tmp_path: Path) -> None:
    large_came = threading.Event()

    def picky(connection: Connection) -> None:
        """Accept all files except large ones, which are never read."""
        while True:
            received = connection.head()
            if int(received.values("content-length")[0]) > 1_000_000:
                large_came.set()
                connection.until_hung_up()
            connection.body(received)
            connection.send(reply(200, READ))

    large = tmp_path / "large.pdf"
    large.write_bytes(b"%PDF-1.7\n" + bytes(20_000_000))
    scans = write_scans(tmp_path, 6)

    def files() -> Iterator[Path]:
        """Yield the large file, and the others while it is being sent."""
        yield large
        assert large_came.wait(20)
        yield from scans

    with (
        RawServer(picky) as server,
        Nanonets(API_KEY, base_url=server.base_url, timeout=2) as client,
        predict_files(client, "m-1", files(), options=BatchOptions(sync=True, jobs=2, patience=60)) as outcomes,
    ):
        found = {outcome.path: outcome for outcome in outcomes}
    assert outcomes.stopped_by is None
    assert [path for path, outcome in found.items() if outcome.status != "done"] == [large]
    assert isinstance(found[large].error, RequestTimeout)
    assert len(server.received) <= 3 + 6


def test_waiting_for_the_limit_ends_where_it_was_told_to(server: MockServer, tmp_path: Path) -> None:
    server.fail("ocr_submit_file", rate_limited())
    clock = SharedClock()
    outcomes, stopped_by = run(server, write_scans(tmp_path, 50), BatchOptions(clock=clock, patience=300))
    assert isinstance(stopped_by, RateLimited)
    assert 100 < sum(clock.waits) <= 300
    assert {outcome.status for outcome in outcomes} <= {"failed"}
    assert len(sent_files(server)) < 20


def test_a_service_that_comes_back_is_waited_for(tmp_path: Path) -> None:
    port, state = unused_port(), tmp_path / "state"
    back = MockServer(port=port, state=state, jobs=Progression.immediate())
    with back:
        model_id, base_url = back.model_id, back.base_url

    class ComingBack(SharedClock):
        """A clock whose third wait brings the service back."""

        async def asleep(self, seconds: float) -> None:
            await super().asleep(seconds)
            if len(self.waits) == 3:
                back.start()

    try:
        with (
            Nanonets("any-key", base_url=base_url) as client,
            predict_files(
                client, model_id, write_scans(tmp_path / "in", 3), options=BatchOptions(clock=ComingBack())
            ) as outcomes,
        ):
            assert [outcome.status for outcome in outcomes] == ["done"] * 3
    finally:
        back.stop()


def test_while_no_file_is_taken_none_fails_because_its_sending_took_too_long(
    server: MockServer, tmp_path: Path
) -> None:
    class LateAtFirst(httpx.AsyncHTTPTransport):
        left = 7

        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            if self.left:
                self.left -= 1
                raise httpx.ConnectTimeout("no connection in time")
            return await super().handle_async_request(request)

    async def read() -> list[str]:
        paths, options = write_scans(tmp_path, 3), BatchOptions(clock=SharedClock(), jobs=1)
        async with (
            httpx.AsyncClient(transport=LateAtFirst()) as wire,
            AsyncNanonets("any-key", base_url=server.base_url, http_client=wire) as client,
            apredict_files(client, server.model_id, paths, options=options) as outcomes,
        ):
            return [outcome.status async for outcome in outcomes]

    assert anyio.run(read) == ["done"] * 3


def test_a_service_that_stays_away_ends_the_batch(tmp_path: Path) -> None:
    paths = write_scans(tmp_path, 10)
    clock = SharedClock()
    options = BatchOptions(clock=clock, patience=60)
    with (
        Nanonets("any-key", base_url=f"http://127.0.0.1:{unused_port()}/api/v2") as client,
        predict_files(client, "model", paths, options=options) as outcomes,
    ):
        assert {outcome.status for outcome in outcomes} == {"failed"}
        assert isinstance(outcomes.stopped_by, ConnectionFailed)
    assert sum(clock.waits) <= 60


@pytest.mark.parametrize("status", [401, 402, 403, 404, 409])
def test_an_error_that_meets_every_file_ends_the_batch_at_once(server: MockServer, tmp_path: Path, status: int) -> None:
    server.fail("ocr_submit_file", Answer(status, {}))
    outcomes, stopped_by = run(server, write_scans(tmp_path, 100), BatchOptions(jobs=2))
    assert isinstance(stopped_by, ApiError)
    assert stopped_by.status_code == status
    assert len(sent_files(server)) <= 4
    assert {outcome.status for outcome in outcomes} == {"failed"}


@pytest.mark.parametrize("fault", [Answer(503, {}), Answer(408, {}), Reset()])
def test_a_service_that_fails_on_every_file_ends_the_batch(
    server: MockServer, tmp_path: Path, fault: Answer | Reset
) -> None:
    server.fail("ocr_submit_file", fault)
    outcomes, stopped_by = run(server, write_scans(tmp_path, 100), BatchOptions(jobs=2, give_up_after=10))
    assert stopped_by is not None
    assert 10 <= len(sent_files(server)) <= 12
    assert Counter(outcome.status for outcome in outcomes) == {"unknown": len(sent_files(server))}


def test_a_service_that_fails_now_and_then_does_not_end_the_batch(server: MockServer, tmp_path: Path) -> None:
    server.fail("ocr_submit_file", Answer(503, {}), every=3)
    outcomes, stopped_by = run(server, write_scans(tmp_path, 30), BatchOptions(jobs=1, give_up_after=2))
    assert stopped_by is None
    assert Counter(outcome.status for outcome in outcomes) == {"done": 20, "unknown": 10}
    assert all("503" in str(outcome.error) for outcome in outcomes if outcome.status == "unknown")


def test_files_are_looked_for_no_faster_than_results_are_taken(server: MockServer, tmp_path: Path) -> None:
    produced = 0

    def files() -> Iterator[Path]:
        nonlocal produced
        for number in range(60):
            path = tmp_path / f"{number}.png"
            path.write_bytes(scan(number))
            produced += 1
            yield path

    options = BatchOptions(jobs=2, in_flight=5)
    with (
        Nanonets("any-key", base_url=server.base_url) as client,
        predict_files(client, server.model_id, files(), options=options) as outcomes,
    ):
        ahead = [produced - taken for taken, _ in enumerate(outcomes, 1)]
    assert len(ahead) == 60
    assert max(ahead) <= 6


def test_no_more_files_are_sent_at_a_time_than_there_are_jobs(server: MockServer, tmp_path: Path) -> None:
    at_a_time = _Concurrency()

    async def read() -> None:
        paths, options = write_scans(tmp_path, 30), BatchOptions(jobs=3)
        async with (
            at_a_time.client() as wire,
            AsyncNanonets("any-key", base_url=server.base_url, http_client=wire) as client,
            apredict_files(client, server.model_id, paths, options=options) as outcomes,
        ):
            assert [outcome.status async for outcome in outcomes] == ["done"] * 30

    anyio.run(read)
    assert at_a_time.most == 3


class _Concurrency:
    """Counts the files that a client is sending."""

    def __init__(self) -> None:
        self.now = self.most = 0

    def client(self) -> httpx.AsyncClient:
        """A client whose files are counted."""
        counted = self

        class Counting(httpx.AsyncHTTPTransport):
            async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
                if request.method != "POST":
                    return await super().handle_async_request(request)
                counted.now += 1
                counted.most = max(counted.most, counted.now)
                try:
                    return await super().handle_async_request(request)
                finally:
                    counted.now -= 1

        return httpx.AsyncClient(transport=Counting())


def test_stopping_brings_what_the_service_has_out_as_pending(server: MockServer, tmp_path: Path) -> None:
    server.jobs = Progression.after_seconds(1000)
    paths = write_scans(tmp_path, 40)
    options = BatchOptions(jobs=2, in_flight=4)
    with (
        Nanonets("any-key", base_url=server.base_url) as client,
        predict_files(client, server.model_id, paths, options=options) as outcomes,
    ):
        while len(server.requests) < 4:
            time.sleep(0.01)
        outcomes.stop()
        pending = list(outcomes)
    assert 2 <= len(pending) <= 4
    assert all(outcome.status == "pending" and outcome.request_file_id for outcome in pending)
    assert outcomes.is_stopped
    assert outcomes.stopped_by is None


def test_stopping_ends_the_search_and_leaves_unknown_what_it_looked_for(server: MockServer, tmp_path: Path) -> None:
    server.fail("ocr_submit_file", Reset(after_work=True))

    async def read() -> list[str]:
        class Stopping(httpx.AsyncHTTPTransport):
            async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
                if request.method == "GET":
                    outcomes.stop()
                    await anyio.sleep_forever()
                return await super().handle_async_request(request)

        async with (
            httpx.AsyncClient(transport=Stopping()) as wire,
            AsyncNanonets("any-key", base_url=server.base_url, http_client=wire) as client,
            apredict_files(client, server.model_id, write_scans(tmp_path, 2)) as outcomes,
        ):
            return [outcome.status async for outcome in outcomes]

    assert anyio.run(read) == ["unknown"] * 2


def test_an_error_of_the_loop_comes_out_as_it_is(server: MockServer, tmp_path: Path) -> None:
    async def read() -> None:
        async with (
            AsyncNanonets("any-key", base_url=server.base_url) as client,
            apredict_files(client, server.model_id, write_scans(tmp_path, 3)) as outcomes,
        ):
            async for _ in outcomes:
                raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        anyio.run(read)


def test_an_error_of_what_gives_the_files_comes_out_as_it_is(server: MockServer) -> None:
    def files() -> Iterator[str]:
        raise OSError("the drive is gone")
        yield

    with (
        Nanonets("any-key", base_url=server.base_url) as client,
        pytest.raises(OSError, match="the drive is gone"),
        predict_files(client, server.model_id, files()) as outcomes,
    ):
        list(outcomes)


def test_blocking_and_async_batches_have_the_same_arguments_and_results() -> None:
    ours, theirs = inspect.signature(predict_files).parameters, inspect.signature(apredict_files).parameters
    assert [(name, ours[name].kind, ours[name].default) for name in ours] == [
        (name, theirs[name].kind, theirs[name].default) for name in theirs
    ]
    plain = {name for name in dir(Outcomes) if not name.startswith("_")}
    assert {name for name in dir(AsyncOutcomes) if not name.startswith("_")} - plain == {
        "next_after",
        "settle",
        "store",
        "take",
    }
