"""Documents for people: fields and tables on a terminal, plain lines in a pipe."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from nanonets_sdk.cli.output.terminal import console, print_rows, shown
from nanonets_sdk.formats.shown import counted, number_columns, score_text

if TYPE_CHECKING:
    from nanonets_sdk.documents import Document

_FIELD_COLUMNS: Final = ("field", "text", "score", "page")


def show_document(document: Document) -> None:
    """Write a document to standard output.

    In a pipe a line that begins with `#` names the document. The fields follow, then each table after an empty line.
    """
    name, identifier = shown(document.file_name), shown(document.request_file_id)
    pages = counted(len(document.pages), "page")
    if sys.stdout.isatty():
        console(sys.stdout).print(f"{name} · {pages} · {identifier}", style="bold", soft_wrap=True)
        if handling := _handling(document):
            print(handling)
    else:
        print(f"# {name}\t{pages}\t{identifier}")
    if document.fields:
        rows = [(one.label, one.text, score_text(one.score), str(one.page + 1)) for one in document.fields.all()]
        print_rows(_FIELD_COLUMNS, rows, right=("score", "page"), whole=("score", "page"))
    for table in document.tables:
        print()
        numbers = [table.column_names[column] for column in sorted(number_columns(table.rows))]
        print_rows(table.column_names, table.rows, title=f"table on page {table.page + 1}", right=numbers)
    if document.error is not None:
        print(f"failed: {shown(document.error)}")
    elif not document.fields and not document.tables:
        print("no fields and no tables")
    print()


def _handling(document: Document) -> str:
    """Return who has had a hand in a file since it was read; empty if nobody has."""
    when = f" on {document.verified_at:%Y-%m-%d}" if document.verified_at else ""
    parts = {
        "approved": f" by {document.verified_by}{when}" if document.verified_by else "",
        "assigned": f" to {', '.join(document.assigned_members)}" if document.assigned_members else "",
        "export": f" {document.export_status}" if document.export_status else "",
    }
    return " · ".join(shown(f"{part}{rest}") for part, rest in parts.items() if rest)
