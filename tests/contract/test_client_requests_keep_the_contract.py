"""Whatever callers pass, every request that is sent is valid under the spec; invalid calls are refused before."""

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any, Final

import pytest
from attrs import frozen
from hypothesis import given

from client_doors import DOORS, Door
from file_service import two_pages
from harness.arguments import DRAWINGS, Calling, calls
from harness.bounds import bounded
from harness.requests import Captured, Judge
from nanonets_sdk import UploadError
from nanonets_sdk.contract.description.spec import (
    SpecOperation,
    load_spec,
    resolved,
    spec_operation,
    spec_operations,
)
from raw_server import Connection, RawServer, Received, reply

BOUNDED: Final = bounded(20)
REFUSALS: Final = (ValueError, TypeError, UploadError)
JUDGE: Final = Judge()
NO_URL: Final = (
    *("ocr_upload_urls", "ocr_predict_urls", "ocr_submit_urls", "ic_upload_urls", "ic_predict_urls"),
    *("od_upload_urls", "od_predict_urls", "ml_predict_urls"),
)
RESOURCES: Final = {
    "ocr": "ocr",
    "ic": "image_classification",
    "od": "object_detection",
    "ml": "multi_label",
}


@frozen
class Sender:
    """A client that stays open, and the requests that arrive from it."""

    server: RawServer
    perform: Callable[[Calling], Any]

    def sent_by(self, calling: Calling) -> list[Captured]:
        """Make a call, and return the requests that it sent."""
        before = len(self.server.received)
        self.perform(calling)
        return [Captured(received, calling.file) for received in self.server.received[before:]]


@pytest.fixture(scope="module", params=DOORS, ids=lambda door: door.name)
def sender(request: pytest.FixtureRequest) -> Iterator[Sender]:
    door: Door = request.param
    with ExitStack() as stack:
        server = stack.enter_context(RawServer(answering_as_the_spec_says))
        if door.name == "blocking":
            client = stack.enter_context(door.open(server.base_url, max_retries=0))
            yield Sender(server, lambda calling: calling.use(client))
            return
        runner = stack.enter_context(asyncio.Runner())
        client = runner.run(_entered(door, server))
        stack.callback(lambda: runner.run(client.close()))
        yield Sender(server, lambda calling: runner.run(_awaited(calling, client)))


async def _entered(door: Door, server: RawServer) -> Any:
    return door.open(server.base_url, max_retries=0)


async def _awaited(calling: Calling, client: Any) -> Any:
    return await calling.use(client)


@pytest.mark.parametrize("operation", spec_operations(), ids=lambda operation: operation.operation_id)
def test_what_a_client_sends_is_allowed_by_the_spec(sender: Sender, operation: SpecOperation) -> None:
    tally = {"sent": 0, "refused": 0}

    @BOUNDED
    @given(calls(operation.operation_id))
    def every_call_is_allowed(calling: Calling) -> None:
        before = len(sender.server.received)
        try:
            *reads, captured = sender.sent_by(calling)
        except REFUSALS:
            tally["refused"] += 1
            sent = [received.method for received in sender.server.received[before:]]
            assert sent == ["GET"] * len(sent) if calling.reads_first else sent == [], "refused, and sent all the same"
        else:
            tally["sent"] += 1
            assert [read.received.method for read in reads] == ["GET"] * len(reads)
            assert bool(reads) is calling.reads_first
            assert JUDGE.problems(operation, captured) == []

    every_call_is_allowed()
    assert tally["sent"] > 0, tally


@pytest.mark.parametrize("operation_id", NO_URL)
def test_no_url_at_all_is_refused_before_anything_is_sent(sender: Sender, operation_id: str) -> None:
    method, arguments = _without_urls(operation_id)
    before = len(sender.server.received)
    with pytest.raises(ValueError, match="urls is empty"):
        sender.perform(Calling(lambda client: method(client)(*arguments)))
    assert len(sender.server.received) == before


def test_there_are_calls_of_every_operation() -> None:
    assert set(DRAWINGS) == {operation.operation_id for operation in spec_operations()}


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ((b"GET /api/v2/OCR/Model/m-1 ", b"GET /api/v2/OCR/Model/m-1/x "), "is not GET"),
        ((b"GET /api/v2/OCR/Model/m-1 ", b"GET /api/v2/OCR/Model/m-1?new=1 "), "unknown parameter 'new'"),
        ((b"Authorization: Basic", b"X-Authorization: Basic"), "Security"),
    ],
)
def test_the_validator_rejects_a_request_that_is_not_allowed(damage: tuple[bytes, bytes], said: str) -> None:
    whole = b"GET /api/v2/OCR/Model/m-1 HTTP/1.1\r\nAuthorization: Basic azo=\r\n\r\n"
    assert JUDGE.problems(spec_operation("ocr_get_model"), _captured(whole)) == []
    assert said in str(JUDGE.problems(spec_operation("ocr_get_model"), _captured(whole.replace(*damage))))


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ((b'name="file"; filename="a.pdf"', b'name="file"'), "the file has no name"),
        ((b"application/pdf", b"text/plain"), "the file is of type text/plain"),
        ((b"application/pdf", b"image/png"), "the file is declared as image/png"),
        ((b"%PDF-1.7", b"%PDF-1.8"), "not the one that was given"),
        ((b'name="request_metadata"', b'name="new"'), "unknown part 'new'"),
        ((b'name="request_metadata"', b'name="file"; filename="b.pdf"'), "is sent twice"),
        ((b'name="request_metadata"', b'name="request_metadata"; filename="b"'), "sent as a file"),
        ((b'name="file"', b'name="fil"'), "required"),
    ],
)
def test_the_validator_rejects_a_form_that_is_not_allowed(damage: tuple[bytes, bytes], said: str) -> None:
    operation = spec_operation("ocr_predict_file")
    form = (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\nContent-Type: application/pdf\r\n\r\n'
        b'%PDF-1.7\r\n--x\r\nContent-Disposition: form-data; name="request_metadata"\r\n\r\nkept\r\n--x--\r\n'
    )
    assert JUDGE.problems(operation, _captured_form(form)) == []
    assert said in str(JUDGE.problems(operation, _captured_form(form.replace(*damage))))


def answering_as_the_spec_says(connection: Connection) -> None:
    """Answer each request with an example of the spec, until the client hangs up."""
    while True:
        received = connection.request()
        connection.send(reply(200, EXAMPLES[_operation_of(Captured(received))]))


def _examples() -> Iterator[tuple[str, bytes]]:
    for operation in spec_operations():
        responses = load_spec()["paths"][operation.path][operation.method.lower()]["responses"]
        content = resolved(responses["200"]).get("content", {})
        examples = content.get("application/json", {}).get("examples", {"none": {"value": {}}})
        yield operation.operation_id, json.dumps(resolved(next(iter(examples.values())))["value"]).encode()


def _of_an_open_file() -> dict[str, bytes]:
    """Return replies about a file that can be corrected."""
    images = [page.image() for page in two_pages()]
    return {
        "ocr_get_file": f'{{"unmoderated_images":[{",".join(images)}]}}'.encode(),
        "ocr_get_page": f'{{"message":"Success","result":[{images[0]}]}}'.encode(),
        "ocr_get_review_link": b"https://preview.nanonets.com/review?token=c2lnbmVk",
    }


EXAMPLES: Final = {**dict(_examples()), **_of_an_open_file()}


def _operation_of(captured: Captured) -> str:
    """Return the operation whose path has the same fixed parts."""
    sent = captured.path.split("/")
    return next(
        operation.operation_id
        for operation in spec_operations()
        if operation.method == captured.received.method
        and len(sent) == len(operation.path.split("/"))
        and all(
            want.startswith("{") or have == want for have, want in zip(sent, operation.path.split("/"), strict=True)
        )
    )


def _without_urls(operation_id: str) -> tuple[Callable[[Any], Callable[..., Any]], list[Any]]:
    kind, _, method = operation_id.partition("_")
    resource = RESOURCES[kind]
    category = ["a"] if operation_id == "ic_upload_urls" else []
    return lambda client: getattr(getattr(client, resource), method), ["m-1", *category, []]


def _captured(whole: bytes, file: bytes | None = None) -> Captured:
    """Return a request written as bytes in the form in which a server receives it."""
    head, _, body = whole.partition(b"\r\n\r\n")
    line, *headers = head.decode("latin-1").split("\r\n")
    method, target, _ = line.split(" ")
    pairs = [(name.lower(), value.strip()) for name, _, value in (header.partition(":") for header in headers)]
    return Captured(Received(method, target, pairs, body, is_complete=True), file)


def _captured_form(form: bytes) -> Captured:
    head = (
        b"POST /api/v2/OCR/Model/m-1/LabelFile HTTP/1.1\r\nAuthorization: Basic azo=\r\n"
        b"Content-Type: multipart/form-data; boundary=x\r\n\r\n"
    )
    return _captured(head + form, b"%PDF-1.7")
