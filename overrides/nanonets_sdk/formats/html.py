"""How documents, tables and fields look in a notebook: plain HTML, every text escaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from itertools import islice
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from nanonets_sdk.documents.document import Document
    from nanonets_sdk.documents.field import Field
    from nanonets_sdk.documents.page import Page
    from nanonets_sdk.documents.table import Table

_FIELDS: Final = 200
_ROWS: Final = 50
_COLUMNS: Final = 50
_TABLES: Final = 10
_LONGEST: Final = 500
_LEFT: Final = ' style="text-align:left"'


def fields_html(fields: Sequence[Field]) -> str:
    """Fields as a table: label, text, confidence, page."""
    rows = (
        (field.label, field.text, "" if field.score is None else f"{field.score:.0%}", str(field.page + 1))
        for field in islice(fields, _FIELDS)
    )
    return _table(("label", "text", "confidence", "page"), rows) + _more(len(fields) - _FIELDS, "fields")


def table_html(table: Table) -> str:
    """A table as a table."""
    rows = table.rows
    return _table(table.header, islice(rows, _ROWS)) + _more(len(rows) - _ROWS, "rows")


def page_html(page: Page) -> str:
    """Fields and tables of a page."""
    return f"<h4>Page {page.number + 1}</h4>{_contents(page.fields.all(), page.tables, page.error)}"


def document_html(document: Document) -> str:
    """Fields and tables of a document."""
    count = len(document.pages)
    name = _text(document.file_name or document.request_file_id or "Document")
    title = f"<h3>{name} ({count} page{'' if count == 1 else 's'})</h3>"
    return title + _contents(document.fields.all(), document.tables, document.error)


def _contents(fields: Sequence[Field], tables: Sequence[Table], error: str | None) -> str:
    shown = "".join(
        f"<h4>{_text(table.label or 'table')}, page {table.page + 1}</h4>{table_html(table)}"
        for table in tables[:_TABLES]
    )
    problem = f"<p><strong>{_text(error)}</strong></p>" if error else ""
    return problem + fields_html(fields) + shown + _more(len(tables) - _TABLES, "tables")


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = f"<thead><tr>{_cells('th', header)}</tr></thead>" if header else ""
    body = "".join(f"<tr>{_cells('td', row)}</tr>" for row in rows)
    return f"<table>{head}<tbody>{body}</tbody></table>"


def _cells(tag: str, texts: Iterable[str]) -> str:
    return "".join(f"<{tag}{_LEFT}>{_text(text)}</{tag}>" for text in islice(texts, _COLUMNS))


def _more(count: int, what: str) -> str:
    return f"<p>… {count} more {what}</p>" if count > 0 else ""


def _text(text: str) -> str:
    cut = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
    return escape(cut).replace("\n", "<br>")
