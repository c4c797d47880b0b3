"""`nanonets webhook` as a user runs it."""

import json
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import httpx
import pytest

from command_line import COMMAND, environment, run
from nanonets_sdk.webhooks import Spool
from waiting import wait_until
from webhook_sink import Sink, sink

TOKEN: Final = "a-token-that-must-not-show"
BODY: Final = b'{"result": {"id": "1", "request_file_id": "f1", "input": "a.pdf", "prediction": [], "secret": "text"}}'
HTTP: Final = httpx.Client(trust_env=False, verify=False, timeout=30)


class Listening:
    """A running `nanonets webhook listen`."""

    def __init__(self, process: subprocess.Popen[str], announced: str) -> None:
        self.process, self.announced = process, announced
        found = re.search(r"http://127\.0\.0\.1:\d+", announced)
        assert found, announced
        self.url = found[0]

    def line(self) -> str:
        """Return the next line on standard output."""
        assert self.process.stdout is not None
        return self.process.stdout.readline()

    def end(self) -> tuple[int, str, str]:
        """Press Ctrl-C, and return the exit status, and the rest of both outputs."""
        self.process.send_signal(signal.SIGINT)
        out, err = self.process.communicate(timeout=60)
        return self.process.returncode, out, err


OFTEN: Final = (
    sys.executable,
    "-c",
    "from nanonets_sdk.cli import main; from nanonets_sdk.cli.output import progress; progress._EVERY = 0.05; main()",
)


@contextmanager
def listening(*options: str | Path, program: tuple[str, ...] = COMMAND) -> Generator[Listening]:
    command = [*program, "webhook", "listen", "--port", "0", *map(str, options)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=environment(None, NANONETS_WEBHOOK_TOKEN=TOKEN),
    ) as process:  # fmt: skip
        assert process.stderr is not None
        try:
            yield Listening(process, process.stderr.readline())
        finally:
            process.kill()


@pytest.fixture
def target() -> Generator[Sink]:
    with sink() as running:
        yield running


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    """The folder of a spool with two dead letters, and one delivery that was handled."""
    with Spool(tmp_path / "spool.sqlite") as opened:
        for body in (BODY, b"[1]", b"[2]"):
            opened.store(body, "approval")
            claim = opened.claim(lease=60, attempts=1)
            assert claim is not None
            if body is BODY:
                opened.finish(claim)
            else:
                opened.fail(claim, f"ValueError: {body.decode()}\nand more", wait=None)
    return tmp_path


def test_a_body_is_written_as_it_came_and_its_line_says_what_it_is(tmp_path: Path) -> None:
    with listening("--output", tmp_path / "out") as listen:
        assert TOKEN not in listen.announced
        assert "/$NANONETS_WEBHOOK_TOKEN/NAME" in listen.announced
        for _ in range(2):
            assert HTTP.post(f"{listen.url}/{TOKEN}/on/approval", content=BODY).status_code == 200
        assert HTTP.post(f"{listen.url}/{TOKEN[:-1]}/approval", content=BODY).status_code == 404
        file, shape, ids = listen.line().split()
        assert (shape, ids) == ("document", "f1")
        assert listen.end() == (0, "", "")
    assert re.fullmatch(r"on_approval-[0-9a-f]{16}\.json", file)
    assert (tmp_path / "out" / file).read_bytes() == BODY
    with Spool(tmp_path / "out" / "spool.sqlite") as opened:
        assert (opened.counts().duplicates, opened.counts().handled) == (1, 1)


def test_a_body_is_forwarded_until_it_is_taken_also_if_the_process_is_killed(tmp_path: Path, target: Sink) -> None:
    target.status = 500
    options = ("--forward", f"{target.url}/in?x=1", "--spool", tmp_path / "s.sqlite", "--json")
    with listening(*options) as listen:
        HTTP.post(f"{listen.url}/{TOKEN}/approval", content=BODY)
        assert listen.process.stderr is not None
        log = listen.process.stderr.readline()
        listen.process.kill()
    assert log == (
        "attempt 1 of 16 to handle delivery 1 failed: it could not be forwarded; the next one is in 1 seconds\n"
    )
    target.status = 202
    with listening(*options) as listen:
        assert json.loads(listen.line()) == {"name": "approval", "shape": "document", "request_file_ids": ["f1"]}
        assert listen.announced.endswith("Deliveries that wait from before: 1.\n")
        assert listen.end() == (0, "", "")
    assert target.got == [("/in?x=1", BODY)] * 2


def test_standard_error_has_the_numbers_of_what_was_received_delivered_and_refused(tmp_path: Path) -> None:
    with listening("--output", tmp_path / "out", "--json", program=OFTEN) as listen:
        assert HTTP.post(f"{listen.url}/{TOKEN}/approval", content=BODY).status_code == 200
        assert HTTP.post(f"{listen.url}/a-wrong-token-of-somebody/approval", content=BODY).status_code == 404
        delivered = json.loads(listen.line())
        assert listen.process.stderr is not None
        line = ""
        while line != "webhooks: received 1 · delivered 1 · refused 1\n":
            line = listen.process.stderr.readline()
            assert line.startswith("webhooks: received"), line
        assert listen.end() == (0, "", "")
    assert delivered["request_file_ids"] == ["f1"]


def test_a_body_is_delivered_once_also_if_nobody_reads_standard_output(tmp_path: Path, target: Sink) -> None:
    target.status = 202
    with listening("--forward", f"{target.url}/in", "--spool", tmp_path / "s.sqlite") as listen:
        assert listen.process.stdout is not None
        assert listen.process.stderr is not None
        listen.process.stdout.close()
        HTTP.post(f"{listen.url}/{TOKEN}/approval", content=BODY)
        said = listen.process.stderr.readline()
        assert said == "Standard output was closed; deliveries go on without a line for each of them.\n"
        HTTP.post(f"{listen.url}/{TOKEN}/approval", content=BODY.replace(b"f1", b"f2"))
        assert wait_until(lambda: len(target.got) > 1)
        listen.process.send_signal(signal.SIGINT)
        assert (listen.process.wait(60), listen.process.stderr.read()) == (0, "")
    assert sorted(target.got) == [("/in", BODY), ("/in", BODY.replace(b"f1", b"f2"))]


def test_a_port_in_use_is_named_with_the_way_out(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ended = run("webhook", "listen", "--output", tmp_path, "--port", port, NANONETS_WEBHOOK_TOKEN=TOKEN)
    assert (ended.status, ended.out) == (2, "")
    assert f"port {port} of 127.0.0.1 is in use; choose another with --port, or a free one with --port 0" in ended.err


@pytest.mark.parametrize(
    ("options", "token", "message"),
    [
        (("--output", "out"), "", "there is no token: set NANONETS_WEBHOOK_TOKEN"),
        (("--output", "out"), "short", "at least 16 characters"),
        ((), TOKEN, "add --output DIR or --forward URL"),
        (("--forward", "http://127.0.0.1:1"), TOKEN, "add --spool FILE"),
        (("--forward", "127.0.0.1:1", "--output", "out"), TOKEN, "must begin with http:// or https://"),
    ],
)
def test_options_that_cannot_work_are_refused_before_anything_is_taken(
    tmp_path: Path, options: tuple[str, ...], token: str, message: str
) -> None:
    ended = run("webhook", "listen", *options, folder=tmp_path, NANONETS_WEBHOOK_TOKEN=token)
    assert (ended.status, ended.out) == (2, "")
    assert message in ended.err


def test_a_file_that_is_no_spool_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "spool.sqlite").write_text("notes of mine, which are long enough to be read as a header" * 20)
    ended = run("webhook", "listen", "--output", tmp_path, "--port", "0", NANONETS_WEBHOOK_TOKEN=TOKEN)
    assert (ended.status, "spool.sqlite cannot be used: file is not a database" in ended.err) == (2, True)
    assert (tmp_path / "spool.sqlite").read_text().startswith("notes of mine")


def test_dead_letters_are_listed_as_rows_and_as_json(spool: Path) -> None:
    rows = [line.split("\t") for line in run("webhook", "dead", "--spool", spool).out.splitlines()]
    assert rows[0] == ["id", "name", "received", "attempts", "bytes", "error"]
    assert [(row[0], row[1], row[3], row[4], row[5]) for row in rows[1:]] == [
        ("2", "approval", "1", "3", "ValueError: [1] and more"),
        ("3", "approval", "1", "3", "ValueError: [2] and more"),
    ]
    listed = json.loads(run("webhook", "dead", "--spool", spool / "spool.sqlite", "--json").out)
    assert [(one["id"], one["attempts"], one["bytes"]) for one in listed] == [(2, 1, 3), (3, 1, 3)]


def test_the_body_of_a_delivery_comes_out_as_it_went_in(spool: Path) -> None:
    assert run("webhook", "dead", "--spool", spool, "--body", "1").out == BODY.decode()


def test_dead_letters_are_replayed_and_discarded(spool: Path) -> None:
    assert run("webhook", "replay", "--spool", spool, "1", "2", "--json").out == '{\n  "replayed": 2\n}\n'
    assert run("webhook", "dead", "--spool", spool, "--discard", "3").out.count("\n") == 1
    assert run("webhook", "replay", "--spool", spool).out == "0 deliveries will be handled again.\n"
    with Spool(spool / "spool.sqlite") as opened:
        assert opened.counts().waiting == 2


def test_a_delivery_or_spool_that_is_not_there_is_named(spool: Path) -> None:
    for arguments, message in (
        (("replay", "--spool", spool, "9"), "there is no delivery 9 in"),
        (("dead", "--spool", spool, "--body", "9"), "there is no delivery 9 in"),
        (("dead", "--spool", spool, "--discard", "1"), "there is no delivery 1 in"),
        (("dead", "--spool", spool / "nothing"), "there is no spool "),
    ):
        ended = run("webhook", *arguments)
        assert (ended.status, ended.out, message in ended.err) == (2, "", True), ended
    assert not (spool / "nothing").exists()
