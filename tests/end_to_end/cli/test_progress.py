"""What long commands say while they run, at their end, and after Ctrl-C."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Generator
from pathlib import Path

import pytest

from command_line import run, sent_files, unused_port
from nanonets_sdk import Nanonets
from nanonets_sdk.batch import Counts, predict_files
from nanonets_sdk.cli.output import progress
from nanonets_sdk.mock import Answer, Latency, MockServer, Progression
from samples import INVOICE
from scans import write_scans
from waiting import wait_until


def test_a_batch_counts_what_was_sent_and_what_became_of_it(
    server: MockServer, client: Nanonets, tmp_path: Path
) -> None:
    files = [*write_scans(tmp_path / "in", 4), tmp_path / "in" / "missing.pdf"]
    server.fail("ocr_submit_file", Answer(400, {"message": "The file cannot be opened"}), every=4)
    journal = tmp_path / "journal.sqlite"
    for expected in (
        Counts(sent=3, done=3, failed=2, pages=3),
        Counts(sent=1, done=1, done_before=3, failed=1, pages=1),
    ):
        with predict_files(client, server.model_id, files, journal=journal) as outcomes:
            assert outcomes.counts == Counts()
            number = sum(1 for _ in outcomes)
            assert (outcomes.counts, outcomes.counts.ended) == (expected, number)
        server.clear_faults()


def test_without_a_terminal_a_line_says_now_and_then_how_far_it_is(
    server: MockServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "_EVERY", 0.05)
    write_scans(tmp_path / "in", 8)
    server.fail("ocr_submit_file", Latency(0.1))
    ended = run("predict", tmp_path / "in", "-o", tmp_path / "out", "--jobs", "2", server=server)
    lines = [line for line in ended.err.splitlines() if line.startswith("reading: ")]
    assert lines
    assert len(lines) == len(set(lines))
    assert re.fullmatch(
        r"reading: \d of 8( · [\d.]+/(s|min)( sent| · \d+ (s|min) left)?)? · sent \d( · at the service \d)? · done \d"
        r" · \d pages?",
        lines[-1],
    )


def test_the_end_names_the_list_what_was_left_out_and_a_command_that_works(
    server: MockServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    # Which file is sent third is not known beforehand, so each failure belongs to a file.
    _, empty, _ = write_scans(tmp_path / "in dir", 3)
    content = empty.read_bytes()
    empty.write_bytes(b"")
    (tmp_path / "in dir" / "notes.docx").write_bytes(b"PK")
    write_scans(tmp_path / "in dir" / "2024", 1)
    (tmp_path / "in dir" / "two.pdf").write_bytes(INVOICE.read_bytes())
    # Only the invoice has a second page.
    server.jobs = Progression.immediate().failing(1)
    ended = run("predict", "in dir", "--output", "out", "--jobs", "1", server=server)
    assert ended.status == 1
    lines = ended.err.splitlines()
    assert "4 files: 2 done, 2 failed. Results are in out." in lines
    assert "Sent in this run: 3 files, 4 pages." in lines
    assert "What is not done is listed in out/nanonets-failed.csv." in lines
    assert "1 other file: notes.docx (not PDF, PNG or JPEG)" in lines
    assert "1 folder: 2024 (not searched; add --recursive)" in lines
    what, _, command = lines[-1].partition(": ")
    assert what == "Try again what failed (1 of them paid for again)"
    assert command == "nanonets predict --output out --jobs 1 --resend-failed 'in dir'"
    server.jobs = Progression.immediate()
    empty.write_bytes(content)
    again = run(*shlex.split(command)[1:], server=server)
    assert (again.status, len(sent_files(server))) == (0, 5)


def test_without_a_folder_the_command_names_only_what_failed(server: MockServer, tmp_path: Path) -> None:
    paths = write_scans(tmp_path, 3)
    server.fail("ocr_submit_file", Answer(400, {"message": "no"}), every=2)
    ended = run("predict", *paths, "--jobs", "1", "--format", "jsonl", server=server)
    command = ended.err.splitlines()[-1].removeprefix("Try again what failed: ")
    # Files are sent in the order in which they were read.
    done = {json.loads(line)["file_name"] for line in ended.out.splitlines()}
    (left,) = [path for path in paths if path.name not in done]
    assert command == f"nanonets predict --format jsonl --jobs 1 {left}"


def test_after_the_service_was_lost_one_command_goes_on_with_all_that_is_left(tmp_path: Path) -> None:
    paths = [*map(str, write_scans(tmp_path, 3))]
    before = ("--base-url", "https://localhost:1", "--timeout", "1", "predict", "--jobs", "1", "--patience", "0")
    ended = run(*before, *paths, NANONETS_API_KEY="k", NANONETS_MODEL_ID="m")
    (line,) = [line for line in ended.err.splitlines() if "nanonets --base-url" in line]
    what, _, command = line.partition(": ")
    words = shlex.split(command)
    assert (what, words[: len(before) + 1]) == ("Go on with", ["nanonets", *before])
    assert sorted(words[len(before) + 1 :]) == sorted(paths)


def test_one_unreachable_file_ends_in_time_with_its_own_exit_status() -> None:
    begin = time.monotonic()
    ended = run(
        "--base-url",
        "https://localhost:1",
        "--timeout",
        "1",
        "predict",
        INVOICE,
        NANONETS_API_KEY="k",
        NANONETS_MODEL_ID="m",
    )
    assert (ended.status, ended.out) == (5, "")
    assert len(ended.err.splitlines()) <= 3
    assert ended.err.splitlines()[-1].endswith("did not reach localhost:1 (Connection refused). It can be sent again.")
    assert time.monotonic() - begin < 5


ODD = "a\x1b[31m\n'\udcff1.png"


@pytest.mark.skipif(sys.platform != "linux", reason="names of files are bytes there")
def test_a_name_that_would_control_the_terminal_is_escaped_and_still_works_in_a_shell(
    server: MockServer, tmp_path: Path
) -> None:
    odd, fine = tmp_path / ODD, tmp_path / "b.pdf"
    odd.write_bytes(INVOICE.read_bytes() + b"%")
    fine.write_bytes(INVOICE.read_bytes())
    server.fail("ocr_submit_file", Answer(400, {"message": "no"}))
    ended = run("predict", odd, fine, "--jobs", "1", server=server)
    (command,) = [line for line in ended.err.splitlines() if line.startswith("Try again what failed: ")]
    assert "\x1b" not in ended.err
    echoed = subprocess.run(
        ["bash", "-c", f"nanonets() {{ printf '%s\\0' \"$@\"; }}; {command.partition(': ')[2]}"],
        capture_output=True, check=True,
    )  # fmt: skip
    assert {os.fsencode(odd), os.fsencode(fine)} <= {*echoed.stdout.split(b"\0")}


def test_a_listing_is_cut_to_the_files_that_were_uploaded_last(
    server: MockServer, client: Nanonets, tmp_path: Path
) -> None:
    for path in write_scans(tmp_path, 3):
        client.ocr.predict_file(server.model_id, path)
    ended = run("results", "list", "--limit", "2", server=server)
    assert (ended.status, len(ended.out.splitlines())) == (0, 3)
    assert ended.err == "2 of 3 files, those uploaded last.\n"


@pytest.fixture
def kept_handlers() -> Generator[None]:
    """Put the handlers of signals back, which a command that serves replaces for its whole process."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def press_ctrl_c(when: threading.Event) -> threading.Thread:
    """Press Ctrl-C in the main thread once an event is set."""
    main = threading.main_thread().ident
    assert main is not None

    def press() -> None:
        when.wait(30)
        signal.pthread_kill(main, signal.SIGINT)

    thread = threading.Thread(target=press)
    thread.start()
    return thread


@pytest.mark.parametrize(
    ("operation", "command", "says"),
    [
        ("ocr_get_model", ("models", "show"), r"Stopped\."),
        ("ocr_list_predictions", ("results", "list"), r"Stopped\."),
        ("ocr_list_predictions", ("evaluate", "--since", "1d"), r"Stopped\."),
        ("ocr_create_model", ("models", "create", "total"), r"Stopped\.\nPOST \S+ was sent in full, .*"),
        ("ocr_get_file", ("job", "wait", "f-1", "f-2"), r"Stopped\.\nGo on with: nanonets job wait f-1 f-2"),
        ("ocr_get_file", ("results", "get", "f-1"), r"Stopped\.\nGo on with: nanonets results get f-1"),
        (
            "ocr_approve_file", ("approve", "f-1", "f-2"),
            r"Stopped\. f-1 may be approved already\.\nGo on with: nanonets approve f-1 f-2",
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)  # fmt: skip
def test_ctrl_c_ends_a_command_with_a_line_or_two(
    server: MockServer, operation: str, command: tuple[str, ...], says: str
) -> None:
    seen = threading.Event()
    server.fail(operation, Noticed(1.5, seen))
    presser = press_ctrl_c(seen)
    ended = run(*command, server=server)
    presser.join()
    assert ended.status == 130, ended.err
    assert re.fullmatch(says, ended.err.strip()), ended.err


def test_ctrl_c_between_files_names_the_command_for_those_that_are_left(server: MockServer, tmp_path: Path) -> None:
    paths = [*map(str, write_scans(tmp_path, 3))]
    seen = threading.Event()
    server.fail("ocr_read_text", Noticed(1.0, seen))
    presser = press_ctrl_c(seen)
    ended = run("text", "--format", "json", "--jobs", "1", *paths, server=server)
    presser.join()
    (done,) = json.loads(ended.out)
    left = [path for path in paths if path != done["file"]]
    assert ended.status == 130
    assert ended.err.splitlines()[-1] == f"Go on with: nanonets text --format json --jobs 1 {' '.join(left)}"


def test_a_second_ctrl_c_says_how_many_files_may_be_billed(server: MockServer, tmp_path: Path) -> None:
    paths = [*map(str, write_scans(tmp_path, 2))]
    seen = threading.Event()
    server.fail("ocr_read_text", Noticed(20.0, seen))
    first = press_ctrl_c(seen)

    def press_again() -> None:
        first.join()
        time.sleep(0.3)
        press_ctrl_c(seen).join()

    second = threading.Thread(target=press_again)
    second.start()
    ended = run("text", "--jobs", "1", *paths, server=server)
    second.join()
    assert ended.status == 130
    said = ended.err.splitlines()
    assert "1 file was sent in full without an answer, and may have been carried out and billed." in said
    assert said[-1] == f"Go on with: nanonets text --jobs 1 {' '.join(paths)}"


CONFIRMED = {
    "approve": ("approve {file} f-2 --confirm", 1, "The approval of file {file} was accepted by the service", True),
    "delete": ("delete {file} f-2 --yes --confirm", 1, "The deletion of file {file} was accepted by the service", True),
    "edit": ("edit {file} --set total=1 --confirm", 3, "Pages written: 2. See what is there with `nanonets", False),
}


@pytest.mark.parametrize(("typed", "reading", "says", "goes_on"), CONFIRMED.values(), ids=CONFIRMED.keys())
def test_ctrl_c_while_a_change_is_confirmed_says_that_it_was_made(
    server: MockServer, client: Nanonets, typed: str, reading: int, says: str, goes_on: bool
) -> None:
    file = client.ocr.predict_file(server.model_id, INVOICE).request_file_id
    seen = threading.Event()
    server.fail("ocr_get_file", Noticed(1.5, seen), every=reading)
    presser = press_ctrl_c(seen)
    command = typed.format(file=file).split()
    ended = run(*command, server=server)
    presser.join()
    assert ended.status == 130, ended.err
    assert says.format(file=file) in ended.err
    # What was accepted is not done twice.
    rest = f"Go on with: nanonets {' '.join([command[0], *command[3:], 'f-2'])}\n"
    assert ended.err.endswith(rest) is goes_on
    assert ("nanonets results get --model" in ended.err) is goes_on


class Noticed(Latency):
    """A delay that says when it begins."""

    def __init__(self, seconds: float, seen: threading.Event) -> None:
        super().__init__(seconds)
        object.__setattr__(self, "seen", seen)

    def delay(self) -> float:
        """Return the seconds."""
        # The body of a request may come after its headers.
        threading.Timer(0.2, self.seen.set).start()  # type: ignore[attr-defined]  # set in the constructor of a frozen class
        return super().delay()


def test_ctrl_c_during_a_training_says_that_it_goes_on(server: MockServer, client: Nanonets) -> None:
    model = client.image_classification.create_model(["cat", "dog"]).model_id
    for category in ("cat", "dog"):
        client.image_classification.upload_file(model, category, INVOICE)
    server.trainings = Progression.after_polls(99)
    server.clear_requests()
    seen = threading.Event()
    presser = press_ctrl_c(seen)

    def look() -> None:
        # Once it asks how far the training is, the answer to the request before has been read.
        assert wait_until(lambda: any("Train" in one.path for one in [*server.requests][:-1]))
        seen.set()

    threading.Thread(target=look).start()
    ended = run("train", "--model", model, "--wait", server=server)
    presser.join()
    assert ended.status == 130
    assert ended.err == (
        f"Stopped waiting.\nThe training goes on. See how far it is with: nanonets models show {model}\n"
    )


def test_without_a_terminal_a_training_says_now_and_then_that_it_is_waited_for(
    server: MockServer, client: Nanonets, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "_EVERY", 0.4)
    model = client.image_classification.create_model(["cat", "dog"]).model_id
    for category in ("cat", "dog"):
        client.image_classification.upload_file(model, category, INVOICE)
    server.trainings = Progression.after_seconds(1.5)
    ended = run("train", "--model", model, "--wait", "--json", server=server)
    assert (ended.status, json.loads(ended.out)["model_id"]) == (0, model)
    lines = ended.err.splitlines()
    assert lines
    for line in lines:
        assert re.fullmatch(r"training: \d s · Ctrl-C stops the waiting, not the training", line)


@pytest.mark.usefixtures("kept_handlers")
def test_the_mock_prints_a_line_for_each_request() -> None:
    port, done = unused_port(), threading.Event()
    url = f"http://127.0.0.1:{port}/api/v2/ImageCategorization/Models/"

    def ask() -> None:
        request = urllib.request.Request(url, headers={"Authorization": "Basic YW55LWtleTo="})

        def answers() -> bool:
            try:
                with urllib.request.urlopen(request, timeout=5):
                    return True
            except OSError:
                return False

        assert wait_until(answers)
        done.set()

    asker = threading.Thread(target=ask)
    asker.start()
    presser = press_ctrl_c(done)
    ended = run("mock", "serve", "--port", str(port))
    presser.join()
    assert ended.status == 0
    *lines, stopped = ended.err.splitlines()
    assert lines
    for line in lines:
        assert re.fullmatch(r"\d\d:\d\d:\d\d GET /api/v2/ImageCategorization/Models/ 200 ic_list_models", line)
    # The first attempt to ask may have come before the server listened, or have been answered.
    assert stopped == f"Stopped after {len(lines)} request{'s' * (len(lines) > 1)}."


@pytest.mark.usefixtures("kept_handlers")
@pytest.mark.parametrize("command", [("mock", "serve"), ("contract", "proxy", "--to", "http://127.0.0.1:1/api/v2")])
def test_a_port_in_use_is_named_with_the_way_out(command: tuple[str, ...]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ended = run(*command, "--port", port)
    assert ended.status == 2
    assert f"port {port} of 127.0.0.1 is in use; choose another with --port, or a free one with --port 0" in ended.err
