"""Who may send what: claims on the contents of a journal that is on disk."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from nanonets_sdk.batch.journal import Entry, open_journal
from nanonets_sdk.ray.budget import PageBudget, Permits
from nanonets_sdk.ray.keeper import LOST, Keeper
from nanonets_sdk.transport.clock import SYSTEM_CLOCK

LEASE = 0.5


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., Entry | None]:
    """Run a test on a keeper of a new journal, or of the one that it left."""

    def run(
        test: Callable[[Keeper], Awaitable[Entry | None]], lease: float = LEASE, pages: float | None = None
    ) -> Entry | None:
        async def opened() -> Entry | None:
            journal = open_journal(tmp_path / "journal", "model", None, None)
            budget = None if pages is None else PageBudget(pages, SYSTEM_CLOCK)
            try:
                return await test(Keeper(journal, Permits(4, 60, SYSTEM_CLOCK, budget), lease, SYSTEM_CLOCK))
            finally:
                journal.close()

        return asyncio.run(opened())

    return run


async def sent(keeper: Keeper, session: str) -> Entry:
    """Claim a content and note that it is being sent."""
    seen = await keeper.claim(session, "content")
    entry = await keeper.sending(session, "content", "token", 1.5, seen)
    assert entry is not None
    return entry


async def is_waiting(claim: Awaitable[Entry | None]) -> tuple[bool, asyncio.Future[Entry | None]]:
    """Return whether a claim is not granted at once, and the claim."""
    future = asyncio.ensure_future(claim)
    await asyncio.sleep(LEASE / 6)
    return not future.done(), future


def test_a_content_is_held_by_one_worker_at_a_time(run: Callable[..., Entry | None]) -> None:
    async def two(keeper: Keeper) -> Entry | None:
        assert await keeper.claim("one", "content") is None
        waits, other = await is_waiting(keeper.claim("two", "content"))
        assert waits
        await keeper.release("one", "content")
        return await other

    assert run(two, lease=30) is None


def test_a_content_that_a_living_worker_sends_is_not_given_away(run: Callable[..., Entry | None]) -> None:
    async def beats(keeper: Keeper) -> Entry | None:
        await sent(keeper, "one")
        other = asyncio.ensure_future(keeper.claim("two", "content"))
        for _ in range(8):
            await asyncio.sleep(LEASE / 4)
            await keeper.beat("one", ["content"])
            assert not other.done()
        await keeper.became("one", "content", 2, "submitted", "id-1", "", 1)
        await keeper.release("one", "content")
        return await other

    entry = run(beats)
    assert entry is not None
    assert (entry.state, entry.request_file_id) == ("submitted", "id-1")


def test_what_a_silent_worker_was_sending_is_unknown_to_the_next(run: Callable[..., Entry | None]) -> None:
    async def silent(keeper: Keeper) -> Entry | None:
        first = await sent(keeper, "one")
        entry = await keeper.claim("two", "content")
        assert entry is not None
        # Only files that were sent after this moment prove that it did not arrive.
        assert entry.unknown_since > first.number
        return entry

    entry = run(silent)
    assert entry is not None
    assert (entry.state, entry.reason) == ("unknown", LOST)


def test_a_worker_that_was_given_up_may_not_send(run: Callable[..., Entry | None]) -> None:
    async def late(keeper: Keeper) -> Entry | None:
        seen = await keeper.claim("one", "content")
        await asyncio.sleep(1.2 * LEASE)
        assert await keeper.claim("two", "content") is None
        return await keeper.sending("one", "content", "token", 1.5, seen)

    assert run(late) is None


def test_a_worker_that_was_given_up_may_not_send_what_others_sent_since(run: Callable[..., Entry | None]) -> None:
    async def late(keeper: Keeper) -> Entry | None:
        seen = await keeper.claim("one", "content")
        await asyncio.sleep(1.2 * LEASE)
        entry = await sent(keeper, "two")
        await keeper.became("two", "content", entry.number, "submitted", "id-2", "", 1)
        await keeper.release("two", "content")
        return await keeper.sending("one", "content", "token", 2.5, seen)

    assert run(late) is None


def test_a_worker_that_asks_again_may_send(run: Callable[..., Entry | None]) -> None:
    async def again(keeper: Keeper) -> Entry | None:
        seen = await keeper.claim("one", "content")
        first = await keeper.sending("one", "content", "token", 1.5, seen)
        second = await keeper.sending("one", "content", "token", 1.5, seen)
        assert first == second
        return second

    assert run(again) is not None


def test_a_call_that_comes_late_does_not_undo_what_came_after_it(run: Callable[..., Entry | None]) -> None:
    async def late(keeper: Keeper) -> Entry | None:
        entry = await sent(keeper, "one")
        await keeper.became("one", "content", entry.number, "submitted", "id-1", "", 1)
        assert await keeper.sending("one", "content", "token", 1.5, None) is None
        return await keeper.became("one", "content", entry.number, "refused", "", "late", 0)

    entry = run(late)
    assert entry is not None
    assert (entry.state, entry.request_file_id) == ("submitted", "id-1")


def test_a_worker_that_was_given_up_still_says_that_a_file_arrived(run: Callable[..., Entry | None]) -> None:
    async def late(keeper: Keeper) -> Entry | None:
        first = await sent(keeper, "one")
        await keeper.claim("two", "content")
        # What it says of a refusal is not believed any more: the other one may be sending.
        refused = await keeper.became("one", "content", first.number, "refused", "", "no", 0)
        assert refused is not None
        assert refused.state == "unknown"
        return await keeper.became("one", "content", first.number, "submitted", "id-1", "", 1)

    entry = run(late)
    assert entry is not None
    assert (entry.state, entry.request_file_id) == ("submitted", "id-1")


def test_after_a_restart_a_living_worker_keeps_what_it_sends(run: Callable[..., Entry | None]) -> None:
    async def before(keeper: Keeper) -> Entry | None:
        return await sent(keeper, "one")

    async def after(keeper: Keeper) -> Entry | None:
        waits, other = await is_waiting(keeper.claim("two", "content"))
        assert waits
        await keeper.beat("one", ["content"])
        await asyncio.sleep(LEASE)
        await keeper.beat("one", ["content"])
        assert not other.done()
        await keeper.became("one", "content", 2, "submitted", "id-1", "", 1)
        await keeper.release("one", "content")
        return await other

    assert run(before) is not None
    entry = run(after)
    assert entry is not None
    assert (entry.state, entry.request_file_id) == ("submitted", "id-1")


def test_after_a_restart_what_nobody_claims_within_a_lease_is_unknown(run: Callable[..., Entry | None]) -> None:
    async def before(keeper: Keeper) -> Entry | None:
        return await sent(keeper, "one")

    async def after(keeper: Keeper) -> Entry | None:
        waits, other = await is_waiting(keeper.claim("two", "content"))
        assert waits
        return await other

    assert run(before) is not None
    entry = run(after)
    assert entry is not None
    assert entry.state == "unknown"


def test_two_who_wait_after_a_restart_get_it_one_after_the_other(run: Callable[..., Entry | None]) -> None:
    async def after(keeper: Keeper) -> Entry | None:
        first = asyncio.ensure_future(keeper.claim("two", "content"))
        second = asyncio.ensure_future(keeper.claim("three", "content"))
        for _ in range(12):
            await asyncio.sleep(LEASE / 6)
            await keeper.beat("two", ["content"] if first.done() else [])
            await keeper.beat("three", [])
        assert first.done()
        assert not second.done()
        await keeper.release("two", "content")
        return await second

    async def before(keeper: Keeper) -> Entry | None:
        return await sent(keeper, "one")

    assert run(before) is not None
    assert run(after) is not None


def test_a_content_that_a_living_worker_names_no_longer_is_free(run: Callable[..., Entry | None]) -> None:
    async def stale(keeper: Keeper) -> Entry | None:
        await keeper.claim("one", "content")
        await keeper.release("one", "content")
        # The keeper was away, and the call that was made before the release is repeated after it.
        await keeper.beat("one", ["content"])
        waits, other = await is_waiting(keeper.claim("two", "content"))
        assert waits
        for _ in range(8):
            await asyncio.sleep(LEASE / 4)
            await keeper.beat("one", [])
        assert other.done()
        return await other

    assert run(stale) is None


def test_a_worker_that_ends_lets_go_of_everything(run: Callable[..., Entry | None]) -> None:
    async def ends(keeper: Keeper) -> Entry | None:
        await keeper.claim("one", "content")
        await keeper.enter("one", "permit")
        await keeper.end("one")
        async with asyncio.timeout(5):
            return await keeper.claim("two", "content")

    assert run(ends, lease=30) is None


def test_the_pages_that_the_service_announces_are_taken_from_the_budget(run: Callable[..., Entry | None]) -> None:
    async def sends(keeper: Keeper) -> Entry | None:
        assert await keeper.enter("one", "first") is None
        entry = await sent(keeper, "one")
        await keeper.became("one", "content", entry.number, "submitted", "id-1", "", 14)
        await keeper.leave("one", "first", True)
        loop = asyncio.get_running_loop()
        began = loop.time()
        assert await keeper.enter("one", "second") is None
        # At 600 a minute ten pages are there, and fifteen are asked for.
        assert 0.1 < loop.time() - began < 5
        return entry

    assert run(sends, pages=600) is not None
