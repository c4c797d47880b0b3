"""Every example of docs/drift.md runs, in the order of the page, and prints what the page says."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from doctest import ELLIPSIS, OutputChecker
from pathlib import Path
from typing import Any

import pytest
import yaml

from command_line import run
from nanonets_sdk._openapi import LOCK, locate
from nanonets_sdk.drift.facts.lock import dumped, lock_of, read_lock
from nanonets_sdk.drift.facts.skeleton import skeleton
from nanonets_sdk.drift.report.outcome import Severity
from nanonets_sdk.mock import MockServer
from samples import INVOICE, ROOT

PAGE = (ROOT / "docs" / "drift.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^( *)```(console|python)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What the page speaks of: a lock, a newer published document, a file to read, and the command."""
    document: dict[str, Any] = skeleton(read_lock(locate(LOCK)).facts)
    (tmp_path / "openapi").mkdir()
    lock = lock_of(yaml.safe_dump(document).encode(), "published.yaml")
    (tmp_path / "openapi" / "upstream.lock.yaml").write_text(dumped(lock), encoding="utf-8")
    document["info"]["version"] += "-next"
    train = document["paths"]["/OCR/Model/{model_id}/Train"]["post"]["responses"]["200"]["content"]["application/json"]
    del train["examples"]["example1"]["value"]["state"]
    parameter = {"name": "priority", "in": "query", "schema": {"type": "integer"}}
    document["paths"]["/OCR/Model/{model_id}/LabelFile"]["post"]["parameters"].append(parameter)
    (tmp_path / "published.yaml").write_text(yaml.safe_dump(document), encoding="utf-8")
    shutil.copy(INVOICE, tmp_path)
    command = tmp_path / "bin" / "nanonets"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m nanonets_sdk.cli "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    return tmp_path


def examples() -> list[tuple[str, str]]:
    return [(kind, re.sub(f"^{indent}", "", body, flags=re.MULTILINE)) for indent, kind, body in BLOCK.findall(PAGE)]


def run_console(block: str, folder: Path) -> None:
    for command, expected in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE):
        plain = command.startswith("nanonets ") and not set(command) & set("|$<>&;*")
        printed = run_plain(command, folder) if plain else run_in_a_shell(command, folder)
        assert OutputChecker().check_output(expected, printed, ELLIPSIS), f"{command}\n{printed}"


def run_plain(command: str, folder: Path) -> str:
    ended = run(*shlex.split(command)[1:], folder=folder)
    return ended.err + ended.out


def run_in_a_shell(command: str, folder: Path) -> str:
    path = f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
    env = {**os.environ, "PATH": path}
    done = subprocess.run(command, shell=True, cwd=folder, env=env, capture_output=True, text=True, check=False)
    return done.stderr + done.stdout


def test_every_example_of_the_page_runs(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    monkeypatch.setenv("NANONETS_API_KEY", "any-key")
    with MockServer() as server:
        monkeypatch.setenv("NANONETS_BASE_URL", server.base_url)
        for kind, block in examples():
            if kind == "python":
                exec(compile(block, "docs/drift.md", "exec"), {"model_id": server.model_id})
            else:
                run_console(block, folder)


def test_the_page_has_examples_of_every_gate() -> None:
    text = "".join(block for _, block in examples())

    for gate in ("upstream", "deviations", "generated", "surface", "traffic"):
        assert f"nanonets drift {gate}" in text


def test_the_page_speaks_of_every_kind_and_every_rule_of_deviations() -> None:
    for word in Severity:
        assert f"| `{word}` |" in PAGE
    for rule in ("undeclared", "gone", "published-changed", "ours-changed", "too-wide", "declared-twice"):
        assert f"`{rule}`" in PAGE
