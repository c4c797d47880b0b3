"""Review pages: one HTML file to look through a document, which needs nothing but a browser."""

from __future__ import annotations

import base64
import io
import json
import math
from html import escape
from importlib.resources import files
from typing import Any, Final

from nanonets_sdk.formats.html import policy_hash
from nanonets_sdk.formats.safe_text import encodable
from nanonets_sdk.pictures.confidence import level_of
from nanonets_sdk.pictures.page import DocumentLike, PageLike, ScoredText, TableLike
from nanonets_sdk.pictures.source import ImageOf

_LEGIBLE: Final = 1600
"""Pixels of the longer side of an embedded page image."""
_QUALITY: Final = 80


def review_html(document: DocumentLike, image_of: ImageOf) -> str:
    """Return the review page of a document.

    Everything in it may be hostile, file names included. Two independent defences: what was read is never markup, as it
    travels as JSON and is shown by `textContent`; and the content security policy allows nothing but the page's own
    style and script, by their hashes, and pictures that are in it.
    """
    style, script = _asset("review.css"), _asset("review.js")
    title = document.file_name or document.request_file_id or "Document"
    data = {
        "title": title,
        "error": document.error,
        "moderated": document.is_moderated,
        "pages": [_page(page, image_of) for page in document.pages],
    }
    text = encodable(json.dumps(data, ensure_ascii=False, allow_nan=False))
    parts = {
        "policy": (
            f"default-src 'none'; img-src data:; style-src {policy_hash(style)}; script-src {policy_hash(script)}; "
            "base-uri 'none'; form-action 'none'"
        ),
        "title": escape(encodable(title)),
        "style": style,
        # JSON can write these characters as escapes, and then cannot end the element it is in.
        "data": text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"),
        "script": script,
    }
    # Split once, so that a placeholder in a file name is not replaced.
    pieces = _asset("review.html").split("%%")
    return "".join(parts[piece] if number % 2 else piece for number, piece in enumerate(pieces))


def _asset(name: str) -> str:
    return (files("nanonets_sdk.pictures") / "assets" / name).read_text(encoding="utf-8")


def _page(page: PageLike, image_of: ImageOf) -> dict[str, Any]:
    longest = max(page.width, page.height)
    picture = image_of(page, _LEGIBLE / longest if longest else 2.0)
    with io.BytesIO() as target:
        picture.save(target, "JPEG", quality=_QUALITY, optimize=True, progressive=True)
        content = base64.b64encode(target.getvalue()).decode("ascii")
    return {
        "number": page.number + 1,
        "width": page.width or picture.width // 2,
        "height": page.height or picture.height // 2,
        "image": f"data:image/jpeg;base64,{content}",
        "error": page.error,
        "fields": [{"label": item.label, "note": item.validation_message, **_item(item)} for item in page.fields.all()],
        "tables": [_table(table) for table in page.tables],
    }


def _table(table: TableLike) -> dict[str, Any]:
    rows: list[list[dict[str, Any]]] = [[] for _ in range(table.grid.height)]
    for place, cell in sorted(table.grid.covered.items(), key=lambda entry: entry[0]):
        begins = table.grid.place(cell) == place
        rows[place[0]].append({"column": place[1], **(_item(cell) if begins else {"spanned": True})})
    return {"label": table.label or "table", "header": table.header, "width": table.grid.width, "rows": rows}


def _item(thing: ScoredText) -> dict[str, Any]:
    score = thing.score if thing.score is not None and math.isfinite(thing.score) else None
    box = thing.box if thing.box and thing.box.area else None
    corners = [box.xmin, box.ymin, box.width, box.height] if box else None
    return {"text": thing.text, "score": score, "level": level_of(score), "box": corners}
