"""The boxes and cells of a draft: how each came, and what is to change in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from json import dumps
from typing import TYPE_CHECKING, Any, ClassVar, Final, Protocol

from attrs import define, field

from nanonets_sdk.documents.table import is_table
from nanonets_sdk.layout.geometry import Box
from nanonets_sdk.layout.grid import Grid
from nanonets_sdk.replies.decode import decode
from nanonets_sdk.replies.slices import items_of, slices_of, with_members

if TYPE_CHECKING:
    from nanonets_api.replies import BoxReply, CellReply

_EDGES: Final = ("xmin", "ymin", "xmax", "ymax")
# The opinion of a program, and the place of a row above which one was added, do not make what a person moderated.
_UNMARKED: Final = frozenset({"validation_status", "validation_message", "row"})


class BoxOwner(Protocol):
    """The page of a draft, as its boxes see it."""

    @property
    def number(self) -> int:
        """Page number in the file, from 0."""
        ...

    def check_open(self) -> None:
        """Raise `ValueError` if the page can no longer be changed."""
        ...

    def has(self, box: DraftField | DraftTable) -> bool:
        """Return whether a box was not removed."""
        ...

    def drop(self, box: DraftField | DraftTable) -> None:
        """Remove a box."""
        ...

    def id_of(self, label: str) -> dict[str, str]:
        """Return the member with the id of a label; none if it is not known."""
        ...


@define(eq=False, repr=False)
class _Part:
    """A box or a cell: how it came, and what is to change in it."""

    _as_read: str = field(alias="as_read")
    _reply: Any = field(alias="reply")
    is_new: bool = field(kw_only=True, default=False)
    _changes: dict[str, Any] = field(init=False, factory=dict[str, Any])

    _text_name: ClassVar[str]
    _marks: ClassVar[Mapping[str, str]]

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
    def is_moderated(self) -> bool:
        """Whether a person moderated it before the draft was read."""
        return all(getattr(self._reply, name) == value for name, value in self._marks.items())

    @property
    def score(self) -> float | None:
        """Confidence from 0 to 1, as read."""
        score: float | None = self._reply.score
        return score

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
        if changes.keys() - _UNMARKED:
            changes |= self._marks
        return with_members(self._as_read, {name: dumps(value) for name, value in changes.items()})


@define(eq=False, repr=False)
class DraftCell(_Part):
    """A cell of a draft; `row` and `col` are the service's numbers, as in `Cell`.

    Attributes:
        is_new: Whether it was added to the draft.
    """

    _reply: CellReply = field(alias="reply")
    _siblings: list[DraftCell] = field(alias="siblings", kw_only=True)
    _check_table: Callable[[], None] = field(alias="check_table", kw_only=True)

    _text_name = "text"
    _marks = {"verification_status": "moderated"}  # noqa: RUF012 - declared as a class variable above

    @property
    def label(self) -> str:
        """Header of its column; empty if it has none."""
        return self._reply.label or ""

    @property
    def row(self) -> int:
        """Row number as the service counts, from 1. Can be set, to make room for a row or to close the gap of one."""
        return self._value("row") or 0

    @row.setter
    def row(self, row: int) -> None:
        self._change(row=row)

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
        self._siblings.remove(self)

    def _check_open(self) -> None:
        self._check_table()
        if self not in self._siblings:
            raise ValueError(f"the cell was removed from the draft: {self!r}")

    def __repr__(self) -> str:
        return f"DraftCell(row={self.row}, col={self.col}, text={self.text!r})"


@define(eq=False, repr=False)
class _DraftBox(_Part):
    _reply: BoxReply = field(alias="reply")
    _page: BoxOwner = field(alias="page", kw_only=True)

    _text_name = "ocr_text"
    _marks = {"status": "moderated"}  # noqa: RUF012 - declared as a class variable above

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

    def _check_box(self, box: DraftField | DraftTable) -> None:
        self._page.check_open()
        if not self._page.has(box):
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

    def remove(self) -> None:
        """Remove it from the draft."""
        self._check_open()
        self._page.drop(self)

    def _check_open(self) -> None:
        self._check_box(self)

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

    _cells: list[DraftCell] = field(init=False, factory=list["DraftCell"])
    _read_cells: tuple[DraftCell, ...] = field(init=False, default=())

    def __attrs_post_init__(self) -> None:
        for text in objects_of(slices_of(self._as_read).get("cells", "null")):
            self._append(text, is_new=False)
        self._read_cells = tuple(self._cells)

    def _append(self, text: str, *, is_new: bool) -> DraftCell:
        from nanonets_api.replies import CellReply

        reply = decode(text.encode(), CellReply, "edit")
        cell = DraftCell(text, reply, is_new=is_new, siblings=self._cells, check_table=self._check_open)
        self._cells.append(cell)
        return cell

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

    def add_cell(
        self, row: int, column: int, text: str, *, box: Box | None = None, label: str | None = None
    ) -> DraftCell:
        """Add a cell at a place of `rows`; a row or column that does not exist begins to.

        Args:
            row: From 0.
            column: From 0.
            text: Its text.
            box: Its place in pixels of the page image.
            label: Header of its column; that of the other cells of the column by default.

        Returns:
            The new cell.

        Raises:
            ValueError: There is a cell already.
        """
        self._check_open()
        if self.cell(row, column) is not None:
            raise ValueError(f"there is a cell at row {row}, column {column}; set its text instead")
        number, position = _numbered(self._grid.lines, row, "row"), _numbered(self._grid.columns, column, "column")
        if label is None:
            label = next((cell.label for cell in self._cells if cell.col == position and cell.label), "")
        members = {
            "row": number,
            "col": position,
            "row_span": 1,
            "col_span": 1,
            "label": checked_text(label, "label"),
            **edges(box),
            "score": 1,
            "text": checked_text(text, "text"),
            "verification_status": "moderated",
            **self._page.id_of(label),
        }
        return self._append(dumps(members), is_new=True)

    def to_json(self) -> str:
        """Return it as JSON: what was read, character by character, except for what changed."""
        if not self._cells_changed:
            return super().to_json()
        cells = f"[{','.join(cell.to_json() for cell in self._cells)}]"
        return with_members(super().to_json(), {"cells": cells, **{key: dumps(to) for key, to in self._marks.items()}})

    def remove(self) -> None:
        """Remove it from the draft."""
        self._check_open()
        self._page.drop(self)

    def _check_open(self) -> None:
        self._check_box(self)

    def __repr__(self) -> str:
        return f"DraftTable(label={self.label!r}, page={self.page}, cells={len(self._cells)})"


def box_from(text: str, page: BoxOwner, *, is_new: bool = False) -> DraftField | DraftTable:
    """Return the field or table that a JSON text is."""
    from nanonets_api.replies import BoxReply

    reply = decode(text.encode(), BoxReply, "edit")
    return (DraftTable if is_table(reply) else DraftField)(text, reply, page=page, is_new=is_new)


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


def objects_of(text: str) -> list[str]:
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
