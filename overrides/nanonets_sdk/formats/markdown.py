"""Markdown, with tables as GitHub writes them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from typing import Final

from nanonets_sdk.documents import Document, Table
from nanonets_sdk.formats.replacing import write_text

_MARKUP: Final = re.compile(r"([\\`*\[\]|~]|(?<![^\W_])_|_(?![^\W_]))")
_LINE_END: Final = re.compile(r"\r\n|[\r\n\v\f\u0085\u2028\u2029]")


def write_markdown(documents: Iterable[Document], path: str | os.PathLike[str]) -> None:
    """Write documents as Markdown.

    Args:
        documents: Any number of them.
        path: The file to write; one that is there is replaced, all at once.

    Raises:
        OSError: The file cannot be written.
    """
    write_text(path, "\n".join(map(document_markdown, documents)))


def document_markdown(document: Document) -> str:
    """Fields and tables of a document as Markdown."""
    title = f"# {_text(document.file_name or document.request_file_id or 'Document')}\n"
    problem = [f"**{_text(document.error)}**\n"] if document.error else []
    fields = _grid(
        ("label", "text", "confidence", "page"),
        (
            (field.label, field.text, "" if field.score is None else f"{field.score:.0%}", str(field.page + 1))
            for field in document.fields.all()
        ),
    )
    tables = [
        f"## {_text(table.label or 'table')}, page {table.page + 1}\n\n{table_markdown(table)}"
        for table in document.tables
    ]
    return "\n".join([title, *problem, *([fields] if document.fields else []), *tables])


def table_markdown(table: Table) -> str:
    """A table as Markdown, which has no table without a header: columns without one have an empty one."""
    return _grid(table.header or ("",) * table.grid.width, table.rows) if table.grid.width else ""


def _grid(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [_line(map(_text, header)), _line("---" for _ in header), *(_line(map(_text, row)) for row in rows)]
    return "\n".join(lines) + "\n"


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _text(text: str) -> str:
    """Text that stands for itself: markup and HTML in it are escaped, line ends are breaks."""
    plain = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _LINE_END.sub("<br>", _MARKUP.sub(r"\\\1", plain.strip()))
