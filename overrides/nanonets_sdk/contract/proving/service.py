"""Sends the requests of a contract run, and returns what came back."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import quote

import httpx

from nanonets_sdk._net import is_loopback_url
from nanonets_sdk.contract.description.json_values import listed
from nanonets_sdk.contract.description.spec import SpecOperation, base_path, load_spec, spec_operations
from nanonets_sdk.contract.judging.exchange import Answered, Asked
from nanonets_sdk.contract.proving.files import tiny_picture, type_of
from nanonets_sdk.contract.proving.requests import FORM, JSON, Request
from nanonets_sdk.contract.proving.trials import Key, Trial
from nanonets_sdk.contract.proving.world import SECONDS

# A key of the same form as the right one could belong to somebody.
_WRONG_KEY: Final = "not-a-key-of-anybody"
_PAUSE_ELSEWHERE: Final = 0.5


class Service:
    """A service under test.

    Args:
        base_url: Its base URL, which ends in `/api/v2` at Nanonets.
        api_key: The key; shown nowhere.
        review_url: The host that gives review links; by default that of the service if it is on this machine or is
            Nanonets itself, else none: a key is not sent to a host that nobody named.
    """

    def __init__(self, base_url: str, api_key: str, review_url: str | None = None) -> None:
        self.base_url = base_url.rstrip("/")
        self.is_here = is_loopback_url(base_url)
        self.review_url = review_url.rstrip("/") if review_url else _review_url_of(self.base_url)
        # Two requests a second, to be gentle with a service that is not ours.
        pause = 0.0 if self.is_here else _PAUSE_ELSEWHERE

        def wait(_: httpx.Request) -> None:
            time.sleep(pause)

        hooks: dict[str, list[Callable[..., Any]]] = {"request": [wait]} if pause else {}
        self.http = httpx.Client(
            base_url=self.base_url, auth=(api_key, ""), timeout=SECONDS, event_hooks=hooks, trust_env=not self.is_here
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.http.close()

    def can_call(self, operation: SpecOperation) -> bool:
        """Return whether the host of an operation is known."""
        return not operation.is_on_another_host or bool(self.review_url)

    def exchange(self, method: str, url: str, key: Key = "right", **parts: Any) -> httpx.Response:
        """Send a request that is no trial.

        Raises:
            httpx.HTTPError: No reply came.
        """
        return self.http.request(method, url, **parts, **_auth(key))

    def send(self, operation: SpecOperation, trial: Trial) -> tuple[Asked, Answered]:
        """Send a request and return it with its reply.

        Raises:
            httpx.HTTPError: No reply came.
        """
        path = _path_of(operation, trial.request, has_slash=trial.has_slash)
        place = f"{self.review_url}{path}" if operation.is_on_another_host else f"{self.base_url}{path}"
        request = self.http.build_request(
            operation.method, place, params=trial.request.query or None, **_body_of(trial.request)
        )
        content = request.read()
        reply = self.http.send(request, **_auth(trial.key))
        target = path + (f"?{request.url.query.decode()}" if request.url.query else "")
        asked = Asked(operation.method, target, tuple(reply.request.headers.items()), content)
        return asked, Answered(reply.status_code, reply.headers.get("content-type", ""), reply.content)


def _auth(key: Key) -> dict[str, Any]:
    """Return the options that send another key than the right one, or none."""
    others = {"wrong": httpx.BasicAuth(_WRONG_KEY, ""), "none": httpx.Auth()}
    return {"auth": others[key]} if key in others else {}


def _review_url_of(base_url: str) -> str:
    spec = load_spec()
    if is_loopback_url(base_url):
        return base_url.removesuffix(base_path())
    if base_url != str(spec["servers"][0]["url"]).rstrip("/"):
        return ""
    elsewhere = next(one for one in spec_operations() if one.is_on_another_host)
    return str(spec["paths"][elsewhere.path][elsewhere.method.lower()]["servers"][0]["url"]).rstrip("/")


def _path_of(operation: SpecOperation, request: Request, *, has_slash: bool) -> str:
    path = operation.path
    for name, value in request.path.items():
        path = path.replace(f"{{{name}}}", quote(value, safe=""))
    if has_slash:
        return path.removesuffix("/") if path.endswith("/") else f"{path}/"
    return path


def _body_of(request: Request) -> dict[str, Any]:
    if request.body is None:
        return {}
    if request.media_type == JSON:
        return {"json": request.body}
    if request.media_type == FORM:
        return {"data": dict(request.body)}
    files = [
        (name, _named(item))
        for name, value in request.body.items()
        for item in listed(value)
        if isinstance(item, bytes)
    ]
    texts = {name: value for name, value in request.body.items() if not _is_file(value)}
    # Without a file, httpx would send an ordinary form.
    return {"data": texts, "files": files or [("other", _named(tiny_picture()))]}


def _named(content: bytes) -> tuple[str, bytes, str]:
    name, kind = type_of(content)
    return name, content, kind


def _is_file(value: Any) -> bool:
    return isinstance(value, bytes) or (isinstance(value, list) and isinstance(value[0], bytes))
