"""Events: the records that callbacks receive, and how callbacks are called."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Final, TypeVar

from attrs import field, frozen

T = TypeVar("T")

log: Final = logging.getLogger("nanonets_sdk")


@frozen
class RetryEvent:
    """What `on_retry` receives before each wait.

    An exception raised by `on_retry` ends the call and reaches its caller, unlike one raised by `on_drift`.

    Attributes:
        method: The HTTP method.
        path: The path of the request, without host and query.
        attempt: Number of the attempt that failed, from 1.
        wait: Seconds until the next attempt.
        status: The HTTP status; None if no response came.
        error: The name of the error if no response came, for example `ConnectError`; otherwise None.
    """

    method: str
    path: str
    attempt: int
    wait: float
    status: int | None = None
    error: str | None = None


@frozen
class Drift:
    """What `on_drift` receives: a value in a reply whose type, or word, is not the one the service is known to use.

    Attributes:
        operation: The operation of the spec, for example `ocr_get_file`.
        path: Where the value is, as a JSON pointer into the reply, for example `/result/0/prediction/3/score`.
        expected: The expected JSON type, for example `number`; for the state of a page, the known words.
        seen: The JSON type found, for example `string`, or `another word`; never the value itself.
    """

    operation: str
    path: str
    expected: str
    seen: str


@frozen
class Exchange:
    """What a `recorder` receives: a request and its response. It holds no request headers, so it never holds the key.

    Attributes:
        method: The HTTP method.
        path: The path of the request below the base URL, with a leading slash.
        query: The query of the request, as pairs of name and value.
        request_content_type: Media type of the request body; empty if there is no body.
        status: The HTTP status of the response.
        content_type: Media type of the response body; empty if there is no body.
        content: The response body; for an error status, its first 1 MiB.
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    request_content_type: str
    status: int
    content_type: str
    content: bytes = field(repr=False)


def notify(callback: Callable[[T], object] | None, event: T) -> None:
    """Call a user's callback, if there is one. An exception that it raises is logged, not propagated.

    Args:
        callback: The callback, which takes the event.
        event: The event.
    """
    if callback is None:
        return
    try:
        callback(event)
    except Exception:
        # A bug in a user's callback must not lose a response that was already billed.
        log.exception("a callback raised an exception; the reply is kept")
