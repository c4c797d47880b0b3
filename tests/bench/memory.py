"""Resident memory while 1 GiB is uploaded, against requests. Each candidate runs in a process of its own."""

from __future__ import annotations

import asyncio
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from loopback import loopback
from measuring import Figure

SIZE = 1 << 30


def figures() -> list[Figure]:
    """Growth of the peak over a warm process."""
    with tempfile.TemporaryDirectory() as folder, loopback() as base_url:
        file = Path(folder, "big.pdf")
        with file.open("wb") as handle:
            handle.write(b"%PDF-1.7\n")
            handle.truncate(SIZE)
        growth = {
            name: _growth(name, base_url, file) for name in ("nanonets_sdk sync", "nanonets_sdk async", "requests")
        }
    worst = max(growth["nanonets_sdk sync"], growth["nanonets_sdk async"])
    return [
        Figure(
            name="1 GiB uploaded: growth of resident memory",
            unit="MiB",
            values=growth,
            ratio=worst / 16,
            reference="16 MiB",
            bound=1.0,
        )
    ]


def _growth(name: str, base_url: str, file: Path) -> float:
    command = [sys.executable, str(Path(__file__)), name, base_url, str(file)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def _peak() -> float:
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def _upload(name: str, base_url: str, file: Path) -> None:
    if name == "requests":
        import requests

        with requests.Session() as session, file.open("rb") as handle:
            session.trust_env = False
            session.post(f"{base_url}/OCR/Model/m/LabelFile", files={"file": handle}, timeout=600).json()
    elif name == "nanonets_sdk sync":
        from nanonets_sdk import Nanonets

        with Nanonets("bench-key", base_url=base_url, timeout=600) as client:
            client.ocr.predict_file("m", file)
    else:
        asyncio.run(_upload_async(base_url, file))


async def _upload_async(base_url: str, file: Path) -> None:
    from nanonets_sdk import AsyncNanonets

    async with AsyncNanonets("bench-key", base_url=base_url, timeout=600) as client:
        await client.ocr.predict_file("m", file)


def _measure(name: str, base_url: str, file: Path) -> float:
    """The growth by the big file, over a process that has uploaded a small one already."""
    with tempfile.TemporaryDirectory() as folder:
        small = Path(folder, "small.pdf")
        small.write_bytes(b"%PDF-1.7\n" + b"x" * 100_000)
        _upload(name, base_url, small)
    before = _peak()
    _upload(name, base_url, file)
    return _peak() - before


if __name__ == "__main__":
    print(_measure(sys.argv[1], sys.argv[2], Path(sys.argv[3])))
