"""Where an export goes: a path, or a file that the caller has open.

    path of a regular file, or of none   replaced all at once, see `atomic`
    path of a device, FIFO, descriptor   opened and written to, never replaced
    open text file                       text in its own encoding; refused by binary formats
    open binary file                     bytes; text formats write UTF-8

Unless the path is replaced, a binary format is written to a temporary file and copied at the end: it needs a file that
can seek, and an export that fails must not leave a part of itself where it cannot be taken back.
"""

from __future__ import annotations

import codecs
import errno
import inspect
import io
import os
import re
import shutil
import stat
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, Final, Protocol, TypeAlias, cast

from attrs import frozen

from nanonets_sdk.formats.atomic import replacing
from nanonets_sdk.formats.safe_text import encodable


class TextFile(Protocol):
    """A file that takes text."""

    def write(self, text: str, /) -> object:
        """Write text."""
        ...


class BinaryFile(Protocol):
    """A file that takes bytes."""

    def write(self, data: bytes, /) -> object:
        """Write bytes."""
        ...


BinaryTarget: TypeAlias = str | os.PathLike[str] | BinaryFile
"""A path, or an open file that takes bytes."""
TextTarget: TypeAlias = BinaryTarget | TextFile
"""A path, or an open file that takes text or bytes."""

_KEPT_IN_MEMORY: Final = 1 << 20
_MOST_LINKS: Final = 40
_SECONDS_FOR_A_READER: Final = 10
_BETWEEN_LOOKS: Final = 0.02
_DESCRIPTOR: Final = re.compile(r"/(?:dev/fd|proc/(?P<process>\d+)/(?:task/\d+/)?fd)/(?P<number>\d{1,9})")


@contextmanager
def text_target(target: TextTarget, errors: str = "strict") -> Generator[TextFile]:
    """Yield a file for text, which is written in UTF-8 unless the target is an open text file.

    Raises:
        TypeError: The target is neither a path nor a file.
        OSError: The file cannot be written.
    """
    if not isinstance(target, str | os.PathLike):
        yield cast("TextFile", target) if _takes_text(target) else _encoding(_whole(target), errors)
    elif (special := _special_file(target)) is not None:
        with special:
            yield _encoding(special, errors)
    else:
        with replacing(target) as file:
            yield _encoding(file, errors)


@contextmanager
def binary_target(target: BinaryTarget) -> Generator[BinaryIO]:
    """Yield a file for bytes that can seek.

    Raises:
        TypeError: The target is a text file, or neither a path nor a file.
        OSError: The file cannot be written.
    """
    if not isinstance(target, str | os.PathLike):
        if _takes_text(target):
            raise TypeError("this format is binary and the file takes text; open it with mode 'wb'")
        with _copied_to(_whole(target)) as file:
            yield file
    elif (special := _special_file(target)) is not None:
        with special, _copied_to(special) as file:
            yield file
    else:
        with replacing(target) as file:
            yield file


def write_text(target: TextTarget, text: str) -> None:
    """Write a text."""
    with text_target(target) as file:
        file.write(encodable(text))


def is_special(path: str | os.PathLike[str]) -> bool:
    """Return whether there is something at a path that is neither a regular file nor a folder."""
    try:
        mode = Path(path).stat().st_mode
    except OSError:
        return False
    return not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)


def _encoding(file: BinaryFile, errors: str) -> TextFile:
    return codecs.getwriter("utf-8")(cast("Any", file), errors)


@contextmanager
def _copied_to(sink: BinaryFile) -> Generator[BinaryIO]:
    with SpooledTemporaryFile(_KEPT_IN_MEMORY) as file:
        yield cast("BinaryIO", file)
        file.seek(0)
        shutil.copyfileobj(file, sink)


@frozen
class _Whole:
    """Writes all bytes to a file that may write fewer of them at once."""

    file: io.RawIOBase

    def write(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            count = self.file.write(rest)
            if count is None:
                raise BlockingIOError("the file does not block and takes no more; use one that waits")
            rest = rest[count:]


def _whole(file: Any) -> BinaryFile:
    return _Whole(file) if isinstance(file, io.RawIOBase) else file


def _takes_text(file: Any) -> bool:
    """Return whether a file takes text instead of bytes.

    Raises:
        TypeError: It is not a file that can be written here.
    """
    write = getattr(file, "write", None)
    if not callable(write):
        raise TypeError(f"a target must be a path or a file that is open for writing, got {type(file).__name__}")
    if inspect.iscoroutinefunction(write):
        raise TypeError(f"{type(file).__name__} is asynchronous; export to an io.BytesIO and await writing its bytes")
    if isinstance(file, io.TextIOBase | io.RawIOBase | io.BufferedIOBase):
        return isinstance(file, io.TextIOBase)
    if isinstance(getattr(file, "encoding", None), str):
        return True
    if "b" in str(getattr(file, "mode", "")):
        return False
    try:
        # Nothing is written, but a text file refuses the type.
        write(b"")
    except TypeError:
        return True
    return False


def _special_file(path: str | os.PathLike[str]) -> BinaryIO | None:
    """Open what must not be replaced: a device, a FIFO, a descriptor. None for a regular file, a folder or nothing."""
    entry = _descriptor_entry(Path(path))
    if entry is None and not is_special(path):
        return None
    if entry is None or (entry["process"] or str(os.getpid())) != str(os.getpid()):
        return os.fdopen(_opened(path), "wb")
    # What the program has printed so far comes first.
    for stream in (sys.stdout, sys.stderr):
        if stream is not None and not stream.closed:
            stream.flush()
    try:
        # A copy shares the position: opening the file again would begin at its start, and overwrite what is there.
        return os.fdopen(os.dup(int(entry["number"])), "wb")
    except OSError as error:
        raise OSError(error.errno, error.strerror, os.fspath(path)) from error


def _opened(path: str | os.PathLike[str]) -> int:
    # Without O_CREAT: what goes away meanwhile must not become a regular file.
    flags = os.O_WRONLY | getattr(os, "O_NOCTTY", 0)
    if not Path(path).is_fifo():
        return os.open(path, flags)
    end = time.monotonic() + _SECONDS_FOR_A_READER
    while True:
        # An open that blocks would wait for a reader for ever.
        try:
            descriptor = os.open(path, flags | os.O_NONBLOCK)
        except OSError as error:
            if error.errno != errno.ENXIO:
                raise
            if time.monotonic() > end:
                message = f"no program opened the FIFO for reading within {_SECONDS_FOR_A_READER} s"
                raise OSError(errno.ENXIO, message, os.fspath(path)) from error
            time.sleep(_BETWEEN_LOOKS)
        else:
            os.set_blocking(descriptor, True)
            return descriptor


def _descriptor_entry(path: Path) -> re.Match[str] | None:
    """Return the entry of the system's list of descriptors that a path leads to, as `/dev/stdout` does."""
    # Link by link: the last one leads from the entry to the file, and a regular file would look like any other.
    for _ in range(_MOST_LINKS):
        place = Path(os.path.realpath(path.parent), path.name)
        if entry := _DESCRIPTOR.fullmatch(str(place)):
            return entry
        if not place.is_symlink():
            return None
        path = place.parent / place.readlink()
    return None
