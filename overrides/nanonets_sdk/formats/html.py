"""HTML for notebooks: plain tables, with all text escaped and long content cut. Also what whole pages need."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Sequence
from html import escape
from itertools import islice
from typing import Final

from nanonets_sdk.formats.rows import Sheet
from nanonets_sdk.formats.safe_text import encodable

_FIELDS: Final = 200
_ROWS: Final = 50
_COLUMNS: Final = 50
_TABLES: Final = 10
_LONGEST: Final = 500


def policy_hash(text: str) -> str:
    """Return the source by which a content security policy allows one style or script."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def heading(tag: str, text: str, note: str = "") -> str:
    """Return a heading; the note follows the text and is never cut."""
    return f"<{tag}>{_escaped(text)}{escape(note)}</{tag}>"


def contents(error: str | None, fields: Sheet, tables: Sequence[Sheet]) -> str:
    """Return what was read from a page or document."""
    problem = f"<p><strong>{_escaped(error)}</strong></p>" if error else ""
    shown = (heading("h4", table.title) + table_html(table) for table in tables[:_TABLES])
    return problem + fields_html(fields) + "".join(shown) + _more(len(tables) - _TABLES, "tables")


def fields_html(fields: Sheet) -> str:
    """Return fields as a table, a row each."""
    return _table(fields, _FIELDS, "fields")


def table_html(table: Sheet) -> str:
    """Return a table."""
    return _table(table, _ROWS, "rows")


def _table(sheet: Sheet, limit: int, unit: str) -> str:
    head = f"<thead><tr>{_cells('th', sheet.header)}</tr></thead>" if sheet.header else ""
    body = "".join(f"<tr>{_cells('td', row)}</tr>" for row in islice(sheet.rows, limit))
    return f"<table>{head}<tbody>{body}</tbody></table>{_more(len(sheet.rows) - limit, unit)}"


def _cells(tag: str, texts: Iterable[str]) -> str:
    return "".join(f'<{tag} style="text-align:left">{_escaped(text)}</{tag}>' for text in islice(texts, _COLUMNS))


def _more(count: int, unit: str) -> str:
    return f"<p>… {count} more {unit}</p>" if count > 0 else ""


def _escaped(text: str) -> str:
    cut = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
    return escape(encodable(cut)).replace("\n", "<br>")
