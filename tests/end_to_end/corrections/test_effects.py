"""Approval, deletion, retries and assignment: one request each, never a second one, confirmed by reading."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from client_doors import BLOCKING, DOORS, Door
from nanonets_sdk import Document, NotConfirmed, NotFound, OutcomeUnknown, Page, ServerError
from raw_server import Connection, RawServer, Received, answering, reply, resetting_after_the_body
from virtual_clock import VirtualClock

MODEL, FILE = "m-1", "f-1"
INFERENCES = f"/api/v2/Inferences/Model/{MODEL}"
CALLS: dict[str, tuple[Callable[[Any], Any], str, str, Any]] = {
    "approve": (lambda ocr: ocr.approve(MODEL, FILE), "POST", f"{INFERENCES}/ImageLevelInferences/Verify/{FILE}", None),
    "unapprove": (
        lambda ocr: ocr.unapprove(MODEL, FILE),
        "POST",
        f"{INFERENCES}/ImageLevelInferences/UnVerify/{FILE}",
        None,
    ),
    "delete": (lambda ocr: ocr.delete_file(MODEL, FILE), "DELETE", f"{INFERENCES}/InferenceRequestFiles/{FILE}", None),
    "retry prediction": (
        lambda ocr: ocr.retry_prediction(MODEL, FILE),
        "POST",
        f"/api/v2/ObjectDetection/Model/{MODEL}/RetryPrediction",
        {"file_ids": [FILE]},
    ),
    "retry exports": (
        lambda ocr: ocr.retry_exports(MODEL, [FILE, "f-2", FILE]),
        "POST",
        f"{INFERENCES}/ImageLevelInferences/retryallexports",
        {"file_ids": [FILE, "f-2"]},
    ),
    "assign": (
        lambda ocr: ocr.assign(MODEL, "reviewer@example.com", [FILE]),
        "POST",
        f"/api/v2/team/members/model/{MODEL}/assign/files",
        {"member": "reviewer@example.com", "file_ids": [FILE]},
    ),
}
DOCUMENT = Document((Page(0),), request_file_id=FILE)

by_door = pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
each_call = pytest.mark.parametrize("name", CALLS)


@each_call
@by_door
@pytest.mark.parametrize("body", [b"", b"{}", b"null", b"<html>", b'{"message":"Success"}', b"\xff"])
def test_a_call_is_sent_as_documented_and_its_reply_is_not_read(door: Door, name: str, body: bytes) -> None:
    use, method, target, sent = CALLS[name]
    with RawServer(answering(200, body)) as server:
        ended = door.end(server.base_url, lambda client: use(client.ocr))
    assert (ended.value, ended.error) == (None, None)
    (received,) = server.received
    assert (received.method, received.target) == (method, target)
    assert (json.loads(received.body) if received.body else None) == sent


@each_call
@by_door
def test_a_call_whose_outcome_is_unknown_is_not_repeated(door: Door, name: str) -> None:
    with RawServer(resetting_after_the_body, answering(200)) as server:
        ended = door.end(server.base_url, lambda client: CALLS[name][0](client.ocr))
    assert isinstance(ended.error, OutcomeUnknown)
    assert len(server.received) == 1


@each_call
def test_a_call_that_a_gateway_failed_on_is_not_repeated(name: str) -> None:
    with RawServer(answering(502), answering(200)) as server:
        ended = BLOCKING.end(server.base_url, lambda client: CALLS[name][0](client.ocr))
    assert isinstance(ended.error, ServerError)
    assert len(server.received) == 1


@each_call
def test_a_call_that_was_refused_for_its_rate_is_repeated(name: str) -> None:
    with RawServer(answering(429), answering(200)) as server:
        ended = BLOCKING.end(server.base_url, lambda client: CALLS[name][0](client.ocr), timeout=100)
    assert (ended.error, len(server.received)) == (None, 2)


@pytest.mark.parametrize(
    ("files", "error"),
    [
        ("", ValueError),
        ([], ValueError),
        (["f-1", " "], ValueError),
        (Document(()), ValueError),
        (b"f-1", TypeError),
        (None, TypeError),
        ([7], TypeError),
    ],
)
def test_files_that_are_no_files_are_refused_before_anything_is_sent(files: Any, error: type[Exception]) -> None:
    with RawServer(answering(200)) as server, pytest.raises(error):
        BLOCKING.use(server.base_url, lambda client: client.ocr.retry_prediction(MODEL, files))
    assert server.received == []


def test_documents_stand_for_their_ids() -> None:
    with RawServer(answering(200)) as server:
        BLOCKING.use(server.base_url, lambda client: client.ocr.retry_prediction(MODEL, ["f-0", DOCUMENT]))
        BLOCKING.use(server.base_url, lambda client: client.ocr.approve(MODEL, DOCUMENT))
    assert json.loads(server.received[0].body) == {"file_ids": ["f-0", FILE]}
    assert server.received[1].target.endswith(f"/Verify/{FILE}")


def listing(side: str, *pages: dict[str, Any]) -> bytes:
    """Return a reply about a file."""
    return reply(
        200, json.dumps({side: [{"id": "p", "request_file_id": FILE, "page": 0, **page} for page in pages]}).encode()
    )


OPEN, APPROVED = listing("unmoderated_images", {}), listing("moderated_images", {"is_moderated": True})
HALF = listing("moderated_images", {"is_moderated": True}, {"page": 1})
GONE = reply(404, b'{"message":"Not Found"}')
MINE = listing("unmoderated_images", {"assigned_member": "reviewer@example.com"})
ONE_OF_MINE = listing("unmoderated_images", {"assigned_members": ["a@example.com", "reviewer@example.com"]})
OTHERS = listing("unmoderated_images", {"assigned_member": "a@example.com", "assigned_members": None})
CONFIRMED: dict[str, Callable[[Any], Any]] = {
    "approve": lambda ocr: ocr.approve(MODEL, FILE, confirm=True),
    "unapprove": lambda ocr: ocr.unapprove(MODEL, FILE, confirm=True),
    "delete": lambda ocr: ocr.delete_file(MODEL, FILE, confirm=True),
    "assign": lambda ocr: ocr.assign(MODEL, "reviewer@example.com", FILE, confirm=True),
}
VISIBLE = [
    ("approve", APPROVED),
    ("unapprove", OPEN),
    ("delete", GONE),
    ("delete", listing("unmoderated_images")),
    ("delete", listing("unmoderated_images", {"is_deleted": True})),
    ("assign", MINE),
    ("assign", ONE_OF_MINE),
]
INVISIBLE = [
    ("approve", OPEN),
    ("approve", HALF),
    ("approve", GONE),
    ("approve", listing("unmoderated_images")),
    ("unapprove", APPROVED),
    ("unapprove", HALF),
    ("unapprove", GONE),
    ("delete", OPEN),
    ("delete", listing("unmoderated_images", {"is_deleted": True}, {"is_deleted": False, "page": 1})),
    ("assign", OTHERS),
    ("assign", GONE),
]


def answers(*bodies: bytes, change: Callable[[Connection], None] | None = None) -> Callable[[Connection], None]:
    """Answer the change, then each read with the next body, and all later ones with the last."""
    left = [*bodies]

    def script(connection: Connection) -> None:
        while True:
            received: Received = connection.request()
            if received.method != "GET":
                if change is not None:
                    change(connection)
                    return
                connection.send(reply(200, b""))
            else:
                connection.send(left.pop(0) if len(left) > 1 else left[0])

    return script


@by_door
@pytest.mark.parametrize(("name", "seen"), VISIBLE)
def test_a_confirmed_change_is_read_until_it_is_visible(door: Door, name: str, seen: bytes) -> None:
    unseen = next(body for known, body in INVISIBLE if known == name)
    with RawServer(answers(unseen, seen)) as server:
        ended = door.end(server.base_url, lambda client: CONFIRMED[name](client.ocr))
    assert ended.error is None
    assert [received.method == "GET" for received in server.received] == [False, True, True]
    assert ended.waits == [0.5]


@pytest.mark.parametrize(("name", "unseen"), INVISIBLE)
def test_a_confirmed_change_that_stays_invisible_raises(name: str, unseen: bytes) -> None:
    with RawServer(answers(unseen)) as server:
        ended = BLOCKING.end(server.base_url, lambda client: CONFIRMED[name](client.ocr))
    assert isinstance(ended.error, NotConfirmed)
    assert ended.error.document == (None if unseen is GONE else ended.error.document)
    assert [received.method for received in server.received].count("GET") == 6
    assert len(server.received) == 7


class Cut(BaseException):
    """What cuts a wait off, as Ctrl-C and a cancellation do."""


class CuttingClock(VirtualClock):
    """A clock that cuts the first wait off."""

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        raise Cut

    async def asleep(self, seconds: float) -> None:
        await super().asleep(seconds)
        raise Cut


CHANGES = {
    "approve": "the approval",
    "unapprove": "taking the approval back",
    "delete": "the deletion",
    "assign": "the assignment",
}


@by_door
@pytest.mark.parametrize("name", CONFIRMED)
@pytest.mark.parametrize("is_answered", [True, False])
def test_what_cuts_a_confirmation_off_says_whether_the_change_was_accepted(
    door: Door, name: str, is_answered: bool
) -> None:
    unseen = next(body for known, body in INVISIBLE if known == name)
    change = None if is_answered else lambda connection: connection.reset()
    with RawServer(answers(unseen, change=change)) as server, pytest.raises(Cut) as caught:
        door.use(server.base_url, lambda client: CONFIRMED[name](client.ocr), CuttingClock())
    state = "was accepted by the service" if is_answered else "may have been carried out"
    (note,) = caught.value.__notes__
    assert note == (
        f"{CHANGES[name]} of file {FILE} {state}, and the reading that confirms it was interrupted. "
        f"Look with client.ocr.get_file({MODEL!r}, {FILE!r})."
    )


def test_confirming_keeps_to_the_deadline() -> None:
    with RawServer(answers(OPEN)) as server:
        ended = BLOCKING.end(server.base_url, lambda client: CONFIRMED["approve"](client.ocr), timeout=3.0)
    assert isinstance(ended.error, NotConfirmed)
    assert ended.waits == [0.5, 1.0]


def test_an_error_of_reading_is_not_taken_for_one_of_the_change() -> None:
    with RawServer(answers(reply(401, b""))) as server:
        ended = BLOCKING.end(server.base_url, lambda client: CONFIRMED["approve"](client.ocr))
    assert isinstance(ended.error, NotConfirmed)
    assert "401" in str(ended.error.cause)


@pytest.mark.parametrize(("seen", "error"), [(APPROVED, type(None)), (OPEN, OutcomeUnknown)])
def test_confirming_settles_an_unknown_outcome_without_repeating(seen: bytes, error: type[Any]) -> None:
    with RawServer(answers(seen, change=Connection.reset), answers(seen)) as server:
        ended = BLOCKING.end(server.base_url, lambda client: CONFIRMED["approve"](client.ocr))
    assert isinstance(ended.error, error)
    assert [received.method for received in server.received].count("POST") == 1


def test_a_refused_change_is_not_looked_for() -> None:
    def refuse(connection: Connection) -> None:
        connection.send(reply(404, b"{}", "Connection: close"))

    with RawServer(answers(GONE, change=refuse)) as server:
        ended = BLOCKING.end(server.base_url, lambda client: CONFIRMED["delete"](client.ocr))
    assert isinstance(ended.error, NotFound)
    assert len(server.received) == 1


def test_each_assigned_file_is_confirmed_and_assigned_once() -> None:
    with RawServer(answers(MINE)) as server:
        ended = BLOCKING.end(
            server.base_url,
            lambda client: client.ocr.assign(MODEL, "reviewer@example.com", [FILE, "f-2"], confirm=True),
        )
    assert ended.error is None
    assert [received.target.rpartition("/")[2] for received in server.received] == ["files", FILE, "f-2"]
