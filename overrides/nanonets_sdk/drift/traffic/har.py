"""Traffic as saved by browsers and proxies: HTTP Archive (HAR)."""

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
    """Yield the exchanges with the service in an archive, without their data.

    Raises:
        NotComparable: The archive is malformed.
    """
    try:
        base = urlsplit(base_url)
        root = base.path.rstrip("/")
        for entry in archive["log"]["entries"]:
            request: Tree = entry["request"]
            address = urlsplit(cast("str", request["url"]))
            if _host(address) != _host(base) or not address.path.startswith(f"{root}/"):
                continue
            response: Tree = entry["response"]
            # Status 0 means that there was no reply: the request was cancelled or blocked.
            if response["status"] == 0:
                continue
            content: Tree = response.get("content") or {}
            sent: Tree = request.get("postData") or {}
            record = record_of(
                Exchange(
                    method=str(request["method"]).upper(),
                    path=address.path.removeprefix(root),
                    query=tuple(parse_qsl(address.query, keep_blank_values=True)),
                    request_content_type=str(sent.get("mimeType") or ""),
                    status=int(response["status"]),
                    content_type=str(content.get("mimeType") or ""),
                    content=_decoded(content),
                )
            )
            # Browsers can save an archive without the bodies, but note how large they were.
            was_omitted = "text" not in content and max(content.get("size", 0), response.get("bodySize", 0)) > 0
            yield evolve(record, body=NOT_KEPT) if was_omitted else record
    except (AttributeError, KeyError, OverflowError, TypeError, ValueError) as error:
        raise NotComparable(f"The HTTP archive is malformed: {type(error).__name__} at {error}.") from error


def _host(address: SplitResult) -> tuple[str | None, int]:
    return address.hostname, address.port or (80 if address.scheme == "http" else 443)


def _decoded(content: Tree) -> bytes:
    text = cast("str", content.get("text") or "")
    if content.get("encoding") != "base64":
        return text.encode("utf-8", "replace")
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise NotComparable("The HTTP archive contains a body that is not Base64.") from error
