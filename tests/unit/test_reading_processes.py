"""The reader's worker processes: shared by threads, replaced when broken, gone with their parent."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.samples.make_invoice import SAMPLE, make_invoice

from nanonets_sdk.mock.reading import Reader, Reading, UnreadableFile
from nanonets_sdk.mock.reading.cache import Cache
from nanonets_sdk.mock.reading.limits import Limits
from nanonets_sdk.mock.reading.process import WorkerProcess
from nanonets_sdk.mock.reading.wire import ANSWER, Frame

ROOT = Path(__file__).parents[2]
INVOICE = make_invoice(SAMPLE)
ON_LINUX = pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="looks processes up in /proc")


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader() as shared:
        yield shared


def variant(number: int) -> bytes:
    return INVOICE + b"\n%% %d\n" % number


def children_of(process_id: int) -> list[int]:
    found: list[int] = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except OSError:  # it ended meanwhile
            continue
        if int(fields[1]) == process_id and fields[0] != "Z":
            found.append(int(status.parent.name))
    return found


def is_alive(process_id: int) -> bool:
    try:
        return Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait_until(condition: Callable[[], bool], seconds: float = 10) -> bool:
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.02)
    return condition()


def test_reading_the_sample_takes_well_below_half_a_second(reader: Reader) -> None:
    reader.read(variant(1))
    started = time.monotonic()
    reader.read(variant(2))
    assert time.monotonic() - started < 0.5


def test_the_same_bytes_are_read_once(reader: Reader) -> None:
    first = reader.read(variant(3))
    started = time.monotonic()
    again = [reader.read(variant(3)) for _ in range(20)]
    assert time.monotonic() - started < 0.2
    assert again == [first] * 20


def test_a_path_and_its_bytes_give_the_same_reading(reader: Reader, tmp_path: Path) -> None:
    path = tmp_path / "a name with spaces"
    path.write_bytes(INVOICE)
    assert reader.read(path) == reader.read(INVOICE)


def test_a_path_without_a_file_is_the_callers_mistake(reader: Reader, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        reader.read(tmp_path / "absent.pdf")


def test_many_threads_get_each_their_own_file(reader: Reader) -> None:
    def number_of(reading: Reading) -> str:
        return next(word.text for word in reading.pages[0].words if word.text.startswith("INV-"))

    invoices = {f"INV-{n}": make_invoice(SAMPLE.with_items(2, number=f"INV-{n}")) for n in range(16)}
    with ThreadPoolExecutor(16) as threads:
        readings = list(threads.map(reader.read, invoices.values()))
    assert [number_of(reading) for reading in readings] == list(invoices)


def test_the_same_new_file_from_many_threads_is_read_once(reader: Reader) -> None:
    content = variant(4)
    with ThreadPoolExecutor(16) as threads:
        readings = list(threads.map(reader.read, [content] * 16))
    assert readings == [readings[0]] * 16


@ON_LINUX
def test_no_process_runs_before_the_first_file() -> None:
    before = children_of(os.getpid())
    with Reader():
        assert children_of(os.getpid()) == before


def test_a_closed_reader_refuses_to_read() -> None:
    closed = Reader(workers=1)
    closed.close()
    with pytest.raises(RuntimeError, match="closed"):
        closed.read(b"x")


def test_closing_twice_does_no_harm() -> None:
    closed = Reader(workers=1)
    closed.close()
    closed.close()


@ON_LINUX
def test_closing_ends_the_processes() -> None:
    before = set(children_of(os.getpid()))
    with Reader(workers=1) as short:
        short.read(INVOICE)
        started = set(children_of(os.getpid())) - before
        assert len(started) == 1
    assert not any(map(is_alive, started))


@ON_LINUX
def test_a_worker_that_was_killed_is_replaced() -> None:
    before = set(children_of(os.getpid()))
    with Reader(workers=1) as sturdy:
        sturdy.read(INVOICE)
        (worker,) = set(children_of(os.getpid())) - before
        os.kill(worker, signal.SIGKILL)
        assert wait_until(lambda: not is_alive(worker))
        assert sturdy.read(variant(5)).kind == "pdf"


def parent(script: str) -> subprocess.Popen[str]:
    """Start a Python of its own that uses a reader."""
    lines = f"import sys; sys.path[:0] = {[*sys.path, str(ROOT)]!r}\n{script}"
    return subprocess.Popen([sys.executable, "-c", lines], stdout=subprocess.PIPE, text=True)


@ON_LINUX
@pytest.mark.parametrize("busy", [False, True], ids=["idle", "busy"])
def test_the_worker_dies_with_its_parent_even_when_that_is_killed(busy: bool) -> None:
    endless = "time.sleep = None" if not busy else "threading.Thread(target=reader.read, args=(bomb(),)).start()"
    script = f"""
import threading, time
from nanonets_sdk.mock.reading import Reader
from tests.unit.test_reading_processes import INVOICE, bomb
reader = Reader(workers=1)
reader.read(INVOICE)
{endless}
threading.Timer(0.3, print, ("ready",), {{"flush": True}}).start()
threading.Event().wait()
"""
    with parent(script) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        (worker,) = children_of(process.pid)
        process.kill()
    assert wait_until(lambda: not is_alive(worker), 5)


def bomb() -> bytes:
    """Return a PDF that keeps a worker busy for longer than any test waits."""
    from tests.unit.test_reading_refusals import one_page, stream

    form = b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X %d 0 R >> >>"
    forms = [stream(b"/X Do " * 10 if level < 12 else b"0 0 m 1 1 l S", form % (6 + level)) for level in range(13)]
    return one_page(stream(b"/X Do"), b"<< /XObject << /X 5 0 R >> >>", b"[0 0 200 200]", *forms)


def test_the_users_main_module_is_not_imported_again(tmp_path: Path) -> None:
    script = tmp_path / "main.py"
    script.write_text(
        f"import sys; sys.path[:0] = {[*sys.path, str(ROOT)]!r}\n"
        "print('imported')\n"
        "from nanonets_sdk.mock.reading import Reader\n"
        "from tests.unit.test_reading_processes import INVOICE\n"
        "with Reader(workers=1) as reader:\n"
        "    print(len(reader.read(INVOICE).pages))\n"
    )
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False, timeout=30)
    assert (done.stdout, done.stderr) == ("imported\n2\n", "")


def test_a_module_in_the_working_folder_cannot_replace_one_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pdfplumber.py").write_text("raise SystemExit('the wrong module')")
    monkeypatch.chdir(tmp_path)
    with Reader(workers=1) as reader:
        assert reader.read(INVOICE).kind == "pdf"


def test_a_reader_works_beside_running_threads() -> None:
    stop = threading.Event()
    others = [threading.Thread(target=stop.wait) for _ in range(8)]
    for thread in others:
        thread.start()
    try:
        with Reader(workers=1) as reader:
            assert reader.read(INVOICE).kind == "pdf"
    finally:
        stop.set()
        for thread in others:
            thread.join()


def test_a_worker_process_that_ended_says_so() -> None:
    worker = WorkerProcess(Limits(seconds=5, max_pages=5, memory_bytes=2**31))
    try:
        assert worker.is_usable
        os.kill(worker.process_id, signal.SIGTERM)
        assert wait_until(lambda: not worker.is_usable)
    finally:
        worker.close()


@ON_LINUX
def test_thousands_of_calls_leave_the_memory_flat() -> None:
    def resident() -> int:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    with Reader(workers=1, cache_bytes=200_000) as frugal:
        files = [b"\x89PNG\r\n\x1a\n" + bytes([n % 256, n // 256]) for n in range(3000)]

        def refused(content: bytes) -> bool:
            try:
                frugal.read(content)
            except UnreadableFile:
                return True
            return False

        assert all(map(refused, files[:500]))
        before = resident()
        assert all(map(refused, files[500:]))
        assert resident() - before < 4 * 2**20


def test_the_cache_forgets_what_was_used_longest_ago() -> None:
    cache = Cache(4000)
    for name in "abc":
        cache.put(name, Frame(ANSWER, bytes(700)))
    cache.get("a")
    cache.put("d", Frame(ANSWER, bytes(700)))
    assert [name for name in "abcd" if cache.get(name)] == ["a", "c", "d"]


def test_what_is_larger_than_the_cache_is_not_kept() -> None:
    cache = Cache(1000)
    cache.put("a", Frame(ANSWER, bytes(100)))
    cache.put("b", Frame(ANSWER, bytes(2000)))
    assert [name for name in "ab" if cache.get(name)] == ["a"]
