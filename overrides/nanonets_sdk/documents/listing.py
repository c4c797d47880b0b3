"""Listings: the documents of an interval of days."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import attrs
from attrs import frozen

from nanonets_sdk.documents.building import stored_documents
from nanonets_sdk.documents.document import Document
from nanonets_sdk.documents.page import Page
from nanonets_sdk.documents.page_lists import stored_pages
from nanonets_sdk.formats.html import table_html
from nanonets_sdk.formats.rows import Sheet
from nanonets_sdk.formats.shown import counted, one_line
from nanonets_sdk.replies.source import Raw, Source

if TYPE_CHECKING:
    from nanonets_api.replies import ListingReply

_FIRST: Final = 10
_LONGEST: Final = 120


@frozen
class Listing:
    """The documents that the service stored in an interval of days, built on first use.

    Attributes:
        moderated_count: Number of approved pages, as the service counts them.
        unmoderated_count: Number of pages that are not approved, as the service counts them.

    Example:
        ```python
        for document in client.ocr.list_predictions(model_id, timedelta(days=7)):
            print(document.file_name, document.is_moderated)
        ```
    """

    moderated_count: int
    unmoderated_count: int
    _reply: ListingReply = attrs.field(alias="reply", repr=False)
    _body: Raw = attrs.field(alias="body", eq=False, repr=False)

    @cached_property
    def pages(self) -> tuple[Page, ...]:
        """All pages, approved ones first."""
        return tuple(stored_pages(self._reply, self._body))

    @cached_property
    def documents(self) -> tuple[Document, ...]:
        """The pages grouped by file, in the order of the reply."""
        return stored_documents(self.pages)

    def __str__(self) -> str:
        counts = f"{self.moderated_count:,} approved, {self.unmoderated_count:,} not"
        head = f"{counted(len(self.documents), 'document')}, {counted(len(self.pages), 'page')} ({counts})"
        lines = [_line(document) for document in self.documents[:_FIRST]]
        more = len(self) - len(lines)
        return "\n  ".join([head, *lines, *([f"… {counted(more, 'more document')}"] if more else [])])

    def _repr_html_(self) -> str:
        rows = [
            (one.file_name, one.request_file_id, str(len(one.pages)), "approved" if one.is_moderated else one.status)
            for one in self.documents
        ]
        return table_html(Sheet("", ("file", "id", "pages", "status"), rows))

    def __iter__(self) -> Iterator[Document]:
        return iter(self.documents)

    def __len__(self) -> int:
        return len(self.documents)

    @property
    def raw(self) -> Any:
        """The reply as plain JSON values, unknown members included."""
        return Source(self._body).value

    @property
    def raw_bytes(self) -> bytes:
        """The body of the reply, byte for byte."""
        return self._body.content


def _line(document: Document) -> str:
    status = "approved" if document.is_moderated else document.status
    name = one_line(document.file_name or document.request_file_id, _LONGEST)
    return f"{name}, {counted(len(document.pages), 'page')}, {status}"


def listing_of(reply: ListingReply, body: Raw) -> Listing:
    """Build a listing from its reply."""
    return Listing(
        moderated_count=reply.moderated_images_count or 0,
        unmoderated_count=reply.unmoderated_images_count or 0,
        reply=reply,
        body=body,
    )
