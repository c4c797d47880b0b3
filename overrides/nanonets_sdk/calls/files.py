"""Sending files: open them, send them, and close them in every case."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from typing import BinaryIO, TypeGuard, TypeVar, cast

from attrs import define, field

from nanonets_api.types import File
from nanonets_sdk.calls.operations import CallFlow
from nanonets_sdk.errors import UploadError
from nanonets_sdk.files import FileInput, FileUpload, is_in_memory, is_url, open_upload
from nanonets_sdk.flows import OnDisk

T = TypeVar("T")


def with_file(file: FileInput, send: Callable[[FileUpload], CallFlow[T]], *, urls: str) -> CallFlow[T]:
    """Open a file, send it and close it.

    Args:
        file: The file.
        send: Sends it.
        urls: What takes URLs in the place of files, for a message.

    Raises:
        UploadError: The file cannot be sent.
    """
    return with_files([file], lambda uploads: send(uploads[0]), urls=urls)


def with_files(
    files: Iterable[FileInput], send: Callable[[Sequence[FileUpload]], CallFlow[T]], *, urls: str
) -> CallFlow[T]:
    """Open several files, send them in one call, and close them; the arguments are as for `with_file`.

    Raises:
        UploadError: One of the files cannot be sent. Then none was sent.
    """
    files = [_checked_path(file, urls) for file in files]
    openings = [_Opening(file) for file in files]
    uploads: list[FileUpload] = []
    try:
        for opening in openings:
            upload: FileUpload = opening.open() if opening.is_in_memory else (yield OnDisk(opening.open))
            uploads.append(upload)
        return (yield from send(uploads))
    finally:
        for opening in openings:
            opening.close()


def _checked_path(file: FileInput, urls: str) -> FileInput:
    """Refuse a URL in the place of a path, and an empty path, which would be the current folder."""
    if isinstance(file, str) and is_url(file):
        # What follows the question mark is often a signature that must not be in a log.
        shown = file.partition("?")[0]
        raise UploadError(f"file is a URL, not a path: {shown!r}; pass it to {urls}, and the service fetches it")
    if isinstance(file, str) and not file:
        raise UploadError("file is empty; pass the path of a file, its bytes, or an open binary file")
    return file


def is_single(files: object) -> TypeGuard[FileInput]:
    """Return whether an argument is one file and not a list of files."""
    # Paths, bytes and open files are iterable too, and a name with its content looks like two files.
    if isinstance(files, tuple):
        given = cast("tuple[object, ...]", files)
        return len(given) == 2 and isinstance(given[0], str) and _is_content(given[1])  # noqa: PLR2004 - a pair
    return isinstance(files, str | os.PathLike) or _is_content(files)


def _is_content(value: object) -> bool:
    return isinstance(value, bytes | bytearray | memoryview) or hasattr(value, "read")


def checked_files(files: FileInput | Iterable[FileInput]) -> list[FileInput]:
    """Check files, and return them as a list.

    Raises:
        ValueError: There is no file.
        TypeError: It is a single file, or not a list.
    """
    if is_single(files) or not isinstance(files, Iterable):  # pyright: ignore[reportUnnecessaryIsInstance] - callers without a type checker
        raise TypeError("files must be a list of files, not a single one; write [file]")
    listed = list(cast("Iterable[FileInput]", files))
    if not listed:
        raise ValueError("files is empty; pass at least one file")
    return listed


@define(eq=False)
class _Opening:
    """A file that is being opened, perhaps in a thread that outlives its call.

    A cancelled call closes its file. If the thread is still opening it, there is nothing to close yet, so the thread
    closes it as soon as it is open.
    """

    _file: FileInput
    _upload: FileUpload | None = field(default=None, init=False)
    _is_over: bool = field(default=False, init=False)

    @property
    def is_in_memory(self) -> bool:
        return is_in_memory(self._file)

    def open(self) -> FileUpload:
        # Assigned before the flag is read: whichever of the two threads comes second sees the other's.
        self._upload = upload = open_upload(self._file)
        if self._is_over:
            upload.close()
        return upload

    def close(self) -> None:
        self._is_over = True
        if self._upload is not None:
            self._upload.close()


def part(upload: FileUpload) -> File:
    """Return the file as a part of a generated form."""
    return File(payload=cast("BinaryIO", upload), file_name=upload.name, mime_type=upload.kind.content_type)
