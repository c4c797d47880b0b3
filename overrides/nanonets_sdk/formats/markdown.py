"""Markdown, with tables as GitHub writes them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from nanonets_sdk.formats.rows import Sheet
from nanonets_sdk.formats.safe_text import encodable
from nanonets_sdk.formats.shown import number_columns

# An underscore between two word characters, as in `invoice_number`, is not emphasis and stays readable.
_MARKUP: Final = re.compile(r"([\\`*\[\]|~]|(?<![^\W_])_|_(?![^\W_]))")
_LINE_END: Final = re.compile(r"\r\n|[\r\n\v\f\u0085\u2028\u2029]")


def document_text(title: str, error: str | None, sheets: Iterable[Sheet]) -> str:
    """Return a document as Markdown."""
    parts = [f"# {_escaped(title)}\n"]
    if error:
        parts.append(f"**{_escaped(error)}**\n")
    for sheet in sheets:
        heading = f"## {_escaped(sheet.title)}\n\n" if sheet.title else ""
        parts.append(heading + table_text(sheet.header, sheet.rows))
    return "\n".join(parts)


def table_text(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table as Markdown, which needs a header; an empty string for a table without columns.

    Columns of numbers are aligned right.
    """
    names = header or [""] * (len(rows[0]) if rows else 0)
    if not names:
        return ""
    numbers = number_columns(rows)
    rule = ["---:" if column in numbers else "---" for column in range(len(names))]
    lines = [map(_escaped, names), rule, *(map(_escaped, row) for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _escaped(text: str) -> str:
    """Escape markup and HTML, and turn line ends into breaks."""
    plain = encodable(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _LINE_END.sub("<br>", _MARKUP.sub(r"\\\1", plain.strip()))
