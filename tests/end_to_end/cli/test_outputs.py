"""One rule for all files and folders that a command writes: what is missing on the way to them is made."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import pytest
import typer.main

from command_line import run, started
from nanonets_sdk import Nanonets
from nanonets_sdk.cli.app import app
from nanonets_sdk.mock import MockServer
from samples import INVOICE

READ: Final = {
    ("predict", "files"),
    ("classify", "files"),
    ("tag", "files"),
    ("detect", "files"),
    ("upload", "files"),
    ("upload", "annotations"),
    ("convert", "files"),
    ("evaluate", "files"),
    ("webhook dead", "spool"),
    ("webhook replay", "spool"),
    ("review", "source"),
}
"""Parameters that name what is read."""

WRITTEN: Final[dict[tuple[str, str], tuple[str, ...]]] = {
    ("predict", "output"): ("predict", str(INVOICE), "--output", "{folder}"),
    ("text", "output"): ("text", str(INVOICE), "--output", "{folder}"),
    ("results get", "output"): ("results", "get", "{id}", "--output", "{folder}"),
    ("job wait", "output"): ("job", "wait", "{id}", "--output", "{folder}"),
    ("export", "output"): ("export", "{folder}/all.csv"),
    ("convert", "output"): ("convert", "{stored}", "--output", "{folder}/all.xlsx"),
    ("evaluate", "html"): ("evaluate", "{stored}", "--html", "{folder}/page.html"),
    # These serve until interrupted; a port in use ends them.
    ("webhook listen", "output"): ("webhook", "listen", "--output", "{folder}/bodies", "--port", "{port}"),
    ("webhook listen", "spool"): (
        *("webhook", "listen", "--forward", "http://127.0.0.1:1/", "--spool", "{folder}/a.db", "--port", "{port}"),
    ),
    ("mock serve", "state"): ("mock", "serve", "--state", "{folder}/a.db", "--port", "{port}"),
    ("contract proxy", "record"): ("contract", "proxy", "--to", "{url}", "--port", "{port}", "--record", "{folder}/a"),
    ("contract proxy", "junit"): ("contract", "proxy", "--to", "{url}", "--port", "{port}", "--junit", "{folder}/a"),
    ("contract proxy", "sarif"): ("contract", "proxy", "--to", "{url}", "--port", "{port}", "--sarif", "{folder}/a"),
    # Nothing answers there.
    ("contract run", "junit"): ("contract", "run", "--base-url", "http://127.0.0.1:1", "--junit", "{folder}/a.xml"),
    ("contract probe", "output"): ("contract", "probe", "--base-url", "http://127.0.0.1:1", "--output", "{folder}/a"),
}
"""Parameters that name what is written, each with a command that gets as far as making the folder."""


def parameters_with_paths() -> Iterator[tuple[str, str]]:
    def of(command: Any, name: str) -> Iterator[tuple[str, str]]:
        for key, inner in getattr(command, "commands", {}).items():
            yield from of(inner, f"{name} {key}".strip())
        for one in command.params:
            if type(one.type).__name__ == "TyperPath":
                yield name, one.name

    return of(typer.main.get_command(app), "")


@pytest.fixture
def filled(server: MockServer, client: Nanonets, tmp_path: Path) -> Iterator[Callable[[str], str]]:
    """Fills in the placeholders of a command."""
    document = client.ocr.predict_file(server.model_id, INVOICE)
    stored = tmp_path / "stored.json"
    stored.write_text(document.to_json(), encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as busy:
        values = {
            "folder": str(tmp_path / "not" / "there" / "yet"),
            "stored": str(stored),
            "id": document.request_file_id,
            "port": str(busy.getsockname()[1]),
            "url": server.base_url,
        }
        yield lambda part: part.format(**values) if "{" in part else part


def test_every_path_of_every_command_is_known_to_be_read_or_written() -> None:
    # The gates are loaded by name and write all reports in one place.
    assert {one for one in parameters_with_paths() if not one[0].startswith("drift")} == READ | {*WRITTEN}


@pytest.mark.parametrize("parameter", [*WRITTEN], ids=" ".join)
def test_a_folder_that_is_missing_is_made(
    parameter: tuple[str, str], server: MockServer, filled: Callable[[str], str], tmp_path: Path
) -> None:
    ended = run(*map(filled, WRITTEN[parameter]), server=server, NANONETS_WEBHOOK_TOKEN="a-long-secret-token")
    folder = tmp_path / "not" / "there" / "yet"
    assert folder.is_dir(), (ended.status, ended.err)
    if ended.status == 0:
        assert [*folder.iterdir()]


def test_the_gates_make_it_too_and_refuse_a_folder_in_place_of_a_file(tmp_path: Path) -> None:
    output = tmp_path / "not" / "there" / "report.json"
    (tmp_path / "a.yaml").write_text(
        "{openapi: 3.1.0, info: {title: A, version: '1'}, paths: {/a: {get: {responses: {}}}}}"
    )
    compared = run("drift", "compare", tmp_path / "a.yaml", tmp_path / "a.yaml", "--output", output)
    assert (compared.status, output.is_file()) == (0, True)
    refused = run("drift", "surface", "--output", tmp_path)
    assert (refused.status, refused.out) == (2, "")
    assert refused.err == f"nanonets: --output {tmp_path} is a folder; name a file in it\n"


def test_a_folder_that_cannot_be_made_is_named_before_anything_is_sent(server: MockServer, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    ended = run("export", tmp_path / "file" / "all.csv", server=server)
    assert (ended.status, len(server.requests)) == (2, 0)
    assert str(tmp_path / "file") in ended.err


def test_ctrl_c_is_answered_by_a_line(server: MockServer, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.json"
    os.mkfifo(pipe)
    with started("evaluate", pipe, server=server) as process:
        written: int | None = None
        while written is None:
            assert process.poll() is None, process.communicate()
            # This fails until the command has opened the other end.
            with suppress(OSError):
                written = os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        os.close(written)
    assert (process.returncode, out) == (130, "")
    # Before it, Python may warn of a pipe that was opened and not yet used.
    assert err.endswith("Stopped.\n")
