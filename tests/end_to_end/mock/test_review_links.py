"""Review links: asked for at another host, plain text, and a page that shows the document."""

import re
from html import unescape

import httpx
import pytest

from mock_calls import predict, submit
from nanonets_sdk.mock import Behaviour, MockServer, Progression
from nanonets_sdk.mock.plugin import API_KEY

HOUR = 3_600


def link_to(mock: MockServer, request_file_id: str, method: str = "GET", **query: str | int) -> httpx.Response:
    url = f"{mock.review_url}/Inferences/Model/{mock.model_id}/ValidationUrl/{request_file_id}"
    expires = int(mock.clock.now()) + HOUR
    return httpx.request(method, url, params={"expires": expires, **query}, auth=(API_KEY, ""), timeout=60)


@pytest.fixture
def request_file_id(http: httpx.Client, nanonets_mock: MockServer) -> str:
    found: str = predict(http, nanonets_mock).json()["result"][0]["request_file_id"]
    return found


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_reply_is_the_link_as_plain_text(nanonets_mock: MockServer, request_file_id: str, method: str) -> None:
    reply = link_to(nanonets_mock, request_file_id, method)
    assert (reply.status_code, reply.headers["content-type"]) == (200, "text/plain")
    assert reply.text.startswith(nanonets_mock.review_url)
    assert nanonets_mock.requests[-1].operation_id == "ocr_get_review_link"


def test_the_host_of_the_other_operations_has_no_such_route(http: httpx.Client, nanonets_mock: MockServer) -> None:
    reply = http.get(f"/Inferences/Model/{nanonets_mock.model_id}/ValidationUrl/f", params={"expires": 1})
    assert reply.status_code == 404


def test_the_page_shows_the_document_without_a_key(nanonets_mock: MockServer, request_file_id: str) -> None:
    link = link_to(nanonets_mock, request_file_id, redirect="https://example.org/done?a=1&b=2").text
    page = httpx.get(link, timeout=60)
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "INV-2026-00417" in page.text
    assert 'href="https://example.org/done?a=1&amp;b=2"' in page.text
    images = [unescape(address) for address in re.findall(r'<img src="([^"]+)"', page.text)]
    assert len(images) == 2
    assert httpx.get(images[0], timeout=60).content.startswith(b"\x89PNG")


def test_a_link_may_be_asked_for_while_the_file_is_pending(http: httpx.Client, nanonets_mock: MockServer) -> None:
    nanonets_mock.jobs = Progression.after_seconds(60)
    submitted = submit(http, nanonets_mock).json()["result"][0]
    page = httpx.get(link_to(nanonets_mock, submitted["request_file_id"]).text, timeout=60)
    assert (page.status_code, "INV-2026-00417" in page.text) == (200, False)


@pytest.mark.parametrize("status", [403, 410])
def test_a_link_ends_when_it_should(nanonets_mock: MockServer, request_file_id: str, status: int) -> None:
    nanonets_mock.behaviour = Behaviour(expired_link_status=status)
    link = link_to(nanonets_mock, request_file_id).text
    nanonets_mock.clock.advance(HOUR - 60)
    assert httpx.get(link, timeout=60).status_code == 200
    nanonets_mock.clock.advance(61)
    assert httpx.get(link, timeout=60).status_code == status


@pytest.mark.parametrize(
    ("old", "new"), [("expires=", "expires=9"), ("redirect=", "redirect=x"), ("signature=", "signature=0")]
)
def test_a_link_that_was_changed_opens_nothing(
    nanonets_mock: MockServer, request_file_id: str, old: str, new: str
) -> None:
    link = link_to(nanonets_mock, request_file_id).text
    assert httpx.get(link.replace(old, new), timeout=60).status_code == 403


@pytest.mark.parametrize("redirect", ["javascript:alert(1)", "//example.org", '"><script>alert(1)</script>'])
def test_a_redirect_that_is_no_address_is_not_shown(
    nanonets_mock: MockServer, request_file_id: str, redirect: str
) -> None:
    page = httpx.get(link_to(nanonets_mock, request_file_id, redirect=redirect).text, timeout=60)
    assert (page.status_code, "<script>" in page.text, "Done" in page.text) == (200, False, False)


def test_a_link_needs_the_key_and_a_file(nanonets_mock: MockServer, request_file_id: str) -> None:
    url = f"{nanonets_mock.review_url}/Inferences/Model/{nanonets_mock.model_id}/ValidationUrl/{request_file_id}"
    assert httpx.get(url, params={"expires": 1}, timeout=60).status_code == 401
    assert link_to(nanonets_mock, "another").status_code == 404
    assert httpx.get(url, auth=(API_KEY, ""), timeout=60).status_code == 400


def test_the_link_of_a_deleted_file_opens_nothing(
    http: httpx.Client, nanonets_mock: MockServer, request_file_id: str
) -> None:
    link = link_to(nanonets_mock, request_file_id).text
    http.delete(f"/Inferences/Model/{nanonets_mock.model_id}/InferenceRequestFiles/{request_file_id}")
    assert httpx.get(link, timeout=60).status_code == 404
