"""Predict with the wheel alone, on a mock that another environment runs: `predict.py PYTHON-OF-THE-MOCK`."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

from nanonets_sdk import Nanonets

SAMPLE = Path(__file__).parents[1] / "samples" / "invoice.pdf"
SERVE = """
import sys
from nanonets_sdk.mock import MockServer
with MockServer(api_key="alone") as server:
    print(server.base_url, server.model_id, flush=True)
    sys.stdin.read()
"""


def main(mock_python: str) -> None:
    """Fail unless the sample's invoice number comes back, with none of the extras' packages installed here."""
    installed = [name for name in ("starlette", "pdfplumber", "typer", "aiohttp") if importlib.util.find_spec(name)]
    if installed:
        raise SystemExit(f"not alone: {', '.join(installed)} are installed")
    command = [mock_python, "-c", SERVE]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as mock:
        assert mock.stdin is not None
        assert mock.stdout is not None
        base_url, model_id = mock.stdout.readline().split()
        with Nanonets("alone", base_url=base_url) as client:
            number = client.ocr.predict_file(model_id, SAMPLE).fields["invoice_number"].text
        mock.stdin.close()
    if number != "INV-2026-00417":
        raise SystemExit(f"the invoice number came back as {number!r}")
    print(f"The wheel alone read {number} on a mock elsewhere.")


if __name__ == "__main__":
    main(sys.argv[1])
