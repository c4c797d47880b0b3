"""Lists of pages from replies, and which of them belong to one file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from attrs import frozen

from nanonets_sdk.documents.page import Page, predicted_page, source_of, stored_page
from nanonets_sdk.replies.source import Raw, Source
from nanonets_sdk.replies.states import is_in_work

if TYPE_CHECKING:
    from nanonets_api.replies import ListingReply, OcrPage, OcrReply, PageReply


@frozen
class FilePages:
    """The pages of one file, from which its document is made.

    Attributes:
        pages: The pages, in any order.
        source: The reply, if it is about this file alone.
        file_name: The name of the file, for pages without one.
    """

    pages: Sequence[Page]
    source: Source | None = None
    file_name: str = ""


def predicted_pages(reply: OcrReply, body: Raw) -> list[Page]:
    """Build the pages of a prediction, in the order of the reply."""
    signed = reply.signed_urls or {}
    entries = flat(reply.result or (), Source(body) / "result")
    return [predicted_page(entry, signed, position, place) for position, (entry, place) in enumerate(entries)]


def flat(entries: Iterable[OcrPage], source: Source) -> Iterable[tuple[OcrPage, Source]]:
    """Return the pages of a list of pages, or of files with their pages inside, each with its place."""
    for index, entry in enumerate(entries):
        place = source / index
        if entry.result is None:
            yield entry, place
        else:
            yield from flat(entry.result, place / "result")


def stored_pages(listing: ListingReply, body: Raw) -> list[Page]:
    """Build the pages of a listing, approved ones first."""
    signed = listing.signed_urls or {}
    sides = {"moderated_images": listing.moderated_images, "unmoderated_images": listing.unmoderated_images}
    return [
        stored_page(image, signed, 0, Source(body) / side / index)
        for side, images in sides.items()
        for index, image in enumerate(images or ())
    ]


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


def by_file(pages: Sequence[Page]) -> list[list[Page]]:
    """Group the pages of a reply by file, whether it is about one file or several."""
    ids = {page.request_file_id for page in pages}
    names = {page.file_name for page in pages} - {""}
    lists = {source.path[:-1] for page in pages if (source := source_of(page))}
    # A page that failed may lack what the others say, so one id or name is that of all, unless a number repeats.
    is_whole = len({page.number for page in pages}) == len(pages) and bool(len(lists) == 1 or ids - {""})
    if len(names) <= 1 and ((len(ids) == 1 and "" not in ids) or (len(ids - {""}) <= 1 and is_whole)):
        return [[*pages]] if pages else []
    return by_named_file(pages)


def by_named_file(pages: Iterable[Page]) -> list[list[Page]]:
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


def by_id(pages: Iterable[Page]) -> list[list[Page]]:
    """Group the pages of a listing by file, in the order of their first pages."""
    files: dict[object, list[Page]] = {}
    for position, page in enumerate(pages):
        # A page without an id is a file of its own.
        files.setdefault(page.request_file_id or position, []).append(page)
    return list(files.values())
