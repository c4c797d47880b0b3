"""The server of the review over loopback: who gets in, what is written, and what never leaves it."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from early_answer import posted
from messages import PYTHON
from nanonets_sdk import AsyncNanonets, ConfigurationError, Nanonets
from nanonets_sdk.mock import Answer, MockServer, Reset
from nanonets_sdk.review import ReviewServer, waiting_files
from review_desk import KEY
from samples import INVOICE


@pytest.fixture
def server(client: Nanonets, mock: MockServer, file: str) -> Iterator[ReviewServer]:
    with ReviewServer(client, mock.model_id, [file]) as running:
        yield running


@pytest.fixture
def page(server: ReviewServer) -> Iterator[httpx.Client]:
    """What the page in the browser can do."""
    origin = server.url.rsplit("/", 2)[0]
    with httpx.Client(base_url=server.url, headers={"Origin": origin}, trust_env=False) as opened:
        yield opened


def root(server: ReviewServer) -> str:
    return server.url.rsplit("/", 2)[0]


def edited(record: dict[str, Any], **texts: str) -> dict[str, Any]:
    """All pages of a file as the page sends them, with other texts for some labels."""

    def box(one: dict[str, Any], kind: str) -> dict[str, Any]:
        cells = [
            {name: cell[name] for name in ("key", "row", "column", "text", "box")} for cell in one.get("cells", ())
        ]
        text = texts.get(one["label"], one.get("text", ""))
        return {"key": one["key"], "kind": kind, "label": one["label"], "text": text, "box": one["box"], "cells": cells}

    return {
        "pages": [
            {
                "number": page["number"],
                "version": page["version"],
                "boxes": [box(one, "field") for one in page["fields"]] + [box(one, "table") for one in page["tables"]],
            }
            for page in record["pages"]
        ]
    }


def text_of(client: Nanonets, mock: MockServer, file: str, label: str) -> str:
    return client.ocr.get_file(mock.model_id, file).fields[label].text


def test_nothing_is_served_without_the_token(server: ReviewServer) -> None:
    for path in ("/", "/queue", "/x/", "/x/queue", "/" + "A" * 43 + "/", "/%C3%A9/", "//"):
        answer = httpx.get(root(server) + path, trust_env=False)
        assert (answer.status_code, answer.text) == (404, "Not Found"), path


def test_the_ticket_of_the_browser_leads_to_the_page_once(
    server: ReviewServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setenv("BROWSER", "any")

    def note(url: str) -> bool:
        opened.append(url)
        return True

    monkeypatch.setattr("webbrowser.open", note)
    assert server.open_browser()
    assert server.url.split("/")[3] not in opened[0]
    first = httpx.get(opened[0], trust_env=False)
    assert (first.status_code, root(server) + first.headers["location"]) == (303, server.url)
    assert httpx.get(opened[0], trust_env=False).status_code == 404
    assert httpx.get(root(server) + "/", trust_env=False).status_code == 404


def test_only_names_of_this_machine_reach_the_page(server: ReviewServer) -> None:
    def status(host: str) -> int:
        return httpx.get(server.url, headers={"Host": host}, trust_env=False).status_code

    assert [status(host) for host in ("localhost:9", "127.0.0.1", "[::1]:80")] == [200] * 3
    strange = ("evil.example", "127.0.0.1.evil.example", "", "0.0.0.0", "[")
    assert [status(host) for host in strange] == [404] * 5


def test_no_other_page_can_write(page: httpx.Client, client: Nanonets, mock: MockServer, file: str) -> None:
    record = page.get(f"files/{file}").json()
    sent = json.dumps(edited(record, total="1")).encode()
    for headers in (
        {"Origin": "http://evil.example"},
        {"Origin": "http://127.0.0.1:9"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
    ):
        given = {"Content-Type": "application/json", **headers}
        assert page.post(f"files/{file}/save", content=sent, headers=given).status_code == 403, headers
    del page.headers["origin"]
    assert page.post(f"files/{file}/save", json=edited(record, total="1")).status_code == 403
    assert page.get(f"files/{file}/save").status_code == 405
    assert text_of(client, mock, file, "total") == "9,245.22 EUR"


def test_the_page_runs_its_own_scripts_alone_and_says_nothing_to_others(page: httpx.Client) -> None:
    first, second = page.get(""), page.get("")
    policies = [answer.headers["content-security-policy"] for answer in (first, second)]
    assert policies[0] != policies[1]
    nonce = re.findall(r"'nonce-([^']+)'", policies[0])
    assert len({*nonce}) == 1
    assert "unsafe" not in policies[0]
    assert policies[0].startswith("default-src 'none'; img-src 'self'; connect-src 'self'; ")
    tags = re.findall(r"<(?:script|style)[^>]*>", first.text)
    assert len(tags) == 3
    assert all(f'nonce="{nonce[0]}"' in tag for tag in tags)
    assert re.findall(r"\son\w+=", first.text.split("<script")[0]) == []
    assert {*re.findall(r"https?://[^\s\"'`]+", first.text)} == {"http://www.w3.org/2000/svg"}
    for answer in (first, page.get("queue"), page.get("nothing")):
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert "access-control-allow-origin" not in answer.headers


def test_the_key_is_in_no_answer(page: httpx.Client, file: str, server: ReviewServer) -> None:
    answers = [page.get(path) for path in ("", "queue", f"files/{file}", f"files/{file}/pages/1", "icon.svg")]
    assert [answer.status_code for answer in answers] == [200] * 5
    assert not any(KEY.encode() in answer.content or KEY in str(answer.headers) for answer in answers)
    assert answers[3].content.startswith(b"\xff\xd8")
    assert b"signature" not in answers[2].content.lower()
    assert KEY not in repr(server)
    assert server.url.split("/")[3] not in repr(server)


def test_only_the_files_of_the_queue_are_served(
    page: httpx.Client, client: Nanonets, mock: MockServer, file: str
) -> None:
    other = client.ocr.submit_file(mock.model_id, INVOICE).request_file_id
    assert [one["request_file_id"] for one in page.get("queue").json()["files"]] == [file]
    for path in (f"files/{other}", f"files/{other}/pages/1"):
        assert page.get(path).status_code == 404
    assert page.post(f"files/{other}/unapprove", json={}).status_code == 404


def test_what_is_saved_is_read_back_and_what_is_not_named_stays(
    page: httpx.Client, client: Nanonets, mock: MockServer, file: str, server: ReviewServer
) -> None:
    before = client.ocr.get_file(mock.model_id, file)
    record = page.get(f"files/{file}").json()
    saved = page.post(f"files/{file}/save", json=edited(record, total="9,254.22 EUR", seller="A"))
    assert saved.status_code == 200
    after = client.ocr.get_file(mock.model_id, file)
    assert (after.fields["total"].text, after.fields["seller"].text) == ("9,254.22 EUR", "A")
    assert [table.rows for table in after.tables] == [table.rows for table in before.tables]
    assert [one.box for one in after.fields.all()] == [one.box for one in before.fields.all()]
    assert server.saved == (file,)
    assert not after.is_moderated


def test_a_file_that_changed_is_not_written_over(
    page: httpx.Client, client: Nanonets, mock: MockServer, file: str, server: ReviewServer
) -> None:
    record = page.get(f"files/{file}").json()
    theirs = client.ocr.edit(mock.model_id, file)
    theirs.set("total", "1")
    theirs.save()
    for call in ("save", "approve"):
        answer = page.post(f"files/{file}/{call}", json=edited(record, total="2"))
        assert answer.status_code == 409
        totals = [one["text"] for one in answer.json()["file"]["pages"][1]["fields"] if one["label"] == "total"]
        assert totals == ["1"]
    # What nobody saw must not be approved, also if it was not edited here.
    assert page.post(f"files/{file}/approve", json=edited(record)).status_code == 409
    after = client.ocr.get_file(mock.model_id, file)
    assert (after.fields["total"].text, after.is_moderated) == ("1", False)
    assert (server.saved, server.approved) == ((), ())


def test_saving_again_after_a_lost_answer_writes_once(
    page: httpx.Client, client: Nanonets, mock: MockServer, file: str
) -> None:
    record = page.get(f"files/{file}").json()
    sent = edited(record, total="2", seller="B")
    assert page.post(f"files/{file}/save", json=sent).status_code == 200
    written = len([one for one in mock.requests if one.operation_id == "ocr_update_page"])
    assert page.post(f"files/{file}/save", json=sent).status_code == 200
    assert len([one for one in mock.requests if one.operation_id == "ocr_update_page"]) == written == 2
    assert text_of(client, mock, file, "total") == "2"


def test_a_write_without_an_answer_is_settled_by_reading(client: Nanonets, mock: MockServer, file: str) -> None:
    with ReviewServer(client.with_options(timeout=2), mock.model_id, file) as server:
        headers = {"Origin": root(server)}
        record = httpx.get(f"{server.url}files/{file}", trust_env=False).json()
        mock.fail("ocr_update_page", Reset(), times=1)
        lost, again = (
            httpx.post(
                f"{server.url}files/{file}/save",
                json=edited(record, total="2"),
                headers=headers,
                trust_env=False,
                timeout=60,
            )
            for _ in range(2)
        )
    assert (lost.status_code, lost.json()["unknown"]) == (502, True)
    assert again.status_code == 200
    assert text_of(client, mock, file, "total") == "2"


def test_fields_and_rows_are_added_moved_and_removed(
    page: httpx.Client, client: Nanonets, mock: MockServer, file: str
) -> None:
    before = client.ocr.get_file(mock.model_id, file)
    sent = edited(page.get(f"files/{file}").json())
    boxes = sent["pages"][0]["boxes"]
    kept = [one for one in boxes if one["label"] != "currency"]
    seller = next(one for one in kept if one["label"] == "seller")
    seller["box"] = [10, 20, 30, 40]
    table = next(one for one in kept if one["kind"] == "table")
    table["cells"] = [one for one in table["cells"] if one["row"] != 1]
    for one in table["cells"]:
        one["row"] -= one["row"] > 1
    for one in table["cells"]:
        one["row"] += 1
    table["cells"].append({"key": None, "row": 0, "column": 1, "text": "Cable", "box": [1, 2, 3, 4]})
    note = {"key": None, "kind": "field", "label": "note", "text": "paid", "box": [5, 6, 7, 8], "cells": []}
    cell = {"key": None, "row": 0, "column": 0, "text": "3 m", "box": None, "label": "Length"}
    cables = {"key": None, "kind": "table", "label": "cables", "text": "", "box": None, "cells": [cell]}
    sent["pages"][0]["boxes"] = [*kept, note, cables]
    assert page.post(f"files/{file}/save", json=sent).status_code == 200
    after = client.ocr.get_file(mock.model_id, file)
    assert str(after.fields["seller"].box) == "Box(xmin=10, ymin=20, xmax=40, ymax=60)"
    assert (after.fields["note"].text, str(after.fields["note"].box)) == (
        "paid",
        "Box(xmin=5, ymin=6, xmax=12, ymax=14)",
    )
    assert "currency" not in after.fields
    rows = before.tables[0].rows
    assert after.tables[0].rows == (("", "Cable", "", "", ""), rows[0], *rows[2:])
    assert (after.tables[1].label, after.tables[1].header, after.tables[1].rows) == ("cables", ("Length",), (("3 m",),))
    assert after.tables[2].rows == before.tables[1].rows


def first_box(sent: dict[str, Any], number: int = 0) -> dict[str, Any]:
    box: dict[str, Any] = sent["pages"][0]["boxes"][number]
    return box


MISTAKES: list[tuple[Callable[[dict[str, Any]], object], str]] = [
    (lambda sent: first_box(sent).update(key=99), "is not there"),
    (lambda sent: first_box(sent).update(key=first_box(sent, 1)["key"]), "names one twice"),
    (lambda sent: first_box(sent).update(box=[-5, 0, 3, 3]), "is not on the page"),
    (lambda sent: first_box(sent).update(label=" "), "cannot be empty"),
    (lambda sent: sent["pages"][0].update(number=9), "no page 9"),
    (lambda sent: sent.update(more=1), "unknown field `more`"),
    (lambda sent: sent["pages"][0]["boxes"].append({**first_box(sent), "key": None, "label": ""}), "has no label"),
    (lambda sent: first_box(sent).update(kind="table"), "is not a table"),
]


@pytest.mark.parametrize(("change", "said"), MISTAKES, ids=[said for _, said in MISTAKES])
def test_an_edit_that_does_not_fit_is_refused_and_nothing_is_written(
    page: httpx.Client, client: Nanonets, mock: MockServer, file: str, change: Any, said: str
) -> None:
    sent = edited(page.get(f"files/{file}").json(), total="2", seller="A")
    change(sent)
    answer = page.post(f"files/{file}/save", json=sent)
    assert (answer.status_code, said in answer.json()["error"]) == (400, True), answer.text
    assert text_of(client, mock, file, "total") == "9,245.22 EUR"


def test_an_approval_and_taking_it_back(
    page: httpx.Client, client: Nanonets, mock: MockServer, file: str, server: ReviewServer
) -> None:
    record = page.get(f"files/{file}").json()
    approved = page.post(f"files/{file}/approve", json=edited(record))
    assert (approved.status_code, approved.json()["moderated"]) == (200, True)
    assert server.approved == (file,)
    assert [one.status for one in server.files] == ["approved"]
    assert page.post(f"files/{file}/save", json=edited(approved.json(), total="2")).status_code == 409
    back = page.post(f"files/{file}/unapprove", json={}).json()
    assert not back["moderated"]
    assert len(server.approved) == 0
    assert page.post(f"files/{file}/save", json=edited(back, total="2")).status_code == 200
    assert text_of(client, mock, file, "total") == "2"


def test_unsaved_edits_are_known_by_the_name_of_their_file(page: httpx.Client, file: str, server: ReviewServer) -> None:
    assert page.post(f"files/{file}/unsaved", json={"edits": 3}).status_code == 204
    assert server.unsaved == {"invoice.pdf": 3}
    page.post(f"files/{file}/unsaved", json={"edits": 0})
    assert server.unsaved == {}


def test_a_page_image_that_is_gone_is_said_without_its_signed_url(
    client: Nanonets, mock: MockServer, file: str
) -> None:
    with ReviewServer(client, mock.model_id, [file], sources={file: b"not a picture"}) as server:
        httpx.get(f"{server.url}files/{file}", trust_env=False)
        answer = httpx.get(f"{server.url}files/{file}/pages/1", trust_env=False)
        assert (answer.status_code, "cannot read the image" in answer.json()["error"]) == (502, True)
        assert httpx.get(f"{server.url}files/{file}/pages/7", trust_env=False).status_code == 404
    with ReviewServer(client, mock.model_id, [file], sources={file: INVOICE}) as server:
        httpx.get(f"{server.url}files/{file}", trust_env=False)
        assert httpx.get(f"{server.url}files/{file}/pages/2", trust_env=False).status_code == 200


def test_a_request_that_is_too_large_is_refused(page: httpx.Client, file: str) -> None:
    answer = page.post(f"files/{file}/check", content=b" " * (33 << 20), headers={"Content-Type": "application/json"})
    assert answer.status_code == 413


def test_a_sender_of_a_large_body_reads_why_it_was_refused(server: ReviewServer, file: str) -> None:
    assert posted(root(server) + "/wrong").startswith(b"HTTP/1.1 404 ")
    assert posted(f"{server.url}files/{file}/save").startswith(b"HTTP/1.1 403 ")


def test_the_server_listens_on_loopback_alone_and_stops(client: Nanonets, mock: MockServer, file: str) -> None:
    server = ReviewServer(client, mock.model_id, file)
    with pytest.raises(RuntimeError, match="not running"):
        print(server.url)
    with server:
        port = int(server.url.split(":")[2].split("/")[0])
        assert server.url.startswith("http://127.0.0.1:")
        with pytest.raises(ConfigurationError, match=f"port {port} of 127.0.0.1 is in use"):
            ReviewServer(client, mock.model_id, file, port=port).start()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), 1)


def test_arguments_that_cannot_be_used_are_named(client: Nanonets, mock: MockServer, file: str) -> None:
    with pytest.raises(TypeError, match="client must be a Nanonets, got AsyncNanonets"):
        ReviewServer(AsyncNanonets(KEY, base_url=mock.base_url), mock.model_id, file)  # type: ignore[arg-type]  # on purpose
    with pytest.raises(ValueError, match="below must be a score from 0 to 1, got 90"):
        ReviewServer(client, mock.model_id, file, below=90)
    with pytest.raises(ValueError, match="files is empty"):
        ReviewServer(client, mock.model_id, [])
    with pytest.raises(TypeError):
        ReviewServer(client, mock.model_id, file, types=int)


def test_the_files_that_wait_come_with_the_least_certain_first(client: Nanonets, mock: MockServer, file: str) -> None:
    other = client.ocr.submit_file(mock.model_id, INVOICE).request_file_id
    approved = client.ocr.submit_file(mock.model_id, INVOICE).request_file_id
    client.ocr.approve(mock.model_id, approved)
    sure = client.ocr.edit(mock.model_id, file)
    for field in sure.fields:
        if (field.score or 0) < 0.85:
            field.remove()
    sure.save()
    week = timedelta(days=7)
    assert [one.request_file_id for one in waiting_files(client, mock.model_id, week)] == [other, file]
    assert [one.request_file_id for one in waiting_files(client, mock.model_id, week, below=0.85)] == [other]
    assert waiting_files(client, mock.model_id, week, below=0.1) == []
    files = ReviewServer(client, mock.model_id, [file, other]).files
    assert (files[0].request_file_id, files[0].lowest) == (other, 0.8)


FAULTS = {
    "a key that is refused": ("ocr_get_file", 401, {}, "Check the API key that the review was started with."),
    "an error of the service": ("ocr_approve_file", 500, {}, "open the file again to see how it is now."),
    "a reply that is not JSON": ("ocr_get_file", 200, "<html>", "(6 bytes)."),
}


@pytest.mark.parametrize(("operation", "status", "body", "advice"), FAULTS.values(), ids=FAULTS.keys())
def test_what_the_page_says_when_a_call_fails_names_nothing_of_python(
    mock: MockServer, page: httpx.Client, file: str, operation: str, status: int, body: Any, advice: str
) -> None:
    record = page.get(f"files/{file}").json()
    mock.fail(operation, Answer(status, body))
    is_reading = operation == "ocr_get_file"
    answer = page.get(f"files/{file}") if is_reading else page.post(f"files/{file}/approve", json=edited(record))
    assert (answer.status_code, PYTHON.findall(answer.json()["error"])) == (502, [])
    assert answer.json()["error"].endswith(advice)
