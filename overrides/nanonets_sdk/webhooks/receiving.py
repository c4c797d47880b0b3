"""The ASGI application that takes webhooks.

The service signs nothing and does not say what it does with a wrong answer. So the token in the URL is all that tells
its requests from those of strangers, and 200 must mean that the body is safe:

```text
                     404            405          413, 408, 400         503              200
POST /TOKEN/name --> token? --> method POST? --> body in time? --> stored on disk? --> answered --> Worker.wake()
```
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import os
from collections.abc import MutableMapping, Sequence
from typing import TYPE_CHECKING, Any, Final, Self
from urllib.parse import parse_qsl, urlencode

from attrs import asdict, frozen
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response

from nanonets_sdk._net.lingering import Lingering
from nanonets_sdk.errors import ConfigurationError, SpoolError
from nanonets_sdk.webhooks.options import ReceiverOptions
from nanonets_sdk.webhooks.spool import DeadLetter, Spool, SpoolCounts
from nanonets_sdk.webhooks.worker import LOG, Handler, Worker

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

SHORTEST_TOKEN: Final = 16
_HIDDEN: Final = "-"


@frozen
class Metrics(SpoolCounts):
    """The state of a spool, and what one receiver refused since it was created, as plain numbers.

    Attributes:
        wrong_token: Requests that were answered with 404.
        wrong_method: Requests with the token that were not a POST.
        too_large: Bodies over the limit, answered with 413.
        too_slow: Bodies that did not arrive in time, answered with 408.
        cut_off: Bodies whose sender went away.
        empty: Requests without a body, answered with 400.
        not_stored: Bodies that could not be stored, answered with 503.
    """

    wrong_token: int = 0
    wrong_method: int = 0
    too_large: int = 0
    too_slow: int = 0
    cut_off: int = 0
    empty: int = 0
    not_stored: int = 0


_ANSWERS: Final = {
    "wrong_token": (404, "Not Found"),
    "wrong_method": (405, "Method Not Allowed"),
    "too_large": (413, "Content Too Large"),
    "too_slow": (408, "Request Timeout"),
    "cut_off": (400, "The body was cut off"),
    "empty": (400, "The body is empty"),
    "not_stored": (503, "Service Unavailable"),
}


class _Refusal(Exception):
    """A request is refused, for a reason that is a key of `_ANSWERS`."""


class Receiver:
    """An ASGI application that stores webhooks and hands them to a handler. `receiver` creates it.

    It follows the lifespan of the server that runs it. An application that mounts it does not pass that on. Then the
    handler is called from the first request on, or from the start of the application if that enters `async with`.
    """

    def __init__(self, handler: Handler, *, tokens: Sequence[str], spool: Spool, options: ReceiverOptions) -> None:
        self.spool = spool
        self._handler, self._options = handler, options
        # Digests have one length, so comparing them says nothing about the length of the token either.
        self._tokens = [hashlib.sha256(token.encode()).digest() for token in tokens]
        self._refused = dict.fromkeys(_ANSWERS, 0)
        self._answering = Lingering(self._answer)
        self._running: tuple[Worker, asyncio.Task[None]] | None = None

    def __repr__(self) -> str:
        return f"Receiver(spool={self.spool!r})"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or run for the lifespan of a server."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._answering(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1000})

    async def __aenter__(self) -> Self:
        self._start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    def metrics(self) -> Metrics:
        """Return the state of the spool, and what was refused, as plain numbers.

        Raises:
            SpoolError: The spool cannot be read.
        """
        return Metrics(**asdict(self.spool.counts()), **self._refused)

    def dead_letters(self) -> list[DeadLetter]:
        """Return the deliveries that were given up, oldest first.

        Raises:
            SpoolError: The spool cannot be read.
        """
        return self.spool.dead_letters()

    def replay(self, *delivery_ids: int) -> int:
        """Let deliveries that were given up be handled again, all of them by default, and return how many they are.

        Raises:
            LookupError: One of them is not in the spool, or is waiting already. None is replayed then.
            SpoolError: The spool cannot be written.
        """
        return self.spool.replay(*delivery_ids)

    async def stop(self) -> None:
        """Stop calling the handler, after calls under way have had a few seconds to finish.

        What is not handled yet stays in the spool.
        """
        running, self._running = self._running, None
        if running is not None:
            worker, task = running
            worker.stop()
            await asyncio.wait([task])
        self.spool.close()

    def _start(self) -> Worker:
        """Return the worker of this event loop, which is started if it does not run."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            raise ConfigurationError("a receiver runs on asyncio only; run the server on asyncio, not trio") from None
        if self._running is not None:
            worker, task = self._running
            if task.get_loop() is loop and not task.done():
                return worker
        worker = Worker(self._handler, self.spool, self._options)
        self._running = worker, asyncio.create_task(worker.run())
        return worker

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        try:
            # The spool is opened now, so that a server with a spool that cannot be used does not start.
            await asyncio.to_thread(self.spool.counts)
            self._start()
        except (SpoolError, ConfigurationError) as error:
            await send({"type": "lifespan.startup.failed", "message": str(error)})
            return
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self.stop()
        await send({"type": "lifespan.shutdown.complete"})

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        token, name = _split(scope)
        _hide_token(scope)
        response = await self._respond(Request(scope, receive), token, name)
        await response(scope, receive, send)

    async def _respond(self, request: Request, token: str, name: str) -> Response:
        try:
            await self._take(request, token, name)
        except _Refusal as refusal:
            reason = str(refusal)
            self._refused[reason] += 1
            status, text = _ANSWERS[reason]
            return PlainTextResponse(text, status, {"allow": "POST"})
        return PlainTextResponse("OK")

    async def _take(self, request: Request, token: str, name: str) -> None:
        given, fits = hashlib.sha256(token.encode("utf-8", "surrogateescape")).digest(), False
        for expected in self._tokens:
            fits |= hmac.compare_digest(given, expected)
        if not fits:
            raise _Refusal("wrong_token")
        if request.method != "POST":
            raise _Refusal("wrong_method")
        worker = self._start()
        try:
            async with asyncio.timeout(self._options.body_seconds):
                body = await self._body_of(request)
        except TimeoutError:
            raise _Refusal("too_slow") from None
        except ClientDisconnect:
            raise _Refusal("cut_off") from None
        if not body:
            raise _Refusal("empty")
        try:
            # A URL may repeat the token in the name, which is stored and shown.
            await worker.in_thread(self.spool.store, body, name.replace(token, _HIDDEN))
        except SpoolError as error:
            LOG.error("a webhook was refused with 503: %s", error)
            raise _Refusal("not_stored") from None
        worker.wake()

    async def _body_of(self, request: Request) -> bytes:
        declared = request.headers.get("content-length", "")
        if declared.isdecimal() and int(declared) > self._options.max_bytes:
            raise _Refusal("too_large")
        body = bytearray()
        async for piece in request.stream():
            body += piece
            if len(body) > self._options.max_bytes:
                raise _Refusal("too_large")
        return bytes(body)


def receiver(
    handler: Handler,
    *,
    token: str | Sequence[str],
    spool: str | os.PathLike[str] | Spool,
    options: ReceiverOptions | None = None,
) -> Receiver:
    """Return an ASGI application that takes webhooks, to be run by itself or mounted in another application.

    It answers 200 once a body is on the disk, and calls the handler afterwards until it succeeds: **at least once**, in
    no particular order. Several processes may share a spool. The URL to enter at the service ends in the token, or in
    the token and a name: `https://example.org/hooks/TOKEN/approval`. `https://example.org/hooks/approval?token=TOKEN`
    works too.

    Args:
        handler: Called with each `Webhook`; a plain function, in a thread, or an async one. If it raises, it is called
            again later.
        token: The secret in the URL, of 16 characters or more; several while it is being changed.
        spool: The file that keeps the bodies.
        options: Limits, and how the handler is called.

    Raises:
        ConfigurationError: A token is too short or does not fit into a URL.

    Examples:
        ```python
        from nanonets_sdk.webhooks import Webhook, receiver


        def book(webhook: Webhook) -> None:
            for document in webhook.documents:
                print(webhook.name, document.request_file_id, document.fields["total"].as_decimal())


        app = receiver(book, token="a-long-random-secret", spool="webhooks.sqlite")  # uvicorn module:app
        ```
    """
    if not callable(handler):  # pyright: ignore[reportUnnecessaryComparison] - callers without a type checker
        raise TypeError(f"handler must be a function, got {type(handler).__name__}")
    tokens = [token] if isinstance(token, str) else list(token or ())
    if not all(isinstance(one, str) for one in tokens):  # pyright: ignore[reportUnnecessaryIsInstance] - as above
        raise TypeError("a webhook token must be a str")
    if not tokens or not all(one.isascii() and len(one) >= SHORTEST_TOKEN and _fits_into_url(one) for one in tokens):
        raise ConfigurationError(
            f"a webhook token has at least {SHORTEST_TOKEN} characters, letters, digits, '-' and '_'; "
            "secrets.token_urlsafe(32) makes one"
        )
    opened = spool if isinstance(spool, Spool) else Spool(spool)
    return Receiver(handler, tokens=tokens, spool=opened, options=options or ReceiverOptions())


def _fits_into_url(token: str) -> bool:
    return token.replace("-", "").replace("_", "").isalnum()


def _split(scope: MutableMapping[str, Any]) -> tuple[str, str]:
    """Return the token of a URL, and the name beside it."""
    path: str = scope["path"].removeprefix(scope.get("root_path", "")).strip("/")
    query = dict(parse_qsl(scope.get("query_string", b"").decode("latin-1")))
    if "token" in query:
        return query["token"], path
    token, _, name = path.partition("/")
    return token, name


def _hide_token(scope: MutableMapping[str, Any]) -> None:
    """Take the token out of the scope, from which servers write their access log once the response begins."""
    root: str = scope.get("root_path", "")
    token, slash, name = scope["path"].removeprefix(root).strip("/").partition("/")
    query = parse_qsl(scope.get("query_string", b"").decode("latin-1"))
    if not any(key == "token" for key, _ in query):
        scope["path"] = f"{root}/{_HIDDEN}{slash}{name.replace(token, _HIDDEN) if token else name}"
        scope["raw_path"] = scope["path"].encode("utf-8", "surrogateescape")
    scope["query_string"] = urlencode([(key, _HIDDEN if key == "token" else value) for key, value in query]).encode()
