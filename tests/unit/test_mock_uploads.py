"""Uploaded bytes are kept once, under their hash."""

import hashlib
import io
from pathlib import Path

import pytest

from nanonets_sdk.mock.uploads import UNFINISHED, Uploads, sha256_of


@pytest.fixture(params=[True, False], ids=["durable", "not durable"])
def uploads(tmp_path: Path, request: pytest.FixtureRequest) -> Uploads:
    return Uploads(tmp_path / "uploads", durable=request.param)


def test_a_hash_is_of_the_whole_stream_wherever_it_stands() -> None:
    stream = io.BytesIO(bytes(1_000_000))
    stream.seek(77)
    assert sha256_of(stream) == (hashlib.sha256(bytes(1_000_000)).hexdigest(), 1_000_000)
    assert stream.tell() == 0


def test_the_bytes_are_kept_whole_and_once(uploads: Uploads) -> None:
    content = bytes(range(256)) * 4_000
    sha256, _ = sha256_of(io.BytesIO(content))
    paths = {uploads.keep(io.BytesIO(content), sha256) for _ in range(2)}
    assert [path.read_bytes() for path in paths] == [content]
    assert list(uploads.folder.iterdir()) == list(paths)


def test_what_a_killed_process_left_unfinished_is_removed(uploads: Uploads) -> None:
    (uploads.folder / f"{UNFINISHED}x").write_bytes(b"half")
    Uploads(uploads.folder, durable=False)
    assert list(uploads.folder.iterdir()) == []
