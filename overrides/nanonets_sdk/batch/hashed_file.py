"""The content of a file: open, and known by its hash."""

from __future__ import annotations

import hashlib
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from attrs import frozen

from nanonets_sdk.errors import UploadError
from nanonets_sdk.files import stamp_of


@frozen(eq=False)
class Content:
    """An open file.

    Attributes:
        name: Name of the file.
        file: The file, to be read.
        sha256: Hash of what is in it.
        stamp: Size and time of change as they were before it was hashed; None for what is no file on a disk.
    """

    name: str
    file: BinaryIO
    sha256: str
    stamp: tuple[int, int] | None

    def rewound(self) -> BinaryIO:
        """The file at its beginning.

        Raises:
            UploadError: It is not what was hashed any more.
        """
        if stamp_of(self.file) != self.stamp:
            raise UploadError(f"{self.name!r} changed while it was being read; send it again when it is complete")
        self.file.seek(0)
        return self.file

    def close(self) -> None:
        """Close the file."""
        self.file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


def open_content(path: Path) -> Content:
    """Open a file and hash it.

    Raises:
        UploadError: It cannot be read, or only once.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise UploadError(f"{str(path)!r} cannot be opened: {error.strerror or error}") from error
    try:
        stamp = stamp_of(file)
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
    except OSError as error:
        file.close()
        raise UploadError(f"{str(path)!r} cannot be read, or only once: {error.strerror or error}") from error
    return Content(path.name, file, digest, stamp)
