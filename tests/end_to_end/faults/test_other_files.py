"""A reply about another file than the one that was sent is never taken for its result without saying so."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from client_doors import DOORS, Door
from nanonets_sdk import Document, JobFailed, Nanonets, ReplyMismatch
from nanonets_sdk.batch import BatchOptions, predict_files
from nanonets_sdk.mock import MockServer, Progression, WrongType
from raw_server import RawServer, answering
from reply_bodies import field_box, prediction_body
from samples import INVOICE

PDF = INVOICE.read_bytes()
CLASSIFIED = {"message": "Success", "prediction": [{"label": "receipt", "probability": 1}]}
EVERY_DOOR = pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)


def body(name: str, metadata: str = "") -> bytes:
    return prediction_body([[field_box("total", "1")]], input=name, request_metadata=metadata)


@EVERY_DOOR
def test_a_document_under_another_name_says_so_and_keeps_what_was_read(door: Door) -> None:
    with RawServer(answering(200, body("b.pdf"))) as server:
        document: Document = door.use(server.base_url, lambda client: client.ocr.predict_file("m", ("a.pdf", PDF)))

    assert document.error == "'a.pdf' was sent, but the reply is about 'b.pdf'"
    assert document.status == "failure"
    assert document.fields["total"].text == "1"
    assert document.to_records("wide")[0]["error"] == document.error


@EVERY_DOOR
def test_a_document_with_other_metadata_is_an_error_that_carries_it(door: Door) -> None:
    def predict(client: Any) -> Any:
        return client.ocr.predict_file("m", ("a.pdf", PDF), request_metadata="order 4711")

    with RawServer(answering(200, body("a.pdf", "order 4712"))) as server:
        error = door.end(server.base_url, predict).error

    assert isinstance(error, ReplyMismatch)
    assert error.may_be_billed
    assert not error.is_transient
    assert error.raw == body("a.pdf", "order 4712")
    assert error.document.fields["total"].text == "1"
    assert len(server.received) == 1


@pytest.mark.parametrize(
    ("sent", "named", "metadata", "echo"),
    [
        ("a.pdf", "a.pdf", None, ""),
        ("a.pdf", "a.pdf", None, "of an earlier file"),
        ("a.pdf", "", "order 4711", ""),
        ("a.pdf", "uploads/A.PDF", "Auftrag für 4711 ", "Auftrag f?r 4711"),
        ("", "b.pdf", "order 4711", "order 4711"),
    ],
    ids=["same name", "metadata that was not sent", "no name", "other spellings", "sent without a name"],
)
def test_a_reply_that_may_be_about_the_file_is_its_document(
    sent: str, named: str, metadata: str | None, echo: str
) -> None:
    with RawServer(answering(200, body(named, echo))) as server, Nanonets("k", base_url=server.base_url) as client:
        document = client.ocr.predict_file("m", (sent, PDF) if sent else PDF, request_metadata=metadata)

    assert document.error is None


def test_the_same_metadata_does_not_make_up_for_another_name() -> None:
    with RawServer(answering(200, body("b.pdf", "all"))) as server, Nanonets("k", base_url=server.base_url) as client:
        document = client.ocr.predict_file("m", ("a.pdf", PDF), request_metadata="all")

    assert document.error is not None


@EVERY_DOOR
def test_a_job_whose_announcement_names_another_file_says_so_and_does_not_wait(door: Door) -> None:
    with RawServer(answering(200, body("b.pdf"))) as server:
        job = door.use(server.base_url, lambda client: client.ocr.submit_file("m", ("a.pdf", PDF)))
        assert (job.error, job.file_name) == ("'a.pdf' was sent, but the reply is about 'b.pdf'", "a.pdf")

    with RawServer(answering(200, body("b.pdf"))) as server, Nanonets("k", base_url=server.base_url) as client:
        blocking = client.ocr.submit_file("m", ("a.pdf", PDF))
        with pytest.raises(JobFailed, match=r"not certain to be the result of 'a\.pdf'") as caught:
            blocking.result()
    assert caught.value.document is not None
    assert len(server.received) == 1


def test_a_classification_of_another_file_says_so() -> None:
    reply = json.dumps({"result": [{**CLASSIFIED, "file": "b.png"}]}).encode()
    with RawServer(answering(200, reply)) as server, Nanonets("k", base_url=server.base_url) as client:
        found = client.image_classification.predict_file("m", ("a.png", PDF))

    assert found.error == "'a.png' was sent, but the reply is about 'b.png'"
    assert found.best is not None


def test_of_several_classifications_the_one_of_the_file_is_taken() -> None:
    entries = [{**CLASSIFIED, "file": name, "message": name} for name in ("b.pdf", "a.pdf")]
    reply = json.dumps({"result": [{**entry, "message": "Success"} for entry in entries]}).encode()
    with RawServer(answering(200, reply)) as server, Nanonets("k", base_url=server.base_url) as client:
        found = client.image_classification.predict_file("m", ("a.pdf", PDF))

    assert (found.file_name, found.error) == ("a.pdf", None)


@pytest.mark.parametrize(
    ("member", "sync"), [("input", True), ("input", False), ("request_metadata", False)], ids=["sync", "async", "proof"]
)
def test_a_batch_reads_the_result_of_its_own_file_and_pays_once(member: str, sync: bool, tmp_path: Path) -> None:
    (tmp_path / "mine.pdf").write_bytes(PDF)
    with MockServer(jobs=Progression.immediate()) as server, Nanonets("k", base_url=server.base_url) as client:
        operation = "ocr_predict_file" if sync else "ocr_submit_file"
        server.fail(operation, WrongType(f"/result/0/{member}", "another.pdf"), times=1)
        options = BatchOptions(sync=sync)
        with predict_files(client, server.model_id, [tmp_path / "mine.pdf"], options=options) as outcomes:
            (outcome,) = list(outcomes)
        sent = [one for one in server.requests if one.method == "POST"]

    assert (outcome.status, outcome.error) == ("done", None)
    assert outcome.document is not None
    assert outcome.document.file_name == "mine.pdf"
    assert len(sent) == 1
