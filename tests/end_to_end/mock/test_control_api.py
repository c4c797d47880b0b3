"""The control API does over HTTP what the server object does in Python."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from starlette.requests import Request

from mock_calls import get_model, submit
from nanonets_sdk.mock import MockServer
from nanonets_sdk.mock.account.refusals import Refusal
from nanonets_sdk.mock.http.guard import Guard
from nanonets_sdk.mock.plugin import API_KEY
from samples import INVOICE

FORM = "application/x-www-form-urlencoded"
JSON = {"Content-Type": "application/json"}
URL = "https://files.example.org/invoice.pdf"


@pytest.fixture
def control(nanonets_mock: MockServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=control_url(nanonets_mock), timeout=60) as client:
        yield client


def control_url(mock: MockServer) -> str:
    return mock.base_url.removesuffix("/api/v2") + "/_mock"


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
    reply = control.request(method, path, content=content, headers=JSON)
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
    assert control.put("/urls", files={"url": (None, URL)}).status_code == 400


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


CHANGES = [
    ("POST", "/reset", None),
    ("POST", "/finish", None),
    ("DELETE", "/requests", None),
    ("POST", "/clock", b'{"advance": 60}'),
    ("POST", "/faults", b'{"operation_id": "*", "kind": "answer", "status": 500}'),
]
FOREIGN = {
    "a page of another site": {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
    "a page of a sibling site": {"Sec-Fetch-Site": "same-site"},
    "a browser that names the origin alone": {"Origin": "https://evil.example"},
    "a sandboxed page": {"Origin": "null"},
    "a page of another port": {"Origin": "http://127.0.0.1:1"},
    "a name that was pointed here": {
        "Host": "evil.example",
        "Origin": "http://evil.example",
        "Sec-Fetch-Site": "same-origin",
    },
    "a name that was pointed here, without more": {"Host": "evil.example:8420"},
    "a name that begins like ours": {"Host": "127.0.0.1.evil.example"},
    "a broken name": {"Host": "[::1"},
}


@pytest.mark.parametrize("caller", FOREIGN)
@pytest.mark.parametrize(
    ("method", "path", "body"), [*CHANGES, ("GET", "/requests", None), ("GET", "/behaviour", None)]
)
def test_a_web_page_is_refused(
    nanonets_mock: MockServer,
    http: httpx.Client,
    control: httpx.Client,
    method: str,
    path: str,
    body: bytes | None,
    caller: str,
) -> None:
    get_model(http, nanonets_mock)
    before, moment = nanonets_mock.requests, nanonets_mock.clock.now()
    headers = {**FOREIGN[caller], **(JSON if body else {})}
    reply = control.request(method, path, content=body, headers=headers)
    assert reply.status_code == 403
    assert reply.json()["message"]
    assert "access-control-allow-origin" not in reply.headers
    assert nanonets_mock.requests == before
    # The change asks for a minute.
    assert nanonets_mock.clock.now() - moment < 55
    assert get_model(http, nanonets_mock).status_code == 200


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", None]
)
@pytest.mark.parametrize(("method", "path", "body"), CHANGES)
def test_a_body_that_a_page_may_send_unasked_is_refused(
    control: httpx.Client, method: str, path: str, body: bytes | None, content_type: str | None
) -> None:
    headers = {"Content-Type": content_type} if content_type else {}
    headers["User-Agent"] = "Mozilla/5.0 (X11; Linux x86_64)"
    reply = control.request(method, path, content=body or b"{}", headers=headers)
    assert reply.status_code == 415
    assert "application/json" in reply.json()["message"]


@pytest.mark.parametrize("content_type", ["text/plain", "multipart/form-data; boundary=x", None])
def test_a_program_names_the_type_of_its_body(control: httpx.Client, content_type: str | None) -> None:
    headers = {"Content-Type": content_type} if content_type else {}
    assert control.post("/clock", content=b"{}", headers=headers).status_code == 415


def test_the_type_that_curl_names_by_default_is_read_as_json(control: httpx.Client) -> None:
    assert control.post("/clock", content=b"{}", headers={"Content-Type": FORM}).status_code == 200
    signs = {"Referer": "https://evil.example/", "Cookie": "a=b", "Sec-Fetch-Site": "none"}
    for sign in signs.items():
        assert control.post("/clock", content=b"{}", headers=dict([sign, ("Content-Type", FORM)])).status_code == 415


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:8420", "[::1]:8420", "127.0.0.5", "LOCALHOST"])
@pytest.mark.parametrize("origin", [None, "own"])
def test_a_program_on_this_machine_is_served(control: httpx.Client, host: str, origin: str | None) -> None:
    headers = {"Host": host} | ({"Origin": f"http://{host}", "Sec-Fetch-Site": "same-origin"} if origin else {})
    assert control.get("/requests", headers=headers).status_code == 200
    assert control.post("/reset", headers=headers).status_code == 200
    assert control.post("/clock", content=b"{}", headers={**JSON, **headers}).status_code == 200


def test_a_page_may_use_the_routes_of_the_service(nanonets_mock: MockServer, http: httpx.Client) -> None:
    reply = http.get(f"/OCR/Model/{nanonets_mock.model_id}", headers=FOREIGN["a page of another site"])
    assert reply.status_code == 200


def with_token(token: str | None) -> dict[str, str]:
    return {} if token is None else {"Authorization": f"Bearer {token}"}


def test_beyond_loopback_a_change_needs_the_token() -> None:
    with MockServer(host="0.0.0.0", allow_remote=True) as mock:
        url = f"http://127.0.0.1:{httpx.URL(mock.base_url).port}/_mock"
        assert mock.control_token
        assert httpx.get(f"{url}/requests", timeout=60).status_code == 200
        for token in (None, "wrong", mock.control_token + "x"):
            reply = httpx.post(f"{url}/reset", headers=with_token(token), timeout=60)
            assert (reply.status_code, "token" in reply.json()["message"]) == (403, True)
        assert httpx.post(f"{url}/reset", headers=with_token(mock.control_token), timeout=60).status_code == 200
        # A container is called by its name, which no page can know together with the token.
        named = {"Host": "mock:8420", **with_token(mock.control_token)}
        assert httpx.get(f"{url}/requests", headers=named, timeout=60).status_code == 200
        foreign = {**FOREIGN["a page of another site"], **with_token(mock.control_token)}
        assert httpx.post(f"{url}/reset", headers=foreign, timeout=60).status_code == 403


def test_the_token_is_given_or_taken_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    assert MockServer().control_token is None
    monkeypatch.setenv("NANONETS_MOCK_TOKEN", "from-outside")
    assert MockServer().control_token == "from-outside"
    assert MockServer(control_token="given").control_token == "given"
    with MockServer() as mock:
        assert httpx.post(f"{control_url(mock)}/reset", timeout=60).status_code == 403
        assert (
            httpx.post(f"{control_url(mock)}/reset", headers=with_token("from-outside"), timeout=60).status_code == 200
        )


def test_a_name_that_the_mock_was_bound_to_is_its_own() -> None:
    guard = Guard("mock.example", None)
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/_mock/reset",
        "headers": [(b"host", b"Mock.example:80")],
        "client": ("127.0.0.1", 1),
    }
    guard.check(Request(scope), "application/json")
    with pytest.raises(Refusal, match="Host"):
        guard.check(Request({**scope, "headers": [(b"host", b"other.example")]}), "application/json")


@pytest.mark.parametrize("token", [None, "the-token"])
def test_another_machine_needs_the_token_even_to_read(token: str | None) -> None:
    scope: dict[str, Any] = {"type": "http", "method": "GET", "path": "/_mock/requests", "client": ("192.0.2.7", 1)}
    with pytest.raises(Refusal, match="this machine alone"):
        Guard("0.0.0.0", token).check(Request({**scope, "headers": [(b"host", b"127.0.0.1")]}), "application/json")
    if token:
        headers = [(b"host", b"mock"), (b"authorization", b"Bearer the-token")]
        Guard("0.0.0.0", token).check(Request({**scope, "headers": headers}), "application/json")
