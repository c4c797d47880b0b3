"""Records: what was read as plain values, for JSON, spreadsheets and data frames."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, Literal, TypeAlias, get_args

from nanonets_sdk.documents.field import Field, Fields, field_values
from nanonets_sdk.documents.table import Table
from nanonets_sdk.formats.rows import Rows, Sheet, unique_names
from nanonets_sdk.layout.geometry import Box

Shape: TypeAlias = Literal["long", "wide"]

# The columns are declared rather than taken from the records, so that they have names and types without any record.
_FILE: Final[dict[str, type]] = {"file_name": str, "request_file_id": str}
_EDGES: Final[dict[str, type]] = {"xmin": int, "ymin": int, "xmax": int, "ymax": int}
_FIELDS: Final = {**_FILE, "page_index": int, "label": str, "text": str, "score": float, **_EDGES}
_DOCUMENTS: Final = {**_FILE, "pages": int, "is_moderated": bool, "error": str}
_PLACES: Final[dict[str, type]] = dict.fromkeys(("page_index", "table_index", "row_index", "column_index"), int)
_CELLS: Final = {**_FILE, **_PLACES, "header": str, "text": str, "score": float, **_EDGES}


def field_record(field: Field) -> dict[str, Any]:
    """Return the record of a field."""
    return {
        "page_index": field.page,
        "label": field.label,
        "text": field.text,
        "score": field.score,
        **_edges(field.box),
    }


def table_record(table: Table) -> dict[str, Any]:
    """Return the record of a table."""
    return {
        "page_index": table.page,
        "label": table.label,
        "header": table.header,
        "rows": table.rows,
        "score": table.score,
        **_edges(table.box),
    }


def cell_records(file: Mapping[str, Any], tables: Iterable[Table]) -> Iterator[dict[str, Any]]:
    """Return a record for each cell of a file's tables. The indexes count from 0."""
    for number, table in enumerate(tables):
        for cell in table.cells:
            row, column = table.grid.place(cell)
            yield {
                **file,
                "page_index": cell.page,
                "table_index": number,
                "row_index": row,
                "column_index": column,
                "header": cell.label,
                "text": cell.text,
                "score": cell.score,
                **_edges(cell.box),
            }


def wide_record(about: Mapping[str, Any], fields: Fields) -> dict[str, Any]:
    """Return one record for a document, with a member for each label.

    A label that repeats has its best field under its own name, and the others in reading order under `label (2)` and
    so on. A label that is named like a member about the document gets the prefix `field: `.

    Args:
        about: The members about the document.
        fields: Its fields.
    """
    entries: list[tuple[str, str]] = []
    for label, best in fields.items():
        others = (field for field in fields.all(label) if field is not best)
        name = f"field: {label}" if label in about else label
        entries.extend((name, field.text) for field in (best, *others))
    names = unique_names((name for name, _ in entries), about)
    return {**about, **{name: text for name, (_, text) in zip(names, entries, strict=True)}}


def checked_shape(shape: Shape) -> Shape:
    """Check a shape.

    Raises:
        ValueError: It is not a shape. Taken for the other one, it would write other columns than were asked for.
    """
    if shape not in get_args(Shape):
        raise ValueError(f"shape must be 'long' or 'wide', got {shape!r}")
    return shape


def record_rows(records: Iterable[Mapping[str, Any]], shape: Shape) -> Rows:
    """Arrange the records of `Document.to_records` under columns.

    With `wide`, there is a column for every label of any document.
    """
    records = records if checked_shape(shape) == "long" else [*records]
    return Rows.from_records(columns_of(shape, () if shape == "long" else labels_of(records)), records)


def field_rows(file_name: str, request_file_id: str, parts: Sequence[Fields]) -> list[tuple[Any, ...]]:
    """Return the values of the long records of a file, for the fields of each of its pages."""
    return [(file_name, request_file_id, *values) for values in field_values(parts)]


def long_records(rows: Iterable[Sequence[Any]]) -> list[dict[str, Any]]:
    """Return rows of `field_rows` as records."""
    return [dict(zip(_FIELDS, row, strict=True)) for row in rows]


def columns_of(shape: Shape, labels: Iterable[str] = ()) -> dict[str, type]:
    """Return the columns of records, with one for each label if they are wide."""
    return _FIELDS if shape == "long" else {**_DOCUMENTS, **dict.fromkeys(labels, str)}


def labels_of(records: Iterable[Mapping[str, Any]]) -> dict[str, None]:
    """Return the labels in wide records, each once, in the order in which they come."""
    return {name: None for record in records for name in record if name not in _DOCUMENTS}


def cell_rows(records: Iterable[Mapping[str, Any]]) -> Rows:
    """Arrange the records of cells under columns."""
    return Rows.from_records(_CELLS, records)


def fields_sheet(fields: Rows) -> Sheet:
    """Return the sheet of a workbook for the fields."""
    about = {*_FILE, "label"} if "page_index" in fields.columns else _DOCUMENTS.keys()
    return Sheet("Fields", [*fields.columns], fields.values, verbatim=about, shares=("score",))


def numbered_sheet(table: Table, number: int) -> Sheet:
    """Return the sheet of a workbook for a table."""
    label = table.label if table.label not in {"", "table"} else "Table"
    return Sheet(f"{label[:12]} {number}, page {table.page + 1}", table.header, table.rows)


def _edges(box: Box | None) -> dict[str, int | None]:
    return {
        "xmin": box.xmin if box else None,
        "ymin": box.ymin if box else None,
        "xmax": box.xmax if box else None,
        "ymax": box.ymax if box else None,
    }
