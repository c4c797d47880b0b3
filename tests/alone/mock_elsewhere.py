"""A mock that the interpreter of another environment runs."""

from __future__ import annotations

import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

KEY: Final = "alone"
SAMPLE: Final = Path(__file__).parents[1] / "samples" / "invoice.pdf"
NUMBER: Final = "INV-2026-00417"
_SERVE: Final = f"""
import sys
from nanonets_sdk.mock import MockServer
with MockServer(api_key={KEY!r}) as server:
    print(server.base_url, server.model_id, flush=True)
    sys.stdin.read()
"""


@contextmanager
def serving(python: str) -> Generator[tuple[str, str]]:
    """Run a mock with that interpreter, and yield its URL and the id of its model."""
    with subprocess.Popen([python, "-c", _SERVE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as mock:
        assert mock.stdin is not None
        assert mock.stdout is not None
        base_url, model_id = mock.stdout.readline().split()
        try:
            yield base_url, model_id
        finally:
            mock.stdin.close()
