"""Facts about replies that no schema can express: orders, what belongs to what, and which member has which value.

Each fact is a row of `FACTS`. The contract run, the proxy and the fixture hold every reply to them, and the tests of
the client check what it makes of replies that keep them. A member that a reply lacks breaks no fact: which members must
be there is the schema's business.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any, Final

from attrs import frozen

from nanonets_sdk.contract.description.json_values import as_object, children
from nanonets_sdk.contract.judging.exchange import Asked
from nanonets_sdk.contract.judging.problem import Problem

Check = Callable[[Asked, Any], Iterator[str]]
"""Yields the place of each violation, as a JSON pointer."""

_PREDICTIONS: Final = (
    *("ocr_predict_file", "ocr_submit_file", "ocr_predict_urls", "ocr_submit_urls"),
    *("od_predict_file", "od_predict_urls"),
)
_LISTINGS: Final = ("ocr_list_predictions", "ocr_get_file")
_SIDES: Final = ("moderated_images", "unmoderated_images")
_BOXES: Final = ("prediction", "predicted_boxes", "moderated_boxes")
_CLASSES: Final = ("ic_predict_file", "ic_predict_urls", "ml_predict_files", "ml_predict_urls")


@frozen
class Fact:
    """A fact about the replies of some operations.

    Attributes:
        name: The rule in a report.
        says: The fact, as a sentence.
        operations: The operations whose successful replies it holds for.
        check: Yields the place of each violation.
    """

    name: str
    says: str
    operations: tuple[str, ...]
    check: Check


def fact_problems(asked: Asked, value: Any) -> Iterator[Problem]:
    """Yield each fact that a successful reply breaks; the reply fits its schema."""
    operation_id = asked.operation.operation_id if asked.operation else ""
    for fact in FACTS:
        if operation_id in fact.operations:
            yield from (Problem("reply", fact.name, place, fact.says) for place in fact.check(asked, value))


def _entries(value: Any) -> list[tuple[str, dict[str, Any]]]:
    """Return the pages of a prediction with their places; a submission may nest the pages of a file."""
    found: list[tuple[str, dict[str, Any]]] = []
    for index, entry in enumerate(value["result"]):
        inside = children(entry.get("result"))
        pages = [(f"/result/{index}/result/{at}", as_object(page)) for at, page in inside]
        found += pages or [(f"/result/{index}", entry)]
    return found


def _images(value: Any) -> list[tuple[str, dict[str, Any]]]:
    """Return the pages of a listing, or of a reply about one page, with their places."""
    sides = _SIDES if any(side in value for side in _SIDES) else ("result",)
    return [(f"/{side}/{at}", image) for side in sides for at, image in enumerate(value.get(side) or ())]


def _boxes(pages: list[tuple[str, dict[str, Any]]]) -> Iterator[tuple[str, dict[str, Any]]]:
    for place, page in pages:
        for name in _BOXES:
            yield from ((f"{place}/{name}/{at}", box) for at, box in enumerate(page.get(name) or ()))


def _predicted_boxes_have_page_no(_: Asked, value: Any) -> Iterator[str]:
    yield from (f"{place}/page" for place, box in _boxes(_entries(value)) if "page" in box)


def _read_boxes_have_page(_: Asked, value: Any) -> Iterator[str]:
    yield from (f"{place}/page_no" for place, box in _boxes(_images(value)) if "page_no" in box)


def _pages_in_order(_: Asked, value: Any) -> Iterator[str]:
    pages = [(place, page) for place, page in _entries(value) if "page" in page and "request_file_id" in page]
    for (_above, before), (place, page) in pairwise(pages):
        if page["request_file_id"] == before["request_file_id"] and page["page"] <= before["page"]:
            yield f"{place}/page"


def _first_pages(asked: Asked, value: Any) -> Iterator[str]:
    """Check that the first page of each file is its page 0, unless pages were chosen."""
    if asked.body is None or b"pages_to_process" in asked.body:
        return
    seen = set[str]()
    for place, page in _entries(value):
        file_id = page.get("request_file_id", "")
        if file_id and file_id not in seen and page.get("page", 0) != 0:
            yield f"{place}/page"
        seen.add(file_id)


def _one_file(_: Asked, value: Any) -> Iterator[str]:
    pages = [(place, page["request_file_id"]) for place, page in _entries(value) if page.get("request_file_id")]
    yield from (f"{place}/request_file_id" for place, file_id in pages if file_id != pages[0][1])


def _nothing_predicted_yet(_: Asked, value: Any) -> Iterator[str]:
    yield from (f"{place}/prediction" for place, page in _entries(value) if page.get("prediction"))


def _classes_in_order(_: Asked, value: Any) -> Iterator[str]:
    for index, result in enumerate(value["result"]):
        for at, (before, after) in enumerate(pairwise(result["prediction"])):
            if after["probability"] > before["probability"]:
                yield f"/result/{index}/prediction/{at + 1}/probability"


def _counts(_: Asked, value: Any) -> Iterator[str]:
    yield from (f"/{side}_count" for side in _SIDES if value[f"{side}_count"] != len(value[side]))


def _sides(_: Asked, value: Any) -> Iterator[str]:
    for side in _SIDES:
        for at, image in enumerate(value[side]):
            if image.get("is_moderated", side == "moderated_images") != (side == "moderated_images"):
                yield f"/{side}/{at}/is_moderated"


def _one_side_a_file(_: Asked, value: Any) -> Iterator[str]:
    moderated = {image.get("request_file_id", "") for image in value["moderated_images"]} - {""}
    for at, image in enumerate(value["unmoderated_images"]):
        if image.get("request_file_id") in moderated:
            yield f"/unmoderated_images/{at}/request_file_id"


def _that_file(asked: Asked, value: Any) -> Iterator[str]:
    wanted = asked.path_values["request_file_id"]
    yield from (
        f"{place}/request_file_id" for place, one in _images(value) if _is_other(one, "request_file_id", wanted)
    )


def _that_page(asked: Asked, value: Any) -> Iterator[str]:
    yield from (f"{place}/id" for place, one in _images(value) if _is_other(one, "id", asked.path_values["id"]))


def _of_that_model(asked: Asked, value: Any) -> Iterator[str]:
    wanted = asked.path_values["model_id"]
    yield from (f"{place}/model_id" for place, one in _images(value) if _is_other(one, "model_id", wanted))


def _that_model(asked: Asked, value: Any) -> Iterator[str]:
    wanted = asked.path_values.get("model_id") or dict(asked.query).get("modelId", "")
    yield from ["/model_id"] if _is_other(value, "model_id", wanted) else []


def _is_other(thing: dict[str, Any], name: str, wanted: str) -> bool:
    return bool(thing.get(name)) and thing[name] != wanted


def _scores(_: Asked, value: Any) -> Iterator[str]:
    for place, box in _boxes(_entries(value) if "result" in value else _images(value)):
        if not 0 <= box.get("score", 0) <= 1:
            yield f"{place}/score"


FACTS: Final = (
    Fact("page_no of a prediction", "boxes have `page_no` here, and `page` where they are read", _PREDICTIONS,
         _predicted_boxes_have_page_no),
    Fact("page of a read", "boxes have `page` here, and `page_no` where they are predicted",
         (*_LISTINGS, "ocr_get_page"), _read_boxes_have_page),
    Fact("page order", "the pages of a file are in order", _PREDICTIONS, _pages_in_order),
    Fact("first page", "pages count from 0", ("ocr_predict_file", "ocr_submit_file", "od_predict_file"),
         _first_pages),
    Fact("one file", "the pages of a file have one `request_file_id`",
         ("ocr_predict_file", "ocr_submit_file", "od_predict_file"), _one_file),
    Fact("pending", "nothing is predicted when a submission is answered", ("ocr_submit_file", "ocr_submit_urls"),
         _nothing_predicted_yet),
    Fact("class order", "the most probable class comes first", _CLASSES, _classes_in_order),
    Fact("counts", "each count is the length of its list", _LISTINGS, _counts),
    Fact("sides", "`is_moderated` says in which list a page stands", _LISTINGS, _sides),
    Fact("one side", "all pages of a file are in one list", _LISTINGS, _one_side_a_file),
    Fact("that file", "every page is of the file that was asked for", ("ocr_get_file",), _that_file),
    Fact("that page", "the page is the one that was asked for", ("ocr_get_page",), _that_page),
    Fact("of that model", "every page is of the model that was asked", (*_LISTINGS, "ocr_get_page"), _of_that_model),
    Fact("that model", "the model is the one that was asked for",
         ("ocr_get_model", "ic_get_model", "od_get_model", "ml_get_model", "ocr_train", "ic_train", "od_train",
          "ml_train"), _that_model),
    Fact("score", "a score is between 0 and 1", (*_PREDICTIONS, *_LISTINGS, "ocr_get_page"), _scores),
)  # fmt: skip
"""The table of facts; a row says for which operations it holds."""
