"""The calls that tests of the mock make most often, over plain HTTP."""

from __future__ import annotations

import httpx

from nanonets_sdk.mock import MockServer
from samples import INVOICE


def get_model(http: httpx.Client, mock: MockServer) -> httpx.Response:
    """Read the built-in model."""
    return http.get(f"/OCR/Model/{mock.model_id}")


def predict(http: httpx.Client, mock: MockServer, **data: str) -> httpx.Response:
    """Have the invoice read, and wait for the result; `data` are further parts of the form."""
    return http.post(f"/OCR/Model/{mock.model_id}/LabelFile", files={"file": INVOICE.read_bytes()}, data=data)


def submit(http: httpx.Client, mock: MockServer, end: str = "/") -> httpx.Response:
    """Have the invoice read without waiting; `end` is what follows the path."""
    files = {"file": ("invoice.pdf", INVOICE.read_bytes(), "application/pdf")}
    return http.post(f"/OCR/Model/{mock.model_id}/LabelFile{end}", params={"async": "true"}, files=files)
