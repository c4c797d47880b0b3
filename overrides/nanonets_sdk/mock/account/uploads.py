"""The bytes of uploaded files, each kept once under its SHA-256."""

import hashlib
import os
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import IO, Final

CHUNK: Final = 2**18
UNFINISHED: Final = ".part-"
ABANDONED_SECONDS: Final = 600


def sha256_of(stream: IO[bytes]) -> tuple[str, int]:
    """Return the hash and the number of the bytes of a stream, which is read from its start and put back there."""
    digest, size = hashlib.sha256(), 0
    stream.seek(0)
    while chunk := stream.read(CHUNK):
        digest.update(chunk)
        size += len(chunk)
    stream.seek(0)
    return digest.hexdigest(), size


class Uploads:
    """A folder of files named by their hash."""

    def __init__(self, folder: Path, *, durable: bool) -> None:
        """Use the folder; a durable one has its files on the disk when `keep` returns."""
        folder.mkdir(parents=True, exist_ok=True)
        for unfinished in folder.glob(f"{UNFINISHED}*"):
            _remove_if_abandoned(unfinished)
        self.folder = folder
        self._durable = durable

    def path(self, sha256: str) -> Path:
        """Return where the bytes with this hash lie."""
        return self.folder / sha256

    def keep(self, stream: IO[bytes], sha256: str) -> Path:
        """Store the bytes of a stream whose hash is known; return where they lie."""
        target = self.path(sha256)
        if not target.exists():
            self._write(stream, target)
        if self._durable:
            _sync_folder(self.folder)
        return target

    def _write(self, stream: IO[bytes], target: Path) -> None:
        descriptor, name = tempfile.mkstemp(dir=self.folder, prefix=UNFINISHED)
        try:
            with os.fdopen(descriptor, "wb") as part:
                self._copy(stream, part)
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    def _copy(self, stream: IO[bytes], part: IO[bytes]) -> None:
        stream.seek(0)
        while chunk := stream.read(CHUNK):
            part.write(chunk)
        part.flush()
        if self._durable:
            os.fsync(part.fileno())


def _remove_if_abandoned(unfinished: Path) -> None:
    """Remove what a killed process left; a young file may be one that another mock with this folder is writing."""
    with suppress(FileNotFoundError):  # another mock removed it first
        if time.time() - unfinished.stat().st_mtime > ABANDONED_SECONDS:
            unfinished.unlink()


def _sync_folder(folder: Path) -> None:
    """Make the names in a folder durable, which syncing a file does not; Windows has no such call and no such need."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def hash_of_text(text: str) -> tuple[str, int]:
    """Return the hash and the number of the bytes of a text in UTF-8."""
    encoded = text.encode()
    return hashlib.sha256(encoded).hexdigest(), len(encoded)
