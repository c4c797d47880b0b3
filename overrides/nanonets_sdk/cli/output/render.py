"""Documents for people: fields and tables on a terminal, plain lines in a pipe."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from nanonets_sdk.cli.output.terminal import console, print_rows, shown

if TYPE_CHECKING:
    from nanonets_sdk.documents import Document, Field

_FIELD_COLUMNS: Final = ("field", "text", "score", "page")


def show_document(document: Document) -> None:
    """Write a document to standard output.

    In a pipe a line that begins with `#` names the document, the fields follow, and after an empty line each table.
    """
    _heading(document)
    if document.fields:
        fields = document.fields.all()
        print_rows(_FIELD_COLUMNS, map(_field_row, fields), right=("score", "page"), whole=("score", "page"))
    for table in document.tables:
        print()
        print_rows(table.column_names, table.rows, title=f"table on page {table.page + 1}")
    if document.error is not None:
        print(f"failed: {shown(document.error)}")
    if not document.fields and not document.tables and document.error is None:
        print("no fields and no tables")
    print()


def _heading(document: Document) -> None:
    count = len(document.pages)
    pages = f"{count} page" if count == 1 else f"{count} pages"
    name = shown(document.file_name)
    if sys.stdout.isatty():
        console(sys.stdout).print(f"{name} · {pages} · {document.request_file_id}", style="bold", soft_wrap=True)
    else:
        print(f"# {name}\t{pages}\t{document.request_file_id}")


def _field_row(field: Field) -> tuple[str, str, str, str]:
    return field.label, field.text, "" if field.score is None else f"{field.score:.2f}", str(field.page + 1)
