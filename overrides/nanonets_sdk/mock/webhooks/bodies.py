"""The bodies of webhooks, in the four shapes that were seen.

```text
files     {"message": .., "result": [{"message": .., "result": [page, ...], "signed_urls": ..}]}
pages     {"message": "Success", "result": [page, ...], "signed_urls": ..}
document  {"result": {"id": .., "moderated_boxes": [boxes of all pages], "prediction": [..], ..}}
page      {"id": .., "is_moderated": .., "prediction": [..], ..}     the callback of a review link
```
"""

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from nanonets_sdk.mock.replies.box import box_body
from nanonets_sdk.mock.replies.image import PageView, image_body
from nanonets_sdk.mock.replies.prediction import SUCCESS, predicted_page
from nanonets_sdk.mock.replies.storage import page_path
from nanonets_sdk.mock.state.records import PageRecord
from nanonets_sdk.mock.webhooks.export import Shape

_REVIEWED: Final = (
    "is_moderated", "approval_status", "predicted_boxes", "moderated_boxes", "assigned_member", "assigned_members",
    "current_stage_id", "verified_at", "verified_by", "updated_at", "model_id", "no_of_fields", "export_status",
)  # fmt: skip
_CALLBACK: Final = (
    "moderated_boxes", "custom_response", "page", "day_since_epoch", "hour_of_day", "request_file_id", "id",
    "is_moderated", "rotation", "updated_at", "model_id", "size", "original_file_name", "assigned_member", "source",
    "no_of_fields", "cost", "status", "current_stage_id", "file_url", "raw_ocr", "approval_status", "file_metadata",
)  # fmt: skip


def export_body(views: Sequence[PageView], signed_urls: dict[str, Any], shape: Shape, first_page: int) -> bytes:
    """Return the body of a webhook about some pages of one file."""
    if shape == "document":
        return msgspec.json.encode({"result": _document(views, first_page)})
    flat = {"message": SUCCESS, "result": [_entry(view) for view in views], "signed_urls": signed_urls}
    return msgspec.json.encode(flat if shape == "pages" else {"message": SUCCESS, "result": [flat]})


def callback_body(view: PageView, signed_urls: dict[str, Any]) -> bytes:
    """Return what a review link posts about one page."""
    image, page = image_body(view), view.page
    # Seen like this: predicted boxes are numbered and name their file, and moderated ones have no id.
    predicted = [
        {**box_body(box, page, "page"), "id": number, "fileId": view.file.request_file_id, "pageIndex": page.number}
        for number, box in enumerate(page.predicted)
    ]
    moderated = [{name: box[name] for name in box if name != "id"} for box in image["moderated_boxes"] or ()]
    body = {name: image[name] for name in _CALLBACK} | {
        "message": view.stage,
        "input": view.file.name,
        "filename": view.file.name,
        "filepath": page_path(page),
        "url": signed_urls[page_path(page)]["original"],
        "prediction": _final(view),
        "predicted_boxes": predicted,
        "moderated_boxes": moderated,
        "assignedMember": image["assigned_member"],
        "uploadedAt": round(view.file.created * 1_000),
    }
    return msgspec.json.encode(body)


def _entry(view: PageView) -> dict[str, Any]:
    image = image_body(view)
    return predicted_page(view.file, view.page, view.text) | {
        "prediction": _final(view),
        "processing_type": "async",
        "raw_ocr_api_response": {"results": None},
        **{name: image[name] for name in _REVIEWED},
    }


def _document(views: Sequence[PageView], first_page: int) -> dict[str, Any]:
    image = image_body(views[0])
    return {name: image[name] for name in _REVIEWED} | {
        "id": image["id"],
        "request_file_id": image["request_file_id"],
        "input": views[0].file.name,
        "status": image["status"],
        "prediction": [_on(view.page, box, first_page) for view in views for box in _final(view)],
        "predicted_boxes": [
            _on(view.page, box, first_page) for view in views for box in image_body(view)["predicted_boxes"]
        ],
        "moderated_boxes": [
            _on(view.page, box, first_page) for view in views for box in image_body(view)["moderated_boxes"] or ()
        ],
    }


def _final(view: PageView) -> list[dict[str, Any]]:
    """Return the boxes that count: a person's, else the model's."""
    image = image_body(view)
    boxes: list[dict[str, Any]] = image["predicted_boxes" if view.page.moderated is None else "moderated_boxes"] or []
    return boxes


def _on(page: PageRecord, box: dict[str, Any], first_page: int) -> dict[str, Any]:
    return {**box, "page": page.number + first_page}
