"""Many files in one call: full text and multi-label models; every file is opened, sent, replayed and closed."""

from __future__ import annotations

import io
import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from client_doors import BLOCKING, DOORS, Door
from multipart_reader import parts_of
from nanonets_sdk import (
    ConnectionFailed,
    DecodeError,
    JobFailed,
    OutcomeUnknown,
    PictureError,
    TextDocument,
    UploadError,
)
from raw_server import RawServer, answering, resetting_after_the_body, resetting_before_the_body

PDF, PNG = b"%PDF-1.7\n...", b"\x89PNG\r\n\x1a\n..."

by_door = pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)


def entry(name: str, *words: dict[str, Any], **members: Any) -> dict[str, Any]:
    """Return the entry of a file in a reply about full text."""
    return {"filename": name, "page_data": [{"page": 0, "size": {}, "words": [*words], **members}]}


def text_reply(*entries: dict[str, Any], key: str = "results") -> bytes:
    """Return a reply about full text."""
    return json.dumps({key: [*entries]}).encode()


HELLO = {"text": "Hello", "xmin": 10, "ymin": 12, "xmax": 60, "ymax": 30}
WORLD = {"text": "world", "left": 70, "top": 12, "right": 120, "bottom": 30}


@by_door
def test_many_files_go_in_one_call_and_come_back_in_their_order(door: Door, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(PDF)
    opened = io.BytesIO(b"skip" + PDF)
    opened.seek(4)
    files = [tmp_path / "a.pdf", PNG, opened, ("d.png", PNG)]
    reply = text_reply(*(entry(name, raw_text=name) for name in ("d.png", "document.png", "document.pdf", "a.pdf")))
    with RawServer(answering(200, reply)) as server:
        documents = door.use(server.base_url, lambda client: client.ocr.read_text(files))
    assert [document.text for document in documents] == ["a.pdf", "document.png", "document.pdf", "d.png"]
    (received,) = server.received
    assert (received.method, received.target) == ("POST", "/api/v2/OCR/FullText")
    assert [(part.name, part.file_name, part.content) for part in parts_of(received)] == [
        ("file", "a.pdf", PDF),
        ("file", "document.png", PNG),
        ("file", "document.pdf", PDF),
        ("file", "d.png", PNG),
    ]


@by_door
def test_one_file_comes_back_as_one_document(door: Door) -> None:
    reply = text_reply(entry("document.pdf", HELLO, WORLD, raw_text="Hello world", future=1))
    with RawServer(answering(200, reply)) as server:
        document: TextDocument = door.use(server.base_url, lambda client: client.ocr.read_text(PDF))
    assert (document.text, document.error, document.pages[0].number) == ("Hello world", None, 0)
    assert [(word.text, word.box and word.box.xmin) for word in document.words] == [("Hello", 10), ("world", 70)]
    assert document.pages[0].raw["future"] == 1
    assert document.raw_bytes == reply


@by_door
def test_urls_come_back_in_their_order_and_one_that_failed_says_so(door: Door) -> None:
    urls = ["https://x.example/a.pdf", "https://x.example/gone.pdf", "https://x.example/c.pdf"]
    reply = text_reply(entry(urls[2]), {"filename": urls[1], "message": "cannot be fetched"}, key="result")
    with RawServer(answering(200, reply)) as server:
        first, second, third = door.use(server.base_url, lambda client: client.ocr.read_text(urls=urls))
    assert [part.content.decode() for part in parts_of(server.received[0])] == urls
    assert {part.name for part in parts_of(server.received[0])} == {"urls"}
    assert (first.error, second.error, third.error) == (
        "the reply says nothing about this file",
        "cannot be fetched",
        None,
    )


def test_a_single_file_that_failed_raises_with_what_there_is() -> None:
    with RawServer(
        answering(200, text_reply({"filename": "document.pdf", "page_data": [], "message": "bad"}))
    ) as server:
        ended = BLOCKING.end(server.base_url, lambda client: client.ocr.read_text(PDF))
    assert isinstance(ended.error, JobFailed)
    assert ended.error.text is not None
    assert ended.error.text.error == "bad"


@pytest.mark.parametrize("body", [b"{}", b'{"results":[]}', b'{"results":null}'])
def test_a_reply_without_the_single_file_is_an_error_with_its_bytes(body: bytes) -> None:
    with RawServer(answering(200, body)) as server:
        ended = BLOCKING.end(server.base_url, lambda client: client.ocr.read_text(PDF))
    assert isinstance(ended.error, DecodeError)
    assert ended.error.raw == body


@by_door
def test_many_files_are_sent_again_from_their_beginnings_if_the_call_cannot_have_arrived(
    door: Door, tmp_path: Path
) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(PDF + b"x" * 4_000_000)
    stream = io.BytesIO(PNG + b"y" * 4_000_000)
    reply = text_reply(entry("a.pdf"), entry("document.png"))
    with RawServer(resetting_before_the_body, answering(200, reply)) as server:
        ended = door.end(server.base_url, lambda client: client.ocr.read_text([path, stream]))
    assert ended.error is None
    assert [len(part.content) for part in parts_of(server.received[1])] == [len(PDF) + 4_000_000, len(PNG) + 4_000_000]


@by_door
def test_many_files_are_not_sent_again_if_the_call_may_have_arrived(door: Door) -> None:
    with RawServer(resetting_after_the_body, answering(200, text_reply())) as server:
        ended = door.end(server.base_url, lambda client: client.ocr.read_text([PDF, PNG]))
    assert isinstance(ended.error, OutcomeUnknown)
    assert len(server.received) == 1


def test_one_stream_that_cannot_go_back_keeps_all_from_being_sent_again() -> None:
    class Pipe(io.RawIOBase):
        def __init__(self) -> None:
            self.left = PDF

        def readable(self) -> bool:
            return True

        def seekable(self) -> bool:
            return False

        def read(self, size: int = -1) -> bytes:
            size = len(self.left) if size < 0 else size
            piece, self.left = self.left[:size], self.left[size:]
            return piece

        def tell(self) -> int:
            raise io.UnsupportedOperation

    with RawServer(resetting_before_the_body, answering(200, text_reply())) as server:
        ended = BLOCKING.end(server.base_url, lambda client: client.ocr.read_text([PNG + bytes(4_000_000), Pipe()]))
    assert isinstance(ended.error, ConnectionFailed)
    assert len(server.received) == 1


@by_door
def test_a_bad_file_among_many_stops_the_call_and_closes_the_others(door: Door, tmp_path: Path) -> None:
    good = tmp_path / "good.pdf"
    good.write_bytes(PDF)
    opened = open_files()
    with RawServer(answering(200)) as server:
        for files in ([good, good, tmp_path / "gone.pdf"], [good, b"plain text"], [good, b""]):
            ended = door.end(server.base_url, partial(read_all, files))
            assert isinstance(ended.error, UploadError)
    assert server.received == []
    assert open_files() <= opened


def read_all(files: list[Any], client: Any) -> Any:
    """Read the text of files."""
    return client.ocr.read_text(files)


def open_files() -> int:
    """Return how many files of this process are open on a disk."""
    links = [path for path in Path("/proc/self/fd").iterdir() if path.is_symlink()]
    names: list[str] = []
    for link in links:
        try:
            names.append(str(link.readlink()))
        except FileNotFoundError:
            continue
    return sum(name.endswith("good.pdf") for name in names)


def test_four_hundred_files_go_in_one_call() -> None:
    files = [(f"{number}.pdf", PDF) for number in range(400)]
    reply = text_reply(*(entry(name) for name, _ in files))
    with RawServer(answering(200, reply)) as server:
        documents = BLOCKING.use(server.base_url, lambda client: client.ocr.read_text(files))
    assert [document.file_name for document in documents] == [name for name, _ in files]


UNCLEAR: list[tuple[tuple[Any, ...], dict[str, Any], type[Exception]]] = [
    ((), {}, ValueError),
    (([],), {}, ValueError),
    ((), {"urls": []}, ValueError),
    ((), {"urls": "https://x.example"}, TypeError),
    ((PDF,), {"urls": ["https://x.example"]}, TypeError),
    ((7,), {}, TypeError),
]


@pytest.mark.parametrize(("arguments", "options", "error"), UNCLEAR)
def test_a_call_without_clear_files_is_refused(arguments: tuple[Any, ...], options: dict[str, Any], error: Any) -> None:
    with RawServer(answering(200)) as server, pytest.raises(error):
        BLOCKING.use(server.base_url, lambda client: client.ocr.read_text(*arguments, **options))
    assert server.received == []


UPLOADED = b'{"Meta":{"ModelID":"m","State":2},"Data":[{"filename":"a.png","id":"1"},{"filename":"b.pdf","id":"2"}]}'


@by_door
def test_training_files_of_a_multi_label_model_go_in_one_call_with_their_tags(door: Door) -> None:
    files = [(("a.png", PNG), ["cat", "ünï"]), (("b.pdf", PDF), ("dog",))]
    with RawServer(answering(200, UPLOADED)) as server:
        upload = door.use(server.base_url, lambda client: client.multi_label.upload_files("m", files))
    assert [file.id for file in upload.files] == ["1", "2"]
    assert server.received[0].target == "/api/v2/MultiLabelClassification/Model/m/UploadFiles"
    *sent, data = parts_of(server.received[0])
    assert [(part.name, part.file_name) for part in sent] == [("files", "a.png"), ("files", "b.pdf")]
    assert data.name == "data"
    assert json.loads(data.content) == [
        {"filename": "a.png", "categories": ["cat", "ünï"]},
        {"filename": "b.pdf", "categories": ["dog"]},
    ]


UNTAGGED: dict[str, tuple[list[Any], type[Exception]]] = {
    "none": ([], ValueError),
    "no tag": ([(PNG, [])], ValueError),
    "tag twice": ([(PNG, ["cat", "cat"])], ValueError),
    "one string": ([(PNG, "cat")], TypeError),
    "no pair": ([PNG], TypeError),
    "a string of two": (["ab"], TypeError),
    "same name": ([(PNG, ["cat"]), (PNG, ["dog"])], ValueError),
}


@pytest.mark.parametrize(("files", "error"), UNTAGGED.values(), ids=UNTAGGED)
def test_training_files_whose_tags_are_not_clear_are_refused(files: Any, error: type[Exception]) -> None:
    with RawServer(answering(200, UPLOADED)) as server, pytest.raises(error):
        BLOCKING.use(server.base_url, lambda client: client.multi_label.upload_files("m", files))
    assert server.received == []


@by_door
def test_urls_of_a_multi_label_model_go_with_their_tags(door: Door) -> None:
    categories = {"https://x.example/a.png": ["cat"], "https://x.example/b.png": ["dog", "cat"]}
    with RawServer(answering(202, UPLOADED)) as server:
        upload = door.use(server.base_url, lambda client: client.multi_label.upload_urls("m", categories))
    assert upload.is_partial
    sent = dict(pair.split("=") for pair in server.received[0].body.decode().split("&") if pair.startswith("data"))
    assert "cat" in sent["data"]


TAGS: dict[str, Any] = {
    "message": "Success",
    "result": [
        {"file": "a.png", "prediction": [{"label": "dog", "probability": 0.2}, {"label": "cat", "probability": 0.9}]},
        {"message": "bad picture", "prediction": [], "file": "b.pdf"},
    ],
}


@by_door
def test_files_are_tagged_in_one_call(door: Door) -> None:
    with RawServer(answering(200, json.dumps(TAGS).encode())) as server:
        first, second = door.use(
            server.base_url, lambda client: client.multi_label.predict_files("m", [("a.png", PNG), ("b.pdf", PDF)])
        )
    assert [score.label for score in first.above(0.5)] == ["cat"]
    assert (first.error, second.error, second.file_name) == (None, "bad picture", "b.pdf")
    assert [part.name for part in parts_of(server.received[0])] == ["files", "files"]


def test_a_single_file_that_cannot_be_tagged_raises() -> None:
    reply = json.dumps({"result": [{"message": "bad picture"}]}).encode()
    with RawServer(answering(200, reply)) as server:
        ended = BLOCKING.end(server.base_url, lambda client: client.multi_label.predict_file("m", PNG))
    assert isinstance(ended.error, JobFailed)
    assert ended.error.classification is not None


def place_in_pdf(tmp_path: Path, source: Any, size: Any, **options: Any) -> tuple[float, float]:
    """Save a searchable PDF of a file that says Hello; return where, from the top left, as shares of the page."""
    pytest.importorskip("pikepdf")
    pdfplumber = pytest.importorskip("pdfplumber")
    reply = text_reply({"filename": "x", "page_data": [{"page": 0, "size": size, "words": [HELLO]}]})
    with RawServer(answering(200, reply)) as server:
        document = BLOCKING.use(server.base_url, lambda client: client.ocr.read_text(source))
    document.save_searchable_pdf(tmp_path / "out.pdf", source=source, **options)
    with pdfplumber.open(tmp_path / "out.pdf") as pdf:
        (word,) = pdf.pages[0].extract_words()
        assert word["text"] == "Hello"
        return word["x0"] / float(pdf.pages[0].width), word["bottom"] / float(pdf.pages[0].height)


def blank_pdf() -> bytes:
    """Return a PDF of one empty page, one inch wide and two inches high."""
    pikepdf = pytest.importorskip("pikepdf")
    with pikepdf.new() as pdf, io.BytesIO() as target:
        pdf.add_blank_page(page_size=(72, 144))
        pdf.save(target)
        return target.getvalue()


def picture() -> bytes:
    """Return a white picture of 100 x 200 pixels."""
    image = pytest.importorskip("PIL.Image")
    with io.BytesIO() as target:
        image.new("RGB", (100, 200), "white").save(target, "PNG")
        return target.getvalue()


def test_a_picture_becomes_a_pdf_whose_words_are_where_they_were_read(tmp_path: Path) -> None:
    assert place_in_pdf(tmp_path, picture(), {}) == pytest.approx((0.1, 0.15), abs=0.01)


@pytest.mark.parametrize(
    ("size", "options"),
    [({"width": 100, "height": 200}, {}), ({}, {"resolution": 100}), (None, {"resolution": 100.0})],
)
def test_a_pdf_gets_words_where_they_were_read(tmp_path: Path, size: Any, options: dict[str, Any]) -> None:
    assert place_in_pdf(tmp_path, blank_pdf(), size, **options) == pytest.approx((0.1, 0.15), abs=0.01)


def test_a_pdf_whose_reply_has_no_sizes_needs_the_resolution(tmp_path: Path) -> None:
    with pytest.raises(PictureError, match="resolution"):
        place_in_pdf(tmp_path, blank_pdf(), {})
    assert not (tmp_path / "out.pdf").exists()
