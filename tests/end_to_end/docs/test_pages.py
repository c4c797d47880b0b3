"""Single examples of the documentation work for a reader who copies only one."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from nanonets_sdk.mock import MockServer
from samples import ROOT


def examples(page: str) -> list[str]:
    """Return the Python examples that a reader of a page sees."""
    text = (ROOT / page).read_text(encoding="utf-8")
    return re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def run(folder: Path, program: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a program in a folder that has an invoice."""
    shutil.copy(ROOT / "tests" / "samples" / "invoice.pdf", folder)
    own = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONIOENCODING": "utf-8", **settings}
    return subprocess.run(
        [sys.executable, "-c", program], cwd=folder, env={**os.environ, **own}, capture_output=True, text=True,
        encoding="utf-8", timeout=120, check=True,
    )  # fmt: skip


# All examples run in the process of the tests; that the others need nothing from it is a slow test.
SLOW = pytest.mark.slow


@pytest.mark.parametrize(
    "page", ["README.md", *(pytest.param(page, marks=SLOW) for page in ("docs/quick-start.md", "docs/mock.md"))]
)
def test_the_quick_start_example_works_without_an_account(tmp_path: Path, page: str) -> None:
    (example,) = [code for code in examples(page) if "with MockServer(" in code]
    run(tmp_path, example)


def test_the_log_shows_each_attempt(tmp_path: Path) -> None:
    (example,) = [code for code in examples("docs/guides/errors.md") if "logging" in code]
    before = "from nanonets_sdk import Nanonets\n"
    with MockServer(api_key="any-key") as server:
        call = f"with Nanonets() as client: client.ocr.get_model({server.model_id!r})"
        settings = {"NANONETS_API_KEY": "any-key", "NANONETS_BASE_URL": server.base_url}
        assert "GET /api/v2/OCR/Model/" in run(tmp_path, f"{before}{example}\n{call}", **settings).stderr
