"""Every fact of the table holds for a reply that keeps it and sees the one change that breaks it."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any, Final

import pytest

from nanonets_sdk.contract.judging.exchange import Asked
from nanonets_sdk.contract.judging.facts import FACTS, fact_problems

PAGES: Final = [
    {"page": number, "request_file_id": "f", "prediction": [{"label": "a", "page_no": number, "score": 0.5}]}
    for number in (0, 1)
]
IMAGE: Final = {"id": "p", "model_id": "m", "request_file_id": "f", "predicted_boxes": [{"label": "a", "page": 0}]}
LISTING: Final = {
    "moderated_images_count": 1,
    "unmoderated_images_count": 1,
    "moderated_images": [IMAGE | {"is_moderated": True}],
    "unmoderated_images": [IMAGE | {"is_moderated": False, "request_file_id": "g"}],
}
CLASSES: Final = {"result": [{"prediction": [{"probability": 0.9}, {"probability": 0.9}, {"probability": 0.1}]}]}
PREDICT: Final = ("POST", "/OCR/Model/m/LabelFile")
SUBMIT: Final = ("POST", "/OCR/Model/m/LabelFile/?async=true")
LIST: Final = ("GET", "/Inferences/Model/m/ImageLevelInferences")
FILE: Final = ("GET", "/Inferences/Model/m/InferenceRequestFiles/GetPredictions/f")
PAGE: Final = ("GET", "/Inferences/Model/m/ImageLevelInferences/p")
ONE_FILE: Final = LISTING | {"unmoderated_images_count": 0, "unmoderated_images": []}
SUBMITTED: Final[list[dict[str, Any]]] = [{"page": 0, "request_file_id": "f", "prediction": []}]

Change = Callable[[Any], None]
BROKEN: Final[dict[str, tuple[tuple[str, str], Any, Change]]] = {
    "page_no of a prediction": (PREDICT, {"result": PAGES}, lambda it: it["result"][1]["prediction"][0].update(page=1)),
    "page of a read": (LIST, LISTING, lambda it: it["moderated_images"][0]["predicted_boxes"][0].update(page_no=0)),
    "page order": (PREDICT, {"result": PAGES}, lambda it: it["result"][1].update(page=0)),
    "first page": (PREDICT, {"result": PAGES[:1]}, lambda it: it["result"][0].update(page=1)),
    "one file": (PREDICT, {"result": PAGES}, lambda it: it["result"][1].update(request_file_id="g", page=0)),
    "pending": (SUBMIT, {"result": SUBMITTED}, lambda it: it["result"][0].update(prediction=[{"label": "a"}])),
    "class order": (
        ("POST", "/ImageCategorization/LabelFile"),
        CLASSES,
        lambda it: it["result"][0]["prediction"][2].update(probability=0.95),
    ),
    "counts": (LIST, LISTING, lambda it: it.update(moderated_images_count=2)),
    "sides": (LIST, LISTING, lambda it: it["moderated_images"][0].update(is_moderated=False)),
    "one side": (LIST, LISTING, lambda it: it["unmoderated_images"][0].update(request_file_id="f")),
    "that file": (FILE, ONE_FILE, lambda it: it["moderated_images"][0].update(request_file_id="g")),
    "that page": (PAGE, {"result": [IMAGE]}, lambda it: it["result"][0].update(id="q")),
    "of that model": (LIST, LISTING, lambda it: it["moderated_images"][0].update(model_id="n")),
    "that model": (("GET", "/OCR/Model/m"), {"model_id": "m"}, lambda it: it.update(model_id="n")),
    "score": (PREDICT, {"result": PAGES}, lambda it: it["result"][0]["prediction"][0].update(score=1.5)),
}
"""For each fact a request, a reply that keeps it, and the change that breaks it."""


def rules(request: tuple[str, str], value: Any) -> set[str]:
    """The facts that a reply breaks."""
    return {problem.rule for problem in fact_problems(Asked(*request), value)}


@pytest.mark.parametrize("name", BROKEN)
def test_a_fact_is_kept_and_its_break_is_seen(name: str) -> None:
    request, value, change = BROKEN[name]
    assert rules(request, value) == set()
    broken = deepcopy(value)
    change(broken)
    assert rules(request, broken) == {name}


def test_the_break_of_every_fact_is_tried() -> None:
    assert {*BROKEN} == {fact.name for fact in FACTS}


def test_the_pages_of_a_nested_submission_are_judged_too() -> None:
    nested = {"result": [{"result": [SUBMITTED[0] | {"prediction": [{"label": "a", "page_no": 0}]}]}]}
    assert rules(SUBMIT, nested) == {"pending"}
