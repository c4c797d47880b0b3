"""An open file, identified by the hash of its content."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import BinaryIO, Final

from attrs import frozen

from nanonets_sdk.batch.files import no_file
from nanonets_sdk.errors import UploadError
from nanonets_sdk.files import stamp_of

# As many of them are held as files are in flight.
_SMALL: Final = 1 << 18


@frozen(eq=False)
class HashedFile:
    """An open file whose content was hashed.

    Attributes:
        name: Name of the file.
        file: The open file.
        sha256: Hash of its content.
        stamp: Size and time of modification before it was hashed; None if it is not a file on a disk.
        content: Its content if it is small, so that it is sent without another trip to the disk; None otherwise.
    """

    name: str
    file: BinaryIO
    sha256: str
    stamp: tuple[int, int] | None
    content: bytes | None = None

    def rewound(self) -> bytes | BinaryIO:
        """Return the content if it is small, or else the file at its beginning.

        Raises:
            UploadError: It was modified after it was hashed.
        """
        if stamp_of(self.file) != self.stamp:
            raise UploadError(f"{self.name!r} changed while it was being read; send it again when it is complete")
        if self.content is not None:
            return self.content
        self.file.seek(0)
        return self.file

    def close(self) -> None:
        """Close the file."""
        self.file.close()


def open_hashed(path: Path) -> HashedFile:
    """Open a file and hash its content.

    Raises:
        UploadError: It cannot be read, or cannot be read twice.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        reason = f"{str(path)!r} cannot be opened: {error.strerror or error}"
        raise no_file(str(path)) or UploadError(reason) from error
    try:
        # Taken before the hash, so that a change while it is computed is noticed too.
        stamp = stamp_of(file)
        content = file.read(_SMALL + 1)
        file.seek(0)
        is_small = len(content) <= _SMALL
        hashed = hashlib.sha256(content) if is_small else hashlib.file_digest(file, "sha256")
    except OSError as error:
        file.close()
        raise UploadError(f"{str(path)!r} cannot be read twice: {error.strerror or error}") from error
    return HashedFile(path.name, file, hashed.hexdigest(), stamp, content if is_small else None)
