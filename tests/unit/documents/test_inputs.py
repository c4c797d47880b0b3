"""Answers are matched to what was sent by name, in any spelling, and never by position."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanonets_api.replies import IcReply, OcrReply
from nanonets_sdk import Classification, Document
from nanonets_sdk.documents.building import documents_by_input
from nanonets_sdk.documents.classification import classifications_of
from nanonets_sdk.documents.inputs import by_input, names_agree, spelling
from nanonets_sdk.documents.page_lists import predicted_pages
from nanonets_sdk.replies.decode import decode
from nanonets_sdk.replies.source import Raw
from reply_bodies import field_box

A, B = "https://x.org/a b.pdf", "https://x.org/c d.pdf"


def entry(name: str, text: str, request_file_id: str = "", page: int = 0) -> dict[str, Any]:
    boxes = [field_box("total", text)]
    return {"message": "Success", "input": name, "request_file_id": request_file_id, "page": page, "prediction": boxes}


def documents(urls: list[str], *entries: dict[str, Any]) -> list[Document]:
    """Return the documents of a reply about URLs."""
    body = Raw(json.dumps({"message": "Success", "result": entries}).encode())
    return documents_by_input(predicted_pages(decode(body.content, OcrReply, "ocr_predict_urls"), body), urls, body)


def texts(found: list[Document]) -> list[str | None]:
    return [document.fields["total"].text if document.fields else None for document in found]


def classified(urls: list[str], *names: str) -> list[Classification]:
    """Return the classifications of a reply about URLs, whose label is the name in the reply."""
    result = [{"message": "Success", "file": name, "prediction": [{"label": name, "probability": 1}]} for name in names]
    body = Raw(json.dumps({"result": result}).encode())
    return classifications_of(decode(body.content, IcReply, "ic_predict_urls"), body, urls)


@pytest.mark.parametrize(
    "named",
    [
        "https://x.org/a b.pdf",
        "https://x.org/a%20b.pdf",
        "HTTPS://X.ORG/a%20b.pdf",
        "https://x.org:443/a b.pdf",
        "https://x.org/%61%20b%2epdf",
        "https://x.org/a b.pdf#page=1",
        " https://x.org/a b.pdf ",
        "a b.pdf",
        "a%20b.pdf",
    ],
)
def test_a_url_is_found_in_every_spelling_that_means_the_same(named: str) -> None:
    found = documents([B, A], entry(named, "of A", "1"))
    assert texts(found) == [None, "of A"]
    assert [document.file_name for document in found] == [B, A]
    assert found[0].error == "the reply does not name this URL"
    assert found[1].error is None


@pytest.mark.parametrize(
    "named",
    [
        "https://x.org/A b.pdf",
        "https://y.org/a b.pdf",
        "http://x.org/a b.pdf",
        "https://x.org:8443/a b.pdf",
        "https://x.org/a b.pdf?version=2",
        "https://x.org/folder/a b.pdf",
        "https://x.org/a%2Fb.pdf",
        "folder/a b.pdf",
        "b.pdf",
        "",
    ],
)
def test_another_resource_is_never_taken_for_a_url_that_was_sent(named: str) -> None:
    found = documents([A, B], entry(named, "of another", "9"))
    assert texts(found) == [None, None]
    assert all(
        document.error == f"the reply does not name this URL, but others that were not sent: {named!r} "
        "(request_file_id 9)"
        for document in found
    )
    assert [document.raw["result"][0]["input"] for document in found] == [named, named]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://x.org", "https://x.org/"),
        ("https://x.org/é.pdf", "https://x.org/e%CC%81.pdf"),
        ("https://x.org/%c3%a9.pdf", "https://x.org/é.pdf"),
        ("https://bücher.example/a", "https://xn--bcher-kva.example/a"),
        ("https://[::1]:443/a", "https://[::1]/a"),
        ("https://x.org/%ff", "https://x.org/%FF"),
        ("https://x.org/a?", "https://x.org/a"),
        ("https://x.org/a'b", "https://x.org/a'b#"),
    ],
)
def test_spellings_of_one_resource_are_equal(one: str, other: str) -> None:
    assert spelling(one) == spelling(other)


@pytest.mark.parametrize("url", ["https://[", "https://x.org:port/a", "https://x.org:99999/a", "//", "", "\0", "%zz"])
def test_what_is_not_a_url_is_spelled_as_it_is(url: str) -> None:
    assert spelling(url) == url


@given(st.text(max_size=20))
def test_a_spelling_is_its_own_spelling(path: str) -> None:
    once = spelling(f"https://x.org/{path}")
    assert spelling(once) == once or any(mark in path for mark in "?#\t\r\n")


def test_reordered_results_stand_under_their_urls() -> None:
    other_spelling = [entry(url.replace(" ", "%20"), f"of {url}", url) for url in (B, A)]
    assert texts(documents([A, B], *other_spelling)) == [f"of {A}", f"of {B}"]
    assert texts(documents([A, B], entry("c d.pdf", "of B", "2"), entry("a b.pdf", "of A", "1"))) == ["of A", "of B"]


def test_a_bare_name_that_two_urls_end_with_belongs_to_neither() -> None:
    urls = ["https://x.org/a.pdf", "https://y.org/a.pdf"]
    assert texts(documents(urls, entry("a.pdf", "of one", "1"))) == [None, None]
    assert texts(documents(urls, entry(urls[1], "of y", "1"), entry("a.pdf", "of one", "2"))) == [None, "of y"]


def test_a_url_that_was_sent_twice_gets_its_answers_in_order_or_the_one_that_there_is() -> None:
    assert texts(documents([A, B, A], entry(A, "first", "1"), entry(A, "second", "2"), entry(B, "b", "3"))) == [
        "first", "b", "second",
    ]  # fmt: skip
    assert texts(documents([A, A], entry(A, "only", "1"))) == ["only", "only"]


def test_files_of_one_id_or_of_none_are_told_apart_by_their_names() -> None:
    for request_file_id in ("common", ""):
        pages = [entry(url, f"{url} {page}", request_file_id, page) for page in (0, 1) for url in (A, B)]
        found = documents([B, A], *pages)
        assert [[page.number for page in document.pages] for document in found] == [[0, 1], [0, 1]]
        assert [document.pages[1].fields["total"].text for document in found] == [f"{B} 1", f"{A} 1"]


def test_the_only_url_gets_the_only_answer_if_that_has_no_name() -> None:
    assert texts(documents([A], entry("", "of A", "1"))) == ["of A"]
    assert texts(documents([A], entry(B, "of B", "1"))) == [None]


def test_classifications_are_matched_in_the_same_way() -> None:
    found = classified([A, B], B.replace(" ", "%20"), A)
    assert [one.best and one.best.label for one in found] == [A, B.replace(" ", "%20")]
    missing, stray = classified([A, B], B, "https://x.org/e.pdf")[0], "https://x.org/e.pdf"
    assert missing.error == f"the reply does not name this URL, but others that were not sent: {stray!r}"
    assert [one["file"] for one in missing.raw["result"]] == [B, stray]


@given(st.permutations(range(6)), st.sets(st.integers(0, 5)), st.lists(st.sampled_from("?!"), max_size=3))
def test_no_answer_stands_under_another_input(order: list[int], absent: set[int], strays: list[str]) -> None:
    inputs = [f"https://x.org/{number} .pdf" for number in range(6)]
    names = [inputs[number].replace(" ", "%20") for number in order if number not in absent]
    placed, left = by_input([*strays, *names], inputs, lambda name: name)
    assert left == strays
    assert [None if name is None else spelling(name) for name in placed] == [
        None if number in absent else inputs[number] for number in range(6)
    ]


@pytest.mark.parametrize(
    ("sent", "named"),
    [
        ("invoice.pdf", "invoice.pdf"),
        ("invoice.pdf", ""),
        ("document.pdf", "anything.pdf"),
        ("Invoice 7.PDF", "uploads/invoice_7.pdf"),
        ("a (1).pdf", "a%20%281%29.pdf"),
        ("it's.pdf", '"it?s.pdf"'),
        ("März.pdf", "M?rz.pdf"),
        ("März.pdf", "Maerz.pdf"),
        ("é.pdf", "e\u0301.pdf"),
        ("請求書.pdf", "___.pdf"),
        ("scan.png", "scan.jpeg"),
        ("invoice.pdf", "7b0b3a5c-24f1-11f0-9c1f-0242ac120002_invoice.pdf"),
        ("invoice.pdf", "invoice_1732812345.pdf"),
        ("invoice.pdf", "7b0b3a5c-24f1-11f0-9c1f-0242ac120002.pdf"),
        ("a" * 90 + ".pdf", "a" * 60),
    ],
)  # fmt: skip
def test_a_name_may_come_back_in_another_form(sent: str, named: str) -> None:
    assert names_agree(sent, named)


@pytest.mark.parametrize(
    ("sent", "named"),
    [
        ("a.pdf", "b.pdf"),
        ("scan-1.pdf", "scan-10.pdf"),
        ("doc7.pdf", "doc17.pdf"),
        ("invoice.pdf", "invoice-2.pdf"),
        ("März.pdf", "April.pdf"),
        ("a.pdf", "請求書.pdf"),
        ("7b0b3a5c-24f1-11f0-9c1f-0242ac120002.pdf", "7b0b3a5c-24f1-11f0-9c1f-0242ac120003.pdf"),
    ],
)
def test_the_name_of_another_file_is_recognised(sent: str, named: str) -> None:
    assert not names_agree(sent, named)
