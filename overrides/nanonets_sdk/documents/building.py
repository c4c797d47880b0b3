"""Builds documents from replies: which pages belong to one file, and in which order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import attrs

from nanonets_sdk.documents.document import Document
from nanonets_sdk.documents.inputs import by_input
from nanonets_sdk.documents.page import Page, predicted_page, stored_page
from nanonets_sdk.replies.source import Raw, Source
from nanonets_sdk.replies.states import is_in_work

if TYPE_CHECKING:
    from nanonets_api.replies import ListingReply, OcrPage, OcrReply, PageReply


def document_of(pages: Sequence[Page], source: Source | None = None, file_name: str = "") -> Document:
    """Build a document from the pages of one file.

    Args:
        pages: The pages, in any order.
        source: The reply, if it is about this file alone.
        file_name: The name of the file, for pages without one.
    """
    ordered = tuple(sorted(pages, key=lambda page: page.number))
    failures = [f"page {page.number}: {page.error}" for page in ordered if page.error is not None]
    return Document(
        pages=ordered,
        request_file_id=next((page.request_file_id for page in ordered if page.request_file_id), ""),
        file_name=next((page.file_name for page in ordered if page.file_name), file_name),
        error="; ".join(failures) or None,
        source=source,
    )


def predicted_document(reply: OcrReply, body: Raw, file_name: str = "") -> Document:
    """Build the document of a prediction about one file."""
    return document_of(predicted_pages(reply, body), Source(body), file_name)


def predicted_pages(reply: OcrReply, body: Raw) -> list[Page]:
    """Build the pages of a prediction, in the order of the reply."""
    signed = reply.signed_urls or {}
    entries = list(_flat(reply.result or (), Source(body) / "result"))
    return [predicted_page(entry, signed, position, place) for position, (entry, place) in enumerate(entries)]


def _flat(entries: Iterable[OcrPage], source: Source) -> Iterable[tuple[OcrPage, Source]]:
    # A reply lists pages, or files with their pages inside.
    for index, entry in enumerate(entries):
        place = source / index
        if entry.result is None:
            yield entry, place
        else:
            yield from _flat(entry.result, place / "result")


def documents_by_input(pages: Sequence[Page], inputs: Sequence[str], body: Raw) -> list[Document]:
    """Build a document for each URL of a prediction, in that order.

    A URL that the reply does not name gets a document with an error, whose source is the whole reply.
    """
    files, strays = by_input(_by_named_file(pages), inputs, lambda file: file[0].file_name)
    others = "; ".join(
        f"{file[0].file_name!r}" + (f" (request_file_id {file[0].request_file_id})" if file[0].request_file_id else "")
        for file in strays
    )
    missing = "the reply does not name this URL" + (f", but others that were not sent: {others}" if strays else "")
    return [
        attrs.evolve(document_of(file), file_name=url)
        if file
        else Document((), file_name=url, error=missing, source=Source(body))
        for file, url in zip(files, inputs, strict=True)
    ]


def _by_named_file(pages: Iterable[Page]) -> list[list[Page]]:
    """Group the pages of a prediction by file, also if files have a common id or none at all."""
    files: dict[object, list[Page]] = {}
    repeats: Counter[object] = Counter()
    for position, page in enumerate(pages):
        key: object = (page.request_file_id, page.file_name)
        if not page.request_file_id:
            # A page number that repeats begins the next file of this name. Without a name, each page is a file.
            key = (page.file_name, repeats[page.file_name, page.number]) if page.file_name else position
            repeats[page.file_name, page.number] += 1
        files.setdefault(key, []).append(page)
    return list(files.values())


def stored_pages(listing: ListingReply, body: Raw) -> list[Page]:
    """Build the pages of a listing, approved ones first."""
    signed = listing.signed_urls or {}
    sides = {"moderated_images": listing.moderated_images, "unmoderated_images": listing.unmoderated_images}
    return [
        stored_page(image, signed, 0, Source(body) / side / index)
        for side, images in sides.items()
        for index, image in enumerate(images or ())
    ]


def stored_document(listing: ListingReply, body: Raw) -> Document:
    """Build the document of a reply about one stored file."""
    return document_of(stored_pages(listing, body), Source(body))


def stored_documents(pages: Iterable[Page]) -> tuple[Document, ...]:
    """Group the pages of a listing into documents, in the order of their first pages."""
    files: dict[object, list[Page]] = {}
    for position, page in enumerate(pages):
        # A page without an id is a file of its own.
        files.setdefault(page.request_file_id or position, []).append(page)
    return tuple(map(document_of, files.values()))


def page_of(reply: PageReply, body: Raw, page_id: str) -> Page:
    """Build the page of a reply about one stored page."""
    images = reply.result or ()
    if images:
        return stored_page(images[0], reply.signed_urls or {}, 0, Source(body) / "result" / 0)
    if is_in_work(reply.message):
        return Page(number=0, status="pending", id=page_id, source=Source(body))
    return Page(
        number=0, status="failure", error=f"no page in the reply: {reply.message}", id=page_id, source=Source(body)
    )
