"""The reader's worker processes: shared by threads, replaced when broken, gone with their parent."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from tests.samples.make_invoice import SAMPLE, make_invoice

import samples
from child_processes import children_of, is_alive
from handmade_pdfs import one_page, stream
from nanonets_sdk.mock.reading import Reader, Reading, UnreadableFile
from nanonets_sdk.mock.reading.files.limits import Limits
from nanonets_sdk.mock.reading.workers.cache import Cache
from nanonets_sdk.mock.reading.workers.process import WorkerProcess
from nanonets_sdk.mock.reading.workers.protocol import ANSWER, Frame
from waiting import wait_until

INVOICE = make_invoice(SAMPLE)
ON_LINUX = pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="looks processes up in /proc")


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader() as shared:
        yield shared


def variant(number: int) -> bytes:
    return INVOICE + b"\n%% %d\n" % number


@pytest.mark.skipif(not hasattr(os, "wait4"), reason="measures the processor time of processes that ended")
def test_reading_the_sample_takes_little_of_the_processor() -> None:
    def processor_seconds(files: int) -> float:
        before = os.times()
        with Reader(workers=1) as busy:
            assert all(busy.read(variant(number)).pages for number in range(files))
        after = os.times()  # closing waited for the worker, so its time is counted now
        return after.children_user + after.children_system - before.children_user - before.children_system

    assert processor_seconds(4) - processor_seconds(1) < 3 * 0.5


@ON_LINUX
def test_the_same_bytes_are_read_once() -> None:
    before = set(children_of(os.getpid()))
    with Reader(workers=1) as frugal:
        first = frugal.read(variant(3))
        (worker,) = set(children_of(os.getpid())) - before
        os.kill(worker, signal.SIGKILL)
        assert [frugal.read(variant(3)) for _ in range(20)] == [first] * 20
        assert set(children_of(os.getpid())) <= before | {worker}


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

    invoices = {f"INV-{n}": make_invoice(SAMPLE.with_items(2, number=f"INV-{n}")) for n in range(8)}
    with ThreadPoolExecutor(8) as threads:
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
        assert sturdy.read(variant(5)).kind == "pdf"


@ON_LINUX
def test_a_worker_that_ended_unnoticed_is_replaced_and_the_file_not_blamed() -> None:
    # For a moment after a process has ended, the system does not say so.
    class Unnoticed(WorkerProcess):
        answers = iter((True, False))

        @property
        def is_usable(self) -> bool:
            return next(self.answers)

    before = set(children_of(os.getpid()))
    with Reader(workers=1, start_worker=Unnoticed) as deceived:
        deceived.read(INVOICE)
        (worker,) = set(children_of(os.getpid())) - before
        os.kill(worker, signal.SIGKILL)
        assert wait_until(lambda: not is_alive(worker))
        assert deceived.read(variant(6)).kind == "pdf"


def parent(script: str) -> subprocess.Popen[str]:
    """Start a Python process that reads the invoice."""
    lines = f"""
import os, sys, threading, time
sys.path[:0] = {sys.path!r}
from pathlib import Path
from child_processes import children_of
from nanonets_sdk.mock.reading import Reader
INVOICE = Path({str(samples.INVOICE)!r}).read_bytes()
reader = Reader(workers=1)
reader.read(INVOICE)
{script}"""
    return subprocess.Popen([sys.executable, "-c", lines], stdout=subprocess.PIPE, text=True, start_new_session=True)


@ON_LINUX
@pytest.mark.parametrize("busy", [False, True], ids=["idle", "busy"])
def test_the_worker_dies_with_its_parent_even_when_that_is_killed(busy: bool, tmp_path: Path) -> None:
    path = tmp_path / "bomb.pdf"
    path.write_bytes(bomb())
    endless = f"threading.Thread(target=reader.read, args=(Path({str(path)!r}),)).start()" if busy else ""
    script = f"""
{endless}
threading.Timer(0.3, print, ("ready",), {{"flush": True}}).start()
threading.Event().wait()
"""
    with parent(script) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        (worker,) = children_of(process.pid)
        process.kill()
    assert wait_until(lambda: not is_alive(worker), 25)  # before its task times out, which would end it anyway


def bomb() -> bytes:
    """Return a PDF that keeps a worker busy for longer than any test waits."""
    form = b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X %d 0 R >> >>"
    forms = [stream(b"/X Do " * 10 if level < 12 else b"0 0 m 1 1 l S", form % (6 + level)) for level in range(13)]
    return one_page(stream(b"/X Do"), b"<< /XObject << /X 5 0 R >> >>", b"[0 0 200 200]", *forms)


def output_of(script: str) -> str:
    with parent(script) as process:
        try:
            output, _ = process.communicate(timeout=60)
        finally:
            with suppress(ProcessLookupError):  # all have ended, as they should
                os.killpg(process.pid, signal.SIGKILL)
    return output


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork on this system")
@ON_LINUX
def test_a_process_that_is_forked_off_reads_with_a_worker_of_its_own() -> None:
    output = output_of("""
(worker,) = children_of(os.getpid())
child = os.fork()
pages = [len(reader.read(INVOICE + b"\\n%% %d %d\\n" % (number, child)).pages) for number in range(4)]
if not child:
    (own,) = children_of(os.getpid())
    os._exit(0 if pages == [2] * 4 and own != worker else 1)
ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
print(ended, pages, len(reader.read(INVOICE + b"\\n").pages), children_of(os.getpid()) == [worker])
""")
    assert output == "0 [2, 2, 2, 2] 2 True\n"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork on this system")
def test_a_process_that_is_forked_off_does_not_wait_for_what_its_parent_reads(tmp_path: Path) -> None:
    path = tmp_path / "bomb.pdf"
    path.write_bytes(bomb())
    output = output_of(f"""
threading.Thread(target=reader.read, args=(Path({str(path)!r}),), daemon=True).start()
time.sleep(0.2)
child = os.fork()
if not child:
    os._exit(len(reader.read(INVOICE + b"\\n").pages))
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
os._exit(0)
""")
    assert output == "2\n"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork on this system")
@ON_LINUX
def test_the_worker_dies_with_its_parent_although_a_process_that_was_forked_off_lives_on() -> None:
    script = """
child = os.fork()
if child:
    print(child, flush=True)
time.sleep(60)
"""
    with parent(script) as process:
        assert process.stdout is not None
        child = int(process.stdout.readline())
        (worker,) = set(children_of(process.pid)) - {child}
        process.kill()
    try:
        assert wait_until(lambda: not is_alive(worker))
    finally:
        os.kill(child, signal.SIGKILL)


def test_the_users_main_module_is_not_imported_again(tmp_path: Path) -> None:
    script = tmp_path / "main.py"
    script.write_text(
        f"import sys; sys.path[:0] = {sys.path!r}\n"
        "print('imported')\n"
        "from nanonets_sdk.mock.reading import Reader\n"
        "from samples import INVOICE\n"
        "with Reader(workers=1) as reader:\n"
        "    print(len(reader.read(INVOICE).pages))\n"
    )
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False, timeout=120)
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


@pytest.mark.slow
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


def test_a_result_larger_than_the_cache_is_not_kept() -> None:
    cache = Cache(1000)
    cache.put("a", Frame(ANSWER, bytes(100)))
    cache.put("b", Frame(ANSWER, bytes(2000)))
    assert [name for name in "ab" if cache.get(name)] == ["a"]
