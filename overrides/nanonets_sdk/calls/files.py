"""Sending a file: open it, send it, close it, whatever happens."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import BinaryIO, TypeVar, cast

from nanonets_api.types import File
from nanonets_sdk.flows import Flow, OnDisk
from nanonets_sdk.uploads import FileInput, FileUpload, is_in_memory, open_upload

T = TypeVar("T")


def with_file(file: FileInput, send: Callable[[FileUpload], Flow[T]]) -> Flow[T]:
    """The flow of sending a file.

    Args:
        file: As `open_upload` takes it.
        send: The flow that sends the opened file.

    Raises:
        UploadError: The file cannot be sent.
    """
    upload: FileUpload = open_upload(file) if is_in_memory(file) else (yield OnDisk(partial(open_upload, file)))
    try:
        return (yield from send(upload))
    finally:
        upload.close()


def part(upload: FileUpload) -> File:
    """The file as the generated requests take it."""
    return File(payload=cast("BinaryIO", upload), file_name=upload.name, mime_type=upload.kind.content_type)
