"""What code under test sends to the API: every request through httpx or requests is judged while `watching` lasts.

    httpx.Client.send, httpx.AsyncClient.send     every client, with every transport: a mock, a fake, the SDK
    requests.Session.send                         every session, with every adapter

The send methods are replaced, and not the transports, so that a request is seen with its authentication, whichever
transport answers it. A body that is streamed is copied on its way, and never read ahead.
"""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Callable, Generator, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, cast

import httpx
from attrs import define, field

from nanonets_sdk.contract.judging.exchange import Answered, Asked, below_base
from nanonets_sdk.contract.judging.seen import MOST_BYTES, PASSED_ON, Seen, seen_of

if TYPE_CHECKING:
    from nanonets_sdk.contract.proxy import Proxy


@define
class Watch:
    """The requests of a test, and what was wrong with them.

    Attributes:
        check_replies: Whether replies are judged too, for a fake that has to keep the contract.
        seen: The exchanges, in order.
        base_urls: Base URLs of the API besides those that end in `/api/v2`.
    """

    check_replies: bool = False
    seen: list[Seen] = field(factory=list[Seen])
    base_urls: list[str] = field(factory=list[str])
    _stack: ExitStack = field(factory=ExitStack, repr=False)
    _proxies: list[Proxy] = field(factory=list["Proxy"], repr=False)

    @property
    def operations(self) -> list[str]:
        """The operations that were called, in order; a call that the API does not have is left out."""
        return [one.operation_id for one in self.seen if one.operation_id]

    @property
    def problems(self) -> list[str]:
        """What was wrong, as lines."""
        return [f"{one.label} ({problem.side}): {problem}" for one in self.seen for problem in one.problems]

    def add_base_url(self, url: str) -> None:
        """Judge what is sent below this URL too; needed for a fake whose base URL does not end in `/api/v2`."""
        self.base_urls.append(url)

    def proxy(self, to: str) -> str:
        """Start a validating proxy, and return the base URL to give to the code under test.

        Needed for clients that use neither httpx nor requests. The proxy ends with the test.

        Args:
            to: The base URL of the fake or mock that answers.
        """
        from nanonets_sdk.contract.proxy import Proxy

        proxy = self._stack.enter_context(Proxy(to, self.seen.append, check_replies=self.check_replies))
        self._proxies.append(proxy)
        return proxy.base_url

    def settle(self) -> None:
        """Wait until the proxies have judged what went through them; a client has its reply a moment before."""
        for proxy in self._proxies:
            proxy.settle()

    def clear(self) -> None:
        """Forget what was seen, for a test that sends a wrong request on purpose."""
        self.seen.clear()

    def close(self) -> None:
        """Stop the proxies."""
        self._stack.close()

    def see(self, asked: Asked, answered: Answered | None) -> None:
        """Judge an exchange."""
        self.seen.append(seen_of(asked, answered, check_replies=self.check_replies))


@contextmanager
def watching(watch: Watch) -> Generator[None]:
    """Judge what httpx and requests send until the block ends."""
    patches: list[tuple[Any, Callable[..., Any]]] = [
        (httpx.Client, _client_send(watch, httpx.Client.send)),
        (httpx.AsyncClient, _async_client_send(watch, httpx.AsyncClient.send)),
    ]
    if find_spec("requests") is not None:
        import requests

        patches.append((requests.Session, _session_send(watch, requests.Session.send)))
    originals = [(owner, owner.send) for owner, _ in patches]
    for owner, replacement in patches:
        owner.send = replacement
    try:
        yield
    finally:
        for owner, original in originals:
            owner.send = original


class _Copy(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that is copied while it is sent."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self.sent: bytearray | None = bytearray()

    def _keep(self, piece: bytes) -> bytes:
        if self.sent is not None:
            self.sent += piece
            if len(self.sent) > MOST_BYTES:
                self.sent = None
        return piece

    def __iter__(self) -> Iterator[bytes]:
        self.sent = bytearray()
        yield from map(self._keep, cast("Iterable[bytes]", self._stream))

    async def __aiter__(self) -> AsyncIterator[bytes]:
        self.sent = bytearray()
        async for piece in cast("AsyncIterable[bytes]", self._stream):
            yield self._keep(piece)

    def close(self) -> None:
        self._stream.close()

    async def aclose(self) -> None:
        await self._stream.aclose()


def _client_send(watch: Watch, send: Callable[..., httpx.Response]) -> Callable[..., httpx.Response]:
    def replacement(client: httpx.Client, request: httpx.Request, **options: Any) -> httpx.Response:
        target = _target_of(watch, request)
        if target is None:
            return send(client, request, **options)
        with _judged(watch, target, request) as answer:
            response = send(client, request, **options)
            answer.append(response)
        return response

    return replacement


def _async_client_send(watch: Watch, send: Callable[..., Any]) -> Callable[..., Any]:
    async def replacement(client: httpx.AsyncClient, request: httpx.Request, **options: Any) -> httpx.Response:
        target = _target_of(watch, request)
        if target is None:
            return cast("httpx.Response", await send(client, request, **options))
        with _judged(watch, target, request) as answer:
            response: httpx.Response = await send(client, request, **options)
            answer.append(response)
        return response

    return replacement


def _target_of(watch: Watch, request: httpx.Request) -> str | None:
    if PASSED_ON in request.extensions:
        return None
    return below_base(str(request.url), watch.base_urls)


@contextmanager
def _judged(watch: Watch, target: str, request: httpx.Request) -> Generator[list[httpx.Response]]:
    answers: list[httpx.Response] = []
    stream = request.stream
    copy = None if isinstance(stream, httpx.ByteStream) else _Copy(stream)
    if copy is not None:
        request.stream = copy
    try:
        yield answers
    finally:
        if copy is not None:
            request.stream = stream
        body = copy.sent if copy is not None else bytearray(b"".join(cast("httpx.ByteStream", stream)))
        headers = tuple(request.headers.items())
        asked = Asked(request.method, target, headers, None if body is None else bytes(body))
        watch.see(asked, _answered(answers[0]) if answers else None)


def _answered(response: httpx.Response) -> Answered:
    try:
        body = response.content
    except httpx.ResponseNotRead:
        body = None
    return Answered(response.status_code, response.headers.get("content-type", ""), body)


def _session_send(watch: Watch, send: Callable[..., Any]) -> Callable[..., Any]:
    def replacement(session: Any, request: Any, **options: Any) -> Any:
        target = below_base(str(request.url), watch.base_urls)
        if target is None:
            return send(session, request, **options)
        body = request.body
        content = body.encode() if isinstance(body, str) else body if isinstance(body, bytes) else None
        headers = tuple((str(name).lower(), _text(value)) for name, value in request.headers.items())
        asked = Asked(request.method, target, headers, b"" if body is None else content)
        try:
            response = send(session, request, **options)
        except BaseException:
            watch.see(asked, None)
            raise
        kept = None if options.get("stream") else response.content
        watch.see(asked, Answered(response.status_code, response.headers.get("content-type", ""), kept))
        return response

    return replacement


def _text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)
