"""The one seam to httpx: what leaves this machine, and what comes back.

`Session` and `AsyncSession` are httpx clients, so that the generated functions can work on them too. They add the API
key (to the service's own origin and nowhere else), a random multipart boundary, a deadline, retries and typed errors.
The sending itself is done by another httpx client, the wire, which several sessions may share.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing, closing
from itertools import count
from typing import Any, Final, TypeAlias

import anyio
import httpx
from attrs import field, frozen

from nanonets_sdk import __version__
from nanonets_sdk.body import Body
from nanonets_sdk.callbacks import tell
from nanonets_sdk.certificates import tls
from nanonets_sdk.deadline import Deadline, Incoming, StepTimeouts
from nanonets_sdk.errors import ConnectionFailed, NanonetsError, OutcomeUnknown, RequestTimeout, UploadError
from nanonets_sdk.exchange import Exchange
from nanonets_sdk.failures import failure_of
from nanonets_sdk.flows import Flow, Sleep, arun, run
from nanonets_sdk.retries import Effect, Outcome, RetryEvent, Sent, may_repeat, retry_after, wait_before
from nanonets_sdk.settings import Secret, Settings
from nanonets_sdk.transport_errors import in_httpx_terms, message_of, never_connected, transport_errors
from nanonets_sdk.uploads import FileUpload, plain_upload

log = logging.getLogger("nanonets_sdk")

_EFFECT: Final = "nanonets_effect"
_SECONDS: Final = "nanonets_seconds"
_BODY: Final = "nanonets_body"
_INCOMING: Final = "nanonets_incoming"
_MAX_ERROR_BODY: Final = 1 << 20
_ERRORS: Final = 300
# Less than the whole, so that a connection that never came about ends as one, and not as an answer that is missing.
_TO_CONNECT: Final = 0.95
_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


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
    headers: httpx.Headers = field(repr=False)
    content: bytes = field(repr=False)


@frozen
class Interrupted:
    """A try that brought no complete answer.

    Attributes:
        cause: The transport's error, or what went wrong with the file.
        status: The status that the broken answer began with; None where none began.
        received: What had come of its body.
    """

    cause: Exception
    status: int | None = None
    received: bytes = field(default=b"", repr=False)


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
            tell(settings.recorder, _exchange(request, answer, settings))
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
    return may_repeat(outcome, _effect_of(request)) and _is_repeatable(request)


def _is_repeatable(request: httpx.Request) -> bool:
    body = _body_of(request)
    return body.replayable if body is not None else isinstance(request.stream, httpx.SyncByteStream)


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
            headers=_headers_of(wire),
            cookies=wire.cookies,
            timeout=settings.timeout,
            transport=_Unused(),
            trust_env=False,
        )
        self.settings = settings
        self.wire = wire

    def build_request(self, method: str, url: httpx.URL | str, **arguments: Any) -> httpx.Request:
        """Build a request; a file in it gets a boundary that it cannot know."""
        mended = _mended(arguments)
        whole = _below(self.settings.base_url, url)
        return _watched(super().build_request(method, whole, **mended), mended.get("files"))

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
        deadline = Deadline(self.settings.clock.monotonic() + step.seconds, self.settings.clock)
        limits = _held_to(deadline, step.request)
        request = _prepared(step.request, self.base_url, self.settings.api_key, limits)
        try:
            response = self.wire.send(request, stream=True, auth=None, follow_redirects=False)
        except transport_errors() as error:
            return Interrupted(in_httpx_terms(error))
        finally:
            _forget_key(request)
        response.stream = incoming = Incoming(response.stream, response.status_code, deadline)
        with closing(response):
            return self._read(response, incoming)

    def _read(self, response: httpx.Response, incoming: Incoming) -> Answer:
        try:
            if response.status_code >= _ERRORS:
                return ErrorReply(response.status_code, response.headers, _cut(response.iter_bytes()))
            response.read()
        except transport_errors() as error:
            return _broken(response, incoming, in_httpx_terms(error))
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
            headers=_headers_of(wire),
            cookies=wire.cookies,
            timeout=settings.timeout,
            transport=_Unused(),
            trust_env=False,
        )
        self.settings = settings
        self.wire = wire

    def build_request(self, method: str, url: httpx.URL | str, **arguments: Any) -> httpx.Request:
        """Build a request; a file in it gets a boundary that it cannot know."""
        mended = _mended(arguments)
        whole = _below(self.settings.base_url, url)
        return _watched(super().build_request(method, whole, **mended), mended.get("files"))

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
                return await self._exchange(
                    _prepared(step.request, self.base_url, self.settings.api_key, _limits(step.seconds))
                )
        except TimeoutError as error:
            return _late(step.request, error)

    async def _exchange(self, request: httpx.Request) -> Answer:
        try:
            response = await self.wire.send(request, stream=True, auth=None, follow_redirects=False)
        except transport_errors() as error:
            return Interrupted(in_httpx_terms(error))
        finally:
            _forget_key(request)
        response.stream = incoming = Incoming(response.stream, response.status_code)
        request.extensions[_INCOMING] = incoming
        async with aclosing(response):
            return await self._read(response, incoming)

    async def _read(self, response: httpx.Response, incoming: Incoming) -> Answer:
        try:
            if response.status_code >= _ERRORS:
                return ErrorReply(response.status_code, response.headers, await _acut(response.aiter_bytes()))
            await response.aread()
        except transport_errors() as error:
            return _broken(response, incoming, in_httpx_terms(error))
        return response


class _Unused(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """A session sends through its wire; a transport of its own would only cost time to make."""


def wire_for(settings: Settings) -> httpx.Client:
    """A client that sends, with a pool of connections."""
    return httpx.Client(limits=_LIMITS, trust_env=not settings.is_local, verify=tls())


def async_wire_for(settings: Settings) -> httpx.AsyncClient:
    """The same for asynchronous use; on aiohttp's transport where `httpx-aiohttp` is installed."""
    try:
        from nanonets_sdk.aiohttp_wire import AiohttpWire
    except ImportError:
        return httpx.AsyncClient(limits=_LIMITS, trust_env=not settings.is_local, verify=tls())
    return AiohttpWire(limits=_LIMITS, trust_env=not settings.is_local, verify=tls())


_LIMITS: Final = httpx.Limits(max_connections=100, max_keepalive_connections=100, keepalive_expiry=5.0)


def _headers_of(wire: httpx.Client | httpx.AsyncClient) -> httpx.Headers:
    """The wire's headers, with our name before httpx's; a name that its owner gave it stays."""
    headers = httpx.Headers(wire.headers)
    if headers.get("user-agent", "").startswith("python-httpx/"):
        headers["User-Agent"] = f"nanonets-sdk/{__version__} {headers['User-Agent']}"
    return headers


def _below(base_url: str, url: httpx.URL | str) -> httpx.URL | str:
    """A URL below the base; httpx would parse it twice to put the two together."""
    return base_url + url if isinstance(url, str) and url.startswith("/") else url


def _mended(arguments: dict[str, Any]) -> dict[str, Any]:
    """Arguments without the multipart boundary that the generator writes into the header: a file could forge it."""
    if not arguments.get("params"):
        # httpx parses a URL anew for an empty query.
        arguments = {**arguments, "params": None}
    if not arguments.get("files"):
        return arguments
    given: dict[str, str] = arguments.get("headers") or {}
    headers = {name: value for name, value in given.items() if name.lower() != "content-type"}
    return {**arguments, "headers": headers, "files": [(name, _part(part)) for name, part in arguments["files"]]}


def _part(part: tuple[Any, ...]) -> tuple[Any, ...]:
    """A part of a form; a file that was given to the generated code is minded like any other."""
    name, content, *rest = part
    if isinstance(content, FileUpload) or not hasattr(content, "read"):
        return part
    return (name, plain_upload(content), *rest)


def _watched(request: httpx.Request, files: Any) -> httpx.Request:
    """The request with a body that knows how far it got."""
    if request.method not in _SAFE_METHODS:
        # A reply that was paid for comes as it is: what is not compressed cannot fail to be decompressed.
        request.headers["Accept-Encoding"] = "identity"
    if not (isinstance(request.stream, httpx.SyncByteStream) and _has_body(request)):
        return request
    uploads = tuple(part[1] for _, part in files or () if isinstance(part[1], FileUpload))
    is_in_memory = isinstance(request.stream, httpx.ByteStream)
    body = Body(request.stream, uploads, is_repeatable=is_in_memory or bool(files))
    extensions = {**request.extensions, _BODY: body}
    if is_in_memory:
        # Made anew, because httpx keeps a copy of a small body, which transports would send unwatched.
        return httpx.Request(request.method, request.url, headers=request.headers, stream=body, extensions=extensions)
    request.stream, request.extensions = body, extensions
    return request


def _has_body(request: httpx.Request) -> bool:
    return "transfer-encoding" in request.headers or request.headers.get("content-length", "0") != "0"


def _prepared(
    request: httpx.Request, base_url: httpx.URL, key: Secret, timeouts: dict[str, float | None]
) -> httpx.Request:
    if _same_origin(request.url, base_url):
        request.headers["Authorization"] = key.authorization()
    request.extensions = {**request.extensions, "timeout": timeouts}
    request.extensions.pop(_INCOMING, None)
    return request


def _held_to(deadline: Deadline, request: httpx.Request) -> dict[str, float | None]:
    """Limits that keep every step of sending a request to one deadline."""
    body = _body_of(request)
    if body is not None:
        body.deadline = deadline
    return StepTimeouts(deadline)


def _limits(seconds: float) -> dict[str, float | None]:
    return httpx.Timeout(seconds, connect=seconds * _TO_CONNECT, pool=seconds * _TO_CONNECT).as_dict()


def _forget_key(request: httpx.Request) -> None:
    """Take the key out of a request that was sent: errors and answers hold on to it."""
    request.headers.pop("Authorization", None)


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


def _broken(response: httpx.Response, incoming: Incoming, error: Exception) -> ErrorReply | Interrupted:
    """An answer whose body broke off; of an error the status is enough."""
    if response.status_code >= _ERRORS:
        return ErrorReply(response.status_code, response.headers, b"")
    return Interrupted(error, incoming.status, b"".join(incoming.received))


def _late(request: httpx.Request, error: TimeoutError) -> Interrupted:
    """A try that the deadline ended, perhaps in the middle of its answer."""
    incoming: Incoming | None = request.extensions.get(_INCOMING)
    if incoming is None:
        return Interrupted(error)
    return Interrupted(error, incoming.status, b"".join(incoming.received))


def _sent(interrupted: Interrupted, request: httpx.Request) -> Sent:
    """How much of a request can have reached the service."""
    body = _body_of(request)
    if interrupted.status is not None or (body is None and not never_connected(interrupted.cause)):
        return Sent.ALL
    return Sent.NOTHING if body is None else body.sent


def _own_fault(interrupted: Interrupted, request: httpx.Request) -> UploadError | None:
    """What went wrong with the file on this side, whatever the transport made of it."""
    body = _body_of(request)
    if isinstance(interrupted.cause, UploadError):
        return interrupted.cause
    return body.error if body is not None else None


def _interruption(
    interrupted: Interrupted, outcome: Outcome, request: httpx.Request, settings: Settings
) -> NanonetsError:
    """The error that a try without a complete answer ends in."""
    cause, effect = interrupted.cause, _effect_of(request)
    call = f"{request.method} {request.url.path}"
    said = settings.api_key.strike(message_of(cause))
    if effect is not Effect.READS and outcome.sent is Sent.ALL:
        billed = " and billed" if effect is Effect.BILLS else ""
        begun = f"its answer (status {interrupted.status}) broke off" if interrupted.status else "no answer came"
        error: NanonetsError = OutcomeUnknown(
            f"{call} was sent and {begun} ({said}). The service may have carried it out{billed}: "
            "look before you send it again, for instance with ocr.list_predictions.",
            raw=interrupted.received,
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
    if not log.isEnabledFor(logging.INFO):
        return
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
