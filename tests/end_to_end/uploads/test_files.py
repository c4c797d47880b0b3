"""Files that cannot be sent, and files that change while they are sent."""

from __future__ import annotations

import io
import os
import socket
import threading
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

import pytest

from client_doors import BLOCKING, DOORS, Door, Ended
from multipart_reader import parts_of
from nanonets_sdk import UploadError
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
}


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


@pytest.mark.parametrize("thing", [None, 7, 1.5, [b"%PDF-"], {"file": b"%PDF-"}, ("a.pdf", None), bytearray(b"%PDF-")])
@by_door
def test_an_argument_that_is_not_a_file_is_a_type_error(door: Door, thing: object) -> None:
    with (
        RawServer(answering(200, PREDICTED)) as server,
        pytest.raises(TypeError, match="a file must be a path, bytes or"),
    ):
        door.use(server.base_url, lambda client: client.ocr.predict_file("m-1", thing))

    assert server.connections == 0


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
