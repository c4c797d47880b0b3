"""The one seam to httpx: what leaves this machine, and what comes back.

`Session` and `AsyncSession` are httpx clients, so that the generated functions can work on them too. They add the API
key (to the service's own origin and nowhere else), a random multipart boundary, a deadline, retries and typed errors.
The sending itself is done by another httpx client, the wire, which several sessions may share.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing, closing
from typing import Any, Final

import anyio
import httpx

from nanonets_sdk.flows import Sleep, arun, run
from nanonets_sdk.transport.attempts import (
    Answer,
    Interrupted,
    Try,
    tries,
)
from nanonets_sdk.transport.deadline import Deadline, Incoming, StepTimeouts
from nanonets_sdk.transport.failures import ErrorReply
from nanonets_sdk.transport.pool import taken_over
from nanonets_sdk.transport.request import body_of, built
from nanonets_sdk.transport.settings import Secret, Settings
from nanonets_sdk.transport.transport_errors import in_httpx_terms, transport_errors

_BEGUN: Final = "nanonets_begun"
_MAX_ERROR_BODY: Final = 1 << 20
_ERRORS: Final = 300
# Less than the whole, so that a connection that never came about ends as one, and not as an answer that is missing.
_TO_CONNECT: Final = 0.95


class Session(httpx.Client):
    """A synchronous session.

    Args:
        settings: What it works with.
        wire: The httpx client that sends; the caller closes it.
    """

    def __init__(self, settings: Settings, wire: httpx.Client) -> None:
        super().__init__(**taken_over(settings, wire))
        self.settings = settings
        self.wire = wire

    def build_request(self, method: str, url: httpx.URL | str, **arguments: Any) -> httpx.Request:
        """Build a request; a file in it gets a boundary that it cannot know."""
        return built(super().build_request, self.settings.base_url, method, url, arguments)

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
        response.stream = Incoming(response.stream, deadline)
        with closing(response):
            return self._read(response)

    def _read(self, response: httpx.Response) -> Answer:
        try:
            if response.status_code >= _ERRORS:
                return ErrorReply(response.status_code, response.headers, _cut(response.iter_bytes()))
            response.read()
        except transport_errors() as error:
            return _broken(response, in_httpx_terms(error))
        return response


class AsyncSession(httpx.AsyncClient):
    """An asynchronous session.

    Args:
        settings: What it works with.
        wire: The httpx client that sends; the caller closes it.
    """

    def __init__(self, settings: Settings, wire: httpx.AsyncClient) -> None:
        super().__init__(**taken_over(settings, wire))
        self.settings = settings
        self.wire = wire

    def build_request(self, method: str, url: httpx.URL | str, **arguments: Any) -> httpx.Request:
        """Build a request; a file in it gets a boundary that it cannot know."""
        return built(super().build_request, self.settings.base_url, method, url, arguments)

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
        response.stream = Incoming(response.stream)
        request.extensions[_BEGUN] = response
        async with aclosing(response):
            return await self._read(response)

    async def _read(self, response: httpx.Response) -> Answer:
        try:
            if response.status_code >= _ERRORS:
                return ErrorReply(response.status_code, response.headers, await _acut(response.aiter_bytes()))
            await response.aread()
        except transport_errors() as error:
            return _broken(response, in_httpx_terms(error))
        return response


def _prepared(
    request: httpx.Request, base_url: httpx.URL, key: Secret, timeouts: dict[str, float | None]
) -> httpx.Request:
    if _same_origin(request.url, base_url):
        request.headers["Authorization"] = key.authorization()
    request.extensions = {**request.extensions, "timeout": timeouts}
    request.extensions.pop(_BEGUN, None)
    return request


def _held_to(deadline: Deadline, request: httpx.Request) -> dict[str, float | None]:
    """Limits that keep every step of sending a request to one deadline."""
    body = body_of(request)
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


def _late(request: httpx.Request, error: TimeoutError) -> ErrorReply | Interrupted:
    """A try that the deadline ended, perhaps in the middle of its answer."""
    begun: httpx.Response | None = request.extensions.get(_BEGUN)
    return Interrupted(error) if begun is None else _broken(begun, error)


def _broken(response: httpx.Response, error: Exception) -> ErrorReply | Interrupted:
    """An answer whose body broke off; of an error the status is enough."""
    if response.status_code >= _ERRORS:
        return ErrorReply(response.status_code, response.headers, b"")
    received = response.stream.received if isinstance(response.stream, Incoming) else ()
    return Interrupted(error, response.status_code, b"".join(received))


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
