"""Turns an attempt that failed into the error that says what happened and what to do.

An attempt fails with an `ErrorReply`, a complete response with an error status, or it is `Interrupted`: no response, or
one that broke off. What an interruption means depends on what the service can have received:

```text
                      call reads          call changes or bills
Sent.NOTHING, PART    ConnectionFailed    ConnectionFailed       RequestTimeout if it was a timeout;
Sent.ALL              ConnectionFailed    OutcomeUnknown         both may be repeated
```

A response whose body is too large, or has a coding that is not decoded, would be the same the next time. It is a
`DecodeError` for every call, with what has arrived.
"""

from __future__ import annotations

import json
import os
import re
import socket
import ssl
import sys
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final, cast

import httpx
from attrs import field, frozen

from nanonets_sdk._net.content import ACCEPTED, UnknownCoding
from nanonets_sdk.errors import (
    ApiError,
    ApiResponse,
    BadRequest,
    ConnectionFailed,
    DecodeError,
    ErrorDetail,
    Forbidden,
    ModelNotReady,
    NanonetsError,
    NotFound,
    OutcomeUnknown,
    PaymentRequired,
    RateLimited,
    ReplyTooLarge,
    RequestTimeout,
    ServerError,
    Unauthorized,
    UploadError,
    is_refusal,
)
from nanonets_sdk.transport.body import Sent, TrackedBody
from nanonets_sdk.transport.content import TooLarge
from nanonets_sdk.transport.policy import Effect
from nanonets_sdk.transport.settings import Secret
from nanonets_sdk.transport.tracebacks import without_network_frames

_LONGEST_REASON: Final = 200
_WORTH_SAYING: Final = 1.0
_PORTS: Final = {"http": 80, "https": 443}
_ERRNO: Final = re.compile(r"\[Errno -?\d+\] ")
_SERVER_ERRORS: Final = 500

_KINDS: Final[dict[int, type[ApiError]]] = {
    400: BadRequest,
    401: Unauthorized,
    402: PaymentRequired,
    403: Forbidden,
    404: NotFound,
    409: ModelNotReady,
}

_ADVICE: Final[dict[int, str]] = {
    400: "Check the arguments, and that the file opens in a viewer.",
    401: "Check the API key (api_key=… or NANONETS_API_KEY).",
    402: "The free calls are used up, or the plan does not include this; check the model's plan on app.nanonets.com.",
    403: "This API key is not allowed to do this.",
    404: "Check the id, and that the API key belongs to the same account.",
    405: "Check the base URL.",
    407: "The proxy wants a user and a password; add them to its URL.",
    409: "The model is not trained: upload files with upload_file and call train, or wait for its training to finish.",
    413: "The file is too large for the service; send fewer pages.",
    429: "Too many pages in this minute for the model. The call was not carried out; wait and send it again.",
}

_REDIRECTED: Final = "The service never redirects, and the API key is not sent elsewhere; check the base URL."

_UNCLEAR_ADVICE: Final[dict[Effect, str]] = {
    Effect.READS: "The service or a gateway before it failed; try again later.",
    Effect.CHANGES: "It may still have been carried out; check before you send it again.",
    Effect.BILLS: "It may still have been carried out and billed; check ocr.list_predictions before you send it again.",
}

# Statuses of gateways that the standard library has no name for.
_PHRASES: Final[dict[int, str]] = {
    499: "Client Closed Request",
    520: "Unknown Error of the Gateway",
    521: "Web Server Is Down",
    522: "Connection Timed Out",
    523: "Origin Is Unreachable",
    524: "A Timeout Occurred",
    525: "SSL Handshake Failed",
    526: "Invalid SSL Certificate",
    529: "Site Is Overloaded",
}

_FILE_ID: Final = re.compile(rb'"request_file_id"\s*:\s*"([0-9A-Za-z-]{1,64})"')
_NEVER_CONNECTED: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)

_LOGIN: Final = "407"
_BROKEN_HANDSHAKES: Final = (ssl.SSLEOFError, ssl.SSLZeroReturnError, ssl.SSLSyscallError)
_CONNECTING: Final = (httpx.ConnectError, httpx.ProxyError)


@frozen
class ErrorReply:
    """A response with an error status.

    Attributes:
        status: The HTTP status.
        headers: The headers.
        content: The first 1 MiB of the body.
    """

    status: int
    headers: Mapping[str, str] = field(repr=False)
    content: bytes = field(repr=False)


@frozen
class Effort:
    """What a call has taken so far, for messages.

    Attributes:
        tries: The number of attempts.
        seconds: Seconds since the first one began.
        deadline: Seconds that it may take.
    """

    tries: int
    seconds: float
    deadline: float

    @property
    def after(self) -> str:
        """The attempts and the time; empty for a single attempt that failed at once."""
        spent = f"{self.seconds:.1f}".removesuffix(".0")
        if self.tries > 1:
            return f" in {self.tries} tries over {spent} s"
        return f" in {spent} s" if self.seconds >= _WORTH_SAYING else ""

    @property
    def tries_only(self) -> str:
        """The attempts; empty for a single one."""
        return f" and {self.tries} tries" if self.tries > 1 else ""


@frozen
class Interrupted:
    """An attempt without a complete response.

    Attributes:
        cause: The transport's error, or the error about the file.
        status: The status of the response that broke off; None if none began.
        received: What was received of its body.
        advice: What must change before the call is sent again; empty if nothing must.
    """

    cause: Exception
    status: int | None = None
    received: bytes = field(default=b"", repr=False)
    advice: str = ""


def error_from_reply(
    method: str, path: str, reply: ErrorReply, effect: Effect, retry_after: float | None, key: Secret
) -> ApiError:
    """Return the error for a response with an error status."""
    status, content = reply.status, key.redact_bytes(reply.content)
    headers = {name.lower(): key.redact(value) for name, value in reply.headers.items()}
    reason, errors = _parse_envelope(content)
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = _PHRASES.get(status, "(not a standard status)")
    message = f"{status} {phrase} from {method} {path}"
    # The service's words must not be able to forge a line in a log.
    shown = "".join(character if character.isprintable() else " " for character in reason).strip(" .")
    if reason:
        message += f": {shown if len(shown) <= _LONGEST_REASON else f'{shown[:_LONGEST_REASON]}…'}"
    # The published description says 400 where the service was seen to answer 409.
    words = " ".join([reason, *(f"{detail.reason} {detail.message}" for detail in errors)]).casefold()
    is_not_ready = status == HTTPStatus.CONFLICT or (status == HTTPStatus.BAD_REQUEST and "not ready" in words)
    # The advice follows the facts of the error, so that the two cannot contradict each other.
    advice = _ADVICE.get(409 if is_not_ready else status, "") if is_refusal(status) else _UNCLEAR_ADVICE[effect]
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        advice = _REDIRECTED if effect is Effect.READS else f"{_REDIRECTED} {advice}"
    message = f"{message}. {advice}".rstrip()
    response = ApiResponse(status, headers, content)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return RateLimited(message, response=response, reason=reason, errors=errors, retry_after=retry_after)
    kind = _KINDS.get(status, ServerError if status >= _SERVER_ERRORS else ApiError)
    return (ModelNotReady if is_not_ready else kind)(message, response=response, reason=reason, errors=errors)


def error_from_interruption(
    request: httpx.Request,
    body: TrackedBody | None,
    interrupted: Interrupted,
    effect: Effect,
    effort: Effort,
    key: Secret,
) -> NanonetsError:
    """Return the error for an attempt without a complete response."""
    cause = interrupted.cause
    # Whatever the transport made of it, a file that failed is the caller's to mend.
    fault = cause if isinstance(cause, UploadError) else body and body.error
    if fault:
        return without_network_frames(fault)
    call = f"{request.method} {request.url.path}"
    if isinstance(cause, TooLarge | UnknownCoding):
        return _unreadable(call, cause, interrupted, effect)
    # A transport or a hook that has read the body sends a copy, of which nothing is known.
    is_tracked = body is not None and request.stream is body
    # A response that has begun proves that the request arrived. A request without a body leaves in one piece.
    if interrupted.status is not None or not (is_tracked or isinstance(cause, _NEVER_CONNECTED)):
        sent = Sent.ALL
    else:
        sent = body.sent if body is not None and is_tracked else Sent.NOTHING
    said = key.redact(_reason(cause))
    place = _place(request.url)
    if effect is not Effect.READS and sent is Sent.ALL:
        billed = " and billed" if effect is Effect.BILLS else ""
        broke = f"the response (status {interrupted.status}) broke off" if interrupted.status else "no response came"
        error: OutcomeUnknown | RequestTimeout | ConnectionFailed = OutcomeUnknown(
            f"{call} was sent to {place} and {broke}{effort.after} ({said}). It may have been carried out{billed}; "
            "check before you send it again, for instance with ocr.list_predictions.",
            raw=interrupted.received,
        )
    elif isinstance(cause, httpx.TimeoutException | TimeoutError):
        within = f"within {effort.deadline:g} s{effort.tries_only}"
        error = RequestTimeout(f"{call} had no response from {place} {within} ({said}). It can be sent again.")
    else:
        advice = interrupted.advice or "It can be sent again."
        error = ConnectionFailed(f"{call} did not reach {place}{effort.after} ({said}). {advice}")
        if interrupted.advice:
            error.is_transient, error.meets_every_file, error.meets_every_call = False, True, True
    # An attribute and not `__cause__`: a log should not repeat how the libraries below passed the error on.
    error.cause = cause
    return error


def _place(url: httpx.URL) -> str:
    host = f"[{url.host}]" if ":" in url.host else url.host
    return f"{host}:{url.port or _PORTS.get(url.scheme, '')}"


def _reason(cause: Exception) -> str:
    """Return the words of the system, without what the libraries put around them."""
    return _ERRNO.sub("", str(cause)) or type(cause).__name__


def _unreadable(call: str, cause: TooLarge | UnknownCoding, interrupted: Interrupted, effect: Effect) -> DecodeError:
    """Return the error for a response that is not read to its end, or cannot be decoded."""
    status, raw = interrupted.status or 0, interrupted.received
    done = {Effect.READS: "", Effect.CHANGES: " It was carried out.", Effect.BILLS: " It was carried out and billed."}
    if isinstance(cause, UnknownCoding):
        return DecodeError(
            f"{call} was answered with status {status} and a body in the coding {str(cause)!r}; only {ACCEPTED} are "
            f"decoded, and only one of them at a time.{done[effect]} `raw` of this error has the bytes as they came.",
            raw=raw,
        )
    found = _FILE_ID.search(raw)
    file_id = found[1].decode("ascii") if found else None
    advice = f" Read it later with ocr.get_file and the request_file_id {file_id}." if file_id else ""
    return ReplyTooLarge(
        f"{call} was answered with status {status} and more than {cause.limit} bytes.{done[effect]}{advice} "
        "A larger max_reply_bytes admits it; `raw` of this error has what was read.",
        raw=raw,
        status_code=status,
        request_file_id=file_id,
    )


def _parse_envelope(content: bytes) -> tuple[str, tuple[ErrorDetail, ...]]:
    """Return reason and details of the service's error envelope; both are empty if the body is something else."""
    try:
        value = json.loads(content.removeprefix(b"\xef\xbb\xbf").decode("utf-8", errors="replace"))
    except (ValueError, RecursionError):
        # A gateway's page, or a body that nests deeper than Python's stack.
        return "", ()
    if not isinstance(value, dict):
        return "", ()
    envelope = cast("dict[str, Any]", value)
    listed = envelope.get("errors")
    errors = tuple(
        ErrorDetail(_text(entry, "reason"), _text(entry, "message"))
        for entry in cast("list[dict[str, Any]]", listed if isinstance(listed, list) else [])
        if isinstance(entry, dict)  # pyright: ignore[reportUnnecessaryIsInstance] - what the service sends is not checked
    )
    reasons = (detail.reason or detail.message for detail in errors)
    return next(filter(None, reasons), _text(envelope, "message")), errors


def _text(members: dict[str, Any], name: str) -> str:
    value = members.get(name)
    return value if isinstance(value, str) else ""


def transport_errors() -> tuple[type[Exception], ...]:
    """Return the exceptions that a transport may raise. Some of aiohttp's pass through its transport for httpx."""
    aiohttp = _aiohttp()
    ours = (TooLarge, UnknownCoding, UploadError)
    return (httpx.TransportError, httpx.DecodingError, *ours, *((aiohttp.ClientError,) if aiohttp else ()))


def _aiohttp() -> Any:
    """Return the module aiohttp; None while it is not imported, or not to its end, in another thread."""
    module = sys.modules.get("aiohttp")
    return module if hasattr(module, "TraceConfig") else None


def in_httpx_terms(error: Exception) -> Exception:
    """Return the error that httpx itself would have raised, without anything confidential attached.

    `httpx-aiohttp` raises the same type for a connection that broke and one that was never established. aiohttp's own
    errors hold the request headers, including the API key, and so do the frames of every error. Protocol errors quote
    bytes of the response.
    """
    aiohttp = _aiohttp()
    cause = error.__cause__ if isinstance(error, httpx.TransportError) else error
    if aiohttp is None or not isinstance(cause, aiohttp.ClientError):
        if isinstance(error, UploadError):
            return error
        said = str(error)
        if isinstance(error, httpx.RemoteProtocolError | httpx.LocalProtocolError):
            said = said.partition(":")[0]
        if isinstance(error, httpx.RequestError):
            # Another transport may have classes of its own, and arguments of its own for them.
            known = next(kind for kind in type(error).__mro__ if kind.__module__.partition(".")[0] == "httpx")
            return cast("type[httpx.RequestError]", known)(said)
        error.__cause__ = error.__context__ = None
        return error.with_traceback(None)
    system = (cause.strerror if isinstance(cause, OSError) else None) or "the connection broke"
    # The first match counts, so a class comes before its bases.
    kinds: tuple[tuple[type[Exception], httpx.TransportError], ...] = (
        (aiohttp.ClientHttpProxyError, httpx.ProxyError("the proxy refused")),
        (aiohttp.ClientProxyConnectionError, httpx.ProxyError("the proxy cannot be reached")),
        (aiohttp.ClientConnectorError, httpx.ConnectError(_of_the_system(cause))),
        (aiohttp.ConnectionTimeoutError, httpx.ConnectTimeout("no connection in time")),
        (aiohttp.ServerTimeoutError, httpx.ReadTimeout("no response in time")),
        (aiohttp.ServerDisconnectedError, httpx.RemoteProtocolError("the service closed the connection")),
        (aiohttp.ClientOSError, httpx.ReadError(system)),
        (aiohttp.ClientConnectionError, httpx.ReadError("the connection broke")),
        (aiohttp.ClientPayloadError, httpx.RemoteProtocolError("the response broke off")),
        (aiohttp.ClientError, httpx.RemoteProtocolError("the response is not valid HTTP")),
    )
    return next(ours for theirs, ours in kinds if isinstance(cause, theirs))


def _of_the_system(error: Any) -> str:
    """Return what the system says about a connection that aiohttp could not make."""
    below = getattr(error, "os_error", None)
    # asyncio puts the address in the place of the system's words: "Connect call failed ('127.0.0.1', 1)".
    if below is None or isinstance(below, ssl.SSLError) or not below.errno:
        return str(error)
    return os.strerror(below.errno) if not isinstance(below, socket.gaierror) else below.strerror or str(below)


def advice_on(error: Exception) -> str:
    """Return what must change before a call is sent again; empty if it may succeed with nothing changed."""
    if str(getattr(error.__cause__, "status", "")) == _LOGIN or (
        isinstance(error, httpx.ProxyError) and str(error).startswith(_LOGIN)
    ):
        return (
            "The proxy asks for a user name and a password; put them into its URL, for instance "
            "HTTPS_PROXY=http://user:password@proxy.example.org:8080."
        )
    below: BaseException | None = error
    while below is not None and not isinstance(below, ssl.SSLError):
        below = below.__cause__ or below.__context__
    # A connection that breaks during the handshake is no different from one that breaks later.
    if below is None or isinstance(below, _BROKEN_HANDSHAKES) or not isinstance(error, _CONNECTING):
        return ""
    if not isinstance(below, ssl.SSLCertVerificationError):
        return "TLS cannot be agreed on; check the base URL and the proxy."
    unread = " REQUESTS_CA_BUNDLE is not read." if os.environ.get("REQUESTS_CA_BUNDLE") else ""
    return (
        "The certificate is not trusted; if a proxy of your network replaces it, set SSL_CERT_FILE to a file with the "
        f"certificates to trust.{unread}"
    )
