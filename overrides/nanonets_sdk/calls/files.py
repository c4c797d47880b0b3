"""Sending a file: open it, send it, and close it in every case."""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO, TypeVar, cast

from attrs import define, field

from nanonets_api.types import File
from nanonets_sdk.calls.operations import CallFlow
from nanonets_sdk.files import FileInput, FileUpload, is_in_memory, open_upload
from nanonets_sdk.flows import OnDisk

T = TypeVar("T")


def with_file(file: FileInput, send: Callable[[FileUpload], CallFlow[T]]) -> CallFlow[T]:
    """Open a file, send it and close it.

    Raises:
        UploadError: The file cannot be sent.
    """
    opening = _Opening(file)
    try:
        upload: FileUpload = opening.open() if is_in_memory(file) else (yield OnDisk(opening.open))
        return (yield from send(upload))
    finally:
        opening.close()


@define(eq=False)
class _Opening:
    """A file that is being opened, perhaps in a thread that outlives its call.

    A cancelled call closes its file. If the thread is still opening it, there is nothing to close yet, so the thread
    closes it as soon as it is open.
    """

    _file: FileInput
    _upload: FileUpload | None = field(default=None, init=False)
    _is_over: bool = field(default=False, init=False)

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
