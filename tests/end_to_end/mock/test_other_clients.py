"""The mock serves any HTTP client, whatever its habits, tested with bytes on a socket."""

import base64
import hashlib
import json
import socket
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Final

import httpx
import pytest
from attrs import frozen

from nanonets_sdk.mock import MockServer
from nanonets_sdk.mock.plugin import API_KEY
from samples import PICTURE
from scans import scan

PAGE: Final = PICTURE.read_bytes()
KEY: Final = base64.b64encode(f"{API_KEY}:".encode()).decode()
MULTIPART: Final = "Content-Type: multipart/form-data; boundary=edge"
FILE: Final = (
    b'--edge\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n%b\r\n--edge--\r\n' % PAGE
)


@frozen
class Wire:
    """Sends bytes to the mock, and reads the answers."""

    server: MockServer

    def connection(self) -> socket.socket:
        address = httpx.URL(self.server.base_url)
        return socket.create_connection((address.host, address.port or 0), timeout=60)

    def ask(self, line: str, *headers: str, body: bytes = b"", version: str = "HTTP/1.1") -> bytes:
        """Send a request on a new connection, and return the whole answer."""
        with self.connection() as connection:
            connection.sendall(self.head(f"{line} {version}", "Connection: close", *headers) + body)
            return read_all(connection)

    def head(self, line: str, *headers: str) -> bytes:
        return "\r\n".join([line, "Host: mock", f"Authorization: Basic {KEY}", *headers, "", ""]).encode()

    @property
    def model(self) -> str:
        return f"/api/v2/OCR/Model/{self.server.model_id}"


def read_all(connection: socket.socket) -> bytes:
    received = bytearray()
    while piece := connection.recv(65_536):
        received += piece
    return bytes(received)


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


def chunked(body: bytes, size: int) -> bytes:
    pieces = [body[start : start + size] for start in range(0, len(body), size)]
    return b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in [*pieces, b""])


@pytest.fixture
def wire(nanonets_mock: MockServer) -> Iterator[Wire]:
    yield Wire(nanonets_mock)
    assert nanonets_mock.alarms == []


def test_http_1_0_is_spoken(wire: Wire) -> None:
    assert status(wire.ask(f"GET {wire.model}", version="HTTP/1.0")) == 200
    length = f"Content-Length: {len(FILE)}"
    assert status(wire.ask(f"POST {wire.model}/LabelFile", MULTIPART, length, body=FILE, version="HTTP/1.0")) == 200


@pytest.mark.parametrize("size", [7, 1_000, len(FILE)])
def test_a_file_comes_in_chunks_of_any_size(wire: Wire, size: int) -> None:
    chunks = chunked(FILE, size)
    answer = wire.ask(f"POST {wire.model}/LabelFile/", MULTIPART, "Transfer-Encoding: chunked", body=chunks)
    assert status(answer) == 200
    assert wire.server.requests[-1].parts[0].size == len(PAGE)


@pytest.mark.parametrize(
    ("before", "head"),
    [
        (b"", b"Content-Disposition: form-data; name=\"file\"; filename*=UTF-8''%e2%82%ac.png"),
        (b"preamble\r\n", b'Content-Disposition: form-data;\r\n name="file"; filename="\xe2\x82\xac.png"'),
    ],
)
def test_a_form_of_another_client_arrives_byte_for_byte(wire: Wire, before: bytes, head: bytes) -> None:
    body = before + b"--edge\r\n" + head + b"\r\n\r\n" + PAGE + b"\r\n--edge--\r\nepilogue"
    answer = wire.ask(f"POST {wire.model}/LabelFile/", MULTIPART, f"Content-Length: {len(body)}", body=body)
    assert status(answer) == 200
    (part,) = wire.server.requests[-1].parts
    assert (part.filename, part.sha256) == ("\u20ac.png", hashlib.sha256(PAGE).hexdigest())


@pytest.mark.parametrize(("query", "operation"), [("", "ocr_predict_urls"), ("?async=true", "ocr_submit_urls")])
def test_urls_in_a_form_for_files_are_read(nanonets_mock: MockServer, query: str, operation: str) -> None:
    nanonets_mock.register_url("https://a.example/c.png", PAGE)
    url = f"{nanonets_mock.base_url}/OCR/Model/{nanonets_mock.model_id}/LabelFile/{query}"
    files = {"urls": (None, "https://a.example/c.png")}
    reply = httpx.post(url, files=files, auth=(API_KEY, ""), timeout=60)
    assert (reply.status_code, reply.json()["result"][0]["input"]) == (200, "https://a.example/c.png")
    assert nanonets_mock.requests[-1].operation_id == operation
    assert nanonets_mock.alarms == []


def test_a_body_is_sent_when_it_is_asked_for(wire: Wire) -> None:
    headers = (MULTIPART, f"Content-Length: {len(FILE)}", "Expect: 100-continue", "Connection: close")
    with wire.connection() as connection:
        connection.sendall(wire.head(f"POST {wire.model}/LabelFile/ HTTP/1.1", *headers))
        assert connection.recv(1_000).startswith(b"HTTP/1.1 100 ")
        connection.sendall(FILE)
        assert status(read_all(connection)) == 200


def test_requests_follow_each_other_on_one_connection(wire: Wire) -> None:
    once = wire.head(f"GET {wire.model} HTTP/1.1")
    last = wire.head(f"GET {wire.model} HTTP/1.1", "Connection: close")
    with wire.connection() as connection:
        connection.sendall(once + once + last)
        assert read_all(connection).count(b"HTTP/1.1 200 ") == 3


def test_a_refused_upload_leaves_the_connection_usable(nanonets_mock: MockServer) -> None:
    with httpx.Client(base_url=nanonets_mock.base_url, auth=(API_KEY, ""), timeout=60) as client:
        for path in ("/OCR/Model/none/LabelFile", f"/OCR/Model/{nanonets_mock.model_id}/LabelFile"):
            assert client.post(path, files={"file": b"no file"}).status_code in {400, 404}
        assert client.get(f"/OCR/Model/{nanonets_mock.model_id}").status_code == 200


def test_a_head_request_has_the_head_alone(wire: Wire) -> None:
    head, _, body = wire.ask(f"HEAD {wire.model}").partition(b"\r\n\r\n")
    assert (status(head), body) == (200, b"")
    assert b"content-length: " in head.lower()


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "TRACE", "BREW"])
def test_another_method_is_told_which_are_allowed(wire: Wire, method: str) -> None:
    answer = wire.ask(f"{method} {wire.model}")
    assert status(answer) == 405
    assert b"allow: get, head" in answer.lower()


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/api/v2/OCR/Model/{}", 200),
        ("/api/v2/OCR/Model/{}/", 200),
        ("/api/v2/%4FCR/Model/{}", 200),
        ("/api/v2/OCR/Model/{}//", 404),
        ("/api/v2//OCR/Model/{}", 404),
        ("//api/v2/OCR/Model/{}", 404),
        ("/api/v2/OCR/../OCR/Model/{}", 404),
        ("/api/v2/ocr/model/{}", 404),
        ("/OCR/Model/{}", 404),
        ("/", 404),
    ],
)
def test_a_path_is_served_as_it_stands_and_never_redirected(wire: Wire, path: str, expected: int) -> None:
    answer = wire.ask(f"GET {path.format(wire.server.model_id)}")
    assert status(answer) == expected
    assert json.loads(answer.partition(b"\r\n\r\n")[2])


@pytest.mark.parametrize(
    "headers",
    [
        ("Content-Length: 5", "Content-Length: 6"),
        ("Transfer-Encoding: gzip",),
        ("Transfer-Encoding: chunked",),
        ("Content-Length: many",),
    ],
)
def test_a_body_whose_end_cannot_be_told_is_refused(wire: Wire, headers: tuple[str, ...]) -> None:
    assert status(wire.ask(f"POST {wire.model}/LabelFile", MULTIPART, *headers, body=b"zz\r\nzz\r\n")) == 400


def test_a_packed_body_is_refused(wire: Wire) -> None:
    packed = zlib.compress(FILE)
    headers = (MULTIPART, "Content-Encoding: deflate", f"Content-Length: {len(packed)}")
    assert status(wire.ask(f"POST {wire.model}/LabelFile", *headers, body=packed)) == 400


def test_ten_thousand_fields_are_too_many(wire: Wire) -> None:
    fields = b'--edge\r\nContent-Disposition: form-data; name="field"\r\n\r\nx\r\n' * 10_000 + FILE
    answer = wire.ask(f"POST {wire.model}/LabelFile", MULTIPART, f"Content-Length: {len(fields)}", body=fields)
    assert status(answer) == 400
    assert b"Maximum number of fields" in answer


@pytest.mark.parametrize("path", ["/api/v1/OCR/Model/none/LabelFile", "/api/v2/OCR/Model/none", "/"])
def test_a_large_body_for_no_operation_is_read_to_the_answer(wire: Wire, path: str) -> None:
    body = bytes(20_000_000)
    assert status(wire.ask(f"POST {path}", f"Content-Length: {len(body)}", body=body)) in {404, 405}


def test_a_body_far_beyond_the_limit_is_read_to_the_answer(nanonets_mock: MockServer) -> None:
    def pieces() -> Iterator[bytes]:
        yield FILE[:100]
        for _ in range(130):
            yield bytes(2**20)

    headers = {"Content-Type": "multipart/form-data; boundary=edge"}
    url = f"{nanonets_mock.base_url}/OCR/Model/{nanonets_mock.model_id}/LabelFile"
    assert httpx.post(url, content=pieces(), headers=headers, auth=(API_KEY, ""), timeout=60).status_code == 413


def test_clients_that_never_finish_keep_nobody_waiting(wire: Wire) -> None:
    with ExitStack() as stuck:
        for number in range(100):
            connection = stuck.enter_context(wire.connection())
            connection.sendall(wire.head("POST /api/v2/OCR/Model HTTP/1.1", "Content-Length: 99")[: -2 * (number % 2)])
        assert status(wire.ask(f"GET {wire.model}")) == 200


def test_uploads_that_wait_for_the_reader_keep_nobody_else_waiting(wire: Wire) -> None:
    reader = wire.server._service.account.reader  # pyright: ignore[reportPrivateUsage]  # no file keeps it busy for sure
    workers = reader._workers  # pyright: ignore[reportPrivateUsage]  # as above

    def upload(number: int) -> int:
        body = FILE.replace(PAGE, scan(number))
        return status(wire.ask(f"POST {wire.model}/LabelFile", MULTIPART, f"Content-Length: {len(body)}", body=body))

    with ThreadPoolExecutor(60) as threads:
        busy = [workers.get() for _ in range(2)]
        try:
            uploads = [threads.submit(upload, number) for number in range(60)]
            assert [status(wire.ask(f"GET {wire.model}")) for _ in range(3)] == [200] * 3
            assert not any(upload.done() for upload in uploads)
        finally:
            for worker in busy:
                workers.put(worker)
        assert {upload.result() for upload in uploads} == {200}
