"""The process that opens the files: `python -m nanonets_sdk.mock.reading.workers.worker LIMITS`.

It takes tasks on stdin and answers on stdout. It ends when stdin does, even in the midst of a task, and never outlives
a task's time by much, so nothing is left behind when its reader is killed.
"""

import logging
import os
import queue
import signal
import sys
import threading
from pathlib import Path
from typing import BinaryIO

import msgspec

from nanonets_sdk.mock.reading.files.limits import Limits, confine
from nanonets_sdk.mock.reading.files.refusal import UnreadableFile
from nanonets_sdk.mock.reading.workers.wire import (
    ANSWER,
    EXHAUSTED,
    NO_SUCH_PAGE,
    READY,
    REFUSAL,
    Frame,
    Task,
    receive,
    send,
)

_GRACE_SECONDS = 5.0
_TOO_MUCH_MEMORY = "Reading the file needs too much memory."


def main() -> None:
    """Serve until stdin ends."""
    limits = msgspec.json.decode(sys.argv[1], type=Limits)
    replies = _private_stdout()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the reader, which then closes stdin
    logging.disable(logging.CRITICAL)
    try:
        from nanonets_sdk.mock.reading.files.file import read_file, render_page
    except ImportError as error:
        send(replies, Frame(REFUSAL, f"{error}; the extra `mock` brings it: pip install 'nanonets-sdk[mock]'".encode()))
        return
    confine(limits)
    tasks: queue.SimpleQueue[tuple[Task, bytes]] = queue.SimpleQueue()
    threading.Thread(target=_take_tasks, args=(sys.stdin.buffer, replies, tasks), daemon=True).start()
    send(replies, Frame(ANSWER, b""))

    def reply_to(task: Task, content: bytes) -> Frame:
        try:
            if task.path:
                content = Path(task.path).read_bytes()
            if task.page is None:
                return Frame(ANSWER, msgspec.json.encode(read_file(content, limits)))
            return Frame(ANSWER, render_page(content, task.page, limits))
        except UnreadableFile as refusal:
            return Frame(REFUSAL, refusal.reason.encode())
        except IndexError as error:
            return Frame(NO_SUCH_PAGE, str(error).encode())
        except MemoryError:
            return Frame(EXHAUSTED, _TOO_MUCH_MEMORY.encode())
        except Exception as error:  # noqa: BLE001 - a stranger's file may raise anything in three parsers
            return Frame(REFUSAL, f"The file is damaged ({type(error).__name__}).".encode())

    while True:
        task, content = tasks.get()
        _end_after(limits.seconds + _GRACE_SECONDS)
        send(replies, reply_to(task, content))
        _end_after(0)


def _private_stdout() -> BinaryIO:
    """Return the pipe to the reader, and send what libraries print elsewhere."""
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return replies


def _take_tasks(stream: BinaryIO, replies: BinaryIO, tasks: queue.SimpleQueue[tuple[Task, bytes]]) -> None:
    try:
        while head := receive(stream):
            send(replies, Frame(READY, b""))
            if body := receive(stream):
                tasks.put((msgspec.json.decode(head.payload, type=Task), body.payload))
    finally:  # the reader has gone, or a file is too large to be taken in
        os._exit(0)


def _end_after(seconds: float) -> None:
    """Let the system end this process after some time, 0 for never; it needs no lock that a busy parser holds."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)


if __name__ == "__main__":
    main()
