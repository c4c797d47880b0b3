"""Small pictures to send, each different."""

from __future__ import annotations

import io
from hashlib import sha256
from pathlib import Path

from PIL import Image


def scan(number: int) -> bytes:
    """Return a small PNG that differs for every number."""
    with io.BytesIO() as file:
        Image.new("RGB", (16, 16), (number % 256, number // 256 % 256, number // 65_536)).save(file, "PNG")
        return file.getvalue()


def write_scans(folder: Path, count: int) -> list[Path]:
    """Write pictures into a folder, and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"scan-{number:05}.png" for number in range(count)]
    for number, path in enumerate(paths):
        path.write_bytes(scan(number))
    return paths


def digests(paths: list[Path]) -> set[str]:
    """Return the SHA-256 of each file."""
    return {sha256(path.read_bytes()).hexdigest() for path in paths}
