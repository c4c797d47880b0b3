"""Reads request bodies of any size, takes forms apart, and refuses what is too large.

    request.stream() --> _limited() --+--> JSON, form: joined, then parsed
        chunks as            counts   |
        they arrive         the bytes +--> multipart: written to a file, mapped, and taken apart there

The limit holds for bytes received, not for `Content-Length`, which a client may leave out. What is beyond it is read
and thrown away after the answer.
"""

import hashlib
from collections.abc import AsyncGenerator
from contextlib import ExitStack, asynccontextmanager
from mmap import ACCESS_READ, mmap
from tempfile import SpooledTemporaryFile, TemporaryFile
from typing import IO, Any, Final, cast
from urllib.parse import parse_qsl

import anyio.to_thread
from attrs import field, frozen
from starlette.requests import Request

from nanonets_sdk.mock.account.refusals import Refusal, bad_request
from nanonets_sdk.mock.account.uploads import sha256_of
from nanonets_sdk.mock.coerce import parse_json
from nanonets_sdk.mock.http.multipart import parts_of
from nanonets_sdk.mock.http.request_log import MAX_VALUE_BYTES, Part
from nanonets_sdk.mock.operations.call import FilePart

JSON: Final = "application/json"
FORM: Final = "application/x-www-form-urlencoded"
MULTIPART: Final = "multipart/form-data"
TEXT: Final = "text/plain"
MAX_FIELDS: Final = 1_000
SPOOLED_BYTES: Final = 2**20


@frozen
class Body:
    """A parsed body. `parts` is what the request log keeps of it, in the order in which the parts arrived."""

    content_type: str
    fields: tuple[tuple[str, str], ...] = ()
    files: tuple[FilePart, ...] = ()
    raw: bytes = field(default=b"", repr=False)
    json: Any = None
    parts: tuple[Part, ...] = ()


@asynccontextmanager
async def parsed_body(request: Request, content_type: str, max_bytes: int) -> AsyncGenerator[Body]:
    """Receive and parse a body; its files are closed at the end.

    Raises:
        Refusal: 413 for a body that is too large, 400 for one that cannot be parsed.
    """
    stream = _limited(request, max_bytes)
    if content_type != MULTIPART:
        yield _parse(content_type, b"".join([chunk async for chunk in stream]))
        return
    with ExitStack() as files:
        whole = files.enter_context(TemporaryFile())
        async for chunk in stream:
            whole.write(chunk)
        # Copying and hashing the files takes a while, so it must not block the event loop.
        header = request.headers.get("content-type", "")
        yield await anyio.to_thread.run_sync(_multipart_body, whole, header, files)


async def _limited(request: Request, max_bytes: int) -> AsyncGenerator[bytes, None]:
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > max_bytes:
            raise Refusal(413, f"The body is larger than {max_bytes} bytes", "Please send a smaller file")
        yield chunk


def _parse(content_type: str, raw: bytes) -> Body:
    try:
        if content_type == FORM:
            fields = tuple(parse_qsl(raw.decode(), keep_blank_values=True, max_num_fields=MAX_FIELDS))
            return Body(FORM, fields, raw=raw, parts=tuple(_text_part(name, value) for name, value in fields))
        if content_type == JSON:
            return Body(JSON, raw=raw, json=parse_json(raw) if raw else None)
    except ValueError as error:
        raise bad_request(f"The body is not valid {'JSON' if content_type == JSON else FORM}: {error}") from error
    return Body(content_type, raw=raw)


def _multipart_body(whole: IO[bytes], content_type: str, opened: ExitStack) -> Body:
    fields: list[tuple[str, str]] = []
    files: list[FilePart] = []
    parts: list[Part] = []
    whole.flush()
    try:
        # An empty file cannot be mapped.
        data = opened.enter_context(mmap(whole.fileno(), 0, access=ACCESS_READ)) if whole.tell() else b""
        for part in parts_of(data, content_type, MAX_FIELDS):
            f"{part.name}{part.filename}".encode()  # only to see that it can be encoded
            if part.filename is None:
                text = data[part.start : part.end].decode()
                fields.append((part.name, text))
                parts.append(_text_part(part.name, text))
            else:
                spool = SpooledTemporaryFile(SPOOLED_BYTES)  # noqa: SIM115  # closed with the others
                stream = cast("IO[bytes]", opened.enter_context(spool))
                for start in range(part.start, part.end, SPOOLED_BYTES):
                    stream.write(data[start : min(start + SPOOLED_BYTES, part.end)])
                sha256, size = sha256_of(stream)
                files.append(FilePart(part.name, part.filename, part.content_type, size, sha256, stream))
                parts.append(Part(part.name, part.filename, part.content_type, size, sha256, None))
    except UnicodeError as error:
        raise bad_request(f"The body is not valid {MULTIPART}: it has text that is not Unicode") from error
    except ValueError as error:
        raise bad_request(f"The body is not valid {MULTIPART}: {error}") from error
    return Body(MULTIPART, tuple(fields), tuple(files), parts=tuple(parts))


def _text_part(name: str, value: str) -> Part:
    encoded = value.encode()
    kept = value if len(encoded) <= MAX_VALUE_BYTES else None
    return Part(name, None, None, len(encoded), hashlib.sha256(encoded).hexdigest(), kept)
