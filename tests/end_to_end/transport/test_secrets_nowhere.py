"""The API key is sent to the service in one header, and appears nowhere else."""

from __future__ import annotations

import asyncio
import base64
import copy
import logging
import pickle
import traceback
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import httpx
import pytest

import nanonets_sdk
from client_doors import BLOCKING, DOORS, Door, Use
from nanonets_sdk import (
    ApiError,
    AsyncNanonets,
    ConfigurationError,
    ConnectionFailed,
    Nanonets,
    NanonetsError,
    OutcomeUnknown,
    RateLimited,
    WaitTimeout,
)
from raw_server import (
    RawServer,
    Script,
    answering,
    refused_base_url,
    reply,
    resetting_after_the_body,
    resetting_before_the_body,
    saying,
    stalling_after_the_body,
)

KEY: Final = "sEcReT-kEy+of/tests=7f3a9"
ENCODED: Final = base64.b64encode(f"{KEY}:".encode()).decode()
# The last letters of the encoded form depend on what follows the key.
FORMS: Final = (KEY, ENCODED, ENCODED.rstrip("=")[:-3], quote(KEY, safe=""), repr(KEY.encode())[2:-1])
PACKAGE: Final = str(Path(nanonets_sdk.__file__).parent)
PDF: Final = b"%PDF-1.7\n"
LARGE: Final = PDF + b"0123456789abcdef" * (1 << 19)
MODEL: Final = b'{"model_id": "m-1", "model_type": "ocr", "state": 3, "categories": []}'
ECHO: Final = (
    f'{{"message": "{KEY}", "code": 401, "errors": [{{"reason": "Basic {ENCODED}", "message": "no: {KEY}"}}]}}'.encode()
)
ECHOED_HEADERS: Final = (f"X-Key: {KEY}", f"Location: https://{KEY}.example/?k={KEY}", f"Set-Cookie: a={ENCODED}")

by_door = pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
FAULTS: Final[dict[str, Script]] = {
    "echo in a 401": answering(401, ECHO, *ECHOED_HEADERS),
    "echo in a redirect": answering(302, ECHO, *ECHOED_HEADERS),
    "echo in a 429": answering(429, ECHO, f"Retry-After: {KEY}"),
    "echo in a 500": answering(500, KEY.encode() + b" " + ENCODED.encode()),
    "echo in no HTTP": saying(f"{KEY} {ENCODED}\r\n\r\n".encode()),
    "echo in broken headers": saying(reply(200, b"", f"{KEY} {ENCODED}", f"X-{KEY}: {ENCODED}")),
    "echo in half a header": saying(f"HTTP/1.1 200 {KEY}\r\nX-Key: {ENCODED}".encode()),
    "reset before the body": resetting_before_the_body,
    "reset after the body": resetting_after_the_body,
    "silence": stalling_after_the_body,
    "broken answer": answering(200, MODEL, length=500),
}
USES: Final[dict[str, Use]] = {
    "read": lambda client: client.ocr.get_model("m-1"),
    "bill": lambda client: client.ocr.predict_file("m-1", PDF),
    "link": lambda client: client.ocr.review_link("m-1", "f-1", expires=timedelta(hours=1)),
    "change": lambda client: client.ocr.approve("m-1", "f-1", confirm=True),
}


def betrays(text: str) -> bool:
    return any(form in text for form in FORMS)


def told_by(error: BaseException | None) -> Iterator[str]:
    """Yield everything that an error and its causes could write to a log."""
    while error is not None:
        yield from (str(error), repr(error), repr(error.args), repr(vars(error)), *getattr(error, "__notes__", ()))
        yield "".join(traceback.format_exception(error))
        yield from our_frames(error)
        error = error.__cause__ or error.__context__


def our_frames(error: BaseException) -> Iterator[str]:
    frames = traceback.TracebackException.from_exception(error, capture_locals=True).stack
    return (f"{frame.name}: {frame.locals}" for frame in frames if frame.filename.startswith(PACKAGE))


def deeply(thing: Any, depth: int = 4) -> Iterator[str]:
    """Yield the strings reachable from an object, deeper than `repr` looks."""
    yield repr(thing)
    if isinstance(thing, httpx.Headers):
        yield str(list(thing.raw))
    if depth:
        for value in list(getattr(thing, "__dict__", {}).values()):
            yield from deeply(value, depth - 1)


def raised(door: Door, base_url: str, use: Use) -> NanonetsError:
    ended = door.end(base_url, use, api_key=KEY, timeout=0.5)
    assert ended.error is not None
    return ended.error


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize("fault", FAULTS)
@by_door
def test_no_error_reveals_the_key(door: Door, fault: str, use: str) -> None:
    with RawServer(FAULTS[fault]) as server:
        error = raised(door, server.base_url, USES[use])

    assert not [text for text in told_by(error) if betrays(text)]
    assert not [text for text in deeply(getattr(error, "cause", None)) if betrays(text)]
    assert not betrays(pickle.dumps(error).decode("latin-1"))
    if isinstance(error, ApiError):
        response = error.response
        assert not betrays(f"{response} {dict(response.headers)} {response.body!r} {error.reason} {error.errors}")
        assert "[API key]" in f"{dict(response.headers)} {response.body!r}"


def test_a_revealed_key_is_noticed() -> None:
    def fail(key: str) -> None:
        raise ValueError(f"{len(key)} letters")

    with pytest.raises(ValueError, match="letters") as caught:
        fail(KEY)
    frames = traceback.TracebackException.from_exception(caught.value, capture_locals=True).stack

    assert any(betrays(str(frame.locals)) for frame in frames)
    assert betrays(f"Authorization: Basic {ENCODED}")
    assert not betrays("nothing of the kind")


@by_door
def test_a_refused_connection_does_not_reveal_the_key(door: Door) -> None:
    reserved, base_url = refused_base_url()
    with reserved:
        error = raised(door, base_url, USES["read"])

    assert not [text for text in told_by(error) if betrays(text)]


@by_door
def test_a_client_and_its_attributes_do_not_reveal_the_key(door: Door) -> None:
    client = door.open("https://localhost/api/v2", api_key=KEY)
    parts = (client, client.ocr, client.image_classification, client.low_level, client.ocr.job("m", "f"))

    texts = [f"{part!r} {part!s}" for part in parts]
    low_level = client.low_level
    session = low_level.get_httpx_client() if door is BLOCKING else low_level.get_async_httpx_client()
    texts += [repr(session.settings), str(session.settings), repr(session.headers), str(list(session.headers.raw))]

    assert not [text for text in texts if betrays(text)]
    for attempt in (pickle.dumps, copy.deepcopy):
        with pytest.raises(TypeError):
            attempt(session.settings)
    if door is not BLOCKING:
        asyncio.run(client.close())
    else:
        client.close()


BAD_SETTINGS: Final[dict[str, dict[str, Any]]] = {
    "plain http": {"base_url": "http://nanonets.example"},
    "no URL": {"base_url": "::"},
    "a timeout of nothing": {"timeout": 0},
    "fewer than no retries": {"max_retries": -1},
    "another client": {"http_client": object()},
}
by_kind = pytest.mark.parametrize("kind", [Nanonets, AsyncNanonets])


@by_kind
@pytest.mark.parametrize("bad", BAD_SETTINGS)
def test_a_client_that_cannot_be_created_does_not_reveal_the_key(kind: Any, bad: str) -> None:
    with pytest.raises((ConfigurationError, TypeError)) as caught:
        kind(**{"api_key": KEY, **BAD_SETTINGS[bad]})

    assert list(our_frames(caught.value))
    assert not [text for text in told_by(caught.value) if betrays(text)]


@by_kind
def test_a_key_that_is_not_text_is_not_repeated(kind: Any) -> None:
    with pytest.raises(ConfigurationError, match="api_key must be a str, got bytes") as caught:
        kind(KEY.encode())

    assert not betrays(f"{caught.value} {caught.value!r}")


@by_kind
@pytest.mark.parametrize(
    "url", [f"https://{quote(KEY, safe='')}@a.example", f"https://a.example:{KEY}", f"https://a.example?k={KEY}"]
)
def test_a_key_in_the_base_url_is_not_repeated(kind: Any, url: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        kind(KEY, base_url=url)

    assert not betrays(f"{caught.value} {caught.value!r}")


@by_door
def test_no_log_record_reveals_the_key_at_any_level(door: Door, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), RawServer(answering(500, b"oops"), answering(200, MODEL)) as server:
        door.end(server.base_url, USES["read"], api_key=KEY)
    reserved, base_url = refused_base_url()
    with caplog.at_level(logging.DEBUG), reserved:
        raised(door, base_url, USES["bill"])

    ours = [record for record in caplog.records if record.name == "nanonets_sdk"]
    assert len(ours) >= 3
    assert not [record for record in caplog.records if betrays(f"{record.getMessage()} {record.args!r} {vars(record)}")]


@by_door
def test_the_log_of_an_echoed_key_does_not_reveal_it(door: Door, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, "nanonets_sdk"):
        for script in FAULTS.values():
            with RawServer(script) as server:
                raised(door, server.base_url, USES["read"])

    ours = [record for record in caplog.records if record.name == "nanonets_sdk"]
    assert len(ours) > len(FAULTS)
    assert not [record for record in ours if betrays(str(vars(record)))]


@by_door
def test_the_key_is_in_one_header_and_in_no_url(door: Door) -> None:
    with RawServer(answering(200, MODEL)) as server:
        door.use(server.base_url, USES["read"], api_key=KEY)

    (received,) = server.received
    assert received.values("authorization") == [f"Basic {ENCODED}"]
    assert not betrays(received.target + str([item for item in received.headers if item[0] != "authorization"]))


@pytest.mark.parametrize("use", USES)
@by_door
def test_a_proxy_does_not_receive_the_key(door: Door, use: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with RawServer(answering(403, b"no")) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.origin)
        hosts: dict[str, Any] = {"review_url": "https://nanonets.example"}
        ended = door.end("https://nanonets.example/api/v2", USES[use], api_key=KEY, max_retries=1, **hosts)

    assert type(ended.error) is ConnectionFailed
    assert [(received.method, received.target) for received in proxy.received] == [
        ("CONNECT", "nanonets.example:443")
    ] * 2
    assert not betrays(str(proxy.received))
    assert not [text for text in told_by(ended.error) if betrays(text)]


@by_door
def test_a_service_on_this_machine_is_reached_without_a_proxy(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    with RawServer(answering(403)) as proxy, RawServer(answering(200, MODEL)) as server:
        monkeypatch.setenv("HTTP_PROXY", proxy.origin)
        monkeypatch.setenv("ALL_PROXY", proxy.origin)
        door.use(server.base_url, USES["read"])

    assert proxy.connections == 0


def requests_by_hand(door: Door, base_url: str, other: str) -> None:
    """Send requests with the session of generated functions: to the service, and elsewhere."""
    if door is BLOCKING:
        with Nanonets(KEY, base_url=base_url) as client:
            session = client.low_level.get_httpx_client()
            for url in ("/x", f"{other}/y", f"{base_url}/z"):
                session.get(url)
        return

    async def run() -> None:
        async with door.open(base_url, api_key=KEY) as client:
            session = client.low_level.get_async_httpx_client()
            for url in ("/x", f"{other}/y", f"{base_url}/z"):
                await session.get(url)

    asyncio.run(run())


@by_door
def test_the_key_goes_to_the_services_own_origin_alone(door: Door) -> None:
    with RawServer(answering(200)) as server, RawServer(answering(200)) as stranger:
        requests_by_hand(door, server.base_url, stranger.origin)

    assert [len(received.values("authorization")) for received in server.received] == [1, 1]
    assert [received.values("authorization") for received in stranger.received] == [[]]
    assert not betrays(str(stranger.received))


@by_door
def test_a_response_and_its_request_do_not_contain_the_key(door: Door) -> None:
    seen: list[httpx.Response] = []
    if door is BLOCKING:
        with RawServer(answering(200)) as server, Nanonets(KEY, base_url=server.base_url) as client:
            seen.append(client.low_level.get_httpx_client().get("/x"))
    else:

        async def run(base_url: str) -> None:
            async with door.open(base_url, api_key=KEY) as client:
                seen.append(await client.low_level.get_async_httpx_client().get("/x"))

        with RawServer(answering(200)) as server:
            asyncio.run(run(server.base_url))

    (response,) = seen
    assert not betrays(f"{response.request.headers.raw} {response.request.extensions}")
    assert server.received[0].values("authorization")


def errors_of_every_kind() -> dict[str, NanonetsError]:
    scripts: dict[str, tuple[Script, Use]] = {
        "ApiError": (answering(418, ECHO, *ECHOED_HEADERS), USES["read"]),
        "RateLimited": (answering(429, ECHO, "Retry-After: 9999"), USES["read"]),
        "DecodeError": (answering(200, b"<html>"), USES["read"]),
        "OutcomeUnknown": (resetting_after_the_body, USES["bill"]),
        "ConnectionFailed": (resetting_after_the_body, USES["read"]),
        "UploadError": (answering(200), lambda client: client.ocr.predict_file("m-1", b"")),
        "WaitTimeout": (answering(200, MODEL), lambda client: client.ocr.wait_until_trained("m-1", timeout=1)),
        "JobFailed": (
            answering(200, b'{"message": "Success", "result": [{"message": "broken", "page": 0, "prediction": []}]}'),
            USES["bill"],
        ),
    }
    errors: dict[str, NanonetsError] = {}
    for name, (script, use) in scripts.items():
        with RawServer(script) as server:
            errors[name] = raised(BLOCKING, server.base_url, use)
    return errors


def test_errors_cross_processes_whole_and_without_the_key() -> None:
    for name, error in errors_of_every_kind().items():
        assert type(error).__name__ == name
        for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
            written = pickle.dumps(error, protocol)
            read = pickle.loads(written)
            assert (type(read), read.args, str(read), repr(read)) == (type(error), error.args, str(error), repr(error))
            assert not betrays(written.decode("latin-1"))


def test_a_pickled_error_keeps_what_it_knows() -> None:
    errors: dict[str, Any] = {name: pickle.loads(pickle.dumps(error)) for name, error in errors_of_every_kind().items()}

    api, limited, waited = errors["ApiError"], errors["RateLimited"], errors["WaitTimeout"]
    assert isinstance(api, ApiError)
    assert (api.status_code, api.reason, api.response.status_code) == (418, "Basic [API key]", 418)
    assert api.response.headers["x-key"] == "[API key]"
    assert isinstance(limited, RateLimited)
    assert limited.retry_after == 9999
    assert isinstance(waited, WaitTimeout)
    assert waited.model is not None
    assert waited.model.model_id == "m-1"
    assert isinstance(errors["OutcomeUnknown"], OutcomeUnknown)
    assert errors["DecodeError"].raw == b"<html>"
    assert errors["JobFailed"].document.error is not None


def test_a_waiting_job_that_is_pickled_leaves_its_client_behind() -> None:
    listing = b'{"moderated_images": [], "unmoderated_images": []}'
    with RawServer(answering(200, listing)) as server:
        error = raised(BLOCKING, server.base_url, lambda client: client.ocr.job("m-1", "f-1").result(timeout=1))
    assert isinstance(error, WaitTimeout)
    assert error.job is not None

    read: Any = pickle.loads(pickle.dumps(error))

    assert read.job is None
    assert "f-1" in str(read)
