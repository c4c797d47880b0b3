"""The mock fails on request, in the requested way and at the requested time."""

import socket
import time

import httpx
import pytest

from mock_calls import get_model, predict, submit
from nanonets_sdk.mock import (
    Answer,
    ExtraField,
    Fault,
    Latency,
    MockServer,
    Nested,
    OtherStatus,
    Reset,
    Slow,
    Truncated,
    WrongType,
    rate_limited,
)


def stored_pages(http: httpx.Client, mock: MockServer) -> int:
    listing = http.get(f"/Inferences/Model/{mock.model_id}/ImageLevelInferences").json()
    return int(listing["unmoderated_images_count"])


def statuses(http: httpx.Client, mock: MockServer, calls: int) -> list[int]:
    return [get_model(http, mock).status_code for _ in range(calls)]


def test_a_count_strikes_so_often_and_no_more(nanonets_mock: MockServer, http: httpx.Client) -> None:
    nanonets_mock.fail("ocr_get_model", Answer(503), times=2)
    assert statuses(http, nanonets_mock, 3) == [503, 503, 200]


def test_a_schedule_strikes_every_third(nanonets_mock: MockServer, http: httpx.Client) -> None:
    nanonets_mock.fail("ocr_get_model", Answer(503), every=3)
    assert statuses(http, nanonets_mock, 7) == [200, 200, 503, 200, 200, 503, 200]


def test_a_probability_is_drawn_from_the_seed(nanonets_mock: MockServer, http: httpx.Client) -> None:
    drawn: list[list[int]] = []
    for _ in range(2):
        nanonets_mock.clear_faults()
        nanonets_mock.seed(7)
        nanonets_mock.fail("ocr_get_model", Answer(503), probability=0.5)
        drawn.append(statuses(http, nanonets_mock, 12))
    assert drawn[0] == drawn[1]
    assert set(drawn[0]) == {200, 503}


def test_a_fault_of_one_operation_leaves_the_others_alone(nanonets_mock: MockServer, http: httpx.Client) -> None:
    nanonets_mock.fail("ocr_submit_file", Answer(503))
    assert predict(http, nanonets_mock).status_code == 200
    assert submit(http, nanonets_mock).status_code == 503


def test_an_operation_that_is_not_there_cannot_fail(nanonets_mock: MockServer) -> None:
    with pytest.raises(ValueError, match="no operation"):
        nanonets_mock.fail("ocr_predict", Latency(1))


def test_latency_makes_the_answer_late(nanonets_mock: MockServer, http: httpx.Client) -> None:
    nanonets_mock.fail("*", Latency(0.2))
    start = time.monotonic()
    assert get_model(http, nanonets_mock).status_code == 200
    assert time.monotonic() - start >= 0.2


@pytest.mark.parametrize("retry_after", [None, "2", "Wed, 21 Oct 2026 07:28:00 GMT"])
def test_429_comes_with_and_without_retry_after(
    nanonets_mock: MockServer, http: httpx.Client, retry_after: str | None
) -> None:
    nanonets_mock.fail("ocr_get_model", rate_limited(retry_after))
    reply = get_model(http, nanonets_mock)
    assert reply.status_code == 429
    assert reply.headers.get("Retry-After") == retry_after


def test_a_text_is_sent_as_it_stands(nanonets_mock: MockServer, http: httpx.Client) -> None:
    nanonets_mock.fail("ocr_get_model", Answer(502, "<html>Bad Gateway</html>"))
    reply = get_model(http, nanonets_mock)
    assert reply.text == "<html>Bad Gateway</html>"
    assert reply.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize(
    ("fault", "pages"),
    [(Reset(), 0), (Reset(after_work=True), 2), (Answer(504), 0), (Answer(504, after_work=True), 2)],
    ids=["reset before", "reset after", "answer before", "answer after"],
)
def test_a_failure_comes_before_or_after_the_work(
    nanonets_mock: MockServer, http: httpx.Client, fault: Fault, pages: int
) -> None:
    nanonets_mock.fail("ocr_predict_file", fault, times=1)
    if isinstance(fault, Reset):
        with pytest.raises(httpx.ReadError):
            predict(http, nanonets_mock)
    else:
        assert predict(http, nanonets_mock).status_code == 504
    assert stored_pages(http, nanonets_mock) == pages


def test_a_reset_is_a_reset_on_the_wire(nanonets_mock: MockServer) -> None:
    nanonets_mock.fail("*", Reset())
    host, port = httpx.URL(nanonets_mock.base_url).host, httpx.URL(nanonets_mock.base_url).port
    with socket.create_connection((host, port or 0), timeout=60) as connection:
        connection.sendall(b"GET /api/v2/OCR/Model/x HTTP/1.1\r\nHost: x\r\n\r\n")
        with pytest.raises(ConnectionResetError):
            connection.recv(1)


def test_a_truncated_answer_ends_too_early(nanonets_mock: MockServer, http: httpx.Client) -> None:
    nanonets_mock.fail("ocr_get_model", Truncated(at=10), times=1)
    with pytest.raises(httpx.RemoteProtocolError, match="complete message body"):
        get_model(http, nanonets_mock)
    assert get_model(http, nanonets_mock).status_code == 200


def test_a_slow_answer_trickles_and_is_whole(nanonets_mock: MockServer, http: httpx.Client) -> None:
    whole = get_model(http, nanonets_mock).content
    nanonets_mock.fail("ocr_get_model", Slow(bytes_per_second=len(whole) * 3))
    start = time.monotonic()
    assert get_model(http, nanonets_mock).content == whole
    assert time.monotonic() - start > 0.2


def test_a_reply_is_nested_on_request(nanonets_mock: MockServer, http: httpx.Client) -> None:
    nanonets_mock.fail("ocr_submit_file", Nested())
    (entry,) = submit(http, nanonets_mock).json()["result"]
    assert [page["page"] for page in entry["result"]] == [0, 1]


def test_202_becomes_206(nanonets_mock: MockServer, http: httpx.Client) -> None:
    nanonets_mock.fail("ocr_predict_urls", OtherStatus(206))
    url = f"/OCR/Model/{nanonets_mock.model_id}/LabelUrls"
    assert http.post(url, data={"urls": "https://files.example.org/a.pdf"}).status_code == 206


def test_an_extra_field_and_a_wrong_type_stand_where_asked(nanonets_mock: MockServer, http: httpx.Client) -> None:
    nanonets_mock.fail("ocr_predict_file", ExtraField("colour", "red", pointer="/result/0"))
    nanonets_mock.fail("ocr_predict_file", WrongType("/result/0/prediction/0/score", "high"))
    page = predict(http, nanonets_mock).json()["result"][0]
    assert page["colour"] == "red"
    assert page["prediction"][0]["score"] == "high"


def test_faults_are_no_mistakes_of_the_mock(nanonets_mock: MockServer, http: httpx.Client) -> None:
    nanonets_mock.fail("ocr_get_model", Answer(418, {"short": "stout"}))
    assert get_model(http, nanonets_mock).json() == {"short": "stout"}
    assert nanonets_mock.alarms == []


@pytest.mark.parametrize("status", [204, 304])
@pytest.mark.parametrize("fault", [Answer, OtherStatus])
def test_an_answer_whose_status_has_no_body_has_none(
    nanonets_mock: MockServer, http: httpx.Client, fault: type[Answer] | type[OtherStatus], status: int
) -> None:
    nanonets_mock.fail("ocr_get_model", fault(status) if fault is OtherStatus else Answer(status, {"never": "sent"}))
    for _ in range(2):
        reply = get_model(http, nanonets_mock)
        assert (reply.status_code, reply.content) == (status, b"")


def test_a_reply_without_pages_cannot_be_nested(nanonets_mock: MockServer, http: httpx.Client) -> None:
    nanonets_mock.fail("*", Nested())
    assert get_model(http, nanonets_mock).json()["model_id"] == nanonets_mock.model_id
    assert http.get("/ImageCategorization/Models").status_code == 200


def test_a_body_that_is_not_json_is_left_as_a_fault_made_it(nanonets_mock: MockServer, http: httpx.Client) -> None:
    nanonets_mock.fail("ocr_get_model", Answer(200, "<html>", after_work=True))
    nanonets_mock.fail("ocr_get_model", ExtraField("new"))
    assert get_model(http, nanonets_mock).text == "<html>"
