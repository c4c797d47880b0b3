"""Jobs outlive the wait for them: another process, another task or Ctrl-C."""

import asyncio
import gc
import json
import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import anyio
import pytest
from attrs import define

from client_doors import ASYNC_DOORS, Door, set_clock
from nanonets_sdk import AsyncNanonets, Document, Nanonets, WaitTimeout
from nanonets_sdk.mock import MockServer, Progression
from nanonets_sdk.mock.plugin import API_KEY
from raw_server import RawServer, answering, stalling_after_the_body
from samples import INVOICE
from virtual_clock import VirtualClock
from waiting import wait_until

ENDLESS = Progression.after_polls(1_000_000)
LISTING = b'{"moderated_images": [], "unmoderated_images": [{"id": "p-1", "page": 0, "status": "success"}]}'
RESUME = """
import os, sys
from nanonets_sdk import Nanonets

with Nanonets() as client:
    print(client.ocr.job(sys.argv[1], sys.argv[2]).result(timeout=30).to_json())
"""

async_doors = pytest.mark.parametrize("door", ASYNC_DOORS, ids=lambda door: door.name)


def test_a_job_is_resumed_in_another_process_by_its_ids_alone(
    nanonets_mock: MockServer, nanonets_client: Nanonets
) -> None:
    nanonets_mock.jobs = Progression.after_polls(1)
    job = nanonets_client.ocr.submit_file(nanonets_mock.model_id, INVOICE)
    environment = {**os.environ, "NANONETS_API_KEY": API_KEY, "NANONETS_BASE_URL": nanonets_mock.base_url}
    command = [sys.executable, "-c", RESUME, job.model_id, job.request_file_id]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=60)
    assert Document.load(json.loads(done.stdout)) == job.result(timeout=30)


def test_a_timeout_crosses_processes_without_its_connections(
    nanonets_mock: MockServer, nanonets_client: Nanonets
) -> None:
    nanonets_mock.jobs = ENDLESS
    set_clock(nanonets_client, VirtualClock())
    job = nanonets_client.ocr.submit_file(nanonets_mock.model_id, INVOICE)
    with pytest.raises(WaitTimeout) as caught:
        job.result(timeout=1)
    other = pickle.loads(pickle.dumps(caught.value))
    assert (other.job, str(other)) == (None, str(caught.value))
    assert job.request_file_id in str(other)


def test_a_job_shows_its_ids_and_no_key(nanonets_mock: MockServer, nanonets_client: Nanonets) -> None:
    job = nanonets_client.ocr.job(nanonets_mock.model_id, "0b7c1d1e")
    assert repr(job) == f"Job(model_id={nanonets_mock.model_id!r}, request_file_id='0b7c1d1e')"


def test_taking_up_a_job_sends_nothing(nanonets_mock: MockServer, nanonets_client: Nanonets) -> None:
    nanonets_client.ocr.job(nanonets_mock.model_id, "0b7c1d1e")
    assert nanonets_mock.requests == []


@define
class InterruptingClock(VirtualClock):
    """A clock that presses Ctrl-C during a wait."""

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        raise KeyboardInterrupt


def test_ctrl_c_ends_a_wait_and_the_job_goes_on(nanonets_mock: MockServer, nanonets_client: Nanonets) -> None:
    nanonets_mock.jobs = Progression.after_polls(1)
    job = nanonets_client.ocr.submit_file(nanonets_mock.model_id, INVOICE)
    set_clock(nanonets_client, InterruptingClock())
    with pytest.raises(KeyboardInterrupt):
        job.result()
    assert job.result().fields


def opened(door: Door, mock: MockServer) -> AsyncNanonets:
    """An asynchronous client of the mock."""
    client = door.open(mock.base_url, api_key=API_KEY)
    assert isinstance(client, AsyncNanonets)
    return client


async def cancelled(work: Any, begun: Callable[[], bool]) -> None:
    """Cancel work once it has begun, and wait for its end."""
    task = asyncio.ensure_future(work)
    assert await asyncio.to_thread(wait_until, begun)
    assert not task.done()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


@async_doors
def test_cancelling_a_wait_between_polls_leaves_client_and_job_usable(nanonets_mock: MockServer, door: Door) -> None:
    nanonets_mock.jobs = ENDLESS

    async def story() -> None:
        async with opened(door, nanonets_mock) as client:
            job = await client.ocr.submit_file(nanonets_mock.model_id, INVOICE)
            await cancelled(job.result(), lambda: len(nanonets_mock.requests) >= 2)
            nanonets_mock.finish_jobs()
            assert (await job.result()).fields

    asyncio.run(story())


@async_doors
def test_cancelling_a_poll_in_progress_leaves_client_and_job_usable(door: Door) -> None:
    async def story(server: RawServer) -> None:
        async with door.open(server.base_url) as client:
            job = client.ocr.job("m-1", "f-1")
            await cancelled(job.result(), lambda: bool(server.received))
            assert (await job.result()).pages[0].id == "p-1"

    with RawServer(stalling_after_the_body, answering(200, LISTING)) as server:
        asyncio.run(story(server))
        gc.collect()


@async_doors
@pytest.mark.parametrize("limit", [asyncio.timeout, anyio.fail_after], ids=["asyncio", "anyio"])
def test_a_time_limit_of_the_caller_ends_a_wait(
    nanonets_mock: MockServer, door: Door, limit: Callable[[float], Any]
) -> None:
    nanonets_mock.jobs = ENDLESS

    async def wait_a_little(client: AsyncNanonets) -> None:
        job = client.ocr.job(nanonets_mock.model_id, await submitted(client))
        context = limit(0.1)
        if hasattr(context, "__aenter__"):
            async with context:
                await job.result()
        with context:
            await job.result()

    async def submitted(client: AsyncNanonets) -> str:
        return (await client.ocr.submit_file(nanonets_mock.model_id, INVOICE)).request_file_id

    async def story() -> None:
        async with opened(door, nanonets_mock) as client:
            with pytest.raises(TimeoutError):
                await wait_a_little(client)
            assert (await client.ocr.get_model(nanonets_mock.model_id)).is_ready

    asyncio.run(story())


@async_doors
def test_cancelling_an_upload_that_is_under_way_leaves_the_client_usable_and_the_file_closed(door: Door) -> None:
    async def story(server: RawServer) -> None:
        async with door.open(server.base_url) as client:
            await cancelled(client.ocr.predict_file("m-1", INVOICE), lambda: bool(server.received))
            assert (await client.ocr.job("m-1", "f-1").result()).pages[0].id == "p-1"

    with RawServer(stalling_after_the_body, answering(200, LISTING)) as server:
        asyncio.run(story(server))
        gc.collect()


@async_doors
def test_many_jobs_are_waited_for_at_once_and_each_gets_its_own_document(nanonets_mock: MockServer, door: Door) -> None:
    nanonets_mock.jobs = Progression.after_polls(1)

    async def story() -> None:
        async with opened(door, nanonets_mock) as client:
            set_clock(client, VirtualClock())
            names = [f"invoice-{number}.pdf" for number in range(8)]
            jobs = await asyncio.gather(
                *(client.ocr.submit_file(nanonets_mock.model_id, (name, INVOICE.read_bytes())) for name in names)
            )
            documents = await asyncio.gather(*(job.result() for job in jobs))
            assert [document.file_name for document in documents] == names
            assert [document.request_file_id for document in documents] == [job.request_file_id for job in jobs]

    asyncio.run(story())
