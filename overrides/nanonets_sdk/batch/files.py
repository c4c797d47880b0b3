"""The files of a batch: those that were named, those in folders, and names for their results."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, TypeAlias

from attrs import frozen

from nanonets_sdk.errors import UploadError

SUFFIXES: Final = frozenset({".pdf", ".png", ".jpg", ".jpeg"})


@frozen
class BatchFile:
    """A file of a batch.

    Attributes:
        path: Where it is.
        name: What its results would like to be called: relative, with `/` between folders, without suffix.
    """

    path: Path
    name: str


FileLike: TypeAlias = "str | os.PathLike[str] | BatchFile"


def batch_file(file: FileLike) -> BatchFile:
    """A file of a batch; one given by its path alone is called by its name without suffix."""
    if isinstance(file, BatchFile):
        return file
    path = Path(file)
    return BatchFile(path, path.stem or path.name)


def find_files(paths: Iterable[str | os.PathLike[str]], *, recursive: bool = False) -> Iterator[BatchFile]:
    """Find the files to send: those named, and of folders the files that are called PDF, PNG or JPEG.

    Args:
        paths: Files, taken whatever they are called, and folders.
        recursive: Whether to go into the folders of folders.

    Yields:
        Each file, in the order given, those of a folder in the order of their names. Results of a file found in a
        folder are named after its place below that folder.

    Raises:
        UploadError: There is no such file or folder, or it cannot be read.
    """
    for given in paths:
        path = Path(given)
        if path.is_dir():
            yield from _in_folder(path, path, recursive=recursive)
        elif path.exists():
            yield batch_file(path)
        else:
            raise UploadError(f"{str(path)!r} does not exist")


def _in_folder(folder: Path, root: Path, *, recursive: bool) -> Iterator[BatchFile]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        raise UploadError(f"{str(folder)!r} cannot be read: {error.strerror or error}") from error
    for entry in entries:
        path = Path(entry.path)
        if entry.name.startswith("."):
            continue
        if entry.is_file() and path.suffix.lower() in SUFFIXES:
            yield BatchFile(path, path.relative_to(root).with_suffix("").as_posix())
        elif recursive and entry.is_dir(follow_symlinks=False):
            yield from _in_folder(path, root, recursive=True)
