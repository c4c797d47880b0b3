"""The forms in which a caller may pass a file; all send the same content."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

from attrs import frozen

_BEFORE: Final = b"what the caller has read already\r\n--"


class OneShot:
    """A stream that can be read only once, like a response body."""

    def __init__(self, content: bytes) -> None:
        self._content = io.BytesIO(content)

    def read(self, size: int = -1) -> bytes:
        """Read on."""
        return self._content.read(size)


@frozen
class FileSource:
    """A form in which a caller may pass a file.

    Attributes:
        name: Shown in the names of tests.
        give: Makes the argument from the content, a folder to write in, and a stack that closes what is opened.
        is_replayable: Whether the content can be read twice.
    """

    name: str
    give: Callable[[bytes, Path, ExitStack], Any]
    is_replayable: bool = True


def _path(content: bytes, folder: Path, _: ExitStack) -> Path:
    path = folder / "a.pdf"
    path.write_bytes(content)
    return path


def _open_in_mid_position(content: bytes, folder: Path, stack: ExitStack) -> Any:
    path = folder / "b.pdf"
    path.write_bytes(_BEFORE + content)
    file = stack.enter_context(path.open("rb"))
    file.seek(len(_BEFORE))
    return file


def _bytes(content: bytes, _: Path, __: ExitStack) -> bytes:
    return content


def _one_shot(content: bytes, _: Path, __: ExitStack) -> OneShot:
    return OneShot(content)


BYTES: Final = FileSource("bytes", _bytes)
PATH: Final = FileSource("path", _path)
OPEN_FILE: Final = FileSource("open file", _open_in_mid_position)
STREAM: Final = FileSource("stream", _one_shot, is_replayable=False)
SOURCES: Final = (BYTES, PATH, OPEN_FILE, STREAM)
