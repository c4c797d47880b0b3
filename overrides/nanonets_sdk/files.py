"""Files on their way to the service: checked before a byte is sent, and sent again from where they began."""

from __future__ import annotations

import io
import os
from pathlib import Path, PureWindowsPath
from threading import Lock
from typing import BinaryIO, Final, TypeAlias, cast

from attrs import define, field, frozen

from nanonets_sdk.errors import UploadError

FileInput: TypeAlias = str | os.PathLike[str] | bytes | BinaryIO | tuple[str, bytes | BinaryIO]
"""A path, the content itself, an open binary file from its present position, or a pair of a name and one of the latter
two."""

_HEAD: Final = 1024
_LONGEST_NAME: Final = 255


@frozen
class Kind:
    """A type of file that the service takes.

    Attributes:
        content_type: Its media type.
        suffix: What its names end in.
    """

    content_type: str
    suffix: str


PDF: Final = Kind("application/pdf", ".pdf")
PNG: Final = Kind("image/png", ".png")
JPEG: Final = Kind("image/jpeg", ".jpg")


def sniff(head: bytes) -> Kind | None:
    """The type that the first bytes of a file prove; None when it is none that the service takes.

    Args:
        head: The file or its beginning, of which the first 1024 bytes count.

    Examples:
        >>> sniff(b"%PDF-1.7").content_type
        'application/pdf'
    """
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    # Readers accept a PDF whose header stands anywhere in the first 1024 bytes (ISO 32000, annex H).
    return PDF if b"%PDF-" in head[:_HEAD] else None


@define(eq=False)
class FileUpload:
    """A file ready to be sent, as a stream whose position 0 is where the caller's file stood.

    Attributes:
        name: The name that the service is told: no folders, no control characters.
        kind: What the content proves to be.
        size: Bytes from where the file stood to its end; None when that cannot be known without reading.
        replayable: Whether it can be read a second time.
        in_memory: Whether reading it cannot block.
    """

    name: str
    kind: Kind
    size: int | None
    replayable: bool
    in_memory: bool
    _file: BinaryIO = field(alias="file", repr=False)
    _start: int = field(alias="start", repr=False)
    _owned: bool = field(alias="owned", repr=False)
    _head: bytes = field(alias="head", repr=False)
    _stamp: tuple[int, int] | None = field(alias="stamp", repr=False)
    _position: int = field(alias="position", default=0, repr=False)
    _reading: Lock = field(factory=Lock, init=False, repr=False)
    _is_over: bool = field(default=False, init=False, repr=False)

    def read(self, size: int = -1) -> bytes:
        """Read on.

        Raises:
            UploadError: The file became shorter since it was opened, or cannot be read.
        """
        if self._head and self._position == 0:
            chunk, self._head = self._head, b""
        else:
            chunk = self._read_file(size)
        self._position += len(chunk)
        if not chunk and self.size is not None and self._position < self.size:
            raise UploadError(
                f"{self.name!r} became shorter while it was being sent; send it again when it is complete"
            )
        return chunk

    def _read_file(self, size: int) -> bytes:
        rest = None if self.size is None else self.size - self._position
        wanted = size if rest is None else rest if size < 0 else min(size, rest)
        try:
            with self._reading:
                chunk = cast("object", self._file.read(wanted))
        except Exception as error:
            raise UploadError(f"{self.name!r} cannot be read: {error}") from error
        finally:
            if self._is_over:
                self.close()
        if not isinstance(chunk, bytes):
            raise UploadError(
                f"{self.name!r} gives {type(chunk).__name__} where bytes are needed; open it with mode 'rb'"
            )
        return chunk

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a position, counted from where the caller's file stood.

        Raises:
            io.UnsupportedOperation: The file can be read only once.
            UploadError: It was closed.
        """
        if not self.replayable or self.size is None:
            raise io.UnsupportedOperation(f"{self.name!r} can be read only once")
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self.size}[whence]
        self._position = base + offset
        try:
            self._file.seek(self._start + self._position)
        except (OSError, ValueError) as error:
            raise UploadError(f"{self.name!r} cannot be read: {error}") from error
        return self._position

    def tell(self) -> int:
        """The position, counted from where the caller's file stood."""
        if not self.replayable:
            raise io.UnsupportedOperation(f"{self.name!r} can be read only once")
        return self._position

    def check(self) -> None:
        """See to it that the file on the disk is the one that was opened.

        Raises:
            UploadError: It was written to, or closed.
        """
        if getattr(self._file, "closed", False):
            raise UploadError(f"{self.name!r} was closed while it was being sent")
        if self._stamp is not None and stamp_of(self._file) != self._stamp:
            raise UploadError(f"{self.name!r} changed while it was being sent; send it again when it is complete")

    def close(self) -> None:
        """Close the file if it was opened here; a caller's own file stays open.

        Where a thread is still reading from it, that thread closes it: closing would wait for the disk.
        """
        self._is_over = True
        if self._owned and self._reading.acquire(blocking=False):
            try:
                self._file.close()
            finally:
                self._reading.release()


def open_upload(file: FileInput) -> FileUpload:
    """Open a file and prove that it can be sent.

    Args:
        file: A path, the content itself, an open binary file from its present position, or a pair of a name and one of
            the latter two.

    Returns:
        The upload; close it when done.

    Raises:
        UploadError: There is no such file, it is empty, cannot be read, or is no PNG, JPEG or PDF by its content.
        TypeError: The argument is nothing of the above.
    """
    name, content = file if isinstance(file, tuple) else (None, file)
    if isinstance(content, str | os.PathLike):
        return _from_path(Path(content), name)
    if isinstance(content, bytes):
        return _from_file(io.BytesIO(content), name or "", owned=True, in_memory=True)
    if isinstance(content, io.TextIOBase):
        raise UploadError("the file is open in text mode; open it with mode 'rb'")
    if not callable(getattr(content, "read", None)):
        raise TypeError(f"a file is a path, bytes or an open binary file, not {type(content).__name__}")
    given = name or getattr(content, "name", "")
    return _from_file(content, given if isinstance(given, str) else "", owned=False, in_memory=is_in_memory(content))


def is_in_memory(file: FileInput) -> bool:
    """Whether opening and reading a file cannot block."""
    content = file[1] if isinstance(file, tuple) else file
    return isinstance(content, bytes) or type(content) is io.BytesIO


def plain_upload(file: BinaryIO) -> FileUpload:
    """A file of any content, from its present position on, for a request that is built by hand.

    Raises:
        UploadError: It cannot be read.
    """
    start, size = _extent(file)
    return FileUpload(
        name="the file",
        kind=Kind("application/octet-stream", ""),
        size=size,
        replayable=size is not None,
        in_memory=is_in_memory(file),
        file=file,
        start=start,
        owned=False,
        head=b"",
        stamp=None if size is None else stamp_of(file),
    )


def safe_name(name: str, kind: Kind) -> str:
    r"""The name that the service is told: no folders, no control characters, no quotes, never empty.

    Examples:
        >>> safe_name("C:\\scans\\a\r\nb.pdf", PDF)
        'a__b.pdf'
    """
    # The last part by the rules of Windows, which knows both separators.
    base = PureWindowsPath(name).name
    encodable = base.encode("utf-8", "replace").decode("utf-8")
    # A quote would be escaped on the way, and the name there another one than in the JSON beside it.
    printable = "".join(character if character.isprintable() else "_" for character in encodable)
    printable = printable.replace('"', "'").strip()
    cut = printable[-_LONGEST_NAME:]
    return cut if cut.strip(".") else f"document{kind.suffix}"


def _from_path(path: Path, name: str | None) -> FileUpload:
    try:
        file = path.open("rb")
    except OSError as error:
        raise UploadError(f"{str(path)!r} cannot be opened: {error.strerror or error}") from error
    except ValueError as error:
        raise UploadError(f"{str(path)!r} is no path: {error}") from error
    try:
        return _from_file(file, name or path.name, owned=True, in_memory=False)
    except BaseException:
        file.close()
        raise


def _from_file(file: BinaryIO, name: str, *, owned: bool, in_memory: bool) -> FileUpload:
    shown = PureWindowsPath(name).name or "the file"
    start, size = _extent(file)
    head = _head_of(file, shown)
    kind = sniff(head)
    if not head:
        raise UploadError(f"{shown!r} is empty" + (" from its present position on" if start else ""))
    if kind is None:
        raise UploadError(f"{shown!r} is no PNG, JPEG or PDF by its content, whatever its name says")
    if size is not None:
        file.seek(start)
    return FileUpload(
        name=safe_name(name, kind),
        kind=kind,
        size=size,
        replayable=size is not None,
        in_memory=in_memory,
        file=file,
        start=start,
        owned=owned,
        head=head if size is None else b"",
        stamp=None if size is None else stamp_of(file),
    )


def _extent(file: BinaryIO) -> tuple[int, int | None]:
    """Where the file stands and how many bytes follow; None where it cannot go back."""
    try:
        start = file.tell()
        size = file.seek(0, os.SEEK_END) - start
        file.seek(start)
    except (OSError, AttributeError):
        return 0, None
    except ValueError as error:
        raise UploadError(f"the file cannot be read: {error}") from error
    return start, size


def _head_of(file: BinaryIO, shown: str) -> bytes:
    """The first bytes; a stream may give them in pieces."""
    head = b""
    try:
        while len(head) < _HEAD and (piece := file.read(_HEAD - len(head))):
            head += piece
    except TypeError as error:
        raise UploadError(f"{shown!r} gives no bytes; open it with mode 'rb'") from error
    except Exception as error:
        raise UploadError(f"{shown!r} cannot be read: {error}") from error
    return head


def stamp_of(file: BinaryIO) -> tuple[int, int] | None:
    """Size and time of change of a file on a disk; None for anything else."""
    try:
        status = os.fstat(file.fileno())
    except (OSError, AttributeError, ValueError):
        return None
    return status.st_size, status.st_mtime_ns
