"""Calls of PyPI `nanonets` 2.0.5, in an environment of its own. See compare.py."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from typing import Any

from recorded_calls import record, settings

nanonets: Any = import_module("nanonets")


def new_model(family: str, categories: list[str]) -> Any:
    """Return a model that was created on the mock."""
    # Without an id, the constructor itself creates a model at the public service, before a host can be set.
    model = model_of(family, categories, "none")
    (model.create_model if family == "OCR" else model._create_model)(categories)
    return model


def model_of(family: str, categories: list[str], model_id: str) -> Any:
    """Return a model of the mock."""
    model = getattr(nanonets, family)(settings()["key"], categories, model_id)
    model.host = settings()["host"] + "/"
    return model


def calls() -> Iterator[tuple[str, Callable[[], Any]]]:
    """Yield the name of each call, and the call."""
    given = settings()
    for family, case in given["families"].items():
        model = new_model(family, case["categories"])
        first, second = case["training"]
        yield f"{family}.create", partial(getattr, model, "model_id")
        yield f"{family}.upload_image_files", partial(model.upload_image_files, first)
        yield f"{family}.train", partial(model.train, second)
        yield f"{family}._check_model_state", model._check_model_state
        predicting = model_of(family, case["categories"], case.get("predicting") or model.model_id)
        file, files, url = case["file"], case["files"], case["url"]
        yield f"{family}.predict_for_file", partial(predicting.predict_for_file, file)
        yield f"{family}.predict_for_files", partial(predicting.predict_for_files, files)
        yield f"{family}.predict_for_url", partial(predicting.predict_for_url, url)
        yield f"{family}.predict_for_urls", partial(predicting.predict_for_urls, [url])
        other = new_model(family, case["categories"])
        path, answer = next(iter(first.items()))
        yield f"{family}.upload_image_file", partial(other.upload_image_file, path, answer)
        yield f"{family}.upload_image_url", partial(other.upload_image_url, url, answer)
        yield f"{family}.upload_image_urls", partial(other.upload_image_urls, case["by_url"])


record(calls())
