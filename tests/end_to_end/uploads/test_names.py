"""The file name that the service receives, for any name that a caller passes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pytest

from client_doors import BLOCKING, DOORS, Door
from multipart_reader import parts_of
from nanonets_sdk import Annotation, Box, Nanonets
from nanonets_sdk.mock import MockServer
from raw_server import API_KEY, RawServer, Received, answering
from samples import PICTURE

PDF: Final = b"%PDF-1.7\n"
UPLOADED: Final = b'{"Meta": {"ModelID": "m-1", "ModelType": "ocr", "State": 1, "Categories": []}, "Data": []}'
NAMES: Final = {
    "plain.pdf": "plain.pdf",
    'the "best".pdf': "the 'best'.pdf",
    'a"; name="request_metadata': "a'; name='request_metadata",
    "a\r\nContent-Type: text/html\r\n\r\nb.pdf": "html____b.pdf",
    "line\nbreak\ttab\0nul.pdf": "line_break_tab_nul.pdf",
    "Rechnung Straße Ä €.pdf": "Rechnung Straße Ä €.pdf",
    "請求書 🧾.pdf": "請求書 🧾.pdf",
    "lone surrogate \udcff.pdf": "lone surrogate ?.pdf",
    "right-to-left \u202efdp.exe": "right-to-left _fdp.exe",
    "../../etc/passwd": "passwd",
    "/absolute/a.pdf": "a.pdf",
    "C:\\scans\\a.pdf": "a.pdf",
    "mixed\\and/a.pdf": "a.pdf",
    "100%25 of it+&=;.pdf": "100%25 of it+&=;.pdf",
    "%22.pdf": "%22.pdf",
    "": "document.pdf",
    "   ": "document.pdf",
    "..": "document.pdf",
    "folder/": "folder",
    ".hidden": ".hidden",
    "--+++": "--+++",
    "x" * 300 + ".pdf": "x" * 251 + ".pdf",
    "ü" * 300 + ".pdf": "ü" * 251 + ".pdf",
}


def names_of(received: Received) -> tuple[str | None, Any]:
    """Return the file name in the part, and the one in the annotations."""
    file, data = parts_of(received)
    assert (file.name, file.content, file.headers) == ("file", PDF, ("content-disposition", "content-type"))
    assert (data.name, data.file_name) == ("data", None)
    return file.file_name, json.loads(data.content)[0]["filename"]


@pytest.mark.parametrize("name", NAMES, ids=lambda name: ascii(name)[:30])
@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_a_name_is_made_harmless_and_is_the_same_in_both_places(door: Door, name: str) -> None:
    with RawServer(answering(200, UPLOADED)) as server:
        door.use(server.base_url, lambda client: client.ocr.upload_file("m-1", (name, PDF)))

    assert names_of(server.received[0]) == (NAMES[name], NAMES[name])


def test_a_path_and_an_open_file_have_the_name_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / 'odd "name" é.bin'
    path.write_bytes(PDF)
    with RawServer(answering(200, UPLOADED)) as server:
        BLOCKING.use(server.base_url, lambda client: client.ocr.upload_file("m-1", path))
        BLOCKING.use(server.base_url, lambda client: client.ocr.upload_file("m-1", str(path)))
        with path.open("rb") as file:
            BLOCKING.use(server.base_url, lambda client: client.ocr.upload_file("m-1", file))
        with path.open("rb", buffering=0) as unbuffered:
            BLOCKING.use(server.base_url, lambda client: client.ocr.upload_file("m-1", unbuffered))

    assert [names_of(received)[0] for received in server.received] == ["odd 'name' é.bin"] * 4


@pytest.mark.parametrize("name", NAMES, ids=lambda name: ascii(name)[:30])
def test_the_stand_in_service_reads_the_name_as_it_was_meant(name: str, mock: MockServer) -> None:
    with Nanonets(API_KEY, base_url=mock.base_url) as client:
        upload = client.ocr.upload_file(
            mock.model_id, (name, PICTURE.read_bytes()), [Annotation("total", "1", Box(1, 1, 9, 9))]
        )

    assert [file.file_name for file in upload.files] == [NAMES[name].replace("document.pdf", "document.png")]
    assert [annotation.text for annotation in upload.files[0].annotations] == ["1"]
