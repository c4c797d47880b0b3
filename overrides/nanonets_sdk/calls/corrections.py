"""Corrections as flows: a file is read into a draft, and the draft is written page by page.

An update replaces all boxes of one page. So that nobody's work is lost, the file is read again right before each page
is written, and what changed meanwhile is not written over. So that nothing is written twice, a page has a state:

```text
open ── sent ─┬─ the service answered ──────────────────────────────── written
              ├─ the service refused, or cannot have received it ───── open
              └─ no usable answer ── sent: saving again reads the page
                                      ├─ it is as it was read ──────── open, and is sent
                                      ├─ it is as it was sent ──────── written
                                      └─ it is neither ─────────────── EditConflict
```

See docs/decisions/0095-a-draft-is-written-page-by-page.md.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final, Literal, TypeAlias, cast

import msgspec
from attrs import frozen

from nanonets_api import models
from nanonets_sdk.calls import ocr, operations
from nanonets_sdk.calls.arguments import checked_id
from nanonets_sdk.calls.confirming import CallRead, Confirmation, reader
from nanonets_sdk.calls.operations import CallFlow, Operation, call
from nanonets_sdk.documents import Document, Page
from nanonets_sdk.documents.corrections import cell_corrections, field_corrections
from nanonets_sdk.documents.draft import DraftBoxes, pages_of, pages_to_write
from nanonets_sdk.documents.draft_boxes import checked_label, checked_text
from nanonets_sdk.documents.draft_page import DraftPage, draft_pages, same_content
from nanonets_sdk.documents.failed import EditConflict
from nanonets_sdk.errors import DecodeError, NanonetsError

Route: TypeAlias = Literal["page", "boxes"]
"""How an update is sent: `page` is the documented route; `boxes` is undocumented, but known from a working program."""

_ROUTES: Final[dict[Route, tuple[Operation[Any], dict[str, Any]]]] = {
    "page": (operations.OCR_UPDATE_PAGE, {"use_ui_version": True}),
    "boxes": (operations.OCR_UPDATE_BOXES, {}),
}
_CONTENT: Final = ("moderated_boxes", "predicted_boxes", "is_moderated", "approval_status")
_NAMING: Final = ("id", "day_since_epoch", "hour_of_day")
_MOST_SHOWN: Final = 3


def edit(model_id: str, request_file_id: str) -> CallFlow[tuple[Document, tuple[DraftPage, ...]]]:
    """Read a file, to be corrected."""
    document = yield from ocr.get_file(model_id, request_file_id)
    for page in document.pages:
        _check_editable(page)
    if not document.pages:
        raise EditConflict(f"file {request_file_id} has no pages yet; wait until it is done")
    return document, draft_pages(document.pages)


def save(draft: DraftBoxes, route: Route, confirmation: Confirmation | None) -> CallFlow[tuple[int, ...]]:
    """Write the pages of a draft that have changes."""
    _check_route(route)
    pages = pages_to_write(draft)
    try:
        if confirmation is None or not pages:
            yield from _write_pages(draft, pages, route)
        else:
            yield from confirmation.of(
                _write_pages(draft, pages, route),
                f"the correction of {draft.file_name or draft.request_file_id!r}",
                reader(draft.model_id, draft.request_file_id),
                lambda document: document is not None and all(_shows(document, page) for page in pages),
            )
            for page in pages:
                page.state = "written"
    except NanonetsError as error:
        if len(pages) > 1:
            error.args = (f"{error} {progress(draft)}", *error.args[1:])
        raise
    return tuple(page.number for page in pages)


def _write_pages(draft: DraftBoxes, pages: Sequence[DraftPage], route: Route) -> CallFlow[None]:
    is_begun, due = any(page.state != "open" for page in pages_of(draft)), list(pages)
    for position in range(len(pages)):
        document = yield from ocr.get_file(draft.model_id, draft.request_file_id)
        # All of them before the first is written: a conflict should leave the file as it is, not half corrected.
        for page in due:
            _check_unchanged(page, _page_of(document, page), is_begun=is_begun or position > 0)
        page = due.pop(0)
        if page.state != "written":
            yield from _write(draft.model_id, page, route)


def _write(model_id: str, page: DraftPage, route: Route) -> CallFlow[None]:
    operation, switches = _ROUTES[route]
    update = update_of(page)
    page.state = "sent"
    try:
        yield from call(operation, model_id=checked_id(model_id, "model_id"), body=update, **switches)
    except NanonetsError as error:
        if not error.may_be_billed:
            page.state = "open"
        raise
    page.state = "written"


@frozen
class _BoxText:
    """A box as JSON, in the place of a generated model, which would parse and lose it."""

    text: str

    def to_dict(self) -> Any:
        return msgspec.Raw(self.text.encode())


def update_of(page: DraftPage) -> models.PageUpdate:
    """Return the body of the update of a page.

    Raises:
        DecodeError: The reply lacks what an update needs to name the page.
    """
    if missing := [name for name in _NAMING if page.members.get(name, "null") in {"null", '""'}]:
        raise DecodeError(
            f"the reply gives no {', '.join(missing)} for page {page.number + 1}, so it cannot be updated; `raw` of "
            "this error has it",
            raw=page.before.raw_bytes,
        )
    boxes = cast("Any", [_BoxText(text) for text in page.texts])
    known = {name: json.loads(page.members[name]) for name in _NAMING}
    return models.PageUpdate(moderated_boxes=boxes, **known)


def flag(
    model_id: str, page: Page | str, label: str, message: str, route: Route, confirmation: Confirmation | None
) -> CallFlow[None]:
    """Mark a field of a page as failed, so that a person looks at it."""
    _check_route(route)
    checked_label(label)
    if not checked_text(message, "message").strip():
        raise ValueError("message is empty; say what the reviewer should look at")
    page_id = checked_id(page.id if isinstance(page, Page) else page, "page_id")
    read = yield from ocr.get_page(model_id, page_id)
    _check_editable(read)
    (draft,) = draft_pages([read])
    named = [box for box in draft.boxes if box.label == label]
    # Of fields with the same label the least certain is the likeliest mistake.
    box = min(named, key=lambda box: box.score or 0.0, default=None) or draft.add(
        {"label": label, "ocr_text": "", "type": "field"}, None
    )
    box.fail(message)
    writing = _write(model_id, draft, route)
    if confirmation is None:
        yield from writing
        return

    def read_page(seconds: float) -> CallFlow[Document]:
        now = yield from ocr.get_page(model_id, page_id, seconds)
        return Document((now,))

    def shows(document: Document | None) -> bool:
        pages = document.pages if document is not None else ()
        return any(field.validation_message == message for page in pages for field in page.moderated.fields.all(label))

    how = CallRead(f"client.ocr.get_page({model_id!r}, {page_id!r})", read_page)
    yield from confirmation.of(writing, f"the flag on page {read.number + 1}", how, shows)


def _check_route(route: Route) -> None:
    if not isinstance(route, str) or route not in _ROUTES:  # pyright: ignore[reportUnnecessaryIsInstance] - callers without a type checker
        raise ValueError(f"route must be one of {', '.join(map(repr, _ROUTES))}, got {route!r}")


def _check_editable(page: Page) -> None:
    if page.status == "pending":
        raise EditConflict(f"page {page.number + 1} is still being processed; wait until the file is done", now=page)
    if page.is_moderated:
        raise EditConflict(
            f"page {page.number + 1} is approved, and its result may have been exported; take the approval back with "
            "ocr.unapprove before you correct it",
            now=page,
        )


def _check_unchanged(page: DraftPage, now: Page | None, *, is_begun: bool) -> None:
    before = page.before
    if now is None:
        raise EditConflict(f"page {page.number + 1} is gone since it was read", before=before)
    if page.state == "sent" and same_content(now.moderated, page.now):
        page.state = "written"
        return
    # The service may count our update of one page as a change of the file, so after the first only content counts.
    names = _CONTENT if is_begun else (*_CONTENT, "updated_at")
    # Missing, null and empty mean the same.
    if any((before.raw.get(name) or None) != (now.raw.get(name) or None) for name in names):
        raise EditConflict(
            f"page {page.number + 1} changed since it was read{_difference(before, now)}; read the file again "
            "and repeat the changes",
            before=before,
            now=now,
        )


def _difference(before: Page, now: Page) -> str:
    """Return in words how a page changed."""
    changes = [*field_corrections(before.fields.all(), now.fields.all()), *cell_corrections(before.tables, now.tables)]
    shown = [str(change) for change in changes[:_MOST_SHOWN]]
    if before.is_moderated != now.is_moderated:
        shown.append("approved" if now.is_moderated else "no longer approved")
    if before.updated_at != now.updated_at:
        shown.append(f"updated at {before.updated_at} then, at {now.updated_at} now")
    return f" ({'; '.join(shown)})" if shown else ""


def _page_of(document: Document, page: DraftPage) -> Page | None:
    return next((now for now in document.pages if (now.id, now.number) == (page.before.id, page.number)), None)


def _shows(document: Document, page: DraftPage) -> bool:
    now = _page_of(document, page)
    return now is not None and same_content(now.moderated, page.now)


def progress(draft: DraftBoxes) -> str:
    """Return in words which pages of a draft are written, for what ends the writing early."""
    waiting = pages_to_write(draft)
    groups = {
        "written": draft.written,
        "not known to be written": tuple(page.number for page in waiting if page.state == "sent"),
        "not written": tuple(page.number for page in waiting if page.state == "open"),
    }
    said = "; ".join(f"{name}: {', '.join(str(page + 1) for page in pages)}" for name, pages in groups.items() if pages)
    return f"Pages {said}. Saving again writes only what is missing."
