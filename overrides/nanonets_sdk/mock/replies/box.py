"""Fields, tables and cells."""

from typing import Any, Literal

import msgspec

from nanonets_sdk.mock.state.identities import label_id
from nanonets_sdk.mock.state.records import Box, BoxJson, Cell, OcrText, PageRecord

PageKey = Literal["page_no", "page"]
"""The key of a box's page: the service says `page_no` in replies to predictions and `page` in replies to reads."""


def box_body(box: Box, page: PageRecord, page_key: PageKey) -> dict[str, Any]:
    """Return `Box` of the description; an object that was detected has neither text nor type."""
    if box.kind == "object":
        sides = {"xmin": box.xmin, "ymin": box.ymin, "xmax": box.xmax, "ymax": box.ymax}
        return {"id": box.box_id, "label": box.label, **sides, "score": box.score, page_key: page.number}
    body: dict[str, Any] = {
        "id": box.box_id,
        "label": box.label,
        "xmin": box.xmin,
        "ymin": box.ymin,
        "xmax": box.xmax,
        "ymax": box.ymax,
        "score": box.score,
        "ocr_text": box.text,
        "type": box.kind,
        "status": box.status,
        page_key: page.number,
        "label_id": label_id(page.model_id, box.label) if box.kind == "field" else "",
    }
    if box.kind == "table":
        body["cells"] = [_cell_body(cell, page.model_id) for cell in box.cells]
    return body


def box_json(box: Box, page: PageRecord) -> BoxJson:
    """Return a box in the form of a reply to a read, to be stored as a person left it."""
    members = box_body(box, page, "page").items()
    return {name: msgspec.Raw(msgspec.json.encode(value)) for name, value in members}


def _cell_body(cell: Cell, model_id: str) -> dict[str, Any]:
    return {
        "id": cell.cell_id,
        "row": cell.row,
        "col": cell.col,
        "row_span": cell.row_span,
        "col_span": cell.col_span,
        "label": cell.label,
        "xmin": cell.xmin,
        "ymin": cell.ymin,
        "xmax": cell.xmax,
        "ymax": cell.ymax,
        "score": cell.score,
        "text": cell.text,
        "row_label": "",
        "verification_status": cell.status,
        "status": "",
        "failed_validation": "",
        "label_id": label_id(model_id, cell.label) if cell.label else "",
    }


def text_body(word: OcrText, page: int) -> dict[str, Any]:
    """Return `OcrText` of the description."""
    return {
        "id": "",
        "label": "",
        "xmin": word.xmin,
        "ymin": word.ymin,
        "xmax": word.xmax,
        "ymax": word.ymax,
        "score": 0,
        "ocr_text": word.text,
        "page": page,
    }
