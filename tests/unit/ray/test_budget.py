"""How many files and pages all workers may send together."""

from __future__ import annotations

import asyncio

import pytest

from nanonets_sdk import ApiResponse, RateLimited
from nanonets_sdk.ray.budget import PageBudget, Permits
from nanonets_sdk.transport.clock import SYSTEM_CLOCK
from virtual_clock import VirtualClock

REFUSED = RateLimited("429", response=ApiResponse(429, {}, b""))


def waited(clock: VirtualClock, began: float) -> float:
    """The seconds that passed on a clock: its waits, and what really passed between them."""
    return clock.monotonic() - began


def test_pages_leave_at_even_distances() -> None:
    clock = VirtualClock()
    began = clock.monotonic()
    budget = PageBudget(60, clock)

    async def take(count: int) -> None:
        for _ in range(count):
            await budget.take()

    asyncio.run(take(61))
    # The first page is there at once; each other one has to come.
    assert waited(clock, began) >= 60
    assert sum(clock.waits) <= 60.5


def test_a_file_of_many_pages_delays_the_next_one() -> None:
    clock = VirtualClock()
    began = clock.monotonic()
    budget = PageBudget(60, clock)
    asyncio.run(budget.take())
    budget.add(-4)
    asyncio.run(budget.take())
    assert waited(clock, began) >= 5
    assert sum(clock.waits) <= 5.1


@pytest.mark.parametrize(
    ("sent", "seconds"),
    [
        # Five pages were taken two seconds ago: one was there, and two came since.
        ([(2, 5)], 3),
        ([(3, 3), (1, 3)], 3),
        ([(60, 5), (2, 5)], 3),
        ([(600, 5)], 0),
    ],
)
def test_a_budget_remembers_what_was_sent_before_it(sent: list[tuple[float, float]], seconds: float) -> None:
    clock = VirtualClock()
    began = clock.monotonic()
    asyncio.run(PageBudget(60, clock, sent).take())
    assert waited(clock, began) >= seconds
    assert sum(clock.waits) <= seconds + 0.1


def test_a_page_that_was_not_taken_is_given_back() -> None:
    clock = VirtualClock()
    permits = Permits(4, 60, clock, PageBudget(1, clock))

    async def twice() -> None:
        assert await permits.enter("one") is None
        permits.leave("one")
        assert await permits.enter("two") is None

    asyncio.run(twice())
    assert sum(clock.waits) == 0


def test_no_more_files_are_sent_at_a_time_than_jobs() -> None:
    permits = Permits(2, 60, SYSTEM_CLOCK)

    async def third() -> bool:
        assert await permits.enter("one") is None
        assert await permits.enter("two") is None
        waiting = asyncio.create_task(permits.enter("three"))
        await asyncio.sleep(0.02)
        was_waiting = not waiting.done()
        permits.leave("one", is_taken=True)
        assert await waiting is None
        return was_waiting

    assert asyncio.run(third())


def test_asking_twice_for_a_permit_takes_one() -> None:
    permits = Permits(2, 60, SYSTEM_CLOCK)

    async def other() -> None:
        assert await permits.enter("one") is None
        assert await permits.enter("one") is None
        async with asyncio.timeout(5):
            assert await permits.enter("two") is None

    asyncio.run(other())


def test_the_permits_of_a_lost_worker_are_given_back() -> None:
    permits = Permits(1, 60, SYSTEM_CLOCK)

    async def other() -> None:
        assert await permits.enter("lost/one") is None
        permits.leave_all("lost/")
        async with asyncio.timeout(5):
            assert await permits.enter("other/one") is None

    asyncio.run(other())


def test_a_permit_that_nobody_knows_is_given_back_in_peace() -> None:
    assert Permits(1, 60, SYSTEM_CLOCK).leave("unknown", is_taken=True) is None


def test_when_patience_is_exhausted_everybody_who_waits_learns_why() -> None:
    permits = Permits(1, 0, SYSTEM_CLOCK)

    async def refused() -> tuple[object, object]:
        assert await permits.enter("one") is None
        waiting = asyncio.create_task(permits.enter("two"))
        await asyncio.sleep(0.02)
        mine = permits.leave("one", error=REFUSED)
        return mine, await waiting

    assert asyncio.run(refused()) == (REFUSED, REFUSED)


def test_after_patience_was_exhausted_the_next_run_has_its_own() -> None:
    permits = Permits(1, 0, SYSTEM_CLOCK)

    async def again() -> object:
        assert await permits.enter("one") is None
        assert permits.leave("one", error=REFUSED) is REFUSED
        async with asyncio.timeout(5):
            return await permits.enter("two")

    assert asyncio.run(again()) is None
