"""Recorded traffic contains only shapes, and is compared with the description of the API."""

from __future__ import annotations

import base64
import json
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import attrs
import pytest
import yaml

from nanonets_sdk import AsyncNanonets, Exchange, Nanonets
from nanonets_sdk.contract import SPEC, locate
from nanonets_sdk.drift.gates.traffic import compare, read_traffic
from nanonets_sdk.drift.recording import TrafficRecorder
from nanonets_sdk.drift.report.outcome import Finding, NotComparable
from nanonets_sdk.drift.traffic.recording import record_of
from nanonets_sdk.mock import MockServer, Progression
from samples import SAMPLES

SERVICE = "https://app.nanonets.com/api/v2"
ID = "5b1c7a86-3a9e-4f0e-9a65-1f2d3c4b5a69"
MODEL = {"model_id": ID, "model_type": "ocr", "state": 5, "categories": [{"name": "Secret label", "count": 1}]}


@pytest.fixture(scope="module")
def spec() -> Any:
    return yaml.safe_load(locate(SPEC).read_text(encoding="utf-8"))


def exchange(**changes: Any) -> Exchange:
    """The model, read; `body` is JSON to answer instead."""
    content = json.dumps(changes.pop("body", MODEL)).encode()
    return attrs.evolve(Exchange("GET", f"/OCR/Model/{ID}", (), "", 200, "application/json", content), **changes)


def found(spec: Any, *exchanges: Exchange) -> list[Finding]:
    return list(compare(map(record_of, exchanges), spec, "traffic").findings)


def rules(spec: Any, *exchanges: Exchange) -> list[tuple[str, str]]:
    return [(finding.rule, finding.pointer) for finding in found(spec, *exchanges)]


def test_traffic_as_described_has_no_findings(spec: Any) -> None:
    assert found(spec, exchange()) == []


def listing(**page: Any) -> Exchange:
    """A listing of one page with these members."""
    whole = {"model_id": ID, "day_since_epoch": 1, "is_moderated": False, "id": ID, "predicted_boxes": [], **page}
    lists = {"moderated_images": [], "unmoderated_images": [whole]}
    body = {"moderated_images_count": 0, "unmoderated_images_count": 1, **lists, "signed_urls": {}}
    return exchange(path=f"/Inferences/Model/{ID}/ImageLevelInferences", body=body)


TEXT: Final = {
    "xmin": 1,
    "ymin": 1,
    "xmax": 2,
    "ymax": 2,
    "ocr_text": "12",
    "label": "total",
    "score": 1,
    "type": "field",
}
CELL: Final = {"row": 1, "col": 1, "xmin": 1, "ymin": 1, "xmax": 2, "ymax": 2, "text": "12", "lookup_edited": False}


@pytest.mark.parametrize(
    "page",
    [
        {"raw_ocr": [{**TEXT, "id": "b1", "label_id": "l1", "status": "correctly_predicted", "cells": None}]},
        {"raw_ocr": [{**TEXT, "type": "table", "cells": [CELL]}]},
        {"moderated_boxes": None},
        {"predicted_boxes": [{**TEXT, "grid_cells": None, "lookup_edited": False, "lookup_parent_box_ids": None}]},
        {"moderated_boxes": [{**TEXT, "lookup_edited": True, "lookup_parent_box_ids": ["b1"], "cells": [CELL]}]},
    ],
    ids=["text of 2022", "table in the text", "nothing moderated", "box of 2025", "box of a lookup"],
)
def test_members_of_captured_replies_are_described(spec: Any, page: dict[str, Any]) -> None:
    assert found(spec, listing(**page)) == []


@pytest.mark.parametrize(
    ("page", "rule"),
    [
        ({"predicted_boxes": None}, "unexpected-null"),
        ({"moderated_boxes": [{**TEXT, "lookup_parent_box_ids": "b1"}]}, "wrong-type"),
        ({"raw_ocr": [{**TEXT, "colour": "red"}]}, "unknown-field"),
    ],
)
def test_members_beside_them_are_still_found(spec: Any, page: dict[str, Any], rule: str) -> None:
    assert [name for name, _ in rules(spec, listing(**page))] == [rule]


def test_a_reply_in_plain_text_is_as_described(spec: Any) -> None:
    path = f"/Inferences/Model/{ID}/ValidationUrl/{ID}"
    link = exchange(
        path=path, query=(("expires", "1"),), content=b"https://example.org/secret", content_type="text/plain"
    )
    assert found(spec, link) == []
    assert rules(spec, attrs.evolve(link, content_type="text/html")) == [
        ("undocumented-media-type", "/responses/200/content")
    ]
    assert b"secret" not in record_of(link).to_line()


def test_every_call_to_the_mock_is_as_described(spec: Any, tmp_path: Path) -> None:
    path = tmp_path / "traffic.jsonl"
    with MockServer(jobs=Progression.after_polls(1)) as server, TrafficRecorder(path) as recorder:
        with Nanonets("key", base_url=server.base_url) as client:
            ocr = client.with_options(recorder=recorder).ocr
            document = ocr.predict_file(server.model_id, SAMPLES / "invoice.pdf", request_metadata="secret text")
            ocr.get_file(server.model_id, document.request_file_id)
            ocr.get_model(server.model_id)

        outcome = compare(read_traffic(path, SERVICE), spec, path.name)

    assert outcome.findings == ()
    assert outcome.subject == "3 exchanges in traffic.jsonl"


def test_the_asynchronous_client_records_too(tmp_path: Path) -> None:
    import asyncio

    async def call(base_url: str, model_id: str, recorder: TrafficRecorder) -> None:
        async with AsyncNanonets("key", base_url=base_url) as client:
            await client.with_options(recorder=recorder).ocr.get_model(model_id)

    with MockServer() as server, TrafficRecorder(tmp_path / "traffic.jsonl") as recorder:
        asyncio.run(call(server.base_url, server.model_id, recorder))

    assert [record.path for record in read_traffic(tmp_path / "traffic.jsonl", SERVICE)] == ["/OCR/Model/{}"]


def test_no_data_reaches_the_disk(tmp_path: Path) -> None:
    secrets = {"ocr_text": "Total 12", "signed_urls": {f"uploadedfiles/{ID}/1.jpeg": {"original": "https://s/?sig"}}}
    with TrafficRecorder(tmp_path / "traffic.jsonl") as recorder:
        recorder(exchange(body={**MODEL, **secrets}, query=(("modelId", ID), ("l", "de"))))
        recorder(exchange(body="A secret text"))
        recorder(exchange(content=b"<html>secret</html>", content_type="text/html"))
    text = (tmp_path / "traffic.jsonl").read_text(encoding="ascii")

    for data in (ID, ID[:8], "Secret", "secret", "Total", "uploadedfiles", "?sig", '"de"'):
        assert data not in text
    assert text.count("\n") == 3


def test_only_its_owner_can_read_a_recording(tmp_path: Path) -> None:
    TrafficRecorder(tmp_path / "traffic.jsonl").close()

    assert stat.S_IMODE((tmp_path / "traffic.jsonl").stat().st_mode) == 0o600


def test_a_recording_goes_on_where_it_ended(tmp_path: Path) -> None:
    for _ in range(2):
        with TrafficRecorder(tmp_path / "traffic.jsonl") as recorder:
            recorder(exchange())

    assert len(read_traffic(tmp_path / "traffic.jsonl", SERVICE)) == 2


def test_threads_may_share_a_recorder(tmp_path: Path) -> None:
    with TrafficRecorder(tmp_path / "traffic.jsonl") as recorder, ThreadPoolExecutor(8) as pool:
        list(pool.map(recorder, [exchange(body={**MODEL, "status": "x" * 2000})] * 200))

    assert len(read_traffic(tmp_path / "traffic.jsonl", SERVICE)) == 200


def test_a_reply_after_closing_is_logged_and_not_lost(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    recorder = TrafficRecorder(tmp_path / "traffic.jsonl")
    recorder.close()
    recorder.close()

    recorder(exchange())
    recorder(exchange())

    assert caplog.text.count("after the recorder was closed") == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a file that is always full")
def test_a_full_disk_ends_the_recording_and_loses_no_reply(caplog: pytest.LogCaptureFixture) -> None:
    with MockServer() as server, Nanonets("key", base_url=server.base_url) as client:
        recorded = client.with_options(recorder=TrafficRecorder("/dev/full"))
        types = [recorded.ocr.get_model(server.model_id).model_type for _ in range(3)]

    assert types == ["ocr"] * 3
    assert [record.getMessage()[:36] for record in caplog.records if record.name.endswith("recording")] == [
        "recording has ended: [Errno 28] No s"
    ]


def test_a_reply_nested_too_deeply_to_record_is_not_lost(tmp_path: Path) -> None:
    with TrafficRecorder(tmp_path / "traffic.jsonl") as recorder:
        recorder(exchange(content=b'{"a":' * 50_000 + b"1" + b"}" * 50_000))
        recorder(exchange())

    assert 1 <= len(read_traffic(tmp_path / "traffic.jsonl", SERVICE)) <= 2


def test_differences_are_grouped_by_position(spec: Any) -> None:
    strange = exchange(body={**MODEL, "owner": "x"})

    (finding,) = found(spec, strange, exchange(), strange, strange)

    assert (finding.rule, finding.where, finding.count) == ("unknown-field", "ocr_get_model", 3)
    assert finding.pointer == "/responses/200/content/application~1json/schema/properties/owner"


SCHEMA = "/responses/200/content/application~1json/schema"


@pytest.mark.parametrize(
    ("body", "rule", "pointer"),
    [
        ({**MODEL, "state": "5"}, "wrong-type", f"{SCHEMA}/properties/state"),
        ({**MODEL, "state": 5.5}, "wrong-type", f"{SCHEMA}/properties/state"),
        ({**MODEL, "state": None}, "unexpected-null", f"{SCHEMA}/properties/state"),
        ({**MODEL, "categories": {}}, "wrong-type", f"{SCHEMA}/properties/categories"),
        (
            {**MODEL, "categories": [{"name": "a"}, {}]},
            "missing-field",
            f"{SCHEMA}/properties/categories/items/properties/name",
        ),
        (
            {name: MODEL[name] for name in ("model_id", "model_type", "state")},
            "missing-field",
            f"{SCHEMA}/properties/categories",
        ),
        ([MODEL], "wrong-type", SCHEMA),
    ],
)
def test_a_body_that_is_not_as_described_is_found(spec: Any, body: Any, rule: str, pointer: str) -> None:
    assert rules(spec, exchange(body=body)) == [(rule, pointer)]


def test_an_integer_is_accepted_where_a_number_is_expected(spec: Any) -> None:
    assert rules(spec, exchange(body={**MODEL, "accuracy": 1})) == []


def test_a_free_form_object_may_have_any_key(spec: Any) -> None:
    reply: Any = {"message": "Success", "result": [], "signed_urls": {"a/b": {"original": ""}, "c/d": {"original": 5}}}
    one = exchange(path=f"/Inferences/Model/{ID}/ImageLevelInferences/{ID}", body=reply)

    assert rules(spec, one) == [
        ("wrong-type", f"{SCHEMA}/properties/signed_urls/additionalProperties/properties/original")
    ]


def test_pages_within_pages_are_looked_at(spec: Any) -> None:
    page = {"message": "Success", "result": [{"message": "Success", "result": [{"message": 1}]}]}
    one = exchange(method="POST", path=f"/OCR/Model/{ID}/LabelFile/", body={"message": "Success", "result": [page]})

    ((rule, pointer),) = rules(spec, one)

    assert rule == "wrong-type"
    assert pointer.count("/result/items") == 3


@pytest.mark.parametrize(
    ("changes", "rule", "pointer"),
    [
        ({"status": 418}, "undocumented-status", "/responses"),
        ({"content_type": "text/html", "content": b"<html>"}, "undocumented-media-type", "/responses/200/content"),
        ({"content": b"{"}, "undocumented-media-type", "/responses/200/content"),
        ({"content": b""}, "undocumented-media-type", "/responses/200/content"),
        ({"query": (("plan", "x"),)}, "unknown-parameter", "/parameters/query:plan"),
        ({"request_content_type": "text/csv"}, "undocumented-request-media-type", "/requestBody/content"),
        ({"path": "/OCR/FullText"}, "unknown-operation", ""),
        ({"method": "DELETE"}, "unknown-operation", ""),
    ],
)
def test_an_exchange_that_is_not_described_is_found(
    spec: Any, changes: dict[str, Any], rule: str, pointer: str
) -> None:
    assert rules(spec, exchange(**changes)) == [(rule, pointer)]


@pytest.mark.parametrize("path", ["/OCR/Model/{}/LabelFile", "/OCR/Model/{}/LabelFile/"])
def test_both_spellings_of_a_route_are_known_apart(spec: Any, path: str) -> None:
    (finding,) = found(spec, exchange(method="POST", path=path, status=418))

    assert finding.where == ("ocr_submit_file" if path.endswith("/") else "ocr_predict_file")


def test_a_slash_more_or_less_is_the_same_route(spec: Any) -> None:
    assert found(spec, exchange(path=f"/OCR/Model/{ID}/")) == []


def entry(url: str, **content: Any) -> dict[str, Any]:
    return {
        "request": {"method": "GET", "url": url, "queryString": []},
        "response": {"status": 200, "content": {"mimeType": "application/json; charset=utf-8", **content}},
    }


def test_an_archive_of_a_browser_is_read(spec: Any, tmp_path: Path) -> None:
    strange = json.dumps({**MODEL, "owner": "x"})
    entries = [
        entry(f"{SERVICE}/OCR/Model/{ID}", text=strange),
        entry(f"{SERVICE}/OCR/Model/{ID}", text=base64.b64encode(strange.encode()).decode(), encoding="base64"),
        entry("https://elsewhere.example.org/api/v2/OCR/Model/1", text="{}"),
    ]
    (tmp_path / "traffic.har").write_text(json.dumps({"log": {"entries": entries}}), encoding="utf-8")

    outcome = compare(read_traffic(tmp_path / "traffic.har", SERVICE), spec, "traffic.har")

    assert [(finding.rule, finding.count) for finding in outcome.findings] == [("unknown-field", 2)]


def found_in_archive(spec: Any, folder: Path, *entries: dict[str, Any]) -> tuple[list[str], tuple[str, ...]]:
    (folder / "traffic.har").write_text(json.dumps({"log": {"entries": entries}}), encoding="utf-8")
    outcome = compare(read_traffic(folder / "traffic.har", SERVICE), spec, "traffic.har")
    return [finding.rule for finding in outcome.findings], outcome.notes


def test_an_archive_saved_without_bodies_shows_all_but_the_bodies(spec: Any, tmp_path: Path) -> None:
    model = f"{SERVICE}/OCR/Model/{ID}"
    page = {**entry(model), "response": {"status": 200, "content": {"mimeType": "text/html", "size": 9}}}

    rules, notes = found_in_archive(spec, tmp_path, entry(model, size=500), page, entry(model, text=json.dumps(MODEL)))

    assert rules == ["undocumented-media-type"]
    assert "2 answers were saved without their bodies, which are not compared." in notes


def test_a_request_that_was_cancelled_says_nothing_of_the_service(spec: Any, tmp_path: Path) -> None:
    cancelled: dict[str, Any] = {**entry(f"{SERVICE}/OCR/Model/{ID}"), "response": {"status": 0, "content": {}}}

    assert (
        found_in_archive(spec, tmp_path, cancelled, entry(f"{SERVICE}/OCR/Model/{ID}", text=json.dumps(MODEL)))[0] == []
    )


@pytest.mark.parametrize("address", ["https://APP.nanonets.com/api/v2", "https://app.nanonets.com:443/api/v2"])
def test_the_service_is_known_by_every_spelling_of_its_address(spec: Any, address: str, tmp_path: Path) -> None:
    assert found_in_archive(spec, tmp_path, entry(f"{address}/OCR/Model/{ID}", text="[]"))[0] == ["wrong-type"]


@pytest.mark.parametrize("media_type", ["Application/JSON", "application/json ; charset=utf-8"])
def test_a_media_type_is_the_same_however_it_is_written(spec: Any, media_type: str) -> None:
    assert found(spec, exchange(content_type=media_type)) == []


def test_a_line_that_was_cut_off_at_the_end_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "traffic.jsonl"
    with TrafficRecorder(path) as recorder:
        recorder(exchange())
        recorder(exchange())
    path.write_bytes(path.read_bytes()[:-20])

    assert len(read_traffic(path, SERVICE)) == 1


LINE = '{"method":"GET","path":"/","query":[],"request_content_type":"","status":200,"content_type":"","body":""}'


def test_a_description_that_is_malformed_is_not_comparable() -> None:
    with pytest.raises(NotComparable, match="Our description is malformed"):
        compare([record_of(exchange())], {"paths": {"/OCR/Model/{model_id}": {"get": {}}}}, "traffic")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "contains no exchange"),
        ("no JSON\n", "line 1 is not a record"),
        ('{"method": "GET"}\n', "line 1 is not a record"),
        (LINE.replace('"body":""', '"body":"no type"') + "\n", "line 1 is not a record"),
        ('{"log": {"entries": []}}', "contains no exchange"),
        ('{"log": {"entries": [{}]}}', "archive is malformed"),
        ('{"log": 5}', "archive is malformed"),
        (LINE.replace('"status":200', '"status":1e999') + "\n", "line 1 is not a record"),
        (json.dumps({"log": {"entries": [entry(SERVICE + "/OCR")]}}).replace("200", "1e999"), "archive is malformed"),
    ],
)
def test_a_file_that_is_no_traffic_is_not_comparable(text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "traffic").write_text(text, encoding="utf-8")

    with pytest.raises(NotComparable, match=said):
        read_traffic(tmp_path / "traffic", SERVICE)
