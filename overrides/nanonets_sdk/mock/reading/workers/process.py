"""The reader's side of a worker process."""

import os
import subprocess
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager, suppress
from typing import BinaryIO, cast

import msgspec

from nanonets_sdk.mock.reading.files.limits import Limits
from nanonets_sdk.mock.reading.workers.forking import begin_anew_in_children
from nanonets_sdk.mock.reading.workers.wire import (
    ANSWER,
    CONTENT,
    EXHAUSTED,
    TASK,
    Frame,
    Task,
    receive,
    send,
)

_WORKER = "nanonets_sdk.mock.reading.workers.worker"
_SECONDS_TO_START = 60.0
_TASKS_IN_A_LIFE = 300  # the PDF parser keeps some memory of every file


class WorkerGone(Exception):
    """A worker ended while it had nothing to do."""


class WorkerProcess:
    """A process that reads one file at a time."""

    def __init__(self, limits: Limits) -> None:
        """Start the process and wait until it is ready; raises RuntimeError where it cannot start."""
        self._limits = limits
        self._tasks = 0
        self._out_of_time = False
        self._process = subprocess.Popen(  # noqa: S603 - our own module, by this very interpreter
            [sys.executable, "-P", "-m", _WORKER, msgspec.json.encode(limits).decode()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,  # a child that is forked must have no half of a frame in a buffer of its own
            env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        )
        self._tasks_to = cast("BinaryIO", self._process.stdin)
        self._frames_from = cast("BinaryIO", self._process.stdout)
        begin_anew_in_children(self)
        with self._killed_after(_SECONDS_TO_START):
            frame = receive(self._frames_from)
        if frame is None or frame.tag != ANSWER:
            self.close()
            raise RuntimeError(f"The process that reads files did not start: {_words(frame)}")

    @property
    def is_usable(self) -> bool:
        """Whether it lives and may take another task."""
        return self._tasks < _TASKS_IN_A_LIFE and not self._out_of_time and self._process.poll() is None

    @property
    def process_id(self) -> int:
        """The id the system knows it by."""
        return self._process.pid

    def ask(self, task: Task, content: bytes) -> Frame:
        """Return the reply to a task; what the worker does not survive is an EXHAUSTED frame with the reason.

        Raises:
            WorkerGone: the worker had ended before it could begin, for which the file is not to blame.
        """
        self._tasks += 1
        with self._killed_after(self._limits.seconds):
            self._send(Frame(TASK, msgspec.json.encode(task)), Frame(CONTENT, content))
            ready = self._receive()
            frame = self._receive() if ready else None
        if frame is None:
            self.close()
        if ready is None and not self._out_of_time:
            raise WorkerGone
        if frame is None:
            return Frame(EXHAUSTED, self._reason_of_death().encode())
        if frame.tag == EXHAUSTED:
            self.close()
        return frame

    def close(self) -> None:
        """End the process and let go of its pipes."""
        self._process.kill()
        self._process.wait()
        self._tasks_to.close()
        self._frames_from.close()

    def begin_in_child(self) -> None:
        """Close the pipes in a process that was forked off: the worker is its parent's, and reads for it alone."""
        self._process.returncode = 0  # not for the child to wait for
        self._tasks_to.close()
        self._frames_from.close()

    def _send(self, *frames: Frame) -> None:
        for frame in frames:
            with suppress(OSError, ValueError):  # the pipe broke, or `close` was called meanwhile
                send(self._tasks_to, frame)

    def _receive(self) -> Frame | None:
        with suppress(OSError, ValueError):
            return receive(self._frames_from)
        return None

    @contextmanager
    def _killed_after(self, seconds: float) -> Generator[None, None, None]:
        timer = threading.Timer(seconds, self._run_out_of_time)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _run_out_of_time(self) -> None:
        self._out_of_time = True
        self._process.kill()

    def _reason_of_death(self) -> str:
        if self._out_of_time:
            return f"Reading the file took more than {self._limits.seconds:g} seconds."
        return "The file broke the process that read it; it may need too much memory."


def _words(frame: Frame | None) -> str:
    return frame.payload.decode(errors="replace") if frame else "it ended at once"
