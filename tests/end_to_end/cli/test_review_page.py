"""`nanonets review`: it serves until Ctrl-C, and says what was done and what was not saved."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from subprocess import Popen
from typing import Any

import httpx
import pytest

from command_line import KEY, run, started
from nanonets_sdk import Nanonets
from nanonets_sdk.mock import MockServer
from samples import INVOICE

CLASS = "from dataclasses import dataclass\n\n\n@dataclass\nclass Invoice:\n    total: str\n    cost_centre: str\n"


@pytest.fixture
def read_id(server: MockServer, client: Nanonets) -> str:
    """The id of an invoice that was read."""
    return client.ocr.submit_file(server.model_id, INVOICE).request_file_id


def announced(process: Popen[str]) -> dict[str, Any]:
    """What the command says once it serves."""
    assert process.stdout is not None
    said: dict[str, Any] = json.loads(process.stdout.readline())
    return said


def post(url: str, path: str, body: Any) -> httpx.Response:
    origin = url.rsplit("/", 2)[0]
    return httpx.post(url + path, json=body, headers={"Origin": origin}, trust_env=False, timeout=60)


def test_one_ctrl_c_ends_it_and_says_what_was_done(server: MockServer, read_id: str) -> None:
    with started("review", read_id, "--no-browser", "--json", server=server) as process:
        said = announced(process)
        assert [one["id"] for one in said["files"]] == [read_id]
        assert httpx.get(said["url"], trust_env=False).status_code == 200
        assert KEY not in json.dumps(said)
        pages = [
            {"number": page["number"], "version": page["version"], "boxes": []}
            for page in httpx.get(f"{said['url']}files/{read_id}", trust_env=False).json()["pages"]
        ]
        assert post(said["url"], f"files/{read_id}/save", {"pages": pages[1:]}).status_code == 200
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 0
    assert json.loads(out) == {"approved": [], "saved": [read_id], "unsaved": {}}
    assert err.splitlines() == [
        "Reviewing 1 file at this address in the browser; stop with Ctrl-C.",
        "Review ended: 0 approved, 1 corrected.",
    ]


def test_unsaved_edits_are_said_before_they_are_dropped(server: MockServer, read_id: str) -> None:
    with started("review", read_id, "--no-browser", "--json", server=server) as process:
        said = announced(process)
        post(said["url"], f"files/{read_id}/unsaved", {"edits": 3})
        process.send_signal(signal.SIGINT)
        assert process.stderr is not None
        lines = [process.stderr.readline() for _ in range(2)]
        assert lines[1] == (
            "Unsaved edits: invoice.pdf (3). Save them in the browser, or press Ctrl-C again to drop them.\n"
        )
        assert httpx.get(said["url"], trust_env=False).status_code == 200
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, json.loads(out)["unsaved"]) == (0, {"invoice.pdf": 3})
    assert err == "Review ended: 0 approved, 0 corrected. Dropped unsaved edits: invoice.pdf (3).\n"


def test_the_files_that_wait_are_found_and_the_others_are_said(
    server: MockServer, client: Nanonets, read_id: str
) -> None:
    none = run("review", "--since", "7d", "--below", "0.5", server=server)
    assert (none.status, none.out) == (0, "")
    assert none.err == "No file waits for approval since 7d with a value below 0.5.\n"
    client.ocr.approve(server.model_id, read_id)
    assert "No file waits for approval since 1d." in run("review", "--since", "1d", server=server).err
    missing = run("review", "00000000-0000-4000-8000-000000000009", server=server)
    assert (missing.status, missing.out) == (1, "")
    assert missing.err.startswith("nanonets: 00000000-0000-4000-8000-000000000009: ")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "name files by their ids, or with --since those that wait"),
        (("an-id", "--since", "7d"), "name files by their ids, or with --since those that wait"),
        (("an-id", "--types", "invoices"), "is not MODULE:CLASS"),
        (("an-id", "--types", "no_such_module:Invoice"), "the module cannot be imported"),
        (("an-id", "--types", "invoices:Nothing"), "the module invoices has no Nothing"),
        (("an-id", "--types", "invoices:dataclass"), "is not a class"),
        (("--since", "soon"), "'soon' is not a day"),
    ],
    ids=str,
)
def test_what_cannot_be_used_is_said(server: MockServer, tmp_path: Path, options: tuple[str, ...], said: str) -> None:
    (tmp_path / "invoices.py").write_text(CLASS)
    ended = run("review", *options, server=server, folder=tmp_path)
    assert (ended.status, said in ended.err) == (2, True), ended.err


def test_a_port_that_is_in_use_is_named_with_the_way_out(server: MockServer, read_id: str) -> None:
    port = server.base_url.split(":")[2].split("/")[0]
    ended = run("review", read_id, "--port", port, server=server)
    assert (ended.status, ended.out) == (2, "")
    assert ended.err == (
        f"nanonets: port {port} of 127.0.0.1 is in use; choose another with --port, or a free one with --port 0\n"
    )


def test_a_class_of_the_user_s_own_checks_the_file(server: MockServer, read_id: str, tmp_path: Path) -> None:
    (tmp_path / "invoices.py").write_text(CLASS)
    options = ("--types", "invoices:Invoice", "--no-browser", "--json")
    with started("review", read_id, *options, server=server, folder=tmp_path) as process:
        url = announced(process)["url"]
        httpx.get(f"{url}files/{read_id}", trust_env=False)
        (problem,) = post(url, f"files/{read_id}/check", {"pages": []}).json()["problems"]
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
    assert (problem["attribute"], problem["at"], process.returncode) == ("cost_centre", None, 0)
