"""Builds requests: tracks the body, and attaches metadata for the session that is never sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any, Final

import httpx
from attrs import frozen

from nanonets_sdk._net.content import ACCEPTED
from nanonets_sdk.files import FileUpload, plain_upload
from nanonets_sdk.transport.body import TrackedBody
from nanonets_sdk.transport.policy import Effect

_EXTENSION: Final = "nanonets"
_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


@frozen
class CallOptions:
    """What the session is told about a call besides what goes over the wire.

    Generated code and httpx stand between the call and the session, and pass on nothing else than a request. So this
    travels in `request.extensions`, under one key that no transport knows.

    Attributes:
        effect: What the call does at the service.
        seconds: A deadline for this call, if it is earlier than the session's.
        is_for_review_host: Whether the call goes to the host that makes review links, and may take the API key there.
        subject: What is sent, for messages; empty if it has no name.
        check: The code that shows whether it arrived, for messages; empty if there is none.
    """

    effect: Effect
    seconds: float | None = None
    is_for_review_host: bool = False
    subject: str = ""
    check: str = ""

    def as_extensions(self) -> dict[str, Any]:
        """Return the `extensions` of a request with these options."""
        return {_EXTENSION: self}


def options_of(request: httpx.Request) -> CallOptions:
    """Return the options of a request. One without options counts as a change, unless its method is safe."""
    options: CallOptions | None = request.extensions.get(_EXTENSION)
    return options or CallOptions(Effect.READS if request.method in _SAFE_METHODS else Effect.CHANGES)


def body_of(request: httpx.Request) -> TrackedBody | None:
    """Return the tracked body of a request; None if it has no body, or one that cannot be tracked."""
    return request.stream if isinstance(request.stream, TrackedBody) else None


def build(
    build_request: Callable[..., httpx.Request],
    base_url: str,
    method: str,
    url: httpx.URL | str,
    arguments: dict[str, Any],
) -> httpx.Request:
    """Build a request as httpx does, with a random multipart boundary and a tracked body."""
    if isinstance(url, str) and url.startswith("/"):
        # httpx would parse both parts again to join them, at each call.
        url = _parsed(base_url + url)
    arguments = without_boundary(arguments)
    return tracked(build_request(method, url, **arguments), arguments.get("files"))


@lru_cache(maxsize=256)
def _parsed(url: str) -> httpx.URL:
    return httpx.URL(url)


def without_boundary(arguments: dict[str, Any]) -> dict[str, Any]:
    """Drop the fixed multipart boundary of generated code, which a file could contain; httpx then makes a random one.

    Files that were passed to generated code are wrapped so that they can be replayed.
    """
    # httpx parses a URL again for an empty query, but not for none.
    arguments = {**arguments, "params": arguments.get("params") or None}
    if not arguments.get("files"):
        return arguments
    given: dict[str, str] = arguments.get("headers") or {}
    files: list[tuple[str, tuple[Any, ...]]] = []
    for name, (file_name, content, *rest) in arguments["files"]:
        if isinstance(content, FileUpload):
            # httpx would read bytes that are there already in pieces, and this package would join them again.
            content = content if content.content is None else content.content  # noqa: PLW2901 - the rest of the part stays
        elif hasattr(content, "read"):
            content = plain_upload(content)  # noqa: PLW2901 - the rest of the part stays
        files.append((name, (file_name, content, *rest)))
    headers = {name: value for name, value in given.items() if name.lower() != "content-type"}
    return {**arguments, "headers": headers, "files": files}


def tracked(request: httpx.Request, files: Iterable[tuple[str, tuple[Any, ...]]] | None) -> httpx.Request:
    """Return the request with a tracked body, if it has a body."""
    # A response that is not compressed cannot fail to decompress after it was billed.
    request.headers["Accept-Encoding"] = ACCEPTED if request.method in _SAFE_METHODS else "identity"
    is_in_memory = isinstance(request.stream, httpx.ByteStream)
    has_body = not is_in_memory or bool(request.content)
    if not (has_body and isinstance(request.stream, httpx.SyncByteStream)):
        return request
    # Content that is generated while it is sent cannot be sent twice; a form of files can if the files can.
    uploads = tuple(part[1] for _, part in files or () if isinstance(part[1], FileUpload))
    body = TrackedBody(request.stream, uploads, is_repeatable=is_in_memory or bool(files))
    if is_in_memory:
        return with_body(request, body)
    request.stream = body
    return request


def with_body(request: httpx.Request, body: TrackedBody) -> httpx.Request:
    """Return the request with this body and no other.

    httpx keeps the content of a small body on the request, and of any body that a transport or a hook has read.
    Transports would send that instead, and the body could not tell how much of it was sent.
    """
    return httpx.Request(
        request.method, request.url, headers=request.headers, stream=body, extensions=request.extensions
    )
