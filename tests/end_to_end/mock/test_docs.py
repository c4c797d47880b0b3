"""The tests in the mock's page of the documentation pass, as they would in a reader's project."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from samples import INVOICE, ROOT

PAGE = ROOT / "docs" / "mock.md"


def python_blocks(page: str) -> list[str]:
    return re.findall(r"^```python\n(.*?)^```", page, re.DOTALL | re.MULTILINE)


def run_as_project(folder: Path, source: str) -> subprocess.CompletedProcess[str]:
    """Run one file of tests with nothing but the mock's plugin."""
    (folder / "test_project.py").write_text(source)
    shutil.copy(INVOICE, folder)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "nanonets_sdk.mock.plugin", "-p", "no:cacheprovider"]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300, check=False
    )


def test_every_test_of_the_page_passes(tmp_path: Path) -> None:
    blocks = python_blocks(PAGE.read_text(encoding="utf-8"))
    count = sum(len(re.findall(r"^def test_", block, re.MULTILINE)) for block in blocks)

    result = run_as_project(tmp_path, "\n\n".join(blocks))
    assert result.returncode == 0, result.stdout
    assert count > 8
    assert f"{count} passed" in result.stdout


def test_a_wrong_example_is_seen(tmp_path: Path) -> None:
    blocks = python_blocks(
        "```python\ndef test_that_is_wrong(nanonets_mock):\n    assert nanonets_mock.requests\n```\n"
    )
    assert run_as_project(tmp_path, "\n\n".join(blocks)).returncode == 1
