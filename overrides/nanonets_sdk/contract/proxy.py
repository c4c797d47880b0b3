"""A proxy on loopback that holds each exchange between a client and a service to the contract.

    client --> http://127.0.0.1:PORT/api/v2 --> proxy --> the one service that it was started for
                                                  |
                                                  +--> Seen: operation, status, problems; no value, no key

It is no way to anywhere else: it listens on loopback alone, and answers only requests for its own paths and with a name
of this machine as their host. Bodies are passed on as they come, and copied for the judgement up to a limit.
"""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from types import TracebackType
from typing import Any, Final, Self, TypeAlias
from urllib.parse import unquote, urlsplit

import httpx
import uvicorn
from attrs import define, field

from nanonets_sdk._net import is_loopback, is_loopback_url
from nanonets_sdk._net.lingering import Lingering
from nanonets_sdk._net.serving import PromptServer
from nanonets_sdk.contract.description.spec import base_path
from nanonets_sdk.contract.judging.exchange import Answered, Asked, operation_of
from nanonets_sdk.contract.judging.seen import MOST_BYTES, PASSED_ON, Seen, seen_of
from nanonets_sdk.events import Exchange

Scope: TypeAlias = Mapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Any]]
Send: TypeAlias = Callable[[dict[str, Any]], Awaitable[None]]

_SECONDS: Final = 600.0
_START_SECONDS: Final = 30
_SETTLE_SECONDS: Final = 10
_TICK: Final = 0.005
# RFC 9110, section 7.6.1: they are between two neighbours. The lengths are set again by either side.
_HOP_BY_HOP: Final = frozenset(
    {
        *(b"connection", b"host", b"keep-alive", b"proxy-authenticate", b"proxy-authorization", b"proxy-connection"),
        *(b"te", b"trailer", b"transfer-encoding", b"upgrade"),
    }
)


@define
class _Copy:
    """The first bytes of a body; None once there are too many."""

    content: bytearray | None = field(factory=bytearray)

    def keep(self, piece: bytes) -> None:
        if self.content is not None:
            self.content += piece
            if len(self.content) > MOST_BYTES:
                self.content = None

    @property
    def whole(self) -> bytes | None:
        return None if self.content is None else bytes(self.content)


class Proxy:
    """A validating proxy, which runs as long as the block.

    Args:
        to: The base URL of the service.
        see: Gets each exchange once it was judged, from the proxy's own thread.
        check_replies: Whether replies are judged too.
        review_to: The host of review links; by default the service's own if it is on this machine.
        port: The port to listen on; 0 for a free one.
        record: Gets each exchange, for a `TrafficRecorder`, which keeps the shape alone.

    Raises:
        OSError: The port is taken.
    """

    def __init__(
        self,
        to: str,
        see: Callable[[Seen], object],
        *,
        check_replies: bool = True,
        review_to: str | None = None,
        port: int = 0,
        record: Callable[[Exchange], object] | None = None,
    ) -> None:
        self._to = to.rstrip("/")
        self._review_to = review_to or (self._to.removesuffix(base_path()) if is_loopback_url(to) else "")
        self._see = see
        self._check_replies = check_replies
        self._record = record
        self._port = port
        self._client: httpx.AsyncClient | None = None
        self._under_way = 0
        self._is_idle = threading.Condition()

    def __enter__(self) -> Self:
        # The protocol is named so that asyncio switches off Nagle's algorithm.
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(("127.0.0.1", self._port))
            listener.listen()
        except OSError:
            listener.close()
            raise
        self._listener = listener
        self.base_url = f"http://127.0.0.1:{listener.getsockname()[1]}{base_path()}"
        self._server = PromptServer(
            uvicorn.Config(
                Lingering(self._app), interface="asgi3", http="h11", ws="none", lifespan="off", log_config=None,
                log_level="critical", access_log=False, proxy_headers=False, server_header=False,
                timeout_graceful_shutdown=1,
            )
        )  # fmt: skip
        self._thread = threading.Thread(target=self._serve, name="nanonets-contract-proxy", daemon=True)
        self._thread.start()
        deadline = time.monotonic() + _START_SECONDS
        while not self._server.started:
            if not self._thread.is_alive() or time.monotonic() > deadline:
                raise RuntimeError("The proxy did not start")
            time.sleep(_TICK)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.leave()
        self._thread.join()
        self._listener.close()

    def settle(self) -> None:
        """Wait until every exchange has been judged; a client has its reply a moment before."""
        with self._is_idle:
            self._is_idle.wait_for(lambda: self._under_way == 0, _SETTLE_SECONDS)

    def _count(self, change: int) -> None:
        with self._is_idle:
            self._under_way += change
            self._is_idle.notify_all()

    def _serve(self) -> None:
        async def serve() -> None:
            async with httpx.AsyncClient(timeout=_SECONDS, trust_env=not is_loopback_url(self._to)) as client:
                self._client = client
                await self._server.serve(sockets=[self._listener])

        asyncio.run(serve())

    async def _app(self, scope: Scope, receive: Receive, send: Send) -> None:
        raw = scope["raw_path"].decode("latin-1")
        headers = {bytes(name): bytes(value) for name, value in scope["headers"]}
        host = urlsplit(f"//{headers.get(b'host', b'').decode('latin-1')}").hostname
        if not raw.startswith("/") or not is_loopback(host):
            await _refuse(send, 421, "this proxy serves one service, to clients on this machine")
            return
        query = scope["query_string"].decode("latin-1")
        place = self._place_of(scope["method"], raw)
        if place is None:
            await _refuse(send, 404, f"this proxy serves {base_path()} alone")
            return
        base, path = place
        target = f"{path}?{query}" if query else path
        self._count(+1)
        try:
            await self._pass_on(scope, f"{base}{target}", target, receive, send)
        finally:
            self._count(-1)

    def _place_of(self, method: str, raw: str) -> tuple[str, str] | None:
        """Return where a request goes, and its path below the base URL."""
        # httpx would resolve them, and leave the base URL.
        if {".", ".."} & {*unquote(raw).split("/")}:
            return None
        if raw.startswith(f"{base_path()}/"):
            return self._to, raw.removeprefix(base_path())
        operation = operation_of(method, raw)
        is_review = operation is not None and operation.is_on_another_host and bool(self._review_to)
        return (self._review_to, raw) if is_review else None

    async def _pass_on(self, scope: Scope, url: str, target: str, receive: Receive, send: Send) -> None:
        assert self._client is not None  # noqa: S101 - the server starts after it
        sent, came = _Copy(), _Copy()
        headers = [(name, value) for name, value in scope["headers"] if name not in _HOP_BY_HOP]
        names = {name for name, _ in scope["headers"]}
        has_body = bool({b"content-length", b"transfer-encoding"} & names)
        request = self._client.build_request(
            scope["method"], url, headers=headers, content=_body(receive, sent) if has_body else None
        )
        request.extensions[PASSED_ON] = True
        # httpx adds what it would like to accept; the reply is for the client.
        if b"accept-encoding" not in names:
            request.headers.pop("accept-encoding", None)
        answered: Answered | None = None
        try:
            response = await self._client.send(request, stream=True)
            try:
                await _answer(response, came, send)
            finally:
                await response.aclose()
            answered = Answered(
                response.status_code, response.headers.get("content-type", ""), _decoded(response, came)
            )
        except httpx.HTTPError as error:
            await _refuse(send, 502, f"the service did not answer: {type(error).__name__}")
        finally:
            pairs = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"])
            self._judge(Asked(scope["method"], target, pairs, sent.whole), answered)

    def _judge(self, asked: Asked, answered: Answered | None) -> None:
        self._see(seen_of(asked, answered, check_replies=self._check_replies))
        if self._record is not None and answered is not None:
            self._record(
                Exchange(
                    method=asked.method,
                    path=asked.path,
                    query=tuple(asked.query),
                    request_content_type=asked.header("content-type"),
                    status=answered.status,
                    content_type=answered.content_type,
                    content=answered.body or b"",
                )
            )


async def _body(receive: Receive, copy: _Copy) -> AsyncIterator[bytes]:
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise httpx.ReadError("the client went away")
        piece = message.get("body", b"")
        copy.keep(piece)
        more = message.get("more_body", False)
        if piece:
            yield piece


async def _answer(response: httpx.Response, copy: _Copy, send: Send) -> None:
    headers = [(name.lower(), value) for name, value in response.headers.raw if name.lower() not in _HOP_BY_HOP]
    await send({"type": "http.response.start", "status": response.status_code, "headers": headers})
    async for piece in response.aiter_raw():
        copy.keep(piece)
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


def _decoded(response: httpx.Response, copy: _Copy) -> bytes | None:
    """Return the body after decompression; None if it was not kept or cannot be decoded."""
    if copy.whole is None:
        return None
    try:
        return httpx.Response(response.status_code, headers=response.headers, content=copy.whole).content
    except httpx.DecodingError:
        return None


async def _refuse(send: Send, status: int, why: str) -> None:
    content = b'{"message":"nanonets contract proxy: %b"}' % why.encode()
    length = (b"content-length", str(len(content)).encode())
    headers = [(b"content-type", b"application/json"), length]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": content})
