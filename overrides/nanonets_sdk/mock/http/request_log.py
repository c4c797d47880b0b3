"""What came in: each request with its headers and the hashes of its parts, never with the API key."""

import threading
from collections import deque
from collections.abc import Sequence
from typing import Final

from attrs import evolve, frozen
from starlette.requests import Request

from nanonets_sdk.mock.account.refusals import Refusal
from nanonets_sdk.mock.http.authentication import presented_key

MAX_REQUESTS: Final = 10_000
MAX_VALUE_BYTES: Final = 65_536
MIN_KEY_LENGTH: Final = 8
"""A shorter key is no secret, and hiding it in every text would spoil words; its header is hidden all the same."""
HIDDEN: Final = "***"


@frozen
class Part:
    """A part of a form or multipart body.

    Attributes:
        name: Name of the form field.
        filename: Name of the file; None for text.
        content_type: Media type of the file as it was sent, empty where none was; None for text.
        size: Of the content, in bytes.
        sha256: SHA-256 of the content, as hexadecimal digits.
        value: The text; None for a file and for a text of more than 64 KiB.
    """

    name: str
    filename: str | None
    content_type: str | None
    size: int
    sha256: str
    value: str | None


@frozen
class LoggedRequest:
    """One request, with the API key hidden.

    Attributes:
        method: The HTTP method.
        path: The path, without host and query.
        query: Names and values of the query, decoded, in their order.
        headers: Names and values of the headers, in their order.
        parts: The parts of a form or multipart body, in their order; empty for any other body.
        operation_id: Id in the API description; None where no operation has this path and method.
        at: When it was answered, in seconds since 1970-01-01 (GMT) on the mock's clock.
        status: HTTP status of the answer; None where none was sent.
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
        """Return the value of a header, or None; upper and lower case are the same."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


class RequestLog:
    """The latest requests, the oldest first; may be shared by threads."""

    def __init__(self) -> None:
        """Start empty."""
        self._lock = threading.Lock()
        self._requests: deque[LoggedRequest] = deque(maxlen=MAX_REQUESTS)

    def add(self, request: LoggedRequest) -> None:
        """Append a request."""
        with self._lock:
            self._requests.append(request)

    def all(self) -> list[LoggedRequest]:
        """Return the requests."""
        with self._lock:
            return list(self._requests)

    def clear(self) -> None:
        """Forget the requests."""
        with self._lock:
            self._requests.clear()


def logged(
    request: Request, parts: Sequence[Part], operation_id: str | None, at: float, status: int | None
) -> LoggedRequest:
    """Return the entry of a request, with its API key hidden wherever it stands."""
    key = _key(request)
    return LoggedRequest(
        method=request.method,
        path=_hidden(request.url.path, key),
        query=tuple((name, _hidden(value, key)) for name, value in request.query_params.multi_items()),
        headers=tuple((name, _hidden_header(name, value, key)) for name, value in request.headers.items()),
        parts=tuple(_hidden_part(part, key) for part in parts),
        operation_id=operation_id,
        at=at,
        status=status,
    )


def _key(request: Request) -> str:
    try:
        return presented_key(request.headers.get("authorization"))
    except Refusal:
        return ""


def _hidden(text: str, key: str) -> str:
    return text.replace(key, HIDDEN) if len(key) >= MIN_KEY_LENGTH else text


def _hidden_header(name: str, value: str, key: str) -> str:
    if name.lower() == "authorization":
        return f"{value.partition(' ')[0]} {HIDDEN}"
    return _hidden(value, key)


def _hidden_part(part: Part, key: str) -> Part:
    return part if part.value is None else evolve(part, value=_hidden(part.value, key))
