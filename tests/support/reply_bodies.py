"""Builds bodies of replies about documents, and the documents that the client makes of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from nanonets_api.replies import ListingReply, OcrReply
from nanonets_sdk.documents import Document
from nanonets_sdk.documents.building import predicted_document, stored_document
from nanonets_sdk.replies.decode import decode
from nanonets_sdk.replies.source import Raw

A4 = (600, 840)


def edges(xmin: int, ymin: int, xmax: int, ymax: int) -> dict[str, int]:
    """Return the edges of a box."""
    return {"xmin": xmin, "ymin": ymin, "xmax": xmax, "ymax": ymax}


def field_box(label: str, text: str, place: Sequence[int] = (0, 0, 0, 0), **members: Any) -> dict[str, Any]:
    """Return a field in the form of a reply."""
    return {"label": label, "ocr_text": text, "type": "field", "score": 0.9, **edges(*place), **members}


def cell(row: int, col: int, text: str, label: str = "", **members: Any) -> dict[str, Any]:
    """Return a cell in the form of a reply."""
    place = edges(60 * col, 20 * row, 60 * col + 58, 20 * row + 18)
    spans = {"row_span": 1, "col_span": 1}
    return {"row": row, "col": col, "text": text, "label": label, "score": 0.9, **spans, **place, **members}


def table_box(cells: Iterable[dict[str, Any]], label: str = "table", **members: Any) -> dict[str, Any]:
    """Return a table in the form of a reply."""
    return {"label": label, "ocr_text": "table", "type": "table", "score": 0.9, "cells": [*cells], **members}


def grid(rows: Iterable[Sequence[str]], header: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Return the cells of a table from their text."""
    labels = [*header, *[""] * 99]
    return [
        cell(row, col, text, labels[col - 1]) for row, texts in enumerate(rows, 1) for col, text in enumerate(texts, 1)
    ]


def prediction_body(pages: Iterable[Sequence[dict[str, Any]]], **members: Any) -> bytes:
    """Return the body of a prediction reply with these boxes on each page."""
    width, height = A4
    result = [
        {
            "message": "Success",
            "input": "sample.pdf",
            "prediction": [*boxes],
            "page": number,
            "request_file_id": "6e3c58b6-6b37-4b8a-8d0c-2b7f4f6f3a10",
            "size": {"width": width, "height": height},
            **members,
        }
        for number, boxes in enumerate(pages)
    ]
    return json.dumps({"message": "Success", "result": result}).encode()


def predicted(*pages: Sequence[dict[str, Any]], **members: Any) -> Document:
    """Return the document of a prediction reply with these boxes on its pages."""
    return read_prediction(prediction_body(pages, **members))


def read_prediction(body: bytes) -> Document:
    """Return the document of a prediction reply."""
    return predicted_document(decode(body, OcrReply, "ocr_predict_file"), Raw(body))


def moderated(predicted_boxes: Sequence[dict[str, Any]], moderated_boxes: Sequence[dict[str, Any]]) -> Document:
    """Return the document of a listing with one approved page."""
    image = {
        "id": "page",
        "page": 0,
        "request_file_id": "file",
        "is_moderated": True,
        "predicted_boxes": [*predicted_boxes],
        "moderated_boxes": [*moderated_boxes],
    }
    body = json.dumps({"moderated_images": [image], "unmoderated_images": []}).encode()
    return stored_document(decode(body, ListingReply, "ocr_get_file"), Raw(body))
