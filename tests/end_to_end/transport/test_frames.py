"""The API key is in no frame of a traceback that leaves the package, not even in those of the libraries below."""

from __future__ import annotations

import asyncio
import base64
import io
import signal
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from types import FrameType
from typing import Any, Final, cast

import httpx
import pytest

from client_doors import ASYNC_DOORS, DOORS, Door, Use, at_every_door
from nanonets_sdk import AsyncNanonets, ConnectionFailed, Nanonets, NanonetsError, OutcomeUnknown, RequestTimeout
from raw_server import (
    RawServer,
    Script,
    answering,
    refused_base_url,
    resetting_after_the_body,
    resetting_before_the_body,
    saying,
    stalling_after_the_body,
)

KEY: Final = "sEcReT-kEy-of-the-frames-7f3a9"
ENCODED: Final = base64.b64encode(f"{KEY}:".encode()).decode().rstrip("=")[:-3]
TESTS: Final = str(Path(__file__).parents[2])
PDF: Final = b"%PDF-1.7\n"
LARGE: Final = PDF + bytes(8 << 20)

FAULTS: Final[dict[str, Script]] = {
    "silence": stalling_after_the_body,
    "reset before the body": resetting_before_the_body,
    "reset after the body": resetting_after_the_body,
    "no HTTP": saying(b"what\r\n\r\n"),
    "a broken chunk": saying(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
    "a body that breaks off": answering(200, b"{", length=500),
    "no gzip": answering(200, b"no gzip", "Content-Encoding: gzip"),
    "no JSON": answering(200, b"<html>"),
    "a refusal": answering(403, b"{}"),
    "a redirect": answering(302, b"", "Location: https://elsewhere.example/"),
    "a server error": answering(503, b"{}"),
}
USES: Final[dict[str, Use]] = {
    "read": lambda client: client.ocr.get_model("m-1"),
    "bill": lambda client: client.ocr.predict_file("m-1", ("a.pdf", io.BytesIO(LARGE))),
}


def chained(error: BaseException | None, seen: set[int] | None = None) -> Iterator[BaseException]:
    """Yield an error and everything that it is chained to or groups."""
    seen = set() if seen is None else seen
    if error is None or id(error) in seen:
        return
    seen.add(id(error))
    yield error
    parts: tuple[BaseException, ...] = getattr(error, "exceptions", ())
    for one in (error.__cause__, error.__context__, getattr(error, "cause", None), *parts):
        yield from chained(one, seen)


def frames_of(error: BaseException) -> Iterator[FrameType]:
    for one in chained(error):
        trace = one.__traceback__
        while trace is not None:
            # The tests hand the key to the client, so their own frames hold it.
            if not trace.tb_frame.f_code.co_filename.startswith(TESTS):
                yield trace.tb_frame
            trace = trace.tb_next


def betrays(value: Any, depth: int = 6) -> bool:
    """Return whether a program that shows a value, its items and its attributes would show the key."""
    text = repr(value)
    if KEY in text or ENCODED in text:
        return True
    if not depth or isinstance(value, str | bytes | int | float | type | None):
        return False
    parts: list[Any] = []
    if isinstance(value, Mapping):
        parts += [part for item in list(cast("Mapping[object, object]", value).items()) for part in item]
    elif isinstance(value, list | tuple | set | frozenset):
        parts += list(cast("Iterable[object]", value))
    if isinstance(value, httpx.Headers | httpx.Request | httpx.Response | BaseException):
        parts += list(vars(value).values())
    return any(betrays(part, depth - 1) for part in parts)


def leaks(error: BaseException) -> list[str]:
    return [
        f"{name} in {frame.f_globals['__name__']}.{frame.f_code.co_name}"
        for frame in frames_of(error)
        for name, value in list(frame.f_locals.items())
        if betrays(value)
    ] + [repr(one) for one in chained(error) if betrays(one)]


def test_the_check_sees_what_a_frame_of_the_network_holds() -> None:
    class Revealing(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            raise OSError(len(request.headers))

    with httpx.Client(transport=Revealing(), auth=(KEY, "")) as client, pytest.raises(OSError, match="6") as caught:
        client.get("https://a.example")

    assert leaks(caught.value)


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize("fault", FAULTS)
def test_no_frame_of_an_error_holds_the_key(fault: str, use: str) -> None:
    def visit(door: Door) -> NanonetsError | None:
        with RawServer(FAULTS[fault]) as server:
            return door.end(server.base_url, USES[use], api_key=KEY, timeout=0.4, max_retries=1).error

    errors = at_every_door(visit)

    assert None not in errors.values()
    assert {door.name: leaks(error) for door, error in errors.items() if error} == {door.name: [] for door in DOORS}


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_an_error_of_the_network_has_no_chain_but_a_cause(door: Door) -> None:
    reserved, base_url = refused_base_url()
    with reserved:
        refused = door.end(base_url, USES["read"], api_key=KEY, max_retries=0).error
    with RawServer(resetting_after_the_body) as server:
        unknown = door.end(server.base_url, USES["bill"], api_key=KEY, timeout=5).error
    with RawServer(stalling_after_the_body) as server:
        late = door.end(server.base_url, USES["read"], api_key=KEY, timeout=0.3).error

    assert isinstance(refused, ConnectionFailed)
    assert isinstance(unknown, OutcomeUnknown)
    assert isinstance(late, RequestTimeout)
    for error in (refused, unknown, late):
        assert error.cause is not None
        assert (error.__cause__, error.cause.__traceback__, error.cause.__context__) == (None, None, None)
        assert len(list(chained(error))) == 2


def test_no_frame_of_a_keyboard_interrupt_holds_the_key() -> None:
    with RawServer(stalling_after_the_body) as server, Nanonets(KEY, base_url=server.base_url, timeout=20) as client:
        usual = signal.signal(signal.SIGINT, signal.default_int_handler)
        timer = threading.Timer(0.2, signal.raise_signal, [signal.SIGINT])
        timer.start()
        try:
            with pytest.raises(KeyboardInterrupt) as caught:
                USES["bill"](client)
        finally:
            timer.cancel()
            signal.signal(signal.SIGINT, usual)

    assert list(frames_of(caught.value))
    assert leaks(caught.value) == []


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize("door", ASYNC_DOORS, ids=lambda door: door.name)
def test_no_frame_of_a_cancellation_holds_the_key(door: Door, use: str) -> None:
    async def run(base_url: str) -> list[str]:
        async with door.open(base_url, api_key=KEY, timeout=20) as client:
            with pytest.raises(TimeoutError) as late:
                async with asyncio.timeout(0.2):
                    await USES[use](client)
            calling = asyncio.ensure_future(USES[use](client))
            await asyncio.sleep(0.2)
            calling.cancel()
            with pytest.raises(asyncio.CancelledError) as cancelled:
                await calling
            assert list(frames_of(late.value))
            return leaks(late.value) + leaks(cancelled.value)

    with RawServer(stalling_after_the_body) as server:
        assert asyncio.run(run(server.base_url)) == []


def test_a_hook_that_fails_keeps_its_frames_and_shows_no_key() -> None:
    def fail(_request: httpx.Request) -> None:
        raise ValueError("of the hook")

    with (
        httpx.Client(event_hooks={"request": [fail]}) as pool,
        Nanonets(KEY, base_url="http://127.0.0.1:9/api/v2", http_client=pool) as client,
        pytest.raises(ValueError, match="of the hook") as caught,
    ):
        client.ocr.get_model("m-1")

    assert caught.traceback[-1].name == "fail"
    assert leaks(caught.value) == []


def test_what_the_caller_was_handling_stays_in_the_chain() -> None:
    def call_while_handling(client: Nanonets) -> None:
        try:
            int("of the caller")
        except ValueError:
            client.ocr.get_model("m-1")

    with (
        RawServer(answering(403, b"{}")) as server,
        Nanonets(KEY, base_url=server.base_url) as client,
        pytest.raises(NanonetsError) as caught,
    ):
        call_while_handling(client)

    assert isinstance(caught.value.__context__, ValueError)
    assert caught.value.__context__.__traceback__ is not None


@pytest.mark.parametrize("kind", [Nanonets, AsyncNanonets])
def test_no_frame_of_a_client_that_cannot_be_created_holds_the_key(
    kind: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://user:{KEY}@proxy.example:port")
    with pytest.raises(NanonetsError, match="HTTPS_PROXY") as caught:
        kind("another-key")

    assert leaks(caught.value) == []
