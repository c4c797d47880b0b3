"""docs/cli.md: every console block does what it says."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from command_line import environment, run
from nanonets_sdk.mock import MockServer, Progression
from samples import INVOICE, ROOT
from scans import scan

PAGE: Final = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
BLOCKS: Final = [block.splitlines() for block in re.findall(r"^```console\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)]
_ID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@pytest.fixture(scope="module")
def server() -> Iterator[MockServer]:
    with MockServer(jobs=Progression.immediate()) as running:
        yield running


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of a reader: the command, an invoice, a folder of scans."""
    made = tmp_path_factory.mktemp("reader")
    for name in ("invoice.pdf", "scans/invoice.pdf"):
        (made / name).parent.mkdir(exist_ok=True)
        shutil.copy(INVOICE, made / name)
    for number, name in enumerate(("scans/cover.png", "scans/older/cover.png")):
        (made / name).parent.mkdir(exist_ok=True)
        (made / name).write_bytes(scan(number))
    (made / "bin").mkdir()
    (made / "bin" / "nanonets").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m nanonets_sdk.cli "$@"\n')
    (made / "bin" / "nanonets").chmod(0o755)
    (made / "bin" / "python").symlink_to(sys.executable)
    return made


def steps(block: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Yield each command of a block with its documented output."""
    starts = [number for number, line in enumerate(block) if line.startswith("$ ")]
    for start, end in zip(starts, [*starts[1:], len(block)], strict=True):
        yield block[start].removeprefix("$ "), block[start + 1 : end]


def pattern(lines: list[str]) -> str:
    """Return a pattern for documented lines: an id matches any id, and `…` matches anything."""
    text = _ID.sub("\N{REPLACEMENT CHARACTER}", "\n".join(lines).strip())
    return re.escape(text).replace("\N{REPLACEMENT CHARACTER}", _ID.pattern).replace("…", ".*")


def in_this_process(command: str, server: MockServer, folder: Path) -> tuple[int, str]:
    """Return the exit status of a command and what it printed."""
    ended = run(*shlex.split(command)[1:], server=server, folder=folder, together=True)
    return ended.status, ended.out


def in_a_shell(command: str, server: MockServer, folder: Path) -> tuple[int, str]:
    """Return the exit status of a line for a shell and what it printed."""
    env = environment(server)
    env["PATH"] = f"{folder / 'bin'}:{env['PATH']}"
    ended = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command], cwd=folder, env=env, timeout=60, check=False, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    return ended.returncode, ended.stdout


@pytest.mark.parametrize("block", BLOCKS, ids=[block[0] for block in BLOCKS])
def test_a_console_block_does_what_it_says(server: MockServer, folder: Path, block: list[str]) -> None:
    for command, said in steps(block):
        # Half a minute of a processor goes into starting a shell and an interpreter for each of them.
        plain = command.startswith("nanonets ") and not set(command) & set("|$<>&;*")
        status, printed = (in_this_process if plain else in_a_shell)(command, server, folder)
        assert status == 0, printed
        # A machine that is busy for ten seconds gets a line of progress.
        shown = "\n".join(line for line in printed.split("\n") if not line.startswith("reading: "))
        assert re.fullmatch(pattern(said), shown.strip(), re.DOTALL), printed


def test_the_page_has_console_blocks() -> None:
    assert len(BLOCKS) >= 5
