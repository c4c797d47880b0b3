"""Pages: what was read from one page of a file."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, TypedDict
from uuid import UUID

import attrs
from attrs import frozen

from nanonets_sdk.documents.comparison import Comparison, HasFields, Rule, compare
from nanonets_sdk.documents.corrections import Correction, cell_corrections, field_corrections
from nanonets_sdk.documents.field import BoxFields, Fields, field_sheet
from nanonets_sdk.documents.signed_urls import SignedUrls, address_of, signed_urls_of
from nanonets_sdk.documents.summary import what_is_in
from nanonets_sdk.documents.table import BoxTables, Table, TableList, table_sheet
from nanonets_sdk.documents.words import FreeWords, Word, Words, distinct
from nanonets_sdk.formats.html import contents, heading
from nanonets_sdk.layout.geometry import Box, RelativeBox
from nanonets_sdk.replies.source import Source
from nanonets_sdk.replies.states import Status, status_of_message, status_of_stored

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from nanonets_api.replies import BoxReply, Image, OcrPage, SignedUrl
    from nanonets_sdk.formats.amounts import DecimalMark

Origin: TypeAlias = Literal["model", "person"]
"""Where boxes come from."""

APPROVED_STAGE: Final = "ffffffff-ffff-ffff-ffff-ffffffffffff"
"""The id of the stage of approved files, the same for every model."""

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
    def tables(self) -> TableList:
        """The tables in the order of the reply."""
        return TableList(self._tables)

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

    def _repr_html_(self) -> str:
        return contents(None, field_sheet(self.fields.all()), [*map(table_sheet, self.tables)])


_NO_BOXES: Final = Boxes(Fields(()), ())


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
        model_id: The model that read the page; empty in replies of prediction calls.
        image_path: The path of the page image in the service's storage; some replies have a URL there.
        image_urls: The signed URLs of the page image, smaller and turned ones too.
        file_path: The path of the file in the service's storage; some replies have a URL there.
        file_urls: The signed URLs of the file as it was sent; few replies have them.
        processing_type: `async` or `sync`; also empty if the file was read by a synchronous call.
        upload_source: Where the file came from; empty in every reply that was seen. It is `source` in replies.
        uploaded_by: Who uploaded the file, an email address; empty if unknown.
        upload_channel: How the file was uploaded, for example `ui` or `api`; empty if unknown.
        is_duplicate: Whether the service has seen the same file before.
        is_deleted: Whether the file was deleted.
        configured_fields: Number of fields that the model is set up to read; None if unknown.
        cost: What reading the page costs, in a unit that the service does not document; None if unknown.
        payable_cost: What of it has to be paid; None if unknown.
        retries: How often the service tried to read the page again; None if unknown.
        custom_response: A reply made by the workflow of the model, as plain JSON values; None if there is none.
        delay_post_prediction_tasks: Whether the service puts off what it does after reading; None if unknown.
        assigned_member: The member of the team that the file was assigned to, an email address; empty if there is none.
        assigned_members: Everyone that the file was assigned to.
        current_stage_id: The id of the review stage that the file is in; empty if there is none.
        verified_by: Who approved the file; empty if nobody did.
        export_status: `success` or `failed`; empty if the file was not exported.
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
    image_url: str = attrs.field(default="", eq=False, repr=False)
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
    model_id: str = attrs.field(default="", repr=False, kw_only=True)
    image_path: str = attrs.field(default="", eq=False, repr=False, kw_only=True)
    image_urls: SignedUrls = attrs.field(default=SignedUrls(), eq=False, repr=False, kw_only=True)
    file_path: str = attrs.field(default="", eq=False, repr=False, kw_only=True)
    file_urls: SignedUrls = attrs.field(default=SignedUrls(), eq=False, repr=False, kw_only=True)
    processing_type: str = attrs.field(default="", repr=False, kw_only=True)
    upload_source: str = attrs.field(default="", repr=False, kw_only=True)
    uploaded_by: str = attrs.field(default="", repr=False, kw_only=True)
    upload_channel: str = attrs.field(default="", repr=False, kw_only=True)
    is_duplicate: bool = attrs.field(default=False, repr=False, kw_only=True)
    is_deleted: bool = attrs.field(default=False, repr=False, kw_only=True)
    configured_fields: int | None = attrs.field(default=None, repr=False, kw_only=True)
    cost: float | None = attrs.field(default=None, repr=False, kw_only=True)
    payable_cost: float | None = attrs.field(default=None, repr=False, kw_only=True)
    retries: int | None = attrs.field(default=None, repr=False, kw_only=True)
    custom_response: Any = attrs.field(default=None, hash=False, repr=False, kw_only=True)
    delay_post_prediction_tasks: bool | None = attrs.field(default=None, repr=False, kw_only=True)
    assigned_member: str = attrs.field(default="", repr=False, kw_only=True)
    assigned_members: tuple[str, ...] = attrs.field(default=(), repr=False, kw_only=True)
    current_stage_id: str = attrs.field(default="", repr=False, kw_only=True)
    verified_by: str = attrs.field(default="", repr=False, kw_only=True)
    export_status: str = attrs.field(default="", repr=False, kw_only=True)
    _is_emptied: bool = attrs.field(alias="is_emptied", default=False, repr=False, kw_only=True)
    _source: Source | None = attrs.field(alias="source", default=None, eq=False, repr=False, kw_only=True)

    @property
    def origin(self) -> Origin:
        """Where `fields` and `tables` come from: `model`, or `person` if one checked the page.

        A person may have removed all boxes of a page. Then it has no fields and tables, though `predicted` has.
        """
        return "person" if self.moderated or self._is_emptied else "model"

    @property
    def is_approved_stage(self) -> bool:
        """Whether the file is in the stage of approved files."""
        return self.current_stage_id == APPROVED_STAGE

    @property
    def file_url(self) -> str:
        """URL of the file as it was sent, usually a signed one; empty if there is none, as in most replies.

        Its host does not belong to the service: never send the API key there.
        """
        return address_of(self.file_urls, self.file_path)

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
    def tables(self) -> TableList:
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

    def __str__(self) -> str:
        return what_is_in(f"page {self.number + 1}", self.error, self.fields, self.tables)

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


class _Read(TypedDict):
    """What rows are made of."""

    number: int
    status: Status
    error: str | None
    file_name: str
    request_file_id: str
    is_moderated: bool
    is_emptied: bool
    model_id: str
    day_since_epoch: int | None
    predicted: Boxes
    moderated: Boxes
    source: Source


class _Common(TypedDict):
    """What every reply says about a page."""

    id: str
    width: int
    height: int
    rotation: int
    image_url: str
    image_path: str
    image_urls: SignedUrls
    file_path: str
    file_urls: SignedUrls
    processing_type: str
    request_metadata: str


def predicted_page(reply: OcrPage, signed: Mapping[str, SignedUrl], position: int, source: Source) -> Page:
    """Build a page from one entry of a prediction."""
    return Page(
        **_predicted_values(reply, position, source),
        words=FreeWords(reply.raw_ocr_api_response),
        **_common(reply, signed, reply.filepath),
    )


def predicted_row_page(reply: OcrPage, position: int, source: Source) -> Page:
    """Build a page from one entry of a prediction, with no more than rows of fields are made of."""
    return Page(**_predicted_values(reply, position, source))


def stored_page(reply: Image, signed: Mapping[str, SignedUrl], position: int, source: Source) -> Page:
    """Build a page from one image of a listing."""
    return Page(
        **_stored_values(reply, position, source),
        approval_status=reply.approval_status or "",
        words=Words(reply.raw_ocr or (), reply.predicted_boxes or ()),
        updated_at=_time_of(reply.updated_at),
        verified_at=_time_of(reply.verified_at),
        exported_at=_time_of(reply.exported_at),
        hour_of_day=reply.hour_of_day,
        upload_source=reply.source or "",
        uploaded_by=reply.uploaded_by or "",
        upload_channel=reply.upload_channel or "",
        is_duplicate=bool(reply.file_metadata and reply.file_metadata.duplicate),
        is_deleted=bool(reply.is_deleted),
        configured_fields=reply.no_of_fields,
        cost=reply.cost,
        payable_cost=reply.payable_cost,
        retries=reply.retries,
        custom_response=reply.custom_response,
        delay_post_prediction_tasks=reply.delay_post_prediction_tasks,
        assigned_member=reply.assigned_member or "",
        assigned_members=reply.assigned_members or (),
        current_stage_id=reply.current_stage_id or "",
        verified_by=reply.verified_by or "",
        export_status=reply.export_status or "",
        **_common(reply, signed, reply.url, reply.filepath),
    )


def stored_row_page(reply: Image, position: int, source: Source) -> Page:
    """Build a page from one image of a listing, with no more than rows of fields are made of."""
    return Page(**_stored_values(reply, position, source))


def _predicted_values(reply: OcrPage, position: int, source: Source) -> _Read:
    number = position if reply.page is None else reply.page
    status = status_of_message(reply.message)
    return {
        "number": number,
        "status": status,
        "error": reply.message if status == "failure" else None,
        "file_name": reply.input or "",
        "request_file_id": reply.request_file_id or "",
        "is_moderated": False,
        "is_emptied": False,
        "model_id": "",
        "day_since_epoch": None,
        "predicted": boxes_of(reply.prediction, number, source / "prediction"),
        "moderated": _NO_BOXES,
        "source": source,
    }


def _stored_values(reply: Image, position: int, source: Source) -> _Read:
    number = position if reply.page is None else reply.page
    status = status_of_message(reply.message) if reply.message else status_of_stored(reply.status)
    is_moderated = bool(reply.is_moderated)
    moderated, place = _moderated(reply)
    return {
        "number": number,
        "status": status,
        "error": (reply.message or reply.status) if status == "failure" else None,
        "file_name": reply.original_file_name or reply.input or "",
        "request_file_id": reply.request_file_id or "",
        "is_moderated": is_moderated,
        "is_emptied": is_moderated and moderated == (),
        "model_id": reply.model_id or "",
        "day_since_epoch": reply.day_since_epoch,
        "predicted": _predicted(reply, number, source),
        "moderated": boxes_of(moderated, number, source / place),
        "source": source,
    }


def _moderated(reply: Image) -> tuple[tuple[BoxReply, ...] | None, str]:
    """Return the boxes that a person left, and the member of the reply that they are in."""
    moderated = reply.moderated_boxes
    # After an approval, the page endpoint gives the final boxes in `prediction`, and may leave `moderated_boxes` out.
    # An empty list beside boxes that no person touched is the proof that they were all removed.
    is_final = moderated is None or any(box.status == "moderated" for box in reply.prediction or ())
    if reply.is_moderated and not moderated and reply.prediction and is_final:
        return reply.prediction, "prediction"
    return moderated, "moderated_boxes"


def _common(reply: OcrPage | Image, signed: Mapping[str, SignedUrl], *image_paths: str | None) -> _Common:
    image_urls = signed_urls_of(signed, *image_paths)
    return {
        "id": reply.id or "",
        "width": (reply.size and reply.size.width) or 0,
        "height": (reply.size and reply.size.height) or 0,
        "rotation": reply.rotation or 0,
        "image_url": address_of(image_urls, *image_paths),
        "image_path": next(filter(None, image_paths), ""),
        "image_urls": image_urls,
        "file_path": reply.file_url or "",
        "file_urls": signed_urls_of(signed, reply.file_url),
        "processing_type": reply.processing_type or "",
        "request_metadata": reply.request_metadata or "",
    }


def boxes_of(replies: Iterable[BoxReply] | None, page: int, source: Source) -> Boxes:
    """Build the fields and tables of a list of boxes."""
    boxes = tuple(replies or ())
    if not boxes:
        return _NO_BOXES
    return Boxes(Fields(BoxFields(boxes, page, source)), BoxTables(boxes, page, source))


def _predicted(reply: Image, number: int, source: Source) -> Boxes:
    # Webhook bodies may have the boxes of the model in `prediction` alone, as predictions have.
    if not reply.predicted_boxes and reply.prediction and not (reply.is_moderated and reply.moderated_boxes is None):
        return boxes_of(reply.prediction, number, source / "prediction")
    return boxes_of(reply.predicted_boxes, number, source / "predicted_boxes")


def source_of(page: Page) -> Source | None:
    """Return where a page is in its reply; None if it is not from a reply."""
    return page._source  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - of this module


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
