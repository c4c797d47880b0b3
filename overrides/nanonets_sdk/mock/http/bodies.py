"""Takes a request's body apart, whatever its size, and refuses what is too large."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from typing import Any
from urllib.parse import parse_qsl

import anyio.to_thread
from attrs import field, frozen
from python_multipart.exceptions import FormParserError
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request

from nanonets_sdk.mock.account.refusals import Refusal, bad_request
from nanonets_sdk.mock.account.uploads import hash_of_text, sha256_of
from nanonets_sdk.mock.http.request_log import MAX_VALUE_BYTES, Part
from nanonets_sdk.mock.json_text import parsed
from nanonets_sdk.mock.operations.call import FilePart

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
MAX_FIELDS = 1_000
MAX_DISCARDED_BYTES = 2**26


@frozen
class Body:
    """A body taken apart; `parts` is what the request log keeps of it, in the order in which it came."""

    content_type: str
    fields: tuple[tuple[str, str], ...] = ()
    files: tuple[FilePart, ...] = ()
    raw: bytes = field(default=b"", repr=False)
    json: Any = None
    parts: tuple[Part, ...] = ()


class _TooLarge(MultiPartException):
    """The body is over the limit; the one kind of error on which Starlette's parser closes its files."""


@asynccontextmanager
async def received(request: Request, content_type: str, max_bytes: int) -> AsyncGenerator[Body]:
    """Receive a body; its files are closed at the end. Raises Refusal 413 or 400."""
    stream = _limited(request, max_bytes)
    if content_type != MULTIPART:
        yield _plain(content_type, await _whole(stream))
        return
    form = await _form(request, stream, max_bytes)
    try:
        yield await anyio.to_thread.run_sync(_multipart, form)
    finally:
        await form.close()


async def _whole(stream: AsyncGenerator[bytes, None]) -> bytes:
    try:
        return b"".join([chunk async for chunk in stream])
    except _TooLarge as error:
        raise _refusal(error) from error


async def _form(request: Request, stream: AsyncGenerator[bytes, None], max_bytes: int) -> FormData:
    try:
        return await MultiPartParser(request.headers, stream, max_part_size=max_bytes).parse()
    except (MultiPartException, FormParserError) as error:  # not every version of Starlette translates the second
        with suppress(_TooLarge):
            await _whole_discarded(stream)
        raise _refusal(error) from error


def _refusal(error: MultiPartException | FormParserError) -> Refusal:
    if isinstance(error, _TooLarge):
        return Refusal(413, error.message, "Please send a smaller file")
    return bad_request(f"The body is no valid {MULTIPART}: {error}")


async def discard_body(request: Request) -> None:
    """Read a body that nobody wants, within limits: a sender who is cut off may not hear the answer."""
    with suppress(_TooLarge, ClientDisconnect):
        await _whole_discarded(_limited(request, 0))


async def _whole_discarded(stream: AsyncGenerator[bytes, None]) -> None:
    async for _ in stream:
        pass


async def _limited(request: Request, max_bytes: int) -> AsyncGenerator[bytes, None]:
    """Yield the chunks of the body; read on in one that is too large, so that its sender hears the answer."""
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size <= max_bytes:
            yield chunk
        elif size > max_bytes + MAX_DISCARDED_BYTES:
            break
    if size > max_bytes:
        raise _TooLarge(f"The body is larger than {max_bytes} bytes")


def _plain(content_type: str, raw: bytes) -> Body:
    if content_type == FORM:
        return _urlencoded(raw)
    if content_type != JSON:
        return Body(content_type, raw=raw)
    try:
        return Body(content_type, raw=raw, json=parsed(raw) if raw else None)
    except ValueError as error:
        raise bad_request(f"The body is no valid JSON: {error}") from error


def _urlencoded(raw: bytes) -> Body:
    try:
        fields = tuple(parse_qsl(raw.decode(), keep_blank_values=True, max_num_fields=MAX_FIELDS))
    except ValueError as error:
        raise bad_request(f"The body is no valid {FORM}: {error}") from error
    return Body(FORM, fields, raw=raw, parts=tuple(_logged_text(name, value) for name, value in fields))


def _multipart(form: FormData) -> Body:
    try:
        return _taken_apart(form)
    except UnicodeEncodeError as error:  # half a character, which the charset of a header may make of bytes
        raise bad_request(f"The body is no valid {MULTIPART}: it has text that is no Unicode") from error


def _taken_apart(form: FormData) -> Body:
    fields: list[tuple[str, str]] = []
    files: list[FilePart] = []
    parts: list[Part] = []
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            files.append(_file_part(name, value))
            parts.append(_logged_file(files[-1]))
        else:
            fields.append((name, value))
            parts.append(_logged_text(name, value))
    return Body(MULTIPART, tuple(fields), tuple(files), parts=tuple(parts))


def _file_part(name: str, upload: UploadFile) -> FilePart:
    f"{name}{upload.filename}".encode()
    sha256, size = sha256_of(upload.file)
    return FilePart(name, upload.filename or "", upload.content_type or "", size, sha256, upload.file)


def _logged_file(part: FilePart) -> Part:
    return Part(part.name, part.filename, part.content_type, part.size, part.sha256, None)


def _logged_text(name: str, value: str) -> Part:
    sha256, size = hash_of_text(value)
    return Part(name, None, None, size, sha256, value if size <= MAX_VALUE_BYTES else None)
