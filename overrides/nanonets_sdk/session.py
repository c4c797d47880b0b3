"""The one seam to httpx: what leaves this machine, and what comes back.

`Session` and `AsyncSession` are httpx clients, so that the generated functions can work on them too. They add the API
key (to the service's own origin and nowhere else), a random multipart boundary, a deadline, retries and typed errors.
The sending itself is done by another httpx client, the wire, which several sessions may share.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing, closing
from itertools import count
from typing import Any, Final, TypeAlias

import anyio
import anyio.to_thread
import httpx
from attrs import define, frozen

from nanonets_sdk.clock import Clock
from nanonets_sdk.errors import ConnectionFailed, NanonetsError, OutcomeUnknown, RequestTimeout, UploadError
from nanonets_sdk.exchange import Exchange
from nanonets_sdk.failures import failure_of
from nanonets_sdk.flows import Flow, Sleep, arun, run
from nanonets_sdk.retries import Effect, Outcome, RetryEvent, Sent, may_repeat, retry_after, wait_before
from nanonets_sdk.settings import Secret, Settings
from nanonets_sdk.uploads import FileUpload

log = logging.getLogger("nanonets_sdk")

_EFFECT: Final = "nanonets_effect"
_SECONDS: Final = "nanonets_seconds"
_BODY: Final = "nanonets_body"
_MAX_ERROR_BODY: Final = 1 << 20
_DISK_READ: Final = 1 << 20
_JOINED: Final = 1 << 18
_ERRORS: Final = 300
_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


@define(eq=False)
class Body(httpx.SyncByteStream, httpx.AsyncByteStream):
    """The body of a request, which knows how far it got and can be read again if its files can.

    Attributes:
        sent: How much of it was handed to the transport.
        error: What went wrong on this side while it was being read.
    """

    _stream: httpx.SyncByteStream
    _uploads: tuple[FileUpload, ...]
    sent: Sent = Sent.NOTHING
    error: UploadError | None = None

    @property
    def replayable(self) -> bool:
        """Whether it can be sent again."""
        return all(upload.replayable for upload in self._uploads)

    def rewind(self) -> None:
        """Make ready to be sent (again).

        Raises:
            UploadError: A file is another one than when the call began.
        """
        for upload in self._uploads:
            if upload.changed():
                raise UploadError(f"{upload.name!r} changed while it was being sent; send it again when it is complete")
        self.sent, self.error = Sent.NOTHING, None

    def __iter__(self) -> Iterator[bytes]:
        """The pieces."""
        for piece in self._pieces():
            yield self._handed_over(piece)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """The pieces, read from a disk in a thread."""
        if all(upload.in_memory for upload in self._uploads):
            for piece in self._pieces():
                yield self._handed_over(piece)
            return
        pieces = self._pieces()
        while taken := await anyio.to_thread.run_sync(_take, pieces):
            for piece in taken:
                yield self._handed_over(piece)

    def _handed_over(self, piece: _Piece) -> bytes:
        self.sent = Sent.ALL if piece.is_last else Sent.PART
        return piece.content

    def _pieces(self) -> Iterator[_Piece]:
        """The stream's pieces, small ones joined, for each costs a system call; the last one comes alone."""
        joined = bytearray()
        last = b""
        try:
            for content in self._stream:
                joined += last
                last = content
                if len(joined) >= _JOINED:
                    yield _Piece(bytes(joined))
                    joined.clear()
        except UploadError as error:
            self.error = error
            raise
        if joined:
            yield _Piece(bytes(joined))
        yield _Piece(last, is_last=True)


@frozen
class _Piece:
    content: bytes
    is_last: bool = False


def _take(pieces: Iterator[_Piece]) -> list[_Piece]:
    """As many pieces as one trip to a worker thread is worth."""
    taken: list[_Piece] = []
    size = 0
    while size < _DISK_READ and (piece := next(pieces, None)) is not None:
        taken.append(piece)
        size += len(piece.content)
    return taken


@frozen
class Try:
    """The step of sending a request once.

    Attributes:
        request: The request.
        seconds: What is left of the deadline.
    """

    request: httpx.Request
    seconds: float


@frozen
class ErrorReply:
    """An answer with an error status.

    Attributes:
        status: The HTTP status.
        headers: The headers.
        content: The first 1 MiB of the body.
    """

    status: int
    headers: httpx.Headers
    content: bytes


@frozen
class Interrupted:
    """A try that brought no complete answer.

    Attributes:
        cause: The transport's error, or what went wrong with the file.
        status: The status that the broken answer began with; None where none began.
    """

    cause: Exception
    status: int | None = None


Answer: TypeAlias = httpx.Response | ErrorReply | Interrupted


def tries(request: httpx.Request, settings: Settings) -> Flow[httpx.Response]:
    """The flow of one call: send, and send again where that is safe and may help, until the deadline.

    Returns:
        The answer, its body read.

    Raises:
        NanonetsError: As `errors` says.
    """
    clock, body = settings.clock, _body_of(request)
    end = clock.monotonic() + _seconds_of(request, settings)
    for attempt in count(1):
        began = clock.monotonic()
        answer: Answer = yield Try(request, max(end - began, 0.0))
        _log_try(request, answer, attempt, clock.monotonic() - began)
        if settings.recorder is not None and not isinstance(answer, Interrupted):
            settings.recorder(_exchange(request, answer, settings))
        if isinstance(answer, httpx.Response):
            return answer
        outcome = _outcome(answer, request, settings)
        wait = wait_before(outcome, attempt, clock.random())
        in_time = attempt <= settings.max_retries and clock.monotonic() + wait < end
        if not (in_time and _can_repeat(outcome, answer, request)):
            raise _failure(answer, outcome, request, settings)
        if settings.on_retry is not None:
            settings.on_retry(
                RetryEvent(request.method, request.url.path, attempt, wait, outcome.status, _error_name(answer))
            )
        yield Sleep(wait)
        if body is not None:
            body.rewind()
    raise AssertionError("counting never ends")


def _exchange(request: httpx.Request, answer: httpx.Response | ErrorReply, settings: Settings) -> Exchange:
    base = httpx.URL(settings.base_url).path.rstrip("/")
    return Exchange(
        method=request.method,
        path=request.url.path.removeprefix(base),
        query=tuple(request.url.params.multi_items()),
        request_content_type=request.headers.get("content-type", "").partition(";")[0],
        status=answer.status_code if isinstance(answer, httpx.Response) else answer.status,
        content_type=answer.headers.get("content-type", "").partition(";")[0],
        content=answer.content,
    )


def _outcome(answer: ErrorReply | Interrupted, request: httpx.Request, settings: Settings) -> Outcome:
    if isinstance(answer, Interrupted):
        return Outcome(_sent(answer, request))
    wanted = retry_after(answer.headers.get("retry-after"), settings.clock.now())
    return Outcome(Sent.ALL, answer.status, wanted)


def _can_repeat(outcome: Outcome, answer: ErrorReply | Interrupted, request: httpx.Request) -> bool:
    if isinstance(answer, Interrupted) and _own_fault(answer, request) is not None:
        return False
    body = _body_of(request)
    return may_repeat(outcome, _effect_of(request)) and (body is None or body.replayable)


def _failure(
    answer: ErrorReply | Interrupted, outcome: Outcome, request: httpx.Request, settings: Settings
) -> NanonetsError:
    effect = _effect_of(request)
    if isinstance(answer, ErrorReply):
        return failure_of(request.method, request.url.path, answer, effect, outcome.retry_after, settings.api_key)
    return _own_fault(answer, request) or _interruption(answer, outcome, request, settings)


class Session(httpx.Client):
    """A synchronous session.

    Args:
        settings: What it works with.
        wire: The httpx client that sends; the caller closes it.
    """

    def __init__(self, settings: Settings, wire: httpx.Client) -> None:
        super().__init__(
            base_url=settings.base_url,
            headers=wire.headers,
            cookies=wire.cookies,
            timeout=settings.timeout,
            transport=_Unused(),
            trust_env=False,
        )
        self.settings = settings
        self.wire = wire

    def build_request(self, method: str, url: httpx.URL | str, **arguments: Any) -> httpx.Request:
        """Build a request; a file in it gets a boundary that it cannot know."""
        return _watched(super().build_request(method, url, **_mended(arguments)), arguments.get("files"))

    def send(self, request: httpx.Request, **_options: Any) -> httpx.Response:
        """Send a request, with retries, and raise a typed error for anything but success.

        Raises:
            NanonetsError: As `errors` says.
        """
        return run(tries(request, self.settings), self._perform)

    def _perform(self, step: Try | Sleep) -> Answer | None:
        if isinstance(step, Sleep):
            self.settings.clock.sleep(step.seconds)
            return None
        end = self.settings.clock.monotonic() + step.seconds
        try:
            response = self.wire.send(
                _prepared(step, self.base_url, self.settings.api_key), stream=True, auth=None, follow_redirects=False
            )
        except _transport_errors() as error:
            return Interrupted(error)
        response.stream = _Watched(response.stream, end, self.settings.clock)
        with closing(response):
            return self._read(response)

    def _read(self, response: httpx.Response) -> Answer:
        try:
            if response.status_code >= _ERRORS:
                return ErrorReply(response.status_code, response.headers, _cut(response.iter_bytes()))
            response.read()
        except _transport_errors() as error:
            return _broken(response, error)
        return response


class AsyncSession(httpx.AsyncClient):
    """An asynchronous session.

    Args:
        settings: What it works with.
        wire: The httpx client that sends; the caller closes it.
    """

    def __init__(self, settings: Settings, wire: httpx.AsyncClient) -> None:
        super().__init__(
            base_url=settings.base_url,
            headers=wire.headers,
            cookies=wire.cookies,
            timeout=settings.timeout,
            transport=_Unused(),
            trust_env=False,
        )
        self.settings = settings
        self.wire = wire

    def build_request(self, method: str, url: httpx.URL | str, **arguments: Any) -> httpx.Request:
        """Build a request; a file in it gets a boundary that it cannot know."""
        return _watched(super().build_request(method, url, **_mended(arguments)), arguments.get("files"))

    async def send(self, request: httpx.Request, **_options: Any) -> httpx.Response:
        """Send a request, with retries, and raise a typed error for anything but success.

        Raises:
            NanonetsError: As `errors` says.
        """
        return await arun(tries(request, self.settings), self._perform)

    async def _perform(self, step: Try | Sleep) -> Answer | None:
        if isinstance(step, Sleep):
            await self.settings.clock.asleep(step.seconds)
            return None
        try:
            # Not every transport has a time limit for sending, so that the deadline is held from outside.
            with anyio.fail_after(step.seconds):
                return await self._exchange(_prepared(step, self.base_url, self.settings.api_key))
        except TimeoutError as error:
            return Interrupted(error)

    async def _exchange(self, request: httpx.Request) -> Answer:
        try:
            response = await self.wire.send(request, stream=True, auth=None, follow_redirects=False)
        except _transport_errors() as error:
            return Interrupted(error)
        async with aclosing(response):
            return await self._read(response)

    async def _read(self, response: httpx.Response) -> Answer:
        try:
            if response.status_code >= _ERRORS:
                return ErrorReply(response.status_code, response.headers, await _acut(response.aiter_bytes()))
            await response.aread()
        except _transport_errors() as error:
            return _broken(response, error)
        return response


@frozen
class _Watched(httpx.SyncByteStream):
    """The body of an answer, held to the deadline between its pieces."""

    _stream: Any
    _end: float
    _clock: Clock

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._stream:
            if self._clock.monotonic() > self._end:
                raise httpx.ReadTimeout("the deadline passed while the answer was coming in")
            yield piece

    def close(self) -> None:
        self._stream.close()


class _Unused(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """A session sends through its wire; a transport of its own would only cost time to make."""


def wire_for(settings: Settings) -> httpx.Client:
    """A client that sends, with a pool of connections."""
    return httpx.Client(limits=_LIMITS, trust_env=not settings.is_local)


def async_wire_for(settings: Settings) -> httpx.AsyncClient:
    """The same for asynchronous use; on aiohttp's transport where `httpx-aiohttp` is installed."""
    try:
        from httpx_aiohttp import HttpxAiohttpClient
    except ImportError:
        return httpx.AsyncClient(limits=_LIMITS, trust_env=not settings.is_local)
    return HttpxAiohttpClient(limits=_LIMITS, trust_env=not settings.is_local)


_LIMITS: Final = httpx.Limits(max_connections=100, max_keepalive_connections=100, keepalive_expiry=5.0)


def _mended(arguments: dict[str, Any]) -> dict[str, Any]:
    """Arguments without the multipart boundary that the generator writes into the header: a file could forge it."""
    if not arguments.get("files"):
        return arguments
    given: dict[str, str] = arguments.get("headers") or {}
    headers = {name: value for name, value in given.items() if name.lower() != "content-type"}
    return {**arguments, "headers": headers}


def _watched(request: httpx.Request, files: Any) -> httpx.Request:
    """The request with a body that knows how far it got."""
    if request.method not in _SAFE_METHODS:
        # A reply that was paid for comes as it is: what is not compressed cannot fail to be decompressed.
        request.headers["Accept-Encoding"] = "identity"
    if not isinstance(request.stream, httpx.SyncByteStream) or request.headers.get("content-length") == "0":
        return request
    body = Body(request.stream, tuple(part[1][1] for part in files or () if isinstance(part[1][1], FileUpload)))
    extensions = {**request.extensions, _BODY: body}
    if isinstance(request.stream, httpx.ByteStream):
        # Made anew, because httpx keeps a copy of a small body, which transports would send unwatched.
        return httpx.Request(request.method, request.url, headers=request.headers, stream=body, extensions=extensions)
    request.stream, request.extensions = body, extensions
    return request


def _prepared(step: Try, base_url: httpx.URL, key: Secret) -> httpx.Request:
    request = step.request
    if _same_origin(request.url, base_url):
        request.headers["Authorization"] = key.authorization()
    request.extensions = {**request.extensions, "timeout": httpx.Timeout(step.seconds).as_dict()}
    return request


def _same_origin(one: httpx.URL, other: httpx.URL) -> bool:
    return (one.scheme, one.host, one.port) == (other.scheme, other.host, other.port)


def extensions_of(effect: Effect, seconds: float | None) -> dict[str, Any]:
    """What a session is told about a request beside what goes over the wire.

    Args:
        effect: What the call does at the service.
        seconds: A deadline of its own, where that is earlier than the session's.
    """
    return {_EFFECT: effect} if seconds is None else {_EFFECT: effect, _SECONDS: seconds}


def _seconds_of(request: httpx.Request, settings: Settings) -> float:
    seconds: float = request.extensions.get(_SECONDS, settings.timeout)
    return min(seconds, settings.timeout)


def _effect_of(request: httpx.Request) -> Effect:
    unknown = Effect.READS if request.method in _SAFE_METHODS else Effect.CHANGES
    effect: Effect = request.extensions.get(_EFFECT, unknown)
    return effect


def _body_of(request: httpx.Request) -> Body | None:
    body: Body | None = request.extensions.get(_BODY)
    return body


def _broken(response: httpx.Response, error: Exception) -> ErrorReply | Interrupted:
    """An answer whose body broke off; of an error the status is enough."""
    if response.status_code >= _ERRORS:
        return ErrorReply(response.status_code, response.headers, b"")
    return Interrupted(error, response.status_code)


def _sent(interrupted: Interrupted, request: httpx.Request) -> Sent:
    """How much of a request can have reached the service."""
    body = _body_of(request)
    if interrupted.status is not None or (body is None and not _never_connected(interrupted.cause)):
        return Sent.ALL
    return Sent.NOTHING if body is None else body.sent


def _own_fault(interrupted: Interrupted, request: httpx.Request) -> UploadError | None:
    """What went wrong with the file on this side, whatever the transport made of it."""
    body = _body_of(request)
    if isinstance(interrupted.cause, UploadError):
        return interrupted.cause
    return body.error if body is not None else None


def _never_connected(error: Exception) -> bool:
    if not isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout | httpx.ProxyError):
        return False
    # httpx-aiohttp gives a connection that broke later the same type as one that never came about.
    cause = error.__cause__
    aiohttp = sys.modules.get("aiohttp")
    if aiohttp is None or not isinstance(cause, aiohttp.ClientError):
        return True
    return isinstance(cause, aiohttp.ClientConnectorError | TimeoutError)


def _transport_errors() -> tuple[type[Exception], ...]:
    """What a try may end in. Some errors of aiohttp come through its transport for httpx as they are."""
    aiohttp = sys.modules.get("aiohttp")
    return (httpx.TransportError, httpx.DecodingError, UploadError, *((aiohttp.ClientError,) if aiohttp else ()))


def _interruption(
    interrupted: Interrupted, outcome: Outcome, request: httpx.Request, settings: Settings
) -> NanonetsError:
    """The error that a try without a complete answer ends in."""
    cause, effect = interrupted.cause, _effect_of(request)
    call = f"{request.method} {request.url.path}"
    said = settings.api_key.strike(str(cause)) or type(cause).__name__
    if effect is not Effect.READS and outcome.sent is Sent.ALL:
        billed = " and billed" if effect is Effect.BILLS else ""
        begun = f"its answer (status {interrupted.status}) broke off" if interrupted.status else "no answer came"
        error: NanonetsError = OutcomeUnknown(
            f"{call} was sent and {begun} ({said}). The service may have carried it out{billed}: "
            "look before you send it again, for instance with ocr.list_predictions."
        )
    elif isinstance(cause, httpx.TimeoutException | TimeoutError):
        error = RequestTimeout(
            f"{call} had no answer within {_seconds_of(request, settings):g} s ({said}). It can be sent again."
        )
    else:
        error = ConnectionFailed(f"{call} did not get through to {request.url.host} ({said}). It can be sent again.")
    error.__cause__ = cause
    return error


def _error_name(answer: Answer) -> str | None:
    return type(answer.cause).__name__ if isinstance(answer, Interrupted) else None


def _status(answer: Answer) -> int | None:
    return answer.status_code if isinstance(answer, httpx.Response) else answer.status


def _log_try(request: httpx.Request, answer: Answer, attempt: int, seconds: float) -> None:
    status, error = _status(answer), _error_name(answer)
    facts = {"method": request.method, "path": request.url.path, "status": status, "error": error}
    log.info(
        "%s %s: %s in %.3f s (attempt %d)",
        request.method,
        request.url.path,
        error or status,
        seconds,
        attempt,
        extra={"nanonets": {**facts, "duration": seconds, "attempt": attempt}},
    )


def _cut(pieces: Iterator[bytes]) -> bytes:
    content = bytearray()
    for piece in pieces:
        content += piece
        if len(content) >= _MAX_ERROR_BODY:
            break
    return bytes(content[:_MAX_ERROR_BODY])


async def _acut(pieces: AsyncIterator[bytes]) -> bytes:
    content = bytearray()
    async for piece in pieces:
        content += piece
        if len(content) >= _MAX_ERROR_BODY:
            break
    return bytes(content[:_MAX_ERROR_BODY])
