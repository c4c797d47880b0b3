"""Results by URL are under the URL that the reply names, and what it does not name stays within reach."""

from __future__ import annotations

import json
from typing import Any

import pytest

from client_doors import DOORS, Door
from raw_server import RawServer, answering
from reply_bodies import field_box

URLS = ["https://x.org/a b.pdf", "https://x.org/c d.pdf"]
EVERY_DOOR = pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)


def reply(*entries: tuple[str, str, str]) -> bytes:
    """Return a reply with these names, texts and ids."""
    result = [
        {
            "message": "Success",
            "input": name,
            "prediction": [field_box("total", text)],
            "request_file_id": one,
            "page": 0,
        }
        for name, text, one in entries
    ]
    return json.dumps({"message": "Success", "result": result}).encode()


@EVERY_DOOR
def test_a_url_that_the_reply_leaves_out_does_not_get_the_values_of_another(door: Door) -> None:
    with RawServer(answering(202, reply(("https://x.org/c%20d.pdf", "of c", "2")))) as server:
        missing, found = door.use(server.base_url, lambda client: client.ocr.predict_urls("m", URLS))

    assert (missing.file_name, missing.error) == (URLS[0], "the reply does not name this URL")
    assert (found.file_name, found.error, found.fields["total"].text) == (URLS[1], None, "of c")


@EVERY_DOOR
def test_a_result_under_a_name_that_was_not_sent_can_be_read_by_its_id(door: Door) -> None:
    with RawServer(answering(200, reply((URLS[0], "of a", "1"), ("https://x.org/e.pdf", "of e", "9")))) as server:
        found, missing = door.use(server.base_url, lambda client: client.ocr.predict_urls("m", URLS))

    assert found.fields["total"].text == "of a"
    assert not missing.fields
    assert "'https://x.org/e.pdf' (request_file_id 9)" in missing.error
    assert missing.raw["result"][1]["prediction"][0]["ocr_text"] == "of e"


@EVERY_DOOR
def test_jobs_of_urls_have_the_ids_of_their_own_files_and_one_without_an_id_loses_none(door: Door) -> None:
    urls = [*URLS, "https://x.org/e.pdf"]
    body = reply((urls[2], "", ""), (urls[1].replace(" ", "%20"), "", "2"), (urls[0], "", "1"))
    with RawServer(answering(200, body)) as server:
        jobs: list[Any] = door.use(server.base_url, lambda client: client.ocr.submit_urls("m", urls))

    assert [(job.file_name, job.request_file_id) for job in jobs] == [(urls[0], "1"), (urls[1], "2"), (urls[2], "")]
    assert [job.error for job in jobs] == [None, None, "the service accepted it without a request_file_id"]


@EVERY_DOOR
def test_classifications_are_under_their_urls_whatever_the_order(door: Door) -> None:
    result = [
        {"message": "Success", "prediction": [{"label": url, "probability": 1}], "file": url.replace(" ", "%20")}
        for url in reversed(URLS)
    ]
    with RawServer(answering(200, json.dumps({"result": result}).encode())) as server:
        found = door.use(server.base_url, lambda client: client.image_classification.predict_urls("m", URLS))

    assert [(one.file_name, one.best.label) for one in found] == [(url, url) for url in URLS]
