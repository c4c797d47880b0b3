"""What an actor that is started again knows of the pages that were taken before."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from attrs import evolve

from nanonets_sdk.batch.journal import Journal, State, open_journal
from nanonets_sdk.ray.actor import Place, permits_of
from nanonets_sdk.transport.clock import SYSTEM_CLOCK

PLACE = Place("journal", "model", None, None, jobs=2, patience=60, pages_per_minute=60, lease=30, node="")


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = open_journal(tmp_path / "journal", "model", None, None)
    yield journal
    journal.close()


def note(journal: Journal, digest: str, seconds_ago: float, state: State, pages: int) -> None:
    async def noted() -> None:
        await journal.sending(None, digest, digest, SYSTEM_CLOCK.now().timestamp() - seconds_ago)
        await journal.became(digest, state, request_file_id="id" if state == "submitted" else "", pages=pages)

    asyncio.run(noted())


def has_to_wait(journal: Journal, place: Place = PLACE) -> bool:
    async def waits() -> bool:
        entering = asyncio.ensure_future(permits_of(place, journal).enter("permit"))
        await asyncio.sleep(0.05)
        is_waiting = not entering.done()
        entering.cancel()
        return is_waiting

    return asyncio.run(waits())


def test_a_large_file_is_still_paid_off_after_a_restart(journal: Journal) -> None:
    note(journal, "large", 2, "submitted", 50)
    assert has_to_wait(journal)
    assert not has_to_wait(journal, evolve(PLACE, pages_per_minute=None))


def test_a_file_that_may_have_been_taken_counts_and_one_that_was_refused_does_not(journal: Journal) -> None:
    note(journal, "refused", 0, "refused", 0)
    assert not has_to_wait(journal)
    note(journal, "unknown", 0, "unknown", 0)
    assert has_to_wait(journal)


def test_only_files_that_were_on_their_way_together_can_have_taken_too_much(journal: Journal) -> None:
    for digest, pages in (("large", 50), ("next", 1), ("last", 1)):
        note(journal, digest, 5, "submitted", pages)
    assert not has_to_wait(journal)


def test_a_clock_that_was_ahead_stops_nothing(journal: Journal) -> None:
    note(journal, "tomorrow", -86_400, "submitted", 50)
    assert not has_to_wait(journal)
