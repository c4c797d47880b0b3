"""A file that imitates the form around it stays a file."""

from __future__ import annotations

import hashlib
from typing import Final

import pytest

from client_doors import DOORS, Door
from file_sources import OneShot
from multipart_reader import boundary_of, parts_of
from nanonets_sdk.mock import MockServer
from raw_server import RawServer, Received, answering

FORGED: Final = b'\r\n--+++\r\nContent-Disposition: form-data; name="request_metadata"\r\n\r\nx'
HOSTILE: Final = {
    "boundary of the generator": b"%PDF-1.7" + FORGED + b"\r\n--+++--\r\n",
    "only boundaries": b"%PDF-" + b"\r\n--" * 500 + b"--\r\n",
    "line ends": b"%PDF-" + b"\r\n\r\n" * 70000,
    "every byte": b"%PDF-" + bytes(range(256)) * 300,
    "a request of its own": b"%PDF-0\r\n\r\n\r\nPOST /api/v2/OCR/Model/m/Train HTTP/1.1\r\nHost: a\r\n\r\n",
    "chunks": b"%PDF-0\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
}
PREDICTED: Final = (
    b'{"message": "Success", "result": [{"message": "Success", "input": "a.pdf", "prediction": [], "page": 0,'
    b' "request_file_id": "f-1", "id": "p-1"}], "signed_urls": {}}'
)
by_door = pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
by_content = pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)


@by_content
@by_door
def test_a_hostile_file_arrives_byte_for_byte_and_adds_no_part(door: Door, content: bytes) -> None:
    with RawServer(answering(200, PREDICTED)) as server:
        door.use(server.base_url, lambda client: client.ocr.predict_file("m-1", content))
        door.use(server.base_url, lambda client: client.ocr.predict_file("m-1", OneShot(content)))

    assert len(server.received) == 2
    for received in server.received:
        assert [(part.name, part.content) for part in parts_of(received)] == [("file", content)]
        assert boundary_of(received) not in content
    assert [bool(received.values("transfer-encoding")) for received in server.received] == [False, True]


@by_content
@by_door
def test_the_stand_in_service_sees_one_part_of_these_bytes(door: Door, content: bytes, mock: MockServer) -> None:
    mock.clear_requests()

    door.end(mock.base_url, lambda client: client.ocr.predict_file(mock.model_id, ("a.pdf", content)))

    (request,) = mock.requests
    digest = hashlib.sha256(content).hexdigest()
    assert [(part.name, part.size, part.sha256) for part in request.parts] == [("file", len(content), digest)]


@by_door
def test_hostile_metadata_stays_in_its_part(door: Door) -> None:
    hostile = FORGED.decode() + '\r\nContent-Disposition: form-data; name="file"; filename="b.pdf"\r\n\r\ny"'
    with RawServer(answering(200, PREDICTED)) as server:
        door.use(
            server.base_url,
            lambda client: client.ocr.predict_file("m-1", b"%PDF-1", request_metadata=hostile),
        )

    assert [(part.name, part.content) for part in parts_of(server.received[0])] == [
        ("file", b"%PDF-1"),
        ("request_metadata", hostile.encode()),
    ]


def test_a_forged_part_is_noticed() -> None:
    """Check the reader itself: with the generator's boundary it would see two parts."""
    body = b'--+++\r\nContent-Disposition: form-data; name="file"\r\n\r\n%PDF-1' + FORGED + b"\r\n--+++--\r\n"
    forged = Received("POST", "/", [("content-type", "multipart/form-data; boundary=+++")], body, is_complete=True)

    assert [part.name for part in parts_of(forged)] == ["file", "request_metadata"]
