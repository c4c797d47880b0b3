"""The mock as a server: it starts, answers, remembers and stops."""

import asyncio
import base64
import hashlib
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from mock_calls import submit
from nanonets_sdk._net.serving import PromptServer
from nanonets_sdk.mock import Answer, Behaviour, Latency, MockServer
from samples import INVOICE
from scans import scan
from waiting import wait_until

KEY = "test-key-0001"


@pytest.fixture
def server() -> Iterator[MockServer]:
    with MockServer(api_key=KEY) as running:
        yield running


@pytest.fixture
def http(server: MockServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.base_url, auth=(KEY, ""), timeout=60) as client:
        yield client


def test_the_address_ends_as_that_of_the_service_does(server: MockServer) -> None:
    assert server.base_url.startswith("http://127.0.0.1:")
    assert server.base_url.endswith("/api/v2")


@pytest.mark.parametrize("end", ["", "/"])
def test_a_prediction_has_text_at_its_place(server: MockServer, http: httpx.Client, end: str) -> None:
    files = {"file": ("invoice.pdf", INVOICE.read_bytes(), "application/pdf")}
    reply = http.post(f"/OCR/Model/{server.model_id}/LabelFile{end}", files=files)

    first, second = reply.json()["result"]
    number = next(box for box in first["prediction"] if box["label"] == "invoice_number")
    assert reply.status_code == 200
    assert number["ocr_text"] == "INV-2026-00417"
    assert 0 < number["xmin"] < number["xmax"] <= first["size"]["width"]
    assert (first["page"], second["page"]) == (0, 1)
    assert first["request_file_id"] == second["request_file_id"]


@pytest.mark.parametrize("end", ["", "/"])
def test_a_job_is_pending_once_and_then_done(server: MockServer, http: httpx.Client, end: str) -> None:
    submitted = submit(http, server, end).json()["result"]
    page = f"/Inferences/Model/{server.model_id}/ImageLevelInferences/{submitted[0]['id']}"

    assert submitted[0]["prediction"] == []
    assert http.get(page).json() == {"message": "Image is being processed. Please try again later"}
    assert http.get(page + "/").json()["result"][0]["prediction"]


def test_a_file_and_an_interval_list_the_same_pages(server: MockServer, http: httpx.Client) -> None:
    file_id = submit(http, server).json()["result"][0]["request_file_id"]
    inferences = f"/Inferences/Model/{server.model_id}"

    http.get(f"{inferences}/InferenceRequestFiles/GetPredictions/{file_id}")
    by_file = http.get(f"{inferences}/InferenceRequestFiles/GetPredictions/{file_id}").json()
    by_days = http.get(f"{inferences}/ImageLevelInferences").json()

    assert by_file["unmoderated_images_count"] == 2
    assert by_file["unmoderated_images"] == by_days["unmoderated_images"]


@pytest.mark.parametrize(
    "auth", [None, ("", ""), ("another-key", ""), (KEY, "password")], ids=["none", "empty", "wrong", "password"]
)
def test_a_key_that_is_not_the_right_one_is_refused(server: MockServer, auth: tuple[str, str] | None) -> None:
    reply = httpx.get(f"{server.base_url}/OCR/Model/{server.model_id}", auth=auth, timeout=60)

    assert reply.status_code == 401
    assert reply.json()["code"] == 401


def test_any_key_is_accepted_where_none_is_given() -> None:
    with MockServer() as server:
        assert (
            httpx.get(f"{server.base_url}/OCR/Model/{server.model_id}", auth=("any", ""), timeout=60).status_code == 200
        )
        assert httpx.get(f"{server.base_url}/OCR/Model/{server.model_id}", timeout=60).status_code == 401


def test_an_unknown_id_is_answered_with_the_error_envelope(http: httpx.Client) -> None:
    reply = http.get("/OCR/Model/00000000-0000-4000-8000-000000000000")

    assert reply.status_code == 404
    assert reply.json()["errors"][0]["reason"] == "Model not found"


def test_hostile_bytes_arrive_as_they_were_sent(server: MockServer, http: httpx.Client) -> None:
    hostile = (
        INVOICE.read_bytes() + b'\r\n--+++\r\nContent-Disposition: form-data; name="request_metadata"\r\n\r\nx\xff\x00'
    )
    http.post(f"/OCR/Model/{server.model_id}/LabelFile/", files={"file": ("a b.pdf", hostile)})

    (part,) = server.requests[-1].parts
    assert (part.name, part.filename, part.size) == ("file", "a b.pdf", len(hostile))
    assert part.sha256 == hashlib.sha256(hostile).hexdigest()


def test_the_log_keeps_the_request_and_hides_the_key(server: MockServer, http: httpx.Client) -> None:
    files = {"file": INVOICE.read_bytes()}
    data = {"request_metadata": f"é {KEY}"}
    http.post(f"/OCR/Model/{server.model_id}/LabelFile/?async=false", files=files, data=data, headers={"X-Note": KEY})

    logged = server.requests[-1]
    assert (logged.method, logged.operation_id, logged.status) == ("POST", "ocr_predict_file", 200)
    assert logged.query == (("async", "false"),)
    assert logged.parts[0].value == "é ***"
    assert KEY not in repr(logged)


def test_the_same_server_works_in_async_code() -> None:
    async def status() -> int:
        async with (
            MockServer() as server,
            httpx.AsyncClient(base_url=server.base_url, auth=("any", ""), timeout=60) as client,
        ):
            return (await client.get(f"/OCR/Model/{server.model_id}")).status_code

    assert asyncio.run(status()) == 200


def test_a_stopped_server_can_be_started_again() -> None:
    server = MockServer()
    server.start()
    server.stop()

    with server:
        assert httpx.get(server.base_url, auth=("any", ""), timeout=60).status_code == 404
    with pytest.raises(RuntimeError, match="not running"):
        _ = server.base_url


def test_two_servers_of_a_process_share_no_state() -> None:
    with MockServer("first-key") as first, MockServer("second-key") as second:
        ours, others = ((f"{server.base_url}/OCR/Model/{server.model_id}", server) for server in (first, second))
        first.fail("ocr_get_model", Answer(503, {}))
        first.clock.freeze(4_000_000_000)
        first.behaviour = Behaviour(nested_async=True)
        own = first.named_model("own", ["total"])
        reply = httpx.post(f"{ours[0]}/LabelFile/", files={"file": scan(1)}, auth=("first-key", ""), timeout=60).json()
        urls = reply["signed_urls"][reply["result"][0]["filepath"]]

        assert httpx.get(ours[0], auth=("first-key", ""), timeout=60).status_code == 503
        assert httpx.get(others[0], auth=("first-key", ""), timeout=60).status_code == 401
        with httpx.Client(base_url=second.base_url, auth=("second-key", ""), timeout=60) as http:
            assert http.get(others[0]).json()["state"] == 5
            assert http.get(f"/OCR/Model/{own}").status_code == 404
            listing = http.get(f"/Inferences/Model/{second.model_id}/ImageLevelInferences").json()
            assert listing["unmoderated_images_count"] == 0
            stored = httpx.URL(urls["original"])
            assert http.get(stored, auth=None).status_code == 200
            assert http.get(stored.copy_with(port=http.base_url.port), auth=None).status_code == 403
            moved = http.post(second.base_url.removesuffix("/api/v2") + "/_mock/clock", json={"advance": 60}).json()
        assert 1_700_000_000 < moved["now"] < 4_000_000_000
        assert (first.clock.now(), second.behaviour.nested_async) == (4_000_000_000, False)
        assert [request.status for request in second.requests] == [401, 200, 404, 200, 403]
        assert [request.status for request in first.requests] == [200, 503, 200]


def test_a_server_that_cannot_start_says_so_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    async def giving_up(*_arguments: object) -> None:
        raise OSError(24, "Too many open files")

    monkeypatch.setattr(PromptServer, "startup", giving_up)
    before = time.monotonic()
    with pytest.raises(RuntimeError, match="did not start") as refusal:
        MockServer().start()
    assert isinstance(refusal.value.__cause__, OSError)
    assert time.monotonic() - before < 10


def test_only_loopback_is_listened_on_unless_told_twice() -> None:
    with pytest.raises(ValueError, match="allow_remote"):
        MockServer(host="0.0.0.0")


def test_a_port_in_use_is_reported() -> None:
    with MockServer() as server:
        port = httpx.URL(server.base_url).port
        with pytest.raises(OSError, match="in use"):
            MockServer(port=port or 0).start()


def test_the_control_api_is_for_this_machine_alone() -> None:
    with MockServer(host="0.0.0.0", allow_remote=True) as server:
        port = httpx.URL(server.base_url).port
        local, remote = (
            httpx.get(f"http://{host}:{port}/_mock/requests", timeout=60)
            for host in ("127.0.0.1", address_in_the_network())
        )
    assert (local.status_code, remote.status_code) == (200, 403)


def address_in_the_network() -> str:
    """Return the address that this machine uses for outgoing packets; sends none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            pytest.skip("this machine has no network, and so no address but loopback")
        return str(probe.getsockname()[0])


def test_stopping_does_not_wait_for_a_late_answer(capfd: pytest.CaptureFixture[str]) -> None:
    server = MockServer().start()
    server.fail("*", Latency(60))
    with ThreadPoolExecutor() as threads:
        late = threads.submit(httpx.get, f"{server.base_url}/OCR/Model/x", auth=("any", ""), timeout=30)
        while not late.running():
            time.sleep(0.01)
        time.sleep(0.1)
        start = time.monotonic()
        server.stop()
        took = time.monotonic() - start
        assert isinstance(late.exception(), httpx.TransportError) or late.result().status_code >= 500
    assert took < 20
    assert capfd.readouterr() == ("", "")


def test_a_client_that_goes_away_does_no_harm(server: MockServer, http: httpx.Client) -> None:
    with socket.create_connection((http.base_url.host, http.base_url.port or 0)) as connection:
        connection.sendall(b"POST /api/v2/OCR/Model/ HTTP/1.1\r\nHost: x\r\nContent-Length: 9000\r\n\r\nhalf")
    assert wait_until(lambda: any(request.status is None for request in server.requests))
    assert http.get(f"/OCR/Model/{server.model_id}").status_code == 200


def test_a_request_without_a_host_is_answered(server: MockServer, http: httpx.Client) -> None:
    key = base64.b64encode(f"{KEY}:".encode())
    with socket.create_connection((http.base_url.host, http.base_url.port or 0)) as connection:
        connection.sendall(b"GET /api/v2/OCR/Model/%b HTTP/1.0\r\n" % server.model_id.encode())
        connection.sendall(b"Authorization: Basic %b\r\n\r\n" % key)
        assert connection.recv(100).startswith(b"HTTP/1.1 200")
