"""Files that cannot be sent, and files that change while they are sent."""

from __future__ import annotations

import array
import gzip
import io
import mmap
import os
import socket
import tempfile
import threading
import zipfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

import pytest
from attrs import frozen

from client_doors import BLOCKING, DOORS, Door, Ended
from multipart_reader import parts_of
from nanonets_sdk import RateLimited, UploadError
from raw_server import Connection, RawServer, answering, reply, resetting_before_the_body
from virtual_clock import VirtualClock

PDF: Final = b"%PDF-1.7\n"
# More than what is read ahead and buffered by the kernel.
LARGE: Final = PDF + b"0123456789abcdef" * (3 << 18)
PREDICTED: Final = (
    b'{"message": "Success", "result": [{"message": "Success", "input": "a.pdf", "prediction": [], "page": 0,'
    b' "request_file_id": "f-1", "id": "p-1"}], "signed_urls": {}}'
)
by_door = pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)


class Strange:
    """A file whose `read` calls a function of the test."""

    def __init__(self, read: Callable[[int], Any]) -> None:
        self.read = read


def failing(_: int) -> bytes:
    raise RuntimeError("the tape is torn")


def path_in(folder: Path, content: bytes) -> Path:
    path = folder / "a.pdf"
    path.write_bytes(content)
    return path


REFUSED: Final[dict[str, tuple[Callable[[Path, ExitStack], Any], str]]] = {
    "missing": (lambda folder, _: folder / "no such.pdf", "cannot be opened"),
    "a folder": (lambda folder, _: folder, "cannot be opened"),
    "no path": (lambda _, __: "a\0b.pdf", "not a valid path"),
    "a path too long": (lambda folder, _: folder / ("x" * 5000), "cannot be opened"),
    "an empty path": (lambda folder, _: path_in(folder, b""), "is empty"),
    "no bytes": (lambda _, __: b"", "is empty"),
    "a file read to its end": (
        lambda folder, stack: read_up(stack.enter_context(path_in(folder, PDF).open("rb"))),
        "is empty",
    ),
    "text mode": (lambda folder, stack: stack.enter_context(path_in(folder, PDF).open("r")), "text mode"),
    "text": (lambda _, __: io.StringIO("%PDF-1.7"), "text mode"),
    "a stream of text": (lambda _, __: Strange(lambda size: "%PDF-"[:size]), "does not return bytes"),
    "a closed file": (lambda folder, _: closed(path_in(folder, PDF)), "cannot be read"),
    "another type": (lambda _, __: b"GIF89a, whatever it is", "not PNG, JPEG or PDF"),
    "another type under a good name": (lambda _, __: ("a.pdf", b"hello"), "not PNG, JPEG or PDF"),
    "a picture from its middle": (lambda _, __: io.BytesIO(b"NG\r\n\x1a\n"), "not PNG, JPEG or PDF"),
    "a file that fails": (lambda _, __: Strange(failing), "the tape is torn"),
    "a file that does not wait": (lambda _, __: Strange(lambda _: None), "has no bytes yet"),
    "an asynchronous file": (lambda _, __: Asynchronous(), "pass its bytes, as in `await file.read()`"),
    "a file whose read gives an awaitable": (lambda _, __: Strange(lambda _: later()), "as in `await file.read()`"),
    "a closed map": (lambda folder, _: closed_map(path_in(folder, PDF)), "cannot be read"),
    "a released view": (lambda _, __: released(), "cannot be read"),
    "a compressed file cut short": (
        lambda _, __: gzip.GzipFile(fileobj=io.BytesIO(gzip.compress(PDF)[:15])),
        "cannot be",
    ),
    "a file that does not go back": (lambda _, __: Stuck(PDF), "does not go back"),
}


class Asynchronous:
    """A file of an asynchronous library."""

    async def read(self, _: int = -1) -> bytes:
        return PDF


async def later() -> bytes:
    return PDF


class Stuck(io.BytesIO):
    """A file whose `seek` works once."""

    moved = False

    def seek(self, offset: int, whence: int = 0) -> int:
        moved, self.moved = self.moved, True
        return self.tell() if moved else super().seek(offset, whence)


def closed_map(path: Path) -> Any:
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        return mapped


def released() -> Any:
    with memoryview(PDF) as view:
        return view


def read_up(file: Any) -> Any:
    file.read()
    return file


def closed(path: Path) -> Any:
    file = path.open("rb")
    file.close()
    return file


@pytest.mark.parametrize("kind", REFUSED)
@by_door
def test_a_file_that_cannot_be_sent_is_refused_before_a_byte_is_sent(door: Door, kind: str, tmp_path: Path) -> None:
    make, message = REFUSED[kind]
    with RawServer(answering(200, PREDICTED)) as server, ExitStack() as stack:
        ended = door.end(server.base_url, lambda client: client.ocr.predict_file("m-1", make(tmp_path, stack)))

    assert isinstance(ended.error, UploadError)
    assert message in str(ended.error)
    assert server.connections == 0


@pytest.mark.parametrize("thing", [None, 7, 1.5, [b"%PDF-"], {"file": b"%PDF-"}, ("a.pdf", None)])
@by_door
def test_an_argument_that_is_not_a_file_is_a_type_error(door: Door, thing: object) -> None:
    with (
        RawServer(answering(200, PREDICTED)) as server,
        pytest.raises(TypeError, match="file must be a path, bytes or"),
    ):
        door.use(server.base_url, lambda client: client.ocr.predict_file("m-1", thing))

    assert server.connections == 0


ALMOST: Final[list[tuple[Any, str]]] = [
    (("a.pdf",), "as a tuple must be"),
    (("a.pdf", PDF, "application/pdf", {}, 1), "as a tuple must be"),
    ((7, PDF), "with the name as a string"),
    ((b"a.pdf", PDF), "with the name as a string"),
    (later, "await it first"),
]


@pytest.mark.parametrize(("thing", "message"), ALMOST)
@by_door
def test_an_argument_that_is_almost_a_file_is_told_what_is_wrong(door: Door, thing: Any, message: str) -> None:
    with RawServer(answering(200, PREDICTED)) as server, pytest.raises(TypeError, match=message):
        door.use(server.base_url, lambda client: client.ocr.predict_file("m-1", thing() if callable(thing) else thing))

    assert server.connections == 0


class SeekWithoutPosition(io.RawIOBase):
    """A file whose `seek` returns nothing."""

    def __init__(self, content: bytes) -> None:
        self._content = io.BytesIO(content)

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        return self._content.read(size)

    def tell(self) -> int:
        return self._content.tell()

    def seek(self, offset: int, whence: int = 0) -> None:  # type: ignore[override]  # pyright: ignore[reportIncompatibleMethodOverride]  # as some libraries do
        self._content.seek(offset, whence)


class SeekByOffsetAlone:
    """A file whose `seek` takes no `whence`."""

    def __init__(self, content: bytes) -> None:
        self._content = io.BytesIO(content)
        self.read = self._content.read
        self.tell = self._content.tell

    def seek(self, offset: int) -> int:
        return self._content.seek(offset)


class OfBytearrays:
    """A file whose `read` returns bytearrays."""

    def __init__(self, content: bytes) -> None:
        self._content = io.BytesIO(content)

    def read(self, size: int = -1) -> bytearray:
        return bytearray(self._content.read(size))


class BytesPath:
    """A path whose name is bytes."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __fspath__(self) -> bytes:
        return os.fsencode(self._path)


def mapped(content: bytes, folder: Path, stack: ExitStack) -> Any:
    file = stack.enter_context(path_in(folder, content).open("rb"))
    return stack.enter_context(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))


def member_of_an_archive(content: bytes, folder: Path, stack: ExitStack) -> Any:
    with zipfile.ZipFile(folder / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("scans/a.pdf", content)
    return stack.enter_context(stack.enter_context(zipfile.ZipFile(folder / "a.zip")).open("scans/a.pdf"))


def spooled(content: bytes, _: Path, stack: ExitStack) -> Any:
    file = stack.enter_context(tempfile.SpooledTemporaryFile(10))  # noqa: SIM115 - the stack closes it
    file.write(content)
    file.seek(0)
    return file


def starlette_upload(content: bytes, _: Path, __: ExitStack) -> Any:
    from starlette.datastructures import UploadFile

    return UploadFile(io.BytesIO(content), filename="a.pdf")


class FormStorage:
    """A file of a form as werkzeug has it: `name` is the name of the field."""

    name = "upload"
    filename = "a.pdf"

    def __init__(self, content: bytes) -> None:
        self.stream = io.BytesIO(content)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)


@frozen
class FormField:
    """A file of a form as aiohttp has it: without `read`."""

    file: Any
    name: str = "upload"
    filename: str = "a.pdf"


Given = Callable[[bytes, Path, ExitStack], Any]
ACCEPTED: Final[dict[str, tuple[Given, str, bool]]] = {
    "bytearray": (lambda content, _, __: bytearray(content), "document.pdf", True),
    "memoryview": (lambda content, _, __: memoryview(content), "document.pdf", True),
    "every second byte": (lambda content, _, __: memoryview(spread(content))[::2], "document.pdf", True),
    "array": (lambda content, _, __: array.array("B", content), "document.pdf", True),
    "mmap": (mapped, "document.pdf", True),
    "seek returns None": (lambda content, _, __: SeekWithoutPosition(content), "document.pdf", True),
    "seek takes an offset alone": (lambda content, _, __: SeekByOffsetAlone(content), "document.pdf", False),
    "read returns bytearrays": (lambda content, _, __: OfBytearrays(content), "document.pdf", False),
    "a path in bytes": (lambda content, folder, _: BytesPath(path_in(folder, content)), "a.pdf", True),
    "name, content, type": (lambda content, _, __: ("b.pdf", content, "image/png"), "b.pdf", True),
    "name, file, type, headers": (lambda content, _, __: ("b.pdf", io.BytesIO(content), None, {}), "b.pdf", True),
    "no name, content": (lambda content, _, __: (None, content), "document.pdf", True),
    "spooled": (spooled, "document.pdf", True),
    "member of an archive": (member_of_an_archive, "a.pdf", True),
    "gzip": (lambda content, _, __: gzip.GzipFile(fileobj=io.BytesIO(gzip.compress(content))), "document.pdf", True),
    "Starlette": (starlette_upload, "a.pdf", True),
    "werkzeug": (lambda content, _, __: FormStorage(content), "a.pdf", True),
    "aiohttp": (lambda content, _, __: FormField(io.BytesIO(content)), "a.pdf", True),
}


def spread(content: bytes) -> bytes:
    return bytes(byte for one in content for byte in (one, 0))


@pytest.mark.parametrize("kind", ACCEPTED)
@by_door
def test_whatever_has_the_bytes_is_sent_whole(door: Door, kind: str, tmp_path: Path) -> None:
    make, name, is_replayable = ACCEPTED[kind]
    content = PDF + b"0123456789abcdef" * 5_000
    replies = (answering(429, b"", "Retry-After: 1"), answering(200, PREDICTED))
    with RawServer(*replies) as server, ExitStack() as stack:
        file = make(content, tmp_path, stack)
        ended = door.end(server.base_url, lambda client: client.ocr.predict_file("m-1", file), VirtualClock())

    sent = [parts_of(received)[0] for received in server.received]
    assert {(part.file_name, part.content_type, part.content) for part in sent} == {(name, "application/pdf", content)}
    assert (len(sent), type(ended.error)) == ((2, type(None)) if is_replayable else (1, RateLimited))


@by_door
def test_bytes_that_the_caller_changes_meanwhile_are_sent_as_they_were(door: Door) -> None:
    content = bytearray(LARGE)

    ended, server = end_with_a_change_between_tries(door, content, lambda: content.__setitem__(slice(9, 99), bytes(90)))

    assert ended.error is None
    assert [parts_of(received)[0].content for received in server.received] == [LARGE, LARGE]


@by_door
def test_a_file_that_returns_more_than_was_asked_for_is_not_sent(door: Door) -> None:
    class Generous(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            return super().read(size if size is None or size < 5_000 else size + 1)

    with RawServer(answering(200, PREDICTED)) as server:
        ended = door.end(server.base_url, lambda client: client.ocr.predict_file("m-1", Generous(LARGE)))

    assert isinstance(ended.error, UploadError)
    assert "were asked for" in str(ended.error)
    assert not any(received.is_complete for received in server.received)


GOOD: Final = {
    "PDF": (b"%PDF-1.7", "application/pdf", "pdf"),
    "PDF after other bytes": (b"\n\n garbage %PDF-1.4", "application/pdf", "pdf"),
    "PNG": (b"\x89PNG\r\n\x1a\n", "image/png", "png"),
    "JPEG": (b"\xff\xd8\xff\xe1Exif", "image/jpeg", "jpg"),
}


@pytest.mark.parametrize("kind", GOOD)
@by_door
def test_the_content_decides_what_a_file_is_and_not_its_name(door: Door, kind: str) -> None:
    content, content_type, suffix = GOOD[kind]
    with RawServer(answering(200, PREDICTED)) as server:
        door.use(server.base_url, lambda client: client.ocr.predict_file("m-1", ("picture.gif", content)))
        door.use(server.base_url, lambda client: client.ocr.predict_file("m-1", content))

    parts = [parts_of(received)[0] for received in server.received]
    assert [(part.file_name, part.content_type) for part in parts] == [
        ("picture.gif", content_type),
        (f"document.{suffix}", content_type),
    ]


def while_sending(change: Callable[[], object]) -> Callable[[Connection], None]:
    """Run `change` after the headers and before most of the body, then read the rest and answer."""

    def script(connection: Connection) -> None:
        received = connection.head()
        change()
        connection.body(received)
        connection.send(reply(200, PREDICTED, "Connection: close"))

    return script


def overwrite(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(-5, os.SEEK_END)
        file.write(b"other")
    os.utime(path, (1, 1))


CHANGES: Final[dict[str, tuple[Callable[[Path], object], str]]] = {
    "truncated": (lambda path: os.truncate(path, 100), "became shorter"),
    "emptied": (lambda path: path.write_bytes(b""), "became shorter"),
    "grown": (lambda path: os.truncate(path, len(LARGE) + 7), "changed while"),
    "changed": (overwrite, "changed while"),
}


@pytest.mark.parametrize("source", ["path", "open file"])
@pytest.mark.parametrize("change", CHANGES)
@by_door
def test_a_file_that_changes_while_it_is_sent_is_not_sent_as_a_whole(
    door: Door, change: str, source: str, tmp_path: Path
) -> None:
    path = path_in(tmp_path, LARGE)
    alter, message = CHANGES[change]
    with RawServer(while_sending(lambda: alter(path))) as server, path.open("rb") as opened:
        file = path if source == "path" else opened
        ended = door.end(server.base_url, lambda client: client.ocr.predict_file("m-1", file))

    assert isinstance(ended.error, UploadError)
    assert message in str(ended.error)
    assert [received.is_complete for received in server.received] == [False]


class ChangingClock(VirtualClock):
    """A clock that runs a function during its waits."""

    def __init__(self, change: Callable[[], object]) -> None:
        super().__init__()
        self.change = change

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        self.change()

    async def asleep(self, seconds: float) -> None:
        await super().asleep(seconds)
        self.change()


def end_with_a_change_between_tries(door: Door, file: Any, change: Callable[[], object]) -> tuple[Ended, RawServer]:
    with RawServer(answering(429, b"", "Retry-After: 1"), answering(200, PREDICTED)) as server:
        ended = door.end(server.base_url, lambda client: client.ocr.predict_file("m-1", file), ChangingClock(change))
    return ended, server


@pytest.mark.parametrize("change", CHANGES)
@by_door
def test_a_file_that_changes_between_attempts_is_not_sent_again(door: Door, change: str, tmp_path: Path) -> None:
    path = path_in(tmp_path, LARGE)

    ended, server = end_with_a_change_between_tries(door, path, lambda: CHANGES[change][0](path))

    assert isinstance(ended.error, UploadError)
    assert "changed while being sent" in str(ended.error)
    assert len(server.received) == 1


@by_door
def test_a_file_that_is_replaced_on_the_disk_is_sent_again_as_it_was_opened(door: Door, tmp_path: Path) -> None:
    path = path_in(tmp_path, LARGE)
    (tmp_path / "new").write_bytes(PDF + b"new")

    ended, server = end_with_a_change_between_tries(door, path, lambda: (tmp_path / "new").replace(path))

    assert ended.error is None
    assert [parts_of(received)[0].content for received in server.received] == [LARGE, LARGE]


@pytest.mark.parametrize("source", ["open file", "in memory"])
@by_door
def test_a_file_that_the_caller_closes_between_attempts_is_not_sent_again(
    door: Door, source: str, tmp_path: Path
) -> None:
    file = path_in(tmp_path, LARGE).open("rb") if source == "open file" else io.BytesIO(LARGE)

    ended, server = end_with_a_change_between_tries(door, file, file.close)

    assert isinstance(ended.error, UploadError)
    assert "was closed" in str(ended.error)
    assert len(server.received) == 1


@by_door
def test_a_file_that_the_caller_moves_between_attempts_is_sent_again_from_where_it_stood(door: Door) -> None:
    file = io.BytesIO(b"read before" + LARGE)
    file.seek(len(b"read before"))

    ended, server = end_with_a_change_between_tries(door, file, lambda: file.seek(3))

    assert ended.error is None
    assert [parts_of(received)[0].content for received in server.received] == [LARGE, LARGE]


@by_door
def test_a_file_that_fails_in_the_middle_is_the_callers_own_fault(door: Door) -> None:
    pieces = iter([PDF, b"x" * 100_000])

    def read(_: int) -> bytes:
        piece = next(pieces, None)
        if piece is None:
            raise RuntimeError("the tape is torn")
        return piece

    with RawServer(answering(200, PREDICTED)) as server:
        ended = door.end(server.base_url, lambda client: client.ocr.predict_file("m-1", Strange(read)))

    assert isinstance(ended.error, UploadError)
    assert "the tape is torn" in str(ended.error)
    assert not any(received.is_complete for received in server.received)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
@by_door
def test_a_named_pipe_and_a_socket_are_sent_as_they_come(door: Door, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    ours, theirs = socket.socketpair()

    def write() -> None:
        pipe.write_bytes(LARGE)
        with ours:
            ours.sendall(LARGE)

    with RawServer(answering(200, PREDICTED)) as server, ours, theirs, theirs.makefile("rb") as stream:
        writer = threading.Thread(target=write)
        writer.start()
        door.use(server.base_url, lambda client: client.ocr.predict_file("m-1", pipe))
        door.use(server.base_url, lambda client: client.ocr.predict_file("m-1", stream))
        writer.join()

    assert [parts_of(received)[0].content for received in server.received] == [LARGE, LARGE]


def test_a_reset_is_not_taken_for_a_change_of_the_file(tmp_path: Path) -> None:
    path = path_in(tmp_path, LARGE + LARGE)
    with RawServer(resetting_before_the_body, answering(200, PREDICTED)) as server:
        ended = BLOCKING.end(server.base_url, lambda client: client.ocr.predict_file("m-1", path))

    assert ended.error is None
    assert len(server.received) == 2
