"""Sessions: httpx clients that add the API key, a deadline, retries and typed errors to every request.

Two httpx clients serve one call. The session is one, because generated code calls methods of an httpx client, but it
never sends by itself. It hands each attempt to its pool, the other client, which owns the connections and the TLS and
proxy settings. Several sessions with different settings can share one pool, and the caller can bring one.

```text
generated code ──► Session.request ──► Session.send ──► attempts ──► pool.send ──► network
                   (builds, tracks)    (drives the flow)             (stream=True, no auth, no redirects)
```

The key goes to the service's own origin only, and is on the request only while an attempt lasts: responses and errors
hold on to their request. One call has another origin: that for a review link, see
docs/decisions/0096-the-review-host-receives-the-key-in-one-call.md.
"""

from __future__ import annotations

import sys
from contextlib import aclosing, closing
from functools import lru_cache
from typing import Any, Final

import anyio
import httpx

from nanonets_sdk.flows import Sleep, arun, run
from nanonets_sdk.transport.attempts import Answer, Attempt, attempts
from nanonets_sdk.transport.content import Incoming, TooLarge
from nanonets_sdk.transport.deadline import Deadline, StepTimeouts
from nanonets_sdk.transport.failures import ErrorReply, Interrupted, advice_on, in_httpx_terms, transport_errors
from nanonets_sdk.transport.interruptions import note_attempt, note_wait
from nanonets_sdk.transport.pool import AsyncPool, Pool, session_arguments
from nanonets_sdk.transport.request import body_of, build, options_of
from nanonets_sdk.transport.settings import Settings
from nanonets_sdk.transport.tracebacks import without_network_frames

_MAX_ERROR_BODY: Final = 1 << 20
_ERRORS: Final = 300
# Less than the whole, so that a connection that was never established is reported as one, not as a missing response.
_TO_CONNECT: Final = 0.95


class Session(httpx.Client):
    """A sync session.

    Args:
        settings: The settings.
        pool: The connections; the caller closes them.
    """

    def __init__(self, settings: Settings, pool: Pool) -> None:
        super().__init__(**session_arguments(settings, pool))
        self.settings = settings
        self.pool = pool

    def build_request(self, method: str, url: httpx.URL | str, **arguments: Any) -> httpx.Request:
        """Build a request with a random multipart boundary and a tracked body."""
        return build(super().build_request, self.settings.base_url, method, url, arguments)

    def send(self, request: httpx.Request, **_options: Any) -> httpx.Response:
        """Send a request, with retries.

        Raises:
            NanonetsError: The response has an error status, or none came.
        """
        # The options are httpx's authentication, redirects and streaming, which are the session's to decide.
        try:
            return run(attempts(request, self.settings), self._perform)
        except BaseException as error:
            note_wait(error, request)
            raise

    def _perform(self, step: Attempt | Sleep) -> Answer | None:
        clock = self.settings.clock
        if isinstance(step, Sleep):
            clock.sleep(step.seconds)
            return None
        request, deadline = step.request, Deadline(clock.monotonic() + step.seconds, clock)
        if (body := body_of(request)) is not None:
            body.deadline = deadline
        timeouts = StepTimeouts(deadline) if self.pool.given is not None else deadline.limits()
        _prepare(request, self.settings, timeouts)
        response: httpx.Response | None = None
        incoming: Incoming | None = None
        outer = sys.exception()
        try:
            # The caller's client may have authentication of its own, or follow redirects; neither is right here.
            response = self.pool.send(request, stream=True, auth=None, follow_redirects=False)
            with closing(response):
                # A transport or a hook of the caller's client may have read the body already.
                if not response.is_stream_consumed:
                    incoming = Incoming.of(response, _most(response, self.settings), deadline)
                response.read()
        except transport_errors() as error:
            return _interrupted(response, incoming, error)
        except BaseException as error:
            note_attempt(without_network_frames(error, outer), request, response)
            raise
        finally:
            request.headers.pop("Authorization", None)
        return _answer(response, self.settings)


class AsyncSession(httpx.AsyncClient):
    """An async session.

    Args:
        settings: The settings.
        pool: The connections; the caller closes them.
    """

    def __init__(self, settings: Settings, pool: AsyncPool) -> None:
        super().__init__(**session_arguments(settings, pool))
        self.settings = settings
        self.pool = pool

    def build_request(self, method: str, url: httpx.URL | str, **arguments: Any) -> httpx.Request:
        """Build a request with a random multipart boundary and a tracked body."""
        return build(super().build_request, self.settings.base_url, method, url, arguments)

    async def send(self, request: httpx.Request, **_options: Any) -> httpx.Response:
        """Send a request, with retries.

        Raises:
            NanonetsError: The response has an error status, or none came.
        """
        try:
            return await arun(attempts(request, self.settings), self._perform)
        except BaseException as error:
            note_wait(error, request)
            raise

    async def _perform(self, step: Attempt | Sleep) -> Answer | None:
        if isinstance(step, Sleep):
            await self.settings.clock.asleep(step.seconds)
            return None
        request, to_connect = step.request, step.seconds * _TO_CONNECT
        deadline = Deadline(self.settings.clock.monotonic() + step.seconds, self.settings.clock)
        timeouts = httpx.Timeout(step.seconds, connect=to_connect, pool=to_connect).as_dict()
        _prepare(request, self.settings, timeouts)
        response: httpx.Response | None = None
        incoming: Incoming | None = None
        outer = sys.exception()
        try:
            # aiohttp has no time limit for sending, so the deadline is enforced from outside.
            with anyio.fail_after(step.seconds):
                response = await self.pool.send(request, stream=True, auth=None, follow_redirects=False)
                async with aclosing(response):
                    if not response.is_stream_consumed:
                        incoming = Incoming.of(response, _most(response, self.settings), deadline)
                    await response.aread()
        except transport_errors() as error:
            return _interrupted(response, incoming, error)
        except TimeoutError as error:
            return _interrupted(response, incoming, error)
        except BaseException as error:
            note_attempt(without_network_frames(error, outer), request, response)
            raise
        finally:
            request.headers.pop("Authorization", None)
        return _answer(response, self.settings)


def _prepare(request: httpx.Request, settings: Settings, timeouts: dict[str, float | None]) -> None:
    """Make a request ready for one attempt: the key, if it goes to the service, and the limits of each step."""
    place = settings.base_url
    if options_of(request).is_for_review_host and settings.review_url is not None:
        place = settings.review_url
    if _origin(request.url) == _origin_of(place):
        request.headers["Authorization"] = settings.api_key.authorization()
    request.extensions = {**request.extensions, "timeout": timeouts}


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


@lru_cache(maxsize=64)
def _origin_of(url: str) -> tuple[str, str, int | None]:
    return _origin(httpx.URL(url))


def _most(response: httpx.Response, settings: Settings) -> int:
    return settings.max_reply_bytes if response.status_code < _ERRORS else _MAX_ERROR_BODY


def _answer(response: httpx.Response, settings: Settings) -> Answer:
    """Return the outcome of an attempt whose response has arrived."""
    status, content = response.status_code, response.content
    if status >= _ERRORS:
        return ErrorReply(status, response.headers, content[:_MAX_ERROR_BODY])
    if len(content) > settings.max_reply_bytes:
        limit = settings.max_reply_bytes
        return Interrupted(TooLarge(limit), status, content[:limit])
    return response


def _interrupted(
    response: httpx.Response | None, incoming: Incoming | None, error: Exception
) -> ErrorReply | Interrupted:
    if response is None:
        return Interrupted(in_httpx_terms(error), advice=advice_on(error))
    received = b"" if incoming is None else incoming.received
    if response.status_code >= _ERRORS:
        # The status of an error says enough, even if its body broke off or is too long.
        return ErrorReply(response.status_code, response.headers, received)
    return Interrupted(in_httpx_terms(error), response.status_code, received)
