"""The reader's side of a worker process."""

import os
import subprocess
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from typing import BinaryIO, cast

import msgspec

from nanonets_sdk.mock.reading.limits import Limits
from nanonets_sdk.mock.reading.wire import ANSWER, CONTENT, EXHAUSTED, TASK, Frame, Task, receive, send

_WORKER = "nanonets_sdk.mock.reading.worker"
_SECONDS_TO_START = 60.0
_TASKS_IN_A_LIFE = 300  # the PDF parser keeps some memory of every file


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
            env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        )
        self._tasks_to = cast("BinaryIO", self._process.stdin)
        self._frames_from = cast("BinaryIO", self._process.stdout)
        with self._killed_after(_SECONDS_TO_START):
            frame = receive(self._frames_from)
        if frame is None or frame.tag != ANSWER:
            self.close()
            raise RuntimeError(f"The process that reads files did not start: {_words(frame)}")

    @property
    def is_usable(self) -> bool:
        """Whether it lives and may take another task."""
        return self._tasks < _TASKS_IN_A_LIFE and self._process.poll() is None

    @property
    def process_id(self) -> int:
        """The id the system knows it by."""
        return self._process.pid

    def ask(self, task: Task, content: bytes) -> Frame:
        """Return the reply to a task; what the worker does not survive is an EXHAUSTED frame with the reason."""
        self._tasks += 1
        with self._killed_after(self._limits.seconds):
            frame = self._exchange(task, content)
        if frame is None:
            self.close()
            return Frame(EXHAUSTED, self._reason_of_death().encode())
        if frame.tag == EXHAUSTED:
            self.close()
        return frame

    def close(self) -> None:
        """End the process and let go of its pipes."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._tasks_to, self._frames_from):
            try:
                pipe.close()
            except OSError:  # what was written last cannot be flushed to a dead process
                continue

    def _exchange(self, task: Task, content: bytes) -> Frame | None:
        try:
            send(self._tasks_to, Frame(TASK, msgspec.json.encode(task)))
            send(self._tasks_to, Frame(CONTENT, content))
            return receive(self._frames_from)
        except (OSError, ValueError):  # the pipe broke, or `close` was called meanwhile
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
