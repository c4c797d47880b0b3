"""One call and its tries: sent, and sent again where that is safe and may help, until it ends in an answer or an error.

Pure: a flow that asks for a request to be sent, or for a wait, and is told what came of it.
"""

from __future__ import annotations

import logging
from itertools import count
from typing import Final, TypeAlias

import httpx
from attrs import field, frozen

from nanonets_sdk.errors import ConnectionFailed, NanonetsError, OutcomeUnknown, RequestTimeout, UploadError
from nanonets_sdk.events import Exchange, RetryEvent, notify
from nanonets_sdk.flows import Flow, Sleep
from nanonets_sdk.transport.failures import ErrorReply, failure_of
from nanonets_sdk.transport.policy import Effect, FailedTry, Sent, may_repeat, retry_after, wait_before
from nanonets_sdk.transport.request import (
    body_of,
    effect_of,
    is_repeatable,
    seconds_of,
)
from nanonets_sdk.transport.settings import Settings
from nanonets_sdk.transport.transport_errors import message_of, never_connected

log: Final = logging.getLogger("nanonets_sdk")


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
    clock, body = settings.clock, body_of(request)
    end = clock.monotonic() + seconds_of(request, settings)
    for attempt in count(1):
        began = clock.monotonic()
        answer: Answer = yield Try(request, max(end - began, 0.0))
        _log_try(request, answer, attempt, clock.monotonic() - began)
        if settings.recorder is not None and not isinstance(answer, Interrupted):
            notify(settings.recorder, _exchange(request, answer, settings))
        if isinstance(answer, httpx.Response):
            return answer
        failed = _failed_try(answer, request, settings)
        wait = wait_before(failed, attempt, clock.random())
        in_time = attempt <= settings.max_retries and clock.monotonic() + wait < end
        if not (in_time and _can_repeat(failed, answer, request)):
            raise _failure(answer, failed, request, settings)
        if settings.on_retry is not None:
            settings.on_retry(
                RetryEvent(request.method, request.url.path, attempt, wait, failed.status, _error_name(answer))
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


def _failed_try(answer: ErrorReply | Interrupted, request: httpx.Request, settings: Settings) -> FailedTry:
    if isinstance(answer, Interrupted):
        return FailedTry(_sent(answer, request))
    wanted = retry_after(answer.headers.get("retry-after"), settings.clock.now(), answer.headers.get("date"))
    return FailedTry(Sent.ALL, answer.status, wanted)


def _can_repeat(failed: FailedTry, answer: ErrorReply | Interrupted, request: httpx.Request) -> bool:
    if isinstance(answer, Interrupted) and _own_fault(answer, request) is not None:
        return False
    return may_repeat(failed, effect_of(request)) and is_repeatable(request)


def _failure(
    answer: ErrorReply | Interrupted, failed: FailedTry, request: httpx.Request, settings: Settings
) -> NanonetsError:
    effect = effect_of(request)
    if isinstance(answer, ErrorReply):
        return failure_of(request.method, request.url.path, answer, effect, failed.retry_after, settings.api_key)
    return _own_fault(answer, request) or _interruption(answer, failed, request, settings)


def _sent(interrupted: Interrupted, request: httpx.Request) -> Sent:
    """How much of a request can have reached the service."""
    body = body_of(request)
    if interrupted.status is not None or (body is None and not never_connected(interrupted.cause)):
        return Sent.ALL
    return Sent.NOTHING if body is None else body.sent


def _own_fault(interrupted: Interrupted, request: httpx.Request) -> UploadError | None:
    """What went wrong with the file on this side, whatever the transport made of it."""
    body = body_of(request)
    if isinstance(interrupted.cause, UploadError):
        return interrupted.cause
    return body.error if body is not None else None


def _interruption(
    interrupted: Interrupted, failed: FailedTry, request: httpx.Request, settings: Settings
) -> NanonetsError:
    """The error that a try without a complete answer ends in."""
    cause, effect = interrupted.cause, effect_of(request)
    call = f"{request.method} {request.url.path}"
    said = settings.api_key.strike(message_of(cause))
    if effect is not Effect.READS and failed.sent is Sent.ALL:
        billed = " and billed" if effect is Effect.BILLS else ""
        begun = f"its answer (status {interrupted.status}) broke off" if interrupted.status else "no answer came"
        error: NanonetsError = OutcomeUnknown(
            f"{call} was sent and {begun} ({said}). The service may have carried it out{billed}: "
            "look before you send it again, for instance with ocr.list_predictions.",
            raw=interrupted.received,
        )
    elif isinstance(cause, httpx.TimeoutException | TimeoutError):
        error = RequestTimeout(
            f"{call} had no answer within {seconds_of(request, settings):g} s ({said}). It can be sent again."
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
