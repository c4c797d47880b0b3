"""How reader and worker talk over the worker's stdin and stdout: frames of a tag, a length and a payload."""

import struct
from typing import BinaryIO, Literal

from attrs import frozen

Tag = Literal[b"t", b"c", b"+", b"-", b"!", b"?"]
TASK: Tag = b"t"
CONTENT: Tag = b"c"
ANSWER: Tag = b"+"
REFUSAL: Tag = b"-"
EXHAUSTED: Tag = b"!"
"""A refusal of a worker that needs to be replaced."""
NO_SUCH_PAGE: Tag = b"?"

_HEAD = struct.Struct("<cQ")


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
    stream.write(_HEAD.pack(frame.tag, len(frame.payload)))
    stream.write(frame.payload)
    stream.flush()


def receive(stream: BinaryIO) -> Frame | None:
    """Return the next frame, or None where the other side has gone."""
    head = stream.read(_HEAD.size)
    if len(head) < _HEAD.size:
        return None
    tag, size = _HEAD.unpack(head)
    payload = stream.read(size)
    return Frame(tag, payload) if len(payload) == size else None
