"""Reads files through worker processes; the same bytes are read once."""

import hashlib
import threading
from collections.abc import Generator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import LifoQueue
from types import TracebackType
from typing import Self

import msgspec

from nanonets_sdk.mock.reading.files.limits import Limits
from nanonets_sdk.mock.reading.files.refusal import UnreadableFile
from nanonets_sdk.mock.reading.layout.page import Reading
from nanonets_sdk.mock.reading.workers.cache import Cache
from nanonets_sdk.mock.reading.workers.forking import begin_anew_in_children
from nanonets_sdk.mock.reading.workers.process import WorkerGone, WorkerProcess
from nanonets_sdk.mock.reading.workers.wire import (
    ANSWER,
    EXHAUSTED,
    NO_SUCH_PAGE,
    Frame,
    Task,
)

_MOST_WORKERS = 5  # for one file


class Reader:
    """Reads files and renders their pages; may be shared by threads.

    The files are opened in worker processes, so that a hostile one costs no more than the limits say. A worker starts
    with the first file and ends with its reader's process, however that ends.
    """

    def __init__(
        self,
        *,
        seconds: float = 30,
        max_pages: int = 500,
        memory_bytes: int = 2**31,
        cache_bytes: int = 2**25,
        workers: int = 2,
    ) -> None:
        """Set the limits.

        Args:
            seconds: for one file.
            max_pages: of one file.
            memory_bytes: address space of one worker, where the platform can limit it.
            cache_bytes: results kept in memory.
            workers: processes at most, and so files read at the same time.
        """
        self._limits = Limits(seconds=seconds, max_pages=max_pages, memory_bytes=memory_bytes)
        self._cache_bytes = cache_bytes
        self._count = workers
        self._closed = False
        self._begin()
        begin_anew_in_children(self)

    def _begin(self) -> None:
        self._cache = Cache(self._cache_bytes)
        self._pending: dict[str, Future[Frame]] = {}
        self._pending_lock = threading.Lock()
        self._workers: LifoQueue[WorkerProcess | None] = LifoQueue()
        for _ in range(self._count):
            self._workers.put(None)

    def read(self, content: bytes | Path) -> Reading:
        """Return what the file says; raises UnreadableFile with the reason why it cannot be read."""
        frame = self._result(content, None)
        return msgspec.json.decode(frame.payload, type=Reading)

    def render(self, content: bytes | Path, page: int) -> bytes:
        """Return the image of a page as PNG: a PDF's at 72 dpi, an image's own pixels, upright.

        Raises:
            UnreadableFile: as `read` does.
            IndexError: the file has no such page; they count from 0.
        """
        frame = self._result(content, page)
        if frame.tag == NO_SUCH_PAGE:
            raise IndexError(f"the file has no page {page}")
        return frame.payload

    def close(self) -> None:
        """End the workers, once they have finished what they are at; a closed reader raises RuntimeError."""
        if self._closed:
            return
        self._closed = True
        for worker in [self._workers.get() for _ in range(self._count)]:
            if worker:
                worker.close()
        self._workers.put(None)  # wakes the next caller in the queue, who wakes the next

    def begin_in_child(self) -> None:
        """Start workers of its own in a process that was forked off."""
        self._begin()

    def __enter__(self) -> Self:
        """Return the reader itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()

    def _result(self, content: bytes | Path, page: int | None) -> Frame:
        frame = self._frame(f"{_sha256(content)}/{page}", content, page)
        if frame.tag not in (ANSWER, NO_SUCH_PAGE):
            raise UnreadableFile(frame.payload.decode())
        return frame

    def _frame(self, key: str, content: bytes | Path, page: int | None) -> Frame:
        with self._pending_lock:
            if known := self._cache.get(key):
                return known
            pending = self._pending.get(key)
            mine = None if pending else self._pending.setdefault(key, Future())
        if pending:
            return pending.result()
        if not mine:
            raise AssertionError("a result is either pending or ours to find")
        return self._find(key, content, page, mine)

    def _find(self, key: str, content: bytes | Path, page: int | None, future: Future[Frame]) -> Frame:
        try:
            frame = self._ask(content, page)
            if frame.tag != EXHAUSTED:  # a busy machine may have been the reason, so the next one tries again
                self._cache.put(key, frame)
            future.set_result(frame)
        except BaseException as error:
            future.set_exception(error)
            raise
        finally:
            with self._pending_lock:
                del self._pending[key]
        return frame

    def _ask(self, content: bytes | Path, page: int | None) -> Frame:
        task = Task(page, str(content.absolute()) if isinstance(content, Path) else None)
        for _ in range(_MOST_WORKERS):
            with self._worker() as worker, suppress(WorkerGone):
                return worker.ask(task, content if isinstance(content, bytes) else b"")
        raise RuntimeError("something ends the processes that read files, as soon as they have started")

    @contextmanager
    def _worker(self) -> Generator[WorkerProcess, None, None]:
        worker = self._workers.get()
        try:
            worker = self._usable(worker)
            yield worker
        finally:
            self._workers.put(worker)

    def _usable(self, worker: WorkerProcess | None) -> WorkerProcess:
        if self._closed:
            raise RuntimeError("the reader is closed")
        if worker and worker.is_usable:
            return worker
        if worker:
            worker.close()
        return WorkerProcess(self._limits)


def _sha256(content: bytes | Path) -> str:
    if isinstance(content, bytes):
        return hashlib.sha256(content).hexdigest()
    with content.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
