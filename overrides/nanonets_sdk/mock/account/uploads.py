"""The bytes of uploaded files, each stored once under its SHA-256."""

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
    """Return the hash and the size of a stream, which is read from its start and rewound."""
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
        """Use a folder, which is created if it is not there; a durable one has a file on disk when `keep` returns."""
        folder.mkdir(parents=True, exist_ok=True)
        for unfinished in folder.glob(f"{UNFINISHED}*"):
            # A killed process leaves these behind. A young one may belong to another mock that shares the folder, which
            # may also be the first to remove an old one.
            with suppress(FileNotFoundError):
                if time.time() - unfinished.stat().st_mtime > ABANDONED_SECONDS:
                    unfinished.unlink()
        self.folder = folder
        self._durable = durable

    def path(self, sha256: str) -> Path:
        """Return the path of the file with this hash."""
        return self.folder / sha256

    def keep(self, stream: IO[bytes], sha256: str) -> Path:
        """Store the bytes of a stream with this hash, and return their path."""
        target = self.path(sha256)
        if not target.exists():
            self._write(stream, target)
        # Syncing a file does not make its name durable; its folder must be synced too. Another process may have written
        # the file and not come to that yet. Windows has no such call and does not need it.
        if self._durable and os.name != "nt":
            descriptor = os.open(self.folder, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        return target

    def _write(self, stream: IO[bytes], target: Path) -> None:
        descriptor, name = tempfile.mkstemp(dir=self.folder, prefix=UNFINISHED)
        try:
            with os.fdopen(descriptor, "wb") as part:
                stream.seek(0)
                while chunk := stream.read(CHUNK):
                    part.write(chunk)
                part.flush()
                if self._durable:
                    os.fsync(part.fileno())
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
