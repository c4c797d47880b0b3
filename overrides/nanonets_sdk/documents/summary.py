"""What is in a document or page, in a few lines for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nanonets_sdk.formats.shown import counted, first_lines, one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nanonets_sdk.documents.field import Fields
    from nanonets_sdk.documents.table import Table

_FIELDS: Final = 10
_TABLES: Final = 3
_LONGEST: Final = 200


def what_is_in(title: str, error: str | None, fields: Fields, tables: Sequence[Table]) -> str:
    """Return the numbers of fields and tables, the first fields, and the first tables.

    Args:
        title: What it is.
        error: What went wrong; None if nothing did.
        fields: Its fields.
        tables: Its tables.
    """
    listed = fields.all()
    lines = [f"{title}: {counted(len(listed), 'field')}, {counted(len(tables), 'table')}"]
    lines += [f"failed: {one_line(error, _LONGEST)}"] if error is not None else []
    lines += [*first_lines(listed, "field", _FIELDS), *first_lines(tables, "table", _TABLES)]
    return "\n".join(lines).replace("\n", "\n  ")
