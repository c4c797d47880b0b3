"""The form in which documents are saved: for people and other programs to read, and to be loaded again.

```text
{"format": "nanonets-sdk.document", "version": 2,
 "request_file_id": …, "pages": […], "fields": […], "tables": […],      what was read
 "source": {"is_whole": true, "pages": [["result", 0]], "reply": {…}}}    from which the document is made again
```

Nothing of the first part is read back where the second one says more, so the two cannot contradict each other. What
JSON cannot hold in UTF-8, half a surrogate pair or NaN, is kept in `reply_text`, a JSON text inside the JSON.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, Final, cast

import msgspec
from attrs import evolve, frozen
from msgspec import Struct

from nanonets_sdk._decoding import decoder
from nanonets_sdk.documents.cell import Cell
from nanonets_sdk.documents.field import Field, Fields
from nanonets_sdk.documents.page import Boxes, Page, source_of
from nanonets_sdk.documents.page_lists import FilePages
from nanonets_sdk.documents.stored_files import Loading
from nanonets_sdk.documents.table import Table
from nanonets_sdk.formats.safe_text import is_encodable
from nanonets_sdk.layout.geometry import Box
from nanonets_sdk.replies.decode import decode
from nanonets_sdk.replies.source import Raw, Source
from nanonets_sdk.stored.bodies import StoredBody
from nanonets_sdk.stored.doors import OPERATION
from nanonets_sdk.stored.shapes import FORMAT, recognised, unreadable

VERSION: Final = 2

Path = tuple[str | int, ...]


class _SavedPage(Struct, frozen=True):
    page_index: int | None = None
    number: int = 0
    """What version 1 called it."""

    @property
    def index(self) -> int:
        return self.number if self.page_index is None else self.page_index


class _SavedSource(Struct, frozen=True):
    is_whole: bool
    pages: tuple[Path, ...]
    reply: msgspec.Raw = msgspec.Raw(b"")
    reply_text: str = ""


class _Version(Struct, frozen=True):
    version: int


class _Saved(Struct, frozen=True):
    request_file_id: str
    file_name: str
    pages: tuple[_SavedPage, ...]
    error: str | None = None
    source: _SavedSource | None = None


class _Placed(Struct, frozen=True):
    page_index: int | None = None
    page: int | None = None
    """What version 1 called it."""
    label: str | None = None
    score: float | None = None
    xmin: int | None = None
    ymin: int | None = None
    xmax: int | None = None
    ymax: int | None = None

    @property
    def index(self) -> int:
        return (self.page if self.page_index is None else self.page_index) or 0


class _RecordField(_Placed, frozen=True):
    text: str | None = None


class _RecordTable(_Placed, frozen=True):
    header: tuple[str, ...] | None = None
    rows: tuple[tuple[str, ...], ...] | None = None


class _RecordPage(_SavedPage, frozen=True):
    id: str | None = None
    width: int | None = None
    height: int | None = None
    error: str | None = None


class _Record(Struct, frozen=True):
    request_file_id: str | None = None
    file_name: str | None = None
    is_moderated: bool | None = None
    error: str | None = None
    pages: tuple[_RecordPage, ...] | None = None
    fields: tuple[_RecordField, ...] | None = None
    tables: tuple[_RecordTable, ...] | None = None


@frozen
class SavedFile:
    """A file as it was saved.

    Attributes:
        file: Its pages.
        request_file_id: As it was saved, without half surrogate pairs, like the others.
        file_name: As it was saved.
        error: As it was saved.
    """

    file: FilePages
    request_file_id: str
    file_name: str
    error: str | None


def saved_head() -> dict[str, Any]:
    """Return the members with which a saved document begins."""
    return {"format": FORMAT, "version": VERSION}


def saved_source(pages: Sequence[Page], source: Source | None) -> dict[str, Any] | None:
    """Return what a document can be made of again; None if one of its pages is not from a reply.

    Args:
        pages: Its pages.
        source: The reply, if it is about this document alone.
    """
    places = [place for page in pages if (place := source_of(page))]
    if len(places) < len(pages) or (source is None and not pages):
        return None
    if source is not None:
        # The rest of the reply belongs to the document too.
        return {"is_whole": True, "pages": [place.path for place in places], **_reply(source.value)}
    entries = [place.value for place in places]
    signed = {path: url for place, entry in zip(places, entries, strict=True) for path, url in _signed(place, entry)}
    reply = {"result": entries, **({"signed_urls": signed} if signed else {})}
    return {"is_whole": False, "pages": [["result", index] for index in range(len(entries))], **_reply(reply)}


def _signed(place: Source, entry: Any) -> Iterable[tuple[str, Any]]:
    """Return the signed URLs in a reply that are about one of its pages."""
    members = cast("dict[str, Any]", entry) if isinstance(entry, dict) else {}
    named = {value for value in members.values() if isinstance(value, str)}
    # A webhook body has them with each file.
    for end in range(len(place.path)):
        around = place.body.at(place.path[:end])
        urls = cast("dict[str, Any]", around).get("signed_urls") if isinstance(around, dict) else None
        if isinstance(urls, dict):
            yield from ((path, url) for path, url in cast("dict[str, Any]", urls).items() if path in named)


def _reply(value: Any) -> dict[str, Any]:
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    except ValueError:
        return {"reply_text": json.dumps(value)}
    return {"reply": value} if is_encodable(text) else {"reply_text": json.dumps(value)}


def saved_file(body: StoredBody, loading: Loading) -> SavedFile:
    """Read a file as it was saved.

    Raises:
        DecodeError: It was saved by a newer version of this package, or changed since.
    """
    try:
        version = decoder(_Version).decode(body.content).version
        if version > VERSION:
            raise unreadable(
                body, f"has version {version} of the form, and this nanonets-sdk reads {VERSION}: upgrade it"
            )
        saved = decoder(_Saved).decode(body.content)
    except msgspec.DecodeError as error:
        raise unreadable(body, f"is not a document as nanonets-sdk saves it: {error}") from None
    if saved.source is None:
        return recorded_file(body, loading)
    source = saved.source
    content = source.reply_text.encode() if source.reply_text else bytes(source.reply)
    pages, reply = list[Page](), Raw(content)
    if source.pages:
        numbers = {place: page.index for place, page in zip(source.pages, saved.pages, strict=False)}
        (found,) = recognised(StoredBody(content, body.place))
        reply, pages = evolve(loading, pages_from=None, numbers=numbers).pages_in(found)
    by_place = {place.path: page for page in pages if (place := source_of(page))}
    if len(source.pages) != len(saved.pages) or not by_place.keys() >= {*source.pages}:
        raise unreadable(body, "was changed since it was saved: its pages are not those of its reply")
    chosen = FilePages([by_place[place] for place in source.pages], Source(reply) if source.is_whole else None)
    return SavedFile(chosen, saved.request_file_id, saved.file_name, saved.error)


def recorded_file(body: StoredBody, loading: Loading) -> SavedFile:
    """Read a file that was saved without its reply: what its fields and tables say, and no more."""
    record = decode(body.content, _Record, OPERATION, loading.on_drift)
    fields = [_field(one) for one in record.fields or ()]
    tables = [_table(one) for one in record.tables or ()]
    known = {page.index: page for page in record.pages or ()}
    pages: list[Page] = []
    numbers = {*known, *(one.page for one in fields), *(one.page for one in tables)}
    for number in sorted(numbers):
        about = known.get(number, _RecordPage())
        final = Boxes(
            Fields(one for one in fields if one.page == number), tuple(one for one in tables if one.page == number)
        )
        page = Page(
            number=number,
            status="success" if about.error is None else "failure",
            error=about.error,
            id=about.id or "",
            request_file_id=record.request_file_id or "",
            file_name=record.file_name or "",
            width=about.width or 0,
            height=about.height or 0,
            is_moderated=bool(record.is_moderated),
            is_emptied=bool(record.is_moderated) and not final,
        )
        pages.append(evolve(page, moderated=final) if record.is_moderated else evolve(page, predicted=final))
    whole = FilePages(pages, Source(Raw(body.content)))
    return SavedFile(whole, record.request_file_id or "", record.file_name or "", record.error)


def _field(record: _RecordField) -> Field:
    return Field(record.label or "", record.text or "", record.score, _box(record), record.index)


def _table(record: _RecordTable) -> Table:
    header, rows, page = record.header or (), record.rows or (), record.index
    cells = tuple(
        Cell(row, column, text, label=header[column - 1] if column <= len(header) else "", page=page)
        for row, texts in enumerate(rows, 1)
        for column, text in enumerate(texts, 1)
    )
    return Table(record.label or "", cells, record.score, _box(record), page)


def _box(record: _Placed) -> Box | None:
    return Box.located(record.xmin, record.ymin, record.xmax, record.ymax)
