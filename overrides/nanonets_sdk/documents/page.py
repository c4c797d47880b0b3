"""Pages: what was read from one page of a file."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import attrs
from attrs import frozen

from nanonets_sdk.documents.comparison import Comparison, Rule, compare
from nanonets_sdk.documents.corrections import Correction, corrections_between
from nanonets_sdk.documents.field import BoxFields, Fields
from nanonets_sdk.documents.table import BoxTables, Table
from nanonets_sdk.documents.timestamps import time_of
from nanonets_sdk.documents.words import FreeWords, Word, Words
from nanonets_sdk.layout.geometry import Box, RelativeBox
from nanonets_sdk.replies.source import Source
from nanonets_sdk.replies.states import Status, status_of_message, status_of_stored

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from nanonets_api.replies import BoxReply, Image, OcrPage, SignedUrl
    from nanonets_sdk.documents.document import Document
    from nanonets_sdk.formats.amounts import DecimalMark


@frozen
class Boxes:
    """The fields and tables of a page or document from one hand, the model's or a person's.

    Attributes:
        fields: The fields by label.
    """

    fields: Fields
    _tables: Iterable[Table] = attrs.field(alias="tables", eq=tuple, repr=False)

    @cached_property
    def tables(self) -> tuple[Table, ...]:
        """The tables in the order of the reply."""
        return tuple(self._tables)

    def compare(
        self,
        other: Document | Boxes,
        *,
        equal: Rule = "normalised",
        dayfirst: bool | None = None,
        decimal_mark: DecimalMark | None = None,
    ) -> Comparison:
        """Hold the fields against others; see `Document.compare`.

        Example:
            ```python
            document.predicted.compare(document).total.f1  # how good the model was, once a person approved the file
            ```
        """
        return compare(self, other, equal, dayfirst, decimal_mark)

    def __bool__(self) -> bool:
        """Whether there is anything."""
        return bool(self.fields) or bool(self.tables)


@frozen
class Page:
    """One page of a document.

    Attributes:
        number: Number of the page in its file, from 0.
        status: `pending` while the service is at work, `failure` when it gave up on the page, else `success`.
        error: What the service says about a page that failed; None for every other one.
        id: The service's id of the page, a version 1 UUID; empty where the reply has none.
        request_file_id: The service's id of the file, a version 4 UUID; empty where the reply has none.
        file_name: Name of the file as it was sent, or its URL.
        width: Of the page image, in pixels; 0 where the reply does not say.
        height: Likewise.
        rotation: Degrees by which the service turned the page: 0, 90, 180 or 270.
        is_moderated: Whether a person approved the file.
        approval_status: `approved`, `rejected` or empty.
        image_url: A signed address of the page image, valid for 4 hours; empty where there is none. Its host is not
            the service's: never send the API key there.
        request_metadata: What was given with the file.
        updated_at: When the page changed last; None where the reply does not say.
        verified_at: When it was approved or unapproved, likewise.
        exported_at: When its export began, likewise.
        day_since_epoch: Day of the upload, in days since 1970-01-01 (GMT); None where the reply does not say.
        hour_of_day: Hour of the upload (GMT), likewise.
    """

    number: int
    status: Status = "success"
    error: str | None = None
    id: str = ""
    request_file_id: str = ""
    file_name: str = ""
    width: int = 0
    height: int = 0
    rotation: int = 0
    is_moderated: bool = False
    approval_status: str = ""
    _words: Iterable[Word] = attrs.field(alias="words", default=(), eq=tuple, repr=False)
    image_url: str = attrs.field(default="", repr=False)
    request_metadata: str = attrs.field(default="", repr=False)
    updated_at: datetime | None = attrs.field(default=None, repr=False)
    verified_at: datetime | None = attrs.field(default=None, repr=False)
    exported_at: datetime | None = attrs.field(default=None, repr=False)
    day_since_epoch: int | None = attrs.field(default=None, repr=False)
    hour_of_day: int | None = attrs.field(default=None, repr=False)
    predicted: Boxes = attrs.field(factory=lambda: Boxes(Fields(()), ()), repr=False)
    """What the model found."""
    moderated: Boxes = attrs.field(factory=lambda: Boxes(Fields(()), ()), repr=False)
    """What a person made of it; empty before that."""
    _source: Source | None = attrs.field(alias="source", default=None, eq=False, repr=False, kw_only=True)

    @cached_property
    def _final(self) -> Boxes:
        return self.moderated or self.predicted

    @cached_property
    def words(self) -> tuple[Word, ...]:
        """All text of the page, where the reply has it."""
        return tuple(self._words)

    @property
    def fields(self) -> Fields:
        """The fields by label: a person's where there are any, else the model's."""
        return self._final.fields

    @property
    def tables(self) -> tuple[Table, ...]:
        """The tables: a person's where there are any, else the model's."""
        return self._final.tables

    @property
    def text(self) -> str:
        """All words of the page, with blanks between them; empty where the reply has none."""
        return " ".join(word.text for word in self.words)

    @cached_property
    def corrected(self) -> tuple[Correction, ...]:
        """What a person changed, added and removed; empty where nobody looked at the page or nothing was wrong."""
        return corrections_between(self.predicted, self.moderated) if self.moderated else ()

    def relative(self, box: Box) -> RelativeBox | None:
        """A box in parts of the page.

        Args:
            box: In pixels of the page image, as those of fields, tables and words.

        Returns:
            Edges from 0 to 1 for what lies on the page; None where the reply does not say how large the page is.
        """
        return box.relative(self.width, self.height)

    def _repr_html_(self) -> str:
        from nanonets_sdk.formats.html import page_html

        return page_html(self)

    @property
    def raw(self) -> Any:
        """The page as it stands in the reply, unknown members included; None for one that came from no reply."""
        return self._source.value if self._source else None

    @property
    def raw_bytes(self) -> bytes:
        """The body of the reply that the page was read from, byte for byte; it may be of other pages and files too."""
        return self._source.body.content if self._source else b""


def predicted_page(reply: OcrPage, signed: Mapping[str, SignedUrl], position: int, source: Source) -> Page:
    """The page that an entry of a prediction call's reply is."""
    number = position if reply.page is None else reply.page
    status = status_of_message(reply.message)
    return Page(
        number=number,
        status=status,
        error=reply.message if status == "failure" else None,
        id=reply.id or "",
        request_file_id=reply.request_file_id or "",
        file_name=reply.input or "",
        width=(reply.size and reply.size.width) or 0,
        height=(reply.size and reply.size.height) or 0,
        rotation=reply.rotation or 0,
        image_url=_image_url(signed, reply.filepath),
        request_metadata=reply.request_metadata or "",
        words=FreeWords(reply.raw_ocr_api_response),
        predicted=_boxes(reply.prediction, number, source / "prediction"),
        source=source,
    )


def stored_page(reply: Image, signed: Mapping[str, SignedUrl], position: int, source: Source) -> Page:
    """The page that an image of a reading call's reply is."""
    number = position if reply.page is None else reply.page
    status = status_of_message(reply.message) if reply.message else status_of_stored(reply.status)
    is_moderated = bool(reply.is_moderated)
    return Page(
        number=number,
        status=status,
        error=(reply.message or reply.status) if status == "failure" else None,
        id=reply.id or "",
        request_file_id=reply.request_file_id or "",
        file_name=reply.original_file_name or reply.input or "",
        width=(reply.size and reply.size.width) or 0,
        height=(reply.size and reply.size.height) or 0,
        rotation=reply.rotation or 0,
        is_moderated=is_moderated,
        approval_status=reply.approval_status or "",
        words=Words(reply.raw_ocr or ()),
        image_url=_image_url(signed, reply.url or reply.filepath),
        request_metadata=reply.request_metadata or "",
        updated_at=time_of(reply.updated_at),
        verified_at=time_of(reply.verified_at),
        exported_at=time_of(reply.exported_at),
        day_since_epoch=reply.day_since_epoch,
        hour_of_day=reply.hour_of_day,
        predicted=_boxes(reply.predicted_boxes, number, source / "predicted_boxes"),
        moderated=_moderated(reply, number, source, is_moderated=is_moderated),
        source=source,
    )


def _moderated(reply: Image, page: int, source: Source, *, is_moderated: bool) -> Boxes:
    # After approval the page endpoint gives the final boxes in `prediction`, where `moderated_boxes` may be missing.
    if is_moderated and not reply.moderated_boxes and reply.prediction:
        return _boxes(reply.prediction, page, source / "prediction")
    return _boxes(reply.moderated_boxes, page, source / "moderated_boxes")


def _boxes(replies: Iterable[BoxReply] | None, page: int, source: Source) -> Boxes:
    boxes = tuple(replies or ())
    return Boxes(Fields(BoxFields(boxes, page, source)), BoxTables(boxes, page, source))


def _image_url(signed: Mapping[str, SignedUrl], path: str | None) -> str:
    entry = signed.get(path or "")
    return (entry and entry.original) or ""
