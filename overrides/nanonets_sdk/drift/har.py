"""Traffic as browsers and proxies save it: HTTP Archive (HAR)."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from typing import cast
from urllib.parse import parse_qsl, urlsplit

from nanonets_sdk.drift.outcome import NotComparable
from nanonets_sdk.drift.recording import Record, record_of
from nanonets_sdk.drift.trees import Tree
from nanonets_sdk.exchange import Exchange


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
            if _is_below(entry["request"]["url"], base_url):
                yield record_of(_exchange(entry, base_url))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise NotComparable(f"The HTTP archive is malformed: {type(error).__name__} at {error}.") from error


def _is_below(address: str, base_url: str) -> bool:
    one, base = urlsplit(address), urlsplit(base_url)
    return one.netloc == base.netloc and one.path.startswith(base.path.rstrip("/") + "/")


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


def _media_type(part: Tree) -> str:
    return str(part.get("mimeType") or "").partition(";")[0].strip()


def _content(part: Tree) -> bytes:
    text = cast("str", part.get("text") or "")
    if part.get("encoding") != "base64":
        return text.encode("utf-8", "replace")
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise NotComparable("The HTTP archive holds a body that is no Base64.") from error
