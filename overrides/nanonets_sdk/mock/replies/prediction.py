"""Replies to prediction calls of both kinds of model."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from nanonets_sdk.mock.replies.box import box_body, text_body
from nanonets_sdk.mock.replies.storage import file_path, page_path
from nanonets_sdk.mock.state.records import PageRecord, PageText, RequestFile

SUCCESS = "Success"
FAILURE = "failure"


def reply_body(pages: Sequence[dict[str, Any]], signed_urls: dict[str, Any]) -> dict[str, Any]:
    """Return `OcrReply` of the description, flat."""
    return {"message": SUCCESS, "result": list(pages), "signed_urls": signed_urls}


def nested_reply_body(files: Iterable[Sequence[dict[str, Any]]], signed_urls: dict[str, Any]) -> dict[str, Any]:
    """Return `OcrReply` of the description with the pages of each file one level deeper."""
    entries = [{"message": SUCCESS, "result": list(pages)} for pages in files]
    return {"message": SUCCESS, "result": entries, "signed_urls": signed_urls}


def predicted_page(file: RequestFile, page: PageRecord, text: PageText) -> dict[str, Any]:
    """Return the entry of a predicted page."""
    failed = file.work.progression.fails_on(page.number)
    return submitted_page(file, page) | {
        "message": FAILURE if failed else SUCCESS,
        "prediction": [] if failed else [box_body(box, page, "page_no") for box in page.predicted],
        "raw_ocr_api_response": {"results": [text_body(word, page.number) for word in text.words]},
    }


def failed_url(url: str, reason: str) -> dict[str, Any]:
    """Return the entry of a URL that gave no file."""
    return {"message": reason, "input": url, "prediction": []}


def submitted_page(file: RequestFile, page: PageRecord) -> dict[str, Any]:
    """Return the entry of a page that is stored and not predicted yet."""
    return {
        "message": SUCCESS,
        "input": file.name,
        "prediction": [],
        "page": page.number,
        "request_file_id": file.request_file_id,
        "filepath": page_path(page),
        "id": page.page_id,
        "rotation": page.rotation,
        "file_url": file_path(file),
        "request_metadata": file.request_metadata,
        "processing_type": "async" if file.asynchronous else "sync",
        "size": {"width": page.width, "height": page.height},
        "raw_ocr_api_response": None,
    }


def classification_body(model_id: str, entries: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Return `IcReply` of the description."""
    return {"message": SUCCESS, "result": list(entries), "model_id": model_id}


def classified(name: str, probabilities: Mapping[str, float]) -> dict[str, Any]:
    """Return the entry of a picture, with the most probable category first."""
    ordered = sorted(probabilities.items(), key=lambda pair: -pair[1])
    prediction = [{"label": label, "probability": probability} for label, probability in ordered]
    return {"message": SUCCESS, "prediction": prediction, "file": name, "page": 0}


def failed_picture(name: str, reason: str) -> dict[str, Any]:
    """Return the entry of a URL that gave no picture."""
    return {"message": reason, "prediction": [], "file": name}
