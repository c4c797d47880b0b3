"""A request on its way out: its body watched, and what a session is told of it beside what goes over the wire."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

import httpx

from nanonets_sdk.files import FileUpload, plain_upload
from nanonets_sdk.transport.body import Body
from nanonets_sdk.transport.policy import Effect
from nanonets_sdk.transport.settings import Settings

_EFFECT: Final = "nanonets_effect"
_SECONDS: Final = "nanonets_seconds"
_BODY: Final = "nanonets_body"
_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


def built(
    build: Callable[..., httpx.Request], base_url: str, method: str, url: httpx.URL | str, arguments: dict[str, Any]
) -> httpx.Request:
    """Build a request as httpx does; a file in it gets a boundary that it cannot know, and its body is watched.

    Args:
        build: The way that httpx builds requests.
        base_url: What a path is below.
        method: The HTTP method.
        url: A path, or a whole URL.
        arguments: The others that httpx takes.
    """
    mended = _mended(arguments)
    return _watched(build(method, _below(base_url, url), **mended), mended.get("files"))


def extensions_of(effect: Effect, seconds: float | None) -> dict[str, Any]:
    """What a session is told about a request beside what goes over the wire.

    Args:
        effect: What the call does at the service.
        seconds: A deadline of its own, where that is earlier than the session's.
    """
    return {_EFFECT: effect} if seconds is None else {_EFFECT: effect, _SECONDS: seconds}


def seconds_of(request: httpx.Request, settings: Settings) -> float:
    """The deadline of a call, in seconds."""
    seconds: float = request.extensions.get(_SECONDS, settings.timeout)
    return min(seconds, settings.timeout)


def effect_of(request: httpx.Request) -> Effect:
    """What a call does at the service; a request of unknown kind counts as a change, unless its method is safe."""
    unknown = Effect.READS if request.method in _SAFE_METHODS else Effect.CHANGES
    effect: Effect = request.extensions.get(_EFFECT, unknown)
    return effect


def body_of(request: httpx.Request) -> Body | None:
    """The body of a request that was built here; None where it has none."""
    body: Body | None = request.extensions.get(_BODY)
    return body


def is_repeatable(request: httpx.Request) -> bool:
    """Whether a request can be sent again, byte for byte."""
    body = body_of(request)
    return body.replayable if body is not None else isinstance(request.stream, httpx.SyncByteStream)


def _below(base_url: str, url: httpx.URL | str) -> httpx.URL | str:
    """A URL below the base; httpx would parse it twice to put the two together."""
    return base_url + url if isinstance(url, str) and url.startswith("/") else url


def _mended(arguments: dict[str, Any]) -> dict[str, Any]:
    """Arguments without the multipart boundary that the generator writes into the header: a file could forge it."""
    if not arguments.get("params"):
        # httpx parses a URL anew for an empty query.
        arguments = {**arguments, "params": None}
    if not arguments.get("files"):
        return arguments
    given: dict[str, str] = arguments.get("headers") or {}
    headers = {name: value for name, value in given.items() if name.lower() != "content-type"}
    return {**arguments, "headers": headers, "files": [(name, _part(part)) for name, part in arguments["files"]]}


def _part(part: tuple[Any, ...]) -> tuple[Any, ...]:
    """A part of a form; a file that was given to the generated code is minded like any other."""
    name, content, *rest = part
    if isinstance(content, FileUpload) or not hasattr(content, "read"):
        return part
    return (name, plain_upload(content), *rest)


def _watched(request: httpx.Request, files: Iterable[tuple[str, tuple[Any, ...]]] | None) -> httpx.Request:
    """The request with a body that knows how far it got."""
    if request.method not in _SAFE_METHODS:
        # A reply that was paid for comes as it is: what is not compressed cannot fail to be decompressed.
        request.headers["Accept-Encoding"] = "identity"
    if not (isinstance(request.stream, httpx.SyncByteStream) and _has_body(request)):
        return request
    uploads = tuple(part[1] for _, part in files or () if isinstance(part[1], FileUpload))
    is_in_memory = isinstance(request.stream, httpx.ByteStream)
    body = Body(request.stream, uploads, is_repeatable=is_in_memory or bool(files))
    extensions = {**request.extensions, _BODY: body}
    if is_in_memory:
        # Made anew, because httpx keeps a copy of a small body, which transports would send unwatched.
        return httpx.Request(request.method, request.url, headers=request.headers, stream=body, extensions=extensions)
    request.stream, request.extensions = body, extensions
    return request


def _has_body(request: httpx.Request) -> bool:
    return "transfer-encoding" in request.headers or request.headers.get("content-length", "0") != "0"
