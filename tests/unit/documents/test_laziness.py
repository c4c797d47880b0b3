"""A large listing is read without building what is never used."""

import json
import tracemalloc

from nanonets_api.replies import ListingReply
from nanonets_sdk.documents.listing import listing_of
from nanonets_sdk.replies.decode import decode
from nanonets_sdk.replies.source import Raw
from reply_bodies import edges, field_box, grid, table_box


def test_building_the_documents_of_a_listing_is_cheap_compared_to_decoding_it() -> None:
    boxes = [
        *(field_box(f"label_{number}", f"text {number}", (1, number, 90, number + 9)) for number in range(40)),
        table_box(grid([["a", "b", "c", "d"]] * 30, ["A", "B", "C", "D"])),
    ]
    words = [{"ocr_text": f"word{number}", **edges(1, number, 9, number + 9)} for number in range(400)]
    images = [
        {"id": str(at), "page": at % 4, "request_file_id": f"file{at // 4}", "predicted_boxes": boxes, "raw_ocr": words}
        for at in range(120)
    ]
    body = json.dumps({"unmoderated_images": images}).encode()
    tracemalloc.start()
    reply = decode(body, ListingReply, "ocr_list_predictions")
    decoded, _ = tracemalloc.get_traced_memory()
    listing = listing_of(reply, Raw(body))
    documents = listing.documents
    made, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(documents) == 30
    assert made - decoded < decoded / 20
