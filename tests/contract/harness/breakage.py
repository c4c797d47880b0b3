"""Puts something in front of the mock that breaks the contract of an operation in one way."""

import base64
import json
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from attrs import field, frozen
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from harness.contract_mock import CONTRACT_KEY
from nanonets_sdk.mock.app import BASE_PATH
from nanonets_sdk.mock.http.connections import Connections
from nanonets_sdk.mock.http.serving import ServingThread, listening_socket

_KEY: Final = b"Basic " + base64.b64encode(f"{CONTRACT_KEY}:".encode())
_OK: Final = 200
_UNDOCUMENTED: Final = 299
_REFUSED: Final = 400
_MODEL: Final[dict[str, Any]] = {"model_id": "1", "model_type": "ocr", "state": 0, "categories": []}


@frozen
class Answer:
    """A status and a JSON body."""

    status: int
    body: Any


Change = Callable[[Answer], Answer]
"""Turns the answer of the mock into the answer that is sent."""


@frozen
class Breakage:
    """An application that passes requests on to the mock and changes one thing of an operation.

    `changes` are by method and the path up to the first id.
    """

    app: ASGIApp
    changes: Mapping[tuple[str, str], Change] = field(factory=dict[tuple[str, str], Change])
    lets_everyone_in: bool = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with the changed answer of the mock."""
        messages: list[Message] = []

        async def keep(message: Message) -> None:
            messages.append(message)

        await self.app(_let_in(scope) if self.lets_everyone_in else scope, receive, keep)
        content = b"".join(message.get("body", b"") for message in messages)
        answer = Answer(messages[0]["status"], json.loads(content))
        for (method, path), change in self.changes.items():
            is_read = path.endswith("/") and scope["path"].startswith(BASE_PATH + path)
            if scope["method"] == method and (is_read or scope["path"].rstrip("/") == BASE_PATH + path):
                answer = change(answer)
        await _send(answer, _kept_headers(messages[0]), send)


@contextmanager
def served(app: ASGIApp) -> Generator[str]:
    """Serve an application on a free port, and yield its base URL."""
    listener = listening_socket("127.0.0.1", 0)
    serving = ServingThread(app, listener, Connections())
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}{BASE_PATH}"
    finally:
        serving.stop()
        listener.close()


def wrong_status(answer: Answer) -> Answer:
    """Send a success with a status that the spec does not document."""
    return Answer(_UNDOCUMENTED, answer.body) if answer.status == _OK else answer


def missing_field(answer: Answer) -> Answer:
    """Leave out a member that the spec requires."""
    return _with_success(answer, {name: value for name, value in answer.body.items() if name != "model_id"})


def wrong_type(answer: Answer) -> Answer:
    """Send a string in place of a number."""
    return _with_success(answer, answer.body | {"state": "hosted"})


def accepts_invalid(answer: Answer) -> Answer:
    """Answer an invalid request with success."""
    return Answer(_OK, _MODEL) if answer.status == _REFUSED else answer


def _with_success(answer: Answer, body: Any) -> Answer:
    return Answer(answer.status, body) if answer.status == _OK else answer


def _let_in(scope: Scope) -> Scope:
    others = [(name, value) for name, value in scope["headers"] if name != b"authorization"]
    return {**scope, "headers": [*others, (b"authorization", _KEY)]}


def _kept_headers(start: Message) -> dict[bytes, bytes]:
    return {name: value for name, value in start["headers"] if name != b"content-length"}


async def _send(answer: Answer, headers: dict[bytes, bytes], send: Send) -> None:
    content = json.dumps(answer.body).encode()
    length = {b"content-length": str(len(content)).encode()}
    await send({"type": "http.response.start", "status": answer.status, "headers": [*(headers | length).items()]})
    await send({"type": "http.response.body", "body": content})
