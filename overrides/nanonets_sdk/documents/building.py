"""Builds documents from replies: which pages belong to one file, and in which order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import attrs

from nanonets_sdk.documents.document import Document, document_of
from nanonets_sdk.documents.inputs import by_input
from nanonets_sdk.documents.page import Page
from nanonets_sdk.documents.page_lists import FilePages, by_id, by_named_file, predicted_pages, stored_pages
from nanonets_sdk.replies.source import Raw, Source

if TYPE_CHECKING:
    from nanonets_api.replies import ListingReply, OcrReply


def predicted_document(reply: OcrReply, body: Raw, file_name: str = "") -> Document:
    """Build the document of a prediction about one file."""
    return document_of(FilePages(predicted_pages(reply, body), Source(body), file_name))


def documents_by_input(pages: Sequence[Page], inputs: Sequence[str], body: Raw) -> list[Document]:
    """Build a document for each URL of a prediction, in that order.

    A URL that the reply does not name gets a document with an error, whose source is the whole reply.
    """
    files, strays = by_input(by_named_file(pages), inputs, lambda file: file[0].file_name)
    others = "; ".join(
        f"{file[0].file_name!r}" + (f" (request_file_id {file[0].request_file_id})" if file[0].request_file_id else "")
        for file in strays
    )
    missing = "the reply does not name this URL" + (f", but others that were not sent: {others}" if strays else "")
    return [
        attrs.evolve(document_of(FilePages(file)), file_name=url)
        if file
        else Document((), file_name=url, error=missing, source=Source(body))
        for file, url in zip(files, inputs, strict=True)
    ]


def stored_document(listing: ListingReply, body: Raw) -> Document:
    """Build the document of a reply about one stored file."""
    return document_of(FilePages(stored_pages(listing, body), Source(body)))


def stored_documents(pages: Iterable[Page]) -> tuple[Document, ...]:
    """Group the pages of a listing into documents, in the order of their first pages."""
    return tuple(document_of(FilePages(file)) for file in by_id(pages))
