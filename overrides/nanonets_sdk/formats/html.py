"""HTML: plain tables with all text escaped; for notebooks long content is cut, in files it is whole."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Collection, Iterable, Sequence
from html import escape
from itertools import islice
from typing import Final

from nanonets_sdk.formats.rows import Sheet
from nanonets_sdk.formats.safe_text import encodable
from nanonets_sdk.formats.shown import number_columns

_FIELDS: Final = 200
_ROWS: Final = 50
_COLUMNS: Final = 50
_TABLES: Final = 10
_LONGEST: Final = 500
_NUMBER: Final = ' class="number"'


def policy_hash(text: str) -> str:
    """Return the source by which a content security policy allows one style or script."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def heading(tag: str, text: str, note: str = "") -> str:
    """Return a heading; the note follows the text and is never cut."""
    return f"<{tag}>{_escaped(text)}{escape(note)}</{tag}>"


def contents(error: str | None, fields: Sheet, tables: Sequence[Sheet]) -> str:
    """Return what was read from a page or document."""
    problem = f"<p><strong>{_escaped(error)}</strong></p>" if error else ""
    return problem + fields_html(fields) + tables_html(tables)


PAGE_START: Final = (
    '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
    '<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>Documents</title>\n<style>\n'
    "body { font-family: sans-serif; margin: 2em; }\n"
    "table { border-collapse: collapse; margin: 1em 0; }\n"
    "th, td { border: 1px solid #bbb; padding: 0.2em 0.6em; text-align: left; vertical-align: top; }\n"
    ".number { text-align: right; }\n"
    "</style>\n</head>\n<body>\n"
)
"""What a page of documents begins with."""
PAGE_END: Final = "</body>\n</html>\n"
"""What a page of documents ends with."""


def section(title: str, error: str | None, sheets: Iterable[Sheet]) -> str:
    """Return a document as a section of a page, with nothing cut."""
    parts = [f"<h2>{_whole(title)}</h2>"]
    if error:
        parts.append(f"<p><strong>{_whole(error)}</strong></p>")
    for sheet in sheets:
        parts += [f"<h3>{_whole(sheet.title)}</h3>"] if sheet.title else []
        numbers = number_columns(sheet.rows)
        head = f"<thead>{_row('th', sheet.header, numbers)}</thead>" if any(sheet.header) else ""
        parts.append(f"<table>{head}<tbody>{''.join(_row('td', row, numbers) for row in sheet.rows)}</tbody></table>")
    return "<section>\n" + "\n".join(parts) + "\n</section>\n"


def fields_html(fields: Sheet) -> str:
    """Return fields as a table, a row each."""
    return _table(fields, _FIELDS, "fields")


def tables_html(tables: Sequence[Sheet]) -> str:
    """Return tables under their titles."""
    shown = (heading("h4", table.title) + table_html(table) for table in tables[:_TABLES])
    return "".join(shown) + _more(len(tables) - _TABLES, "tables")


def table_html(table: Sheet) -> str:
    """Return a table."""
    return _table(table, _ROWS, "rows")


def _table(sheet: Sheet, limit: int, unit: str) -> str:
    shown = [*islice(sheet.rows, limit)]
    numbers = number_columns(shown)
    head = f"<thead><tr>{_cells('th', sheet.header, numbers)}</tr></thead>" if sheet.header else ""
    body = "".join(f"<tr>{_cells('td', row, numbers)}</tr>" for row in shown)
    return f"<table>{head}<tbody>{body}</tbody></table>{_more(len(sheet.rows) - limit, unit)}"


def _cells(tag: str, texts: Iterable[str], numbers: Collection[int]) -> str:
    # Notebooks have a style of their own, so each cell says where its text goes.
    return "".join(
        f'<{tag} style="text-align:{"right" if column in numbers else "left"}">{_escaped(text)}</{tag}>'
        for column, text in enumerate(islice(texts, _COLUMNS))
    )


def _row(tag: str, texts: Iterable[str], numbers: Collection[int]) -> str:
    cells = (
        f"<{tag}{_NUMBER if column in numbers else ''}>{_whole(text)}</{tag}>" for column, text in enumerate(texts)
    )
    return f"<tr>{''.join(cells)}</tr>"


def _more(count: int, unit: str) -> str:
    return f"<p>… {count} more {unit}</p>" if count > 0 else ""


def _escaped(text: str) -> str:
    return _whole(text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…")


def _whole(text: str) -> str:
    return escape(encodable(text)).replace("\n", "<br>")
