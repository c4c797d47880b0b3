"""One request with its answer, for those who want to look at traffic."""

from __future__ import annotations

from attrs import field, frozen


@frozen
class Exchange:
    """A request and its answer; it holds no headers of the request, and so no key.

    Attributes:
        method: The HTTP method.
        path: The path of the request below the base URL, with a leading slash.
        query: The query of the request, names and values.
        request_content_type: Media type of the request's body; empty without one.
        status: The HTTP status of the answer.
        content_type: Media type of the answer's body; empty without one.
        content: The answer's body; of an error the first 1 MiB.
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    request_content_type: str
    status: int
    content_type: str
    content: bytes = field(repr=False)
