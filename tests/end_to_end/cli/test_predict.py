"""`nanonets predict`, as a person or a nightly job runs it."""

from __future__ import annotations

import csv
import json
import re
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest

from command_line import (
    COMMAND,
    KEY,
    Ended,
    environment,
    run,
    run_in_pipes,
    run_on_terminal,
    sent_files,
    started,
    unused_port,
)
from nanonets_sdk.formats.registry import FORMATS, Use, formats_for
from nanonets_sdk.mock import Answer, Latency, MockServer, Progression, Reset, Slow, rate_limited
from samples import INVOICE
from scans import digests, write_scans
from waiting import wait_until

HARDLY_ANSWERED = Slow(bytes_per_second=10)
"""The work is done at once, but sending the answer takes about a minute."""


def has_sent(server: MockServer, number: int) -> Callable[[], bool]:
    """Return a condition: a server has received so many files and begun to answer."""
    return lambda: len(sent_files(server)) >= number


def run_redirected(redirection: str, *arguments: str | Path, server: MockServer) -> Ended:
    """Run a command in a shell that redirects its streams."""
    ended = subprocess.run(
        ["sh", "-c", f'exec "$@" {redirection}', "sh", *COMMAND, *map(str, arguments)], capture_output=True, text=True,
        env=environment(server), timeout=60, check=False,
    )  # fmt: skip
    return Ended(ended.returncode, ended.stdout, ended.stderr)


@contextmanager
def server_of_its_own() -> Generator[MockServer]:
    """A server for files that hang: on a shared server they would end in the middle of another test."""
    with MockServer(api_key=KEY, jobs=Progression.immediate()) as running:
        yield running


def read_until(stream: IO[str] | None, text: str) -> None:
    """Read the output of a process up to a line that begins with a string."""
    assert stream is not None
    assert any(line.startswith(text) for line in stream), f"it ended without saying {text!r}"


def test_200_files_of_which_every_7th_fails_are_all_accounted_for(server: MockServer, tmp_path: Path) -> None:
    paths = write_scans(tmp_path / "in", 200)
    server.fail("ocr_submit_file", Answer(400, {"message": "The file cannot be opened"}), every=7)
    ended = run_in_pipes("predict", *paths, "--output", tmp_path / "out", server=server)
    written = {path.stem for path in (tmp_path / "out").glob("*.json")}
    table = [line.split("\t") for line in ended.err.splitlines() if "\t" in line]
    assert ended.status == 1
    assert table[0] == ["file", "outcome", "why"]
    assert {row[2] for row in table[1:]} == {"400 Bad Request: The file cannot be opened"}
    failed = {Path(row[0]).stem for row in table[1:]}
    assert (len(written), len(failed)) == (172, 28)
    assert written | failed == {path.stem for path in paths}
    assert "200 files: 172 done, 28 failed." in ended.err
    with (tmp_path / "out" / "nanonets-failed.csv").open(newline="") as listed:
        assert {Path(row["file"]).stem for row in csv.DictReader(listed)} == failed
    server.clear_faults()
    again = run("predict", *paths, "--output", tmp_path / "out", server=server)
    assert again.status == 0
    assert "28 done, 172 done before." in again.err
    assert not (tmp_path / "out" / "nanonets-failed.csv").exists()


def test_a_killed_run_that_is_repeated_loses_no_file_and_pays_for_none_twice(tmp_path: Path) -> None:
    paths = write_scans(tmp_path / "in", 60)
    command = ("predict", tmp_path / "in", "--output", tmp_path / "out", "--jobs", "4")
    with server_of_its_own() as server:
        # The server answers every third file very slowly, and never accepts every fifth. So
        # all four jobs hang after 9 files (the 3rd, 5th, 6th and 9th), and again at the 18th.
        server.fail("ocr_submit_file", HARDLY_ANSWERED, every=3)
        server.fail("ocr_submit_file", Latency(1000), every=5)
        for taken in (9 - 1, 18 - 3):
            with started(*command, server=server) as process:
                assert wait_until(has_sent(server, taken))
                process.send_signal(signal.SIGKILL)
                process.wait(30)
        server.clear_faults()
        careful = run(*command, server=server)
        arrived = {path.stem for path in (tmp_path / "out").glob("*.json")}
        # Whether a file that was sent in part was accepted is unknown here; it is reported, and not sent again.
        assert careful.err.count("\tnot known\t") == 60 - len(arrived) == 3
        assert Counter(sent_files(server, taken_only=True)).most_common(1)[0][1] == 1
        ended = run(*command, "--resend-unknown", "--quiet-minutes", "0", server=server)
        assert ended.status == 0, ended.err
        assert {path.stem for path in (tmp_path / "out").glob("*.json")} == {path.stem for path in paths}
        assert Counter(sent_files(server, taken_only=True)) == dict.fromkeys(digests(paths), 1)


def test_what_a_killed_run_left_half_written_is_removed(server: MockServer, tmp_path: Path) -> None:
    write_scans(tmp_path / "in", 1)
    half = tmp_path / "out" / ".nanonets-draft-k1ll3d.part"
    half.parent.mkdir()
    half.write_text('{"file_name": "scan-0')
    assert run("predict", tmp_path / "in", "--output", tmp_path / "out", server=server).status == 0
    assert {path.name for path in half.parent.iterdir()} == {"nanonets-journal.sqlite", "scan-00000.json"}


def test_ctrl_c_finishes_what_is_being_sent_and_says_how_to_go_on(server: MockServer, tmp_path: Path) -> None:
    paths = write_scans(tmp_path / "in", 60)
    server.jobs = Progression.after_seconds(1000)
    server.fail("ocr_submit_file", Latency(1))
    command = ("predict", tmp_path / "in", "--output", tmp_path / "out", "--jobs", "4")
    with started(*command, server=server) as process:
        assert wait_until(has_sent(server, 4))
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
    submitted = len(sent_files(server))
    assert process.returncode == 130
    assert f"{submitted} in work at the service, {60 - submitted} not sent." in said
    assert "Run the same command again" in said
    server.clear_faults()
    server.finish_jobs()
    assert run(*command, server=server).status == 0
    assert Counter(sent_files(server)) == dict.fromkeys(digests(paths), 1)


def test_ctrl_c_without_a_folder_names_the_command_that_collects(server: MockServer, tmp_path: Path) -> None:
    write_scans(tmp_path / "in", 3)
    server.jobs = Progression.after_seconds(1000)
    with started("predict", tmp_path / "in", "--format", "jsonl", server=server) as process:
        assert wait_until(has_sent(server, 3))
        process.send_signal(signal.SIGINT)
        out, said = process.communicate(timeout=30)
    (advice,) = re.findall(r"^Collect what was submitted: nanonets (.*)$", said, re.MULTILINE)
    assert (process.returncode, out) == (130, "")
    server.finish_jobs()
    collected = run(*advice.split(), "--format", "jsonl", server=server)
    assert {json.loads(line)["file_name"] for line in collected.out.splitlines()} == {
        f"scan-{number:05}.png" for number in range(3)
    }


def test_a_second_ctrl_c_ends_the_command_at_once(tmp_path: Path) -> None:
    write_scans(tmp_path / "in", 3)
    with server_of_its_own() as server:
        server.fail("ocr_submit_file", HARDLY_ANSWERED)
        with started("predict", tmp_path / "in", "--output", tmp_path / "out", server=server) as process:
            assert wait_until(has_sent(server, 3))
            process.send_signal(signal.SIGINT)
            read_until(process.stderr, "Stopping:")
            process.send_signal(signal.SIGINT)
            said = process.stderr.read() if process.stderr else ""
            assert process.wait(30) == 130
    assert said == (
        "Stopped at once.\n"
        "Run the same command again to continue: what is done is skipped, and nothing is sent twice.\n"
    )


def test_ctrl_c_before_anything_was_sent_says_so(server: MockServer, tmp_path: Path) -> None:
    write_scans(tmp_path / "in", 3)
    # The signal arrives during the search for files.
    program = (
        "import os, signal; from nanonets_sdk.cli import main; from nanonets_sdk.cli.running import prediction\n"
        "found = prediction.find_files\n"
        "def find(*paths, **how): os.kill(os.getpid(), signal.SIGINT); return found(*paths, **how)\n"
        "prediction.find_files = find; main()"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program, "predict", tmp_path / "in"], capture_output=True, text=True,
        env=environment(server), timeout=60, check=False,
    )  # fmt: skip
    assert (ended.returncode, ended.stdout, ended.stderr) == (130, "", "Stopped; nothing was sent.\n")
    assert sent_files(server) == []


def test_an_unknown_outcome_is_told_apart_and_sent_again_on_request(server: MockServer, tmp_path: Path) -> None:
    write_scans(tmp_path / "in", 3)
    server.fail("ocr_submit_file", Reset(), every=2, times=1)
    command = ("predict", tmp_path / "in", "--output", tmp_path / "out", "--jobs", "1")
    first = run(*command, server=server)
    assert first.status == 1
    assert "2 done, 1 sent with unknown outcome" in first.err
    assert "--resend-unknown" in first.err
    assert run(*command, server=server).status == 1
    assert len(sent_files(server)) == 3
    assert run(*command, "--resend-unknown", "--quiet-minutes", "0", server=server).status == 0
    assert len(sent_files(server)) == 4


def test_two_files_of_one_name_do_not_overwrite_each_other(server: MockServer, tmp_path: Path) -> None:
    one, other = write_scans(tmp_path / "a", 2)
    (tmp_path / "b").mkdir()
    shutil.move(other, tmp_path / "b" / one.name)
    run("predict", one, tmp_path / "b" / one.name, "--output", tmp_path / "out", server=server)
    written = sorted((tmp_path / "out").glob("*.json"))
    assert len(written) == 2
    assert len({json.loads(path.read_text())["request_file_id"] for path in written}) == 2


@pytest.mark.parametrize("form", ["json", "jsonl", "csv", "xlsx", "md"])
def test_a_folder_gets_a_file_for_each_document(server: MockServer, tmp_path: Path, form: str) -> None:
    ended = run("predict", INVOICE, "--format", form, "--output", tmp_path, server=server)
    assert ended.status == 0, ended.err
    content = (tmp_path / f"invoice.{form}").read_bytes()
    assert (b"PK" if form == "xlsx" else b"INV-2026-00417") in content
    tables = sorted(path.name for path in tmp_path.glob("*.table-*.csv"))
    assert tables == (["invoice.table-1.csv", "invoice.table-2.csv"] if form == "csv" else [])


def test_overlays_are_written_beside_the_results(server: MockServer, tmp_path: Path) -> None:
    ended = run("predict", INVOICE, "--overlay", "--output", tmp_path, server=server)
    assert ended.status == 0, ended.err
    pictures = sorted(tmp_path.glob("invoice.overlay*.png"))
    assert len(pictures) == 2
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in pictures)


def test_json_on_standard_output_is_one_array(server: MockServer, tmp_path: Path) -> None:
    write_scans(tmp_path, 3)
    ended = run("predict", tmp_path, "--format", "json", server=server)
    assert {document["file_name"] for document in json.loads(ended.out)} == {path.name for path in tmp_path.iterdir()}
    server.fail("ocr_submit_file", Answer(400, {}))
    assert json.loads(run("predict", tmp_path, "--format", "json", server=server).out) == []


def test_csv_on_standard_output_has_one_header(server: MockServer, tmp_path: Path) -> None:
    shutil.copy(INVOICE, tmp_path / "one.pdf")
    (tmp_path / "other.pdf").write_bytes(INVOICE.read_bytes() + b"\n%")
    ended = run("predict", tmp_path, "--format", "csv", server=server)
    rows = list(csv.DictReader(ended.out.splitlines()))
    assert {row["file_name"] for row in rows} == {"one.pdf", "other.pdf"}
    assert ended.out.count("file_name") == 1


def test_in_a_pipe_everything_is_plain(server: MockServer) -> None:
    ended = run_in_pipes("predict", INVOICE, server=server)
    assert "invoice_number\tINV-2026-00417\t" in ended.out
    assert "Item\tDescription\tQuantity\tUnit_price\tAmount\n" in ended.out
    assert (ended.status, ended.err) == (0, "")
    assert "\x1b" not in ended.out
    heading, *tables = ended.out.split("\n\n")
    assert heading.startswith("# invoice.pdf\t2 pages\t")
    assert [table.count("\n") for table in tables] == [18, 6, 0]


@pytest.mark.parametrize("width", [80, 120])
def test_on_a_terminal_a_person_gets_a_table(server: MockServer, width: int) -> None:
    ended = run_on_terminal("predict", INVOICE, server=server, width=width)
    assert ended.status == 0
    assert re.search(r"invoice_number +INV-2026-00417 +\d\d% +1", ended.screen)
    assert "─" * 20 in ended.screen
    assert max(len(line) for line in ended.screen.splitlines()) <= width


def test_on_a_terminal_many_files_have_a_bar_with_rate_and_time_to_go(server: MockServer, tmp_path: Path) -> None:
    write_scans(tmp_path / "in", 12)
    server.fail("ocr_submit_file", Latency(3), every=12)
    ended = run_on_terminal("predict", tmp_path / "in", "--jobs", "2", "-o", tmp_path / "out", server=server, width=100)
    assert ended.status == 0
    assert re.search(r"reading ━+.* \d+ of 12 · [\d.]+/(s|min) · \d+ (s|min) left", ended.screen)
    assert re.search(r"sent \d+ · (at the service \d+ · )?done \d+ · \d+ pages?", ended.screen)
    assert "12 files: 12 done." in ended.screen


def test_no_color_means_no_colour(server: MockServer, tmp_path: Path) -> None:
    write_scans(tmp_path / "in", 3)
    coloured = re.compile(r"\x1b\[[0-9;]*3[0-9]")
    command = ("predict", tmp_path / "in", "--jobs", "1")
    assert coloured.search(run_on_terminal(*command, server=server).out)
    assert not coloured.search(run_on_terminal(*command, server=server, NO_COLOR="1").out)


def test_a_steering_sequence_in_a_document_does_not_reach_the_terminal(server: MockServer, tmp_path: Path) -> None:
    (path,) = write_scans(tmp_path, 1)
    evil = path.rename(tmp_path / "a\x1b]0;owned\x07.png")
    ended = run_on_terminal("predict", evil, server=server)
    assert ended.status == 0
    assert "\x1b]0" not in ended.out
    assert "\x07" not in ended.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere.pdf"], "'nowhere.pdf' does not exist"),
        (["-"], "standard input is not read; name files or folders"),
        ([".", "--overlay"], "--output"),
        ([".", "--format", "xlsx"], "--output"),
        ([".", "--format", "table", "--output", "out"], "only for display"),
        (["empty"], "no PDF, PNG or JPEG files there"),
        ([".", "--format", "word"], "word"),
        ([], "FILE"),
    ],
)
def test_what_cannot_be_done_is_said_before_anything_is_sent(
    server: MockServer, tmp_path: Path, arguments: list[str], said: str
) -> None:
    write_scans(tmp_path, 1)
    (tmp_path / "empty").mkdir()
    ended = run("predict", *arguments, server=server, folder=tmp_path)
    assert ended.status == 2
    assert said in ended.err
    assert "Traceback" not in ended.err
    assert server.requests == []


def test_without_a_model_the_message_names_the_option(server: MockServer, tmp_path: Path) -> None:
    write_scans(tmp_path, 1)
    ended = run("predict", tmp_path, server=server, NANONETS_MODEL_ID="")
    assert ended.status == 2
    assert "--model" in ended.err


@pytest.mark.parametrize(
    ("fault", "status", "said"),
    [
        (Answer(401, {}), 3, "401 Unauthorized"),
        (Answer(402, {}), 3, "402 Payment Required"),
        (rate_limited(), 4, "429 Too Many Requests"),
        (Answer(404, {}), 5, "404 Not Found"),
    ],
)
def test_an_error_that_meets_every_file_has_its_own_status(
    server: MockServer, tmp_path: Path, fault: Answer, status: int, said: str
) -> None:
    write_scans(tmp_path, 30)
    server.fail("ocr_submit_file", fault)
    ended = run("predict", tmp_path, "--patience", "0", server=server)
    assert ended.status == status
    assert said in ended.err
    assert "not sent." in ended.err
    assert KEY not in ended.err + ended.out


def test_a_service_that_is_not_there_has_its_own_status(server: MockServer, tmp_path: Path) -> None:
    write_scans(tmp_path, 2)
    away = f"http://127.0.0.1:{unused_port()}/api/v2"
    ended = run("predict", tmp_path, "--patience", "0", server=server, NANONETS_BASE_URL=away)
    assert ended.status == 5
    assert "did not reach" in ended.err


def test_a_wait_is_reported(server: MockServer, tmp_path: Path) -> None:
    write_scans(tmp_path, 2)
    server.fail("ocr_submit_file", rate_limited(retry_after=99))
    with started("predict", tmp_path, server=server) as process:
        assert process.stderr is not None
        assert re.match(r"waiting, giving up in \d\d\d s: 429 Too Many Requests", process.stderr.readline())
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 130


def test_one_file_is_given_up_after_the_timeout_with_one_line_of_waiting_and_one_of_failure(
    server: MockServer, tmp_path: Path
) -> None:
    (scan,) = write_scans(tmp_path, 1)
    away = f"http://127.0.0.1:{unused_port()}/api/v2"
    # On a machine under load the first attempt alone takes more than a second.
    ended = run("--timeout", "6", "predict", scan, server=server, NANONETS_BASE_URL=away)
    assert ended.status == 5
    waiting, failure = ended.err.splitlines()
    assert re.match(r"waiting, giving up in [1-6] s: did not reach 127\.0\.0\.1", waiting)
    assert failure.startswith(f"{scan}: failed: POST /api/v2/OCR/Model/")
    assert failure.endswith("It can be sent again.")


def test_the_patience_of_many_files_holds_for_one_if_it_is_given(server: MockServer, tmp_path: Path) -> None:
    (scan,) = write_scans(tmp_path, 1)
    server.fail("ocr_submit_file", rate_limited(retry_after=99))
    with started("predict", scan, "--patience", "500", server=server) as process:
        assert process.stderr is not None
        assert re.match(r"waiting, giving up in (500|49\d) s: 429", process.stderr.readline())
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 130


def test_a_limit_that_outlasts_the_timeout_ends_the_wait_for_one_file(server: MockServer, tmp_path: Path) -> None:
    (scan,) = write_scans(tmp_path, 1)
    server.fail("ocr_submit_file", rate_limited(retry_after=99))
    ended = run("predict", scan, server=server)
    assert ended.status == 4
    assert ended.err.startswith(f"{scan}: failed: 429 Too Many Requests")


def test_a_closed_pipe_ends_the_command_quietly(server: MockServer, tmp_path: Path) -> None:
    write_scans(tmp_path, 20)
    with started("predict", tmp_path, "--format", "jsonl", server=server) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr is not None
        assert process.stderr.read() == ""
        assert process.wait(30) == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_what_was_paid_for_and_could_not_be_written_can_be_collected(server: MockServer, tmp_path: Path) -> None:
    write_scans(tmp_path, 3)
    ended = run_redirected("> /dev/full", "predict", tmp_path, "--format", "jsonl", server=server)
    (advice,) = re.findall(r"^Collect what was submitted: nanonets (.*)$", ended.err, re.MULTILINE)
    assert ended.status == 2
    assert "No space left on device" in ended.err
    collected = run(*advice.split(), "--format", "jsonl", server=server).out.splitlines()
    assert len(collected) == len(sent_files(server)) > 0


@pytest.mark.parametrize(
    "closed", [*(pytest.param(one, marks=pytest.mark.slow) for one in ("<&-", ">&-", "2>&-")), "<&- >&- 2>&-"]
)
def test_a_closed_stream_is_nothing_to_fail_on(server: MockServer, tmp_path: Path, closed: str) -> None:
    write_scans(tmp_path / "in", 2)
    ended = run_redirected(closed, "predict", tmp_path / "in", "--output", tmp_path / "out", server=server)
    assert (ended.status, ended.out) == (0, "")
    assert len(list((tmp_path / "out").glob("*.json"))) == 2


def test_a_file_whose_result_has_no_place_does_not_keep_back_the_others(server: MockServer, tmp_path: Path) -> None:
    write_scans(tmp_path / "in", 3)
    (tmp_path / "out" / "scan-00001.json").mkdir(parents=True)
    ended = run("predict", tmp_path / "in", "--output", tmp_path / "out", server=server)
    assert ended.status == 1
    assert "3 files: 2 done, 1 failed." in ended.err
    assert "Is a directory: " in ended.err
    assert "scan-00001.json" in ended.err


def test_a_file_named_like_the_table_of_another_does_not_take_its_place(server: MockServer, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name in ("invoice", "invoice.table-1", "nanonets-failed"):
        (tmp_path / "in" / f"{name}.pdf").write_bytes(INVOICE.read_bytes() + name.encode())
    ended = run("predict", tmp_path / "in", "--output", tmp_path / "out", "--format", "csv", server=server)
    assert ended.status == 0, ended.err
    written = {path.name: path.read_text("utf-8") for path in (tmp_path / "out").glob("*.csv")}
    tables = [content for name, content in written.items() if re.search(r"\.table-\d\.csv$", name)]
    assert len(written) == 3 * 3
    assert len(tables) == 3 * 2
    assert sum("invoice_number" in content for content in written.values()) == 3


@pytest.mark.parametrize("letter", ["b", "é"])
def test_a_file_with_the_longest_of_names_has_results_too(server: MockServer, tmp_path: Path, letter: str) -> None:
    name = letter * (251 // len(letter.encode()))
    shutil.copy(INVOICE, tmp_path / f"{name}.pdf")
    shutil.copy(INVOICE, tmp_path / f"{name[:-1]}.pdf")
    command = ("predict", tmp_path, "--format", "csv", "--overlay", "--output", tmp_path / "out")
    assert run(*command, server=server).status == 0
    written = [path.name for path in (tmp_path / "out").glob(f"{letter}*")]
    assert len(written) == 2 * (1 + 2 + 2)
    assert "2 done before" in run(*command, server=server).err


def test_results_that_cannot_be_written_end_the_command_with_one_line(server: MockServer, tmp_path: Path) -> None:
    write_scans(tmp_path / "in", 2)
    (tmp_path / "out").touch()
    ended = run("predict", tmp_path / "in", "--output", tmp_path / "out", server=server)
    assert ended.status == 2
    assert "File exists" in ended.err
    assert sent_files(server) == []


def test_sync_and_pages_and_language_go_over_the_wire(server: MockServer) -> None:
    ended = run("predict", INVOICE, "--sync", "--pages", "2", "--language", "eng", "--format", "json", server=server)
    (request,) = server.requests
    (document,) = json.loads(ended.out)
    assert request.operation_id == "ocr_predict_file"
    assert ("l", "eng") in request.query
    assert [page["page_index"] for page in document["pages"]] == [1]


@pytest.mark.parametrize("form", [row.name for row in formats_for(Use.RESULTS)])
def test_every_format_that_is_streamed_goes_to_standard_output(server: MockServer, form: str) -> None:
    ended = run("predict", INVOICE, "--format", form, server=server)
    assert (ended.status, "INV-2026-00417" in ended.out) == ((0, True) if FORMATS[form].is_streamed else (2, False))
