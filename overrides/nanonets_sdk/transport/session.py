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

from contextlib import aclosing, closing
from typing import Any, Final

import anyio
import httpx

from nanonets_sdk.flows import Sleep, arun, run
from nanonets_sdk.transport.attempts import Answer, Attempt, attempts
from nanonets_sdk.transport.deadline import Deadline, Incoming, StepTimeouts
from nanonets_sdk.transport.failures import ErrorReply, Interrupted, in_httpx_terms, transport_errors
from nanonets_sdk.transport.pool import session_arguments
from nanonets_sdk.transport.request import body_of, build, options_of
from nanonets_sdk.transport.settings import Settings

_MAX_ERROR_BODY: Final = 1 << 20
_ERRORS: Final = 300
# Less than the whole, so that a connection that was never established is reported as one, not as a missing response.
_TO_CONNECT: Final = 0.95


class Session(httpx.Client):
    """A sync session.

    Args:
        settings: The settings.
        pool: The httpx client that sends; the caller closes it.
    """

    def __init__(self, settings: Settings, pool: httpx.Client) -> None:
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
        return run(attempts(request, self.settings), self._perform)

    def _perform(self, step: Attempt | Sleep) -> Answer | None:
        clock = self.settings.clock
        if isinstance(step, Sleep):
            clock.sleep(step.seconds)
            return None
        request, deadline = step.request, Deadline(clock.monotonic() + step.seconds, clock)
        if (body := body_of(request)) is not None:
            body.deadline = deadline
        _prepare(request, self.base_url, self.settings, StepTimeouts(deadline))
        response: httpx.Response | None = None
        try:
            # The caller's client may have authentication of its own, or follow redirects; neither is right here.
            response = self.pool.send(request, stream=True, auth=None, follow_redirects=False)
            response.stream = Incoming(response.stream, deadline)
            with closing(response):
                if response.status_code >= _ERRORS:
                    return _read_error(response)
                response.read()
        except transport_errors() as error:
            return _interrupted(response, in_httpx_terms(error))
        finally:
            request.headers.pop("Authorization", None)
        return response


class AsyncSession(httpx.AsyncClient):
    """An async session.

    Args:
        settings: The settings.
        pool: The httpx client that sends; the caller closes it.
    """

    def __init__(self, settings: Settings, pool: httpx.AsyncClient) -> None:
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
        return await arun(attempts(request, self.settings), self._perform)

    async def _perform(self, step: Attempt | Sleep) -> Answer | None:
        if isinstance(step, Sleep):
            await self.settings.clock.asleep(step.seconds)
            return None
        request, to_connect = step.request, step.seconds * _TO_CONNECT
        timeouts = httpx.Timeout(step.seconds, connect=to_connect, pool=to_connect).as_dict()
        _prepare(request, self.base_url, self.settings, timeouts)
        response: httpx.Response | None = None
        try:
            # aiohttp has no time limit for sending, so the deadline is enforced from outside.
            with anyio.fail_after(step.seconds):
                response = await self.pool.send(request, stream=True, auth=None, follow_redirects=False)
                response.stream = Incoming(response.stream)
                async with aclosing(response):
                    if response.status_code >= _ERRORS:
                        return await _aread_error(response)
                    await response.aread()
        except transport_errors() as error:
            return _interrupted(response, in_httpx_terms(error))
        except TimeoutError as error:
            return _interrupted(response, error)
        finally:
            request.headers.pop("Authorization", None)
        return response


def _prepare(
    request: httpx.Request, base_url: httpx.URL, settings: Settings, timeouts: dict[str, float | None]
) -> None:
    """Make a request ready for one attempt: the key, if it goes to the service, and the limits of each step."""
    url, origin = request.url, base_url
    if options_of(request).is_for_review_host and settings.review_url is not None:
        origin = httpx.URL(settings.review_url)
    if (url.scheme, url.host, url.port) == (origin.scheme, origin.host, origin.port):
        request.headers["Authorization"] = settings.api_key.authorization()
    request.extensions = {**request.extensions, "timeout": timeouts}


def _interrupted(response: httpx.Response | None, error: Exception) -> ErrorReply | Interrupted:
    if response is None:
        return Interrupted(error)
    if response.status_code >= _ERRORS:
        # The status of an error says enough, even if its body broke off.
        return ErrorReply(response.status_code, response.headers, b"")
    # A response hook of the caller's client may have replaced the stream.
    received = response.stream.received if isinstance(response.stream, Incoming) else ()
    return Interrupted(error, response.status_code, b"".join(received))


def _read_error(response: httpx.Response) -> ErrorReply:
    content = bytearray()
    for piece in response.iter_bytes():
        content += piece
        if len(content) >= _MAX_ERROR_BODY:
            break
    return ErrorReply(response.status_code, response.headers, bytes(content[:_MAX_ERROR_BODY]))


async def _aread_error(response: httpx.Response) -> ErrorReply:
    content = bytearray()
    async for piece in response.aiter_bytes():
        content += piece
        if len(content) >= _MAX_ERROR_BODY:
            break
    return ErrorReply(response.status_code, response.headers, bytes(content[:_MAX_ERROR_BODY]))
