"""The mock fetches registered and loopback URLs, and no others."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest

from nanonets_sdk.mock import Behaviour, MockServer
from nanonets_sdk.mock.account.fetch import FetchFailed, fetch
from samples import INVOICE, PICTURE

REGISTERED = "https://files.example.org/invoice.pdf"
ELSEWHERE = "https://files.example.org/other.pdf"


class Files(BaseHTTPRequestHandler):
    """Serves the invoice, redirects elsewhere, and records the paths."""

    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        if self.path == "/away":
            self.send_response(302)
            self.send_header("Location", ELSEWHERE)
            self.end_headers()
        elif self.path == "/near":
            self.send_response(302)
            self.send_header("Location", "/invoice.pdf")
            self.end_headers()
        elif self.path == "/invoice.pdf":
            self.send_response(200)
            self.end_headers()
            self.wfile.write(INVOICE.read_bytes())
        else:
            self.send_error(404)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the name is that of the base class
        """Log nothing."""


@pytest.fixture
def files() -> Iterator[tuple[str, list[str]]]:
    """A loopback file server: its address, and the requested paths."""
    asked: list[str] = []
    handler = type("Handler", (Files,), {"asked": asked})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()
        thread.join()


def predict(http: httpx.Client, mock: MockServer, *urls: str, flag: str = "false") -> httpx.Response:
    return http.post(f"/OCR/Model/{mock.model_id}/LabelUrls/?async={flag}", data={"urls": list(urls)})


def test_a_registered_url_is_read_without_being_fetched(nanonets_mock: MockServer, http: httpx.Client) -> None:
    nanonets_mock.register_url(REGISTERED, INVOICE)
    reply = predict(http, nanonets_mock, REGISTERED)
    pages = reply.json()["result"]
    assert reply.status_code == 200
    assert [(page["input"], page["page"]) for page in pages] == [(REGISTERED, 0), (REGISTERED, 1)]
    assert any(box["ocr_text"] == "INV-2026-00417" for box in pages[0]["prediction"])


def test_a_loopback_url_is_fetched(nanonets_mock: MockServer, http: httpx.Client, files: tuple[str, list[str]]) -> None:
    address, asked = files
    assert predict(http, nanonets_mock, f"{address}/near").status_code == 200
    assert asked == ["/near", "/invoice.pdf"]


@pytest.mark.parametrize(
    "url",
    [
        ELSEWHERE,
        "http://10.0.0.1/a.pdf",
        "http://169.254.169.254/latest",
        "http://127.0.0.1.example.org/a.pdf",
        "http://127.0.0.1@example.org/a.pdf",
        "file:///etc/hostname",
        "ftp://127.0.0.1/a.pdf",
        "http://[::1",
        "no url",
    ],
)
def test_any_other_url_is_a_failed_entry_in_a_202(nanonets_mock: MockServer, http: httpx.Client, url: str) -> None:
    nanonets_mock.register_url(REGISTERED, INVOICE)
    reply = predict(http, nanonets_mock, url, REGISTERED)
    failed = [page for page in reply.json()["result"] if page["input"] == url]
    assert reply.status_code == 202
    assert [page["message"] for page in failed] == ["The mock fetches loopback and registered URLs only"]


def test_a_redirect_away_from_loopback_is_not_followed(
    nanonets_mock: MockServer, http: httpx.Client, files: tuple[str, list[str]]
) -> None:
    reply = predict(http, nanonets_mock, f"{files[0]}/away")
    assert reply.status_code == 202
    assert reply.json()["result"][0]["message"] == "The mock fetches loopback and registered URLs only"


def test_a_missing_a_closed_and_a_large_one_fail_each_with_its_reason(
    nanonets_mock: MockServer, http: httpx.Client, files: tuple[str, list[str]]
) -> None:
    nanonets_mock.behaviour = Behaviour(max_body_bytes=1_000)
    reply = predict(http, nanonets_mock, f"{files[0]}/none", "http://127.0.0.1:9/a", f"{files[0]}/invoice.pdf")
    assert [page["message"] for page in reply.json()["result"]] == [
        "The URL answered with status 404",
        "The URL did not answer: ConnectError",
        "The file is larger than 1000 bytes",
    ]


def test_a_url_fails_with_the_reason_it_was_registered_with(nanonets_mock: MockServer, http: httpx.Client) -> None:
    nanonets_mock.register_failing_url(REGISTERED, "Forbidden by robots.txt")
    nanonets_mock.behaviour = Behaviour(partial_status=206)
    reply = predict(http, nanonets_mock, REGISTERED, flag="true")
    assert reply.status_code == 206
    assert reply.json()["result"] == [{"message": "Forbidden by robots.txt", "input": REGISTERED, "prediction": []}]


def test_training_urls_are_stored_or_left_out(nanonets_mock: MockServer, http: httpx.Client) -> None:
    nanonets_mock.register_url(REGISTERED, INVOICE)
    model_id = nanonets_mock.create_model(["total"], state=0)
    box = {"name": "total", "ocr_text": "Total", "bndbox": {"xmin": 1, "ymin": 1, "xmax": 9, "ymax": 9}}
    body = {"urls": [REGISTERED, ELSEWHERE], "data": [{"filename": REGISTERED, "object": [box]}]}
    reply = http.post(f"/OCR/Model/{model_id}/UploadUrls/", json=body)
    assert reply.status_code == 202
    assert [(file["filename"], file["object"]) for file in reply.json()["Data"]] == [(REGISTERED, [box])]
    assert reply.json()["Meta"]["Categories"] == [{"name": "total", "count": 1}]


def test_pictures_are_classified_by_url(nanonets_mock: MockServer, http: httpx.Client) -> None:
    nanonets_mock.register_url("https://files.example.org/a.png", PICTURE)
    model_id = nanonets_mock.create_model(["a", "b"], model_type="classification")
    data = {"modelId": model_id, "urls": ["https://files.example.org/a.png", ELSEWHERE]}
    reply = http.post("/ImageCategorization/LabelUrls/", data=data)
    first, second = reply.json()["result"]
    assert reply.status_code == 202
    assert {entry["label"] for entry in first["prediction"]} == {"a", "b"}
    assert (second["prediction"], second["file"]) == ([], ELSEWHERE)


def test_a_url_that_trickles_is_given_up(slow_address: str) -> None:
    with pytest.raises(FetchFailed, match="too long"):
        fetch(slow_address, max_bytes=1_000, seconds=2)


@pytest.fixture
def slow_address() -> Iterator[str]:
    """The address of a server that sends a byte now and then, without end."""

    def trickle(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection, suppress(OSError):
            connection.recv(4_096)
            connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            while True:
                connection.sendall(b".")
                time.sleep(0.05)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=trickle, args=(listener,))
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
        thread.join()
