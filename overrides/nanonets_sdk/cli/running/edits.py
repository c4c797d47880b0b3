"""The changes that `nanonets edit` is asked for, and how they are made in a draft."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from attrs import frozen

from nanonets_sdk.cli.running.exit_codes import UsageProblem

if TYPE_CHECKING:
    from nanonets_sdk.documents.draft import DraftBoxes
    from nanonets_sdk.documents.draft_boxes import DraftField

_CELL: Final = re.compile(r"([1-9]\d{0,5}):([1-9]\d{0,5}):([1-9]\d{0,5})=(.*)", re.ASCII | re.DOTALL)
_NUMBERED: Final = re.compile(r"(.+)#([1-9]\d{0,5})", re.ASCII | re.DOTALL)


@frozen
class Edits:
    """Changes of a file, checked for their form.

    Attributes:
        texts: Labels, perhaps with a number, and the new texts of their fields.
        added: Labels and texts of new fields.
        removed: Labels of fields to remove.
        cells: Table, row and column from 0, and the new text.
        page: The page of the fields, from 0; None for any, and for the first page if a field is added.
    """

    texts: tuple[tuple[str, str], ...]
    added: tuple[tuple[str, str], ...]
    removed: tuple[str, ...]
    cells: tuple[tuple[int, int, int, str], ...]
    page: int | None

    @classmethod
    def parse(
        cls, texts: Sequence[str], added: Sequence[str], removed: Sequence[str], cells: Sequence[str], page: int | None
    ) -> Edits:
        """Read the values of options; a page counts from 1.

        Raises:
            UsageProblem: A value has another form, or there is none.
        """
        if not (texts or added or removed or cells):
            raise UsageProblem("nothing to change; add --set, --add, --remove or --cell")
        return cls(
            tuple(_label_and_text("--set", value) for value in texts),
            tuple(_label_and_text("--add", value) for value in added),
            tuple(removed),
            tuple(map(_cell, cells)),
            None if page is None else page - 1,
        )

    def apply(self, draft: DraftBoxes) -> None:
        """Make the changes in a draft.

        Raises:
            UsageProblem: The file has no such field, table, cell or page.
        """
        # Found before any of them is removed, which would change the numbers of the others.
        changed = [(self._field(draft, label), text) for label, text in self.texts]
        removed = {id(found): found for found in (self._field(draft, label) for label in self.removed)}
        if both := [one.label for one, _ in changed if id(one) in removed]:
            raise UsageProblem(f"the field {both[0]!r} cannot be both set and removed")
        for one, text in changed:
            one.text = text
        for table, row, column, text in self.cells:
            _set_cell(draft, table, row, column, text)
        for one in removed.values():
            one.remove()
        for label, text in self.added:
            try:
                draft.add(label, text, page=self.page or 0)
            except LookupError:
                raise UsageProblem(f"the file has no page {(self.page or 0) + 1}") from None

    def _field(self, draft: DraftBoxes, label: str) -> DraftField:
        fields = [one for one in draft.fields if self.page in {None, one.page}]
        found = [one for one in fields if one.label == label]
        number = 1 if len(found) == 1 else 0
        if not found and (numbered := _NUMBERED.fullmatch(label)):
            label, number = numbered[1], int(numbered[2])
            found = [one for one in fields if one.label == label]
        if 1 <= number <= len(found):
            return found[number - 1]
        where = "" if self.page is None else f" on page {self.page + 1}"
        if found:
            shown = " or ".join(
                f"{label}#{number} {one.text!r} on page {one.page + 1}" for number, one in enumerate(found, 1)
            )
            raise UsageProblem(f"{label!r}{where} is not one field; write {shown}")
        known = ", ".join(sorted({one.label for one in fields})) or "none"
        raise UsageProblem(f"no such field {label!r}{where}; add it with --add; labels there: {known}")


def _label_and_text(option: str, value: str) -> tuple[str, str]:
    label, equals, text = value.partition("=")
    if not (label and equals):
        raise UsageProblem(f"{option} takes LABEL=VALUE, got {value!r}")
    return label, text


def _cell(value: str) -> tuple[int, int, int, str]:
    match = _CELL.fullmatch(value)
    if match is None:
        raise UsageProblem(f"--cell takes TABLE:ROW:COL=VALUE with numbers from 1, such as 1:2:3=5.00, got {value!r}")
    table, row, column = (int(number) - 1 for number in match.groups()[:3])
    return table, row, column, match[4]


def _set_cell(draft: DraftBoxes, table: int, row: int, column: int, text: str) -> None:
    if table >= len(draft.tables):
        raise UsageProblem(f"there is no table {table + 1}; the file has {len(draft.tables)}")
    rows = draft.tables[table].rows
    # A draft would add the row. A wrong number is likelier than a row that is missing at the end.
    if row >= len(rows) or column >= len(rows[row]):
        size = f"{len(rows)} rows and {len(rows[0]) if rows else 0} columns"
        raise UsageProblem(f"table {table + 1} has {size}, so there is no cell {row + 1}:{column + 1}")
    draft.tables[table].set(row, column, text)
