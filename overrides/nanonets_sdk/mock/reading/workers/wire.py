"""How reader and worker talk over the worker's stdin and stdout: frames of a tag, a length and a payload."""

import struct
from typing import BinaryIO, Literal

from attrs import frozen

Tag = Literal[b"t", b"c", b"r", b"+", b"-", b"!", b"?"]
TASK: Tag = b"t"
CONTENT: Tag = b"c"
READY: Tag = b"r"
"""The answer to a task, before the content is sent: who dies later may have died of it."""
ANSWER: Tag = b"+"
REFUSAL: Tag = b"-"
EXHAUSTED: Tag = b"!"
"""A refusal of a worker that needs to be replaced."""
NO_SUCH_PAGE: Tag = b"?"

_HEAD = struct.Struct("<cQ")
_MOST_AT_ONCE = 2**20  # bytes


@frozen
class Task:
    """What to do with a file; its content follows in a frame of its own unless `path` names it."""

    page: int | None
    """The page to render, or None to read the file."""
    path: str | None


@frozen
class Frame:
    """One message."""

    tag: bytes
    payload: bytes


def send(stream: BinaryIO, frame: Frame) -> None:
    """Write a frame and flush."""
    for part in (_HEAD.pack(frame.tag, len(frame.payload)), frame.payload):
        rest = memoryview(part)
        while rest:  # a pipe without a buffer takes no more than it has room for
            rest = rest[stream.write(rest) :]
    stream.flush()


def receive(stream: BinaryIO) -> Frame | None:
    """Return the next frame, or None where the other side has gone."""
    head = _exactly(stream, _HEAD.size)
    if head is None:
        return None
    tag, size = _HEAD.unpack(head)
    payload = _exactly(stream, size)
    return None if payload is None else Frame(tag, payload)


def _exactly(stream: BinaryIO, size: int) -> bytes | None:
    """Return as many bytes, or None where the stream ends before."""
    parts: list[bytes] = []
    while size:
        part = stream.read(min(size, _MOST_AT_ONCE))
        if not part:
            return None
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
