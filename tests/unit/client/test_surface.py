"""The client as its users see it: settings, connections, callbacks, the low level."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from client_doors import ASYNC_DOORS, DOORS, Door, set_clock
from nanonets_api.api.image_classification import ic_list_models
from nanonets_api.api.ocr import ocr_get_model, ocr_train
from nanonets_api.models.model import Model as GeneratedModel
from nanonets_sdk import (
    AsyncNanonets,
    ConfigurationError,
    DecodeError,
    Exchange,
    Nanonets,
    NotFound,
    RetryEvent,
    ServerError,
    Unauthorized,
)
from nanonets_sdk.mock import Answer, MockServer, Reset
from nanonets_sdk.mock.plugin import API_KEY
from samples import INVOICE
from virtual_clock import VirtualClock

KEY = "k3y-0f-the-account"
LOCAL = "http://127.0.0.1:9"

every_door = pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
async_doors = pytest.mark.parametrize("door", ASYNC_DOORS, ids=lambda door: door.name)


@pytest.mark.parametrize("client", [Nanonets, AsyncNanonets])
def test_a_client_shows_its_settings_and_no_key(client: type[Any]) -> None:
    shown = repr(client(KEY, base_url=f"{LOCAL}/", timeout=5, max_retries=1))
    assert shown == f"{client.__name__}(base_url='{LOCAL}', timeout=5, max_retries=1)"


@pytest.mark.parametrize("client", [Nanonets, AsyncNanonets])
def test_options_make_another_client_and_leave_the_first_as_it_was(client: type[Any]) -> None:
    first = client(KEY, base_url=LOCAL, timeout=5, max_retries=1)
    other = first.with_options(timeout=7)
    another = other.with_options(max_retries=0)
    assert [repr(one).partition("timeout=")[2] for one in (first, other, another)] == [
        "5, max_retries=1)",
        "7, max_retries=1)",
        "7, max_retries=0)",
    ]


@pytest.mark.parametrize("options", [{"timeout": 0}, {"timeout": float("inf")}, {"max_retries": -1}])
@pytest.mark.parametrize("client", [Nanonets, AsyncNanonets])
def test_options_are_checked_like_the_first_settings(client: type[Any], options: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError):
        client(KEY, base_url=LOCAL).with_options(**options)
    with pytest.raises(ConfigurationError):
        client(KEY, base_url=LOCAL, **options)


def test_a_client_with_options_is_of_the_class_of_the_first() -> None:
    class OurNanonets(Nanonets):
        """A subclass of the client."""

    assert type(OurNanonets(KEY, base_url=LOCAL).with_options(timeout=1)) is OurNanonets


def test_closing_a_client_with_options_leaves_the_first_open(nanonets_mock: MockServer) -> None:
    with Nanonets(API_KEY, base_url=nanonets_mock.base_url) as client:
        with client.with_options(timeout=5) as other:
            assert other.ocr.get_model(nanonets_mock.model_id).is_ready
        assert client.ocr.get_model(nanonets_mock.model_id).is_ready


def test_options_change_how_often_a_call_is_tried(nanonets_mock: MockServer) -> None:
    nanonets_mock.fail("ocr_get_model", Answer(503))
    with Nanonets(API_KEY, base_url=nanonets_mock.base_url) as client:
        other = client.with_options(max_retries=2)
        set_clock(other, VirtualClock())
        with pytest.raises(Exception, match="503"):
            other.ocr.get_model(nanonets_mock.model_id)
    assert len(nanonets_mock.requests) == 3


def test_an_http_client_of_ones_own_sends_its_headers_and_stays_open(nanonets_mock: MockServer) -> None:
    with httpx.Client(headers={"X-Team": "billing"}) as own:
        with Nanonets(API_KEY, base_url=nanonets_mock.base_url, http_client=own) as client:
            client.ocr.get_model(nanonets_mock.model_id)
        assert not own.is_closed
    assert nanonets_mock.requests[-1].header("x-team") == "billing"


def test_an_asynchronous_http_client_of_ones_own_stays_open(nanonets_mock: MockServer) -> None:
    async def story() -> None:
        async with httpx.AsyncClient(headers={"X-Team": "billing"}) as own:
            async with AsyncNanonets(API_KEY, base_url=nanonets_mock.base_url, http_client=own) as client:
                await client.ocr.get_model(nanonets_mock.model_id)
            assert not own.is_closed

    asyncio.run(story())
    assert nanonets_mock.requests[-1].header("x-team") == "billing"


@every_door
def test_a_recorder_receives_each_response_without_the_key(nanonets_mock: MockServer, door: Door) -> None:
    told: list[Exchange] = []
    nanonets_mock.fail("ocr_get_model", Answer(503, {"message": "busy"}), times=1)
    door.use(
        nanonets_mock.base_url,
        lambda client: client.with_options(recorder=told.append).ocr.get_model(nanonets_mock.model_id),
        VirtualClock(),
        api_key=API_KEY,
    )
    assert [(one.method, one.status, one.path) for one in told] == [
        ("GET", 503, f"/OCR/Model/{nanonets_mock.model_id}"),
        ("GET", 200, f"/OCR/Model/{nanonets_mock.model_id}"),
    ]
    assert API_KEY not in repr(told)


@every_door
def test_a_recorder_is_told_nothing_of_an_attempt_without_an_answer(nanonets_mock: MockServer, door: Door) -> None:
    told: list[Exchange] = []
    nanonets_mock.fail("ocr_get_model", Reset(), times=1)
    model = door.use(
        nanonets_mock.base_url,
        lambda client: client.with_options(recorder=told.append).ocr.get_model(nanonets_mock.model_id),
        VirtualClock(),
        api_key=API_KEY,
    )
    assert model.model_id == nanonets_mock.model_id
    assert [one.status for one in told] == [200]


@every_door
def test_on_retry_is_called_before_every_wait(nanonets_mock: MockServer, door: Door) -> None:
    nanonets_mock.fail("ocr_get_model", Answer(503), times=2)
    ended = door.end(nanonets_mock.base_url, lambda c: c.ocr.get_model(nanonets_mock.model_id), api_key=API_KEY)
    path = f"/api/v2/OCR/Model/{nanonets_mock.model_id}"
    assert ended.retries == [
        RetryEvent("GET", path, 1, ended.waits[0], 503),
        RetryEvent("GET", path, 2, ended.waits[1], 503),
    ]


def test_the_low_level_reads_with_the_same_key(nanonets_mock: MockServer) -> None:
    with Nanonets(API_KEY, base_url=nanonets_mock.base_url) as client:
        model = ocr_get_model.sync(nanonets_mock.model_id, client=client.low_level)
        models = ic_list_models.sync(client=client.low_level)
        assert client.low_level is client.low_level
    assert isinstance(model, GeneratedModel)
    assert isinstance(models, list)
    assert nanonets_mock.model_id in {one.model_id for one in models}


@async_doors
def test_the_asynchronous_low_level_reads_with_the_same_key(nanonets_mock: MockServer, door: Door) -> None:
    def use(client: AsyncNanonets) -> Any:
        return ocr_get_model.asyncio(nanonets_mock.model_id, client=client.low_level)

    assert isinstance(door.use(nanonets_mock.base_url, use, api_key=API_KEY), GeneratedModel)


def test_the_low_level_client_retries_only_calls_that_read(nanonets_mock: MockServer) -> None:
    nanonets_mock.fail("ocr_get_model", Answer(503), times=1)
    nanonets_mock.fail("ocr_train", Answer(503), times=1)
    with Nanonets(API_KEY, base_url=nanonets_mock.base_url) as client:
        set_clock(client, VirtualClock())
        assert ocr_get_model.sync(nanonets_mock.model_id, client=client.low_level)
        with pytest.raises(ServerError):
            ocr_train.sync(nanonets_mock.model_id, client=client.low_level)
    assert [request.operation_id for request in nanonets_mock.requests] == [
        *["ocr_get_model"] * 2,
        "ocr_train",
    ]


def test_the_low_level_raises_the_same_errors(nanonets_mock: MockServer) -> None:
    with (
        Nanonets(API_KEY, base_url=nanonets_mock.base_url) as client,
        pytest.raises(NotFound),
    ):
        ocr_get_model.sync("no-such-model", client=client.low_level)


def test_the_low_level_shows_no_key() -> None:
    assert KEY not in repr(Nanonets(KEY, base_url=LOCAL).low_level)


@every_door
def test_a_wrong_key_raises_unauthorized(nanonets_mock: MockServer, door: Door) -> None:
    with pytest.raises(Unauthorized, match="NANONETS_API_KEY") as caught:
        door.use(nanonets_mock.base_url, lambda client: client.ocr.get_model("m"), api_key="a-wrong-key")
    assert "a-wrong-key" not in f"{caught.value!r} {vars(caught.value)}"


@every_door
@pytest.mark.parametrize(
    "body", [{"message": "Success", "result": []}, {"message": "Failed", "result": None}, {"message": "Failed"}]
)
def test_a_prediction_without_a_page_raises(nanonets_mock: MockServer, door: Door, body: Any) -> None:
    nanonets_mock.fail("ocr_predict_file", Answer(200, body))
    with pytest.raises(DecodeError, match=r"invoice\.pdf") as caught:
        door.use(
            nanonets_mock.base_url,
            lambda client: client.ocr.predict_file(nanonets_mock.model_id, INVOICE),
            api_key=API_KEY,
        )
    assert b"message" in caught.value.raw


def test_threads_may_share_a_client(nanonets_mock: MockServer) -> None:
    together = threading.Barrier(8)
    with Nanonets(API_KEY, base_url=nanonets_mock.base_url) as client, ThreadPoolExecutor(8) as threads:

        def read(_: int) -> str:
            together.wait(10)
            return client.ocr.get_model(nanonets_mock.model_id).model_id

        assert set(threads.map(read, range(8))) == {nanonets_mock.model_id}
