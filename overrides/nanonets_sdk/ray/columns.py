"""The columns of a dataset: the outcome of each file, and what was read from it.

Every block has the same columns of the same types, whatever is in it, so that blocks of many workers make one dataset.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, cast

from attrs import field, frozen

from nanonets_sdk import exports
from nanonets_sdk.documents import Document
from nanonets_sdk.extras import optional
from nanonets_sdk.formats.rows import Rows

if TYPE_CHECKING:
    import pyarrow as pa

Explode: TypeAlias = Literal["fields", "cells"]

_FILE: Final[dict[str, type]] = {
    "status": str, "error": str, "request_file_id": str, "file_name": str, "model_id": str, "day": str, "pages": int,
    "is_moderated": bool,
}  # fmt: skip
_EPOCH: Final = date(1970, 1, 1)
_LAST_DAY: Final = (date.max - _EPOCH).days
_ABOUT_FILE: Final = ("file_name", "request_file_id")


@frozen
class FileRow:
    """What a dataset says about one file.

    Attributes:
        document: What was read; None if nothing was.
        status: How the file ended, as `Outcome.status`.
        error: Why it is not done; None if it is.
        request_file_id: The service's id of the file; empty if it has none.
        model_id: The model; None if it is not known, which every program takes for a partition without a value.
        day: The day (GMT) on which the service got it, as 2026-01-31; None if it is not known.
        reply: The reply, as `load_documents` reads it; None if there is none.
    """

    document: Document | None
    status: str
    error: str | None
    request_file_id: str
    model_id: str | None
    day: str | None
    reply: bytes | None = field(default=None, repr=False)

    @property
    def values(self) -> tuple[Any, ...]:
        """The values of the columns about the file."""
        document = self.document
        about: tuple[Any, ...] = (None, None, None)
        if document is not None:
            about = (document.file_name, len(document.pages), document.is_moderated)
        name, pages, is_moderated = about
        return self.status, self.error, self.request_file_id, name, self.model_id, self.day, pages, is_moderated


def day_of(document: Document | None) -> str | None:
    """Return the day (GMT) on which the service got a file, as 2026-01-31; None if the reply does not say it."""
    pages = document.pages if document is not None else ()
    days = (page.day_since_epoch for page in pages if page.day_since_epoch is not None)
    day = next(days, None)
    # A number of days that no calendar has is as good as none.
    return str(_EPOCH + timedelta(days=day)) if day is not None and 0 <= day < _LAST_DAY else None


def column_names(explode: Explode | None) -> list[str]:
    """Return the names of the columns of `file_table`."""
    return list(file_table([], explode)[0].column_names)


def file_table(rows: Sequence[FileRow], explode: Explode | None) -> tuple[pa.Table, list[int]]:
    """Return the columns of files, and for each row of the table the number of its file.

    Args:
        rows: The files.
        explode: `fields` or `cells` for a row each, and one with nulls for a file without any; None for a row a file,
            with its fields and cells as lists, and the reply as it came.
    """
    arrow = optional("pyarrow")
    table = _arrow(_FILE, [row.values for row in rows])
    documents = [row.document for row in rows]
    if explode is None:
        table = table.append_column("fields", _lists(documents, "fields"))
        table = table.append_column("cells", _lists(documents, "cells"))
        table = table.append_column("reply", arrow.array([row.reply for row in rows], arrow.binary()))
        return table, list(range(len(rows)))
    items, counts = _items(documents, explode)
    numbers = iter(range(items.num_rows))
    of_items = [next(numbers) if count else None for count in counts for _ in range(count or 1)]
    of_files = [row for row, count in enumerate(counts) for _ in range(count or 1)]
    items = items.take(arrow.array(of_items, arrow.int64()))
    table = table.take(arrow.array(of_files, arrow.int64()))
    for name in items.column_names:
        table = table.append_column(name, items[name])
    return table, of_files


def _arrow(columns: dict[str, type], values: Sequence[Sequence[Any]]) -> pa.Table:
    from nanonets_sdk.formats.arrow import to_arrow

    return to_arrow(Rows(columns, values))


def _items(documents: Sequence[Document | None], kind: Explode) -> tuple[pa.Table, list[int]]:
    """Return the fields or cells of all documents in one table, and how many each document has."""
    present: Iterable[Document] = [document for document in documents if document is not None]
    if kind == "fields":
        items = exports.to_arrow(present)
        counts = [len(document.fields.all()) if document is not None else 0 for document in documents]
    else:
        items = exports.cells_to_arrow(present)
        counts = [
            sum(len(table.cells) for table in document.tables) if document is not None else 0 for document in documents
        ]
    # The columns about the file say the same, also for a file without fields.
    return items.drop_columns(list(_ABOUT_FILE)), counts


def _lists(documents: Sequence[Document | None], kind: Explode) -> Any:
    """Return a list of records for each document; null without a document."""
    arrow = optional("pyarrow")
    items, counts = _items(documents, kind)
    names = items.column_names
    columns = [cast("Any", items[name]).combine_chunks() for name in names]
    records = arrow.StructArray.from_arrays(columns, names=names)
    offsets = [0, *accumulate(counts)]
    missing = [document is None for document in documents]
    return arrow.ListArray.from_arrays(
        arrow.array(offsets, arrow.int32()), records, mask=arrow.array(missing, arrow.bool_())
    )
