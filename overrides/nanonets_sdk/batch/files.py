"""Finding the files of a batch, and naming their results."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final, TypeAlias, TypeVar

from attrs import frozen

from nanonets_sdk.errors import UploadError
from nanonets_sdk.files import is_url

T = TypeVar("T")

SUFFIXES: Final = frozenset({".pdf", ".png", ".jpg", ".jpeg"})


@frozen
class BatchFile:
    """A file of a batch.

    Attributes:
        path: Path of the file.
        name: Preferred name for its results: relative, with `/` between folders, without suffix.
    """

    path: Path
    name: str


FileLike: TypeAlias = "str | os.PathLike[str] | BatchFile"


def batch_file(file: FileLike) -> BatchFile:
    """Return a file as a `BatchFile`. The results of one given by its path are named after it, without suffix."""
    if isinstance(file, BatchFile):
        return file
    path = Path(file)
    return BatchFile(path, path.stem or path.name)


def checked_paths(paths: Iterable[T], name: str) -> Iterable[T]:
    """Check that an argument is several paths. A single string would be taken apart into its letters.

    Raises:
        TypeError: It is a single path, or not iterable.
    """
    if isinstance(paths, str | bytes | os.PathLike):
        raise TypeError(f"{name} must be a list of paths, not a single one; write [path]")
    if not isinstance(paths, Iterable):  # pyright: ignore[reportUnnecessaryIsInstance] - callers without a type checker
        raise TypeError(f"{name} must be a list of paths, got {type(paths).__name__}")
    return paths


def no_file(path: str) -> UploadError | None:
    """Return the error for a URL in the place of a path; None for a path."""
    if not is_url(path):
        return None
    return UploadError(f"{path.partition('?')[0]!r} is a URL, and a batch sends files; pass it to ocr.predict_urls")


def find_files(paths: Iterable[str | os.PathLike[str]], *, recursive: bool = False) -> Iterator[BatchFile]:
    """Find the files to send: the given files, and the PDF, PNG and JPEG files in the given folders.

    Args:
        paths: Files, with any suffix, and folders.
        recursive: Whether to search subfolders too.

    Yields:
        Each file, in the given order; the files of a folder sorted by name. Results of a file that was found in a
        folder are named after its path relative to that folder.

    Raises:
        UploadError: A file or folder does not exist, is a URL, or a folder cannot be read.
        TypeError: `paths` is a single path.
    """
    for given in checked_paths(paths, "paths"):
        path = Path(given)
        if error := no_file(os.fspath(given)):
            raise error
        if path.is_dir():
            yield from _in_folder(path, path, recursive=recursive)
        elif path.exists():
            yield batch_file(path)
        else:
            raise UploadError(f"{str(path)!r} does not exist")


@frozen
class LeftOut:
    """What `find_files` leaves out of the given folders. Hidden files and folders are not counted.

    Attributes:
        files: Files of other types.
        folders: Subfolders that are not searched.
    """

    files: tuple[Path, ...] = ()
    folders: tuple[Path, ...] = ()


def left_out(
    paths: Iterable[str | os.PathLike[str]], *, recursive: bool = False, except_in: Path | None = None
) -> LeftOut:
    """Return what `find_files` leaves out.

    Args:
        paths: As for `find_files`.
        recursive: As for `find_files`.
        except_in: A folder whose content does not count, such as the one for the results.
    """
    files, folders, rest = list[Path](), list[Path](), [path for path in map(Path, paths) if path.is_dir()]
    own = except_in.resolve() if except_in is not None else None
    while rest:
        folder = rest.pop(0)
        with suppress(OSError):
            for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
                path = Path(entry.path)
                if entry.name.startswith(".") or (own is not None and path.resolve() == own):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    (rest if recursive else folders).append(path)
                elif entry.is_dir() or path.suffix.lower() not in SUFFIXES:
                    files.append(path)
    return LeftOut(tuple(files), tuple(folders))


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
        # A link to a folder above would never end.
        elif recursive and entry.is_dir(follow_symlinks=False):
            yield from _in_folder(path, root, recursive=True)
