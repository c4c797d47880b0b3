"""Uploaded bytes are kept once, under their hash."""

import hashlib
import io
import os
import time
from pathlib import Path

import pytest

from nanonets_sdk.mock.account.uploads import (
    ABANDONED_SECONDS,
    UNFINISHED,
    Uploads,
    sha256_of,
)


@pytest.fixture(params=[True, False], ids=["durable", "not durable"])
def uploads(tmp_path: Path, request: pytest.FixtureRequest) -> Uploads:
    return Uploads(tmp_path / "uploads", durable=request.param)


def test_a_hash_is_of_the_whole_stream_wherever_it_stands() -> None:
    stream = io.BytesIO(bytes(1_000_000))
    stream.seek(77)
    assert sha256_of(stream) == (hashlib.sha256(bytes(1_000_000)).hexdigest(), 1_000_000)
    assert stream.tell() == 0


def test_an_upload_is_stored_completely_and_once(uploads: Uploads) -> None:
    content = bytes(range(256)) * 4_000
    sha256, _ = sha256_of(io.BytesIO(content))
    paths = {uploads.keep(io.BytesIO(content), sha256) for _ in range(2)}
    assert [path.read_bytes() for path in paths] == [content]
    assert list(uploads.folder.iterdir()) == list(paths)


def test_an_unfinished_upload_of_a_killed_process_is_removed(uploads: Uploads) -> None:
    left, being_written = (uploads.folder / f"{UNFINISHED}{name}" for name in "xy")
    for path in (left, being_written):
        path.write_bytes(b"half")
    long_ago = time.time() - ABANDONED_SECONDS - 1
    os.utime(left, (long_ago, long_ago))
    Uploads(uploads.folder, durable=False)
    assert list(uploads.folder.iterdir()) == [being_written]


def test_a_stream_that_breaks_off_leaves_nothing(uploads: Uploads) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OSError(f"the disk is gone, so {size} bytes cannot be read")

    with pytest.raises(OSError, match="the disk is gone"):
        uploads.keep(Broken(), "0" * 64)
    assert list(uploads.folder.iterdir()) == []
