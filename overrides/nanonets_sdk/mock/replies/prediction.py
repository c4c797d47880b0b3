"""Replies to OCR prediction calls."""

from collections.abc import Iterable, Sequence
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
    """Return the entry of a page whose prediction is done."""
    failed = file.work.progression.fails_on(page.number)
    return _entry(file, page) | {
        "message": FAILURE if failed else SUCCESS,
        "prediction": [] if failed else [box_body(box, page, "page_no") for box in page.predicted],
        "raw_ocr_api_response": {"results": [text_body(word, page.number) for word in text.words]},
    }


def submitted_page(file: RequestFile, page: PageRecord) -> dict[str, Any]:
    """Return the entry of a page that is stored and not predicted yet."""
    return _entry(file, page)


def failed_url(url: str, reason: str) -> dict[str, Any]:
    """Return the entry of a URL from which no file came."""
    return {"message": reason, "input": url, "prediction": []}


def _entry(file: RequestFile, page: PageRecord) -> dict[str, Any]:
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
