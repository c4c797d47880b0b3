"""Small pictures to send, no two of them the same."""

from __future__ import annotations

import io
from hashlib import sha256
from pathlib import Path

from PIL import Image


def scan(number: int) -> bytes:
    """A PNG of a few pixels that differs from those of other numbers."""
    with io.BytesIO() as file:
        Image.new("RGB", (16, 16), (number % 256, number // 256 % 256, number // 65_536)).save(file, "PNG")
        return file.getvalue()


def write_scans(folder: Path, count: int) -> list[Path]:
    """Write pictures into a folder; returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"scan-{number:05}.png" for number in range(count)]
    for number, path in enumerate(paths):
        path.write_bytes(scan(number))
    return paths


def digests(paths: list[Path]) -> set[str]:
    """The SHA-256 of each file."""
    return {sha256(path.read_bytes()).hexdigest() for path in paths}
