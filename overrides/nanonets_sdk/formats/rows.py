"""Rows of values under named columns, for whatever is made of rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from attrs import frozen

from nanonets_sdk.documents import Document
from nanonets_sdk.documents.records import ABOUT, Shape, long_records, wide_record

LONG: Final = (
    "file_name",
    "request_file_id",
    "page",
    "label",
    "text",
    "score",
    "xmin",
    "ymin",
    "xmax",
    "ymax",
)
CELLS: Final = (
    "file_name",
    "request_file_id",
    "page",
    "table",
    "row",
    "column",
    "header",
    "text",
    "score",
    "xmin",
    "ymin",
    "xmax",
    "ymax",
)
INTEGERS: Final = frozenset({"page", "pages", "table", "row", "column", "xmin", "ymin", "xmax", "ymax"})
NUMBERS: Final = frozenset({"score"})
FLAGS: Final = frozenset({"is_moderated"})


@frozen
class Rows:
    """Rows under named columns.

    Attributes:
        columns: The names, none twice.
        records: The rows; a value that a record lacks is None.
        typed: The columns that hold what their name says in `INTEGERS`, `NUMBERS` and `FLAGS`; the others hold texts.
    """

    columns: Sequence[str]
    records: Sequence[Mapping[str, Any]]
    typed: frozenset[str] = frozenset()

    def lines(self) -> Iterable[list[Any]]:
        """The rows as lists of values, in the order of the columns."""
        return ([record.get(column) for column in self.columns] for record in self.records)


def rows_of(documents: Iterable[Document], shape: Shape) -> Rows:
    """The fields of documents: a row a field, or a row a document with a column for every label of any of them."""
    if shape == "long":
        return Rows(LONG, [record for document in documents for record in long_records(document)], frozenset(LONG))
    records = [wide_record(document) for document in documents]
    return Rows([*dict.fromkeys([*ABOUT, *(name for record in records for name in record)])], records, frozenset(ABOUT))
