"""The log of requests, with headers and the hashes of their parts, and never with the API key."""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Final

from attrs import evolve, frozen
from starlette.requests import Request

from nanonets_sdk.mock.account.refusals import Refusal
from nanonets_sdk.mock.http.authentication import presented_key

MAX_REQUESTS: Final = 10_000
MAX_VALUE_BYTES: Final = 65_536
# A shorter key is hardly a secret, and redacting it in every value would spoil words. Its header is redacted anyway.
MIN_KEY_LENGTH: Final = 8
REDACTED: Final = "***"


@frozen
class Part:
    """A part of a form or multipart body.

    Attributes:
        name: Name of the form field.
        filename: Name of the file; None for a text field.
        content_type: Media type of the file as it was sent, empty if none was; None for a text field.
        size: Size of the content, in bytes.
        sha256: SHA-256 of the content, as hexadecimal digits.
        value: The text; None for a file, and for a text of more than 64 KiB.
    """

    name: str
    filename: str | None
    content_type: str | None
    size: int
    sha256: str
    value: str | None


@frozen
class LoggedRequest:
    """One request, with the API key redacted.

    Attributes:
        method: The HTTP method.
        path: The path, without host and query.
        query: Names and values of the query, decoded, in their order.
        headers: Names and values of the headers, in their order.
        parts: The parts of a form or multipart body, in their order; empty for any other body.
        operation_id: Id in the API description; None if no operation has this path and method.
        at: Time of the response, in seconds since 1970-01-01 (GMT) on the mock's clock.
        status: HTTP status of the response; None if none was sent.
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: tuple[tuple[str, str], ...]
    parts: tuple[Part, ...]
    operation_id: str | None
    at: float
    status: int | None

    def header(self, name: str) -> str | None:
        """Return the value of a header, or None. The case of the name does not matter."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


class RequestLog:
    """The latest requests, oldest first. Threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: deque[LoggedRequest] = deque(maxlen=MAX_REQUESTS)
        self._watchers: list[Callable[[LoggedRequest], object]] = []

    def add(self, request: LoggedRequest) -> None:
        """Append a request."""
        with self._lock:
            self._requests.append(request)
        for watcher in self._watchers:
            watcher(request)

    def watch(self, watcher: Callable[[LoggedRequest], object]) -> None:
        """Call a function with each request from now on. It must not raise."""
        self._watchers.append(watcher)

    def all(self) -> list[LoggedRequest]:
        """Return the requests."""
        with self._lock:
            return list(self._requests)

    def clear(self) -> None:
        """Forget the requests."""
        with self._lock:
            self._requests.clear()


def log_entry(
    request: Request, parts: Sequence[Part], operation_id: str | None, at: float, status: int | None
) -> LoggedRequest:
    """Return the log entry of a request, with its API key redacted everywhere."""
    try:
        key = presented_key(request.headers.get("authorization"))
    except Refusal:
        key = ""

    def redact(text: str) -> str:
        return text.replace(key, REDACTED) if len(key) >= MIN_KEY_LENGTH else text

    headers = [
        (name, f"{value.partition(' ')[0]} {REDACTED}" if name.lower() == "authorization" else redact(value))
        for name, value in request.headers.items()
    ]
    return LoggedRequest(
        method=request.method,
        path=redact(request.url.path),
        query=tuple((name, redact(value)) for name, value in request.query_params.multi_items()),
        headers=tuple(headers),
        parts=tuple(part if part.value is None else evolve(part, value=redact(part.value)) for part in parts),
        operation_id=operation_id,
        at=at,
        status=status,
    )
