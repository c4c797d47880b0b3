"""The process that opens the files: `python -m nanonets_sdk.mock.reading.workers.worker LIMITS`.

It takes tasks on stdin and answers on stdout. It ends when stdin does, even in the middle of a task, and shortly after
a task's time is up, so nothing is left behind when its reader is killed.
"""

import logging
import os
import queue
import signal
import sys
import threading
from functools import partial
from pathlib import Path
from typing import BinaryIO

import msgspec

from nanonets_sdk.mock.reading.files.limits import Limits, confine
from nanonets_sdk.mock.reading.layout.page import UnreadableFile
from nanonets_sdk.mock.reading.workers.protocol import (
    ANSWER,
    EXHAUSTED,
    NO_SUCH_PAGE,
    PAGE,
    READY,
    REFUSAL,
    Frame,
    Task,
    receive,
    send,
)

# The reader kills a worker in time; this is for one whose reader was stopped.
_GRACE_SECONDS = 5.0


def main() -> None:
    """Serve until stdin ends."""
    limits = msgspec.json.decode(sys.argv[1], type=Limits)
    # A library that prints must not print into a frame.
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    # Ctrl-C is meant for the reader, which then closes stdin.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logging.disable(logging.CRITICAL)
    try:
        from nanonets_sdk.mock.reading.files.file import read_file, render_page
    except ImportError as error:
        reason = f"{error}; the extra `mock` provides it: pip install 'nanonets-sdk[mock]'"
        send(replies, Frame(REFUSAL, reason.encode()))
        return
    # The libraries are loaded first: the limits are meant for the file.
    confine(limits)
    tasks: queue.SimpleQueue[tuple[Task, bytes]] = queue.SimpleQueue()
    threading.Thread(target=_take_tasks, args=(sys.stdin.buffer, replies, tasks), daemon=True).start()
    send(replies, Frame(ANSWER, b""))

    def reply_to(task: Task, content: bytes) -> Frame:
        try:
            if task.path:
                content = Path(task.path).read_bytes()
            if task.page is None:
                return Frame(
                    ANSWER, msgspec.json.encode(read_file(content, limits, partial(send, replies, Frame(PAGE, b""))))
                )
            return Frame(ANSWER, render_page(content, task.page, limits))
        except UnreadableFile as refusal:
            return Frame(REFUSAL, refusal.reason.encode())
        except IndexError as error:
            return Frame(NO_SUCH_PAGE, str(error).encode())
        except MemoryError:
            return Frame(EXHAUSTED, b"Reading the file needs too much memory.")
        except Exception as error:  # noqa: BLE001 - three parsers may raise anything for an untrusted file
            return Frame(REFUSAL, f"The file is damaged ({type(error).__name__}).".encode())

    while True:
        task, content = tasks.get()
        _end_after(limits.seconds + _GRACE_SECONDS)
        send(replies, reply_to(task, content))
        _end_after(0)


def _take_tasks(stream: BinaryIO, replies: BinaryIO, tasks: queue.SimpleQueue[tuple[Task, bytes]]) -> None:
    try:
        while head := receive(stream):
            send(replies, Frame(READY, b""))
            if body := receive(stream):
                tasks.put((msgspec.json.decode(head.payload, type=Task), body.payload))
    finally:  # the reader is gone, or a file does not fit into memory
        os._exit(0)


def _end_after(seconds: float) -> None:
    """Let the system end this process after some time, or never if it is 0."""
    # A timer of Python's own would need the interpreter's lock, which a busy parser may hold.
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)


if __name__ == "__main__":
    main()
