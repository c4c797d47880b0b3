"""`nanonets mock serve` as a process of its own: it can be killed, and its memory is its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import httpx
from attrs import frozen

SERVE: Final = (sys.executable, "-m", "nanonets_sdk.cli", "mock", "serve", "--quiet")
ENVIRONMENT: Final = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "NO_COLOR": "1"}


@frozen
class ServedMock:
    """A running mock, what it printed first, and the environment variables therein."""

    process: subprocess.Popen[str]
    variables: dict[str, str]
    printed: str = ""

    @property
    def base_url(self) -> str:
        """The base URL for a client."""
        return self.variables["NANONETS_BASE_URL"]

    @property
    def model_id(self) -> str:
        """The id of the built-in model."""
        return self.variables["NANONETS_MODEL_ID"]

    def client(self) -> httpx.Client:
        """Return an HTTP client with the mock's key; close it."""
        return httpx.Client(base_url=self.base_url, auth=(self.variables["NANONETS_API_KEY"], ""), timeout=120)

    def memory(self) -> int:
        """Return the bytes that the process has in memory, as /proc counts them."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        found = re.search(r"^VmRSS:\s+(\d+) kB", status, re.MULTILINE)
        assert found
        return int(found[1]) * 1024


@contextmanager
def serving(*options: str | Path, lines: int = 5) -> Generator[ServedMock]:
    """Start the command on a free port, read the first lines that it prints, and kill it in the end."""
    with subprocess.Popen(
        [*SERVE, "--port", "0", *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=ENVIRONMENT
    ) as process:
        assert process.stdout is not None
        try:
            printed = "".join(process.stdout.readline() for _ in range(lines))
            yield ServedMock(process, dict(re.findall(r"^export (\w+)=(\S+)", printed, re.MULTILINE)), printed)
        finally:
            process.kill()
