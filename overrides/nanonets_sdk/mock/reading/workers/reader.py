"""Reads files through worker processes."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from queue import LifoQueue
from types import TracebackType
from typing import Self

from nanonets_sdk._decoding import decoder
from nanonets_sdk.mock.reading.files.limits import Limits
from nanonets_sdk.mock.reading.layout.page import Reading, UnreadableFile
from nanonets_sdk.mock.reading.workers.cache import Cache
from nanonets_sdk.mock.reading.workers.process import WorkerGone, WorkerProcess, reset_in_children
from nanonets_sdk.mock.reading.workers.protocol import ANSWER, NO_SUCH_PAGE, Frame, Task

_MOST_WORKERS = 5  # for one file


class Reader:
    """Reads files and renders their pages; threads may share it.

    Files are opened in worker processes, so that a hostile one costs no more than the limits allow. The first file
    starts a worker, which ends with the process of its reader, no matter how that ends.

    Args:
        limits: What reading one file may cost.
        cache_bytes: Size of the results to keep in memory.
        workers: The most worker processes, and so the most files read at the same time.
        start_worker: Starts a worker process.
    """

    def __init__(
        self,
        limits: Limits | None = None,
        *,
        cache_bytes: int = 2**25,
        workers: int = 2,
        start_worker: Callable[[Limits], WorkerProcess] = WorkerProcess,
    ) -> None:
        self._limits = limits or Limits()
        self._cache_bytes = cache_bytes
        self._count = workers
        self._start_worker = start_worker
        self._closed = False
        self.reset_in_child()
        reset_in_children(self)

    def reset_in_child(self) -> None:
        """Begin with an empty cache and without workers, as in a forked process."""
        self._cache = Cache(self._cache_bytes)
        # Last in, first out: under light load the same workers are used, and the others never start.
        self._workers: LifoQueue[WorkerProcess | None] = LifoQueue()
        for _ in range(self._count):
            self._workers.put(None)

    def read(self, content: bytes | Path) -> Reading:
        """Return the contents of a file.

        Raises:
            UnreadableFile: With the reason why the file cannot be read.
            RuntimeError: The reader is closed.
        """
        return decoder(Reading).decode(self._result(content, None).payload)

    def render(self, content: bytes | Path, page: int) -> bytes:
        """Return the image of a page as PNG: a PDF's at 72 dpi, an image's in its own pixels, upright.

        Raises:
            UnreadableFile: With the reason why the file cannot be read.
            IndexError: The file does not have that page; they count from 0.
            RuntimeError: The reader is closed.
        """
        frame = self._result(content, page)
        if frame.tag == NO_SUCH_PAGE:
            raise IndexError(f"the file has no page {page}")
        return frame.payload

    def close(self) -> None:
        """End the workers once they have finished their tasks; a closed reader raises RuntimeError."""
        if self._closed:
            return
        self._closed = True
        for worker in [self._workers.get() for _ in range(self._count)]:
            if worker:
                worker.close()
        self._workers.put(None)  # wakes the next waiting caller, who wakes the one after

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _result(self, content: bytes | Path, page: int | None) -> Frame:
        if isinstance(content, bytes):
            digest = hashlib.sha256(content)
        else:
            with content.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256")
        frame = self._cache.get_or_find(f"{digest.hexdigest()}/{page}", lambda: self._ask(content, page))
        if frame.tag not in (ANSWER, NO_SUCH_PAGE):
            raise UnreadableFile(frame.payload.decode())
        return frame

    def _ask(self, content: bytes | Path, page: int | None) -> Frame:
        task = Task(page, str(content.absolute()) if isinstance(content, Path) else None)
        for _ in range(_MOST_WORKERS):
            worker = self._workers.get()
            try:
                if self._closed:
                    raise RuntimeError("the reader is closed")
                if worker and not worker.is_usable:
                    worker.close()
                    worker = None
                worker = worker or self._start_worker(self._limits)
                return worker.ask(task, content if isinstance(content, bytes) else b"")
            except WorkerGone:
                continue
            finally:
                self._workers.put(worker)
        raise RuntimeError("the processes that read files end as soon as they have started")
