"""Recorded traffic contains only shapes, and is compared with the description of the API."""

from __future__ import annotations

import base64
import gzip
import json
import stat
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nanonets_sdk import AsyncNanonets, Exchange, Nanonets
from nanonets_sdk._openapi import SPEC, locate
from nanonets_sdk.drift.facts.json_types import is_list, is_tree
from nanonets_sdk.drift.gates.traffic import compare, read_traffic
from nanonets_sdk.drift.recording import Record, TrafficRecorder
from nanonets_sdk.drift.report.outcome import Finding, NotComparable
from nanonets_sdk.drift.traffic.har import Notice, records_in_har
from nanonets_sdk.drift.traffic.recording import record_of
from nanonets_sdk.mock import MockServer, Progression
from samples import SAMPLES, from_yaml

SERVICE = "https://app.nanonets.com/api/v2"
ID = "5b1c7a86-3a9e-4f0e-9a65-1f2d3c4b5a69"
MODEL = {"model_id": ID, "model_type": "ocr", "state": 5, "categories": [{"name": "Secret label", "count": 1}]}


@pytest.fixture(scope="module")
def spec() -> Any:
    return from_yaml(locate(SPEC))


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
    whole: dict[str, Any] = {
        "model_id": ID,
        "day_since_epoch": 1,
        "is_moderated": False,
        "id": ID,
        "predicted_boxes": [],
    }
    whole |= page
    lists = {"moderated_images": [], "unmoderated_images": [whole]}
    body: dict[str, Any] = {"moderated_images_count": 0, "unmoderated_images_count": 1, **lists, "signed_urls": {}}
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

    (record,) = read_traffic(tmp_path / "traffic.jsonl", SERVICE)
    assert isinstance(record, Record)
    assert record.path == "/OCR/Model/{}"


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


@pytest.mark.parametrize("path", ["/OCR/Model/{}/Label%s", "/OCR/Model/{}/Label%s/"])
@pytest.mark.parametrize("what", ["File", "Urls"])
@pytest.mark.parametrize(
    ("query", "way"),
    [
        ("", "predict"),
        ("async=false", "predict"),
        ("async=", "predict"),
        ("async=FALSE&l=true", "predict"),
        ("async=true", "submit"),
        ("async=TRUE&l=de", "submit"),
        ("l=de&async=True", "submit"),
        ("async=false&async=true", "submit"),
        ("async=true&async=false", "predict"),
    ],
)
def test_the_flag_and_not_the_slash_decides_which_operation_was_called(
    spec: Any, path: str, what: str, query: str, way: str
) -> None:
    pairs = tuple(parse_qsl(query, keep_blank_values=True))

    (finding,) = found(spec, exchange(method="POST", path=path % what, query=pairs, status=418))

    assert finding.where == f"ocr_{way}_{what.lower()}"


@pytest.mark.parametrize(("slash", "way"), [("", "predict"), ("/", "submit")])
def test_a_recording_without_flags_is_counted_by_the_slash(spec: Any, slash: str, way: str) -> None:
    called = exchange(method="POST", path="/OCR/Model/{}/LabelFile" + slash, query=(("async", "true"),), status=418)
    line = json.loads(record_of(called).to_line())
    del line["flags"]

    (finding,) = compare([Record.from_json(line)], spec, "traffic").findings

    assert finding.where == f"ocr_{way}_file"


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


MODEL_URL = f"{SERVICE}/OCR/Model/{ID}"
REPLY = json.dumps(MODEL)
STRANGE = json.dumps({**MODEL, "owner": "x"})
ENTRY: dict[str, Any] = {
    "request": {"method": "GET", "url": MODEL_URL, "headers": [{"name": ":method", "value": "GET"}]},
    "response": {
        "status": 200,
        "headers": [{"name": ":status", "value": "200"}],
        "content": {"size": len(REPLY), "mimeType": "application/json", "text": REPLY},
        "bodySize": len(REPLY),
    },
}


def changed(**changes: Any) -> dict[str, Any]:
    """An entry with other members; `response__status` is the status of the response."""
    made = deepcopy(ENTRY)
    for name, value in changes.items():
        *way, last = name.split("__")
        place = made
        for key in way:
            place = place[key]
        if value is ...:
            del place[last]
        else:
            place[last] = value
    return made


def base64_of(content: bytes) -> str:
    return base64.b64encode(content).decode()


def json_with(content: dict[str, Any], **headers: str) -> dict[str, Any]:
    made = changed(response__content={"mimeType": "application/json", **content})
    made["response"]["headers"] = [{"name": name.replace("_", "-"), "value": value} for name, value in headers.items()]
    return made


@pytest.mark.parametrize(
    ("odd", "note"),
    [
        ("text", "no URL that can be read"),
        (changed(request=None), "no URL that can be read"),
        (changed(request__url="https://[::1/x"), "no URL that can be read"),
        (changed(request__url="https://app.nanonets.com:99999/api/v2/OCR"), "no URL that can be read"),
        (changed(request__url=5), "no URL that can be read"),
        (changed(request__method=None), "no method"),
        (changed(request__method="OPTIONS", response__status=204), "a preflight of the browser (OPTIONS)"),
        (changed(request__url=MODEL_URL.replace("https", "wss"), response__status=101), "a web socket"),
        (changed(response=None), "no reply"),
        (changed(response=...), "no reply"),
        (changed(response__status=None), "no reply"),
        (changed(response__status=True), "no reply"),
        (changed(response__status="pending"), "no reply"),
        (changed(response__status=0), "no reply"),
        (changed(response__status=-1), "no reply"),
        (changed(response__status=101), "no final reply (101)"),
        (changed(response__status=304, response__content={"size": 0}), "reply from the cache (304)"),
    ],
)
def test_an_entry_that_is_no_exchange_is_noted_and_the_rest_compared(
    spec: Any, odd: Any, note: str, tmp_path: Path
) -> None:
    rules, notes = found_in_archive(spec, tmp_path, odd, changed(response__content__text=STRANGE))

    assert rules == ["unknown-field"]
    assert notes[1:] == (f"Not compared, {note}: entry 1.",)


@pytest.mark.parametrize(
    ("content", "headers", "note"),
    [
        ({"text": "%%%%", "encoding": "base64"}, {}, "not Base64"),
        ({"text": "eyJ", "encoding": "base64"}, {}, "not Base64"),
        ({"text": ["x"]}, {}, "not text"),
        ({"text": REPLY[:40], "size": len(REPLY)}, {}, "cut off"),
        ({"text": base64_of(REPLY[:40].encode()), "size": len(REPLY), "encoding": "base64"}, {}, "cut off"),
        ({"text": base64_of(b"\x28\xb5\x2f\xfd\x04\x00"), "encoding": "base64"}, {"content_encoding": "zstd"}, "zstd"),
        (
            {"text": base64_of(gzip.compress(REPLY.encode())), "encoding": "base64"},
            {"Content_Encoding": "gzip"},
            "gzip",
        ),
        ({"text": "\ufffd\x1b(\ufffd"}, {"content_encoding": "br"}, "br"),
    ],
)
def test_a_body_that_was_not_saved_as_it_was_is_noted(
    spec: Any, content: dict[str, Any], headers: dict[str, str], note: str, tmp_path: Path
) -> None:
    odd = json_with(content, **headers)

    rules, notes = found_in_archive(spec, tmp_path, odd, changed(response__content__text=STRANGE))

    said = f"saved compressed ({note})" if headers else note
    assert rules == ["unknown-field"]
    assert notes[1:] == (f"Body not compared, {said}: entry 1.",)


@pytest.mark.parametrize(
    "changes",
    [
        {"response__content": {"size": None, "mimeType": "application/json"}},
        {"response__content": {"mimeType": "application/json"}, "response__bodySize": None},
        {"response__content": {"mimeType": "application/json", "text": "", "size": 9}, "response__bodySize": -1},
        {"response__content": {"mimeType": "application/json", "text": None, "size": "9"}, "response__bodySize": "x"},
    ],
)
def test_a_body_whose_size_is_not_known_was_not_saved(spec: Any, changes: dict[str, Any], tmp_path: Path) -> None:
    rules, notes = found_in_archive(spec, tmp_path, changed(**changes))

    assert rules == []
    assert notes[1:] == ("1 answers were saved without their bodies, which are not compared.",)


def test_an_empty_body_is_found(spec: Any, tmp_path: Path) -> None:
    empty = changed(response__content={"size": 0, "mimeType": "application/json"}, response__bodySize=0)

    assert found_in_archive(spec, tmp_path, empty)[0] == ["undocumented-media-type"]


@pytest.mark.parametrize(
    "odd",
    [
        changed(response__content__text=STRANGE, response__content__encoding="base64"),
        changed(
            response__content__text=base64.encodebytes(STRANGE.encode()).decode(), response__content__encoding="BASE64"
        ),
        changed(response__content__text="\ufeff" + STRANGE),
        changed(response__content__text=STRANGE, response__content__encoding=None),
        changed(
            response__content__text=STRANGE, response__status="200", _securityState="secure", _webSocketMessages=[]
        ),
        changed(response__content__text=STRANGE[:-1] + ', "owner": "y"}'),
        changed(response__content__text=STRANGE, request__method="get", request__headers={}, response__headers="none"),
        changed(response__content__text=STRANGE, request__postData=[], request__queryString=None),
        json_with({"text": STRANGE, "mimeType": "x-unknown"}, Content_Type="application/json"),
        json_with({"text": STRANGE, "mimeType": None}, content_type="application/json; charset=utf-8"),
        json_with({"text": STRANGE}, content_encoding="br"),
    ],
    ids=range(11),
)
def test_an_odd_way_of_saving_an_exchange_is_understood(spec: Any, odd: dict[str, Any], tmp_path: Path) -> None:
    rules, notes = found_in_archive(spec, tmp_path, odd)

    assert rules == ["unknown-field"]
    assert notes == ("1 of 45 operations were used.",)


def test_a_huge_body_is_compared(spec: Any, tmp_path: Path) -> None:
    huge = changed(response__content__text=json.dumps({**MODEL, "owner": "x" * 5_000_000}))

    assert found_in_archive(spec, tmp_path, huge)[0] == ["unknown-field"]


def test_a_form_that_was_saved_as_its_fields_is_compared_by_its_media_type(spec: Any, tmp_path: Path) -> None:
    form = {"mimeType": "multipart/form-data; boundary=x", "params": [{"name": "file", "fileName": "a.pdf"}]}
    url = f"{MODEL_URL}/LabelFile/?async=false"
    odd = changed(request__method="POST", request__url=url, request__postData=form, response__content__text="[]")

    assert found_in_archive(spec, tmp_path, odd)[0] == ["wrong-type"]


def test_notices_are_grouped_and_name_at_most_ten_entries(spec: Any, tmp_path: Path) -> None:
    _, notes = found_in_archive(
        spec, tmp_path, ENTRY, *[changed(response__status=0)] * 12, changed(response__status=304)
    )

    assert notes[1:] == (
        "Not compared, no reply: entry 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, ….",
        "Not compared, reply from the cache (304): entry 14.",
    )


def places(node: Any) -> list[tuple[Any, Any]]:
    pairs = list(node.items()) if is_tree(node) else list(enumerate(node)) if is_list(node) else []
    return [place for key, value in pairs for place in [(node, key), *places(value)]]


SINGLE: st.SearchStrategy[Any] = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
ODD: st.SearchStrategy[Any] = (
    SINGLE | st.lists(SINGLE, max_size=2) | st.dictionaries(st.text(max_size=4), SINGLE, max_size=2)
)


@settings(derandomize=True)
@given(st.data())
def test_no_value_at_any_place_of_an_entry_ends_the_archive(data: st.DataObject) -> None:
    odd = changed(request__postData={"mimeType": "application/json", "params": [], "text": "{}"})
    for _ in range(data.draw(st.integers(1, 3))):
        place, key = data.draw(st.sampled_from(places(odd)))
        place[key] = data.draw(ODD)
    archive = json.loads(json.dumps({"log": {"entries": [odd, ENTRY]}}))

    every = list(records_in_har(archive, SERVICE))

    assert every[-1] == record_of(exchange())
    assert all(isinstance(one, Notice | Record) for one in every)


def test_a_base_url_that_is_invalid_is_not_comparable() -> None:
    with pytest.raises(NotComparable, match="The base URL is invalid"):
        list(records_in_har({"log": {"entries": [ENTRY]}}, "https://[::1"))


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
        ('{"log": {"entries": [{}]}}', r"contains no exchange .* Not compared, no URL that can be read: entry 1\."),
        ('{"log": 5}', "archive is malformed: it has no list `log.entries`"),
        ('{"log": {"entries": {}}}', "archive is malformed: it has no list `log.entries`"),
        ('{"log": {"entries": [{"request":', "archive .* is cut off or damaged"),
        (LINE.replace('"status":200', '"status":1e999') + "\n", "line 1 is not a record"),
        (json.dumps({"log": {"entries": [entry(SERVICE + "/OCR")]}}).replace("200", "1e999"), "no reply: entry 1"),
    ],
)
def test_a_file_that_is_no_traffic_is_not_comparable(text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "traffic").write_text(text, encoding="utf-8")

    with pytest.raises(NotComparable, match=said):
        read_traffic(tmp_path / "traffic", SERVICE)
