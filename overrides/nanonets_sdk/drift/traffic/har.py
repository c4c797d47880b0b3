"""Traffic as browsers and proxies save it: HTTP Archive (HAR)."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from typing import cast
from urllib.parse import SplitResult, parse_qsl, urlsplit

from attrs import evolve

from nanonets_sdk.drift.facts.json_types import Tree
from nanonets_sdk.drift.report.outcome import NotComparable
from nanonets_sdk.drift.traffic.recording import NOT_KEPT, Record, record_of
from nanonets_sdk.events import Exchange


def records_in_har(archive: Tree, base_url: str) -> Iterator[Record]:
    """Yield the exchanges with the service that an archive holds, without their data.

    Args:
        archive: The archive as plain data.
        base_url: The address of the service; what went elsewhere is left out.

    Raises:
        NotComparable: It is no archive.
    """
    try:
        for entry in archive["log"]["entries"]:
            # Status 0 stands for no answer: the request was cancelled or blocked.
            if _is_below(entry["request"]["url"], base_url) and entry["response"]["status"] != 0:
                record = record_of(_exchange(entry, base_url))
                yield evolve(record, body=NOT_KEPT) if _was_left_out(entry["response"]) else record
    except (AttributeError, KeyError, OverflowError, TypeError, ValueError) as error:
        raise NotComparable(f"The HTTP archive is malformed: {type(error).__name__} at {error}.") from error


def _is_below(address: str, base_url: str) -> bool:
    one, base = urlsplit(address), urlsplit(base_url)
    return _host(one) == _host(base) and one.path.startswith(base.path.rstrip("/") + "/")


def _host(address: SplitResult) -> tuple[str | None, int]:
    return address.hostname, address.port or (80 if address.scheme == "http" else 443)


def _exchange(entry: Tree, base_url: str) -> Exchange:
    request, response = entry["request"], entry["response"]
    address = urlsplit(str(request["url"]))
    return Exchange(
        method=str(request["method"]).upper(),
        path=address.path.removeprefix(urlsplit(base_url).path.rstrip("/")),
        query=tuple(parse_qsl(address.query, keep_blank_values=True)),
        request_content_type=_media_type(request.get("postData") or {}),
        status=int(response["status"]),
        content_type=_media_type(response.get("content") or {}),
        content=_content(response.get("content") or {}),
    )


def _was_left_out(response: Tree) -> bool:
    """Whether there was a body, and the archive was saved without it."""
    content: Tree = response.get("content") or {}
    return "text" not in content and max(content.get("size", 0), response.get("bodySize", 0)) > 0


def _media_type(part: Tree) -> str:
    return str(part.get("mimeType") or "")


def _content(part: Tree) -> bytes:
    text = cast("str", part.get("text") or "")
    if part.get("encoding") != "base64":
        return text.encode("utf-8", "replace")
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise NotComparable("The HTTP archive holds a body that is no Base64.") from error
