"""The questions that the sources leave open, as data: what to send, what to look at, and what counts as an answer.

Each row of `QUESTIONS` is settled by somebody with an account. `settle` sends requests through an `Inquiry`, which
notes the shape of every reply; what it returns is the answer, in words of the API and never a value of the account.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, Final, Literal, TypeAlias

from attrs import frozen

from nanonets_sdk.contract.description.json_values import as_object, objects
from nanonets_sdk.contract.probing.inquiry import Inquiry, Noted
from nanonets_sdk.contract.proving.trials import GONE, UNKNOWN

Needs: TypeAlias = Literal["reads", "changes", "billing"]
Answer: TypeAlias = str | None
_CORRECTION: Final = {"label": "probe", "ocr_text": "probe", "xmin": 0, "ymin": 0, "xmax": 4, "ymax": 4, "is_new": True}


@frozen
class Question:
    """A question about the service.

    Attributes:
        id: A short name for reports.
        asks: The question.
        source: Where the sources leave it open.
        needs: Whether reads settle it, or changes, or calls that may be billed.
        settle: Sends what it takes, and returns the answer; None if the service gave none.
    """

    id: str
    asks: str
    source: str
    needs: Needs
    settle: Callable[[Inquiry], Answer]


def _body(note: Noted) -> str:
    return f"{note.status}, body {note.told_shape}"


def _error(method: str, path: str, **options: Any) -> Callable[[Inquiry], Answer]:
    return lambda inquiry: _body(inquiry.send(method, path, **options))


def _without_a_key(inquiry: Inquiry) -> Answer:
    return _body(inquiry.send("GET", "/ImageCategorization/Models", key="none"))


def _wrong_key(inquiry: Inquiry) -> Answer:
    return _body(inquiry.send("GET", "/ImageCategorization/Models", key="wrong"))


def _model_types(inquiry: Inquiry) -> Answer:
    note = inquiry.send("GET", "/ImageCategorization/Models")
    kinds = sorted({str(one["model_type"]) for one in objects(note.value) if isinstance(one.get("model_type"), str)})
    # They are words of the API; what looks like data is not told.
    return f"model_type is one of {[kind for kind in kinds if kind.replace('_', '').isalpha()]}"


def _spellings(inquiry: Inquiry) -> Answer:
    plain, slash = (inquiry.send("GET", f"/ImageCategorization/Models{end}") for end in ("", "/"))
    return f"{plain.status} without a slash, {slash.status} with one"


def _id_in_the_query(inquiry: Inquiry) -> Answer:
    notes = [inquiry.send("GET", "/ImageCategorization/Model", query={name: UNKNOWN}) for name in ("modelId", "id")]
    return f"unknown under modelId: {notes[0].status}, under id: {notes[1].status}"


def _bad_request(inquiry: Inquiry) -> Answer:
    path = f"/Inferences/Model/{inquiry.model}/ImageLevelInferences"
    return _body(inquiry.send("GET", path, query={"start_day_interval": "today"}))


def _no_interval(inquiry: Inquiry) -> Answer:
    return _body(inquiry.send("GET", f"/Inferences/Model/{inquiry.model}/ImageLevelInferences"))


def _of_another_model(inquiry: Inquiry) -> Answer:
    others = [one for one in inquiry.world.categories if one != inquiry.world.archive_model]
    other = others[0] if others else inquiry.empty_model()
    if not (other and inquiry.world.page):
        return None
    note = inquiry.send("GET", f"/Inferences/Model/{other}/ImageLevelInferences/{inquiry.world.page}")
    return _body(note)


def _review_link(inquiry: Inquiry) -> Answer:
    path = f"/Inferences/Model/{inquiry.model}/ValidationUrl/{inquiry.file}"
    query = {
        "expires": str(int(time.time()) + 3600),
        "redirect": "https://example.org/",
        "callback": "https://example.org/",
    }
    note = inquiry.send("GET", path, query=query, is_review=True)
    return f"GET: {note.status}, {note.content_type or 'no media type'}"


def _pending(inquiry: Inquiry) -> Answer:
    submitted = inquiry.submit()
    if submitted is None:
        return None
    page = inquiry.send("GET", _page_path(inquiry, submitted.page))
    file = inquiry.send("GET", _file_path(inquiry, submitted.file))
    return f"page: {_body(page)}; file: {_body(file)}"


def _page_path(inquiry: Inquiry, page_id: str) -> str:
    return f"/Inferences/Model/{inquiry.model}/ImageLevelInferences/{page_id}"


def _file_path(inquiry: Inquiry, file_id: str) -> str:
    return f"/Inferences/Model/{inquiry.model}/InferenceRequestFiles/GetPredictions/{file_id}"


def _review(action: str) -> Callable[[Inquiry], Answer]:
    def settle(inquiry: Inquiry) -> Answer:
        note = inquiry.send("POST", f"/Inferences/Model/{inquiry.model}/ImageLevelInferences/{action}/{inquiry.file}")
        return f"{_body(note)}; then the file is {_side(inquiry)}"

    return settle


def _side(inquiry: Inquiry) -> str:
    value = as_object(inquiry.send("GET", _file_path(inquiry, inquiry.file)).value)
    if not value:
        return "not readable"
    return "among the moderated" if value.get("moderated_images") else "among the others"


def _correction(route: str, **query: str) -> Callable[[Inquiry], Answer]:
    def settle(inquiry: Inquiry) -> Answer:
        world = inquiry.world
        body = {
            "id": world.page,
            "day_since_epoch": world.day,
            "hour_of_day": world.hour,
            "moderated_boxes": [_CORRECTION],
        }
        note = inquiry.send("PATCH", f"/Inferences/Model/{inquiry.model}/{route}", json=body, query=query)
        read = inquiry.send("GET", _page_path(inquiry, world.page)).value
        kept = any(one.get("label") == "probe" for one in objects(read))
        return f"{_body(note)}; the box {'stands' if kept else 'does not stand'} in the page"

    return settle


def _boxes_alone(inquiry: Inquiry) -> Answer:
    path = f"/Inferences/Model/{inquiry.model}/ImageLevelInference"
    body = {"moderated_boxes": [_CORRECTION]}
    return _body(inquiry.send("PATCH", path, json=body, query={"use_ui_version": "true"}))


def _of_files(path: str, **more: str) -> Callable[[Inquiry], Answer]:
    def settle(inquiry: Inquiry) -> Answer:
        body = {"file_ids": [inquiry.file], **more}
        known = inquiry.send("POST", path.format(model=inquiry.model), json=body)
        unknown = inquiry.send("POST", path.format(model=inquiry.model), json={**body, "file_ids": [UNKNOWN]})
        return f"{_body(known)}; an unknown file: {_body(unknown)}"

    return settle


def _retry_prediction(inquiry: Inquiry) -> Answer:
    file = inquiry.predicted()
    if file is None:
        return None
    path = f"/ObjectDetection/Model/{inquiry.model}/RetryPrediction"
    note = inquiry.send("POST", path, json={"file_ids": [file]})
    after = inquiry.send("GET", _file_path(inquiry, file))
    return f"{_body(note)}; the file is then {_body(after)}"


def _deleted(inquiry: Inquiry) -> Answer:
    file = inquiry.predicted()
    if file is None:
        return None
    gone = inquiry.send("DELETE", f"/Inferences/Model/{inquiry.model}/InferenceRequestFiles/{file}")
    read = inquiry.send("GET", _file_path(inquiry, file))
    today = int(time.time()) // 86_400
    interval = {"start_day_interval": str(today - 1), "current_batch_day": str(today)}
    listing = inquiry.send("GET", f"/Inferences/Model/{inquiry.model}/ImageLevelInferences", query=interval)
    is_listed = any(one.get("request_file_id") == file for one in objects(listing.value))
    marked = any(one.get("is_deleted") is True for one in objects(read.value))
    listed = "is in the listing" if is_listed else "is not in the listing"
    return f"{_body(gone)}; the file then: {read.status}{', marked' if marked else ''}, and {listed}"


def _not_ready(inquiry: Inquiry) -> Answer:
    return _body(inquiry.send("POST", f"/OCR/Model/{inquiry.empty_model()}/Train"))


def _one_category(inquiry: Inquiry) -> Answer:
    note = inquiry.send("POST", "/OCR/Model", json={"categories": ["probe"], "model_type": "ocr"})
    return f"one category: {note.status}"


def _partial(inquiry: Inquiry) -> Answer:
    note = inquiry.send("POST", f"/OCR/Model/{inquiry.model}/LabelUrls", form={"urls": [GONE]})
    return _body(note)


def _first_page(inquiry: Inquiry) -> Answer:
    statuses = {number: inquiry.predict(pages_to_process=number).status for number in ("0", "1", "1-1", "1:1")}
    return ", ".join(f"{number!r}: {status}" for number, status in statuses.items())


def _languages(inquiry: Inquiry) -> Answer:
    statuses = {code: inquiry.predict(query={"l": code}).status for code in ("en", "eng", "xx")}
    return ", ".join(f"{code!r}: {status}" for code, status in statuses.items())


def _base64(inquiry: Inquiry) -> Answer:
    beside = inquiry.predict(base64_data="")
    alone = inquiry.send("POST", f"/OCR/Model/{inquiry.model}/LabelFile", form={"base64_data": "JVBERi0xLjQK"})
    return f"beside a file: {beside.status}; alone: {_body(alone)}"


def _submission(inquiry: Inquiry) -> Answer:
    submitted = inquiry.submit()
    return None if submitted is None else f"pages are {'nested' if submitted.is_nested else 'flat'}"


def _text_url(inquiry: Inquiry) -> Answer:
    note = inquiry.text(urls=[GONE])
    value = as_object(note.value)
    key = next((name for name in ("results", "result") if isinstance(value.get(name), list)), None)
    if key is None:
        return _body(note)
    return f"{note.status}, {len(value[key])} entries for a file and a URL that fails, under {key}"


def _assignment(inquiry: Inquiry) -> Answer:
    return _of_files("/team/members/model/{model}/assign/files", member="nobody@example.org")(inquiry)


_ERRORS: Final = "400, 401, 402, 404 and 429: bodies"
_REVIEWS: Final = "replies and statuses of the review calls"
QUESTIONS: Final = (
    Question("error-401-none", "How is a request without a key answered?", _ERRORS, "reads", _without_a_key),
    Question("error-401-wrong", "How is a wrong key answered?", _ERRORS, "reads", _wrong_key),
    Question("error-404-model", "How is an unknown model answered?", _ERRORS, "reads",
             _error("GET", f"/OCR/Model/{UNKNOWN}")),
    Question("error-404-page", "How is an unknown page answered?", _ERRORS, "reads",
             lambda inquiry: _body(inquiry.send("GET", _page_path(inquiry, UNKNOWN)))),
    Question("error-404-file", "How is an unknown file answered?", _ERRORS, "reads",
             lambda inquiry: _body(inquiry.send("GET", _file_path(inquiry, UNKNOWN)))),
    Question("error-404-other", "How is a page of another model answered?", _ERRORS, "reads", _of_another_model),
    Question("error-400", "How is a day that is not a number answered?", _ERRORS, "reads", _bad_request),
    Question("slashes", "Is a route served with and without a slash?", "contradictory samples", "reads", _spellings),
    Question("model-types", "How are the kinds of models called?", "multi-label: no source", "reads", _model_types),
    Question("model-id", "Is the id of a model modelId or id?", "table against samples", "reads", _id_in_the_query),
    Question("no-interval", "What does a listing without days give?", "listing: not documented", "reads", _no_interval),
    Question("review-link", "How is a GET for a review link answered?", "GET or POST", "reads", _review_link),
    Question("approve", "What does an approval answer, and do?", _REVIEWS, "changes", _review("Verify")),
    Question("approve-twice", "What does a second approval answer?", _REVIEWS, "changes", _review("Verify")),
    Question("unapprove", "What does a withdrawal answer, and do?", _REVIEWS, "changes", _review("UnVerify")),
    Question("unapprove-twice", "What does a withdrawal without an approval answer?", _REVIEWS, "changes",
             _review("UnVerify")),
    Question("update-page", "What does the documented correction answer, and do?", _REVIEWS, "changes",
             _correction("ImageLevelInference", use_ui_version="true")),
    Question("update-boxes", "What does the correction of boxes answer, and do?", _REVIEWS, "changes",
             _correction("ImageLevelInferenceModeratedBoxes")),
    Question("update-alone", "Does a correction need the page's id?", "two sources differ", "changes", _boxes_alone),
    Question("retry-exports", "What does a repetition of exports answer?", _REVIEWS, "changes",
             _of_files("/Inferences/Model/{model}/ImageLevelInferences/retryallexports")),
    Question("assign", "What does an assignment answer?", _REVIEWS, "changes", _assignment),
    Question("train-not-ready", "How is training without files answered?", "400 or 409", "changes", _not_ready),
    Question("one-category", "May an OCR model have one category?", "description against sample", "changes",
             _one_category),
    Question("pending", "What do reads of pending files answer?", "status while pending", "billing", _pending),
    Question("submission", "Are the pages of a submission nested?", "example against clients", "billing", _submission),
    Question("delete", "What does a deletion answer, and what is left?", "listing after delete", "billing", _deleted),
    Question("retry-prediction", "What does a repeated prediction answer?", _REVIEWS, "billing", _retry_prediction),
    Question("partial", "Which status has a URL that fails?", "202 or 206", "billing", _partial),
    Question("pages", "Do pages count from 1? Are there ranges?", "page numbering", "billing", _first_page),
    Question("languages", "Which language codes are accepted?", "language codes", "billing", _languages),
    Question("base64", "What is base64_data?", "no description", "billing", _base64),
    Question("text-url", "What does a full text say of a URL that fails?", "full text", "billing", _text_url),
)  # fmt: skip
"""The table of questions."""

NOT_PROBED: Final[Mapping[str, str]] = {
    "error-402": "it takes an account whose free calls are used up",
    "error-429": "it takes more calls in a minute than a probe may send",
    "stages": "it takes a model with several stages of review, which are made in the web application",
    "webhooks": "webhooks are made in the web application; `nanonets mock` plays them",
    "size-limit": "it takes bodies large enough to be a burden",
    "billing": "what was billed is shown in the web application alone",
}
"""What is open too, and why a probe does not ask it."""
