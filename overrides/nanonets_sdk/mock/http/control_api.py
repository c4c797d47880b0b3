"""The control API under `/_mock/`, for tests in other languages and processes.

It is one table, `ROUTES`: method, path, type of the body, and the function that does the work. The fields of the body
and the parameters of the path become keyword arguments of the function, and its result becomes the reply:

    POST /_mock/files/7/approve  {"reviewer": "a@example.org"}
      --> Controls.approve(controls, request_file_id="7", corrections=None, reviewer="a@example.org")  -->  {}
"""

from collections.abc import Awaitable, Callable
from functools import partial
from operator import attrgetter
from typing import Any, Final

import anyio.to_thread
import attrs
import msgspec
from attrs import frozen
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from nanonets_sdk._net.posting import host_of
from nanonets_sdk.mock.account.behaviour import Behaviour
from nanonets_sdk.mock.account.moderation import DEFAULT_REVIEWER
from nanonets_sdk.mock.account.refusals import Refusal
from nanonets_sdk.mock.coerce import convert, parse_json, require_object
from nanonets_sdk.mock.faults import FaultSpec
from nanonets_sdk.mock.http.bodies import JSON, MULTIPART, parsed_body
from nanonets_sdk.mock.http.controls import Controls, ServiceControls
from nanonets_sdk.mock.http.service import service_of
from nanonets_sdk.mock.state.progressions import Progression
from nanonets_sdk.mock.state.records import HOSTED, ModelType
from nanonets_sdk.mock.webhooks.export import WebhookExport

PREFIX: Final = "/_mock"

Endpoint = Callable[[Request], Awaitable[Response]]


@frozen
class _NewModel:
    categories: list[str]
    model_type: ModelType = "ocr"
    state: int = HOSTED


@frozen
class _Approval:
    corrections: dict[str, str] | None = None
    reviewer: str = DEFAULT_REVIEWER


@frozen
class _Progressions:
    jobs: Any = None
    trainings: Any = None


@frozen
class _ClockMove:
    advance: float | None = None
    freeze: float | None = None
    reset: bool = False


@frozen
class _FailingUrl:
    url: str
    reason: str


@frozen
class _Webhooks:
    exports: list[Any]


@frozen
class _Seed:
    seed: str | int


def _add_fault(controls: Controls, /, **data: Any) -> Any:
    spec = FaultSpec.from_data(data)
    when = spec.when
    controls.fail(spec.operation_id, spec.fault, times=when.times, every=when.every, probability=when.probability)
    return data


def _change_behaviour(controls: Controls, /, **changes: Any) -> Any:
    known: dict[str, Any] = msgspec.to_builtins(controls.behaviour)
    controls.behaviour = convert(known | changes, Behaviour)
    return controls.behaviour


def _set_progressions(controls: Controls, *, jobs: Any, trainings: Any) -> Any:
    # Both are converted before either is set, so that a request that is refused changes nothing.
    converted = [None if given is None else convert(given, Progression) for given in (jobs, trainings)]
    controls.jobs, controls.trainings = converted[0] or controls.jobs, converted[1] or controls.trainings
    return {"jobs": controls.jobs, "trainings": controls.trainings}


def _read_clock(controls: Controls) -> Any:
    return {"now": controls.clock.now()}


def _move_clock(controls: Controls, *, advance: float | None, freeze: float | None, reset: bool) -> Any:
    if reset:
        controls.clock.reset()
    if freeze is not None:
        controls.clock.freeze(freeze)
    if advance is not None:
        controls.clock.advance(advance)
    return _read_clock(controls)


def _create_model(controls: Controls, **model: Any) -> Any:
    return {"model_id": controls.create_model(**model)}


def _register_failing_url(controls: Controls, *, url: str, reason: str) -> Any:
    controls.register_failing_url(url, reason)
    return {"url": url, "reason": reason}


def _list_webhooks(controls: Controls) -> Any:
    # The path and query of a URL may hold a token.
    return {
        "exports": [
            attrs.asdict(one, filter=lambda attribute, _: attribute.name != "url") | {"to": host_of(one.url)}
            for one in controls.webhooks
        ],
        **controls.webhook_counts,
    }


def _set_webhooks(controls: Controls, *, exports: list[Any]) -> Any:
    controls.webhooks = [convert(one, WebhookExport) for one in exports]
    return _list_webhooks(controls)


BodyType = type[Any] | None
"""An attrs class for the fields of the body, `dict` for fields that the function checks, or None to ignore the body."""

ROUTES: Final[tuple[tuple[str, str, BodyType, Callable[..., Any]], ...]] = (
    ("GET", "/requests", None, attrgetter("requests")),
    ("DELETE", "/requests", None, Controls.clear_requests),
    ("GET", "/alarms", None, attrgetter("alarms")),
    ("POST", "/faults", dict, _add_fault),
    ("DELETE", "/faults", None, Controls.clear_faults),
    ("GET", "/behaviour", None, attrgetter("behaviour")),
    ("PATCH", "/behaviour", dict, _change_behaviour),
    ("PUT", "/progressions", _Progressions, _set_progressions),
    ("GET", "/clock", None, _read_clock),
    ("POST", "/clock", _ClockMove, _move_clock),
    ("POST", "/models", _NewModel, _create_model),
    ("POST", "/urls", _FailingUrl, _register_failing_url),
    ("POST", "/files/{request_file_id}/approve", _Approval, Controls.approve),
    ("POST", "/files/{request_file_id}/unapprove", None, Controls.unapprove),
    ("POST", "/files/{request_file_id}/reject", None, Controls.reject),
    ("GET", "/webhooks", None, _list_webhooks),
    ("PUT", "/webhooks", _Webhooks, _set_webhooks),
    ("GET", "/webhooks/deliveries", None, attrgetter("webhook_deliveries")),
    ("POST", "/finish", None, Controls.finish_jobs),
    ("POST", "/seed", _Seed, Controls.seed),
    ("POST", "/reset", None, Controls.reset),
)


def _guarded(media_type: str, endpoint: Callable[[Controls, Request], Awaitable[Response]]) -> Endpoint:
    async def respond(request: Request) -> Response:
        service = service_of(request)
        try:
            service.guard.check(request, media_type)
        except Refusal as refusal:
            return _json({"message": f"{refusal.reason}. {refusal.advice}."}, refusal.status)
        return await endpoint(ServiceControls(service), request)

    return respond


async def _respond(kind: BodyType, act: Callable[..., Any], controls: Controls, request: Request) -> Response:
    try:
        body = parse_json(await request.body() or b"{}")
        arguments: dict[str, Any] = {}
        if kind is dict:
            arguments = require_object(body)
        elif kind is not None:
            arguments = attrs.asdict(convert(body, kind), recurse=False)
        result = await anyio.to_thread.run_sync(partial(act, controls, **arguments, **request.path_params))
    except LookupError as error:
        return _json({"message": str(error)}, 404)
    except ValueError as error:
        return _json({"message": str(error)}, 400)
    return _json({} if result is None else result)


async def _register_url(controls: Controls, request: Request) -> Response:
    try:
        async with parsed_body(request, MULTIPART, controls.behaviour.max_body_bytes) as body:
            url = dict(body.fields).get("url")
            file = next((file for file in body.files if file.name == "file"), None)
            if url is None or file is None:
                return _json({"message": "Please send `url` as text and `file` as a file, as multipart"}, 400)
            await anyio.to_thread.run_sync(controls.register_url, url, file.stream.read())
    except Refusal as refusal:  # the body is not a form
        return _json({"message": refusal.reason}, refusal.status)
    return _json({"url": url})


def _json(body: Any, status: int = 200) -> Response:
    return Response(msgspec.json.encode(body), status, media_type="application/json")


CONTROL_ROUTES: Final = (
    *(
        Route(PREFIX + path, _guarded(JSON, partial(_respond, kind, act)), methods=[method])
        for method, path, kind, act in ROUTES
    ),
    Route(f"{PREFIX}/urls", _guarded(MULTIPART, _register_url), methods=["PUT"]),
)
