"""The control API does over HTTP what the server object does in Python."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from mock_calls import get_model, submit
from nanonets_sdk.mock import MockServer
from nanonets_sdk.mock.plugin import API_KEY
from samples import INVOICE

URL = "https://files.example.org/invoice.pdf"


@pytest.fixture
def control(nanonets_mock: MockServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=nanonets_mock.base_url.removesuffix("/api/v2") + "/_mock", timeout=60) as client:
        yield client


def listing(http: httpx.Client, mock: MockServer) -> Any:
    return http.get(f"/Inferences/Model/{mock.model_id}/ImageLevelInferences").json()


def test_a_fault_is_added_and_removed(nanonets_mock: MockServer, http: httpx.Client, control: httpx.Client) -> None:
    fault = {"operation_id": "ocr_get_model", "kind": "answer", "status": 503, "body": {"message": "down"}, "every": 1}
    assert control.post("/faults", json=fault).status_code == 200
    assert get_model(http, nanonets_mock).json() == {"message": "down"}
    control.delete("/faults")
    assert get_model(http, nanonets_mock).status_code == 200


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "meltdown"},
        {"kind": "latency"},
        {"kind": "latency", "seconds": "long"},
        {"kind": "latency", "seconds": 1, "minutes": 2},
        {"kind": "latency", "seconds": 1, "operation_id": "nothing"},
        {"kind": "latency", "seconds": -1},
        {"kind": "latency", "seconds": 1, "every": 0},
        {"kind": "latency", "seconds": 1, "times": -1},
        {"kind": "latency", "seconds": 1, "probability": 7},
        {"kind": "answer", "status": 1000},
        {"kind": "answer", "status": 200, "headers": {"X": "a\r\nb: c"}},
        {"kind": "answer", "status": 200, "headers": {"X": "\u20ac"}},
        {"kind": "answer", "status": 200, "headers": {"Content-Length": "3"}},
        {"kind": "other_status", "status": 100},
        {"kind": "truncated", "at": -1},
        {"kind": "slow", "bytes_per_second": 9},
    ],
)
def test_a_fault_that_is_none_is_refused(control: httpx.Client, fault: dict[str, Any]) -> None:
    reply = control.post("/faults", json=fault)
    assert reply.status_code == 400
    assert reply.json()["message"]


def test_switches_are_read_and_changed(nanonets_mock: MockServer, http: httpx.Client, control: httpx.Client) -> None:
    changes = {"pending_page_status": 202, "error_bodies": {"404": {"message": "gone"}}}
    assert control.patch("/behaviour", json=changes).json()["pending_page_status"] == 202
    assert control.get("/behaviour").json()["nested_async"] is False
    assert http.get("/OCR/Model/none").json() == {"message": "gone"}
    assert nanonets_mock.behaviour.pending_page_status == 202


@pytest.mark.parametrize("changes", [{"colour": "red"}, {"not_ready_status": 418}, {"pages_per_minute": -1}])
def test_a_switch_that_is_none_is_refused(control: httpx.Client, changes: dict[str, Any]) -> None:
    assert control.patch("/behaviour", json=changes).status_code == 400


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/faults"),
        ("PATCH", "/behaviour"),
        ("PUT", "/progressions"),
        ("POST", "/clock"),
        ("POST", "/models"),
        ("POST", "/urls"),
        ("POST", "/seed"),
        ("POST", "/files/none/approve"),
    ],
)
@pytest.mark.parametrize("content", [b"[]", b"1", b"null", b'"x"', b"{", b"[" * 100_000, b"\xff", b'{"colour": 1}'])
def test_a_body_that_does_not_fit_is_refused(control: httpx.Client, method: str, path: str, content: bytes) -> None:
    reply = control.request(method, path, content=content)
    assert reply.status_code == 400
    assert reply.json()["message"]


@pytest.mark.parametrize(
    "progressions", [{"jobs": {"pols": 2}}, {"jobs": {"polls": -1}}, {"trainings": {"seconds": "soon"}}, {"jobs": 2}]
)
def test_a_progression_that_is_none_is_refused_and_changes_nothing(
    nanonets_mock: MockServer, control: httpx.Client, progressions: dict[str, Any]
) -> None:
    before = (nanonets_mock.jobs, nanonets_mock.trainings)
    assert control.put("/progressions", json=progressions).status_code == 400
    assert (nanonets_mock.jobs, nanonets_mock.trainings) == before


@pytest.mark.parametrize("move", [{"freeze": 1e300}, {"advance": -1e300}])
def test_a_time_that_no_id_can_tell_is_refused(control: httpx.Client, move: dict[str, float]) -> None:
    assert control.post("/clock", json=move).status_code == 400


def test_a_body_that_is_no_form_is_refused(control: httpx.Client) -> None:
    reply = control.put("/urls", content=b"x", headers={"Content-Type": "multipart/form-data"})
    assert reply.status_code == 400
    assert "boundary" in reply.json()["message"]


def test_progressions_are_data(nanonets_mock: MockServer, http: httpx.Client, control: httpx.Client) -> None:
    control.put("/progressions", json={"jobs": {"polls": 5}})
    submit(http, nanonets_mock)
    assert {image["status"] for image in listing(http, nanonets_mock)["unmoderated_images"]} == {"pending"}
    control.post("/finish")
    assert {image["status"] for image in listing(http, nanonets_mock)["unmoderated_images"]} == {"success"}


def test_the_clock_is_moved(control: httpx.Client) -> None:
    control.post("/clock", json={"freeze": 1_000_000})
    assert control.post("/clock", json={"advance": 60}).json() == {"now": 1_000_060.0}
    assert control.post("/clock", json={"reset": True}).json()["now"] > 1_700_000_000


def test_a_file_is_approved_and_unapproved(
    nanonets_mock: MockServer, http: httpx.Client, control: httpx.Client
) -> None:
    file_id = submit(http, nanonets_mock).json()["result"][0]["request_file_id"]
    assert control.post(f"/files/{file_id}/approve").status_code == 400
    control.post("/finish")
    control.post(f"/files/{file_id}/approve", json={"corrections": {"total": "1"}, "reviewer": "a@example.org"})
    moderated = listing(http, nanonets_mock)["moderated_images"]
    assert [(image["verified_by"], image["is_moderated"]) for image in moderated] == [("a@example.org", True)] * 2
    assert {box["status"] for box in moderated[0]["moderated_boxes"]} == {"moderated"}
    control.post(f"/files/{file_id}/unapprove")
    assert listing(http, nanonets_mock)["moderated_images_count"] == 0
    assert control.post("/files/none/approve").status_code == 404


def test_a_url_is_registered_with_a_file(nanonets_mock: MockServer, http: httpx.Client, control: httpx.Client) -> None:
    control.put("/urls", data={"url": URL}, files={"file": INVOICE.read_bytes()})
    labels = f"/OCR/Model/{nanonets_mock.model_id}/LabelUrls"
    assert http.post(labels, data={"urls": URL}).status_code == 200
    control.post("/urls", json={"url": URL, "reason": "gone"})
    assert http.post(labels, data={"urls": URL}).json()["result"][0]["message"] == "gone"
    assert control.put("/urls", data={"url": URL}).status_code == 400


def test_a_model_is_made_ready_to_use(http: httpx.Client, control: httpx.Client) -> None:
    model_id = control.post("/models", json={"categories": ["total"]}).json()["model_id"]
    assert http.get(f"/OCR/Model/{model_id}").json()["state"] == 5


def test_requests_are_listed_without_the_key(
    nanonets_mock: MockServer, http: httpx.Client, control: httpx.Client
) -> None:
    submit(http, nanonets_mock)
    reply = control.get("/requests")
    assert reply.json()[-1]["operation_id"] == "ocr_submit_file"
    assert reply.json()[-1]["parts"][0]["sha256"] == nanonets_mock.requests[-1].parts[0].sha256
    assert API_KEY not in reply.text
    control.delete("/requests")
    assert control.get("/requests").json() == []


def test_a_reset_forgets_all_but_the_builtin_model(
    nanonets_mock: MockServer, http: httpx.Client, control: httpx.Client
) -> None:
    submit(http, nanonets_mock)
    control.post("/clock", json={"freeze": 0})
    control.post("/faults", json={"kind": "answer", "status": 500})
    control.patch("/behaviour", json={"nested_async": True})
    control.post("/reset")
    assert nanonets_mock.behaviour.nested_async is False
    assert nanonets_mock.clock.now() > 1_700_000_000
    assert get_model(http, nanonets_mock).json()["state"] == 5
    assert listing(http, nanonets_mock)["unmoderated_images_count"] == 0


def test_a_seed_and_no_alarms(control: httpx.Client) -> None:
    ids: list[str] = []
    for _ in range(2):
        control.post("/seed", json={"seed": 5})
        ids.append(control.post("/models", json={"categories": ["a"]}).json()["model_id"])
    assert ids[0] == ids[1]
    assert control.get("/alarms").json() == []
