"""What Ctrl-C and cancellations leave behind is a note on them: what was sent, and whether it may be billed."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Callable, Generator
from typing import Any, Final

import pytest
from attrs import define

from client_doors import ASYNC_DOORS, DOORS, Door, set_clock
from nanonets_sdk import ConnectionFailed, Nanonets, WaitTimeout
from nanonets_sdk.mock import MockServer, Progression, rate_limited
from raw_server import API_KEY, RawServer, refused_base_url, stalling_after_the_body, stalling_before_the_body
from samples import INVOICE
from virtual_clock import VirtualClock
from waiting import wait_until

CALL: Final = "POST /api/v2/OCR/Model/m-1/LabelFile"
CLASSIFY: Final = "POST /api/v2/ImageCategorization/LabelFile"
SENT: Final = "was sent in full, and its answer was not read: it may have been"
MAY_BE_BILLED: Final = (
    f"'invoice.pdf' ({CALL}) was sent in full, and its answer was not read: it may have been carried out and billed. "
    "Check before you repeat it, for instance with client.ocr.list_predictions('m-1', timedelta(days=1))."
)
LARGE: Final = ("large.pdf", b"%PDF-1.7" + bytes(20_000_000))
NOT_BILLED: Final = (
    f"'large.pdf' ({CALL}) was interrupted before the service had accepted it: nothing was billed, and it can be "
    "repeated."
)

async_doors = pytest.mark.parametrize("door", ASYNC_DOORS, ids=lambda door: door.name)


@define
class InterruptingClock(VirtualClock):
    """A clock that presses Ctrl-C during a wait."""

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        raise KeyboardInterrupt


def notes_of(error: BaseException) -> list[str]:
    """Return the notes of an error."""
    return getattr(error, "__notes__", [])


def interrupted(use: Callable[[], object], begun: Callable[[], bool]) -> list[str]:
    """Press Ctrl-C once something has begun, and return the notes."""
    main = threading.main_thread().ident
    assert main is not None

    def press() -> None:
        assert wait_until(begun)
        signal.pthread_kill(main, signal.SIGINT)

    presser = threading.Thread(target=press)
    presser.start()
    with pytest.raises(KeyboardInterrupt) as caught:
        use()
    presser.join()
    return notes_of(caught.value)


def cancelled(door: Door, server: RawServer, use: Callable[[Any], Any], begun: Callable[[], bool]) -> list[str]:
    """Cancel a call once something has begun, and return the notes."""

    async def story() -> list[str]:
        async with door.open(server.base_url) as client:
            task = asyncio.ensure_future(use(client))
            assert await asyncio.to_thread(wait_until, begun)
            task.cancel()
            with pytest.raises(asyncio.CancelledError) as caught:
                await task
            return notes_of(caught.value)

    return asyncio.run(story())


def has_arrived(server: RawServer) -> Callable[[], bool]:
    """Return the condition that a server has a whole request."""
    return lambda: any(one.is_complete for one in server.received)


@pytest.fixture
def blocking() -> Generator[tuple[Nanonets, RawServer]]:
    """A client of a server that reads the whole request and never answers."""
    with RawServer(stalling_after_the_body) as server, Nanonets(API_KEY, base_url=server.base_url) as client:
        yield client, server


def test_ctrl_c_after_a_file_was_sent_says_that_it_may_be_billed(blocking: tuple[Nanonets, RawServer]) -> None:
    client, server = blocking
    assert interrupted(lambda: client.ocr.predict_file("m-1", INVOICE), has_arrived(server)) == [MAY_BE_BILLED]


@async_doors
def test_a_cancellation_after_a_file_was_sent_says_that_it_may_be_billed(door: Door) -> None:
    with RawServer(stalling_after_the_body) as server:
        use = lambda client: client.ocr.predict_file("m-1", INVOICE)  # noqa: E731 - as the tests of every door
        assert cancelled(door, server, use, has_arrived(server)) == [MAY_BE_BILLED]


def test_ctrl_c_while_a_file_is_being_sent_says_that_nothing_was_billed() -> None:
    with RawServer(stalling_before_the_body) as server, Nanonets(API_KEY, base_url=server.base_url) as client:
        notes = interrupted(lambda: client.ocr.predict_file("m-1", LARGE), lambda: bool(server.received))
    assert notes == [NOT_BILLED]


@async_doors
def test_a_cancellation_while_a_file_is_being_sent_says_that_nothing_was_billed(door: Door) -> None:
    with RawServer(stalling_before_the_body) as server:
        use = lambda client: client.ocr.predict_file("m-1", LARGE)  # noqa: E731 - as the tests of every door
        assert cancelled(door, server, use, lambda: bool(server.received)) == [NOT_BILLED]


def test_ctrl_c_between_two_attempts_says_that_nothing_was_billed(
    nanonets_mock: MockServer, nanonets_client: Nanonets
) -> None:
    nanonets_mock.fail("ocr_predict_file", rate_limited())
    set_clock(nanonets_client, InterruptingClock())
    with pytest.raises(KeyboardInterrupt) as caught:
        nanonets_client.with_options(timeout=600).ocr.predict_file(nanonets_mock.model_id, INVOICE)
    (note,) = notes_of(caught.value)
    assert note.startswith("'invoice.pdf' (POST ")
    assert note.endswith("nothing was billed, and it can be repeated.")


@pytest.mark.parametrize(
    ("use", "notes"),
    [
        (lambda client: client.ocr.get_model("m-1"), []),
        (
            lambda client: client.ocr.train("m-1"),
            [f"POST /api/v2/OCR/Model/m-1/Train {SENT} carried out. Check before you repeat it."],
        ),
        (
            lambda client: client.ocr.predict_urls("m-1", ["https://example.org/a.pdf?signature=s3cret"]),
            [MAY_BE_BILLED.replace("'invoice.pdf'", "1 URL").replace("LabelFile", "LabelUrls")],
        ),
        (
            lambda client: client.image_classification.predict_file("m-1", INVOICE),
            [f"'invoice.pdf' ({CLASSIFY}) {SENT} carried out and billed. Check before you repeat it."],
        ),
    ],
    ids=["a call that reads", "a call that changes", "URLs, which may hold secrets", "a call that no listing shows"],
)  # fmt: skip
def test_a_note_says_no_more_than_is_known(
    blocking: tuple[Nanonets, RawServer], use: Callable[[Nanonets], object], notes: list[str]
) -> None:
    client, server = blocking
    assert interrupted(lambda: use(client), has_arrived(server)) == notes


def test_ctrl_c_during_the_wait_for_a_job_names_its_id_and_the_line_to_go_on(
    nanonets_mock: MockServer, nanonets_client: Nanonets
) -> None:
    nanonets_mock.jobs = Progression.after_polls(9)
    job = nanonets_client.ocr.submit_file(nanonets_mock.model_id, INVOICE)
    set_clock(nanonets_client, InterruptingClock())
    with pytest.raises(KeyboardInterrupt) as caught:
        job.result()
    (note,) = notes_of(caught.value)
    assert note == (
        f"The service has the file 'invoice.pdf' as {job.request_file_id} and goes on with it; it is billed once, "
        f"whether or not anything waits for it. Wait again with client.ocr.job({nanonets_mock.model_id!r}, "
        f"{job.request_file_id!r}, pages={job.pages}).result()."
    )


def test_a_cancelled_wait_for_a_job_names_its_id() -> None:
    with RawServer(stalling_after_the_body) as server:
        for door in ASYNC_DOORS:
            seen = len(server.received)
            use = lambda client: client.ocr.job("m-1", "f-1").result()  # noqa: E731 - as the tests of every door
            (note,) = cancelled(door, server, use, lambda seen=seen: len(server.received) > seen)  # type: ignore[misc]  # mypy has no type for a default of a lambda
            assert "as f-1" in note
            assert note.endswith("client.ocr.job('m-1', 'f-1').result().")


def test_ctrl_c_during_a_training_says_that_it_goes_on(nanonets_client: Nanonets) -> None:
    model = nanonets_client.ocr.create_model(["total"])
    set_clock(nanonets_client, InterruptingClock())
    with pytest.raises(KeyboardInterrupt) as caught:
        nanonets_client.ocr.wait_until_trained(model.model_id)
    (note,) = notes_of(caught.value)
    assert note == (
        f"The training of model {model.model_id} goes on at the service. Wait again with "
        f"wait_until_trained({model.model_id!r})."
    )


def test_ctrl_c_while_a_draft_is_written_says_which_pages_are(
    nanonets_mock: MockServer, nanonets_client: Nanonets
) -> None:
    document = nanonets_client.ocr.predict_file(nanonets_mock.model_id, INVOICE)
    draft = nanonets_client.ocr.edit(nanonets_mock.model_id, document)
    draft.fields[0].text = "corrected"
    nanonets_mock.fail("ocr_get_file", rate_limited())
    set_clock(nanonets_client, InterruptingClock())
    with pytest.raises(KeyboardInterrupt) as caught:
        draft.save()
    assert notes_of(caught.value) == ["Pages not written: 1. Saving again writes only what is missing."]


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_an_error_of_the_network_names_host_and_port_tries_and_seconds_in_one_traceback(door: Door) -> None:
    reserved, base_url = refused_base_url()
    with reserved:
        ended = door.end(base_url, lambda client: client.ocr.predict_file("m-1", INVOICE), timeout=1000)
    error = ended.error
    assert isinstance(error, ConnectionFailed)
    place = base_url.removeprefix("http://").removesuffix("/api/v2")
    spent = f"{sum(ended.waits):.1f}".removesuffix(".0")
    assert str(error) == (
        f"{CALL} did not reach {place} in 5 tries over {spent} s (Connection refused). It can be sent again."
    )
    assert error.cause is not None
    assert (error.__cause__, error.__context__) == (None, None)


def test_a_wait_that_times_out_keeps_the_last_trouble_as_its_cause_and_prints_it_not() -> None:
    reserved, base_url = refused_base_url()
    with reserved, Nanonets(API_KEY, base_url=base_url, max_retries=0) as client:
        set_clock(client, VirtualClock())
        with pytest.raises(WaitTimeout) as caught:
            client.ocr.job("m-1", "f-1").result(timeout=3)
    assert isinstance(caught.value.cause, ConnectionFailed)
    assert caught.value.__suppress_context__
