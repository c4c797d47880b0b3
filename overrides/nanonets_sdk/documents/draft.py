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

from collections.abc import Iterable, Sequence
from typing import cast

from attrs import define, field

from nanonets_sdk.documents.corrections import Correction
from nanonets_sdk.documents.draft_boxes import DraftField, DraftTable, checked_text, edges
from nanonets_sdk.documents.draft_page import DraftPage
from nanonets_sdk.layout.geometry import Box
from nanonets_sdk.layout.reading_order import in_reading_order


@define(eq=False, repr=False)
class DraftBoxes:
    """The fields and tables of a file, to be changed in memory."""

    _model_id: str = field(alias="model_id")
    _request_file_id: str = field(alias="request_file_id")
    _file_name: str = field(alias="file_name")
    _pages: tuple[DraftPage, ...] = field(alias="pages")

    @property
    def model_id(self) -> str:
        """Id of the model."""
        return self._model_id

    @property
    def request_file_id(self) -> str:
        """Id of the file."""
        return self._request_file_id

    @property
    def file_name(self) -> str:
        """Name of the file."""
        return self._file_name

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
        return tuple(page.number for page in pages_to_write(self))

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
            where = "" if page is None else f" on page {page + 1}"
            raise LookupError(f"no field {label!r}{where}; use add() for a new one; labels of this draft: {known}")
        if len(found) > 1:
            shown = ", ".join(f"{one.text!r} on page {one.page + 1}" for one in found[:5])
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
        return cast("DraftField", self._page(page).add(members, box))

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
        return cast("DraftTable", self._page(page).add(members, box))

    def _page(self, number: int) -> DraftPage:
        found = next((page for page in self._pages if page.number == number), None)
        if found is None:
            known = ", ".join(str(page.number) for page in self._pages) or "none"
            raise LookupError(f"no page with index {number}; indexes of the pages of this file: {known}")
        return found

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}({self.file_name or self.request_file_id!r}, fields={len(self.fields)}, "
            f"tables={len(self.tables)}, unsaved={self.unsaved})"
        )


def pages_to_write(draft: DraftBoxes) -> list[DraftPage]:
    """Return the pages of a draft with changes that are not known to be written."""
    return [page for page in pages_of(draft) if page.is_changed and page.state != "written"]


def pages_of(draft: DraftBoxes) -> tuple[DraftPage, ...]:
    """Return the pages of a draft."""
    return draft._pages  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - of this module
