"""Waiting for submitted files and for trainings, on a virtual clock."""

import asyncio
import re
from typing import Any

import pytest

from client_doors import DOORS, Door, set_clock
from nanonets_sdk import (
    Annotation,
    AsyncNanonets,
    Box,
    ConfigurationError,
    ConnectionFailed,
    DecodeError,
    Document,
    Drift,
    Forbidden,
    JobFailed,
    Model,
    ModelState,
    Nanonets,
    NotFound,
    Unauthorized,
    WaitTimeout,
)
from nanonets_sdk.mock import (
    Answer,
    Behaviour,
    Fault,
    MockServer,
    Progression,
    Reset,
    Truncated,
    WrongType,
    rate_limited,
)
from nanonets_sdk.mock.plugin import API_KEY
from samples import INVOICE
from virtual_clock import VirtualClock

IN_WORK = {"message": "Image is being processed. Please try again later"}
ENDLESS = Progression.after_polls(1_000_000)

every_door = pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)


async def awaited(value: Any) -> Any:
    """Return the result of a method of either client."""
    return await value if asyncio.iscoroutine(value) else value


def submitted_id(mock: MockServer) -> str:
    """Submit a file, and return its id."""
    with Nanonets(API_KEY, base_url=mock.base_url) as client:
        return client.ocr.submit_file(mock.model_id, INVOICE).request_file_id


def result_by(
    door: Door, mock: MockServer, clock: VirtualClock | None = None, timeout: float = 600, **options: Any
) -> Document:
    """Wait for a submitted file through a door, and return its result."""
    request_file_id = submitted_id(mock)
    mock.clear_requests()

    def use(client: Any) -> Any:
        return client.ocr.job(mock.model_id, request_file_id).result(timeout=timeout)

    document = door.use(mock.base_url, use, clock or VirtualClock(), api_key=API_KEY, **options)
    assert isinstance(document, Document)
    return document


@every_door
def test_polls_come_at_growing_intervals_from_half_a_second_to_ten(nanonets_mock: MockServer, door: Door) -> None:
    nanonets_mock.jobs = Progression.after_polls(12)
    clock = VirtualClock(jitter=0.0)
    result_by(door, nanonets_mock, clock)
    growing = [0.5, 0.75, 1.125, 1.6875, 2.53125, 3.796875, 5.6953125, 8.54296875]
    assert clock.waits == [*growing, 10.0, 10.0, 10.0, 10.0]
    assert len(nanonets_mock.requests) == 13


@every_door
def test_intervals_are_spread_upwards_by_up_to_a_quarter(nanonets_mock: MockServer, door: Door) -> None:
    nanonets_mock.jobs = Progression.after_polls(2)
    clock = VirtualClock(jitter=1.0)
    result_by(door, nanonets_mock, clock)
    assert clock.waits == [0.5 * 1.25, 0.75 * 1.25]


@every_door
def test_a_finished_job_is_not_waited_for(nanonets_mock: MockServer, door: Door) -> None:
    nanonets_mock.jobs = Progression.immediate()
    clock = VirtualClock()
    document = result_by(door, nanonets_mock, clock)
    assert (document.status, clock.waits, len(nanonets_mock.requests)) == ("success", [], 1)


@every_door
def test_the_deadline_ends_the_wait_on_time_with_a_last_poll(nanonets_mock: MockServer, door: Door) -> None:
    nanonets_mock.jobs = ENDLESS
    clock = VirtualClock()
    with pytest.raises(WaitTimeout, match="after 30 s"):
        result_by(door, nanonets_mock, clock, timeout=30)
    assert 20 < sum(clock.waits) <= 30
    assert len(nanonets_mock.requests) == len(clock.waits) + 1


@every_door
def test_a_wait_that_timed_out_can_be_taken_up_from_its_error(nanonets_mock: MockServer, door: Door) -> None:
    nanonets_mock.jobs = ENDLESS

    async def wait_twice(client: Nanonets | AsyncNanonets) -> Document:
        job = await awaited(client.ocr.submit_file(nanonets_mock.model_id, INVOICE))
        with pytest.raises(WaitTimeout) as caught:
            await awaited(job.result(timeout=5))
        assert caught.value.job is job
        nanonets_mock.finish_jobs()
        assert caught.value.job is not None
        document = await awaited(caught.value.job.result(timeout=5))
        assert isinstance(document, Document)
        return document

    def use(client: Any) -> Any:
        return wait_twice(client) if isinstance(client, AsyncNanonets) else asyncio.run(wait_twice(client))

    document = door.use(nanonets_mock.base_url, use, VirtualClock(), api_key=API_KEY)
    assert document.fields


def test_the_message_of_a_timeout_holds_the_call_that_resumes_it(nanonets_mock: MockServer) -> None:
    nanonets_mock.jobs = ENDLESS
    with pytest.raises(WaitTimeout) as caught:
        result_by(DOORS[0], nanonets_mock, timeout=1)
    found = re.search(r"client\.ocr\.job\('([^']+)', '([^']+)'\)\.result\(\)", str(caught.value))
    assert found is not None
    nanonets_mock.finish_jobs()
    with Nanonets(API_KEY, base_url=nanonets_mock.base_url) as client:
        assert client.ocr.job(found[1], found[2]).result(timeout=5).fields


PASSING: list[Fault] = [
    Answer(500),
    Answer(502, "<html>Bad Gateway</html>"),
    Answer(503),
    Answer(504),
    Answer(522),
    Answer(408),
    rate_limited(),
    rate_limited("1"),
    Reset(),
    Truncated(10),
]


@every_door
@pytest.mark.parametrize("fault", PASSING, ids=str)
def test_transient_errors_do_not_end_a_wait(nanonets_mock: MockServer, door: Door, fault: Fault) -> None:
    nanonets_mock.fail("ocr_get_file", fault, times=7)
    assert result_by(door, nanonets_mock, max_retries=0).fields


@every_door
def test_a_persistent_error_is_the_cause_of_the_timeout(nanonets_mock: MockServer, door: Door) -> None:
    nanonets_mock.fail("ocr_get_file", Reset())
    with pytest.raises(WaitTimeout) as caught:
        result_by(door, nanonets_mock, timeout=20, max_retries=0)
    assert isinstance(caught.value.__cause__, ConnectionFailed)


def test_an_error_that_passed_is_not_the_cause_of_the_timeout(nanonets_mock: MockServer) -> None:
    nanonets_mock.jobs = ENDLESS
    nanonets_mock.fail("ocr_get_file", Answer(500), times=2)
    with pytest.raises(WaitTimeout) as caught:
        result_by(DOORS[0], nanonets_mock, timeout=20, max_retries=0)
    assert caught.value.__cause__ is None


@every_door
@pytest.mark.parametrize("fault", [Answer(404), Answer(200, "<html>Maintenance</html>")], ids=["404", "html"])
def test_a_doubtful_answer_is_tolerated_four_times(nanonets_mock: MockServer, door: Door, fault: Fault) -> None:
    nanonets_mock.fail("ocr_get_file", fault, times=4)
    assert result_by(door, nanonets_mock).fields


@every_door
@pytest.mark.parametrize(
    ("fault", "error"),
    [(Answer(404), NotFound), (Answer(200, "<html>Maintenance</html>"), DecodeError)],
    ids=["404", "html"],
)
def test_a_doubtful_answer_is_raised_at_the_fifth_poll(
    nanonets_mock: MockServer, door: Door, fault: Fault, error: type[Exception]
) -> None:
    nanonets_mock.fail("ocr_get_file", fault)
    with pytest.raises(error):
        result_by(door, nanonets_mock)
    assert len(nanonets_mock.requests) == 5


def test_doubtful_answers_that_are_not_in_a_row_do_not_add_up(nanonets_mock: MockServer) -> None:
    nanonets_mock.jobs = Progression.after_polls(8)
    nanonets_mock.fail("ocr_get_file", Answer(404), every=2)
    assert result_by(DOORS[0], nanonets_mock).fields


@every_door
@pytest.mark.parametrize(("status", "error"), [(401, Unauthorized), (403, Forbidden)])
def test_a_refusal_ends_the_wait_at_once(
    nanonets_mock: MockServer, door: Door, status: int, error: type[Exception]
) -> None:
    nanonets_mock.fail("ocr_get_file", Answer(status))
    clock = VirtualClock()
    with pytest.raises(error):
        result_by(door, nanonets_mock, clock)
    assert (clock.waits, len(nanonets_mock.requests)) == ([], 1)


@pytest.mark.parametrize("status", [200, 202, 206, 400, 404, 409, 422, 425, 429, 500, 503])
@pytest.mark.parametrize("door", DOORS[:2], ids=lambda door: door.name)
def test_the_pending_message_is_recognised_under_any_status(nanonets_mock: MockServer, door: Door, status: int) -> None:
    nanonets_mock.fail("ocr_get_file", Answer(status, IN_WORK), times=7)
    clock = VirtualClock()
    assert result_by(door, nanonets_mock, clock, max_retries=0).fields
    assert len(clock.waits) >= 7


@pytest.mark.parametrize("form", ["pages", "empty", "message"])
def test_a_file_in_work_may_be_read_as_pages_as_nothing_or_as_a_message(nanonets_mock: MockServer, form: Any) -> None:
    nanonets_mock.behaviour = Behaviour(pending_file=form)
    nanonets_mock.jobs = Progression.after_polls(3)
    clock = VirtualClock()
    document = result_by(DOORS[0], nanonets_mock, clock)
    assert (len(document.pages), len(clock.waits)) == (2, 3)


def test_a_file_of_which_pages_are_missing_is_not_done(nanonets_mock: MockServer, nanonets_client: Nanonets) -> None:
    nanonets_mock.jobs = Progression.immediate()
    job = nanonets_client.ocr.submit_file(nanonets_mock.model_id, INVOICE)
    whole = job.result().raw
    half = {**whole, "unmoderated_images": whole["unmoderated_images"][:1], "unmoderated_images_count": 1}
    nanonets_mock.fail("ocr_get_file", Answer(200, half), times=1)
    assert job.status() == "pending"
    assert job.status() == "success"


@every_door
def test_a_job_that_is_taken_up_waits_for_the_pages_that_it_is_told_of(nanonets_mock: MockServer, door: Door) -> None:
    nanonets_mock.jobs = Progression.immediate()
    with Nanonets(API_KEY, base_url=nanonets_mock.base_url) as client:
        job = client.ocr.submit_file(nanonets_mock.model_id, INVOICE)
        whole = job.result().raw
    half = {**whole, "unmoderated_images": whole["unmoderated_images"][:1], "unmoderated_images_count": 1}
    nanonets_mock.fail("ocr_get_file", Answer(200, half), times=3)

    async def read(client: Any) -> tuple[int, int]:
        taken_up = client.ocr.job(job.model_id, job.request_file_id, pages=job.pages)
        return taken_up.pages, len((await awaited(taken_up.result())).pages)

    def use(client: Any) -> Any:
        return read(client) if isinstance(client, AsyncNanonets) else asyncio.run(read(client))

    clock = VirtualClock()
    assert door.use(nanonets_mock.base_url, use, clock, api_key=API_KEY) == (2, 2)
    assert len(clock.waits) == 3


def test_a_job_of_some_pages_does_not_wait_for_the_others(nanonets_mock: MockServer, nanonets_client: Nanonets) -> None:
    nanonets_mock.jobs = Progression.immediate()
    job = nanonets_client.ocr.submit_file(nanonets_mock.model_id, INVOICE, pages=[1])
    assert job.pages == 0
    assert job.status() == "success"


def test_the_message_of_a_timeout_tells_how_many_pages_are_waited_for(
    nanonets_mock: MockServer, nanonets_client: Nanonets
) -> None:
    nanonets_mock.jobs = ENDLESS
    set_clock(nanonets_client, VirtualClock())
    with pytest.raises(WaitTimeout, match=r"client\.ocr\.job\('[^']+', '[^']+', pages=2\)\.result\(\)"):
        nanonets_client.ocr.submit_file(nanonets_mock.model_id, INVOICE).result()


@pytest.mark.parametrize(("pages", "error"), [(-1, ValueError), (True, TypeError), ("2", TypeError), (2.0, TypeError)])
def test_an_invalid_number_of_pages_is_refused(nanonets_client: Nanonets, pages: Any, error: type[Exception]) -> None:
    with pytest.raises(error, match="number of pages"):
        nanonets_client.ocr.job("m", "f", pages=pages)


@every_door
def test_an_unknown_page_status_is_reported_and_ends_the_wait(nanonets_mock: MockServer, door: Door) -> None:
    nanonets_mock.jobs = Progression.immediate()
    nanonets_mock.fail("ocr_get_file", WrongType("/unmoderated_images/1/status", "in_review_by_moon"))
    clock = VirtualClock()
    drifts: list[Drift] = []
    document = result_by(door, nanonets_mock, clock, on_drift=drifts.append)
    assert (document.status, clock.waits) == ("success", [])
    place = "/unmoderated_images/1/status"
    assert drifts == [Drift("ocr_get_file", place, "pending or success or failure", "another word")]


@pytest.mark.parametrize("word", ["", "success", "SUCCESS", "pending", "failure", "failed"])
def test_a_known_page_status_is_not_reported(nanonets_mock: MockServer, word: str) -> None:
    nanonets_mock.jobs = Progression.immediate()
    drifts: list[Drift] = []
    with Nanonets(API_KEY, base_url=nanonets_mock.base_url, on_drift=drifts.append) as client:
        request_file_id = submitted_id(nanonets_mock)
        nanonets_mock.fail("ocr_get_file", WrongType("/unmoderated_images/0/status", word))
        client.ocr.get_file(nanonets_mock.model_id, request_file_id)
    assert drifts == []


def test_an_unknown_page_status_is_reported_by_every_call_that_reads_pages(nanonets_mock: MockServer) -> None:
    nanonets_mock.jobs = Progression.immediate()
    drifts: list[Drift] = []
    with Nanonets(API_KEY, base_url=nanonets_mock.base_url, on_drift=drifts.append) as client:
        page = client.ocr.predict_file(nanonets_mock.model_id, INVOICE).pages[0]
        nanonets_mock.approve(page.request_file_id)
        nanonets_mock.fail("ocr_list_predictions", WrongType("/moderated_images/0/status", "?"))
        nanonets_mock.fail("ocr_get_page", WrongType("/result/0/status", "?"))
        nanonets_mock.fail("ocr_get_page", WrongType("/result/0/message", ""))
        client.ocr.list_predictions(nanonets_mock.model_id)
        assert client.ocr.get_page(nanonets_mock.model_id, page.id).status == "success"
    assert [drift.path for drift in drifts] == ["/moderated_images/0/status", "/result/0/status"]


@every_door
def test_a_page_that_failed_ends_the_wait_with_the_pages_that_did_not(nanonets_mock: MockServer, door: Door) -> None:
    nanonets_mock.jobs = Progression.after_polls(2).failing(1)
    with pytest.raises(JobFailed, match="page 2") as caught:
        result_by(door, nanonets_mock)
    document = caught.value.document
    assert document is not None
    assert [page.status for page in document.pages] == ["success", "failure"]
    assert document.pages[0].fields
    assert document.raw_bytes


def test_a_url_that_was_refused_fails_without_a_poll(nanonets_mock: MockServer, nanonets_client: Nanonets) -> None:
    nanonets_mock.register_failing_url("https://files.example.org/gone.pdf", "could not be fetched")
    (job,) = nanonets_client.ocr.submit_urls(nanonets_mock.model_id, ["https://files.example.org/gone.pdf"])
    nanonets_mock.clear_requests()
    assert job.error
    assert job.status() == "failure"
    with pytest.raises(JobFailed, match="could not be fetched") as caught:
        job.result()
    assert caught.value.document is not None
    assert nanonets_mock.requests == []


@pytest.mark.parametrize("message", ["Queued", "Accepted for processing", "Could not open page"])
def test_a_file_that_got_an_id_is_looked_for_whatever_was_said_of_its_pages(
    nanonets_mock: MockServer, nanonets_client: Nanonets, message: str
) -> None:
    nanonets_mock.jobs = Progression.immediate()
    nanonets_mock.fail("ocr_submit_file", WrongType("/result/0/message", message))
    job = nanonets_client.ocr.submit_file(nanonets_mock.model_id, INVOICE)
    assert (job.error, job.status()) == (None, "success")
    assert job.result().fields


def test_the_status_of_a_job_follows_the_file(nanonets_mock: MockServer, nanonets_client: Nanonets) -> None:
    nanonets_mock.jobs = Progression.after_polls(2)
    job = nanonets_client.ocr.submit_file(nanonets_mock.model_id, INVOICE)
    assert [job.status() for _ in range(3)] == ["pending", "pending", "success"]


def test_the_status_of_a_job_that_failed_is_failure(nanonets_mock: MockServer, nanonets_client: Nanonets) -> None:
    nanonets_mock.jobs = Progression.immediate().failing()
    assert nanonets_client.ocr.submit_file(nanonets_mock.model_id, INVOICE).status() == "failure"


@pytest.mark.parametrize("timeout", [0, -1, float("nan"), float("inf")])
def test_an_invalid_timeout_is_refused_before_the_first_poll(
    nanonets_mock: MockServer, nanonets_client: Nanonets, timeout: float
) -> None:
    with pytest.raises(ConfigurationError, match="timeout"):
        nanonets_client.ocr.job(nanonets_mock.model_id, "f").result(timeout=timeout)
    assert nanonets_mock.requests == []


def model_reply(state: object) -> Answer:
    """Return the answer to a request for a model."""
    return Answer(200, {"model_id": "m", "model_type": "ocr", "state": state, "categories": []})


def trained(door: Door, mock: MockServer, clock: VirtualClock, timeout: float = 7200) -> Model:
    """Wait for a training through a door, and return the model."""

    def use(client: Any) -> Any:
        return client.ocr.wait_until_trained(mock.model_id, timeout=timeout)

    model = door.use(mock.base_url, use, clock, api_key=API_KEY)
    assert isinstance(model, Model)
    return model


@every_door
@pytest.mark.parametrize("state", [2, 3, 4, 6, 7, 42])
def test_a_training_is_waited_for_through_every_state_known_or_not(
    nanonets_mock: MockServer, door: Door, state: int
) -> None:
    nanonets_mock.fail("ocr_get_model", model_reply(state), times=3)
    clock = VirtualClock(jitter=0.0)
    assert trained(door, nanonets_mock, clock).state == ModelState.HOSTED
    assert clock.waits == [2.0, 3.0, 4.5]


def test_a_training_is_polled_at_intervals_of_up_to_a_minute(nanonets_mock: MockServer) -> None:
    nanonets_mock.fail("ocr_get_model", model_reply(4), times=20)
    clock = VirtualClock(jitter=0.0)
    trained(DOORS[0], nanonets_mock, clock)
    assert (clock.waits[0], clock.waits[-1], sorted(clock.waits)) == (2.0, 60.0, clock.waits)


@every_door
def test_a_training_that_failed_raises_with_the_model(nanonets_mock: MockServer, door: Door) -> None:
    nanonets_mock.fail("ocr_get_model", model_reply(-1))
    with pytest.raises(JobFailed, match="training") as caught:
        trained(door, nanonets_mock, VirtualClock())
    assert caught.value.model is not None
    assert caught.value.model.state == ModelState.TRAINING_FAILED


@every_door
@pytest.mark.parametrize(("state", "told"), [(0, "call train first"), (1, "call train first"), (42, "in state 42")])
def test_a_training_that_does_not_end_raises_with_the_model_as_last_seen(
    nanonets_mock: MockServer, door: Door, state: int, told: str
) -> None:
    nanonets_mock.fail("ocr_get_model", model_reply(state))
    clock = VirtualClock()
    with pytest.raises(WaitTimeout, match=told) as caught:
        trained(door, nanonets_mock, clock, timeout=600)
    assert caught.value.model is not None
    assert caught.value.model.state == state
    assert caught.value.job is None
    assert sum(clock.waits) <= 600


def test_a_real_training_is_waited_for(nanonets_mock: MockServer) -> None:
    nanonets_mock.trainings = Progression.after_polls(3)

    def train(client: Nanonets) -> Model:
        model_id = client.ocr.create_model(["total"]).model_id
        client.ocr.upload_file(model_id, INVOICE, [Annotation("total", "1,234.50", Box(401, 655, 480, 671))])
        client.ocr.train(model_id)
        return client.ocr.wait_until_trained(model_id)

    model = DOORS[0].use(nanonets_mock.base_url, train, VirtualClock(), api_key=API_KEY)
    assert model.state == ModelState.HOSTED


def test_the_training_of_an_image_classification_model_is_waited_for(nanonets_mock: MockServer) -> None:
    nanonets_mock.fail("ic_get_model", model_reply(4), times=3)
    model_id = nanonets_mock.create_model(["receipt", "passport"], model_type="classification")
    clock = VirtualClock(jitter=0.0)

    def use(client: Nanonets) -> Model:
        return client.image_classification.wait_until_trained(model_id)

    model = DOORS[0].use(nanonets_mock.base_url, use, clock, api_key=API_KEY)
    assert (model.state, clock.waits) == (ModelState.HOSTED, [2.0, 3.0, 4.5])
