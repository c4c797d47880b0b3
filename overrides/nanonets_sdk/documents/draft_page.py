"""The pages of a draft: what was read from each, and what is to be written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from json import dumps
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from attrs import define, field

from nanonets_sdk.documents.corrections import Correction, cell_corrections, field_corrections
from nanonets_sdk.documents.draft_boxes import DraftField, DraftTable, box_from, checked_label, edges, objects_of
from nanonets_sdk.documents.page import Boxes, Page, boxes_of, source_of
from nanonets_sdk.errors import DecodeError
from nanonets_sdk.layout.geometry import Box
from nanonets_sdk.replies.decode import decode
from nanonets_sdk.replies.slices import items_of, slice_at, slices_of
from nanonets_sdk.replies.source import Raw, Source

if TYPE_CHECKING:
    from nanonets_api.replies import BoxReply

State: TypeAlias = Literal["open", "sent", "written"]
"""Of a page: not sent yet; sent, and the outcome is unknown; written."""


@define(eq=False)
class DraftPage:
    """The boxes of one page, to be changed and written.

    Attributes:
        before: The page as it was read.
        members: The slices of its members in the reply.
        label_ids: The service's ids of the labels that occur in the file.
        boxes: Its fields and tables as they are to be.
        state: Whether it was written.
    """

    before: Page = field(repr=False)
    members: Mapping[str, str] = field(repr=False)
    label_ids: Mapping[str, str] = field(repr=False)
    boxes: list[DraftField | DraftTable] = field(init=False, repr=False, factory=list[DraftField | DraftTable])
    state: State = field(init=False, default="open")
    _read_boxes: tuple[DraftField | DraftTable, ...] = field(init=False, repr=False, default=())

    def __attrs_post_init__(self) -> None:
        moderated = objects_of(self.members.get("moderated_boxes", "null"))
        # As long as nobody moderated the page, the boxes of the model are where a correction starts.
        texts = moderated or objects_of(self.members.get("predicted_boxes", "null"))
        self.boxes += [box_from(text, self) for text in texts]
        self._read_boxes = tuple(self.boxes)

    @property
    def number(self) -> int:
        """Page number in the file, from 0."""
        return self.before.number

    @property
    def is_changed(self) -> bool:
        """Whether a box was changed, added or removed."""
        return tuple(self.boxes) != self._read_boxes or any(box.is_changed for box in self.boxes)

    @property
    def texts(self) -> list[str]:
        """The boxes as JSON, each as it was read except for what changed."""
        return [box.to_json() for box in self.boxes]

    @property
    def now(self) -> Boxes:
        """The fields and tables as they are to be."""
        return boxes_of(self.replies, self.number, Source(Raw(self._body)))

    @property
    def replies(self) -> tuple[BoxReply, ...]:
        """The boxes as they are to be, as the service would send them."""
        from nanonets_api.replies import BoxReply

        return decode(self._body, tuple[BoxReply, ...], "edit")

    @property
    def _body(self) -> bytes:
        return f"[{','.join(self.texts)}]".encode()

    def changes(self) -> Iterator[Correction]:
        """Yield what is to change."""
        before, now = self.before.moderated or self.before.predicted, self.now
        yield from field_corrections(before.fields.all(), now.fields.all())
        yield from cell_corrections(before.tables, now.tables)

    def check_open(self) -> None:
        """Check that the page can still be changed.

        Raises:
            ValueError: It was sent.
        """
        if self.state != "open":
            raise ValueError(f"page {self.number + 1} was sent already; read the file again with edit() to change more")

    def id_of(self, label: str) -> dict[str, str]:
        """Return the member with the id of a label; none if no box of the file has the label."""
        return {"label_id": self.label_ids[label]} if label in self.label_ids else {}

    def has(self, box: DraftField | DraftTable) -> bool:
        """Return whether a box was not removed."""
        return box in self.boxes

    def drop(self, box: DraftField | DraftTable) -> None:
        """Remove a box."""
        self.boxes.remove(box)

    def add(self, members: Mapping[str, Any], box: Box | None) -> DraftField | DraftTable:
        """Add a box made by a person, and return it."""
        self.check_open()
        label = checked_label(members["label"])
        made = {"score": 1, "status": "moderated", "page": self.number, **self.id_of(label), "is_new": True}
        added = box_from(dumps({**members, **edges(box), **made}), self, is_new=True)
        self.boxes.append(added)
        return added


def draft_pages(pages: Sequence[Page]) -> tuple[DraftPage, ...]:
    """Return drafts of pages that one reply has.

    Raises:
        DecodeError: The reply cannot be cut into pieces that are certain to be what the service sent.
    """
    members: list[dict[str, str]] = []
    lists: dict[tuple[str | int, ...], list[str]] = {}
    for page in pages:
        source = source_of(page)
        if source is None:
            members.append({})
            continue
        try:
            parent, at = source.path[:-1], source.path[-1]
            if parent not in lists:
                lists[parent] = items_of(slice_at(source.body.text, parent))
            members.append(slices_of(lists[parent][int(at)]))
        except (ValueError, LookupError, RecursionError):
            raise DecodeError(
                "the reply is not valid JSON in UTF-8, so what it says cannot be sent back unchanged; `raw` of this "
                "error has it",
                raw=page.raw_bytes,
            ) from None
    label_ids: dict[str, str] = {}
    drafts = tuple(DraftPage(page, own, label_ids) for page, own in zip(pages, members, strict=True))
    for box in (box for draft in drafts for box in draft.replies):
        parts = [(box.label, box.label_id), *((cell.label, cell.label_id) for cell in box.cells or ())]
        label_ids.update({label: label_id for label, label_id in parts if label and label_id})
    return drafts


def same_content(one: Boxes, other: Boxes) -> bool:
    """Return whether two lists of boxes say the same, whatever ids, scores and states they have."""

    def fields(boxes: Boxes) -> list[tuple[str, str, str]]:
        return sorted((field.label, field.text, repr(field.box)) for field in boxes.fields.all())

    def tables(boxes: Boxes) -> list[tuple[str, list[tuple[int, int, str]]]]:
        return sorted(
            (table.label, sorted((cell.row, cell.col, cell.text) for cell in table.cells)) for table in boxes.tables
        )

    return fields(one) == fields(other) and tables(one) == tables(other)
