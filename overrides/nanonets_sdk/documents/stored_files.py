"""The files in a stored body: its pages as a call would build them, grouped by file.

A body is decoded into the same types as the reply of a call, with the same leniency and reports of drift. What differs
from shape to shape is where the pages are:

```text
shape     type of the reply    pages                  signed URLs
listing   ListingReply         on both sides          of the reply
pages     OcrReply, PageReply  result                 of the reply
files     OcrReply, FilesReply result of each result  of each file
merged    PageReply            made of result         of the reply
page      OcrPage, Image       the body               none
```

A webhook body with the boxes of all pages in one list is rewritten as a reply with a list of pages. Only its pages
differ from what was received; the document keeps the body.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, TypeVar, cast

from attrs import evolve, field, frozen
from msgspec import Struct, structs

from nanonets_api.replies import OcrReply, PageReply, SignedUrl
from nanonets_sdk.documents.page import Page, predicted_page, predicted_row_page, stored_page, stored_row_page
from nanonets_sdk.documents.page_lists import FilePages, by_file, by_id, flat, page_of
from nanonets_sdk.documents.reply_types import WHOLE, FilesReply, ReplyTypes
from nanonets_sdk.events import notify
from nanonets_sdk.replies.decode import decode, whole_number
from nanonets_sdk.replies.source import Raw, Source
from nanonets_sdk.replies.states import unknown_states
from nanonets_sdk.stored.doors import OPERATION, check_door
from nanonets_sdk.stored.shapes import Recognised

if TYPE_CHECKING:
    from nanonets_sdk.events import Drift

E = TypeVar("E")

PagesFrom: TypeAlias = Literal[0, 1]
Signed: TypeAlias = Mapping[str, SignedUrl]
OnDrift: TypeAlias = "Callable[[Drift], object] | None"

_LISTS: Final = ("prediction", "predicted_boxes", "moderated_boxes", "raw_ocr")
_NUMBERS: Final = ("page", "page_no")


class _Signed(Struct, frozen=True, gc=False):
    signed_urls: dict[str, SignedUrl] | None = None


class _SignedFiles(Struct, frozen=True, gc=False):
    result: tuple[_Signed, ...] | None = None
    signed_urls: dict[str, SignedUrl] | None = None


@frozen
class Loading:
    """How stored bodies are read.

    Attributes:
        on_drift: Called for each value of an unexpected type, and each unknown state.
        pages_from: The number of the first page; None for 0, and in a webhook body with the boxes of all pages for 1 if
            none is on page 0.
        numbers: The numbers of the pages, by their place in the body, where they are known from elsewhere.
        types: What replies are decoded into.
    """

    on_drift: OnDrift = None
    pages_from: PagesFrom | None = None
    numbers: Mapping[tuple[str | int, ...], int] = field(factory=dict[tuple[str | int, ...], int])
    types: ReplyTypes = WHOLE

    def files_in(self, found: Recognised) -> list[FilePages]:
        """Return the files in a body that holds pages.

        Raises:
            DecodeError: It does not.
        """
        body, pages = self.pages_in(found)
        groups = by_id(pages) if found.shape == "listing" else by_file(pages)
        # A reply about one file is that document; of several, each document has the entries of its own pages.
        source = Source(body) if len(groups) == 1 else None
        return [FilePages(group, source) for group in groups]

    def pages_in(self, found: Recognised) -> tuple[Raw, list[Page]]:
        """Return the pages in a body, and the body as the source of their document.

        Raises:
            DecodeError: It holds no pages.
        """
        body = Raw(found.body.content)
        check_door("load_documents", found)
        if found.shape == "pending":
            return body, [page_of(self._decoded(body, PageReply), body, "")]
        if found.shape == "merged":
            listed = by_page(body, self.pages_from)
            return body, [*evolve(self, pages_from=0)._pages(evolve(found, shape="pages"), listed)]  # noqa: SLF001 - its own
        return body, [*self._pages(found, body)]

    def _pages(self, found: Recognised, body: Raw) -> Iterator[Page]:
        entries, signed = self._entries(found, body)
        for position, (entry, source) in enumerate(entries):
            shifted = None if entry.page is None else entry.page - (self.pages_from or 0)
            number = self.numbers.get(source.path, shifted)
            numbered = entry if number == entry.page else structs.replace(entry, page=number)
            if self.types.is_lean:
                build = stored_row_page if found.is_read else predicted_row_page
                yield build(numbered, 0 if found.is_read else position, source)
            elif found.is_read:
                yield stored_page(numbered, signed, 0, source)
            else:
                yield predicted_page(numbered, signed, position, source)

    def _entries(self, found: Recognised, body: Raw) -> tuple[Iterable[tuple[Any, Source]], Signed]:
        source, result, types = Source(body), Source(body) / "result", self.types
        if found.shape == "listing":
            listing = self._decoded(body, types.listing)
            sides = {"moderated_images": listing.moderated_images, "unmoderated_images": listing.unmoderated_images}
            images = [each for side, listed in sides.items() for each in _placed(listed, source / side)]
            return images, listing.signed_urls or {}
        page = types.stored if found.is_read else types.predicted
        if found.shape == "page":
            return [(self._decoded(body, page), source)], {}
        if found.is_bare:
            return _placed(self._decoded(body, tuple.__class_getitem__((page, ...))), source), {}
        if not found.is_read:
            reply = self._decoded(body, types.prediction)
            pages = flat(reply.result or (), result)
            return pages, _signed(body, reply) if found.shape == "files" else reply.signed_urls or {}
        if found.shape == "pages":
            stored = self._decoded(body, types.pages)
            return _placed(stored.result, result), stored.signed_urls or {}
        files = self._decoded(body, types.files)
        listed = _placed(files.result, result)
        return [each for file, at in listed for each in _placed(file.result, at / "result")], _signed(body, files)

    def _decoded(self, body: Raw, kind: Any) -> Any:
        reply = decode(body.content, kind, OPERATION, self.on_drift)
        if self.on_drift is not None:
            for drift in unknown_states(reply, OPERATION):
                notify(self.on_drift, drift)
        return reply


def by_page(body: Raw, pages_from: PagesFrom | None) -> Raw:
    """Return a reply with a list of pages, made of a body with the boxes of all pages in one list."""
    document: dict[str, Any] = body.value["result"]
    lists = {name: cast("list[Any]", document[name]) for name in _LISTS if isinstance(document.get(name), list)}
    counted = {number for boxes in lists.values() for box in boxes if (number := _number_of(box)) is not None}
    first = pages_from if pages_from is not None else int(min(counted, default=0) > 0)
    # What names no page belongs to the page of the whole, if that has a number, else to the first one.
    home = next((number for number in (_number_of(document), min(counted, default=None)) if number is not None), first)
    pages: dict[int, dict[str, list[Any]]] = {number: {name: [] for name in lists} for number in counted or {home}}
    for name, boxes in lists.items():
        for box in boxes:
            number = _number_of(box)
            at = home if number is None else number
            pages.setdefault(at, {each: [] for each in lists})[name].append(box)
    listed = [{**document, **pages[number], "page": number - first} for number in sorted(pages)]
    return Raw(json.dumps({**body.value, "result": listed}).encode("ascii"))


def _number_of(value: Any) -> int | None:
    members = cast("dict[str, Any]", value) if isinstance(value, dict) else {}
    numbers = (whole_number(members.get(name)) for name in _NUMBERS)
    return next((number for number in numbers if number is not None), None)


def _placed(items: Iterable[E] | None, source: Source) -> list[tuple[E, Source]]:
    return [(item, source / index) for index, item in enumerate(items or ())]


def _signed(body: Raw, reply: OcrReply | FilesReply) -> Signed:
    """Return the signed URLs of a reply by file, where they may be with each file."""
    files = decode(body.content, _SignedFiles, OPERATION).result or ()
    return {
        **(reply.signed_urls or {}),
        **{path: url for file in files for path, url in (file.signed_urls or {}).items()},
    }
