"""The protocol of reader and worker: frames on the worker's stdin and stdout.

A frame is a tag of one byte, the length of the payload in eight bytes, and the payload.

    reader                            worker
       | <---------------- ANSWER ------ |   started and confined
       |                                 |
       | ------ TASK ------------------> |
       | ------ CONTENT ---------------> |   the bytes of the file, empty if the task names a path
       | <---------------- READY ------- |   sent on TASK, before the content is taken in
       | <---------------- PAGE -------- |   after each page: the time for the next one begins
       |                                 |
       | <---------------- ANSWER ------ |   or REFUSAL, EXHAUSTED, NO_SUCH_PAGE
       |                                 |
       | ------ end of stdin ----------> |   the worker exits, even in the middle of a task

READY decides who is to blame if the worker dies. Before it, the worker had ended on its own: the same task is given to
another one. After it, the file may have killed the worker, and would kill the next one as well: it is refused.
"""

import struct
from typing import BinaryIO, Literal

from attrs import frozen

Tag = Literal[b"t", b"c", b"r", b"p", b"+", b"-", b"!", b"?"]
TASK: Tag = b"t"
CONTENT: Tag = b"c"
READY: Tag = b"r"
PAGE: Tag = b"p"
ANSWER: Tag = b"+"
REFUSAL: Tag = b"-"
EXHAUSTED: Tag = b"!"
"""A refusal by a worker that has to be replaced."""
NO_SUCH_PAGE: Tag = b"?"

_HEAD = struct.Struct("<cQ")
_MOST_AT_ONCE = 2**20  # bytes


@frozen
class Task:
    """What to do with a file."""

    page: int | None
    """The page to render, or None to read the file."""
    path: str | None
    """The file, or None if its bytes follow in a frame of their own."""


@frozen
class Frame:
    """One message."""

    tag: bytes
    payload: bytes


def send(stream: BinaryIO, frame: Frame) -> None:
    """Write a frame and flush."""
    for part in (_HEAD.pack(frame.tag, len(frame.payload)), frame.payload):
        rest = memoryview(part)
        # An unbuffered pipe writes only as much as it has room for.
        while rest:
            rest = rest[stream.write(rest) :]
    stream.flush()


def receive(stream: BinaryIO) -> Frame | None:
    """Return the next frame, or None if the stream ends before it does."""
    head = _exactly(stream, _HEAD.size)
    if head is None:
        return None
    tag, size = _HEAD.unpack(head)
    payload = _exactly(stream, size)
    return None if payload is None else Frame(tag, payload)


def _exactly(stream: BinaryIO, size: int) -> bytes | None:
    parts: list[bytes] = []
    while size:
        part = stream.read(min(size, _MOST_AT_ONCE))
        if not part:
            return None
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
