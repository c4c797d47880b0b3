"""Over TLS, and through a proxy that is reached with TLS, everything holds that holds without."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
import time
from typing import Final

import httpx
import pytest

from client_doors import DOORS, Door
from nanonets_sdk import ApiError, ConnectionFailed, RequestTimeout
from nanonets_sdk._net.http import AsyncTransport, Transport
from nanonets_sdk._net.sockets import Limit
from raw_server import Connection, HungUp, RawServer, keeping_alive, reply, trickling
from tls import CERTIFICATE, in_tls, trusting

LIMITS: Final = httpx.Limits(max_connections=10, max_keepalive_connections=10, keepalive_expiry=5.0)
MODEL: Final = b'{"model_id": "m-1", "model_type": "ocr", "state": 5, "categories": []}'
LARGE: Final = b"%PDF-1.7\n" + bytes(range(256)) * (1 << 14)
PREDICTED: Final = (
    b'{"message": "Success", "result": [{"message": "Success", "input": "a.pdf", "prediction": [], "page": 0,'
    b' "request_file_id": "f-1", "id": "p-1"}], "signed_urls": {}}'
)
by_door = pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)


@pytest.fixture(autouse=True)
def _trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))


def secure(server: RawServer) -> str:
    """The base URL of a server with TLS."""
    return f"https://localhost:{server.port}/api/v2"


@by_door
def test_a_large_upload_arrives_whole(door: Door) -> None:
    with RawServer(in_tls(keeping_alive(200, PREDICTED))) as server:
        document = door.use(secure(server), lambda client: client.ocr.predict_file("m-1", LARGE))

    assert document.request_file_id == "f-1"
    assert LARGE in server.received[0].body


@by_door
def test_headers_that_trickle_are_given_up(door: Door) -> None:
    with RawServer(in_tls(trickling(b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 400, 0.01))) as server:
        began = time.monotonic()
        ended = door.end(secure(server), lambda client: client.ocr.get_model("m-1"), timeout=0.6)

    assert type(ended.error) is RequestTimeout
    assert time.monotonic() - began < 4


@by_door
def test_a_refusal_before_the_upload_was_read_is_read(door: Door) -> None:
    def refusing(connection: Connection) -> None:
        connection.head()
        connection.send(reply(413, b'{"message": "Too large"}', "Connection: close"))
        connection.until_hung_up()

    with RawServer(in_tls(refusing)) as server:
        ended = door.end(secure(server), lambda client: client.ocr.predict_file("m-1", LARGE))

    assert isinstance(ended.error, ApiError)
    assert ended.error.status_code == 413
    assert len(server.received) == 1


@by_door
def test_a_certificate_that_is_not_trusted_ends_the_call(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    with RawServer(in_tls(keeping_alive(200, MODEL))) as server:
        ended = door.end(secure(server), lambda client: client.ocr.get_model("m-1"))

    assert isinstance(ended.error, ConnectionFailed)
    assert "certificate verify failed" in str(ended.error)
    assert server.received == []


def test_without_certificates_of_its_own_a_transport_trusts_no_unknown_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    with (
        RawServer(in_tls(keeping_alive(200, MODEL))) as server,
        httpx.Client(transport=Transport(LIMITS, None)) as client,
        pytest.raises(httpx.ConnectError, match="certificate verify failed"),
    ):
        client.get(secure(server))

    assert server.received == []


def tunnelling(connection: Connection) -> None:
    """Connect to the server that the client names, and carry bytes to and fro."""
    _, _, port = connection.head().target.rpartition(":")
    with socket.create_connection(("127.0.0.1", int(port)), timeout=10) as onward:
        connection.send(b"HTTP/1.1 200 Connection Established\r\n\r\n")

        def back() -> None:
            with contextlib.suppress(OSError):
                while received := onward.recv(1 << 16):
                    connection.send(received)

        answers = threading.Thread(target=back, daemon=True)
        answers.start()
        with contextlib.suppress(HungUp, OSError):
            while True:
                onward.sendall(connection.socket.recv(1 << 16) or (_ for _ in ()).throw(HungUp()))
        with contextlib.suppress(OSError):
            onward.shutdown(socket.SHUT_RDWR)
        answers.join(10)


def proxy_to(server: RawServer) -> httpx.Proxy:
    return httpx.Proxy(f"https://localhost:{server.port}", ssl_context=trusting())


def test_the_blocking_client_speaks_tls_inside_tls() -> None:
    with (
        RawServer(in_tls(tunnelling)) as proxy,
        RawServer(in_tls(keeping_alive(200, MODEL))) as server,
        httpx.Client(transport=Transport(LIMITS, trusting(), proxy_to(proxy))) as client,
    ):
        answers = [client.post(secure(server), content=LARGE) for _ in range(2)]

    assert [answer.content for answer in answers] == [MODEL, MODEL]
    assert [received.body for received in server.received] == [LARGE, LARGE]
    assert (proxy.connections, [received.method for received in proxy.received]) == (1, ["CONNECT"])


def test_the_async_client_speaks_tls_inside_tls() -> None:
    async def use(proxy: RawServer, server: RawServer) -> list[bytes]:
        async with httpx.AsyncClient(transport=AsyncTransport(LIMITS, trusting(), proxy_to(proxy))) as client:
            return [(await client.post(secure(server), content=LARGE)).content for _ in range(2)]

    with RawServer(in_tls(tunnelling)) as proxy, RawServer(in_tls(keeping_alive(200, MODEL))) as server:
        assert asyncio.run(use(proxy, server)) == [MODEL, MODEL]

    assert [received.body for received in server.received] == [LARGE, LARGE]


def test_tls_inside_tls_keeps_the_deadline() -> None:
    with (
        RawServer(in_tls(tunnelling)) as proxy,
        RawServer(in_tls(trickling(b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 400, 0.01))) as server,
        httpx.Client(transport=Transport(LIMITS, trusting(), proxy_to(proxy))) as client,
    ):
        began = time.monotonic()
        end = began + 1.0
        limit = Limit(1.0, lambda: end - time.monotonic())
        timeouts = {"timeout": dict.fromkeys(("connect", "read", "write", "pool"), limit)}
        with pytest.raises(httpx.ReadTimeout):
            client.get(secure(server), extensions=timeouts)

    assert time.monotonic() - began < 4
