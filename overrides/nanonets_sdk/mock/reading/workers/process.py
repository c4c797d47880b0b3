"""The reader's side of a worker process.

Who ends when:

    the reader is closed         It kills the worker.
    the reader's process dies    The worker's stdin ends. A thread of the worker only reads stdin, and then ends the
                                 process, whatever the parser is doing.
    a task takes too long        A timer of the reader kills the worker, one for the file or one for the page. If the
                                 reader itself has been stopped, an alarm of the system ends the worker a few seconds
                                 later.
    a task needs more memory     The worker answers EXHAUSTED if Python notices, and dies if a C library does. Either
                                 way it is replaced.
    the reader's process forks   The worker stays the parent's. The child closes its copies of the pipes, or the
                                 worker's stdin would not end before the child does.
"""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from typing import BinaryIO, Protocol, cast
from weakref import WeakSet

import msgspec

from nanonets_sdk.mock.reading.files.limits import Limits
from nanonets_sdk.mock.reading.workers.protocol import (
    ANSWER,
    CONTENT,
    EXHAUSTED,
    PAGE,
    TASK,
    Frame,
    Task,
    receive,
    send,
)

_WORKER = "nanonets_sdk.mock.reading.workers.worker"
_SECONDS_TO_START = 60.0
_MOST_TASKS = 300  # per process; the PDF parser keeps some memory of every file


class Forkable(Protocol):
    """An object that does not survive a fork as it is: it holds pipes to workers, or locks of other threads."""

    def reset_in_child(self) -> None:
        """Drop what belongs to the parent, without using it."""
        ...


_forkable: WeakSet[Forkable] = WeakSet()


def reset_in_children(thing: Forkable) -> None:
    """Have an object reset in every process forked from this one, for as long as the object exists."""
    _forkable.add(thing)


def _reset_all() -> None:
    for thing in list(_forkable):
        thing.reset_in_child()


if hasattr(os, "register_at_fork"):  # Windows cannot fork
    os.register_at_fork(after_in_child=_reset_all)


class WorkerGone(Exception):
    """A worker had ended before it got its task."""


class WorkerProcess:
    """A process that reads one file at a time.

    Raises:
        RuntimeError: The process does not start.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._tasks = 0
        self._overdue = ""
        self._process = subprocess.Popen(  # noqa: S603 - our own module, by this very interpreter
            [sys.executable, "-P", "-m", _WORKER, msgspec.json.encode(limits).decode()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,  # a forked child must not inherit half a frame in a buffer
            env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        )
        self._stdin = cast("BinaryIO", self._process.stdin)
        self._stdout = cast("BinaryIO", self._process.stdout)
        reset_in_children(self)
        with self._killed_after(_SECONDS_TO_START, "Starting"):
            frame = receive(self._stdout)
        if frame is None or frame.tag != ANSWER:
            self.close()
            reason = frame.payload.decode(errors="replace") if frame else "it ended at once"
            raise RuntimeError(f"The process that reads files did not start: {reason}")

    @property
    def is_usable(self) -> bool:
        """Whether the process is alive and may take another task."""
        return self._tasks < _MOST_TASKS and not self._overdue and self._process.poll() is None

    @property
    def process_id(self) -> int:
        """The system's id of the process."""
        return self._process.pid

    def ask(self, task: Task, content: bytes) -> Frame:
        """Return the reply to a task; an EXHAUSTED frame if the worker does not survive it.

        Raises:
            WorkerGone: The worker had ended before it could begin, so the file is not to blame.
        """
        self._tasks += 1
        file_time = self._killed_after(self._limits.seconds, "Reading the file")
        with file_time, self._killed_after(self._limits.page_seconds, "Reading a page") as begin_page:
            # The pipe may break, and another thread may close it meanwhile.
            with suppress(OSError, ValueError):
                send(self._stdin, Frame(TASK, msgspec.json.encode(task)))
                send(self._stdin, Frame(CONTENT, content))
            ready = self._receive()
            frame = self._receive() if ready else None
            while frame is not None and frame.tag == PAGE:
                begin_page()
                frame = self._receive()
        if frame is None or frame.tag == EXHAUSTED:
            self.close()
        if frame:
            return frame
        if self._overdue:
            return Frame(EXHAUSTED, self._overdue.encode())
        if ready is None:
            raise WorkerGone
        return Frame(EXHAUSTED, b"The file crashed the process that read it; it may need too much memory.")

    def close(self) -> None:
        """Kill the process and close its pipes."""
        self._process.kill()
        self._process.wait()
        self._stdin.close()
        self._stdout.close()

    def reset_in_child(self) -> None:
        """Close the pipes in a forked process; the worker still belongs to the parent."""
        # A process cannot wait for a sibling, so let Popen believe that it has ended.
        self._process.returncode = 0
        self._stdin.close()
        self._stdout.close()

    def _receive(self) -> Frame | None:
        with suppress(OSError, ValueError):
            return receive(self._stdout)
        return None

    @contextmanager
    def _killed_after(self, seconds: float, doing: str) -> Generator[Callable[[], None], None, None]:
        """Kill the process if the block takes too long; the time begins again when the yielded function is called."""

        def kill() -> None:
            self._overdue = f"{doing} took more than {seconds:g} seconds."
            self._process.kill()

        timers: list[threading.Timer] = []

        def begin() -> None:
            for timer in timers:
                timer.cancel()
            timers[:] = [threading.Timer(seconds, kill)]
            timers[0].daemon = True
            timers[0].start()

        begin()
        try:
            yield begin
        finally:
            timers[0].cancel()
