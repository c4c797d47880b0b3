"""The files of a batch of rows: on a local disk, in a cloud, or in the rows themselves."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote

from attrs import field, frozen

from nanonets_sdk.batch.files import BatchFile
from nanonets_sdk.batch.hashed_file import HashedFile, open_hashed
from nanonets_sdk.errors import UploadError
from nanonets_sdk.extras import optional
from nanonets_sdk.files import stamp_of


@frozen
class Sources:
    """Opens the files of rows. The name of a `BatchFile` is the number of its row.

    Attributes:
        paths: Path or URL of each row's file; with `contents` only its name.
        contents: Content of each row's file; None if it is at its path.
        root: The folder that relative paths start from.
        storage_options: Settings for fsspec.
    """

    paths: Sequence[str | None] | None
    contents: Sequence[bytes | None] | None
    root: str
    storage_options: Mapping[str, Any] = field(factory=dict[str, Any], repr=False)

    def file(self, row: int) -> BatchFile:
        """Return the file of a row."""
        path = self.paths[row] if self.paths is not None else None
        return BatchFile(Path(_shown(path) if path else f"row {row}"), str(row))

    def open(self, file: BatchFile) -> HashedFile:
        """Open a file and hash its content.

        Raises:
            UploadError: It cannot be read, or its row has none.
        """
        row = int(file.name)
        path = self.paths[row] if self.paths is not None else None
        if self.contents is not None:
            content = self.contents[row]
            if content is None:
                raise UploadError(f"{str(file.path)!r} has no content: its bytes are null")
            name = file.path.name if path else ""
            return HashedFile(name, BytesIO(content), hashlib.sha256(content).hexdigest(), None)
        if not path:
            raise UploadError(f"row {row} of its block has no path")
        if (local := _local(path)) is not None:
            return open_hashed(Path(self.root, local))
        return _downloaded(path, optional("fsspec").open, self.storage_options)


def _local(path: str) -> str | None:
    """Return a path on a local disk as it is; None for a URL."""
    if "://" not in path:
        return path
    return path.partition("://")[2] if path.lower().startswith(("file://", "local://")) else None


def _shown(path: str) -> str:
    """Return a path, or a URL without its secrets: the user and password that some have, and a signature."""
    if _local(path) is not None:
        return path
    # Not `urlsplit`, which refuses some of the names that a bucket may have.
    scheme, _, rest = path.partition("?")[0].partition("://")
    # In a bucket, `#` is a letter like any other.
    rest = rest.partition("#")[0] if _is_web(path) else rest
    host, slash, key = rest.partition("/")
    return f"{scheme}://{host.rpartition('@')[2]}{slash}{key}"


def _is_web(url: str) -> bool:
    return url.lower().startswith(("http://", "https://"))


def _downloaded(url: str, opener: Callable[..., Any], settings: Mapping[str, Any]) -> HashedFile:
    """Copy a file to an unnamed one on the local disk: it is read twice, and dozens wait at a time."""
    copy, shown = tempfile.TemporaryFile(), _shown(url)  # noqa: SIM115 - closed with the `HashedFile`
    try:
        with opener(url, "rb", **settings) as file:
            shutil.copyfileobj(file, copy)
        copy.seek(0)
        digest = hashlib.file_digest(copy, "sha256").hexdigest()
    except Exception as error:  # noqa: BLE001 - every kind of storage raises errors of its own
        copy.close()
        # What others say may hold the whole URL, and some put a text in the place of the number of an error.
        number = error.errno if isinstance(error, OSError) else None
        why = os.strerror(number) if isinstance(number, int) else type(error).__name__
        raise UploadError(f"{shown!r} cannot be read: {why}") from None
    name = PurePosixPath(unquote(shown) if _is_web(url) else shown).name
    return HashedFile(name, copy, digest, stamp_of(copy))
