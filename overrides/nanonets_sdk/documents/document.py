"""Documents: the pages of one file."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import attrs
from attrs import frozen

from nanonets_sdk.documents.field import Field, Fields
from nanonets_sdk.documents.inputs import by_input
from nanonets_sdk.documents.page import Page, Status, is_in_work, predicted_page, stored_page
from nanonets_sdk.documents.source import Body, Source

if TYPE_CHECKING:
    from nanonets_sdk.documents.table import Cell, Table
    from nanonets_sdk.replies import Image, OcrPage, OcrReply, PageReply
    from nanonets_sdk.replies import Listing as ListingReply

_NO_SOURCE: tuple[Source, ...] = ()


@frozen
class Document:
    """What was read from one file.

    Attributes:
        pages: The pages in the order of their numbers, those that failed included.
        request_file_id: The service's id of the file, under which it can be read again; empty where there is none.
        file_name: Name of the file as it was sent, or its URL.
        error: What went wrong with the file or with pages of it; None when nothing did.
    """

    pages: tuple[Page, ...] = attrs.field(repr=False)
    request_file_id: str = ""
    file_name: str = ""
    error: str | None = None
    _sources: tuple[Source, ...] = attrs.field(alias="sources", default=_NO_SOURCE, eq=False, repr=False, kw_only=True)

    @cached_property
    def fields(self) -> Fields:
        """The fields of all pages by label."""
        return Fields(field for page in self.pages for field in page.fields.all())

    @cached_property
    def tables(self) -> tuple[Table, ...]:
        """The tables of all pages, page by page."""
        return tuple(table for page in self.pages for table in page.tables)

    @property
    def is_moderated(self) -> bool:
        """Whether a person approved the file."""
        return bool(self.pages) and all(page.is_moderated for page in self.pages)

    @property
    def status(self) -> Status:
        """`pending` while any page is in work, else `failure` if any failed, else `success`."""
        states = {page.status for page in self.pages}
        if "pending" in states:
            return "pending"
        return "failure" if self.error is not None or "failure" in states else "success"

    @property
    def raw(self) -> Any:
        """What the document was read from, as plain JSON values, unknown members included.

        The whole reply where it is of this file alone, else the list of the pages' entries in it.
        """
        values = [source.value for source in self._sources]
        return values[0] if len(values) == 1 else values

    @property
    def raw_bytes(self) -> bytes:
        """The body of the reply that the document was read from, byte for byte; it may be of other files too."""
        return self._sources[0].body.content if self._sources else b""

    def to_records(self) -> list[dict[str, Any]]:
        """The fields, one record each, in reading order.

        Returns:
            Records with `file_name`, `request_file_id`, `page` (from 0), `label`, `text`, `score` (0 to 1 or None), and
            `xmin`, `ymin`, `xmax`, `ymax` (pixels, or None where there is no location).
        """
        return [
            {"file_name": self.file_name, "request_file_id": self.request_file_id, **_field_record(field)}
            for field in self.fields.all()
        ]

    def to_json(self, *, indent: int | None = None) -> str:
        """Fields and tables as JSON text, in a form of our own that does not depend on which call they came from.

        Args:
            indent: Blanks a level; None for one line.
        """
        value = {
            "request_file_id": self.request_file_id,
            "file_name": self.file_name,
            "is_moderated": self.is_moderated,
            "error": self.error,
            "pages": [_page_record(page) for page in self.pages],
            "fields": [_field_record(field) for field in self.fields.all()],
            "tables": [_table_record(table) for table in self.tables],
        }
        return json.dumps(value, indent=indent, ensure_ascii=False)


def document_of(pages: Sequence[Page], sources: tuple[Source, ...], file_name: str = "") -> Document:
    """The document that pages of one file make."""
    ordered = tuple(sorted(pages, key=lambda page: page.number))
    failures = [f"page {page.number}: {page.error}" for page in ordered if page.error is not None]
    return Document(
        pages=ordered,
        request_file_id=next((page.request_file_id for page in ordered if page.request_file_id), ""),
        file_name=next((page.file_name for page in ordered if page.file_name), file_name),
        error="; ".join(failures) or None,
        sources=sources,
    )


def predicted_document(reply: OcrReply, body: Body, file_name: str = "") -> Document:
    """The document of a prediction call about one file."""
    return document_of(predicted_pages(reply, body), (Source(body),), file_name)


def predicted_pages(reply: OcrReply, body: Body) -> list[Page]:
    """The pages of a prediction call's reply, flat or nested, in its order."""
    signed = reply.signed_urls or {}
    entries = list(_flat(reply.result or (), Source(body) / "result"))
    return [predicted_page(entry, signed, position, place) for position, (entry, place) in enumerate(entries)]


def _flat(entries: Iterable[OcrPage], source: Source) -> Iterable[tuple[OcrPage, Source]]:
    for index, entry in enumerate(entries):
        place = source / index
        if entry.result is None:
            yield entry, place
        else:
            yield from _flat(entry.result, place / "result")


def documents_by_input(pages: Sequence[Page], inputs: Sequence[str], body: Body) -> list[Document]:
    """One document for each URL of a prediction call, in the order of the URLs; silence becomes an error."""
    files = by_input(_by_file(pages), inputs, lambda file: file[0].file_name)
    return [
        document_of(file, _sources(file), url) if file else _silence(url, body)
        for file, url in zip(files, inputs, strict=True)
    ]


def _silence(url: str, body: Body) -> Document:
    return Document((), file_name=url, error="the reply says nothing about this URL", sources=(Source(body),))


def _sources(pages: Iterable[Page]) -> tuple[Source, ...]:
    return tuple(page.source for page in pages if page.source is not None)


def _by_file(pages: Iterable[Page]) -> list[list[Page]]:
    """Pages of one file stand together in `result`; an entry without ids, as a failed URL has, stands alone."""
    files: dict[object, list[Page]] = {}
    for position, page in enumerate(pages):
        files.setdefault(page.request_file_id or position, []).append(page)
    return list(files.values())


def stored_pages(listing: ListingReply, body: Body) -> list[Page]:
    """The pages of a listing, approved ones first."""
    signed = listing.signed_urls or {}
    sides: list[tuple[str, tuple[Image, ...]]] = [
        ("moderated_images", listing.moderated_images or ()),
        ("unmoderated_images", listing.unmoderated_images or ()),
    ]
    return [
        stored_page(image, signed, 0, Source(body) / side / index)
        for side, images in sides
        for index, image in enumerate(images)
    ]


def stored_document(listing: ListingReply, body: Body) -> Document:
    """The document of a reading call about one file."""
    return document_of(stored_pages(listing, body), (Source(body),))


def stored_documents(pages: Iterable[Page]) -> tuple[Document, ...]:
    """The documents that the pages of a listing make, in the order of their first pages."""
    return tuple(document_of(file, _sources(file)) for file in _by_file(pages))


def page_of(reply: PageReply, body: Body, page_id: str) -> Page:
    """The page of a reading call about one page; a reply without a page says in its message why."""
    images = reply.result or ()
    if images:
        return stored_page(images[0], reply.signed_urls or {}, 0, Source(body) / "result" / 0)
    if is_in_work(reply.message):
        return Page(number=0, status="pending", id=page_id, source=Source(body))
    return Page(
        number=0, status="failure", error=f"no page in the reply: {reply.message}", id=page_id, source=Source(body)
    )


def _field_record(field: Field) -> dict[str, Any]:
    return {"page": field.page, "label": field.label, "text": field.text, "score": field.score, **_box_record(field)}


def _page_record(page: Page) -> dict[str, Any]:
    return {"number": page.number, "id": page.id, "width": page.width, "height": page.height, "error": page.error}


def _table_record(table: Table) -> dict[str, Any]:
    return {
        "page": table.page,
        "label": table.label,
        "header": table.header,
        "rows": table.rows,
        "score": table.score,
        **_box_record(table),
    }


def _box_record(thing: Field | Table | Cell) -> dict[str, int | None]:
    box = thing.box
    return {
        "xmin": box.xmin if box else None,
        "ymin": box.ymin if box else None,
        "xmax": box.xmax if box else None,
        "ymax": box.ymax if box else None,
    }
