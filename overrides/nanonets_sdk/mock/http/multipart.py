"""Takes multipart bodies apart, as leniently as Go's `mime/multipart` does.

    anything                        a preamble is skipped
    --edge CR LF                    the end of this line decides whether the lines end with CR LF or with LF alone
    Content-Disposition: …          headers; a line that begins with a space continues the one before
    CR LF
    content                         bytes, up to the line end before the next delimiter
    CR LF --edge--                  the last delimiter, without which the body is cut off
    anything                        an epilogue is skipped

Parsers that are made for speed refuse a preamble, bare line feeds and names in `filename*` alone, all of which real
clients send. The body is a file that is mapped into memory, so that its size does not matter.
"""

import re
from collections.abc import Iterator
from email.message import Message
from email.utils import collapse_rfc2231_value
from mmap import mmap
from typing import Any, Final

from attrs import frozen

MAX_HEADER_BYTES: Final = 65_536
_FOLD: Final = re.compile(r"\r?\n[ \t]+")
_LINE_END: Final = re.compile(r"\r?\n")
_END_OF_HEADERS: Final = re.compile(rb"\r?\n\r?\n")


@frozen
class Slice:
    """A part of a body.

    Attributes:
        name: Name of the form field.
        filename: Name of the file; None for a text field.
        content_type: Media type as it was sent; empty if none was.
        start: Offset of the content.
        end: Offset behind the content.
    """

    name: str
    filename: str | None
    content_type: str
    start: int
    end: int


def parts_of(body: mmap | bytes, content_type: str, most: int) -> Iterator[Slice]:
    """Yield the parts of a body.

    Args:
        body: The body.
        content_type: The header of the request, which names the boundary.
        most: The most parts that a body may have.

    Raises:
        ValueError: The body is malformed.
    """
    delimiter = rb"--" + re.escape(_boundary(content_type)) + rb"(?P<last>--)?[ \t]*"
    found = re.compile(rb"(?:\A|\n)" + delimiter + rb"(?P<line_end>\r?\n|\Z)").search(body)
    if found is None:
        raise ValueError("its boundary does not occur at the beginning of a line")
    line_end = found["line_end"]
    following = re.compile(re.escape(line_end) + delimiter + rb"(?:" + re.escape(line_end) + rb"|\Z)")
    number = 0
    while not found["last"]:
        number += 1
        if number > most:
            raise ValueError(f"Too many fields. Maximum number of fields is {most}.")
        start = found.end()
        # The line end behind a delimiter may be the one before the next: then the part is empty.
        found = following.search(body, start - len(line_end)) if line_end else None
        if found is None:
            raise ValueError("it is cut off: the last boundary is missing")
        yield _part(body, start, max(start, found.start()), len(line_end))


def _boundary(content_type: str) -> bytes:
    message = Message()
    message["Content-Type"] = content_type
    boundary = message.get_boundary()
    if not boundary:
        raise ValueError("the Content-Type names no boundary")
    return boundary.encode("latin-1", "replace")


def _part(body: mmap | bytes, start: int, end: int, line_end: int) -> Slice:
    # Some clients end an empty part with the line end of its headers.
    blank = _END_OF_HEADERS.search(body, start, min(end + line_end, start + MAX_HEADER_BYTES))
    if blank is None:
        raise ValueError("a part has no empty line after its headers")
    headers = _headers(body[start : blank.start()])
    disposition, parameters = _disposition(headers.get("content-disposition", ""))
    name = parameters.get("name")
    if disposition != "form-data" or name is None:
        raise ValueError('a part has no Content-Disposition of form-data with a "name"')
    return Slice(name, parameters.get("filename"), headers.get("content-type", ""), min(blank.end(), end), end)


def _headers(head: bytes) -> dict[str, str]:
    try:
        text = head.decode()
    except UnicodeDecodeError:
        text = head.decode("latin-1")
    headers: dict[str, str] = {}
    for line in _LINE_END.split(_FOLD.sub(" ", text)):
        name, colon, value = line.partition(":")
        if not colon:
            raise ValueError("a part has a line in its headers that is not a header")
        headers[name.strip().lower()] = value.strip()
    return headers


def _disposition(value: str) -> tuple[str, dict[str, str]]:
    message = Message()
    message["Content-Disposition"] = value
    # The stubs leave out that a value with a charset is a tuple of three.
    given: Any = message.get_params([("", "")], "content-disposition")
    found: list[tuple[str, Any]]
    (disposition, _), *found = given
    plain = {name.lower(): text for name, text in found if isinstance(text, str)}
    # RFC 6266: `filename*` says what `filename` cannot, so it counts if there are both.
    extended = {name.lower(): collapse_rfc2231_value(text) for name, text in found if not isinstance(text, str)}
    return disposition.lower(), plain | extended
