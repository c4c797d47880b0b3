"""One call and its attempts: sent, and sent again where that is safe and may help, until the deadline.

```text
            ┌──────────────────── rewind the body ◄──── wait ◄────┐
            ▼                                                     │ yes
  ────► attempt ──┬──► response: returned                         │
                  ├──► ErrorReply: a complete error response ──┬──► may repeat?
                  └──► Interrupted: no complete response ──────┘      │ no
                                                                      └──► raise the error
```

Each failed attempt becomes its typed error first, and the error says whether to repeat: it must be transient, a call
that bills or changes something must not have been carried out (`policy.may_repeat`), the body must be replayable, and
the wait must end before the deadline. A wait that would not fit is not begun; the error is raised at once instead.

The flow is pure. It yields `Attempt` and `Sleep`, and a session performs them.
"""

from __future__ import annotations

import logging
from typing import Final, TypeAlias

import httpx
from attrs import frozen

from nanonets_sdk.errors import NanonetsError
from nanonets_sdk.events import Exchange, RetryEvent, notify
from nanonets_sdk.flows import Flow, Sleep
from nanonets_sdk.transport.failures import Effort, ErrorReply, Interrupted, error_from_interruption, error_from_reply
from nanonets_sdk.transport.policy import may_repeat, parse_retry_after, wait_before
from nanonets_sdk.transport.request import body_of, options_of, with_body
from nanonets_sdk.transport.settings import Settings

log: Final = logging.getLogger("nanonets_sdk")


@frozen
class Attempt:
    """Step: send the request once. Its outcome is an `Answer`.

    Attributes:
        request: The request.
        seconds: What is left of the deadline.
    """

    request: httpx.Request
    seconds: float


Answer: TypeAlias = httpx.Response | ErrorReply | Interrupted


def attempts(request: httpx.Request, settings: Settings) -> Flow[Attempt | Sleep, httpx.Response]:
    """Send a request, and send it again where that is safe and may help.

    Returns:
        The response, its body read.

    Raises:
        NanonetsError: As `errors` says.
    """
    # A transport may replace the stream of the request once it has read it, so the body is kept from the start.
    clock, body, options = settings.clock, body_of(request), options_of(request)
    is_replayable = body.replayable if body is not None else isinstance(request.stream, httpx.SyncByteStream)
    seconds = settings.timeout if options.seconds is None else min(options.seconds, settings.timeout)
    start = clock.monotonic()
    end = start + seconds
    number = 0
    while True:
        number += 1
        began = clock.monotonic()
        answer: Answer = yield Attempt(request, max(end - began, 0.0))
        _log_attempt(request, answer, number, clock.monotonic() - began)
        # A response that broke off would be recorded as if it were complete.
        if settings.recorder is not None and not isinstance(answer, Interrupted):
            notify(settings.recorder, _exchange(request, answer, settings))
        if isinstance(answer, httpx.Response):
            return answer
        asked = None
        # Built even if the call is repeated: the policy judges the error, and nothing classifies a status again.
        if isinstance(answer, ErrorReply):
            asked = parse_retry_after(answer.headers.get("retry-after"), clock.now(), answer.headers.get("date"))
            key, effect = settings.api_key, options.effect
            error: NanonetsError = error_from_reply(request.method, request.url.path, answer, effect, asked, key)
        else:
            effort = Effort(number, clock.monotonic() - start, seconds)
            error = error_from_interruption(request, body, answer, options.effect, effort, settings.api_key)
        wait = wait_before(error, asked, number, clock.random())
        in_time = number <= settings.max_retries and clock.monotonic() + wait < end
        if not (in_time and is_replayable and may_repeat(error, options.effect)):
            try:
                raise error
            finally:
                # The traceback holds this frame. If the frame held the error, neither would be freed, nor the file.
                del error
        if settings.on_retry is not None:
            status, name = _status_and_error(answer)
            # An event has a status or an error, never both.
            settings.on_retry(
                RetryEvent(request.method, request.url.path, number, wait, None if name else status, name)
            )
        yield Sleep(wait)
        if body is not None:
            body.rewind()
            request = with_body(request, body)


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


def _status_and_error(answer: Answer) -> tuple[int | None, str | None]:
    """Return the HTTP status, of a response that broke off too, and the name of the transport's error."""
    if isinstance(answer, httpx.Response):
        return answer.status_code, None
    return answer.status, type(answer.cause).__name__ if isinstance(answer, Interrupted) else None


def _log_attempt(request: httpx.Request, answer: Answer, number: int, seconds: float) -> None:
    if not log.isEnabledFor(logging.INFO):
        return
    status, error = _status_and_error(answer)
    facts = {"method": request.method, "path": request.url.path, "status": status, "error": error}
    log.info(
        "%s %s: %s in %.3f s (attempt %d)",
        request.method,
        request.url.path,
        error or status,
        seconds,
        number,
        extra={"nanonets": {**facts, "duration": seconds, "attempt": number}},
    )
