"""Review links: the one call that sends the API key to another host, and only there."""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from client_doors import BLOCKING, DOORS, Door, Use
from nanonets_sdk import AsyncNanonets, ConfigurationError, DecodeError, Nanonets, NanonetsError
from raw_server import API_KEY, RawServer, answering, keeping_alive
from virtual_clock import START

MODEL, FILE = "m-1", "f-1"
LINK = "https://preview.nanonets.com/review/abc?token=xyz%2F1"
BASIC = f"Basic {b64encode(f'{API_KEY}:'.encode()).decode()}"
MODEL_BODY = b'{"model_id": "m-1", "model_type": "ocr", "state": 5, "categories": []}'
HOUR = timedelta(hours=1)

OTHER_CALLS: tuple[Use, ...] = (
    lambda client: client.ocr.get_model(MODEL),
    lambda client: client.ocr.approve(MODEL, FILE),
    lambda client: client.ocr.read_text(b"%PDF-1.7"),
    lambda client: client.multi_label.get_model(MODEL),
)

by_door = pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)


def asked(door: Door, body: bytes = LINK.encode(), status: int = 200, *headers: str, **options: Any) -> Any:
    """Ask the review host for a link; return how that ended and both servers."""
    options = {"expires": HOUR, **options}
    with RawServer(answering(200, MODEL_BODY)) as api, RawServer(answering(status, body, *headers)) as review:
        ended = door.end(
            api.base_url, lambda client: client.ocr.review_link(MODEL, FILE, **options), review_url=review.origin
        )
    return ended, api, review


@by_door
def test_the_link_is_asked_from_the_review_host_with_the_key_and_from_no_other(door: Door) -> None:
    ended, api, review = asked(door, redirect="https://shop.example/done?a=1&b=ü", callback="https://shop.example/hook")
    assert (ended.value, ended.error) == (LINK, None)
    assert api.received == []
    (received,) = review.received
    assert received.value("authorization") == BASIC
    target = urlsplit(str(received.target))
    assert (received.method, target.path) == ("GET", f"/Inferences/Model/{MODEL}/ValidationUrl/{FILE}")
    assert parse_qs(target.query) == {
        "expires": [str(int(START.timestamp()) + 3600)],
        "redirect": ["https://shop.example/done?a=1&b=ü"],
        "callback": ["https://shop.example/hook"],
    }


@by_door
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_of_the_review_host_is_not_followed(door: Door, status: int) -> None:
    with RawServer(keeping_alive(200, LINK.encode())) as elsewhere:
        ended, api, review = asked(door, b"", status, f"Location: {elsewhere.origin}/link")
        assert elsewhere.received == []
    assert isinstance(ended.error, NanonetsError)
    assert "not sent elsewhere" in str(ended.error)
    assert (len(api.received), len(review.received)) == (0, 1)


@by_door
def test_no_other_call_goes_to_the_review_host(door: Door) -> None:
    with RawServer(keeping_alive(200, b"{}")) as api, RawServer(answering(200, LINK.encode())) as review:
        for use in OTHER_CALLS:
            door.end(api.base_url, use, review_url=review.origin)
    assert review.received == []
    assert [received.value("authorization") for received in api.received] == [BASIC] * 4


def test_the_low_level_client_sends_the_review_host_no_key() -> None:
    with RawServer(answering(200, b"x")) as review, Nanonets(API_KEY, review_url=review.origin) as client:
        http = client.low_level.get_httpx_client()
        response = http.get(f"{review.origin}/Inferences/Model/m/ValidationUrl/f")
    assert response.status_code == 200
    assert review.received[0].values("authorization") == []


@by_door
def test_a_service_on_this_machine_makes_review_links_itself(door: Door) -> None:
    with RawServer(answering(200, LINK.encode())) as api:
        ended = door.end(api.base_url, lambda client: client.ocr.review_link(MODEL, FILE, expires=HOUR))
    assert ended.value == LINK
    assert api.received[0].target.startswith(f"/Inferences/Model/{MODEL}/ValidationUrl/{FILE}?")


def review_url(**options: Any) -> str | None:
    """Return the review host of a client with these settings."""
    with Nanonets(API_KEY, **options) as client:
        settings: Any = client.low_level.get_httpx_client()
        known: str | None = settings.settings.review_url
        return known


def test_the_review_host_belongs_to_the_service() -> None:
    assert review_url() == "https://preview.nanonets.com"
    assert review_url(base_url="https://app.nanonets.com/api/v3") == "https://preview.nanonets.com"
    assert review_url(base_url="http://localhost:8000/api/v2") == "http://localhost:8000"
    assert review_url(review_url="https://review.example/") == "https://review.example"


def test_the_environment_names_the_review_host(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NANONETS_REVIEW_URL", "https://review.example")
    assert review_url() == "https://review.example"
    assert review_url(review_url="https://other.example") == "https://other.example"


def test_a_key_for_another_service_is_not_sent_to_nanonets_for_a_link() -> None:
    gateway = "https://gateway.example/api/v2"
    with Nanonets(API_KEY, base_url=gateway) as client, pytest.raises(ConfigurationError, match="NANONETS_REVIEW_URL"):
        client.ocr.review_link(MODEL, FILE, expires=HOUR)


@pytest.mark.parametrize(
    "url",
    ["http://preview.nanonets.com", "preview.nanonets.com", "https://k@x.example", "https://x.example?a=1", "ftp://x"],
)
@pytest.mark.parametrize("client", [Nanonets, AsyncNanonets])
def test_a_review_host_that_would_leak_the_key_is_refused(client: type[Any], url: str) -> None:
    with pytest.raises(ConfigurationError, match=r"review URL|plain http"):
        client(API_KEY, review_url=url)


def test_a_local_review_host_is_reached_without_the_proxy_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    with RawServer(answering(502)) as proxy, RawServer(answering(200, LINK.encode())) as review:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.origin)
        for door in DOORS:
            ended = door.end(
                "https://app.nanonets.com/api/v2",
                lambda client: client.ocr.review_link(MODEL, FILE, expires=HOUR),
                review_url=review.origin,
            )
            assert ended.value == LINK
    assert proxy.received == []


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>sorry</html>", b"javascript:alert(1)", b"https://", b"https://a b", b"\xff", b'{"url":"https://x"}'],
)
def test_a_reply_that_is_not_a_link_is_refused(body: bytes) -> None:
    ended, _, _ = asked(BLOCKING, body)
    assert isinstance(ended.error, DecodeError)
    assert ended.error.raw == body


@pytest.mark.parametrize("body", [f"{LINK}\n", f'"{LINK}"', f"\ufeff{LINK}"])
def test_a_link_is_taken_out_of_its_wrapping(body: str) -> None:
    assert asked(BLOCKING, body.encode())[0].value == LINK


@pytest.mark.parametrize(
    ("expires", "seconds"),
    [
        (timedelta(minutes=1), 60),
        (START + timedelta(days=2), 172_800),
        ((START + HOUR).astimezone(timezone(timedelta(hours=-7))), 3600),
    ],
)
def test_an_expiry_is_sent_as_epoch_seconds(expires: Any, seconds: int) -> None:
    _, _, review = asked(BLOCKING, expires=expires)
    sent = parse_qs(urlsplit(str(review.received[0].target)).query)["expires"]
    assert sent == [str(int(START.timestamp()) + seconds)]


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"expires": datetime(2099, 1, 1)}, ValueError, "time zone"),  # noqa: DTZ001 - the point of the test
        ({"expires": START - HOUR}, ValueError, "past"),
        ({"expires": START}, ValueError, "past"),
        ({"expires": timedelta(0)}, ValueError, "past"),
        ({"expires": timedelta.max}, ValueError, "far"),
        ({"expires": 3600}, TypeError, "timedelta"),
        ({"expires": "19:14:11Z"}, TypeError, "timedelta"),
        ({"redirect": "/done"}, ValueError, "redirect"),
        ({"redirect": ""}, ValueError, "redirect"),
        ({"callback": "javascript:alert(1)"}, ValueError, "callback"),
        ({"callback": b"https://x"}, TypeError, "callback"),
    ],
)
def test_a_link_that_cannot_work_is_refused_before_anything_is_sent(
    options: dict[str, Any], error: type[Exception], said: str
) -> None:
    with RawServer(answering(200, LINK.encode())) as server, pytest.raises(error, match=said):
        BLOCKING.end(
            server.base_url, lambda client: client.ocr.review_link(MODEL, FILE, **{"expires": HOUR, **options})
        )
    assert server.received == []


def test_asking_for_a_link_only_reads_and_is_repeated() -> None:
    with RawServer(answering(503), answering(200, LINK.encode())) as server:
        ended = BLOCKING.end(server.base_url, lambda client: client.ocr.review_link(MODEL, FILE, expires=HOUR))
    assert (ended.value, len(server.received)) == (LINK, 2)
    assert datetime.now(UTC) > START
