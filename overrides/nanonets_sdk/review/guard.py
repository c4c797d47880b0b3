"""Who may use the page: the person who started it. No other web page, no other user, no other machine.

A browser sends requests for any page that is open in it, from inside this machine. What keeps others out:

```text
another user or program of this machine        does not know the token            404
a web page that points its name at 127.0.0.1   Host is that name (DNS rebinding)  404
a web page that posts to us                    Origin, Sec-Fetch-Site name it     403
a web page that shows us in a frame            frame-ancestors forbids it
a script in a document                         is text here, and needs a nonce
```

The token is random and part of the path, and relative addresses keep it there. The browser is started with an address
that works once and leads to it, because every user of a machine sees the arguments of its programs.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from attrs import define, field
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from nanonets_sdk._net import is_loopback

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_READING: Final = frozenset({"GET", "HEAD"})
_SAFE: Final = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}


@define(eq=False)
class Guard:
    """An ASGI application in front of another one, which only gets what may pass.

    Attributes:
        token: The first part of every path.
        ticket: The same, once: it leads to the token.
    """

    _app: ASGIApp = field(alias="app", repr=False)
    token: str = field(factory=lambda: secrets.token_urlsafe(32), init=False, repr=False)
    ticket: str = field(factory=lambda: secrets.token_urlsafe(32), init=False, repr=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1000})
            return

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _SAFE.items():
                    headers.setdefault(name, value)
            await send(message)

        answer = self._refusal(scope)
        if answer is None:
            await self._app(_without_token(scope), receive, send_safely)
        else:
            await answer(scope, receive, send_safely)

    def _refusal(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        given, slash, _ = scope["path"].removeprefix("/").partition("/")
        if not _is_own_name(headers.get("host", "")):
            return PlainTextResponse("Not Found", 404)
        if self.ticket and _equal(given, self.ticket):
            self.ticket = ""
            return RedirectResponse(f"/{self.token}/", 303)
        if not _equal(given, self.token):
            return PlainTextResponse("Not Found", 404)
        if scope["method"] not in _READING and not _is_from_the_page(headers):
            return PlainTextResponse("Only the page itself may change something", 403)
        return None if slash else RedirectResponse(f"/{self.token}/", 308)


def _equal(given: str, expected: str) -> bool:
    # Digests have one length, so comparing them says nothing about the length either.
    one, other = (hashlib.sha256(text.encode("utf-8", "surrogateescape")).digest() for text in (given, expected))
    return hmac.compare_digest(one, other)


def _is_own_name(host: str) -> bool:
    """Return whether a Host header names this machine; the port may be that of a tunnel."""
    try:
        return is_loopback(urlsplit(f"//{host}").hostname)
    except ValueError:
        return False


def _is_from_the_page(headers: Headers) -> bool:
    # A page of another program on this machine has another port, and so another origin.
    is_same = headers.get("origin") == f"http://{headers.get('host')}"
    is_json = headers.get("content-type", "").partition(";")[0].strip() == "application/json"
    return is_same and is_json and headers.get("sec-fetch-site", "same-origin") == "same-origin"


def _without_token(scope: Scope) -> dict[str, Any]:
    path = "/" + scope["path"].removeprefix("/").partition("/")[2]
    return {**scope, "path": path, "raw_path": path.encode("utf-8", "surrogateescape")}
