"""Replies to reads: one page, and the pages of a file or of an interval of days."""

from collections.abc import Iterable
from typing import Any, Final, Literal

from attrs import frozen

from nanonets_sdk.mock.replies.box import box_body, text_body
from nanonets_sdk.mock.replies.prediction import SUCCESS
from nanonets_sdk.mock.replies.storage import file_path, page_path
from nanonets_sdk.mock.state.clock import day_since_epoch, hour_of_day
from nanonets_sdk.mock.state.progressions import Stage
from nanonets_sdk.mock.state.records import PageRecord, PageText, RequestFile

BoxesBeforeReview = Literal["empty", "null"]
BEING_PROCESSED: Final = "Image is being processed. Please try again later"
APPROVED_STAGE: Final = "ffffffff-ffff-ffff-ffff-ffffffffffff"


@frozen
class PageView:
    """Everything that a reply says about a page."""

    file: RequestFile
    page: PageRecord
    text: PageText
    stage: Stage
    label_count: int
    boxes_before_review: BoxesBeforeReview


def pending_body() -> dict[str, Any]:
    """Return `PageReply` of the description for a pending page."""
    return {"message": BEING_PROCESSED}


def page_body(view: PageView, signed_urls: dict[str, Any]) -> dict[str, Any]:
    """Return `PageReply` of the description for a page that is done."""
    page = view.page
    # A read of one page has the final boxes beside the two lists that they come from.
    predicted = [box_body(box, page, "page") for box in page.predicted]
    final = predicted if page.moderated is None else list(page.moderated)
    image = image_body(view) | {
        "prediction": [] if view.stage == "failure" else final,
        "input": view.file.name,
        "filepath": page_path(page),
        "message": view.stage,
    }
    return {"message": SUCCESS, "result": [image], "signed_urls": signed_urls}


def listing_body(views: Iterable[PageView], signed_urls: dict[str, Any]) -> dict[str, Any]:
    """Return `Listing` of the description."""
    moderated: list[dict[str, Any]] = []
    unmoderated: list[dict[str, Any]] = []
    for view in views:
        (moderated if view.file.approved else unmoderated).append(image_body(view))
    return {
        "moderated_images_count": len(moderated),
        "unmoderated_images_count": len(unmoderated),
        "moderated_images": moderated,
        "unmoderated_images": unmoderated,
        "signed_urls": signed_urls,
    }


def image_body(view: PageView) -> dict[str, Any]:
    """Return `Image` of the description. A page that is pending or has failed has no boxes."""
    file, page, done = view.file, view.page, view.stage == "success"
    untouched: list[Any] | None = None if view.boxes_before_review == "null" else []
    return {
        "model_id": page.model_id,
        "day_since_epoch": day_since_epoch(file.created),
        "hour_of_day": hour_of_day(file.created),
        "id": page.page_id,
        "url": page_path(page),
        "size": {"width": page.width, "height": page.height},
        "page": page.number,
        "request_file_id": file.request_file_id,
        "original_file_name": file.name,
        "file_url": file_path(file),
        "request_metadata": file.request_metadata,
        "processing_type": "async" if file.asynchronous else "",
        "rotation": page.rotation,
        "uploaded_by": "",
        "upload_channel": file.upload_channel,
        "file_metadata": {"duplicate": file.duplicate},
        "predicted_boxes": [box_body(box, page, "page") for box in page.predicted] if done else [],
        "moderated_boxes": untouched if page.moderated is None or not done else list(page.moderated),
        "raw_ocr": [text_body(word, page.number) for word in view.text.words] if done else [],
        "custom_response": None,
        "is_moderated": file.approved,
        "assigned_member": file.assigned_members[-1] if file.assigned_members else "",
        "assigned_members": list(file.assigned_members),
        "is_deleted": file.deleted,
        "source": "",
        "no_of_fields": view.label_count,
        "cost": 0,
        "payable_cost": 0,
        "status": view.stage,
        "export_status": file.export_status,
        "exported_at": file.exported_at,
        "retries": file.retries + (file.work.progression.tries if view.stage == "failure" else 0),
        "updated_at": page.updated_at,
        "verified_at": file.verified_at,
        "verified_by": file.verified_by,
        "current_stage_id": APPROVED_STAGE if file.approved else "",
        "delay_post_prediction_tasks": False,
        "approval_status": "approved" if file.approved else "rejected" if file.rejected else "",
    }
