"""An unknown file is sent again only if the listings of the service prove that it did not arrive."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import anyio
import anyio.lowlevel
import httpx
import msgspec
import pytest
from attrs import define, field

from command_line import sent_files
from nanonets_sdk import AsyncNanonets
from nanonets_sdk.batch import BatchOptions, Outcome, apredict_files
from nanonets_sdk.mock import Answer, MockServer, Reset
from scans import write_scans
from virtual_clock import VirtualClock

Image = dict[str, Any]
Edit = Callable[[list[Image]], list[Image]]
QUIET = 180.0


@define
class Clock(VirtualClock):
    """Real time plus all waits, off by some days."""

    days: float = 0.0

    def now(self) -> datetime:
        """Return the wrong time of day."""
        return datetime.now(UTC) + timedelta(days=self.days, seconds=sum(self.waits))

    async def asleep(self, seconds: float) -> None:
        """Note the wait, and let others run."""
        await anyio.lowlevel.checkpoint()
        self.waits.append(seconds)


@define
class Listings:
    """What the service lists, edited on its way to the client."""

    edit: Edit = list
    asked: int = 0

    def client(self) -> httpx.AsyncClient:
        """Return a client whose listings are edited."""
        listings = self

        class Editing(httpx.AsyncHTTPTransport):
            async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
                response = await super().handle_async_request(request)
                if "start_day_interval" not in str(request.url) or response.status_code != 200:
                    return response
                listings.asked += 1
                body = msgspec.json.decode(await response.aread())
                body["unmoderated_images"] = listings.edit(body["unmoderated_images"])
                return httpx.Response(200, json=body)

        return httpx.AsyncClient(transport=Editing())


@define
class Late:
    """Shows an image only some seconds after it was there."""

    clock: Clock
    seconds: float
    since: dict[str, float] = field(factory=dict[str, float])

    def __call__(self, images: list[Image]) -> list[Image]:
        """Return the images that are shown."""
        now = self.clock.monotonic()
        return [one for one in images if now - self.since.setdefault(one["id"], now) >= self.seconds]


def run(
    server: MockServer, folder: Path, listings: Listings, clock: Clock, *, quiet: float = QUIET, resend: bool = True
) -> list[Outcome]:
    """Run the batch of a folder, one file at a time."""
    options = BatchOptions(
        jobs=1, in_flight=1, clock=clock, quiet_minutes=quiet / 60, resend=frozenset({"unknown"} if resend else ())
    )

    paths = sorted(folder.glob("*.png"))

    async def read() -> list[Outcome]:
        async with (
            listings.client() as wire,
            AsyncNanonets("any-key", base_url=server.base_url, http_client=wire) as client,
            apredict_files(client, server.model_id, paths, journal=folder / "journal", options=options) as outcomes,
        ):
            return [outcome async for outcome in outcomes]

    return anyio.run(read)


def unknown(outcomes: list[Outcome]) -> list[str]:
    """Return the reasons of the files that are unknown."""
    return [str(outcome.error) for outcome in outcomes if outcome.status == "unknown"]


@pytest.fixture
def arrived(server: MockServer, tmp_path: Path) -> Path:
    """A folder of eight files. The third and the sixth arrive, and their answers are lost."""
    write_scans(tmp_path, 8)
    server.fail("ocr_submit_file", Reset(after_work=True), every=3)
    return tmp_path


@pytest.fixture
def cut_off(server: MockServer, tmp_path: Path) -> Path:
    """A folder of eight files. The third and the sixth do not arrive at first."""
    write_scans(tmp_path, 8)
    server.fail("ocr_submit_file", Reset(), every=3, times=2)
    return tmp_path


@pytest.mark.parametrize("seconds", [0, 20, 60, 170])
def test_a_file_that_is_listed_late_is_waited_for_and_not_sent_again(
    server: MockServer, arrived: Path, seconds: float
) -> None:
    clock = Clock()
    outcomes = run(server, arrived, Listings(Late(clock, seconds)), clock)
    assert {outcome.status for outcome in outcomes} == {"done"}
    assert set(Counter(sent_files(server)).values()) == {1}
    assert seconds <= sum(clock.waits) < 2 * max(seconds, 1) + 60


@pytest.mark.parametrize("quiet", [0, 20, 50])
def test_a_quiet_period_shorter_than_the_listing_is_late_sends_nothing_twice(
    server: MockServer, arrived: Path, quiet: float
) -> None:
    clock = Clock()
    outcomes = run(server, arrived, Listings(Late(clock, 60)), clock, quiet=quiet)
    assert all("does not list, with their metadata" in reason for reason in unknown(outcomes))
    assert len(unknown(outcomes)) == 2
    assert set(Counter(sent_files(server)).values()) == {1}


def without_metadata(images: list[Image]) -> list[Image]:
    return [{**one, "request_metadata": None} for one in images]


def with_empty_metadata(images: list[Image]) -> list[Image]:
    return [{**one, "request_metadata": ""} for one in images]


def with_cut_metadata(images: list[Image]) -> list[Image]:
    return [{**one, "request_metadata": one["request_metadata"][:20]} for one in images]


def nothing(_images: list[Image]) -> list[Image]:
    return []


def without_the_latest(images: list[Image]) -> list[Image]:
    return [one for one in images if int(one["original_file_name"][5:10]) < 3]


def without_the_first(images: list[Image]) -> list[Image]:
    return [one for one in images if int(one["original_file_name"][5:10]) > 4]


def anonymous_now_and_then(images: list[Image]) -> list[Image]:
    lost = ("scan-00002.png", "scan-00005.png")
    return [{**one, "request_metadata": ""} if one["original_file_name"] in lost else one for one in images]


def cut_now_and_then(images: list[Image]) -> list[Image]:
    lost = ("scan-00002.png", "scan-00005.png")
    return [
        {**one, "request_metadata": one["request_metadata"][:9], "original_file_name": ""}
        if one["original_file_name"] in lost
        else one
        for one in images
    ]


@pytest.mark.parametrize(
    "edit",
    [
        without_metadata, with_empty_metadata, with_cut_metadata, nothing, without_the_latest, anonymous_now_and_then,
        cut_now_and_then,
    ],
)  # fmt: skip
def test_a_listing_that_is_blind_proves_nothing(server: MockServer, arrived: Path, edit: Edit) -> None:
    outcomes = run(server, arrived, Listings(edit), Clock())
    assert unknown(outcomes)
    assert all(reason.startswith("not sent again, because the service ") for reason in unknown(outcomes))
    assert set(Counter(sent_files(server)).values()) == {1}
    assert {outcome.status for outcome in run(server, arrived, Listings(), Clock())} == {"done"}


@pytest.mark.parametrize("edit", [nothing, without_the_latest, without_the_first])
def test_a_listing_must_show_files_from_both_sides(server: MockServer, cut_off: Path, edit: Edit) -> None:
    outcomes = run(server, cut_off, Listings(edit), Clock())
    assert len(unknown(outcomes)) == 2
    assert len(sent_files(server)) == 8


@pytest.mark.parametrize("days", [-5, -400, -20_000])
def test_a_clock_that_is_days_behind_the_service_sends_nothing_twice(
    server: MockServer, arrived: Path, days: int
) -> None:
    for _ in range(2):
        outcomes = run(server, arrived, Listings(), Clock(days=days))
        assert len(unknown(outcomes)) == 2
    assert set(Counter(sent_files(server)).values()) == {1}


@pytest.mark.parametrize("days", [3, 30])
def test_a_file_sent_by_a_clock_that_was_ahead_is_judged_by_the_files_beside_it(
    server: MockServer, tmp_path: Path, days: int
) -> None:
    write_scans(tmp_path, 9)
    server.fail("ocr_submit_file", Reset(after_work=True), every=3, times=1)
    server.fail("ocr_submit_file", Reset(), every=4, times=1)
    run(server, tmp_path, Listings(nothing), Clock(days=days), resend=False)
    assert {outcome.status for outcome in run(server, tmp_path, Listings(), Clock())} == {"done"}
    assert sorted(Counter(sent_files(server)).values()) == [1] * 8 + [2]


def test_a_file_that_surely_did_not_arrive_is_sent_again_after_the_quiet_period(
    server: MockServer, cut_off: Path
) -> None:
    clock, listings = Clock(), Listings()
    outcomes = run(server, cut_off, listings, clock)
    assert {outcome.status for outcome in outcomes} == {"done"}
    assert sorted(Counter(sent_files(server)).values()) == [1] * 6 + [2] * 2
    assert sum(clock.waits) == pytest.approx(QUIET, abs=10)
    assert listings.asked >= 3 * 5


def test_the_last_file_is_proved_by_one_that_is_sent_again(server: MockServer, tmp_path: Path) -> None:
    write_scans(tmp_path, 6)
    server.fail("ocr_submit_file", Reset(), every=3, times=2)
    assert unknown(run(server, tmp_path, Listings(), Clock(), resend=False))
    assert {outcome.status for outcome in run(server, tmp_path, Listings(), Clock())} == {"done"}
    assert sorted(Counter(sent_files(server)).values()) == [1] * 4 + [2] * 2


def test_without_a_file_on_both_sides_the_reason_says_which_is_missing(server: MockServer, tmp_path: Path) -> None:
    write_scans(tmp_path, 2)
    server.fail("ocr_submit_file", Reset(), every=2, times=1)
    (reason,) = unknown(run(server, tmp_path, Listings(), Clock()))
    assert reason.startswith("not sent again, because no file that was sent after it is known to have arrived. POST /")
    assert len(sent_files(server)) == 2


def test_a_file_that_never_arrives_is_sent_again_once_in_a_run(server: MockServer, tmp_path: Path) -> None:
    write_scans(tmp_path, 3)
    (tmp_path / "scan-00001-copy.png").write_bytes((tmp_path / "scan-00001.png").read_bytes())
    never = next(iter(sorted(tmp_path.glob("*copy.png")))).read_bytes()

    class Refusing(Listings):
        def client(self) -> httpx.AsyncClient:
            class Cutting(httpx.AsyncHTTPTransport):
                async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
                    if request.method == "POST" and never in await request.aread():
                        await super().handle_async_request(
                            httpx.Request("POST", request.url.copy_with(path="/nowhere"), content=b"x")
                        )
                        raise httpx.ReadError("cut off")
                    return await super().handle_async_request(request)

            return httpx.AsyncClient(transport=Cutting())

    outcomes = run(server, tmp_path, Refusing(), Clock())
    assert len(unknown(outcomes)) == 2
    assert all("it was sent again in this run already" in reason for reason in unknown(outcomes))
    assert sum(request.status == 404 for request in server.requests) == 2


def test_a_search_that_fails_is_repeated_within_the_quiet_period(server: MockServer, cut_off: Path) -> None:
    server.fail("ocr_list_predictions", Answer(403, {}), times=1)
    outcomes = run(server, cut_off, Listings(), Clock())
    assert {outcome.status for outcome in outcomes} == {"done"}
