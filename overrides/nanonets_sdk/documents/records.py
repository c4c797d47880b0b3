"""Records: a document as plain values, for JSON, spreadsheets and data frames."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from nanonets_sdk.formats.names import unique_names

if TYPE_CHECKING:
    from nanonets_sdk.documents.cell import Cell
    from nanonets_sdk.documents.document import Document
    from nanonets_sdk.documents.field import Field
    from nanonets_sdk.documents.page import Page
    from nanonets_sdk.documents.table import Table

Shape: TypeAlias = Literal["long", "wide"]

ABOUT: Final = ("file_name", "request_file_id", "pages", "is_moderated", "error")
"""The columns of the wide shape that are of the document itself."""


def long_records(document: Document) -> list[dict[str, Any]]:
    """A record for each field, in reading order."""
    return [{**_file_record(document), **_field_record(field)} for field in document.fields.all()]


def wide_record(document: Document) -> dict[str, Any]:
    """One record for the document, a member for each label.

    A label that repeats has its best field under its name, the others in reading order under `label (2)` and so on. A
    label that is called like a member about the document has `field: ` before it.
    """
    about = {
        **_file_record(document),
        "pages": len(document.pages),
        "is_moderated": document.is_moderated,
        "error": document.error,
    }
    entries = [(label, field.text) for label in document.fields for field in _best_first(document, label)]
    names = unique_names((f"field: {label}" if label in about else label for label, _ in entries), about)
    return {**about, **{name: text for name, (_, text) in zip(names, entries, strict=True)}}


def cell_records(document: Document) -> list[dict[str, Any]]:
    """A record for each cell of the tables; `table` counts them over the document from 0, `row` and `column` too."""
    return [
        {
            **_file_record(document),
            "page": cell.page,
            "table": number,
            "row": table.grid.lines[cell.row],
            "column": table.grid.columns[cell.col],
            "header": cell.label,
            "text": cell.text,
            "score": cell.score,
            **_box_record(cell),
        }
        for number, table in enumerate(document.tables)
        for cell in table.cells
    ]


def document_record(document: Document) -> dict[str, Any]:
    """Everything that was read, in a form of our own that does not depend on which call it came from."""
    return {
        "request_file_id": document.request_file_id,
        "file_name": document.file_name,
        "is_moderated": document.is_moderated,
        "error": document.error,
        "pages": [_page_record(page) for page in document.pages],
        "fields": [_field_record(field) for field in document.fields.all()],
        "tables": [_table_record(table) for table in document.tables],
    }


def _best_first(document: Document, label: str) -> list[Field]:
    best = document.fields[label]
    return [best, *(field for field in document.fields.all(label) if field is not best)]


def _file_record(document: Document) -> dict[str, Any]:
    return {"file_name": document.file_name, "request_file_id": document.request_file_id}


def _field_record(field: Field) -> dict[str, Any]:
    return {"page": field.page, "label": field.label, "text": field.text, "score": field.score, **_box_record(field)}


def _page_record(page: Page) -> dict[str, Any]:
    return {"number": page.number, "id": page.id, "width": page.width, "height": page.height, "error": page.error}


def _table_record(table: Table) -> dict[str, Any]:
    return {
        "page": table.page,
        "label": table.label,
        "header": table.header,
        "rows": table.rows,
        "score": table.score,
        **_box_record(table),
    }


def _box_record(thing: Field | Table | Cell) -> dict[str, int | None]:
    box = thing.box
    return {
        "xmin": box.xmin if box else None,
        "ymin": box.ymin if box else None,
        "xmax": box.xmax if box else None,
        "ymax": box.ymax if box else None,
    }
