"""Pages: what was read from one page of a file."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias
from uuid import UUID

import attrs
from attrs import frozen

from nanonets_sdk.documents.comparison import Comparison, HasFields, Rule, compare
from nanonets_sdk.documents.corrections import Correction, cell_corrections, field_corrections
from nanonets_sdk.documents.field import BoxFields, Fields, field_sheet
from nanonets_sdk.documents.table import BoxTables, Table, table_sheet
from nanonets_sdk.documents.words import FreeWords, Word, Words, distinct
from nanonets_sdk.formats.html import contents, heading
from nanonets_sdk.layout.geometry import Box, RelativeBox
from nanonets_sdk.replies.source import Source
from nanonets_sdk.replies.states import Status, status_of_message, status_of_stored

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from nanonets_api.replies import BoxReply, Image, OcrPage, SignedUrl
    from nanonets_sdk.formats.amounts import DecimalMark

Origin: TypeAlias = Literal["model", "person"]
"""Where boxes come from."""

_GREGORIAN_REFORM: Final = datetime(1582, 10, 15, tzinfo=UTC)


@frozen
class Boxes:
    """The fields and tables of a page or document from one origin, the model or a person.

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
        other: HasFields,
        *,
        equal: Rule = "normalised",
        dayfirst: bool | None = None,
        decimal_mark: DecimalMark | None = None,
    ) -> Comparison:
        """Compare the fields with those of a document, a page or other boxes; see `Document.compare`.

        Example:
            ```python
            document.predicted.compare(document).total.f1  # how good the model was, once a person approved the file
            ```
        """
        return compare(self.fields, other.fields, equal, dayfirst, decimal_mark)

    def __bool__(self) -> bool:
        return bool(self.fields) or bool(self.tables)


@frozen
class Page:
    """One page of a document.

    Attributes:
        number: Page number in the file, from 0.
        status: `pending` while the service is working on the page, `failure` if it gave up, else `success`.
        error: The service's message about a page that failed; None for all others.
        id: The service's id for the page, a version 1 UUID; empty if the reply has none.
        request_file_id: The service's id for the file, a version 4 UUID; empty if the reply has none.
        file_name: Name of the file as it was sent, or its URL.
        width: Width of the page image in pixels; 0 if unknown.
        height: Height of the page image in pixels; 0 if unknown.
        rotation: Degrees by which the service rotated the page: 0, 90, 180 or 270.
        is_moderated: Whether a person approved the file.
        approval_status: `approved`, `rejected` or empty.
        image_url: URL of the page image, usually a signed one that is valid for 4 hours; empty if there is none. Its
            host does not belong to the service: never send the API key there.
        request_metadata: The metadata sent with the file.
        updated_at: When the page last changed; None if unknown.
        verified_at: When it was approved or unapproved; None if unknown.
        exported_at: When its export began; None if unknown.
        day_since_epoch: Day of the upload, in days since 1970-01-01 (GMT); None if unknown.
        hour_of_day: Hour of the upload (GMT); None if unknown.
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
    """What a person made of it; empty until then, and if a person removed everything (see `origin`)."""
    _is_emptied: bool = attrs.field(alias="is_emptied", default=False, repr=False, kw_only=True)
    _source: Source | None = attrs.field(alias="source", default=None, eq=False, repr=False, kw_only=True)

    @property
    def origin(self) -> Origin:
        """Where `fields` and `tables` come from: `model`, or `person` if one checked the page.

        A person may have removed all boxes of a page. Then it has no fields and tables, though `predicted` has.
        """
        return "person" if self.moderated or self._is_emptied else "model"

    @property
    def _final(self) -> Boxes:
        return self.predicted if self.origin == "model" else self.moderated

    @property
    def words(self) -> tuple[Word, ...]:
        """All text of the page, if the reply has it."""
        return self._all_words

    @cached_property
    def _all_words(self) -> tuple[Word, ...]:
        return distinct(self._words)

    @property
    def fields(self) -> Fields:
        """The fields by label, of the page's `origin`: a person's if one checked the page, else the model's."""
        return self._final.fields

    @property
    def tables(self) -> tuple[Table, ...]:
        """The tables, of the page's `origin`: a person's if one checked the page, else the model's."""
        return self._final.tables

    @property
    def text(self) -> str:
        """All words of the page, joined with spaces; empty if the reply has none."""
        return " ".join(word.text for word in self.words)

    @cached_property
    def corrected(self) -> tuple[Correction, ...]:
        """What a person changed, added and removed; empty if the page was not checked or had no mistakes."""
        before, after = self.predicted, self.moderated
        if self.origin == "model":
            return ()
        fields = field_corrections(before.fields.all(), after.fields.all())
        return (*fields, *cell_corrections(before.tables, after.tables))

    def relative(self, box: Box) -> RelativeBox | None:
        """Return a box as fractions of the page.

        Args:
            box: In pixels of the page image, like the boxes of fields, tables and words.

        Returns:
            Edges from 0 to 1 for a box on the page; None if the size of the page is unknown.
        """
        return box.relative(self.width, self.height)

    def _repr_html_(self) -> str:
        title = heading("h4", f"Page {self.number + 1}")
        return title + contents(self.error, field_sheet(self.fields.all()), [*map(table_sheet, self.tables)])

    @property
    def raw(self) -> Any:
        """The page as plain JSON values, unknown members included; None if it is not from a reply."""
        return self._source.value if self._source else None

    @property
    def raw_bytes(self) -> bytes:
        """The body of its reply, byte for byte; it may cover other pages and files too."""
        return self._source.body.content if self._source else b""


def predicted_page(reply: OcrPage, signed: Mapping[str, SignedUrl], position: int, source: Source) -> Page:
    """Build a page from one entry of a prediction."""
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
        image_url=_image_url(signed, [reply.filepath]),
        request_metadata=reply.request_metadata or "",
        words=FreeWords(reply.raw_ocr_api_response),
        predicted=boxes_of(reply.prediction, number, source / "prediction"),
        source=source,
    )


def stored_page(reply: Image, signed: Mapping[str, SignedUrl], position: int, source: Source) -> Page:
    """Build a page from one image of a listing."""
    number = position if reply.page is None else reply.page
    status = status_of_message(reply.message) if reply.message else status_of_stored(reply.status)
    is_moderated = bool(reply.is_moderated)
    moderated, place = reply.moderated_boxes, "moderated_boxes"
    # After an approval, the page endpoint gives the final boxes in `prediction`, and may leave `moderated_boxes` out.
    # An empty list beside boxes that no person touched is the proof that they were all removed.
    is_final = moderated is None or any(box.status == "moderated" for box in reply.prediction or ())
    if is_moderated and not moderated and reply.prediction and is_final:
        moderated, place = reply.prediction, "prediction"
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
        is_emptied=is_moderated and moderated == (),
        approval_status=reply.approval_status or "",
        words=Words(reply.raw_ocr or (), reply.predicted_boxes or ()),
        image_url=_image_url(signed, [reply.url, reply.filepath]),
        request_metadata=reply.request_metadata or "",
        updated_at=_time_of(reply.updated_at),
        verified_at=_time_of(reply.verified_at),
        exported_at=_time_of(reply.exported_at),
        day_since_epoch=reply.day_since_epoch,
        hour_of_day=reply.hour_of_day,
        predicted=_predicted(reply, number, source),
        moderated=boxes_of(moderated, number, source / place),
        source=source,
    )


def boxes_of(replies: Iterable[BoxReply] | None, page: int, source: Source) -> Boxes:
    """Build the fields and tables of a list of boxes."""
    boxes = tuple(replies or ())
    return Boxes(Fields(BoxFields(boxes, page, source)), BoxTables(boxes, page, source))


def _predicted(reply: Image, number: int, source: Source) -> Boxes:
    # Webhook bodies may have the boxes of the model in `prediction` alone, as predictions have.
    if not reply.predicted_boxes and reply.prediction and not (reply.is_moderated and reply.moderated_boxes is None):
        return boxes_of(reply.prediction, number, source / "prediction")
    return boxes_of(reply.predicted_boxes, number, source / "predicted_boxes")


def source_of(page: Page) -> Source | None:
    """Return where a page is in its reply; None if it is not from a reply."""
    return page._source  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - of this module


def _image_url(signed: Mapping[str, SignedUrl], paths: Sequence[str | None]) -> str:
    given = [path for path in paths if path]
    originals = (entry.original for path in given if (entry := signed.get(path)) and entry.original)
    # Some replies have the URL itself where others have a path in the storage.
    addresses = (path for path in given if path.lower().startswith(("https://", "http://")))
    return next(originals, None) or next(addresses, "")


def _time_of(identifier: str | None) -> datetime | None:
    """Return the time inside a version 1 UUID, which is how the service writes times; None if there is none.

    Examples:
        >>> _time_of("7b0b3a5c-24f1-11f0-9c1f-0242ac120002").year
        2025
    """
    try:
        uuid = UUID(identifier or "")
    except ValueError:
        return None
    if uuid.version != 1:
        return None
    # UUIDs count tenths of microseconds since the Gregorian reform (RFC 9562, section 5.1).
    return _GREGORIAN_REFORM + timedelta(microseconds=uuid.time // 10)
