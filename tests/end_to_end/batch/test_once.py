"""A batch never pays for a file twice and never loses one, whatever happens on the way."""

from __future__ import annotations

import asyncio
import sqlite3
import time
import traceback
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from attrs import evolve

from command_line import sent_files
from nanonets_sdk import AsyncNanonets, JobFailed, Nanonets, OutcomeUnknown, UploadError, WaitTimeout
from nanonets_sdk.batch import BatchOptions, JournalError, Outcome, apredict_files, find_files, predict_files
from nanonets_sdk.batch.journal import open_journal
from nanonets_sdk.mock import Answer, MockServer, Progression, Reset, WrongType
from samples import INVOICE
from scans import digests, write_scans
from virtual_clock import VirtualClock

RESEND_UNKNOWN = BatchOptions(resend=frozenset({"unknown"}), quiet_minutes=0)


def run(
    client: Nanonets, server: MockServer, folder: Path, options: BatchOptions | None = None, *, recursive: bool = False
) -> list[Outcome]:
    """Run the batch of a folder to its end, with a journal beside the files."""
    files = find_files([folder], recursive=recursive)
    with predict_files(client, server.model_id, files, journal=folder / "journal", options=options) as outcomes:
        return list(outcomes)


def statuses(outcomes: list[Outcome]) -> Counter[str]:
    return Counter(outcome.status for outcome in outcomes)


def test_every_file_is_sent_once_and_read(client: Nanonets, server: MockServer, tmp_path: Path) -> None:
    paths = write_scans(tmp_path, 20)
    outcomes = run(client, server, tmp_path)
    assert {outcome.path for outcome in outcomes if outcome.document is not None} == set(paths)
    assert sorted(sent_files(server)) == sorted(digests(paths))


def test_the_second_run_asks_the_service_nothing(client: Nanonets, server: MockServer, tmp_path: Path) -> None:
    write_scans(tmp_path, 5)
    run(client, server, tmp_path)
    server.clear_requests()
    outcomes = run(client, server, tmp_path)
    assert [(outcome.status, outcome.was_done_before) for outcome in outcomes] == [("done", True)] * 5
    assert server.requests == []


def test_the_same_content_is_paid_for_once_wherever_it_lies(
    client: Nanonets, server: MockServer, tmp_path: Path
) -> None:
    (path,) = write_scans(tmp_path, 1)
    for name in ("copy.png", "a/scan-00000.png", "b/scan-00000.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(path.read_bytes())
    outcomes = run(client, server, tmp_path, recursive=True)
    assert statuses(outcomes) == {"done": 4}
    assert len({outcome.name for outcome in outcomes}) == 4
    assert len({outcome.request_file_id for outcome in outcomes}) == 1
    assert len(sent_files(server)) == 1


def test_a_file_that_changed_is_another_one(client: Nanonets, server: MockServer, tmp_path: Path) -> None:
    first, second = write_scans(tmp_path, 2)
    run(client, server, tmp_path)
    second.write_bytes(first.read_bytes() + b"more")
    (changed,) = [outcome for outcome in run(client, server, tmp_path) if not outcome.was_done_before]
    assert changed.path == second
    assert len(sent_files(server)) == 3


def test_results_that_are_gone_are_read_again_and_not_sent(
    client: Nanonets, server: MockServer, tmp_path: Path
) -> None:
    write_scans(tmp_path, 3)
    run(client, server, tmp_path)
    outcomes = run(client, server, tmp_path, BatchOptions(is_kept=lambda path, _: path.name != "scan-00001.png"))
    assert [outcome.path.name for outcome in outcomes if outcome.document] == ["scan-00001.png"]
    assert len(sent_files(server)) == 3


def _fail_on(outcome: Outcome) -> None:
    assert outcome.document is not None
    raise ZeroDivisionError


def test_a_loop_that_breaks_off_gets_its_file_again(client: Nanonets, server: MockServer, tmp_path: Path) -> None:
    write_scans(tmp_path, 3)
    with (
        pytest.raises(ZeroDivisionError),
        predict_files(client, server.model_id, find_files([tmp_path]), journal=tmp_path / "journal") as outcomes,
    ):
        _fail_on(next(iter(outcomes)))
    again = run(client, server, tmp_path, RESEND_UNKNOWN)
    assert statuses(again) == {"done": 3}
    assert not any(outcome.was_done_before for outcome in again)
    assert Counter(Counter(sent_files(server, taken_only=True)).values()) == {1: 3}


def test_of_outcomes_that_were_ready_together_a_loop_that_is_left_gets_those_again_that_it_did_not_store(
    client: Nanonets, server: MockServer, tmp_path: Path
) -> None:
    files = write_scans(tmp_path, 6)
    stored: list[Path] = []
    with predict_files(client, server.model_id, files, journal=tmp_path / "journal") as outcomes:
        for outcome in outcomes:
            if len(stored) == 3:
                break
            while not stored and outcomes.counts.done < len(files):
                time.sleep(0.01)
            stored.append(outcome.path)
    again = run(client, server, tmp_path)
    assert {outcome.path for outcome in again if outcome.was_done_before} == {*stored}


def test_a_second_loop_goes_on_where_the_first_was_left(client: Nanonets, server: MockServer, tmp_path: Path) -> None:
    files = write_scans(tmp_path, 6)
    with predict_files(client, server.model_id, files, journal=tmp_path / "journal") as outcomes:
        first = next(iter(outcomes))
        while outcomes.counts.done < len(files):
            time.sleep(0.01)
        second = next(iter(outcomes))
        rest = [outcome.path for outcome in outcomes]
    assert sorted([first.path, second.path, *rest]) == sorted(files)


def test_an_asynchronous_loop_that_breaks_off_gets_its_file_again(server: MockServer, tmp_path: Path) -> None:
    (path,) = write_scans(tmp_path, 1)

    async def read(*, fails: bool) -> bool:
        async with (
            AsyncNanonets("any-key", base_url=server.base_url) as client,
            apredict_files(client, server.model_id, [path], journal=tmp_path / "journal") as outcomes,
        ):
            async for outcome in outcomes:
                if fails:
                    _fail_on(outcome)
                return outcome.was_done_before
        raise AssertionError("there was no outcome")

    with pytest.raises(ZeroDivisionError):
        asyncio.run(read(fails=True))
    assert not asyncio.run(read(fails=False))
    assert len(sent_files(server)) == 1


def test_leaving_early_leaves_nothing_unclear(client: Nanonets, server: MockServer, tmp_path: Path) -> None:
    write_scans(tmp_path, 30)
    with predict_files(client, server.model_id, find_files([tmp_path]), journal=tmp_path / "journal") as outcomes:
        next(iter(outcomes))
    assert statuses(run(client, server, tmp_path)) == {"done": 30}
    assert len(sent_files(server)) == 30


def test_what_was_submitted_is_collected_by_its_id(client: Nanonets, server: MockServer, tmp_path: Path) -> None:
    write_scans(tmp_path, 5)
    server.jobs = Progression.after_seconds(1000)
    early = run(client, server, tmp_path, BatchOptions(result_timeout=0.2))
    assert statuses(early) == {"pending": 5}
    assert all(isinstance(outcome.error, WaitTimeout) for outcome in early)
    server.finish_jobs()
    late = run(client, server, tmp_path)
    assert statuses(late) == {"done": 5}
    assert {outcome.request_file_id for outcome in late} == {outcome.request_file_id for outcome in early}
    assert len(sent_files(server)) == 5


def test_a_file_taken_up_again_is_waited_for_with_all_of_its_pages(
    client: Nanonets, server: MockServer, tmp_path: Path
) -> None:
    (tmp_path / "invoice.pdf").write_bytes(INVOICE.read_bytes())
    server.jobs = Progression.after_seconds(1000)
    (early,) = run(client, server, tmp_path, BatchOptions(result_timeout=0.2))
    server.finish_jobs()
    whole = client.ocr.get_file(server.model_id, early.request_file_id).raw
    half = {**whole, "unmoderated_images": whole["unmoderated_images"][:1], "unmoderated_images_count": 1}
    server.fail("ocr_get_file", Answer(200, half), times=2)
    (late,) = run(client, server, tmp_path)
    assert late.document is not None
    assert (late.status, len(late.document.pages)) == ("done", 2)


@pytest.mark.parametrize("sync", [False, True])
@pytest.mark.parametrize(
    "fault", [Reset(after_work=True), Answer(502, "<html>", after_work=True), Answer(200, "?", after_work=True)]
)
def test_a_file_whose_answer_was_lost_is_found_and_not_sent_again(
    client: Nanonets, server: MockServer, tmp_path: Path, fault: Reset | Answer, *, sync: bool
) -> None:
    paths = write_scans(tmp_path, 6)
    server.fail("ocr_predict_file" if sync else "ocr_submit_file", fault, every=2)
    outcomes = run(client, server, tmp_path, BatchOptions(sync=sync))
    assert {outcome.path for outcome in outcomes if outcome.document} == set(paths)
    assert sorted(sent_files(server)) == sorted(digests(paths))


def test_a_file_that_was_refused_before_is_found_too_when_its_answer_was_lost(
    client: Nanonets, server: MockServer, tmp_path: Path
) -> None:
    write_scans(tmp_path, 1)
    server.fail("ocr_submit_file", Answer(400, {}), times=1)
    assert statuses(run(client, server, tmp_path)) == {"failed": 1}
    server.fail("ocr_submit_file", Reset(after_work=True), times=1)
    assert statuses(run(client, server, tmp_path, RESEND_UNKNOWN)) == {"done": 1}
    assert len(sent_files(server)) == 2


def test_a_file_that_is_read_at_once_needs_no_other_call(client: Nanonets, server: MockServer, tmp_path: Path) -> None:
    write_scans(tmp_path, 2)
    server.fail("ocr_get_file", Answer(403, {}))
    assert statuses(run(client, server, tmp_path, BatchOptions(sync=True))) == {"done": 2}
    assert len(server.requests) == 2


def test_a_file_that_the_service_does_not_list_stays_unknown(
    client: Nanonets, server: MockServer, tmp_path: Path
) -> None:
    write_scans(tmp_path, 4)
    server.fail("ocr_submit_file", Reset(), times=1)
    for _ in range(2):
        outcomes = run(client, server, tmp_path)
        (unknown,) = [outcome for outcome in outcomes if outcome.status == "unknown"]
        assert isinstance(unknown.error, OutcomeUnknown)
    assert len(sent_files(server)) == 4


def test_an_unknown_file_is_sent_again_on_request(client: Nanonets, server: MockServer, tmp_path: Path) -> None:
    write_scans(tmp_path, 4)
    server.fail("ocr_submit_file", Reset(), every=2, times=1)
    outcomes = run(client, server, tmp_path, evolve(RESEND_UNKNOWN, jobs=1))
    assert statuses(outcomes) == {"done": 4}
    assert sorted(Counter(sent_files(server)).values()) == [1, 1, 1, 2]


def test_even_on_request_a_file_that_arrived_is_not_sent_again(
    client: Nanonets, server: MockServer, tmp_path: Path
) -> None:
    write_scans(tmp_path, 4)
    server.fail("ocr_submit_file", Reset(after_work=True), times=1)
    assert statuses(run(client, server, tmp_path, RESEND_UNKNOWN)) == {"done": 4}
    assert len(sent_files(server)) == 4


def test_without_an_answer_to_the_search_nothing_is_sent_again(
    client: Nanonets, server: MockServer, tmp_path: Path
) -> None:
    write_scans(tmp_path, 2)
    server.fail("ocr_submit_file", Reset(after_work=True), times=1)
    server.fail("ocr_list_predictions", Answer(403, {}))
    files = find_files([tmp_path])
    with predict_files(
        client, server.model_id, files, journal=tmp_path / "journal", options=RESEND_UNKNOWN
    ) as outcomes:
        assert statuses(list(outcomes)) == {"done": 1, "unknown": 1}
        assert "403" in str(outcomes.search_error)
    assert len(sent_files(server)) == 2


@pytest.mark.parametrize("days", [-20_000, -400, -3, 3, 400])
def test_a_file_is_found_although_the_clock_has_jumped(
    client: Nanonets, server: MockServer, tmp_path: Path, days: int
) -> None:
    write_scans(tmp_path, 2)
    real = datetime.now(UTC).timestamp()
    server.fail("ocr_submit_file", Reset(after_work=True), times=1)
    server.fail("ocr_list_predictions", Answer(403, {}), times=1)
    jumped = BatchOptions(clock=_Clock(real + days * 86_400))
    assert statuses(run(client, server, tmp_path, jumped)) == {"done": 1, "unknown": 1}
    server.clear_requests()
    assert statuses(run(client, server, tmp_path, RESEND_UNKNOWN)) == {"done": 2}
    assert sent_files(server) == []
    assert len(server.requests) <= 65


def test_a_file_sent_on_a_day_that_is_still_to_come_is_not_sent_again(
    client: Nanonets, server: MockServer, tmp_path: Path
) -> None:
    (path,) = write_scans(tmp_path, 1)
    ahead = datetime.now(UTC).timestamp() + 10 * 86_400
    with closing(open_journal(tmp_path / "journal", server.model_id, None, None)) as journal:
        (digest,) = digests([path])
        asyncio.run(journal.sending(Path("a.pdf"), digest, "token", ahead))
    with predict_files(
        client, server.model_id, [path], journal=tmp_path / "journal", options=RESEND_UNKNOWN
    ) as outcomes:
        assert statuses(list(outcomes)) == {"unknown": 1}
        assert "the clock of this machine" in str(outcomes.search_error)
    assert sent_files(server) == []


@pytest.mark.parametrize("readable", [1, 0])
def test_a_failure_without_an_id_is_found_by_its_mark_and_not_sent_again(
    client: Nanonets, server: MockServer, tmp_path: Path, readable: int
) -> None:
    (tmp_path / "invoice.pdf").write_bytes(INVOICE.read_bytes())
    for page in range(2):
        server.fail("ocr_predict_file", WrongType(f"/result/{page}/request_file_id", ""))
        if page >= readable:
            server.fail("ocr_predict_file", WrongType(f"/result/{page}/message", "cannot be read"))
    assert statuses(run(client, server, tmp_path, BatchOptions(sync=True))) == {"failed": 1}
    server.clear_faults()
    again = run(client, server, tmp_path, BatchOptions(sync=True))
    assert statuses(again) == {"done": 1}
    assert len(sent_files(server)) == 1


def test_a_failure_with_an_id_is_not_sent_again_although_no_page_was_read(
    client: Nanonets, server: MockServer, tmp_path: Path
) -> None:
    write_scans(tmp_path, 1)
    server.fail("ocr_predict_file", WrongType("/result/0/message", "cannot be read"))
    (first,) = run(client, server, tmp_path, BatchOptions(sync=True))
    assert (first.status, bool(first.request_file_id)) == ("failed", True)
    server.clear_faults()
    run(client, server, tmp_path, BatchOptions(sync=True))
    assert len(sent_files(server)) == 1


def test_a_file_that_was_being_sent_when_the_process_ended_is_unknown(
    client: Nanonets, server: MockServer, tmp_path: Path
) -> None:
    (path,) = write_scans(tmp_path, 1)
    with closing(open_journal(tmp_path / "journal", server.model_id, None, None)) as journal:
        (digest,) = digests([path])
        asyncio.run(journal.sending(Path("a.pdf"), digest, "token", 1_700_000_000.0))
    (outcome,) = run(client, server, tmp_path, BatchOptions(clock=_Clock(1_700_000_100.0)))
    assert (outcome.status, sent_files(server)) == ("unknown", [])
    assert "earlier run" in str(outcome.error)


class _Clock(VirtualClock):
    """A clock that starts at another time."""

    def __init__(self, moment: float) -> None:
        super().__init__()
        self._moment = moment

    def now(self) -> datetime:
        return datetime.fromtimestamp(self._moment, UTC)


def test_a_file_that_the_service_failed_on_is_not_sent_again(
    client: Nanonets, server: MockServer, tmp_path: Path
) -> None:
    write_scans(tmp_path, 2)
    server.jobs = Progression.immediate().failing()
    for _ in range(2):
        outcomes = run(client, server, tmp_path)
        assert statuses(outcomes) == {"failed": 2}
        assert all(isinstance(outcome.error, JobFailed) and outcome.document for outcome in outcomes)
    assert len(sent_files(server)) == 2


def test_a_file_that_the_service_failed_on_is_sent_again_on_request(
    client: Nanonets, server: MockServer, tmp_path: Path
) -> None:
    write_scans(tmp_path, 2)
    server.jobs = Progression.immediate().failing()
    run(client, server, tmp_path)
    server.jobs = Progression.immediate()
    assert statuses(run(client, server, tmp_path, BatchOptions(resend=frozenset({"failed"})))) == {"done": 2}
    assert len(sent_files(server)) == 4


def test_a_refused_file_costs_nothing_and_is_tried_again(client: Nanonets, server: MockServer, tmp_path: Path) -> None:
    write_scans(tmp_path, 3)
    server.fail("ocr_submit_file", Answer(400, {"message": "cannot be opened"}), times=1)
    assert statuses(run(client, server, tmp_path)) == {"done": 2, "failed": 1}
    assert statuses(run(client, server, tmp_path)) == {"done": 3}


def test_what_cannot_be_sent_does_not_keep_back_the_others(
    client: Nanonets, server: MockServer, tmp_path: Path
) -> None:
    write_scans(tmp_path, 3)
    (tmp_path / "text.pdf").write_text("no PDF")
    (tmp_path / "empty.png").touch()
    (tmp_path / "gone.png").symlink_to("nowhere")
    files = [*(file.path for file in find_files([tmp_path])), tmp_path / "gone.png"]
    with predict_files(client, server.model_id, files) as outcomes:
        taken = list(outcomes)
    failed = {outcome.path.name: outcome.error for outcome in taken if outcome.status == "failed"}
    assert failed.keys() == {"text.pdf", "empty.png", "gone.png"}
    assert all(isinstance(error, UploadError) for error in failed.values())
    assert len(sent_files(server)) == 3


def test_without_a_journal_a_batch_keeps_nothing_beside_the_files(
    client: Nanonets, server: MockServer, tmp_path: Path
) -> None:
    paths = write_scans(tmp_path, 3)
    with predict_files(client, server.model_id, paths) as outcomes:
        assert statuses(list(outcomes)) == {"done": 3}
    assert sorted(tmp_path.iterdir()) == paths


def test_a_journal_is_of_one_model(client: Nanonets, server: MockServer, tmp_path: Path) -> None:
    write_scans(tmp_path, 1)
    run(client, server, tmp_path)
    with (
        pytest.raises(JournalError, match="begun with model"),
        predict_files(client, "another", find_files([tmp_path]), journal=tmp_path / "journal"),
    ):
        pass


FULL = """
CREATE TRIGGER full BEFORE UPDATE ON content WHEN NEW.state <> 'sending' AND (SELECT count(*) FROM content) > 10
BEGIN SELECT RAISE(FAIL, 'database or disk is full'); END
"""


def alter_journal(folder: Path, model_id: str, statement: str) -> None:
    open_journal(folder / "journal", model_id, None, None).close()
    with closing(sqlite3.connect(folder / "journal")) as journal:
        journal.execute(statement)


def test_a_journal_that_cannot_be_written_ends_the_batch_with_one_error_and_loses_nothing(
    client: Nanonets, server: MockServer, tmp_path: Path
) -> None:
    paths = write_scans(tmp_path, 40)
    alter_journal(tmp_path, server.model_id, FULL)
    for _ in range(2):
        with pytest.raises(JournalError, match="disk is full"):
            run(client, server, tmp_path, RESEND_UNKNOWN)
        assert len(sent_files(server)) < 40
    alter_journal(tmp_path, server.model_id, "DROP TRIGGER full")
    assert statuses(run(client, server, tmp_path, RESEND_UNKNOWN)) == {"done": 40}
    assert Counter(sent_files(server, taken_only=True)) == dict.fromkeys(digests(paths), 1)


def test_where_neither_journal_nor_results_can_be_written_the_error_is_the_journals(
    own_server: MockServer, tmp_path: Path
) -> None:
    paths = write_scans(tmp_path, 40)
    alter_journal(tmp_path, own_server.model_id, FULL)

    async def read() -> None:
        async with (
            AsyncNanonets("any-key", base_url=own_server.base_url) as client,
            apredict_files(client, own_server.model_id, paths, journal=tmp_path / "journal") as outcomes,
        ):
            with suppress(asyncio.CancelledError):
                while await outcomes.take() is not None:
                    continue
            raise OSError("no space for results")

    with pytest.raises(JournalError, match="disk is full") as caught:
        asyncio.run(read())
    assert "no space for results" in "".join(traceback.format_exception(caught.value))


def test_two_runs_at_once_pay_once(client: Nanonets, server: MockServer, tmp_path: Path) -> None:
    paths = write_scans(tmp_path, 30)
    with ThreadPoolExecutor(2) as threads:
        ended = [threads.submit(run, client, server, tmp_path) for _ in range(2)]
    errors = [str(one.exception()) for one in ended if one.exception() is not None]
    assert all("another run is using it" in error for error in errors)
    assert len(errors) <= 1
    assert Counter(sent_files(server)) == dict.fromkeys(digests(paths), 1)


def test_an_async_batch_pays_once_too(server: MockServer, tmp_path: Path) -> None:
    paths = write_scans(tmp_path, 5)

    async def read() -> set[Path]:
        async with (
            AsyncNanonets("any-key", base_url=server.base_url) as client,
            apredict_files(client, server.model_id, paths, journal=tmp_path / "journal") as outcomes,
        ):
            return {outcome.path async for outcome in outcomes if outcome.document}

    assert asyncio.run(read()) == set(paths)
    assert len(sent_files(server)) == 5
    server.clear_requests()
    # Files that were done before have no document, and cause no call.
    assert asyncio.run(read()) == set()
    assert server.requests == []
