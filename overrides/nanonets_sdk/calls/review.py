"""What is done with files after they were predicted, as flows: approval, deletion, retries, assignment, review links.

The replies of these calls are not documented, so nothing is read from them. Whether a call did what it should shows by
reading the file again, which `Confirmation` does.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeAlias, cast
from urllib.parse import urlsplit

from nanonets_api import models
from nanonets_sdk.calls import operations
from nanonets_sdk.calls.arguments import checked_id
from nanonets_sdk.calls.confirming import Confirmation, reader
from nanonets_sdk.calls.operations import CallFlow, Operation, call
from nanonets_sdk.documents import Document
from nanonets_sdk.errors import DecodeError

FileRef: TypeAlias = str | Document
"""A file at the service: its `request_file_id`, or a document that was read from it."""

_LONGEST_LINK: Final = 10_000


def file_id(file: FileRef) -> str:
    """Return the id of a file.

    Raises:
        ValueError: The id is empty, or the document has none.
        TypeError: It is neither an id nor a document.
    """
    if isinstance(file, Document):
        if not file.request_file_id:
            raise ValueError(f"the document {file.file_name!r} has no request_file_id, so the service cannot find it")
        file = file.request_file_id
    return checked_id(file, "request_file_id")


def file_ids(files: FileRef | Iterable[FileRef]) -> list[str]:
    """Return the ids of one or several files, each once.

    Raises:
        ValueError: There is no file, or one has no id.
        TypeError: One is neither an id nor a document.
    """
    if isinstance(files, str | Document):
        files = [files]
    elif isinstance(files, bytes | os.PathLike) or not isinstance(files, Iterable):  # pyright: ignore[reportUnnecessaryIsInstance] - callers without a type checker
        raise TypeError(f"files must be ids or documents, got {type(files).__name__}")
    listed = list(dict.fromkeys(map(file_id, files)))
    if not listed:
        raise ValueError("files is empty; pass at least one id or document")
    return listed


def approve(model_id: str, file: FileRef, confirmation: Confirmation | None) -> CallFlow[None]:
    """Approve a file."""

    def is_approved(document: Document | None) -> bool:
        return document is not None and document.is_moderated

    return _of_file(operations.OCR_APPROVE_FILE, "the approval", model_id, file, confirmation, is_approved)


def unapprove(model_id: str, file: FileRef, confirmation: Confirmation | None) -> CallFlow[None]:
    """Take the approval of a file back."""

    def is_open(document: Document | None) -> bool:
        return document is not None and bool(document.pages) and not any(page.is_moderated for page in document.pages)

    return _of_file(operations.OCR_UNAPPROVE_FILE, "taking the approval back", model_id, file, confirmation, is_open)


def delete_file(model_id: str, file: FileRef, confirmation: Confirmation | None) -> CallFlow[None]:
    """Delete a file."""

    def is_gone(document: Document | None) -> bool:
        # Whether a deleted file is not found, has no pages, or has them marked as deleted is not documented.
        return document is None or all(_raw(page.raw).get("is_deleted") is True for page in document.pages)

    return _of_file(operations.OCR_DELETE_FILE, "the deletion", model_id, file, confirmation, is_gone)


def _of_file(
    operation: Operation[Any],
    what: str,
    model_id: str,
    file: FileRef,
    confirmation: Confirmation | None,
    is_visible: Any,
) -> CallFlow[None]:
    known = file_id(file)
    change = call(operation, model_id=checked_id(model_id, "model_id"), request_file_id=known)
    if confirmation is None:
        yield from change
    else:
        yield from confirmation.of(change, f"{what} of file {known}", reader(model_id, known), is_visible)


def retry_prediction(model_id: str, files: FileRef | Iterable[FileRef]) -> CallFlow[None]:
    """Predict files again."""
    body = models.RetryFiles(file_ids=file_ids(files))
    yield from call(operations.OCR_RETRY_PREDICTIONS, model_id=checked_id(model_id, "model_id"), body=body)


def retry_exports(model_id: str, files: FileRef | Iterable[FileRef]) -> CallFlow[None]:
    """Export files again."""
    body = models.RetryFiles(file_ids=file_ids(files))
    yield from call(operations.OCR_RETRY_EXPORTS, model_id=checked_id(model_id, "model_id"), body=body)


def assign(
    model_id: str, member: str, files: FileRef | Iterable[FileRef], confirmation: Confirmation | None
) -> CallFlow[None]:
    """Assign files to a member of the team."""
    checked_id(member, "member")
    known = file_ids(files)
    body = models.AssignFiles(member=member, file_ids=known)
    change: CallFlow[object] = call(operations.OCR_ASSIGN_FILES, model_id=checked_id(model_id, "model_id"), body=body)
    if confirmation is None:
        yield from change
        return

    def is_assigned(document: Document | None) -> bool:
        pages = document.pages if document is not None else ()
        return bool(pages) and all(member in _members_of(_raw(page.raw)) for page in pages)

    for one in known:
        yield from confirmation.of(change, f"the assignment of file {one}", reader(model_id, one), is_assigned)
        change = _nothing()


def _members_of(image: dict[str, Any]) -> list[Any]:
    listed = image.get("assigned_members")
    members = cast("Iterable[Any]", listed) if isinstance(listed, list) else ()
    return [image.get("assigned_member"), *members]


def _raw(value: Any) -> dict[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _nothing() -> CallFlow[None]:
    yield from ()


def review_link(
    model_id: str,
    file: FileRef,
    expires: timedelta | datetime,
    redirect: str | None,
    callback: str | None,
    now: datetime,
) -> CallFlow[str]:
    """Ask for a link to the review page of a file."""
    answered = yield from call(
        operations.OCR_GET_REVIEW_LINK,
        model_id=checked_id(model_id, "model_id"),
        request_file_id=file_id(file),
        expires=expiry(expires, now),
        redirect=_checked_address(redirect, "redirect"),
        callback=_checked_address(callback, "callback"),
    )
    # A framework may have written the text as JSON.
    link: str = answered.reply.strip().strip('"')
    if len(link) > _LONGEST_LINK or not _is_address(link):
        raise DecodeError(
            "the reply to ocr_get_review_link is not a link; `raw` of this error has it", raw=answered.body.content
        )
    return link


def expiry(expires: timedelta | datetime, now: datetime) -> int:
    """Return when a link expires, in seconds since 1970-01-01 (UTC).

    Args:
        expires: How long from now, or when. A datetime needs a time zone.
        now: The current time, in UTC.

    Raises:
        ValueError: It is in the past, or has no time zone.
        TypeError: It is something else.

    Examples:
        >>> expiry(timedelta(hours=1), datetime(2026, 1, 1, tzinfo=UTC))
        1767229200
    """
    if isinstance(expires, timedelta):
        try:
            moment = now + expires
        except OverflowError:
            raise ValueError(f"expires is too far away: {expires!r}") from None
    elif isinstance(expires, datetime):  # pyright: ignore[reportUnnecessaryIsInstance] - callers without a type checker
        # Read in the wrong time zone, a link would be valid for hours longer than meant.
        if expires.utcoffset() is None:
            raise ValueError(f"expires needs a time zone, got {expires!r}; for UTC pass tzinfo=datetime.UTC")
        moment = expires
    else:
        raise TypeError(f"expires must be a timedelta or a datetime, got {type(expires).__name__}")
    seconds = int(moment.timestamp())
    if seconds <= now.timestamp():
        raise ValueError(f"expires is in the past: {moment.astimezone(UTC).isoformat()}")
    return seconds


def _checked_address(url: str | None, name: str) -> str | None:
    if url is None:
        return None
    if not isinstance(url, str):  # pyright: ignore[reportUnnecessaryIsInstance] - callers without a type checker
        raise TypeError(f"{name} must be a str, got {type(url).__name__}")
    if not _is_address(url):
        raise ValueError(f"{name} must be a complete http or https URL, got {url!r}")
    return url


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and url.isprintable() and " " not in url
    except ValueError:
        return False
