"""Unknown behaviour of the service is a switch; tests control time and progressions."""

import json
import threading
import uuid
from collections import Counter
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

import httpx
import pytest

from mock_calls import predict, submit
from nanonets_sdk.mock import Behaviour, MockServer, Progression
from nanonets_sdk.mock.plugin import API_KEY
from samples import INVOICE, PICTURE

MOMENT = datetime(2026, 2, 3, 23, 30, tzinfo=UTC).timestamp()
GREGORIAN_TICKS = 0x01B21DD213814000
BEING_PROCESSED = {"message": "Image is being processed. Please try again later"}


def read_page(http: httpx.Client, mock: MockServer, page: dict[str, Any]) -> httpx.Response:
    return http.get(f"/Inferences/Model/{mock.model_id}/ImageLevelInferences/{page['id']}")


def read_file(http: httpx.Client, mock: MockServer, page: dict[str, Any]) -> Any:
    path = f"/Inferences/Model/{mock.model_id}/InferenceRequestFiles/GetPredictions/{page['request_file_id']}"
    return http.get(path).json()


def test_a_job_takes_as_many_polls_as_it_was_told(nanonets_mock: MockServer, http: httpx.Client) -> None:
    nanonets_mock.jobs = Progression.after_polls(2)
    page = submit(http, nanonets_mock).json()["result"][0]
    replies = [read_page(http, nanonets_mock, page).json() for _ in range(3)]
    assert replies[:2] == [BEING_PROCESSED, BEING_PROCESSED]
    assert replies[2]["message"] == "Success"


def test_a_job_takes_the_time_of_the_mocks_clock(nanonets_mock: MockServer, http: httpx.Client) -> None:
    nanonets_mock.jobs = Progression.after_seconds(3_600)
    page = submit(http, nanonets_mock).json()["result"][0]
    assert read_page(http, nanonets_mock, page).json() == BEING_PROCESSED
    nanonets_mock.clock.advance(3_600)
    assert read_page(http, nanonets_mock, page).json()["message"] == "Success"


def test_one_page_fails_after_three_tries_and_the_other_does_not(nanonets_mock: MockServer, http: httpx.Client) -> None:
    nanonets_mock.jobs = Progression.immediate().failing(1)
    pages = submit(http, nanonets_mock).json()["result"]
    first, second = (read_page(http, nanonets_mock, page).json()["result"][0] for page in pages)
    assert (first["message"], bool(first["prediction"])) == ("success", True)
    assert (second["message"], second["prediction"], second["retries"]) == ("failure", [], 3)


def test_a_page_that_fails_says_so_inside_a_200(nanonets_mock: MockServer, http: httpx.Client) -> None:
    nanonets_mock.jobs = Progression.immediate().failing(0)
    reply = predict(http, nanonets_mock)
    assert reply.status_code == 200
    assert [page["message"] for page in reply.json()["result"]] == ["failure", "Success"]


def test_finishing_jobs_needs_no_polls(nanonets_mock: MockServer, http: httpx.Client) -> None:
    nanonets_mock.jobs = Progression.after_polls(100)
    page = submit(http, nanonets_mock).json()["result"][0]
    nanonets_mock.finish_jobs()
    assert read_page(http, nanonets_mock, page).json()["message"] == "Success"


def test_a_training_fails_when_told(nanonets_mock: MockServer, http: httpx.Client) -> None:
    nanonets_mock.trainings = Progression.immediate().failing()
    model_id = trainable_model(http)
    http.post(f"/OCR/Model/{model_id}/Train")
    assert http.get(f"/OCR/Model/{model_id}").json()["state"] == -1


def test_a_model_stays_usable_while_it_is_trained_again(nanonets_mock: MockServer, http: httpx.Client) -> None:
    model_id = trainable_model(http)
    nanonets_mock.trainings = Progression.immediate()
    http.post(f"/OCR/Model/{model_id}/Train")
    nanonets_mock.trainings = Progression.after_polls(5)
    assert http.post(f"/OCR/Model/{model_id}/Train").json()["state"] == 6
    assert http.post(f"/OCR/Model/{model_id}/LabelFile", files={"file": INVOICE.read_bytes()}).status_code == 200
    assert http.post(f"/OCR/Model/{model_id}/Train").status_code == 409


def trainable_model(http: httpx.Client) -> str:
    created = http.post("/OCR/Model/", json={"categories": ["total"], "model_type": "ocr"})
    model_id = str(created.json()["model_id"])
    box = {"name": "total", "ocr_text": "Total", "bndbox": {"xmin": 10, "ymin": 10, "xmax": 90, "ymax": 30}}
    data = json.dumps([{"filename": "a.pdf", "object": [box]}])
    files = {"file": ("a.pdf", INVOICE.read_bytes())}
    http.post(f"/OCR/Model/{model_id}/UploadFile", files=files, data={"data": data})
    return model_id


def test_a_model_that_is_not_trained_predicts_nothing(http: httpx.Client) -> None:
    reply = http.post(f"/OCR/Model/{trainable_model(http)}/LabelFile", files={"file": INVOICE.read_bytes()})
    assert reply.status_code == 400
    assert reply.json()["errors"][0]["reason"] == "Model is not ready"


@pytest.mark.parametrize("status", [409, 400])
def test_training_without_data_is_refused(
    nanonets_mock: MockServer, http: httpx.Client, status: Literal[409, 400]
) -> None:
    nanonets_mock.behaviour = Behaviour(not_ready_status=status)
    model_id = nanonets_mock.create_model(["total"], state=0)
    reply = http.post(f"/OCR/Model/{model_id}/Train")
    assert reply.status_code == status
    assert reply.json()["errors"] == [
        {"reason": "Model is not ready", "message": "Please check the current state of model"}
    ]


@pytest.mark.parametrize("status", [200, 202, 404, 425])
def test_the_status_of_a_page_in_work_is_a_switch(nanonets_mock: MockServer, http: httpx.Client, status: int) -> None:
    nanonets_mock.behaviour = Behaviour(pending_page_status=status)
    reply = read_page(http, nanonets_mock, submit(http, nanonets_mock).json()["result"][0])
    assert (reply.status_code, reply.json()) == (status, BEING_PROCESSED)


def test_a_file_in_work_answers_as_the_switch_says(nanonets_mock: MockServer, http: httpx.Client) -> None:
    nanonets_mock.jobs = Progression.after_polls(100)
    page = submit(http, nanonets_mock).json()["result"][0]
    pages = read_file(http, nanonets_mock, page)["unmoderated_images"]
    assert [(image["status"], image["predicted_boxes"]) for image in pages] == [("pending", []), ("pending", [])]
    nanonets_mock.behaviour = Behaviour(pending_file="empty")
    assert read_file(http, nanonets_mock, page)["unmoderated_images"] == []
    nanonets_mock.behaviour = Behaviour(pending_file="message")
    assert read_file(http, nanonets_mock, page) == BEING_PROCESSED


def test_a_submission_is_nested_by_a_switch(nanonets_mock: MockServer, http: httpx.Client) -> None:
    nanonets_mock.behaviour = Behaviour(nested_async=True)
    (entry,) = submit(http, nanonets_mock).json()["result"]
    assert [page["page"] for page in entry["result"]] == [0, 1]


def test_an_error_carries_what_the_switches_say(nanonets_mock: MockServer, http: httpx.Client) -> None:
    nanonets_mock.behaviour = Behaviour(error_message="message")
    assert http.get("/OCR/Model/none").json() == {"message": "Not Found: Model not found"}
    nanonets_mock.behaviour = Behaviour(error_bodies={404: {"message": "Model does not exist"}})
    assert http.get("/OCR/Model/none").json() == {"message": "Model does not exist"}


def test_pages_a_minute_are_limited_for_each_model(nanonets_mock: MockServer, http: httpx.Client) -> None:
    nanonets_mock.behaviour = Behaviour(pages_per_minute=3)
    nanonets_mock.clock.freeze(MOMENT)
    assert [predict(http, nanonets_mock).status_code for _ in range(3)] == [200, 200, 429]
    other = nanonets_mock.create_model(["total"])
    assert http.post(f"/OCR/Model/{other}/LabelFile", files={"file": INVOICE.read_bytes()}).status_code == 200
    nanonets_mock.clock.advance(60)
    assert predict(http, nanonets_mock).status_code == 200


def test_parallel_calls_get_no_more_pages_than_one_after_the_other(nanonets_mock: MockServer) -> None:
    nanonets_mock.behaviour = Behaviour(pages_per_minute=3)
    nanonets_mock.clock.freeze(MOMENT)
    url = f"{nanonets_mock.base_url}/OCR/Model/{nanonets_mock.model_id}/LabelUrls"

    def call(address: str) -> int:
        return httpx.post(url, data={"urls": [address]}, auth=(API_KEY, ""), timeout=60).status_code

    with answering_together(4) as address, ThreadPoolExecutor(4) as threads:
        assert Counter(threads.map(call, [address] * 4)) == {200: 2, 429: 2}


@contextmanager
def answering_together(count: int) -> Generator[str]:
    """Serve the invoice to so many clients at the same time, once all of them have asked."""
    all_have_asked = threading.Barrier(count)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            all_have_asked.wait(60)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(INVOICE.read_bytes())

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            """Log nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/invoice.pdf"
        finally:
            server.shutdown()


def test_a_call_for_several_urls_is_charged_as_a_whole(nanonets_mock: MockServer, http: httpx.Client) -> None:
    nanonets_mock.behaviour = Behaviour(pages_per_minute=1)
    nanonets_mock.clock.freeze(MOMENT)
    urls = [f"https://files.example.org/{number}.pdf" for number in range(2)]
    for url in urls:
        nanonets_mock.register_url(url, INVOICE)
    replies = [http.post(f"/OCR/Model/{nanonets_mock.model_id}/LabelUrls", data={"urls": urls}) for _ in range(2)]
    assert [reply.status_code for reply in replies] == [200, 429]
    assert len(replies[0].json()["result"]) == 4


def test_a_call_that_is_refused_costs_nothing(nanonets_mock: MockServer, http: httpx.Client) -> None:
    nanonets_mock.behaviour = Behaviour(free_calls=1, pages_per_minute=2)
    assert predict(http, nanonets_mock, pages_to_process="7").status_code == 400
    assert predict(http, nanonets_mock).status_code == 200


def test_a_model_is_trained_once_by_two_calls_at_a_time(nanonets_mock: MockServer, http: httpx.Client) -> None:
    model_id = nanonets_mock.create_model(["total"], state=0)
    box = {"xmin": 1, "ymin": 1, "xmax": 200, "ymax": 200}
    data = json.dumps([{"filename": "a.pdf", "object": [{"name": "total", "ocr_text": "", "bndbox": box}]}])
    files = {"file": ("a.pdf", INVOICE.read_bytes())}
    assert http.post(f"/OCR/Model/{model_id}/UploadFile", files=files, data={"data": data}).status_code == 200
    with ThreadPoolExecutor(4) as threads:
        replies = threads.map(http.post, [f"/OCR/Model/{model_id}/Train"] * 4)
        assert Counter(reply.status_code for reply in replies) == {200: 1, 409: 3}


def test_every_poll_of_a_training_counts(nanonets_mock: MockServer, http: httpx.Client) -> None:
    nanonets_mock.trainings = Progression.after_polls(16)
    model_id = nanonets_mock.create_model(["a", "b"], model_type="classification", state=0)
    picture = PICTURE.read_bytes()
    for category in ("a", "b"):
        data = {"modelId": model_id, "category": category}
        http.post("/ImageCategorization/UploadFile", files={"file": ("p.png", picture)}, data=data)
    http.post("/ImageCategorization/Train", params={"modelId": model_id})
    with ThreadPoolExecutor(8) as threads:
        reads = threads.map(http.get, [f"/ImageCategorization/Model?modelId={model_id}"] * 16)
        assert {reply.json()["state"] for reply in reads} <= {3, 4}
    assert http.get(f"/ImageCategorization/Model?modelId={model_id}").json()["state"] == 5


def test_a_model_in_training_again_predicts(nanonets_mock: MockServer, http: httpx.Client) -> None:
    model_id = nanonets_mock.create_model(["total"], state=6)
    files = {"file": INVOICE.read_bytes()}
    assert http.post(f"/OCR/Model/{model_id}/LabelFile", files=files).status_code == 200


@pytest.mark.parametrize("state", [-2, 7])
def test_a_model_has_a_state_of_the_service(nanonets_mock: MockServer, state: int) -> None:
    with pytest.raises(ValueError, match="no state"):
        nanonets_mock.create_model(["total"], state=state)


@pytest.mark.parametrize(
    "switch",
    [
        {"pending_page_status": 99},
        {"pending_file": "emtpy"},
        {"not_ready_status": 418},
        {"partial_status": 500},
        {"pages_per_minute": -1},
        {"free_calls": -1},
        {"max_body_bytes": -1},
    ],
    ids=str,
)
def test_a_behaviour_switch_refuses_other_values(switch: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(switch))):
        Behaviour(**switch)


def test_an_open_interval_has_the_files_of_all_days(nanonets_mock: MockServer, http: httpx.Client) -> None:
    nanonets_mock.clock.freeze(-86_400)
    submit(http, nanonets_mock)
    listing = http.get(f"/Inferences/Model/{nanonets_mock.model_id}/ImageLevelInferences").json()
    assert listing["unmoderated_images_count"] == 2


def test_free_calls_run_out(nanonets_mock: MockServer, http: httpx.Client) -> None:
    nanonets_mock.behaviour = Behaviour(free_calls=1)
    assert [predict(http, nanonets_mock).status_code for _ in range(2)] == [200, 402]


def test_the_clock_is_in_every_id_and_day(nanonets_mock: MockServer, http: httpx.Client) -> None:
    nanonets_mock.clock.freeze(MOMENT)
    page = submit(http, nanonets_mock).json()["result"][0]
    image = read_file(http, nanonets_mock, page)["unmoderated_images"][0]
    assert (image["day_since_epoch"], image["hour_of_day"]) == (20_487, 23)
    assert [seconds_of(image[name]) for name in ("id", "updated_at")] == [pytest.approx(MOMENT, abs=1e-3)] * 2
    assert uuid.UUID(image["request_file_id"]).version == 4


def seconds_of(text: str) -> float:
    identity = uuid.UUID(text)
    assert identity.version == 1
    return (identity.time - GREGORIAN_TICKS) / 1e7


@pytest.mark.parametrize(("first", "last", "count"), [(20_487, 20_487, 2), (20_400, 20_486, 0), (20_488, 20_500, 0)])
def test_an_interval_of_days_includes_both_ends(
    nanonets_mock: MockServer, http: httpx.Client, first: int, last: int, count: int
) -> None:
    nanonets_mock.clock.freeze(MOMENT)
    submit(http, nanonets_mock)
    days = {"start_day_interval": first, "current_batch_day": last}
    listing = http.get(f"/Inferences/Model/{nanonets_mock.model_id}/ImageLevelInferences", params=days).json()
    assert listing["unmoderated_images_count"] == count


def test_the_same_seed_gives_the_same_ids() -> None:
    def ids() -> tuple[str, str]:
        with MockServer(seed=3) as server:
            return server.model_id, server.create_model(["a"])

    assert ids() == ids()


def test_only_the_pages_asked_for_are_processed(nanonets_mock: MockServer, http: httpx.Client) -> None:
    assert [page["page"] for page in predict(http, nanonets_mock, pages_to_process="2").json()["result"]] == [1]
    nanonets_mock.behaviour = Behaviour(first_page_to_process=0)
    assert [page["page"] for page in predict(http, nanonets_mock, pages_to_process="0").json()["result"]] == [0]
    assert predict(http, nanonets_mock, pages_to_process="7").status_code == 400


@pytest.mark.parametrize(
    "wanted", ["one", "1_0", " 1", "1, 2", "+1", "\u0661", "1,", ",", " ", "1-2", "1.0", "9" * 5_000]
)
def test_pages_to_process_are_decimal_digits_with_commas(
    nanonets_mock: MockServer, http: httpx.Client, wanted: str
) -> None:
    reply = predict(http, nanonets_mock, pages_to_process=wanted)
    assert reply.status_code == 400
    assert reply.json()["errors"][0]["reason"].startswith("/pages_to_process: ")


def test_boxes_name_their_page_as_the_kind_of_reply_does(nanonets_mock: MockServer, http: httpx.Client) -> None:
    posted = predict(http, nanonets_mock).json()["result"][1]
    read = read_page(http, nanonets_mock, posted).json()["result"][0]
    assert {box.get("page_no") for box in posted["prediction"]} == {1}
    assert {box.get("page") for box in read["prediction"]} == {1}
    assert not any("page" in box for box in posted["prediction"])


def test_text_of_the_caller_comes_back(nanonets_mock: MockServer, http: httpx.Client) -> None:
    text = 'order 7 "ü" \U0001f4c4'
    assert predict(http, nanonets_mock, request_metadata=text).json()["result"][0]["request_metadata"] == text
