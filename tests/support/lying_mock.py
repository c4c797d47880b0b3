"""The mock behind something that changes its answers: a fake that breaks the contract in ways that a test chooses.

python tests/support/lying_mock.py LIE…    serve until standard input ends; the base URL is on the first line
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from attrs import define, field, frozen

from nanonets_sdk.contract.description.json_values import children
from nanonets_sdk.mock import MockServer
from nanonets_sdk.mock.app import BASE_PATH, service_app
from nanonets_sdk.mock.http.connections import Connections
from nanonets_sdk.mock.http.serving import ServingThread, listening_socket

KEY: Final = "lying-mock"


@frozen
class Answer:
    """A status and a JSON body."""

    status: int
    body: Any


@define
class Exchange:
    """What a lie may look at."""

    method: str
    path: str
    answer: Answer
    pages: dict[str, Any] = field(factory=dict[str, Any])
    """The answers about pages so far, by the page's id."""


Lie = Callable[[Exchange], Answer]


def _page_id(exchange: Exchange) -> str:
    """Return the page that is asked for; "" for another request."""
    _, found, page_id = exchange.path.rstrip("/").partition("/ImageLevelInferences/")
    return page_id if found and exchange.method == "GET" and "/" not in page_id else ""


def a_page_that_does_not_exist_is_found(exchange: Exchange) -> Answer:
    """Answer with an empty result for an id that no page has."""
    if exchange.answer.status == 404 and _page_id(exchange).startswith("00000000"):
        return Answer(200, {"message": "Success", "result": [], "signed_urls": {}})
    return exchange.answer


def one_route_has_no_slash(exchange: Exchange) -> Answer:
    """Do not know one route with a slash at its end."""
    if exchange.path.endswith("/Annotations/"):
        return Answer(404, {"message": "Not Found", "code": 404, "errors": []})
    return exchange.answer


def a_page_of_another_model_is_found(exchange: Exchange) -> Answer:
    """Find a page whatever model is asked for it."""
    page_id = _page_id(exchange)
    if exchange.answer.status == 404 and page_id in exchange.pages:
        return Answer(200, exchange.pages[page_id])
    return exchange.answer


def boxes_are_read_with_page_no(exchange: Exchange) -> Answer:
    """Call the page of a box that is read as it is called in a prediction."""
    if exchange.method != "GET":
        return exchange.answer

    def renamed(value: Any) -> Any:
        inside = children(value)
        if isinstance(value, list):
            return [renamed(item) for _, item in inside]
        if not isinstance(value, dict):
            return value
        is_box = {"label", "xmin", "page"} <= {name for name, _ in inside}
        return {"page_no" if is_box and name == "page" else name: renamed(item) for name, item in inside}

    return Answer(exchange.answer.status, renamed(exchange.answer.body))


def classes_are_not_sorted(exchange: Exchange) -> Answer:
    """Put the least probable class first."""
    body = exchange.answer.body
    if exchange.path.startswith("/ImageCategorization/LabelFile") and exchange.answer.status == 200:
        turned = [entry | {"prediction": entry["prediction"][::-1]} for entry in body["result"]]
        return Answer(200, body | {"result": turned})
    return exchange.answer


def coordinates_are_fractions(exchange: Exchange) -> Answer:
    """Send 401.0 where 401 is meant."""
    if exchange.path.rstrip("/").endswith("/LabelFile") and exchange.answer.status == 200:
        text = json.dumps(exchange.answer.body)
        body = json.loads(text, object_hook=lambda one: {k: float(v) if k == "xmin" else v for k, v in one.items()})
        return Answer(200, body)
    return exchange.answer


def pages_are_in_disorder(exchange: Exchange) -> Answer:
    """Send the last page of a file first."""
    if "/OCR/Model/" in exchange.path and "Label" in exchange.path and exchange.answer.status == 200:
        return Answer(200, exchange.answer.body | {"result": exchange.answer.body["result"][::-1]})
    return exchange.answer


def a_member_is_missing(exchange: Exchange) -> Answer:
    """Leave out the state of a multi-label model that is read."""
    body = exchange.answer.body
    if exchange.method == "GET" and "/MultiLabel" in exchange.path and exchange.answer.status == 200:
        return Answer(200, {name: value for name, value in body.items() if name != "categories"})
    return exchange.answer


LIES: Final[Mapping[str, Lie]] = {
    lie.__name__: lie
    for lie in (
        a_page_that_does_not_exist_is_found,
        one_route_has_no_slash,
        a_page_of_another_model_is_found,
        boxes_are_read_with_page_no,
        classes_are_not_sorted,
        coordinates_are_fractions,
        pages_are_in_disorder,
        a_member_is_missing,
    )
}


class _Truthful(MockServer):
    """The mock, with access to its application."""

    @property
    def app(self) -> Any:
        """The application that it serves."""
        return service_app(self._service)


@define
class _Liar:
    """An application that passes requests on to the mock and changes the answers."""

    app: Any
    lies: tuple[Lie, ...]
    pages: dict[str, Any] = field(factory=dict[str, Any])

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        messages: list[Any] = []

        async def keep(message: Any) -> None:
            messages.append(message)

        await self.app(scope, receive, keep)
        content = b"".join(message.get("body", b"") for message in messages)
        headers = {bytes(name).lower(): bytes(value) for name, value in messages[0]["headers"]}
        status = messages[0]["status"]
        if headers.get(b"content-type", b"").startswith(b"application/json"):
            path = scope["path"].removeprefix(BASE_PATH)
            answer = Answer(status, json.loads(content))
            for lie in self.lies:
                exchange = Exchange(scope["method"], path, answer, self.pages)
                if status == 200 and (page_id := _page_id(exchange)):
                    self.pages[page_id] = answer.body
                answer = lie(exchange)
            status, content = answer.status, json.dumps(answer.body).encode()
        headers[b"content-length"] = str(len(content)).encode()
        await send({"type": "http.response.start", "status": status, "headers": [*headers.items()]})
        await send({"type": "http.response.body", "body": content})


@contextmanager
def lying(*lies: Lie) -> Generator[str]:
    """Serve a mock that tells these lies, and yield its base URL. Its key is `KEY`."""
    with _Truthful(KEY) as mock:
        listener = listening_socket("127.0.0.1", 0)
        serving = ServingThread(_Liar(mock.app, lies), listener, Connections())
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}{BASE_PATH}"
        finally:
            serving.stop()
            listener.close()


if __name__ == "__main__":
    with lying(*(LIES[name] for name in sys.argv[1:])) as base_url:
        print(base_url, flush=True)
        sys.stdin.read()
