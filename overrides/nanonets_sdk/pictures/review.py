"""Review pages: one HTML file to look through a document, that needs nothing but a browser."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import math
from html import escape
from importlib.resources import files
from typing import Any, Final

from nanonets_sdk.documents import Box, Cell, Document, Field, Page, Table
from nanonets_sdk.formats.safe_text import encodable
from nanonets_sdk.pictures.confidence import level_of
from nanonets_sdk.pictures.source import PageImages

_LEGIBLE: Final = 1600
"""Pixels of the longer side of an embedded page image."""
_QUALITY: Final = 80


def review_html(document: Document, images: PageImages) -> str:
    """A page to look through a document.

    Nothing that was read is ever markup: it travels as JSON, without a `<`, and is shown by `textContent`. The page
    allows itself its own style and script, by their hashes, and pictures that are in it; no address at all.
    """
    style, script = _asset("review.css"), _asset("review.js")
    title = encodable(document.file_name or document.request_file_id or "Document")
    parts = {
        "policy": _policy(style, script),
        "title": escape(title),
        "style": style,
        "data": _json(_data(document, title, images)),
        "script": script,
    }
    pieces = _asset("review.html").split("%%")
    return "".join(parts[piece] if number % 2 else piece for number, piece in enumerate(pieces))


def _policy(style: str, script: str) -> str:
    return (
        f"default-src 'none'; img-src data:; style-src {_hash(style)}; script-src {_hash(script)}; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _asset(name: str) -> str:
    return (files("nanonets_sdk.pictures") / "assets" / name).read_text(encoding="utf-8")


def _json(value: Any) -> str:
    """JSON that cannot end the element that it stands in."""
    text = json.dumps(value, ensure_ascii=True, allow_nan=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _data(document: Document, title: str, images: PageImages) -> dict[str, Any]:
    return {
        "title": title,
        "error": document.error,
        "moderated": document.is_moderated,
        "pages": [_page(page, images) for page in document.pages],
    }


def _page(page: Page, images: PageImages) -> dict[str, Any]:
    longest = max(page.width, page.height)
    picture = images.image(page, _LEGIBLE / longest if longest else 2.0)
    size = (page.width or picture.width // 2, page.height or picture.height // 2)
    with io.BytesIO() as target:
        picture.save(target, "JPEG", quality=_QUALITY, optimize=True, progressive=True)
        content = base64.b64encode(target.getvalue()).decode("ascii")
    return {
        "number": page.number + 1,
        "width": size[0],
        "height": size[1],
        "image": f"data:image/jpeg;base64,{content}",
        "error": page.error,
        "fields": [{"label": item.label, "note": item.validation_message, **_item(item)} for item in page.fields.all()],
        "tables": [_table(table) for table in page.tables],
    }


def _table(table: Table) -> dict[str, Any]:
    """A table as rows of what begins in each of them; a cell that spans takes the place of those it covers."""
    rows: list[list[dict[str, Any]]] = [[] for _ in range(table.grid.height)]
    for (line, column), cell in sorted(table.grid.covered.items(), key=lambda entry: entry[0]):
        begins = table.grid.place(cell) == (line, column)
        rows[line].append({"column": column, **(_item(cell) if begins else {"spanned": True})})
    return {"label": table.label or "table", "header": table.header, "width": table.grid.width, "rows": rows}


def _item(thing: Field | Cell) -> dict[str, Any]:
    score = thing.score if thing.score is not None and math.isfinite(thing.score) else None
    return {"text": thing.text, "score": score, "level": level_of(score), "box": _corners(thing.box)}


def _corners(box: Box | None) -> list[int] | None:
    """Left, top, width and height; None for a box that has no area."""
    return [box.xmin, box.ymin, box.width, box.height] if box and box.area else None
