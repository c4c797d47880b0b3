r"""Bodies in files, archives and memory, one after another.

A source holds one JSON value, or several one after another. If its first line is a whole value and others follow, it is
read as JSON Lines with one line in memory at a time:

```text
{"message": …}\n                        {                            {"message": …}
{"moderated_images": …}\n                 "message": …               {"moderated_images":
                                        }                              …}
JSON Lines: streamed                    one value: read whole        several values: read whole
```

What a line or value is, and whether it is JSON at all, is not decided here but in `shapes`: a broken line of an archive
must not hide the others.
"""

from __future__ import annotations

import gzip
import json
import os
import zlib
from codecs import BOM_UTF16_BE, BOM_UTF16_LE, BOM_UTF32_BE, BOM_UTF32_LE
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from io import BufferedReader, BytesIO, RawIOBase
from itertools import chain
from json import JSONDecoder
from pathlib import Path
from typing import Any, Final, Protocol, TypeAlias, cast

import msgspec
from attrs import field, frozen

from nanonets_sdk.errors import DecodeError


class Readable(Protocol):
    """An open file, text or binary."""

    def read(self) -> str | bytes:
        """Return the rest of the file."""
        ...


StoredSource: TypeAlias = str | os.PathLike[str] | bytes | Mapping[str, Any] | Sequence[Any] | Readable
"""A path, JSON as text or bytes, JSON values that were parsed already, or an open file."""

_GZIP: Final = b"\x1f\x8b"
_BOM: Final = b"\xef\xbb\xbf"
# The marks of UTF-32 begin with those of UTF-16. Without a mark, the first character of JSON shows the encoding.
_ENCODINGS: Final[dict[bytes, str]] = {
    BOM_UTF32_LE: "utf-32",
    BOM_UTF32_BE: "utf-32",
    BOM_UTF16_LE: "utf-16",
    BOM_UTF16_BE: "utf-16",
    **{bracket.encode(encoding): encoding for encoding in ("utf-32-le", "utf-16-le", "utf-16-be") for bracket in "{["},
}
_LONGEST_START: Final = 4
_BLANKS: Final = b" \t\r\n"
_LONGEST_PATH: Final = 4096
_BUFFER: Final = 1 << 20
"""A reply is mostly one line, which the default buffer would make of twenty pieces."""
_scan: Final = JSONDecoder().raw_decode


@frozen
class StoredBody:
    """One body.

    Attributes:
        content: Its bytes.
        place: Where it was found, for messages: a path, in an archive with the number of the line or value; or words
            for what is in memory.
    """

    content: bytes = field(repr=False)
    place: str


def bodies_of(source: StoredSource) -> Iterator[StoredBody]:
    """Yield the bodies that a source holds.

    Args:
        source: A path; JSON or JSON Lines as text or bytes; JSON values; an open file, which is read from its position
            on and stays open. A string is JSON if it begins with `{` or `[`, else a path.
            Gzip, UTF-16 and UTF-32 are undone.

    Raises:
        DecodeError: A gzip file, or a file in UTF-16 or UTF-32, is damaged.
        OSError: It cannot be read.
        TypeError: It is something else.
    """
    with ExitStack() as stack:
        if isinstance(source, os.PathLike) or (isinstance(source, str) and not _is_json(source)):
            # The stubs know the type for the default size alone.
            opened = Path(source).open("rb", buffering=_BUFFER)  # noqa: SIM115 - the stack closes it
            file = stack.enter_context(cast("BufferedReader", opened))
            place = os.fspath(source)
        elif isinstance(source, str | bytes | bytearray | memoryview):
            file, place = _in_memory(_encoded(source)), "the given text"
        elif isinstance(source, Mapping | Sequence):
            file, place = _in_memory(json.dumps(source).encode("ascii")), "the given value"
        elif callable(getattr(source, "read", None)):
            name = getattr(source, "name", None)
            file, place = _in_memory(_encoded(source.read())), name if isinstance(name, str) else "the given file"
        else:
            raise TypeError(
                "a stored reply is a path, JSON as str or bytes, parsed JSON or an open file, "
                f"not {type(cast('object', source)).__name__}"
            )
        yield from _bodies_in(file, place)


def _is_json(text: str) -> bool:
    # What has several lines or is longer than any path is not the name of a file, whatever it begins with.
    start = text.lstrip("\ufeff \t\r\n")
    return not start or start.startswith(("{", "[")) or "\n" in text or len(text) > _LONGEST_PATH


def _in_memory(content: bytes) -> BufferedReader:
    return BufferedReader(cast("RawIOBase", BytesIO(content)))


def _encoded(content: str | bytes | bytearray | memoryview) -> bytes:
    return content.encode("utf-8", "surrogatepass") if isinstance(content, str) else bytes(content)


def _bodies_in(file: BufferedReader, place: str) -> Iterator[StoredBody]:
    try:
        is_zipped = file.peek(len(_GZIP)).startswith(_GZIP)
        yield from _values_in(
            _in_utf8(BufferedReader(gzip.GzipFile(fileobj=file)) if is_zipped else file, place), place
        )
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise DecodeError(f"{place}: the gzip data is damaged: {error}", raw=b"") from None


def _in_utf8(file: BufferedReader, place: str) -> BufferedReader:
    """Return a file in UTF-8; one in UTF-16 or UTF-32, as shells of Windows write it, is read whole."""
    start = file.peek(_LONGEST_START)[:_LONGEST_START]
    encoding = next((encoding for mark, encoding in _ENCODINGS.items() if start.startswith(mark)), None)
    if encoding is None:
        return file
    content = file.read()
    try:
        return _in_memory(content.decode(encoding).encode("utf-8", "surrogatepass"))
    except UnicodeDecodeError as error:
        raise DecodeError(
            f"{place}: the text is in {encoding.upper()} and damaged: {error.reason}", raw=content
        ) from None


def _values_in(file: BufferedReader, place: str) -> Iterator[StoredBody]:
    lines = ((number, line.strip(_BLANKS)) for number, line in enumerate(file, 1))
    filled = ((number, line) for number, line in lines if line not in {b"", _BOM})
    number, first = next(filled, (1, b""))
    first = first.removeprefix(_BOM).strip(_BLANKS)
    second = next(filled, None)
    if second is not None and _is_value(first):
        every = chain([(number, first), second], filled)
        yield from (StoredBody(line, f"{place}, line {at}") for at, line in every)
        return
    # A line ends between two tokens, so the blanks at its ends mean nothing.
    content = first if second is None else b"\n".join([first, second[1], file.read().rstrip(_BLANKS)])
    yield from [StoredBody(content, place)] if not content or _is_value(content) else _one_after_another(content, place)


def _one_after_another(content: bytes, place: str) -> Iterator[StoredBody]:
    """Yield values that follow each other in any layout; what cannot be read is the last one."""
    text, at, number = content.decode("utf-8", "surrogateescape"), 0, 1
    while at < len(text):
        try:
            _, end = _scan(text, at)
        except (ValueError, RecursionError):
            end = len(text)
        one = text[at:end].encode("utf-8", "surrogateescape")
        yield StoredBody(one, place if end == len(text) and number == 1 else f"{place}, value {number}")
        at, number = len(text) - len(text[end:].lstrip()), number + 1


def _is_value(content: bytes) -> bool:
    """Return whether bytes are one JSON object or array, as leniently as a reply is read."""
    if content[:1] not in {b"{", b"["}:
        return False
    try:
        msgspec.json.decode(content, type=msgspec.Raw)
    except (msgspec.DecodeError, RecursionError):
        try:
            json.loads(content.decode("utf-8", errors="replace"))
        except (ValueError, RecursionError):
            return False
    return True
