"""Files to send: checked before the first byte is sent, and replayable from where they began."""

from __future__ import annotations

import inspect
import io
import os
import re
from collections.abc import Iterable
from pathlib import Path, PureWindowsPath
from threading import Lock
from typing import Any, BinaryIO, Final, Protocol, TypeAlias, cast

from attrs import define, field, frozen

from nanonets_sdk.errors import UploadError


class Readable(Protocol):
    """An open binary file; nothing but `read` is needed."""

    def read(self, size: int = ..., /) -> bytes:
        """Return at most `size` bytes, and none at the end."""
        ...


class FormFile(Protocol):
    """The file of a form in a web framework, such as Starlette's and FastAPI's `UploadFile`."""

    @property
    def file(self) -> BinaryIO:
        """The open binary file."""
        ...


Content: TypeAlias = bytes | bytearray | memoryview | Readable | FormFile
FileInput: TypeAlias = (
    str | os.PathLike[str] | Content | tuple[str | None, Content] | tuple[str | None, Content, str | None]
)
"""A path, the content itself, an open binary file, read from its current position, or a tuple of a name and one of the
latter two. A media type may follow in the tuple and does not matter: the content decides."""

_ASYNCHRONOUS: Final = "is an asynchronous file; pass its bytes, as in `await file.read()`"
_HEAD: Final = 1024
# Content that is larger is sent in pieces, between which the deadline is looked at.
_SMALL: Final = 1 << 18
_LONGEST_NAME: Final = 255
_SEPARATORS: Final = frozenset(":/\\")


_URL: Final = re.compile(r"https?:/+\w", re.IGNORECASE)


@frozen
class Kind:
    """A file type.

    Attributes:
        content_type: Its media type.
        suffix: The suffix of its file names.
    """

    content_type: str
    suffix: str


PDF: Final = Kind("application/pdf", ".pdf")
PNG: Final = Kind("image/png", ".png")
JPEG: Final = Kind("image/jpeg", ".jpg")


def sniff(head: bytes) -> Kind | None:
    """Detect the file type from its first bytes; None if the service does not accept it.

    Args:
        head: The file or its beginning; only the first 1024 bytes count.

    Examples:
        >>> sniff(b"%PDF-1.7").content_type
        'application/pdf'
    """
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    # Readers accept a PDF whose header is anywhere in the first 1024 bytes (ISO 32000, annex H).
    return PDF if b"%PDF-" in head[:_HEAD] else None


def is_url(path: str) -> bool:
    """Return whether what should be a path is a URL. `pathlib` leaves one slash of it."""
    return _URL.match(path) is not None


@define(eq=False)
class FileUpload:
    """A file ready to be sent, as a stream whose position 0 is where the caller's file was.

    Attributes:
        name: The name that is sent: no folders, no control characters.
        kind: The type of the content.
        size: Bytes from the caller's position to the end; None if that cannot be known without reading.
        replayable: Whether it can be read a second time.
        in_memory: Whether reading it cannot block.
        content: All of it, if it was given as bytes and is small; None otherwise.
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
    content: bytes | None = field(default=None, repr=False)
    _position: int = field(alias="position", default=0, repr=False)
    _reading: Lock = field(factory=Lock, init=False, repr=False)
    _is_over: bool = field(default=False, init=False, repr=False)

    def read(self, size: int = -1) -> bytes:
        """Read from the current position.

        Raises:
            UploadError: The file has become shorter since it was opened, or cannot be read.
        """
        # A stream was read to see its type and cannot go back, so these bytes come from memory.
        if self._head and self._position == 0:
            chunk, self._head = self._head, b""
        else:
            chunk = self._read_file(size)
        self._position += len(chunk)
        # The length was already announced to the service, so the request could not be completed.
        if not chunk and self.size is not None and self._position < self.size:
            raise UploadError(f"{self.name!r} became shorter while being sent; send it again once it is complete")
        return chunk

    def _read_file(self, size: int) -> bytes:
        # Never past the announced size: a file that is still growing would overrun it.
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
        piece = _as_bytes(chunk, self.name)
        if 0 <= wanted < len(piece):
            raise UploadError(f"{self.name!r} returned {len(piece)} bytes where {wanted} were asked for")
        return piece

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Move to a position, counted from where the caller's file was.

        Raises:
            io.UnsupportedOperation: The file can be read only once.
            UploadError: The file was closed.
        """
        if not self.replayable or self.size is None:
            raise io.UnsupportedOperation(f"{self.name!r} can be read only once")
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self.size}[whence]
        self._position = base + offset
        try:
            self._file.seek(self._start + self._position)
            reached = self._file.tell()
        except (OSError, ValueError) as error:
            raise UploadError(f"{self.name!r} cannot be read: {error}") from error
        if reached != self._start + self._position:
            raise UploadError(f"{self.name!r} cannot be sent again: its `seek` does not lead to where it should")
        return self._position

    def tell(self) -> int:
        """Return the position, counted from where the caller's file was."""
        # httpx measures a file with `tell` and `seek`; from this error it knows to send the body in chunks.
        if not self.replayable:
            raise io.UnsupportedOperation(f"{self.name!r} can be read only once")
        return self._position

    def check(self) -> None:
        """Check that the file on disk is still the one that was opened.

        Raises:
            UploadError: It was written to, or closed.
        """
        if getattr(self._file, "closed", False):
            raise UploadError(f"{self.name!r} was closed while being sent")
        if self._stamp is not None and stamp_of(self._file) != self._stamp:
            raise UploadError(f"{self.name!r} changed while being sent; send it again once it is complete")

    def close(self) -> None:
        """Close the file if it was opened here; a caller's own file stays open.

        If a thread is still reading from it, that thread closes it: closing it here would wait for the disk.
        """
        self._is_over = True
        if self._owned and self._reading.acquire(blocking=False):
            try:
                self._file.close()
            finally:
                self._reading.release()


def open_upload(file: FileInput) -> FileUpload:
    """Open a file and check that it can be sent.

    Args:
        file: A path, the content itself, an open binary file, read from its current position, or a tuple of a name and
            one of the latter two.

    Returns:
        The upload; close it when done.

    Raises:
        UploadError: The file is missing, empty, unreadable, or its content is not PNG, JPEG or PDF.
        TypeError: The argument is something else.
    """
    name, content = _named(file)
    if isinstance(content, str | os.PathLike):
        path = Path(os.fsdecode(cast("str", content)))
        try:
            opened = path.open("rb")
        except OSError as error:
            raise UploadError(f"{str(path)!r} cannot be opened: {error.strerror or error}") from error
        except ValueError as error:
            raise UploadError(f"{str(path)!r} is not a valid path: {error}") from error
        try:
            return _checked_upload(opened, name or path.name, owned=True, in_memory=False)
        except BaseException:
            opened.close()
            raise
    given = name or _name_of(content)
    # The file of a form has an asynchronous `read` or none, but the file in it can be read at once.
    if not _can_read(content) and _can_read(getattr(content, "file", None)):
        content = content.file
    if not callable(getattr(content, "read", None)):
        return _upload_of_bytes(_bytes_of(content), given)
    if not _can_read(content):
        raise UploadError(f"{given or 'the file'!r} {_ASYNCHRONOUS}")
    if isinstance(content, io.TextIOBase):
        raise UploadError("the file is open in text mode; open it with mode 'rb'")
    return _checked_upload(content, given, owned=False, in_memory=is_in_memory(content))


def _named(file: object) -> tuple[str | None, Any]:
    if not isinstance(file, tuple):
        return None, file
    members = tuple(cast("Iterable[Any]", file))
    # httpx and requests take (name, content), (name, content, type) and (name, content, type, headers).
    if len(members) not in {2, 3, 4} or not isinstance(members[0], str | None):
        raise TypeError("file as a tuple must be (name, content) or (name, content, type), with the name as a string")
    return members[0], members[1]


def _name_of(content: Any) -> str:
    # `name` of a file in a form may be the name of the field. The name of a file that was opened by its descriptor is
    # an int, and that of a standard stream is in brackets.
    for attribute in ("name",) if isinstance(content, io.IOBase) else ("filename", "name"):
        given = getattr(content, attribute, None)
        if isinstance(given, str | bytes) and given and not os.fsdecode(given).startswith("<"):
            return os.fsdecode(given)
    return ""


def _can_read(content: Any) -> bool:
    read = getattr(content, "read", None)
    return callable(read) and not inspect.iscoroutinefunction(read)


def _bytes_of(content: Any) -> bytes:
    """Return what is not a file as bytes: a copy of what the caller may change while it is being sent."""
    if inspect.iscoroutine(content):
        content.close()
        raise TypeError("file must be a path, bytes or an open binary file, got a coroutine; await it first")
    if type(content) is bytes:
        return content
    try:
        view = memoryview(content)
    except TypeError as error:
        raise TypeError(f"file must be a path, bytes or an open binary file, got {type(content).__name__}") from error
    except ValueError as error:
        raise UploadError(f"the file cannot be read: {error}") from error
    return view.tobytes()


def _as_bytes(piece: object, name: str) -> bytes:
    """Return what `read` of a file returned as bytes."""
    if isinstance(piece, bytes):
        return piece
    if isinstance(piece, bytearray | memoryview):
        return bytes(cast("bytearray", piece))
    if inspect.isawaitable(piece):
        if inspect.iscoroutine(piece):
            piece.close()
        raise UploadError(f"{name!r} {_ASYNCHRONOUS}")
    if piece is None:
        raise UploadError(f"{name!r} has no bytes yet and does not wait for them; use a file that blocks")
    raise UploadError(f"{name!r} does not return bytes but {type(piece).__name__}; open it with mode 'rb'")


def is_in_memory(file: FileInput) -> bool:
    """Return whether opening and reading a file cannot block."""
    content = file[1] if isinstance(file, tuple) and len(file) > 1 else file
    # A subclass of BytesIO may read from anywhere, and a memoryview may be of a file.
    return isinstance(content, bytes | bytearray) or type(content) is io.BytesIO


def plain_upload(file: BinaryIO) -> FileUpload:
    """Wrap a file of any content, read from its current position, for a request that generated code builds.

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
    r"""Return a file name as it is sent: no folders, control characters or quotes, and never empty.

    Examples:
        >>> safe_name("C:\\scans\\a\r\nb.pdf", PDF)
        'a__b.pdf'
    """
    base = _base_name(name)
    # A name from a file system may hold bytes that are not text, as lone surrogates.
    encodable = base.encode("utf-8", "replace").decode("utf-8")
    printable = "".join(character if character.isprintable() else "_" for character in encodable)
    # A quote would be escaped in the form, and then differ from the name in the JSON beside it.
    cut = printable.replace('"', "'").strip()[-_LONGEST_NAME:]
    return cut if cut.strip(".") else f"document{kind.suffix}"


def _base_name(name: str) -> str:
    # Windows' rules know both separators. Most names have none, and parsing one takes longer than looking for them.
    return PureWindowsPath(name).name if name == "." or not _SEPARATORS.isdisjoint(name) else name


def _upload_of_bytes(content: bytes, name: str) -> FileUpload:
    kind = _checked_kind(content[:_HEAD], _base_name(name) or "the file")
    return FileUpload(
        name=safe_name(name, kind),
        kind=kind,
        size=len(content),
        replayable=True,
        in_memory=True,
        file=io.BytesIO(content),
        start=0,
        owned=True,
        head=b"",
        stamp=None,
        content=content if len(content) <= _SMALL else None,
    )


def _checked_upload(file: BinaryIO, name: str, *, owned: bool, in_memory: bool) -> FileUpload:
    shown = _base_name(name) or "the file"
    start, size = _extent(file)
    head = b""
    try:
        # A stream may return less than asked for.
        while len(head) < _HEAD and (piece := _as_bytes(file.read(_HEAD - len(head)), shown)):
            head += piece
    except UploadError:
        raise
    except Exception as error:
        raise UploadError(f"{shown!r} cannot be read: {error}") from error
    kind = _checked_kind(head, shown, start)
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
        # A stream cannot go back, so its beginning is kept and sent first.
        head=head if size is None else b"",
        stamp=None if size is None else stamp_of(file),
    )


def _checked_kind(head: bytes, shown: str, start: int = 0) -> Kind:
    if not head:
        raise UploadError(f"{shown!r} is empty" + (" from its current position on" if start else ""))
    kind = sniff(head)
    if kind is None:
        raise UploadError(f"{shown!r} is not PNG, JPEG or PDF by its content, whatever its name says")
    return kind


def _extent(file: BinaryIO) -> tuple[int, int | None]:
    """Return a file's position and the number of bytes from there; None if it cannot be proven to seek."""
    try:
        start = file.tell()
        file.seek(0, os.SEEK_END)
        # Not every `seek` returns the position, as mmap's in older Pythons.
        end = file.tell()
        file.seek(start)
        reached = file.tell()
    # A TypeError comes from a `seek` that takes nothing but an offset.
    except (OSError, AttributeError, TypeError):
        return 0, None
    except Exception as error:
        raise UploadError(f"the file cannot be read: {error}") from error
    if reached != start:
        raise UploadError("the file does not go back to where it was; pass its bytes instead")
    return (start, end - start) if end >= start else (0, None)


def stamp_of(file: BinaryIO) -> tuple[int, int] | None:
    """Return size and modification time of a file on a disk; None for any other file."""
    try:
        status = os.fstat(file.fileno())
    except (OSError, AttributeError, ValueError):
        return None
    return status.st_size, status.st_mtime_ns
