"""A request and its reply, as they were on the wire, and the operation that they belong to."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

from attrs import field, frozen

from nanonets_sdk.contract.description.spec import SpecOperation, base_path, spec_operations

_TWINS: Final = {"ocr_predict_file": "ocr_submit_file", "ocr_predict_urls": "ocr_submit_urls"}
"""`LabelFile` and `LabelFile/` are one endpoint, where the flag `async` decides."""


@frozen(slots=False)
class Asked:
    """A request.

    Attributes:
        method: The HTTP method.
        target: Path and query as sent, below the base URL of the service.
        headers: Names in lower case, and values; in order.
        body: The body as sent; None if it was not kept.
    """

    method: str
    target: str
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    body: bytes | None = field(default=b"", repr=False)

    @cached_property
    def path(self) -> str:
        """The path, still encoded."""
        return urlsplit(self.target).path

    @cached_property
    def query(self) -> list[tuple[str, str]]:
        """Names and values of the query, in order."""
        return parse_qsl(urlsplit(self.target).query, keep_blank_values=True)

    def header(self, name: str) -> str:
        """Return the value of a header; "" if it is absent."""
        return next((value for key, value in self.headers if key == name), "")

    @property
    def media_type(self) -> str:
        """The media type of the body, without parameters."""
        return media_type(self.header("content-type"))

    @cached_property
    def operation(self) -> SpecOperation | None:
        """The operation that the request calls; None if there is no such route."""
        found = operation_of(self.method, self.path)
        if found is not None and found.operation_id in _TWINS and dict(self.query).get("async") == "true":
            return next(one for one in spec_operations() if one.operation_id == _TWINS[found.operation_id])
        return found

    @cached_property
    def path_values(self) -> dict[str, str]:
        """The values of the parameters in the path."""
        steps = zip(self.operation.path.split("/"), self.path.split("/"), strict=False) if self.operation else ()
        return {name.strip("{}"): unquote(value) for name, value in steps if name.startswith("{")}


@frozen
class Answered:
    """A reply.

    Attributes:
        status: The HTTP status.
        content_type: The header, with its parameters.
        body: The body after decompression; None if it was not kept.
    """

    status: int
    content_type: str = ""
    body: bytes | None = field(default=b"", repr=False)

    @property
    def is_success(self) -> bool:
        """Whether the status says that the operation did its work, or a part of it."""
        return self.status in {200, 202, 206}


def media_type(header: str) -> str:
    """Return the media type in a Content-Type header, without parameters.

    >>> media_type("Application/JSON; charset=utf-8")
    'application/json'
    """
    return header.partition(";")[0].strip().lower()


def operation_of(method: str, path: str) -> SpecOperation | None:
    """Return the operation of a route, in either spelling; None if there is none.

    >>> operation_of("GET", "/OCR/Model/5b1c7a86/").operation_id
    'ocr_get_model'
    """
    sent = path.removesuffix("/").split("/")
    fitting = [one for one in spec_operations() if one.method == method and _fits(one.path, sent)]
    # A word of a route is also an id: the route with the most words of its own is meant.
    return min(fitting, key=lambda one: one.path.count("{"), default=None)


def below_base(url: str, bases: Iterable[str] = ()) -> str | None:
    """Return path and query of a URL below the base URL of the service; None if it is for another one.

    Args:
        url: The URL of a request.
        bases: Base URLs besides those whose path ends in `/api/v2`.

    >>> below_base("http://127.0.0.1:8420/api/v2/OCR/FullText")
    '/OCR/FullText'
    """
    for base in bases:
        if url.startswith(f"{base.rstrip('/')}/"):
            return url[len(base.rstrip("/")) :]
    parts = urlsplit(url)
    _, found, after = parts.path.partition(f"{base_path()}/")
    if found:
        path = f"/{after}"
    elif operation_of("GET", parts.path) and parts.path.startswith("/Inferences/"):
        path = parts.path  # the host of review links has no base path
    else:
        return None
    return f"{path}?{parts.query}" if parts.query else path


def _fits(path: str, sent: list[str]) -> bool:
    wanted = path.removesuffix("/").split("/")
    return len(wanted) == len(sent) and all(
        (want.startswith("{") and have not in {"", ".", ".."}) or want == have
        for want, have in zip(wanted, sent, strict=True)
    )
