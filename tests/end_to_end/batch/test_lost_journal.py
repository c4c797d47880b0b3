"""A batch whose journal goes away stops, and a fork of its process leaves it alone."""

from __future__ import annotations

import os
import shutil
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from command_line import sent_files, started
from nanonets_sdk import Nanonets
from nanonets_sdk.batch import BatchOptions, JournalError, predict_files
from nanonets_sdk.mock import Answer, Latency, MockServer
from scans import write_scans
from waiting import wait_until


def delete(folder: Path) -> None:
    shutil.rmtree(folder)


def rename(folder: Path) -> None:
    folder.rename(folder.with_name("renamed"))


def replace(folder: Path) -> None:
    rename(folder)
    shutil.copytree(folder.with_name("renamed"), folder)


@pytest.mark.parametrize("harm", [delete, rename, replace])
def test_a_batch_whose_journal_goes_away_sends_nothing_more(
    client: Nanonets, server: MockServer, tmp_path: Path, harm: Callable[[Path], None]
) -> None:
    paths = write_scans(tmp_path / "in", 40)
    folder, options, sent = tmp_path / "out", BatchOptions(jobs=2, in_flight=2), [0]

    def read() -> None:
        with predict_files(client, server.model_id, paths, journal=folder / "journal", options=options) as outcomes:
            for number, _ in enumerate(outcomes):
                if number == 5:
                    sent[0] = len(sent_files(server))
                    harm(folder)

    with pytest.raises(JournalError, match="is gone: it") as caught:
        read()
    assert caught.value.is_lost
    # Two may have been under way.
    assert len(sent_files(server)) <= sent[0] + 2
    assert str(caught.value.undelivered[0][0]) in str(caught.value)


def test_files_under_way_are_finished_and_named_when_the_journal_goes_away(server: MockServer, tmp_path: Path) -> None:
    write_scans(tmp_path / "in", 10)
    server.fail("ocr_submit_file", Latency(0.5))
    command = ("predict", tmp_path / "in", "--output", tmp_path / "out", "--jobs", "2")
    with started(*command, server=server) as process:
        assert wait_until(lambda: len(sent_files(server)) >= 2)
        shutil.rmtree(tmp_path / "out")
        _, said = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "is gone: it" in said
    assert "Nothing more is sent." in said
    assert f"Collect what was submitted: nanonets job wait --output {tmp_path / 'out'} --model" in said
    assert "nothing is sent twice" not in said
    assert len(sent_files(server)) <= 6


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_fork_in_the_loop_cannot_go_on_with_the_batch_and_can_leave_it(
    client: Nanonets, server: MockServer, tmp_path: Path
) -> None:
    paths = write_scans(tmp_path, 4)
    receive, send = os.pipe()
    child, left = -1, 0
    try:
        with predict_files(client, server.model_id, paths, journal=tmp_path / "journal") as outcomes:
            taken = iter(outcomes)
            next(taken)
            child = os.fork()
            if child == 0:
                next(taken)
            left = sum(1 for _ in taken)
    except JournalError as error:
        os.write(send, str(error).encode())
    finally:
        if child == 0:
            os._exit(0)
    os.close(send)
    with os.fdopen(receive) as pipe:
        assert "is a fork; begin a batch with a journal of its own here" in pipe.read()
    os.waitpid(child, 0)
    assert left == 3
    assert set(Counter(sent_files(server)).values()) == {1}


def test_a_copy_of_the_journal_made_in_the_loop_lets_no_second_run_in(
    client: Nanonets, server: MockServer, tmp_path: Path
) -> None:
    paths = write_scans(tmp_path, 12)
    refused: list[str] = []

    def second_run() -> None:
        with started("predict", *paths, "--output", tmp_path, server=server) as process:
            refused.append(process.communicate(timeout=60)[1])

    journal = tmp_path / "nanonets-journal.sqlite"
    with predict_files(client, server.model_id, paths, journal=journal) as outcomes:
        for number, _ in enumerate(outcomes):
            if number == 3:
                shutil.copy(journal, tmp_path / "backup")
                other = threading.Thread(target=second_run)
                other.start()
                other.join()
    assert "another run is using it" in refused[0]
    assert set(Counter(sent_files(server)).values()) == {1}


REFUSED = (400, 405, 413, 422, 431)
UNCLEAR = (204, 205, 206, 300, 302, 304, 308, 406, 408, 410, 418, 423, 425, 451, 499, 500, 501, 503, 504, 520, 599)


@pytest.mark.parametrize(("statuses", "times"), [(REFUSED, 2), (UNCLEAR, 1)], ids=["refused", "unclear"])
def test_only_a_refused_file_is_sent_again_by_the_next_run(
    client: Nanonets, server: MockServer, tmp_path: Path, statuses: tuple[int, ...], times: int
) -> None:
    """The service does the work, and a gateway answers with another status."""
    paths = write_scans(tmp_path, len(statuses))

    def files() -> Iterator[Path]:
        """Yield each file when the answer to it is prepared."""
        for path, status in zip(paths, statuses, strict=True):
            content = None if status in {204, 205, 304} else "{}"
            server.fail("ocr_submit_file", Answer(status, content, after_work=True), times=1)
            yield path

    options = BatchOptions(jobs=1, in_flight=1, give_up_after=100)
    ended: list[set[str]] = []
    for given in (files(), paths):
        server.clear_faults()
        server.fail("ocr_list_predictions", Answer(403, {}))
        with predict_files(client, server.model_id, given, journal=tmp_path / "journal", options=options) as outcomes:
            ended.append({outcome.status for outcome in outcomes})
    assert ended == ([{"failed"}, {"done"}] if statuses is REFUSED else [{"unknown"}, {"unknown"}])
    assert Counter(Counter(sent_files(server)).values()) == {times: len(statuses)}


def test_a_refused_file_that_arrived_all_the_same_is_found_by_the_next_run(
    client: Nanonets, server: MockServer, tmp_path: Path
) -> None:
    """A gateway answers 400 after the work."""
    paths = write_scans(tmp_path, 3)
    server.fail("ocr_submit_file", Answer(400, {}, after_work=True), times=1)
    for expected in ({"failed": 1, "done": 2}, {"done": 3}):
        with predict_files(client, server.model_id, paths, journal=tmp_path / "journal") as outcomes:
            assert Counter(outcome.status for outcome in outcomes) == expected
    assert set(Counter(sent_files(server)).values()) == {1}
