"""Who handled a file, and where it can be downloaded, as the client reads it from the mock."""

from datetime import timedelta

import httpx
import pytest

from nanonets_sdk import Document, Nanonets
from nanonets_sdk.mock import MockServer
from samples import INVOICE


@pytest.fixture
def approved(nanonets_mock: MockServer, nanonets_client: Nanonets) -> Document:
    ocr, model_id = nanonets_client.ocr, nanonets_mock.model_id
    request_file_id = ocr.predict_file(model_id, INVOICE, request_metadata="order 7").request_file_id
    for member in ("ann@example.org", "bob@example.org"):
        ocr.assign(model_id, member, request_file_id)
    ocr.approve(model_id, request_file_id)
    return ocr.get_file(model_id, request_file_id)


def test_an_approved_file_says_who_handled_it(
    nanonets_mock: MockServer, nanonets_client: Nanonets, approved: Document
) -> None:
    assert approved.model_id == nanonets_mock.model_id
    assert approved.assigned_member == approved.assigned_members[-1] == "bob@example.org"
    assert (approved.approval_status, approved.is_approved_stage) == ("approved", True)
    assert approved.verified_by
    assert approved.verified_at == approved.updated_at
    assert (approved.request_metadata, approved.upload_channel) == ("order 7", "api")
    labels = nanonets_client.ocr.get_model(nanonets_mock.model_id).categories
    assert {page.configured_fields for page in approved.pages} == {len(labels)}


def test_a_withdrawn_approval_leaves_the_stage(
    nanonets_mock: MockServer, nanonets_client: Nanonets, approved: Document
) -> None:
    nanonets_client.ocr.unapprove(nanonets_mock.model_id, approved.request_file_id)
    document = nanonets_client.ocr.get_file(nanonets_mock.model_id, approved.request_file_id)
    assert (document.is_approved_stage, document.verified_by, document.verified_at) == (False, "", None)


def test_the_file_can_be_downloaded_as_it_was_sent(nanonets_mock: MockServer, approved: Document) -> None:
    reply = httpx.get(approved.file_url, timeout=60)
    assert (reply.content, reply.headers["Content-Type"]) == (INVOICE.read_bytes(), "application/pdf")
    urls = approved.file_urls
    assert (urls.thumbnail, urls.rotated_90) == (None, None)
    assert urls.original is not None
    assert urls.original_with_long_expiry is not None
    expires = urls.original.expires_at
    assert expires is not None
    assert urls.original_with_long_expiry.expires_at == expires + timedelta(days=180, hours=-4)
    nanonets_mock.clock.advance(urls.original.lifetime.total_seconds() + 1)
    assert httpx.get(approved.file_url, timeout=60).status_code == 403


def test_the_address_of_a_file_does_not_open_another(approved: Document) -> None:
    other = approved.file_url.replace(approved.request_file_id, approved.pages[0].id)
    assert httpx.get(other, timeout=60).status_code == 403
