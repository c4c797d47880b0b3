"""Predict on Trio, with aiohttp installed or not, on a mock elsewhere: `on_trio.py PYTHON-OF-THE-MOCK`.

An environment of its own has Trio: httpx loads it in each process of an environment that has it.
"""

from __future__ import annotations

import importlib.util
import sys

import trio

from mock_elsewhere import KEY, NUMBER, SAMPLE, serving
from nanonets_sdk import AsyncNanonets


async def read(base_url: str, model_id: str) -> str | None:
    """Return the invoice number of the sample."""
    async with AsyncNanonets(KEY, base_url=base_url) as client:
        return (await client.ocr.predict_file(model_id, SAMPLE)).fields["invoice_number"].text


def main(mock_python: str) -> None:
    """Fail unless one client after another reads the sample, each in a Trio loop of its own."""
    with serving(mock_python) as (base_url, model_id):
        numbers = [trio.run(read, base_url, model_id) for _ in range(2)]
    if numbers != [NUMBER, NUMBER]:
        raise SystemExit(f"the invoice numbers came back as {numbers!r}")
    is_there = "with" if importlib.util.find_spec("aiohttp") else "without"
    print(f"Read {NUMBER} on Trio, {is_there} aiohttp.")


if __name__ == "__main__":
    main(sys.argv[1])
