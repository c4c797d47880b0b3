"""What was read as rows, against json.loads with csv and with pandas. Each side begins with the bytes of a reply."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from statistics import median
from typing import Any

import pandas as pd

from converting import EDGES
from decoding import listing_bytes
from measuring import Figure, by_turns, ratio_of
from nanonets_api import replies
from nanonets_sdk import Listing, exports
from nanonets_sdk.documents.building import predicted_document
from nanonets_sdk.documents.listing import listing_of
from nanonets_sdk.replies.decode import decode
from nanonets_sdk.replies.source import Raw

SIZE = 60_000_000
ROUNDS = 5
TABLES, LINES, COLUMNS = 200, 40, 6
NAMES = ("item", "description", "quantity", "unit", "price", "amount")


def figures() -> list[Figure]:
    """Tables as CSV, and a listing as an Arrow table and as a data frame."""
    prediction, listing = tables_bytes(TABLES), listing_bytes(SIZE)
    assert _csv(prediction) == _plain_csv(prediction)
    assert exports.to_arrow(_listing(listing)).num_rows == len(_frame(listing))
    size = f"{len(listing) / 1e6:.0f} MB"
    return [
        _figure(f"{TABLES} tables to CSV", "json + csv", lambda: _csv(prediction), lambda: _plain_csv(prediction)),
        _figure(
            f"a listing of {size} to Arrow",
            "json.loads + pandas",
            lambda: exports.to_arrow(_listing(listing)),
            lambda: _frame(listing),
        ),
        _figure(
            f"a listing of {size} to pandas",
            "json.loads + pandas",
            lambda: exports.to_pandas(_listing(listing)),
            lambda: _frame(listing),
        ),
    ]


def _figure(name: str, reference: str, ours: Callable[[], object], theirs: Callable[[], object]) -> Figure:
    seconds = by_turns({"nanonets_sdk": ours, reference: theirs}, ROUNDS)
    return Figure(
        name=name,
        unit="s",
        values={each: median(taken) for each, taken in seconds.items()},
        ratio=ratio_of(seconds["nanonets_sdk"], seconds[reference]),
        reference=reference,
        bound=0.8,
    )


def _csv(content: bytes) -> list[str]:
    texts: list[str] = []
    reply = decode(content, replies.OcrReply, "ocr_predict_file")
    for table in predicted_document(reply, Raw(content)).tables:
        with io.StringIO(newline="") as file:
            table.to_csv(file)
            texts.append(file.getvalue())
    return texts


def _plain_csv(content: bytes) -> list[str]:
    return [
        _plain_table(box["cells"])
        for page in json.loads(content)["result"]
        for box in page["prediction"]
        if box["type"] == "table"
    ]


def _plain_table(cells: list[dict[str, Any]]) -> str:
    height, width = max(cell["row"] for cell in cells), max(cell["col"] for cell in cells)
    header, rows = [""] * width, [[""] * width for _ in range(height)]
    for cell in cells:
        header[cell["col"] - 1] = cell["label"]
        rows[cell["row"] - 1][cell["col"] - 1] = cell["text"].strip()
    with io.StringIO(newline="") as file:
        csv.writer(file).writerows([header, *rows])
        return file.getvalue()


def _listing(content: bytes) -> Listing:
    return listing_of(decode(content, replies.ListingReply, "ocr_list_predictions"), Raw(content))


def _frame(content: bytes) -> pd.DataFrame:
    return pd.DataFrame([*_records(json.loads(content))])


def _records(listing: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for page in (*listing["moderated_images"], *listing["unmoderated_images"]):
        for box in page["moderated_boxes"] or page["predicted_boxes"]:
            if box["type"] == "field":
                yield {
                    "file_name": page["original_file_name"],
                    "request_file_id": page["request_file_id"],
                    "page_index": page["page"],
                    "label": box["label"],
                    "text": box["ocr_text"],
                    "score": box["score"],
                    **{edge: box[edge] for edge in EDGES},
                }


def tables_bytes(number: int) -> bytes:
    """Return a prediction with a table on each page."""
    pages = [
        {
            "message": "Success", "input": "invoice.pdf", "page": page, "request_file_id": f"{1:036}",
            "filepath": "uploadedfiles/1.pdf", "id": f"{page:036}", "rotation": 0,
            "prediction": [
                {
                    "id": f"{page:036}", "label": "table", "xmin": 40, "ymin": 200, "xmax": 580, "ymax": 700,
                    "score": 0.97, "ocr_text": "table", "type": "table", "status": "correctly_predicted",
                    "cells": [_cell(row, col) for row in range(LINES) for col in range(COLUMNS)],
                }
            ],
        }
        for page in range(number)
    ]  # fmt: skip
    return json.dumps({"message": "Success", "result": pages, "signed_urls": {}}).encode()


def _cell(row: int, col: int) -> dict[str, object]:
    return {
        "id": "9f8b4c1e-7d2a-4b3c-8e5f-0a1b2c3d4e5f", "row": row + 1, "col": col + 1, "row_span": 1, "col_span": 1,
        "label": NAMES[col], "xmin": 40 + 90 * col, "ymin": 200 + 12 * row, "xmax": 120 + 90 * col,
        "ymax": 210 + 12 * row, "score": 0.9712, "text": f"{NAMES[col]} {row}.50", "row_label": "",
        "verification_status": "correctly_predicted", "status": "", "failed_validation": "",
        "label_id": "1c2d3e4f-5a6b-4c7d-8e9f-0a1b2c3d4e5f", "lookup_edited": False,
    }  # fmt: skip
