"""The receiver over sockets: what it refuses, what it keeps, and how the handler is called."""

import asyncio
import json
import logging
import os
import socket
import threading
import time
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from attrs import evolve
from starlette.applications import Starlette
from starlette.routing import Mount

from early_answer import posted
from nanonets_sdk.errors import ConfigurationError
from nanonets_sdk.webhooks import Receiver, ReceiverOptions, Spool, Webhook, receiver
from served_app import serving_app
from waiting import wait_until

TOKEN: Final = "a-token-that-must-not-show"
# A client of its own for each call would read the certificates each time.
HTTP: Final = httpx.Client(trust_env=False, verify=False, timeout=30)
QUICK: Final = ReceiverOptions(first_wait=0.01, longest_wait=0.02, grace=0.5)


def body(number: int = 0) -> dict[str, Any]:
    """A document-level body; no two numbers give the same."""
    return {"result": {"id": str(number), "request_file_id": f"f{number}", "input": "a.pdf", "prediction": []}}


class Recorder:
    """A handler that keeps what it got, and fails as often as it is told to."""

    def __init__(self, failures: int = 0) -> None:
        self.got: list[Webhook] = []
        self.failures = failures

    def __call__(self, webhook: Webhook) -> None:
        self.got.append(webhook)
        if self.failures:
            self.failures -= 1
            raise ValueError("secret text of a document")


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    return tmp_path / "spool.sqlite"


@pytest.fixture
def handler() -> Recorder:
    return Recorder()


@pytest.fixture
def hooks(handler: Recorder, spool: Path) -> Generator[Receiver]:
    options = evolve(QUICK, max_bytes=1_000, body_seconds=0.3)
    made = receiver(handler, token=TOKEN, spool=spool, options=options)
    yield made
    made.spool.close()


def test_a_webhook_reaches_the_handler_with_the_name_from_its_url(hooks: Receiver, handler: Recorder) -> None:
    with serving_app(hooks) as url:
        assert HTTP.post(f"{url}/{TOKEN}/approval", json=body(1)).status_code == 200
        assert HTTP.post(f"{url}/on/rejection?token={TOKEN}", json=body(2)).status_code == 200
        assert HTTP.post(f"{url}/{TOKEN}", json=body(3)).status_code == 200
        assert wait_until(lambda: hooks.metrics().handled == 3)
    assert {one.name: one.documents[0].request_file_id for one in handler.got} == {
        "approval": "f1", "on/rejection": "f2", "": "f3",
    }  # fmt: skip
    assert {one.shape for one in handler.got} == {"document"}


def test_the_token_is_no_part_of_a_name(hooks: Receiver, handler: Recorder, spool: Path) -> None:
    with serving_app(hooks) as url:
        assert HTTP.post(f"{url}/{TOKEN}/a-{TOKEN}", json=body(1)).status_code == 200
        assert HTTP.post(f"{url}/{TOKEN}?token={TOKEN}", json=body(2)).status_code == 200
        assert wait_until(lambda: hooks.metrics().handled == 2)
    assert not [one.name for one in handler.got if TOKEN in one.name]
    assert not [file for file in spool.parent.iterdir() if TOKEN.encode() in file.read_bytes()]


@pytest.mark.parametrize("wrong", ["a name", 5, None])
def test_what_is_no_handler_is_refused(spool: Path, wrong: Any) -> None:
    with pytest.raises(TypeError, match="handler must be a function"):
        receiver(wrong, token=TOKEN, spool=spool)


@pytest.mark.parametrize("wrong", [None, [], [7]])
def test_a_token_that_is_missing_is_refused(spool: Path, handler: Recorder, wrong: Any) -> None:
    with pytest.raises((ConfigurationError, TypeError), match="token"):
        receiver(handler, token=wrong, spool=spool)


def test_a_wrong_token_is_not_found_whatever_else_is_right(hooks: Receiver, handler: Recorder) -> None:
    with serving_app(hooks) as url:
        for path in ("/", "/wrong", f"/{TOKEN}x", f"/{TOKEN[:-1]}", f"/{TOKEN.upper()}", "/?token=", "/%ED%A0%80",
                     f"/x/{TOKEN}", f"/{TOKEN}?token=wrong"):  # fmt: skip
            assert HTTP.post(url + path, json=body()).status_code == 404, path
            assert HTTP.get(url + path).status_code == 404, path
        metrics = hooks.metrics()
    assert (metrics.wrong_token, metrics.received, handler.got) == (18, 0, [])


def test_both_tokens_work_while_one_takes_the_place_of_the_other(spool: Path, handler: Recorder) -> None:
    hooks = receiver(handler, token=["the-old-token-of-long-ago", TOKEN], spool=spool)
    with serving_app(hooks) as url:
        assert [HTTP.post(f"{url}/{one}", json=body()).status_code for one in ("the-old-token-of-long-ago", TOKEN)] == [
            200, 200,
        ]  # fmt: skip


def test_only_posts_with_a_body_are_taken(hooks: Receiver) -> None:
    with serving_app(hooks) as url:
        answer = HTTP.get(f"{url}/{TOKEN}")
        assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
        assert HTTP.post(f"{url}/{TOKEN}").status_code == 400
        metrics = hooks.metrics()
    assert (metrics.wrong_method, metrics.empty, metrics.received) == (1, 1, 0)


def test_a_body_over_the_limit_is_refused_whether_or_not_it_says_its_size(hooks: Receiver) -> None:
    with serving_app(hooks) as url:
        exact = b'"' + b"x" * 998 + b'"'
        assert HTTP.post(f"{url}/{TOKEN}", content=exact).status_code == 200
        assert HTTP.post(f"{url}/{TOKEN}", content=exact + b" ").status_code == 413
        assert HTTP.post(f"{url}/{TOKEN}", content=iter([exact, b" "])).status_code == 413
        assert hooks.metrics().too_large == 2


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("POST", "/wrong", 404), ("PUT", f"/{TOKEN}", 405), ("POST", f"/{TOKEN}", 413), ("POST", f"/hooks/{TOKEN}", 413)],
)
def test_a_sender_of_a_large_body_reads_why_it_was_refused(
    hooks: Receiver, method: str, path: str, status: int
) -> None:
    app = Starlette(routes=[Mount("/hooks", app=hooks)]) if path.startswith("/hooks/") else hooks
    with serving_app(app) as url:
        assert posted(url + path, method=method).startswith(b"HTTP/1.1 %d " % status)
    assert hooks.metrics().received == 0


def raw_post(url: str, sent: bytes, *, declared: int, wait: bool = True) -> bytes:
    """Send the beginning of a request, and return what comes back until the connection is closed."""
    host, _, port = url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        head = f"POST /{TOKEN} HTTP/1.1\r\nhost: {host}\r\ncontent-length: {declared}\r\n\r\n"
        connection.sendall(head.encode() + sent)
        answer = b""
        while wait and (piece := connection.recv(4_096)):
            answer += piece
        return answer


def test_a_body_that_is_too_slow_ends_with_its_connection(hooks: Receiver) -> None:
    with serving_app(hooks) as url:
        began = time.monotonic()
        answer = raw_post(url, b'{"result"', declared=500)
        assert time.monotonic() - began < 5
        assert answer.startswith(b"HTTP/1.1 408 ")
        assert (hooks.metrics().too_slow, hooks.metrics().received) == (1, 0)


def test_a_body_that_is_cut_off_leaves_nothing(hooks: Receiver) -> None:
    with serving_app(hooks) as url:
        raw_post(url, b'{"result"', declared=500, wait=False)
        assert wait_until(lambda: hooks.metrics().cut_off == 1)
        assert hooks.metrics().received == 0


def test_a_body_that_cannot_be_stored_is_not_answered_with_success(tmp_path: Path, handler: Recorder) -> None:
    hooks = receiver(handler, token=TOKEN, spool=tmp_path / "missing" / "spool")
    with serving_app(hooks, lifespan="off") as url:
        assert HTTP.post(f"{url}/{TOKEN}", json=body()).status_code == 503
        (tmp_path / "missing").mkdir()
        assert HTTP.post(f"{url}/{TOKEN}", json=body()).status_code == 200
        assert hooks.metrics().not_stored == 1
    hooks.spool.close()


def test_a_server_does_not_start_with_a_spool_that_cannot_be_used(tmp_path: Path, handler: Recorder) -> None:
    hooks = receiver(handler, token=TOKEN, spool=tmp_path / "missing" / "spool")
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "lifespan.startup"}

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(hooks({"type": "lifespan"}, receive, send))
    assert [message["type"] for message in sent] == ["lifespan.startup.failed"]
    assert "missing/spool cannot be used" in sent[0]["message"]


def test_a_handler_that_fails_is_called_again_until_it_succeeds(spool: Path) -> None:
    handler = Recorder(failures=3)
    hooks = receiver(handler, token=TOKEN, spool=spool, options=QUICK)
    with serving_app(hooks) as url:
        HTTP.post(f"{url}/{TOKEN}", json=body(1))
        assert wait_until(lambda: hooks.metrics().handled == 1)
        metrics = hooks.metrics()
    assert (len(handler.got), metrics.failures, metrics.waiting, metrics.dead) == (4, 3, 0, 0)


def test_a_delivery_is_given_up_after_its_attempts_and_can_be_replayed(spool: Path) -> None:
    handler = Recorder(failures=2)
    hooks = receiver(handler, token=TOKEN, spool=spool, options=evolve(QUICK, attempts=2))
    with serving_app(hooks) as url:
        HTTP.post(f"{url}/{TOKEN}/approval", json=body(1))
        assert wait_until(lambda: hooks.metrics().dead == 1)
        (letter,) = hooks.dead_letters()
        assert (letter.name, letter.attempts, letter.error) == ("approval", 2, "ValueError: secret text of a document")
        assert hooks.replay() == 1
        assert wait_until(lambda: hooks.metrics().handled == 1)
    assert len(handler.got) == 3


def test_the_waits_grow_up_to_the_longest() -> None:
    options = ReceiverOptions(attempts=5_000)
    assert [options.wait_after(attempt) for attempt in (1, 2, 3, 12, 13, 4_999)] == [1, 2, 4, 2048, 3600, 3600]
    assert options.wait_after(5_000) is None


def test_a_body_of_no_known_shape_is_kept_as_a_dead_letter(hooks: Receiver, handler: Recorder) -> None:
    with serving_app(hooks) as url:
        for content in (b"not json", b"[1]", b'{"a": 1}'):
            assert HTTP.post(f"{url}/{TOKEN}", content=content).status_code == 200
        assert wait_until(lambda: hooks.metrics().dead == 3)
        assert {hooks.spool.body(letter.id) for letter in hooks.dead_letters()} == {b"not json", b"[1]", b'{"a": 1}'}
        assert all(letter.attempts == 1 for letter in hooks.dead_letters())
    assert handler.got == []


def test_the_same_body_is_handled_once_and_counted_twice(hooks: Receiver, handler: Recorder) -> None:
    with serving_app(hooks) as url:
        for _ in range(3):
            HTTP.post(f"{url}/{TOKEN}/approval", json=body(1))
        HTTP.post(f"{url}/{TOKEN}/rejection", json=body(1))
        assert wait_until(lambda: hooks.metrics().handled == 2)
        assert (hooks.metrics().received, hooks.metrics().duplicates) == (4, 2)
    assert sorted(one.name for one in handler.got) == ["approval", "rejection"]


def test_async_handlers_run_in_the_event_loop_and_plain_ones_beside_it(spool: Path) -> None:
    seen: list[tuple[str, bool]] = []

    def in_loop() -> bool:
        try:
            return asyncio.get_running_loop().is_running()
        except RuntimeError:
            return False

    async def coroutine(webhook: Webhook) -> None:
        await asyncio.sleep(0)
        seen.append((webhook.name, in_loop()))

    class WithCall:
        async def __call__(self, webhook: Webhook) -> None:
            await coroutine(webhook)

    handlers: dict[str, Callable[[Webhook], Any]] = {
        "coroutine": coroutine,
        "object": WithCall(),
        "lambda": lambda webhook: coroutine(webhook),  # noqa: PLW0108 - not a coroutine function itself
        "plain": lambda webhook: seen.append((webhook.name, in_loop())),
    }
    for name, handler in handlers.items():
        hooks = receiver(handler, token=TOKEN, spool=spool.with_name(name))
        with serving_app(hooks) as url:
            HTTP.post(f"{url}/{TOKEN}/{name}", json=body())
            assert wait_until(lambda hooks=hooks: hooks.metrics().handled == 1)  # type: ignore[misc]  # a default binds the loop's value
    assert seen == [("coroutine", True), ("object", True), ("lambda", True), ("plain", False)]


def test_a_handler_that_takes_longer_than_the_lease_is_called_once(spool: Path) -> None:
    calls: list[str] = []

    def slow(webhook: Webhook) -> None:
        calls.append(webhook.name)
        time.sleep(2.5)

    hooks = receiver(slow, token=TOKEN, spool=spool, options=ReceiverOptions(lease=0.8))
    with serving_app(hooks) as url:
        HTTP.post(f"{url}/{TOKEN}/a", json=body())
        assert wait_until(lambda: hooks.metrics().handled == 1)
    assert calls == ["a"]


def test_an_async_handler_that_is_cancelled_by_the_end_has_not_used_up_an_attempt(spool: Path) -> None:
    started = threading.Event()

    async def endless(_: Webhook) -> None:
        started.set()
        await asyncio.sleep(3_600)

    hooks = receiver(endless, token=TOKEN, spool=spool, options=ReceiverOptions(grace=0.05, attempts=1))
    with serving_app(hooks) as url:
        HTTP.post(f"{url}/{TOKEN}", json=body())
        assert started.wait(10)
    again = Recorder()
    with serving_app(receiver(again, token=TOKEN, spool=spool, options=ReceiverOptions(attempts=1))):
        assert wait_until(lambda: len(again.got) == 1)


def test_a_restart_goes_on_where_the_last_process_was(spool: Path) -> None:
    hooks = receiver(Recorder(failures=100), token=TOKEN, spool=spool, options=ReceiverOptions(first_wait=0.2))
    with serving_app(hooks) as url:
        for number in range(5):
            HTTP.post(f"{url}/{TOKEN}", json=body(number))
    again = Recorder()
    with serving_app(receiver(again, token=TOKEN, spool=spool)):
        assert wait_until(lambda: len(again.got) == 5)
    assert {one.documents[0].request_file_id for one in again.got} == {f"f{number}" for number in range(5)}


def test_several_receivers_share_a_spool(spool: Path) -> None:
    handlers = [Recorder(), Recorder()]
    both = [receiver(handler, token=TOKEN, spool=spool, options=ReceiverOptions(concurrency=1)) for handler in handlers]
    with serving_app(both[0]) as one, serving_app(both[1]) as other:
        for number in range(20):
            HTTP.post(f"{one if number % 4 else other}/{TOKEN}", json=body(number))
        assert wait_until(lambda: both[0].metrics().handled == 20)
    handled = Counter(one.documents[0].request_file_id for handler in handlers for one in handler.got)
    assert handled == {f"f{number}": 1 for number in range(20)}


def test_neither_token_nor_body_is_in_a_log_or_a_repr(spool: Path, caplog: pytest.LogCaptureFixture) -> None:
    hooks = receiver(Recorder(failures=1), token=TOKEN, spool=spool, options=QUICK)
    secret = {"result": {"id": "1", "prediction": [], "moderated_boxes": [{"label": "a", "ocr_text": "secret text"}]}}
    with caplog.at_level(logging.DEBUG), serving_app(hooks, access_log=True) as url:
        for path in (f"/{TOKEN}/approval", f"/approval?token={TOKEN}&a=b", f"/{TOKEN[:-1]}"):
            HTTP.post(url + path, json=secret)
        assert wait_until(lambda: hooks.metrics().handled == 1)
    # The client of this test logs the URLs that it calls.
    lines = [record.getMessage() for record in caplog.records if not record.name.startswith(("httpx", "httpcore"))]
    assert any('"POST /-/approval HTTP/1.1" 200' in line for line in lines)
    assert any('"POST /approval?token=-&a=b HTTP/1.1" 200' in line for line in lines)
    assert any("delivery 1 failed with ValueError; the next one is in 0.01 seconds" in line for line in lines)
    everything = " ".join([*lines, repr(hooks), str(hooks.metrics()), *map(repr, hooks._handler.got)])  # type: ignore[union-attr]  # a Recorder
    assert TOKEN[:-1] not in everything
    assert "secret" not in everything


def test_a_mounted_receiver_starts_with_the_first_request(hooks: Receiver, handler: Recorder) -> None:
    app = Starlette(routes=[Mount("/hooks", app=hooks)])
    with serving_app(app) as url:
        assert HTTP.post(f"{url}/hooks/{TOKEN}/approval", json=body()).status_code == 200
        assert HTTP.post(f"{url}/hooks/wrong", json=body()).status_code == 404
        assert wait_until(lambda: len(handler.got) == 1)
    assert handler.got[0].name == "approval"


def test_an_application_that_enters_the_receiver_handles_what_waits_before_any_request(spool: Path) -> None:
    with Spool(spool) as before:
        before.store(json.dumps(body()).encode(), "from before")
    handler = Recorder()
    hooks = receiver(handler, token=TOKEN, spool=spool)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncGenerator[None]:
        async with hooks:
            yield

    with serving_app(Starlette(routes=[Mount("/hooks", app=hooks)], lifespan=lifespan)):
        assert wait_until(lambda: len(handler.got) == 1)


def test_the_access_log_of_an_application_around_it_does_not_show_the_token(
    hooks: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    app = Starlette(routes=[Mount("/hooks", app=hooks)])
    with caplog.at_level(logging.INFO, "uvicorn.access"), serving_app(app, access_log=True) as url:
        HTTP.post(f"{url}/hooks/{TOKEN}/approval", json=body())
    assert [record.getMessage().partition('"')[2] for record in caplog.records if record.name == "uvicorn.access"] == [
        'POST /hooks/-/approval HTTP/1.1" 200'
    ]


@pytest.mark.parametrize(
    ("token", "message"),
    [
        ("", "at least 16 characters"),
        ([], "at least 16 characters"),
        ("short", "at least 16 characters"),
        ("with/a/slash/in/the/middle", "letters, digits"),
        ([TOKEN, "short"], "at least 16 characters"),
    ],
)
def test_a_token_that_cannot_work_is_refused_and_not_shown(spool: Path, token: str | list[str], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message) as error:
        receiver(print, token=token, spool=spool)
    assert "slash" not in str(error.value)


@pytest.mark.parametrize(
    "options", [{"attempts": 0}, {"max_bytes": 0}, {"lease": float("nan")}, {"longest_wait": 8 * 86_400}, {"keep": -1}]
)
def test_options_that_cannot_work_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(options))):
        ReceiverOptions(**options)


def test_a_spool_is_opened_on_first_use_only(hooks: Receiver, spool: Path) -> None:
    assert not spool.exists()
    assert os.fspath(spool) in repr(hooks)
