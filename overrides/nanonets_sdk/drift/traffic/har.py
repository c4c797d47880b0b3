"""Traffic as saved by browsers and proxies: HTTP Archive (HAR).

Browsers, proxies and extensions each write archives in a way of their own, so nothing about an entry is taken for
granted. An entry is one of three things, and none of them ends the archive:

    an exchange with the service    compared; if its body cannot be used, without the body and with a notice
    no exchange                     a notice: a preflight, a request without a reply, a web socket
    for another host                left out
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import SplitResult, parse_qsl, urlsplit

from attrs import evolve, frozen

from nanonets_sdk.drift.facts.json_types import Tree, is_list, is_tree
from nanonets_sdk.drift.report.outcome import NotComparable
from nanonets_sdk.drift.traffic.recording import NOT_KEPT, Record, record_of
from nanonets_sdk.events import Exchange

# The media type that browsers write if there is none.
_NO_MEDIA_TYPE: Final = ("", "x-unknown")
# A body that was saved compressed is either not UTF-8, or became these characters when it was made text.
_BINARY: Final = re.compile("[\x00-\x08\x0e-\x1f\ufffd]")


@frozen
class Notice:
    """An entry that is not compared, or not as a whole.

    Attributes:
        entry: Its number, from 1.
        reason: Why, in a few words.
        has_record: True if only its body is not compared.
    """

    entry: int
    reason: str
    has_record: bool = False


class _NoExchange(Exception):
    """An entry is not a complete exchange with the service."""


class _NoBody(Exception):
    """The body of an exchange is not in the archive."""


def records_in_har(archive: Tree, base_url: str) -> Iterator[Record | Notice]:
    """Yield the exchanges with the service in an archive, without their data, and a notice for what is not compared.

    Raises:
        NotComparable: The archive has no list of entries, or the base URL is invalid.
    """
    log: Any = archive.get("log")
    entries: Any = log.get("entries") if is_tree(log) else None
    if not is_list(entries):
        raise NotComparable("The HTTP archive is malformed: it has no list `log.entries`.")
    base = _address(base_url)
    if base is None:
        raise NotComparable("The base URL is invalid.")
    for number, entry in enumerate(entries, start=1):
        try:
            found = _exchange(_member(entry, "request"), _member(entry, "response"), base)
        except _NoExchange as error:
            yield Notice(number, str(error))
            continue
        if found is not None:
            record, reason = found
            if reason:
                yield Notice(number, reason, has_record=True)
            yield record


def _exchange(request: Tree, response: Tree, base: SplitResult) -> tuple[Record, str] | None:
    """Return an exchange and why its body is unusable, if it is; None if the entry is for another host or path."""
    address = _address(request.get("url"))
    if address is None:
        raise _NoExchange("no URL that can be read")
    root = base.path.rstrip("/")
    if _host(address) != _host(base) or not address.path.startswith(f"{root}/"):
        return None
    if address.scheme not in ("http", "https"):
        raise _NoExchange("a web socket")
    method: Any = request.get("method")
    if not isinstance(method, str) or not method.strip():
        raise _NoExchange("no method")
    # A browser asks by itself whether a page may send a request to another host.
    if method.strip().upper() == "OPTIONS":
        raise _NoExchange("a preflight of the browser (OPTIONS)")
    status = _status(response)
    content = _member(response, "content")
    sent = _member(request, "postData")
    exchange = Exchange(
        method=method.strip().upper(),
        path=address.path.removeprefix(root),
        query=tuple(parse_qsl(address.query, keep_blank_values=True)),
        request_content_type=_media_type(sent, request),
        status=status,
        content_type=_media_type(content, response),
        content=b"",
    )
    try:
        return record_of(evolve(exchange, content=_body(content, response))), ""
    except _NoBody as error:
        return evolve(record_of(exchange), body=NOT_KEPT), str(error)


def _status(response: Tree) -> int:
    """Return the status of a reply that the service sent.

    Raises:
        _NoExchange: There is none.
    """
    status = _number(response.get("status"))
    # Browsers write 0 for a request that was cancelled or blocked, and others write -1 or null.
    if status is None or status < HTTPStatus.CONTINUE:
        raise _NoExchange("no reply")
    if status < HTTPStatus.OK:
        raise _NoExchange(f"no final reply ({status})")
    if status == HTTPStatus.NOT_MODIFIED:
        raise _NoExchange("reply from the cache (304)")
    return status


def _body(content: Tree, response: Tree) -> bytes:
    """Return the body of a reply.

    Raises:
        _NoBody: It was not saved, or not as it was; empty if the whole archive was saved without bodies.
    """
    size, text = _number(content.get("size")), content.get("text")
    if text is None or text == "":
        # Browsers can save an archive without the bodies, but note how large they were. No note says nothing.
        known = [number for number in (size, _number(response.get("bodySize"))) if number is not None and number >= 0]
        if any(known) or not known:
            raise _NoBody
        return b""
    body = _decoded(text, str(content.get("encoding")).lower())
    if _is_json(body):
        return body
    if size is not None and size > len(body):
        raise _NoBody("cut off")
    coding = _header(response, "content-encoding").lower()
    if coding not in ("", "identity") and _BINARY.search(body.decode("utf-8", "replace")):
        raise _NoBody(f"saved compressed ({coding[:20]})")
    return body


def _decoded(text: Any, encoding: str) -> bytes:
    if not isinstance(text, str):
        raise _NoBody("not text")
    plain = text.encode("utf-8", "replace")
    if encoding != "base64":
        return plain
    try:
        decoded = base64.b64decode("".join(text.split()), validate=True)
    except ValueError as error:
        # Some browsers say Base64 for a body that they saved as text.
        if _is_json(plain):
            return plain
        raise _NoBody("not Base64") from error
    return plain if _is_json(plain) and not _is_json(decoded) else decoded


def _is_json(content: bytes) -> bool:
    try:
        json.loads(content)
    except (ValueError, RecursionError):
        return False
    return True


def _number(value: Any) -> int | None:
    """Return a number, also if it was saved as text; None for anything else."""
    try:
        return int(value) if isinstance(value, int | float | str) and not isinstance(value, bool) else None
    except (OverflowError, ValueError):
        return None


def _member(node: Any, name: str) -> Tree:
    member: Any = node.get(name) if is_tree(node) else None
    return member if is_tree(member) else {}


def _media_type(body: Tree, message: Tree) -> str:
    stated: Any = body.get("mimeType")
    return stated if isinstance(stated, str) and stated not in _NO_MEDIA_TYPE else _header(message, "content-type")


def _header(message: Tree, name: str) -> str:
    """Return the value of a header, "" if it is absent."""
    headers: Any = message.get("headers")
    for header in headers if is_list(headers) else []:
        if is_tree(header) and str(header.get("name")).lower() == name:
            return str(header.get("value") or "")
    return ""


def _address(url: Any) -> SplitResult | None:
    try:
        address = urlsplit(url) if isinstance(url, str) else None
        # The port is parsed on access.
        return address if address is None or _host(address) else None
    except ValueError:
        return None


def _host(address: SplitResult) -> tuple[str | None, int]:
    return address.hostname, address.port or (80 if address.scheme in ("http", "ws") else 443)
