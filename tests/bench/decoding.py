"""A listing of 40 MB, against json.loads and the generated models."""

from __future__ import annotations

import json
from statistics import median

from measuring import Figure, by_turns, ratio_of
from nanonets_api import replies
from nanonets_api.models.listing import Listing as GeneratedListing
from nanonets_sdk.documents.listing import listing_of
from nanonets_sdk.replies.decode import decode
from nanonets_sdk.replies.source import Raw

SIZE = 40_000_000
ROUNDS = 5


def figures() -> list[Figure]:
    """From bytes to a listing."""
    content = listing_bytes(SIZE)

    def ours() -> None:
        listing_of(decode(content, replies.ListingReply, "ocr_list_predictions"), Raw(content))

    def generated() -> None:
        GeneratedListing.from_dict(json.loads(content))

    seconds = by_turns(
        {"nanonets_sdk": ours, "json.loads": lambda: json.loads(content), "generated": generated}, ROUNDS
    )
    return [
        Figure(
            name=f"a listing of {len(content) / 1e6:.0f} MB decoded",
            unit="s",
            values={name: median(taken) for name, taken in seconds.items()},
            ratio=ratio_of(seconds["nanonets_sdk"], seconds["json.loads"]),
            reference="json.loads",
            bound=0.75,
        )
    ]


def listing_bytes(size: int) -> bytes:
    """Return a page of each file, as the service gives them: every member, 40 fields, 250 words of raw text each."""
    page: dict[str, object] = {
        "model_id": "5b1c7a86-3a9e-4f0e-9a65-1f2d3c4b5a69", "day_since_epoch": 20209, "hour_of_day": 15,
        "is_moderated": False, "id": "7b0b3a5c-24f1-11f0-9c1f-0242ac120002", "url": "uploadedfiles/1.jpeg",
        "predicted_boxes": [_field(number) for number in range(40)], "moderated_boxes": [],
        "raw_ocr": [_word(number) for number in range(250)], "size": {"width": 612, "height": 792}, "page": 0,
        "request_file_id": "0b7c1d1e-6f43-4d6a-8f0e-5a1d3c9b2e77", "original_file_name": "invoice.pdf",
        "custom_response": None, "assigned_member": "", "assigned_members": [], "is_deleted": False, "source": "",
        "no_of_fields": 40, "cost": 0, "payable_cost": 0, "status": "", "export_status": "", "exported_at": "",
        "retries": 0, "rotation": 0, "updated_at": "7b0b3a5c-24f1-11f0-9c1f-0242ac120002", "verified_at": "",
        "verified_by": "", "current_stage_id": "", "uploaded_by": "", "upload_channel": "api", "file_url": "",
        "request_metadata": "", "delay_post_prediction_tasks": False, "approval_status": "",
        "file_metadata": {"duplicate": False}, "processing_type": "async",
    }  # fmt: skip
    text = json.dumps(page, separators=(",", ":"))
    known = str(page["request_file_id"])
    pages = ",".join(text.replace(known, f"{number:036}") for number in range(size // len(text)))
    return f'{{"moderated_images":[],"unmoderated_images":[{pages}],"signed_urls":{{}}}}'.encode()


def _field(number: int) -> dict[str, object]:
    return {
        "id": "6a1f0c2e-8b3d-4e5f-9a7c-1b2d3e4f5a6b", "label": f"label_{number}", "xmin": 401, "ymin": 15 * number,
        "xmax": 480, "ymax": 15 * number + 12, "score": 0.9712, "ocr_text": f"1,234.{number}", "type": "field",
        "status": "correctly_predicted", "page": 0, "label_id": "1c2d3e4f-5a6b-4c7d-8e9f-0a1b2c3d4e5f",
    }  # fmt: skip


def _word(number: int) -> dict[str, object]:
    return {
        "id": "", "label": "", "xmin": number, "ymin": number, "xmax": number + 30, "ymax": number + 12, "score": 0,
        "ocr_text": f"word-{number}", "page": 0,
    }  # fmt: skip
