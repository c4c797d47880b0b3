"""Drafts: corrections of a file's boxes in memory, and what has to be sent to make them.

An update replaces the whole list of boxes of a page, so a box that is left out is deleted, and a member that is left
out is lost. A draft therefore never rebuilds what it read. It holds the text of each box as it came, and puts only the
members that change into it:

```text
reply     … "moderated_boxes": [ {box}, {box, "cells": [{cell}, {cell}]} ] …     moderated_boxes is empty or null:
                                   │      │                     │                predicted_boxes is where it starts
draft                            field  table ───────────────  cell
                                   │ text = "9"                 │ text = "5.00"
update    … "moderated_boxes": [ {box with ocr_text and status}, {box with status and "cells": [{cell}, {cell with
                                  text and verification_status}]} ]
```

See docs/decisions/0094-an-update-keeps-what-it-does-not-know.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from json import dumps
from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal, TypeAlias

from attrs import define, field

from nanonets_sdk.documents.corrections import Correction, cell_corrections, field_corrections
from nanonets_sdk.documents.field import Fields
from nanonets_sdk.documents.page import Boxes, Page, boxes_of, source_of
from nanonets_sdk.documents.table import is_table
from nanonets_sdk.errors import DecodeError
from nanonets_sdk.layout.geometry import Box
from nanonets_sdk.layout.grid import Grid
from nanonets_sdk.layout.reading_order import in_reading_order
from nanonets_sdk.replies.decode import decode
from nanonets_sdk.replies.slices import items_of, slice_at, slices_of, with_members
from nanonets_sdk.replies.source import Raw, Source

if TYPE_CHECKING:
    from nanonets_api.replies import BoxReply, CellReply

State: TypeAlias = Literal["open", "sent", "written"]
"""Of a page: not sent yet; sent, and the outcome is unknown; written."""

_EDGES: Final = ("xmin", "ymin", "xmax", "ymax")
_VALIDATION: Final = frozenset({"validation_status", "validation_message"})


@define(eq=False, repr=False)
class _Part:
    """A box or a cell: how it came, and what is to change in it."""

    _as_read: str = field(alias="as_read")
    is_new: bool = field(kw_only=True, default=False)
    _changes: dict[str, Any] = field(init=False, factory=dict[str, Any])

    _text_name: ClassVar[str]
    _marks: ClassVar[Mapping[str, str]]

    @property
    def _reply(self) -> Any:
        raise NotImplementedError

    def _check_open(self) -> None:
        raise NotImplementedError

    def _value(self, name: str) -> Any:
        return self._changes[name] if name in self._changes else getattr(self._reply, name)

    def _change(self, **values: Any) -> None:
        self._check_open()
        for name, value in values.items():
            # What was set back to what it was is not a change.
            if value == getattr(self._reply, name):
                self._changes.pop(name, None)
            else:
                self._changes[name] = value

    @property
    def is_changed(self) -> bool:
        """Whether it differs from what was read."""
        return self.is_new or bool(self._changes)

    @property
    def text(self) -> str:
        """The text. Can be set."""
        return self._value(self._text_name) or ""

    @text.setter
    def text(self, text: str) -> None:
        self._change(**{self._text_name: checked_text(text, "text")})

    @property
    def score(self) -> float | None:
        """Confidence from 0 to 1, as read."""
        return self._reply.score

    @property
    def box(self) -> Box | None:
        """Its place in pixels of the page image; None without one. Can be set."""
        return Box.located(*map(self._value, _EDGES))

    @box.setter
    def box(self, box: Box | None) -> None:
        self._change(**edges(box))

    def to_json(self) -> str:
        """Return it as JSON: what was read, character by character, except for what changed."""
        changes = dict(self._changes)
        # A reason for review is the opinion of a program, and does not make a box one that a person moderated.
        if changes.keys() - _VALIDATION:
            changes |= self._marks
        return with_members(self._as_read, {name: dumps(value) for name, value in changes.items()})


@define(eq=False, repr=False)
class DraftCell(_Part):
    """A cell of a draft; `row` and `col` are the service's numbers, as in `Cell`.

    Attributes:
        is_new: Whether it was added to the draft.
    """

    _table: DraftTable = field(alias="table", kw_only=True)
    _reply: CellReply = field(init=False)

    _text_name = "text"
    _marks = {"verification_status": "moderated"}  # noqa: RUF012 - declared as a class variable above

    @_reply.default
    def _read(self) -> CellReply:
        from nanonets_api.replies import CellReply

        return decode(self._as_read.encode(), CellReply, "edit")

    @property
    def label(self) -> str:
        """Header of its column; empty if it has none."""
        return self._reply.label or ""

    @property
    def row(self) -> int:
        """Row number as the service counts, from 1."""
        return self._reply.row or 0

    @property
    def col(self) -> int:
        """Column number as the service counts, from 1."""
        return self._reply.col or 0

    @property
    def row_span(self) -> int:
        """Number of rows it covers."""
        return self._reply.row_span or 1

    @property
    def col_span(self) -> int:
        """Number of columns it covers."""
        return self._reply.col_span or 1

    def remove(self) -> None:
        """Remove the cell from its table, whose place then is empty."""
        self._check_open()
        self._table._cells.remove(self)  # noqa: SLF001 - of its own table

    def _check_open(self) -> None:
        self._table._check_open()  # noqa: SLF001 - of its own table
        if self not in self._table._cells:  # noqa: SLF001 - of its own table
            raise ValueError(f"the cell was removed from the draft: {self!r}")

    def __repr__(self) -> str:
        return f"DraftCell(row={self.row}, col={self.col}, text={self.text!r})"


@define(eq=False, repr=False)
class _DraftBox(_Part):
    _page: DraftPage = field(alias="page", kw_only=True)
    _reply: BoxReply = field(init=False)

    _text_name = "ocr_text"
    _marks = {"status": "moderated"}  # noqa: RUF012 - declared as a class variable above

    @_reply.default
    def _read(self) -> BoxReply:
        from nanonets_api.replies import BoxReply

        return decode(self._as_read.encode(), BoxReply, "edit")

    @property
    def id(self) -> str:
        """The service's id for it; empty if it has none."""
        return self._reply.id or ""

    @property
    def page(self) -> int:
        """Page number in the file, from 0."""
        return self._page.number

    @property
    def validation_message(self) -> str:
        """The validation rule that failed; empty if none did."""
        return self._value("validation_message") or ""

    @property
    def label(self) -> str:
        """The label. Can be set."""
        return self._value("label") or ""

    @label.setter
    def label(self, label: str) -> None:
        self._change(label=checked_label(label))
        # The id belongs to the label, so that of the old one must not stay.
        if self._reply.label_id is not None:
            self._change(**{"label_id": "", **self._page.id_of(label)})

    def fail(self, message: str) -> None:
        """Mark the box as failed by a validation, with a message for the reviewer."""
        self._change(validation_status="failed", validation_message=message)

    def remove(self) -> None:
        """Remove it from the draft."""
        self._check_open()
        self._page.boxes.remove(self)

    def _check_open(self) -> None:
        self._page.check_open()
        if self not in self._page.boxes:
            raise ValueError(f"the box was removed from the draft: {self!r}")


@define(eq=False, repr=False)
class DraftField(_DraftBox):
    """A field of a draft.

    Attributes:
        is_new: Whether it was added to the draft.

    Example:
        ```python
        field = draft.field("total")
        field.text = "1,234.50"
        field.box = Box(401, 655, 480, 671)
        ```
    """

    def __repr__(self) -> str:
        return f"DraftField(label={self.label!r}, text={self.text!r}, page={self.page})"


@define(eq=False, repr=False)
class DraftTable(_DraftBox):
    """A table of a draft.

    Attributes:
        is_new: Whether it was added to the draft.

    Example:
        ```python
        table = draft.tables[0]
        table.set(1, 2, "5.00")     # row and column from 0, as in `Table.rows`
        ```
    """

    _cells: list[DraftCell] = field(init=False)
    _read_cells: tuple[DraftCell, ...] = field(init=False)

    @_cells.default
    def _cells_as_read(self) -> list[DraftCell]:
        cells = slices_of(self._as_read).get("cells", "null")
        return [DraftCell(cell, table=self) for cell in _objects_of(cells)]

    @_read_cells.default
    def _cells_before(self) -> tuple[DraftCell, ...]:
        return tuple(self._cells)

    @property
    def cells(self) -> tuple[DraftCell, ...]:
        """The cells: those that were read in the order of the reply, then those that were added."""
        return tuple(self._cells)

    @property
    def _grid(self) -> Grid[DraftCell]:
        return Grid(self.cells)

    @property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        """The text of the cells as rows of equal length, as in `Table.rows`."""
        return self._grid.texts

    @property
    def is_changed(self) -> bool:
        """Whether it differs from what was read."""
        return super().is_changed or self._cells_changed

    @property
    def _cells_changed(self) -> bool:
        return tuple(self._cells) != self._read_cells or any(cell.is_changed for cell in self._cells)

    def cell(self, row: int, column: int) -> DraftCell | None:
        """Return the cell at a place of `rows`, as `Table.cell` does.

        Args:
            row: From 0.
            column: From 0.
        """
        return self._grid.covered.get((row, column))

    def set(self, row: int, column: int, text: str) -> DraftCell:
        """Set the text of the cell at a place of `rows`; a cell is added if there is none.

        Args:
            row: From 0.
            column: From 0.
            text: The new text.

        Returns:
            The cell.
        """
        there = self.cell(row, column)
        if there is None:
            return self.add_cell(row, column, text)
        there.text = text
        return there

    def add_cell(self, row: int, column: int, text: str, *, box: Box | None = None) -> DraftCell:
        """Add a cell at a place of `rows`; a row or column that does not exist begins to.

        Args:
            row: From 0.
            column: From 0.
            text: Its text.
            box: Its place in pixels of the page image.

        Returns:
            The new cell.

        Raises:
            ValueError: There is a cell already.
        """
        self._check_open()
        if self.cell(row, column) is not None:
            raise ValueError(f"there is a cell at row {row}, column {column}; set its text instead")
        number, position = _numbered(self._grid.lines, row, "row"), _numbered(self._grid.columns, column, "column")
        above = next((cell for cell in self._cells if cell.col == position and cell.label), None)
        label = above.label if above is not None else ""
        members = {
            "row": number,
            "col": position,
            "row_span": 1,
            "col_span": 1,
            "label": label,
            **edges(box),
            "score": 1,
            "text": checked_text(text, "text"),
            "verification_status": "moderated",
            **self._page.id_of(label),
        }
        cell = DraftCell(dumps(members), table=self, is_new=True)
        self._cells.append(cell)
        return cell

    def to_json(self) -> str:
        """Return it as JSON: what was read, character by character, except for what changed."""
        if not self._cells_changed:
            return super().to_json()
        cells = f"[{','.join(cell.to_json() for cell in self._cells)}]"
        return with_members(super().to_json(), {"cells": cells, **{key: dumps(to) for key, to in self._marks.items()}})

    def __repr__(self) -> str:
        return f"DraftTable(label={self.label!r}, page={self.page}, cells={len(self._cells)})"


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
    boxes: list[DraftField | DraftTable] = field(init=False, repr=False)
    state: State = field(init=False, default="open")
    _read_boxes: tuple[DraftField | DraftTable, ...] = field(init=False, repr=False)

    @boxes.default
    def _boxes_as_read(self) -> list[DraftField | DraftTable]:
        moderated = _objects_of(self.members.get("moderated_boxes", "null"))
        return [self._box(text) for text in moderated or _objects_of(self.members.get("predicted_boxes", "null"))]

    @_read_boxes.default
    def _boxes_before(self) -> tuple[DraftField | DraftTable, ...]:
        return tuple(self.boxes)

    def _box(self, text: str, *, is_new: bool = False) -> DraftField | DraftTable:
        box = DraftField(text, page=self, is_new=is_new)
        return DraftTable(text, page=self, is_new=is_new) if is_table(box._reply) else box  # noqa: SLF001 - made here

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
        from nanonets_api.replies import BoxReply

        body = f"[{','.join(self.texts)}]".encode()
        return boxes_of(decode(body, tuple[BoxReply, ...], "edit"), self.number, Source(Raw(body)))

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
            raise ValueError(f"page {self.number} was sent already; read the file again with edit() to change more")

    def id_of(self, label: str) -> dict[str, str]:
        """Return the member with the id of a label; none if no box of the file has the label."""
        return {"label_id": self.label_ids[label]} if label in self.label_ids else {}

    def add(self, members: Mapping[str, Any], box: Box | None) -> DraftField | DraftTable:
        """Add a box made by a person."""
        self.check_open()
        label = checked_label(members["label"])
        made = {"score": 1, "status": "moderated", "page": self.number, **self.id_of(label), "is_new": True}
        added = self._box(dumps({**members, **edges(box), **made}), is_new=True)
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
    for box in (box for draft in drafts for box in draft.boxes):
        parts = [box._reply, *(cell._reply for cell in getattr(box, "cells", ()))]  # noqa: SLF001 - made here
        label_ids.update({part.label: part.label_id for part in parts if part.label and part.label_id})
    return drafts


@define(eq=False, repr=False)
class DraftBoxes:
    """The fields and tables of a file, to be changed in memory.

    Attributes:
        model_id: Id of the model.
        request_file_id: Id of the file.
        file_name: Name of the file.
    """

    model_id: str
    request_file_id: str
    file_name: str
    _pages: tuple[DraftPage, ...] = field(alias="pages")

    def pages_to_write(self) -> list[DraftPage]:
        """Return the pages with changes that are not known to be written."""
        return [page for page in self._pages if page.is_changed and page.state != "written"]

    @property
    def is_begun(self) -> bool:
        """Whether a page was sent already."""
        return any(page.state != "open" for page in self._pages)

    @property
    def fields(self) -> tuple[DraftField, ...]:
        """The fields in reading order, page by page."""
        return tuple(
            box
            for page in self._pages
            for box in in_reading_order(page.boxes, lambda box: box.box)
            if isinstance(box, DraftField)
        )

    @property
    def tables(self) -> tuple[DraftTable, ...]:
        """The tables, page by page."""
        return tuple(box for page in self._pages for box in page.boxes if isinstance(box, DraftTable))

    @property
    def changes(self) -> tuple[Correction, ...]:
        """What saving changes, adds and removes; a change of a box's place alone is not listed."""
        return tuple(change for page in self._pages if page.is_changed for change in page.changes())

    @property
    def unsaved(self) -> tuple[int, ...]:
        """The numbers of the pages with changes that are not known to be written."""
        return tuple(page.number for page in self.pages_to_write())

    @property
    def written(self) -> tuple[int, ...]:
        """The numbers of the pages that were written."""
        return tuple(page.number for page in self._pages if page.state == "written")

    def field(self, label: str, *, page: int | None = None) -> DraftField:
        """Return the field of a label.

        Args:
            label: The label.
            page: Page number, from 0; None for any.

        Raises:
            LookupError: There is no field of this label. The message lists the labels.
            ValueError: There are several. Choose one from `fields`.
        """
        found = [one for one in self.fields if one.label == label and page in {None, one.page}]
        if not found:
            known = ", ".join(sorted({one.label for one in self.fields})) or "none"
            where = "" if page is None else f" on page {page}"
            raise LookupError(f"no field {label!r}{where}; use add() for a new one; labels of this draft: {known}")
        if len(found) > 1:
            shown = ", ".join(f"{one.text!r} on page {one.page}" for one in found[:5])
            raise ValueError(f"{len(found)} fields are called {label!r}: {shown}; choose one from `fields`")
        return found[0]

    def set(self, label: str, text: str, *, page: int | None = None) -> DraftField:
        """Set the text of the field of a label.

        Args:
            label: The label.
            text: The new text.
            page: Page number, from 0; None for any.

        Returns:
            The field.

        Raises:
            LookupError: There is no field of this label; `add` adds one.
            ValueError: There are several. Choose one from `fields` and set its `text`.
        """
        found = self.field(label, page=page)
        found.text = text
        return found

    def add(self, label: str, text: str, *, page: int = 0, box: Box | None = None) -> DraftField:
        """Add a field, also if there is one of this label.

        Args:
            label: The label, one of the model's.
            text: Its text.
            page: Page number, from 0.
            box: Its place in pixels of the page image; None if it has none.

        Returns:
            The new field.

        Raises:
            LookupError: The file has no such page.
        """
        members = {"label": label, "ocr_text": checked_text(text, "text"), "type": "field"}
        added = self._page(page).add(members, box)
        assert isinstance(added, DraftField)
        return added

    def remove(self, label: str, *, page: int | None = None) -> None:
        """Remove the field of a label.

        Args:
            label: The label.
            page: Page number, from 0; None for any.

        Raises:
            LookupError: There is no field of this label.
            ValueError: There are several. Choose from `fields` and call `remove()` of each.
        """
        self.field(label, page=page).remove()

    def add_table(
        self,
        rows: Iterable[Iterable[str]],
        *,
        header: Sequence[str] = (),
        label: str = "table",
        page: int = 0,
        box: Box | None = None,
    ) -> DraftTable:
        """Add a table.

        Args:
            rows: The texts of its cells, row by row.
            header: The header of each column.
            label: Its label.
            page: Page number, from 0.
            box: Its place in pixels of the page image; None if it has none.

        Returns:
            The new table.

        Raises:
            LookupError: The file has no such page.
        """
        given = [[checked_text(text, "each text of a table") for text in row] for row in rows]
        cells = [
            {
                "row": line,
                "col": column,
                "row_span": 1,
                "col_span": 1,
                "label": header[column - 1] if column <= len(header) else "",
                **edges(None),
                "score": 1,
                "text": text,
                "verification_status": "moderated",
            }
            for line, row in enumerate(given, 1)
            for column, text in enumerate(row, 1)
        ]
        members = {"label": label, "ocr_text": "table", "type": "table", "cells": cells}
        added = self._page(page).add(members, box)
        assert isinstance(added, DraftTable)
        return added

    def _page(self, number: int) -> DraftPage:
        found = next((page for page in self._pages if page.number == number), None)
        if found is None:
            known = ", ".join(str(page.number) for page in self._pages) or "none"
            raise LookupError(f"no page {number}; pages of this file, from 0: {known}")
        return found

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}({self.file_name or self.request_file_id!r}, fields={len(self.fields)}, "
            f"tables={len(self.tables)}, unsaved={self.unsaved})"
        )


def same_content(one: Boxes, other: Boxes) -> bool:
    """Return whether two lists of boxes say the same, whatever ids, scores and states they have."""

    def fields(boxes: Boxes) -> list[tuple[str, str, str]]:
        return sorted((field.label, field.text, repr(field.box)) for field in boxes.fields.all())

    def tables(boxes: Boxes) -> list[tuple[str, list[tuple[int, int, str]]]]:
        return sorted(
            (table.label, sorted((cell.row, cell.col, cell.text) for cell in table.cells)) for table in boxes.tables
        )

    return fields(one) == fields(other) and tables(one) == tables(other)


def edges(box: Box | None) -> dict[str, int]:
    """Return the edges of a box as the service writes them; four zeros for no location."""
    place = box or Box(0, 0, 0, 0)
    return {name: getattr(place, name) for name in _EDGES}


def checked_text(text: str, name: str) -> str:
    """Check a text.

    Raises:
        TypeError: It is not a string.
    """
    if not isinstance(text, str):  # pyright: ignore[reportUnnecessaryIsInstance] - callers without a type checker
        raise TypeError(f"{name} must be a str, got {type(text).__name__}")
    return text


def checked_label(label: str) -> str:
    """Check a label.

    Raises:
        TypeError: It is not a string.
        ValueError: It is empty.
    """
    if not checked_text(label, "label").strip():
        raise ValueError("label is empty")
    return label


def _objects_of(text: str) -> list[str]:
    """Return the slices of the objects of an array; none for null."""
    return [item for item in items_of(text) if item.startswith("{")] if text.startswith("[") else []


def _numbered(places: Mapping[int, int], place: int, name: str) -> int:
    """Return the number that the service gives to a row or column."""
    if place < 0:
        raise ValueError(f"{name} must be at least 0, got {place}")
    known = {at: number for number, at in places.items()}
    if place in known:
        return known[place]
    # Beyond the last one, or in a gap: all numbers are at the same distance from their places.
    number, at = next(iter(places.items()), (1, 0))
    return number + place - at
