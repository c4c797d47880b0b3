"""What the page shows of a file, and what it sends back: boxes that name the place they had in the reply.

The page holds the whole state of the file, so that undoing costs no call, and the server holds nothing that could get
lost. A page of the file goes out with its version, a digest of what the service said; it comes back with every box that
it is to have. A box or cell that was read carries its number in the reply as `key`, and a new one carries none:

```text
reply      ["total" "9", "date" "1", table [a, b]]        sent to the browser, with version v
page       [{key 0, "10"}, {key 2, cells [{key 0}, {key null, "c"}]}]           comes back with v
draft      total is changed · date is removed · b is removed, c is added        written if the service still says v
```
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from typing import Any, Final, Literal

from msgspec import Struct

from nanonets_sdk.documents.draft_boxes import DraftCell, DraftField, DraftTable
from nanonets_sdk.documents.draft_page import DraftPage
from nanonets_sdk.documents.page import Page
from nanonets_sdk.layout.geometry import Box
from nanonets_sdk.layout.grid import Grid
from nanonets_sdk.layout.reading_order import in_reading_order
from nanonets_sdk.pictures.review import cell_of, corners_of, grid_of, item_of

Corners = tuple[int, int, int, int]
"""Left, top, width and height in pixels of the page image."""

_CONTENT: Final = ("moderated_boxes", "predicted_boxes", "is_moderated", "approval_status")


class EditError(ValueError):
    """What the page sent does not fit the file."""


class CellEdit(Struct, frozen=True, forbid_unknown_fields=True):
    """A cell as it is to be; row and column from 0."""

    key: int | None
    row: int
    column: int
    text: str
    box: Corners | None = None
    label: str = ""


class BoxEdit(Struct, frozen=True, forbid_unknown_fields=True):
    """A field or table as it is to be."""

    key: int | None
    kind: Literal["field", "table"]
    label: str
    text: str
    box: Corners | None
    cells: tuple[CellEdit, ...] = ()


class PageEdit(Struct, frozen=True, forbid_unknown_fields=True):
    """A page as it is to be; its number counts from 1."""

    number: int
    version: str
    boxes: tuple[BoxEdit, ...]


class FileEdit(Struct, frozen=True, forbid_unknown_fields=True):
    """The pages of a file that have changes."""

    pages: tuple[PageEdit, ...]


def version_of(page: Page) -> str:
    """Return a digest of what the service says about a page; it changes when somebody else changes the page."""
    # Missing, null and empty mean the same. `updated_at` does not count: writing one page may change it for others.
    said = {name: page.raw.get(name) or None for name in _CONTENT}
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:32]


def page_record(page: DraftPage) -> dict[str, Any]:
    """Return a page as the browser shows and edits it."""
    boxes = list(enumerate(page.boxes))
    fields = [(key, box) for key, box in boxes if isinstance(box, DraftField)]
    return {
        "number": page.number + 1,
        "version": version_of(page.before),
        "width": page.before.width,
        "height": page.before.height,
        "error": page.before.error,
        "fields": [_field(key, box) for key, box in in_reading_order(fields, lambda entry: entry[1].box)],
        "tables": [_table(key, box) for key, box in boxes if isinstance(box, DraftTable)],
    }


def _field(key: int, box: DraftField) -> dict[str, Any]:
    return {
        "key": key,
        "id": box.id,
        "label": box.label,
        "note": box.validation_message,
        "checked": box.is_moderated,
        **item_of(box),
    }


def _table(key: int, table: DraftTable) -> dict[str, Any]:
    grid = Grid(table.cells)
    header = [""] * grid.width
    for cell in table.cells:
        _, column = grid.place(cell)
        header[column] = header[column] or cell.label
    cells = [
        {"key": number, "checked": cell.is_moderated, **cell_of(cell, grid)} for number, cell in enumerate(table.cells)
    ]
    return {
        "key": key,
        "id": table.id,
        "label": table.label,
        "note": table.validation_message,
        "header": header if any(header) else [],
        "box": corners_of(table.box),
        "cells": cells,
        **grid_of(grid),
    }


def says_the_same(page: DraftPage, edit: PageEdit) -> bool:
    """Return whether a page already is as an edit wants it, whatever ids and scores its boxes have."""

    def wanted(box: BoxEdit) -> tuple[Any, ...]:
        known = [cell for cell in box.cells if cell.key is not None or cell.text]
        cells = [(cell.row, cell.column, cell.text, cell.box) for cell in known]
        return box.kind, box.label, "" if box.kind == "table" else box.text, box.box, sorted(cells, key=repr)

    there = [_said(box) for box in page.boxes]
    return sorted(map(repr, there)) == sorted(map(repr, map(wanted, edit.boxes)))


def _said(box: DraftField | DraftTable) -> tuple[Any, ...]:
    if isinstance(box, DraftField):
        return "field", box.label, box.text, _shown(box.box), []
    grid = Grid(box.cells)
    cells = [(*grid.place(cell), cell.text, _shown(cell.box)) for cell in box.cells]
    return "table", box.label, "", _shown(box.box), sorted(cells, key=repr)


def apply(page: DraftPage, edit: PageEdit) -> None:
    """Change a page into what an edit wants.

    Raises:
        EditError: The edit names a box that the page does not have.
    """
    there = list(page.boxes)
    kept = _by_key([box.key for box in edit.boxes], len(there), f"box on page {edit.number}")
    for key, box in enumerate(there):
        if key not in kept:
            box.remove()
    for wanted in edit.boxes:
        if wanted.key is None:
            _add(page, wanted)
        else:
            _change(there[wanted.key], wanted)


def _add(page: DraftPage, wanted: BoxEdit) -> None:
    if not wanted.label.strip():
        raise EditError(f"the {wanted.kind} {wanted.text!r} on page {page.number + 1} has no label")
    text = "table" if wanted.kind == "table" else wanted.text
    added = page.add({"label": wanted.label, "ocr_text": text, "type": wanted.kind}, _box(wanted.box))
    if isinstance(added, DraftTable):
        _change_cells(added, wanted.cells)


def _change(box: DraftField | DraftTable, wanted: BoxEdit) -> None:
    if isinstance(box, DraftTable) != (wanted.kind == "table"):
        raise EditError(f"box {wanted.key} is not a {wanted.kind}")
    if box.label != wanted.label:
        if not wanted.label.strip():
            raise EditError(f"the label {box.label!r} on page {box.page + 1} cannot be empty")
        box.label = wanted.label
    _move(box, wanted.box)
    if isinstance(box, DraftTable):
        _change_cells(box, wanted.cells)
    else:
        box.text = wanted.text


def _change_cells(table: DraftTable, wanted: Sequence[CellEdit]) -> None:
    there, grid = table.cells, Grid(table.cells)
    before = [grid.place(cell) for cell in there]
    kept = _by_key([cell.key for cell in wanted], len(there), f"cell of the table {table.label!r}")
    for key, cell in enumerate(there):
        if key not in kept:
            cell.remove()
    old: list[tuple[DraftCell, CellEdit, int]] = [
        (there[cell.key], cell, before[cell.key][0]) for cell in wanted if cell.key is not None
    ]
    # Rows keep the service's numbers unless one was added or removed above them.
    is_moved = any(cell.row != row for _, cell, row in old)
    for cell, edit, _ in old:
        cell.text = edit.text
        _move(cell, edit.box)
        if is_moved:
            cell.row = edit.row + 1
    for edit in wanted:
        if edit.key is None and edit.text:
            table.add_cell(edit.row, edit.column, edit.text, box=_box(edit.box), label=edit.label or None)


def _by_key(keys: Iterable[int | None], number: int, what: str) -> set[int]:
    given = [key for key in keys if key is not None]
    if len(set(given)) < len(given) or not all(0 <= key < number for key in given):
        raise EditError(f"the page names a {what} that is not there, or names one twice; load the file again")
    return set(given)


def _move(thing: DraftField | DraftTable | DraftCell, corners: Corners | None) -> None:
    # A box without area is not drawn, so what the page says about it is not a change of it.
    if _shown(thing.box) != corners:
        thing.box = _box(corners)


def _shown(box: Box | None) -> Corners | None:
    corners = corners_of(box)
    return (corners[0], corners[1], corners[2], corners[3]) if corners else None


def _box(corners: Corners | None) -> Box | None:
    if corners is None:
        return None
    left, top, width, height = corners
    if min(left, top) < 0 or min(width, height) < 1:
        raise EditError(f"a box of {width} x {height} pixels at {left}, {top} is not on the page")
    return Box(left, top, left + width, top + height)
