"""Calls of PyPI `ocr-nanonets-wrapper` 1.1, in an environment of its own. See compare.py."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from typing import Any

from recorded_calls import record, settings

nanonets: Any = import_module("nanonets")


def calls() -> Iterator[tuple[str, Callable[[], Any]]]:
    """Yield the name of each call, and the call."""
    given = settings()
    model = nanonets.NANONETSOCR()
    model.endpoint = f"{given['host']}/OCR/FullText"
    yield "set_token", lambda: (model.set_token(given["key"]), model.authentication)
    for kind in ("pdf", "image"):
        file = given[kind]
        yield f"convert_to_string({kind})", partial(model.convert_to_string, file)
        yield f"convert_to_string({kind}, 'none')", partial(model.convert_to_string, file, formatting="none")
        yield f"convert_to_string({kind}, 'lines')", partial(model.convert_to_string, file, formatting="lines")
        yield f"convert_to_boxes({kind})", partial(model.convert_to_boxes, file)
        yield f"convert_to_prediction({kind})", partial(model.convert_to_prediction, file)
    yield "convert_to_prediction(url)", partial(model.convert_to_prediction, given["url"])


record(calls())
