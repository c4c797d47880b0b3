"""Review pages: one HTML file to look through a document, which needs nothing but a browser.

`nanonets_sdk.review` serves the same page with what it takes to edit. What both share is here: the records that the
script shows, the style and the script.
"""

from __future__ import annotations

import base64
import io
import json
import math
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from nanonets_sdk.formats.html import policy_hash
from nanonets_sdk.formats.safe_text import encodable
from nanonets_sdk.layout.geometry import Box
from nanonets_sdk.layout.grid import Grid
from nanonets_sdk.pictures.confidence import level_of
from nanonets_sdk.pictures.page import CellLike, DocumentLike, PageLike, ScoredText, TableLike
from nanonets_sdk.pictures.source import ImageOf

if TYPE_CHECKING:
    from collections.abc import Mapping

_LEGIBLE: Final = 1600
"""Pixels of the longer side of an embedded page image."""
_QUALITY: Final = 80


def review_html(document: DocumentLike, image_of: ImageOf) -> str:
    """Return the review page of a document.

    Everything in it may be hostile, file names included. Two independent defences: what was read is never markup, as it
    travels as JSON and is shown by `textContent`; and the content security policy allows nothing but the page's own
    style and script, by their hashes, and pictures that are in it.
    """
    style, script = asset("review.css"), asset("review.js")
    title = document.file_name or document.request_file_id or "Document"
    data = {
        "title": title,
        "error": document.error,
        "moderated": document.is_moderated,
        "pages": [_page(page, image_of) for page in document.pages],
    }
    parts = {
        "policy": (
            f"default-src 'none'; img-src data:; style-src {policy_hash(style)}; script-src {policy_hash(script)}; "
            "base-uri 'none'; form-action 'none'"
        ),
        "title": escape(encodable(title)),
        "style": style,
        "data": json_element(data),
        "script": script,
    }
    return filled(asset("review.html"), parts)


def asset(name: str) -> str:
    """Return a file of the page that is part of the package."""
    return (files("nanonets_sdk.pictures") / "assets" / name).read_text(encoding="utf-8")


def filled(template: str, parts: Mapping[str, str]) -> str:
    """Return a template with each `%%name%%` replaced."""
    # Split once, so that a placeholder in a file name is not replaced.
    pieces = template.split("%%")
    return "".join(parts[piece] if number % 2 else piece for number, piece in enumerate(pieces))


def json_element(data: Any) -> str:
    """Return JSON for the inside of a script element."""
    text = encodable(json.dumps(data, ensure_ascii=False, allow_nan=False))
    # JSON can write these characters as escapes, and then cannot end the element it is in.
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def page_jpeg(page: PageLike, image_of: ImageOf) -> tuple[bytes, tuple[int, int]]:
    """Return the image of a page as a legible JPEG, and the size that the coordinates of its boxes refer to."""
    longest = max(page.width, page.height)
    picture = image_of(page, _LEGIBLE / longest if longest else 2.0)
    with io.BytesIO() as target:
        picture.save(target, "JPEG", quality=_QUALITY, optimize=True, progressive=True)
        return target.getvalue(), (page.width or picture.width // 2, page.height or picture.height // 2)


def item_of(thing: ScoredText) -> dict[str, Any]:
    """Return what the page shows of a field or cell."""
    score = thing.score if thing.score is not None and math.isfinite(thing.score) else None
    return {"text": thing.text, "score": score, "level": level_of(score), "box": corners_of(thing.box)}


def corners_of(box: Box | None) -> list[int] | None:
    """Return left, top, width and height of a box; None if there is nothing to draw."""
    return [box.xmin, box.ymin, box.width, box.height] if box and box.area else None


def grid_of(grid: Grid[Any]) -> dict[str, Any]:
    """Return the size of a table and the places that spans of its cells cover."""
    covered = [place for place, cell in grid.covered.items() if grid.place(cell) != place]
    return {"width": grid.width, "height": grid.height, "spanned": sorted(covered)}


def cell_of(cell: CellLike, grid: Grid[Any]) -> dict[str, Any]:
    """Return what the page shows of a cell."""
    row, column = grid.place(cell)
    return {"row": row, "column": column, **item_of(cell)}


def _page(page: PageLike, image_of: ImageOf) -> dict[str, Any]:
    picture, (width, height) = page_jpeg(page, image_of)
    content = base64.b64encode(picture).decode("ascii")
    return {
        "number": page.number + 1,
        "width": width,
        "height": height,
        "image": f"data:image/jpeg;base64,{content}",
        "error": page.error,
        "fields": [
            {"label": item.label, "note": item.validation_message, **item_of(item)} for item in page.fields.all()
        ],
        "tables": [_table(table) for table in page.tables],
    }


def _table(table: TableLike) -> dict[str, Any]:
    cells = [cell_of(cell, table.grid) for cell in table.grid.cells]
    return {"label": table.label or "table", "header": table.header, "cells": cells, **grid_of(table.grid)}
