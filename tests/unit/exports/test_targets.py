"""Exports go to paths and to open files; what is not a regular file is written to, never replaced."""

import codecs
import csv
import gzip
import io
import os
import socket
import stat
import subprocess
import sys
import tempfile
import threading
import zipfile
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest

from nanonets_sdk import exports
from nanonets_sdk.documents import Document
from nanonets_sdk.formats import targets
from reply_bodies import field_box, predicted

DOCUMENT: Final = predicted([field_box("betrag", "12 €")])
INVOICE: Final = Path(__file__).parents[2] / "samples" / "invoice.pdf"
TEXT: Final[dict[str, Callable[[Any], object]]] = {
    "csv": DOCUMENT.to_csv,
    "csv of many": lambda target: exports.write_csv([DOCUMENT], target),
    "json": lambda target: exports.write_json([DOCUMENT], target),
    "jsonl": lambda target: exports.write_jsonl([DOCUMENT], target),
    "md": lambda target: exports.write_markdown([DOCUMENT], target),
    "html": lambda target: DOCUMENT.save_html(target, source=INVOICE),
}
BINARY: Final[dict[str, tuple[Callable[[Any], object], bytes]]] = {
    "xlsx": (DOCUMENT.to_xlsx, b"PK"),
    "xlsx of many": (lambda target: exports.write_xlsx([DOCUMENT], target), b"PK"),
    "parquet": (DOCUMENT.to_parquet, b"PAR1"),
    "pdf": (lambda target: DOCUMENT.save_searchable_pdf(target, source=INVOICE), b"%PDF"),
}
ON_POSIX: Final = pytest.mark.skipif(os.name != "posix", reason="the system has no FIFOs and no /dev/stdout")


@contextmanager
def read_meanwhile(path: Path) -> Generator[list[bytes]]:
    """Read a FIFO to its end while the block writes to it."""
    found: list[bytes] = []
    reader = threading.Thread(target=lambda: found.append(path.read_bytes()))
    reader.start()
    yield found
    reader.join()


@pytest.mark.parametrize("form", TEXT)
def test_a_text_file_and_a_binary_file_get_the_same_text(form: str, tmp_path: Path) -> None:
    text, binary = io.StringIO(newline=""), io.BytesIO()
    for target in (tmp_path / "file", text, binary):
        TEXT[form](target)
    assert "€" in text.getvalue()
    assert (tmp_path / "file").read_bytes() == binary.getvalue() == text.getvalue().encode()


@pytest.mark.parametrize("form", BINARY)
def test_a_binary_file_gets_a_binary_format(form: str) -> None:
    write, magic = BINARY[form]
    target = io.BytesIO(b"before")
    target.seek(0, io.SEEK_END)
    write(target)
    assert target.getvalue().startswith(b"before" + magic)
    assert not target.closed


@pytest.mark.parametrize("form", BINARY)
def test_a_text_file_is_refused_by_a_binary_format(form: str, tmp_path: Path) -> None:
    encoded = io.BytesIO()
    with (tmp_path / "a").open("w", encoding="utf-8") as file:
        for target in (io.StringIO(), file, codecs.getwriter("utf-8")(encoded)):
            with pytest.raises(TypeError, match="open it with mode 'wb'"):
                BINARY[form][0](target)
    assert (tmp_path / "a").read_bytes() == encoded.getvalue() == b""


def test_compressed_files_and_members_of_archives_are_targets(tmp_path: Path) -> None:
    expected = exports.csv_text([DOCUMENT])
    with gzip.open(tmp_path / "a.gz", "wt", encoding="utf-8", newline="") as text:
        DOCUMENT.to_csv(text)
    with gzip.open(tmp_path / "b.gz", "wb") as binary:
        DOCUMENT.to_csv(binary)
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        with archive.open("a.csv", "w") as member:
            DOCUMENT.to_csv(member)
        with archive.open("a.xlsx", "w") as member:
            DOCUMENT.to_xlsx(member)
    for name in ("a.gz", "b.gz"):
        assert gzip.decompress((tmp_path / name).read_bytes()).decode() == expected
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert archive.read("a.csv").decode() == expected
        assert zipfile.is_zipfile(io.BytesIO(archive.read("a.xlsx")))


def test_temporary_files_are_targets_in_either_mode() -> None:
    expected = exports.csv_text([DOCUMENT])
    makers: list[Any] = [tempfile.TemporaryFile, tempfile.NamedTemporaryFile, tempfile.SpooledTemporaryFile]
    for make in makers:
        with make() as binary, make(mode="w+", encoding="utf-8", newline="") as text:
            for target in (binary, text):
                DOCUMENT.to_csv(target)
                target.seek(0)
            assert binary.read().decode() == text.read() == expected


def test_standard_output_is_a_target(capsys: pytest.CaptureFixture[str]) -> None:
    DOCUMENT.to_csv(sys.stdout)
    assert capsys.readouterr().out.startswith("file_name,")


class Plain:
    """A file with nothing but `write`."""

    def __init__(self, kind: type[str] | type[bytes]) -> None:
        self.kind = kind
        self.pieces: list[Any] = []

    def write(self, piece: Any) -> None:
        if not isinstance(piece, self.kind):
            raise TypeError(f"{self.kind.__name__} expected")
        if piece:
            self.pieces.append(piece)


def test_an_object_with_write_alone_gets_what_it_takes() -> None:
    text, binary = Plain(str), Plain(bytes)
    DOCUMENT.to_csv(text)
    DOCUMENT.to_csv(binary)
    DOCUMENT.to_xlsx(workbook := Plain(bytes))
    assert "".join(text.pieces) == b"".join(binary.pieces).decode() == exports.csv_text([DOCUMENT])
    assert zipfile.is_zipfile(io.BytesIO(b"".join(workbook.pieces)))


def test_a_file_that_takes_a_part_at_once_gets_everything() -> None:
    class Sluggish(io.RawIOBase):
        content = b""

        def writable(self) -> bool:
            return True

        def write(self, data: Any) -> int:
            self.content += bytes(data[:7])
            return min(len(data), 7)

    sluggish = Sluggish()
    DOCUMENT.to_csv(sluggish)
    assert sluggish.content.decode() == exports.csv_text([DOCUMENT])


def test_an_asynchronous_file_is_refused() -> None:
    class Asynchronous:
        async def write(self, data: bytes) -> int:
            return len(data)

    for write in (TEXT["csv"], BINARY["xlsx"][0]):
        with pytest.raises(TypeError, match=r"export to an io\.BytesIO"):
            write(Asynchronous())


@pytest.mark.parametrize("target", [None, 1, b"a.csv", ["a.csv"], object()], ids=lambda one: type(one).__name__)
def test_what_is_neither_a_path_nor_a_file_is_refused(target: object) -> None:
    for write in (TEXT["csv"], BINARY["xlsx"][0]):
        with pytest.raises(TypeError, match="a target must be a path or a file"):
            write(target)


def test_an_overlay_needs_a_path() -> None:
    with pytest.raises(TypeError, match="path must be a path"):
        DOCUMENT.save_overlay(io.BytesIO(), source=INVOICE)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  # the mistake is the point


def test_closed_and_read_only_files_are_errors(tmp_path: Path) -> None:
    closed = io.BytesIO()
    closed.close()
    with pytest.raises(ValueError, match="closed"):
        DOCUMENT.to_csv(closed)
    (tmp_path / "a").write_bytes(b"old")
    with (tmp_path / "a").open("rb") as file, pytest.raises(io.UnsupportedOperation):
        DOCUMENT.to_csv(file)


# Not xlsx: the archive of a workbook that fails complains once more when it is collected.
@pytest.mark.parametrize("form", ["parquet", "pdf"])
def test_a_binary_export_that_fails_writes_nothing_to_an_open_file(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    target = io.BytesIO()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tempfile.SpooledTemporaryFile, "write", full)
    with pytest.raises(OSError, match="No space left"):
        BINARY[form][0](target)
    assert target.getvalue() == b""


@ON_POSIX
@pytest.mark.parametrize("form", [*TEXT, *BINARY])
def test_a_fifo_is_written_to_and_stays(form: str, tmp_path: Path) -> None:
    fifo, link = tmp_path / "fifo", tmp_path / "link"
    os.mkfifo(fifo)
    link.symlink_to(fifo)
    write = TEXT[form] if form in TEXT else BINARY[form][0]
    for path in (fifo, link):
        with read_meanwhile(fifo) as read:
            write(path)
        assert len(read[0]) > 50
    assert stat.S_ISFIFO(fifo.stat().st_mode)
    assert sorted(tmp_path.iterdir()) == [fifo, link]


@ON_POSIX
def test_a_picture_goes_through_a_fifo(tmp_path: Path) -> None:
    fifo = tmp_path / "a.png"
    os.mkfifo(fifo)
    with read_meanwhile(fifo) as read:
        DOCUMENT.save_overlay(fifo, source=INVOICE)
    assert read[0].startswith(b"\x89PNG")


@ON_POSIX
def test_a_fifo_without_a_reader_is_an_error_in_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(targets, "_SECONDS_FOR_A_READER", 0)
    os.mkfifo(tmp_path / "fifo")
    with pytest.raises(OSError, match="no program opened the FIFO"):
        DOCUMENT.to_csv(tmp_path / "fifo")


@ON_POSIX
def test_a_reader_that_goes_away_is_an_error_and_the_fifo_stays(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    reader = threading.Thread(target=lambda: fifo.open("rb").close())
    reader.start()
    with pytest.raises(BrokenPipeError):
        exports.write_jsonl([DOCUMENT] * 10_000, fifo)
    reader.join()
    assert stat.S_ISFIFO(fifo.stat().st_mode)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can make a device")
def test_a_device_is_written_to_and_stays(tmp_path: Path) -> None:
    device = tmp_path / "null"
    try:
        os.mknod(device, 0o666 | stat.S_IFCHR, os.makedev(1, 3))
        device.open("wb").close()
    except PermissionError:
        pytest.skip("devices are not allowed here")
    for write in [*TEXT.values(), *(write for write, _ in BINARY.values())]:
        write(device)
    assert stat.S_ISCHR(device.stat().st_mode)
    assert list(tmp_path.iterdir()) == [device]


@ON_POSIX
def test_a_socket_is_an_error_and_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "s"
    # The address of a socket has at most about a hundred characters.
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path.name)
        with pytest.raises(OSError, match="No such device"):
            DOCUMENT.to_csv(path)
        assert stat.S_ISSOCK(path.stat().st_mode)


PROGRAM: Final = """
import sys
from nanonets_sdk.formats.targets import binary_target, write_text
print("before")
write_text(sys.argv[1], "text\\n")
with binary_target(sys.argv[1]) as file:
    file.write(b"bytes\\n")
print("after")
"""


@ON_POSIX
@pytest.mark.parametrize("path", ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1", "link"])
def test_standard_output_by_its_path_is_written_in_order(path: str, tmp_path: Path) -> None:
    if path.startswith("/proc") and not Path(path).exists():
        pytest.skip("the system has no /proc")
    if path == "link":
        path = os.fspath(tmp_path / path)
        Path(path).symlink_to("/dev/stdout")
    file = tmp_path / "out"
    command = [sys.executable, "-c", PROGRAM, path]
    with file.open("wb", buffering=0) as out:
        out.write(b"first\n")
        subprocess.run(command, check=True, stdout=out)
        out.write(b"last\n")
    assert file.read_text() == "first\nbefore\ntext\nbytes\nafter\nlast\n"
    assert subprocess.run(command, check=True, capture_output=True, text=True).stdout == "before\ntext\nbytes\nafter\n"


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="looks descriptors up in /proc")
def test_a_descriptor_of_another_process_is_not_replaced(tmp_path: Path) -> None:
    file = tmp_path / "held"
    with file.open("wb") as held:
        holder = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, stdout=held)
    inode = file.stat().st_ino
    try:
        DOCUMENT.to_csv(f"/proc/{holder.pid}/fd/1")
    finally:
        holder.communicate(b"\n")
    assert file.stat().st_ino == inode
    assert file.read_bytes().decode() == exports.csv_text([DOCUMENT])


def test_a_descriptor_that_is_not_open_is_an_error() -> None:
    with pytest.raises(OSError, match="/dev/fd/987"):
        DOCUMENT.to_csv("/dev/fd/987")


def test_one_document_at_a_time_reaches_an_open_file() -> None:
    target = io.StringIO()
    seen: list[int] = []

    def documents() -> Iterator[Document]:
        for _ in range(3):
            seen.append(target.getvalue().count("\n"))
            yield DOCUMENT

    exports.write_jsonl(documents(), target)
    assert seen == [0, 1, 2]


def test_a_row_written_to_a_text_file_can_be_read_back(tmp_path: Path) -> None:
    with (tmp_path / "a.csv").open("w+", encoding="utf-8", newline="") as file:
        DOCUMENT.to_csv(file)
        file.seek(0)
        assert [row[4] for row in csv.reader(file)] == ["text", "12 €"]
