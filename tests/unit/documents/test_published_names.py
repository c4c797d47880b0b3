"""The table of names in replies has every member of the spec and every attribute of the library, and is right."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import attrs
import pytest

from nanonets_api.replies import ListingReply, PageReply
from nanonets_sdk import documents
from nanonets_sdk.documents import Document, Page, SignedUrl
from nanonets_sdk.documents.building import stored_document
from nanonets_sdk.documents.listing import listing_of
from nanonets_sdk.documents.page_lists import page_of
from nanonets_sdk.events import Drift
from nanonets_sdk.replies.decode import decode
from nanonets_sdk.replies.source import Raw
from reply_bodies import cell, field_box, prediction_body, read_prediction, table_box
from samples import spec

ROOT: Final = Path(__file__).parents[3]
TABLE: Final = (ROOT / "docs/reference/replies.md").read_text("utf-8")
SPEC: Final = spec()["components"]["schemas"]
SECTIONS: Final = {
    "OcrReply", "OcrPage", "Listing", "PageReply", "Image", "FileMetadata", "Size", "Box", "Cell", "SignedUrl",
}  # fmt: skip
MADE_HERE: Final = {"Table.parts"}
"""Attributes that no reply has."""
CODE: Final = re.compile(r"`([^`]+)`")


def sections(text: str) -> dict[str, dict[str, list[str]]]:
    """Our names for each published name, by the schema that has it."""
    found: dict[str, dict[str, list[str]]] = {}
    for part in text.split("\n## ")[1:]:
        rows = (line.split("|")[1:3] for line in part.splitlines() if line.startswith("| `"))
        found[CODE.findall(part)[0]] = {CODE.findall(name)[0]: CODE.findall(ours) for name, ours in rows}
    return found


def faults(text: str) -> list[str]:
    """What is missing in a table of names, and what is wrong in it."""
    table = sections(text)
    found = [f"no section {name}" for name in SECTIONS - table.keys()]
    for schema, rows in table.items():
        published = set(SPEC[schema]["properties"])
        found += [f"{schema}.{name} is not in the table" for name in published - rows.keys()]
        found += [f"{schema}.{name} is not in the spec" for name in rows.keys() - published]
        for ours in {one for names in rows.values() for one in names if one not in published}:
            kind, _, name = ours.partition(".")
            if not hasattr(documents, kind) or (name and not hasattr(getattr(documents, kind), name)):
                found.append(f"there is no {ours}")
    named = {one for rows in table.values() for names in rows.values() for one in names}
    types = (documents.Page, documents.Field, documents.Table, documents.Cell, documents.SignedUrls)
    own = {
        f"{kind.__name__}.{one.name}" for kind in types for one in attrs.fields(kind) if not one.name.startswith("_")
    }
    return found + [f"no row has {name}" for name in own - named - MADE_HERE]


def test_the_table_has_every_published_name_and_every_attribute() -> None:
    assert faults(TABLE) == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("| `export_status` | `Page.export_status`, `Document.export_status` |\n", ""), "Image.export_status is not"),
        (("| `payable_cost` |", "| `payable_cost` | `Page.cost` |\n| `price` |"), "Image.price is not in the spec"),
        (("`Document.export_status`", "`Document.exporting`"), "there is no Document.exporting"),
        (("`SignedUrls.thumbnail`", "`Page.image_url`"), "no row has SignedUrls.thumbnail"),
        (("## `Cell`", "## `Size`"), "no section Cell"),
    ],
)  # fmt: skip
def test_a_name_that_is_missing_or_wrong_is_found(change: tuple[str, str], told: str) -> None:
    assert TABLE.count(change[0]) > 0
    assert any(told in fault for fault in faults(TABLE.replace(*change)))


MOMENT: Final = "7b0b3a5c-24f1-11f0-9c1f-0242ac120002"
SIGNED: Final = "https://storage.example/"
IMAGE: Final[dict[str, Any]] = {
    "model_id": "the-model",
    "day_since_epoch": 20_000,
    "hour_of_day": 7,
    "is_moderated": True,
    "id": "page-id",
    "url": "uploads/page.png",
    "predicted_boxes": [],
    "moderated_boxes": [],
    "raw_ocr": [],
    "size": {"width": 600, "height": 840},
    "page": 3,
    "request_file_id": "file-id",
    "original_file_name": "a.pdf",
    "custom_response": {"ok": [1]},
    "assigned_member": "b@example.org",
    "assigned_members": ["a@example.org", "b@example.org"],
    "is_deleted": True,
    "source": "somewhere",
    "no_of_fields": 12,
    "cost": 0.5,
    "payable_cost": 0.25,
    "status": "success",
    "export_status": "failed",
    "exported_at": MOMENT,
    "retries": 2,
    "rotation": 90,
    "updated_at": MOMENT,
    "verified_at": MOMENT,
    "verified_by": "c@example.org",
    "current_stage_id": "ffffffff-ffff-ffff-ffff-ffffffffffff",
    "uploaded_by": "d@example.org",
    "upload_channel": "ui",
    "file_url": "uploads/file.pdf",
    "request_metadata": "order 7",
    "delay_post_prediction_tasks": True,
    "approval_status": "approved",
    "file_metadata": {"duplicate": True},
    "processing_type": "async",
}
EXPECTED: Final = {
    "model_id": "the-model",
    "day_since_epoch": 20_000,
    "hour_of_day": 7,
    "is_moderated": True,
    "id": "page-id",
    "image_path": "uploads/page.png",
    "image_url": f"{SIGNED}page/original",
    "width": 600,
    "height": 840,
    "number": 3,
    "request_file_id": "file-id",
    "file_name": "a.pdf",
    "custom_response": {"ok": [1]},
    "assigned_member": "b@example.org",
    "assigned_members": ("a@example.org", "b@example.org"),
    "is_deleted": True,
    "upload_source": "somewhere",
    "configured_fields": 12,
    "cost": 0.5,
    "payable_cost": 0.25,
    "status": "success",
    "error": None,
    "export_status": "failed",
    "exported_at": datetime(2025, 4, 29, 12, 0, 1, 853705, UTC),
    "retries": 2,
    "rotation": 90,
    "verified_by": "c@example.org",
    "current_stage_id": "ffffffff-ffff-ffff-ffff-ffffffffffff",
    "is_approved_stage": True,
    "uploaded_by": "d@example.org",
    "upload_channel": "ui",
    "file_path": "uploads/file.pdf",
    "file_url": f"{SIGNED}file/original",
    "request_metadata": "order 7",
    "delay_post_prediction_tasks": True,
    "approval_status": "approved",
    "is_duplicate": True,
    "processing_type": "async",
}
ADDRESSES: Final = {
    "original": "original",
    "original_compressed": "original_compressed",
    "thumbnail": "thumbnail",
    "acw_rotate_90": "rotated_90",
    "acw_rotate_180": "rotated_180",
    "acw_rotate_270": "rotated_270",
    "original_with_long_expiry": "original_with_long_expiry",
}


def listing(*images: dict[str, Any]) -> bytes:
    """The body of a listing with signed URLs for the images and the file."""
    signed = {
        f"uploads/{one}": {name: f"{SIGNED}{one[:4]}/{name}" for name in ADDRESSES} for one in ("page.png", "file.pdf")
    }
    counts = {"moderated_images_count": len(images), "unmoderated_images_count": 5}
    return json.dumps({**counts, "moderated_images": images, "unmoderated_images": [], "signed_urls": signed}).encode()


def read(body: bytes, drifts: list[Drift] | None = None) -> Document:
    """The document of a listing."""
    reply = decode(body, ListingReply, "ocr_get_file", (drifts if drifts is not None else []).append)
    return stored_document(reply, Raw(body))


def test_the_sample_has_every_member_of_a_listed_page() -> None:
    of_the_page_endpoint = {"prediction", "input", "filepath", "message"}
    assert IMAGE.keys() == SPEC["Image"]["properties"].keys() - of_the_page_endpoint


def test_every_member_of_a_page_is_an_attribute() -> None:
    (page,) = read(listing(IMAGE)).pages
    assert {name: getattr(page, name) for name in EXPECTED} == EXPECTED
    assert page.updated_at == page.verified_at == page.exported_at


def test_a_document_has_what_its_pages_say_about_the_file() -> None:
    # A page that failed early says less about its file than the others.
    document = read(listing({"id": "p", "page": 0, "request_file_id": "file-id"}, IMAGE))
    shared = {name for name in EXPECTED if isinstance(getattr(Document, name, None), property)} - {"status"}
    assert len(shared) == 18
    about = {name: EXPECTED[name] for name in shared} | {"is_moderated": False, "is_approved_stage": False}
    assert {name: getattr(document, name) for name in shared} == about
    assert document.updated_at == EXPECTED["exported_at"]
    assert (document.moderated_count, document.unmoderated_count) == (1, 1)
    assert document.file_urls.original is not None


def test_a_document_without_pages_says_nothing() -> None:
    document = Document(())
    assert (document.assigned_members, document.verified_at, document.file_urls.original) == ((), None, None)
    assert not document.is_approved_stage


def test_both_counts_of_a_listing_are_those_of_the_service() -> None:
    body = listing(IMAGE)
    found = listing_of(decode(body, ListingReply, "ocr_list_predictions"), Raw(body))
    assert (found.moderated_count, found.unmoderated_count) == (1, 5)


def test_all_seven_signed_addresses_are_there_for_the_page_and_the_file() -> None:
    (page,) = read(listing(IMAGE)).pages
    for urls, stem in ((page.image_urls, "page"), (page.file_urls, "file")):
        for published, ours in ADDRESSES.items():
            days = timedelta(days=180) if published == "original_with_long_expiry" else timedelta(hours=4)
            assert getattr(urls, ours) == SignedUrl(f"{SIGNED}{stem}/{published}", days)


@pytest.mark.parametrize(
    ("query", "expires"),
    [
        ("X-Amz-Date=20260101T000000Z&X-Amz-Expires=604800&X-Amz-Signature=x", datetime(2026, 1, 8, tzinfo=UTC)),
        ("X-Goog-Date=20260101T120000Z&X-Goog-Expires=3600", datetime(2026, 1, 1, 13, tzinfo=UTC)),
        ("Expires=1767225600&Signature=x&Key-Pair-Id=y", datetime(2026, 1, 1, tzinfo=UTC)),
        ("variant=original&expires=1767225600", datetime(2026, 1, 1, tzinfo=UTC)),
        ("", None),
        ("expires=soon", None),
        ("expires=" + "9" * 30, None),
        ("X-Amz-Date=yesterday&X-Amz-Expires=1", None),
        ("X-Amz-Date=99991231T000000Z&X-Amz-Expires=" + "9" * 12, None),
    ],
)
def test_a_signed_url_says_when_it_expires(query: str, expires: datetime | None) -> None:
    assert SignedUrl(f"https://storage.example/a.png?{query}").expires_at == expires


def test_an_address_that_cannot_be_read_does_not_raise() -> None:
    assert SignedUrl("https://[broken/a?expires=1").expires_at is None


def test_signed_addresses_are_in_no_repr() -> None:
    document = read(listing(IMAGE | {"url": f"{SIGNED}direct?secret", "file_url": f"{SIGNED}direct?secret"}))
    page = document.pages[0]
    assert page.image_url == page.file_url == page.image_path == f"{SIGNED}direct?secret"
    known = read(listing(IMAGE)).pages[0]
    shown = repr([document, page, known, known.image_urls, known.file_urls.original])
    assert SIGNED not in shown
    assert "example.org" not in shown


def test_two_reads_of_a_page_are_equal_although_its_addresses_are_new() -> None:
    first, second = read(listing(IMAGE)), read(listing(IMAGE).replace(b"storage.example", b"elsewhere.example"))
    assert first == second
    assert first != read(listing(IMAGE | {"verified_by": "another@example.org"}))
    assert hash(first) == hash(second)


def test_an_unexpected_type_is_drift_and_the_value_stays_in_raw() -> None:
    wrong: dict[str, Any] = {
        "assigned_members": "a",
        "retries": [],
        "cost": "a lot",
        "is_deleted": "yes",
        "file_metadata": 7,
        "verified_by": {},
        "current_stage_id": [],
    }
    drifts: list[Drift] = []
    (page,) = read(listing(IMAGE | wrong), drifts).pages
    assert {drift.path.rpartition("/")[2] for drift in drifts} == wrong.keys()
    assert (page.assigned_members, page.retries, page.cost, page.is_deleted) == ((), None, None, False)
    assert (page.is_duplicate, page.verified_by, page.is_approved_stage) == (False, "", False)
    assert {name: page.raw[name] for name in wrong} == wrong


def test_null_and_absent_members_are_defaults() -> None:
    (page,) = read(listing(dict.fromkeys(IMAGE))).pages
    assert page == attrs.evolve(Page(0), is_emptied=False)


def test_the_entry_of_a_prediction_has_its_paths_and_addresses() -> None:
    body = json.loads(prediction_body([[]], filepath="a/1.png", file_url="a/1.pdf", processing_type="sync"))
    body["signed_urls"] = {
        "a/1.png": {"original": "", "thumbnail": f"{SIGNED}t"},
        "a/1.pdf": {"original": f"{SIGNED}f"},
    }
    document = read_prediction(json.dumps(body).encode())
    (page,) = document.pages
    assert (page.image_url, page.image_path, page.file_path, page.file_url) == ("", "a/1.png", "a/1.pdf", f"{SIGNED}f")
    assert page.image_urls.original is None
    assert page.image_urls.thumbnail == SignedUrl(f"{SIGNED}t")
    assert document.processing_type == "sync"


def test_the_page_endpoint_names_the_image_by_its_path_in_the_storage() -> None:
    image = {"id": "p", "filepath": "a/1.png", "message": "success"}
    body = json.dumps({"result": [image], "signed_urls": {"a/1.png": {"original": SIGNED}}}).encode()
    page = page_of(decode(body, PageReply, "ocr_get_page"), Raw(body), "p")
    assert (page.image_path, page.image_url) == ("a/1.png", SIGNED)


def test_every_member_of_boxes_and_cells_is_an_attribute() -> None:
    members: dict[str, Any] = {
        "id": "b", "status": "moderated", "label_id": "l", "validation_status": "failed", "validation_message": "no",
        "lookup_edited": True, "lookup_parent_box_ids": ["x", "y"],
    }  # fmt: skip
    inside = {"id": "c", "row_label": "second", "verification_status": "moderated", "status": "failed",
              "failed_validation": "too short", "label_id": "m", "lookup_edited": True}  # fmt: skip
    boxes = [field_box("total", "5", **members), table_box([cell(1, 2, "x", "Price", **inside)], **members)]
    (page,) = read(listing(IMAGE | {"predicted_boxes": boxes, "moderated_boxes": None})).pages
    for found in (page.fields["total"], page.tables[0]):
        assert (found.id, found.status, found.label_id) == ("b", "moderated", "l")
        assert (found.validation_status, found.validation_message) == ("failed", "no")
        assert (found.is_looked_up, found.lookup_parent_ids) == (True, ("x", "y"))
    one = page.tables[0].cells[0]
    assert (one.id, one.row_label, one.label_id, one.is_looked_up) == ("c", "second", "m", True)
    assert (one.verification_status, one.status, one.failed_validation) == ("moderated", "failed", "too short")
