"""A reset forgets what came before it, also requests that are still under way."""

from __future__ import annotations

import socket
import time
from urllib.parse import urlsplit

import pytest

from nanonets_sdk import Nanonets
from nanonets_sdk.mock import Latency, MockServer
from scans import scan
from waiting import wait_until


def upload(server: MockServer, number: int) -> bytes:
    """Return the bytes of a request that submits a file."""
    form = (
        b'--cut\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n'
        + scan(number)
        + b"\r\n--cut--\r\n"
    )
    path = f"{urlsplit(server.base_url).path}/OCR/Model/{server.model_id}/LabelFile/?async=true"
    head = (
        f"POST {path} HTTP/1.1\r\nHost: mock\r\nAuthorization: Basic YW55LWtleTo=\r\n"
        f"Content-Type: multipart/form-data; boundary=cut\r\nContent-Length: {len(form)}\r\n\r\n"
    )
    return head.encode() + form


def send_and_leave(server: MockServer, content: bytes) -> None:
    """Send a request, and close the connection without waiting for the answer."""
    address = urlsplit(server.base_url)
    with socket.create_connection((address.hostname, address.port)) as connection:
        connection.sendall(content)


def stored(server: MockServer) -> int:
    """Return the number of files in the account."""
    with Nanonets("any-key", base_url=server.base_url) as client:
        return len(client.ocr.list_predictions(server.model_id))


def test_an_upload_that_was_cut_off_before_a_reset_is_not_counted_after_it() -> None:
    with MockServer() as server:
        for number in range(20):
            send_and_leave(server, upload(server, number))
            server.reset()
            assert server.requests == []
        time.sleep(0.1)
        assert server.requests == []
        assert stored(server) == 0


def test_a_request_that_waits_during_a_reset_is_not_carried_out() -> None:
    with MockServer() as server:
        server.fail("ocr_submit_file", Latency(0.2), times=1)
        address = urlsplit(server.base_url)
        with socket.create_connection((address.hostname, address.port)) as connection:
            connection.sendall(upload(server, 1))
            time.sleep(0.1)
            server.reset()
            with pytest.raises(ConnectionResetError):
                connection.recv(1)
        assert server.requests == []
        assert stored(server) == 0


def test_after_a_reset_a_client_goes_on_with_its_connection() -> None:
    with MockServer() as server, Nanonets("any-key", base_url=server.base_url) as client:
        client.ocr.get_model(server.model_id)
        server.reset()
        client.ocr.get_model(server.model_id)
        assert wait_until(lambda: len(server.requests) == 1)
