"""Predict with the wheel alone, on a mock that another environment runs: `predict.py PYTHON-OF-THE-MOCK`."""

from __future__ import annotations

import importlib.util
import sys

from mock_elsewhere import KEY, NUMBER, SAMPLE, serving
from nanonets_sdk import Nanonets


def main(mock_python: str) -> None:
    """Fail unless the sample's invoice number comes back, with none of the extras' packages installed here."""
    installed = [name for name in ("starlette", "pdfplumber", "typer", "aiohttp") if importlib.util.find_spec(name)]
    if installed:
        raise SystemExit(f"not alone: {', '.join(installed)} are installed")
    with serving(mock_python) as (base_url, model_id), Nanonets(KEY, base_url=base_url) as client:
        number = client.ocr.predict_file(model_id, SAMPLE).fields["invoice_number"].text
    if number != NUMBER:
        raise SystemExit(f"the invoice number came back as {number!r}")
    print(f"The wheel alone read {number} on a mock elsewhere.")


if __name__ == "__main__":
    main(sys.argv[1])
