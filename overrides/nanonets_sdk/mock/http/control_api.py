"""The control API under `/_mock/`, for tests in other languages and processes; from this machine alone."""

from collections.abc import Awaitable, Callable
from typing import Any, Final

import anyio.to_thread
import msgspec
from attrs import frozen
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from nanonets_sdk._net import is_loopback
from nanonets_sdk.mock.account.behaviour import Behaviour
from nanonets_sdk.mock.account.moderation import DEFAULT_REVIEWER
from nanonets_sdk.mock.http.controls import ServiceControls
from nanonets_sdk.mock.http.fault_specs import fault_spec
from nanonets_sdk.mock.http.service import Service
from nanonets_sdk.mock.json_text import parsed
from nanonets_sdk.mock.plain_data import converted, require_object
from nanonets_sdk.mock.state.progressions import Progression
from nanonets_sdk.mock.state.records import HOSTED, ModelType

PREFIX: Final = "/_mock"

Action = Callable[[ServiceControls, Request, Any], Any]
"""Takes the controls, the request and its JSON body, and returns the JSON body of the answer."""


@frozen
class _Model:
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
class _Seed:
    seed: str | int


def control_routes(service: Service) -> list[Route]:
    """Return the routes of the control API."""
    controls = ServiceControls(service)
    return [
        Route(PREFIX + path, _endpoint(controls, action), methods=[method])
        for method, path, action in (
            ("GET", "/requests", _requests),
            ("DELETE", "/requests", _clear_requests),
            ("GET", "/alarms", _alarms),
            ("POST", "/faults", _add_fault),
            ("DELETE", "/faults", _clear_faults),
            ("GET", "/behaviour", _behaviour),
            ("PATCH", "/behaviour", _change_behaviour),
            ("PUT", "/progressions", _set_progressions),
            ("GET", "/clock", _time),
            ("POST", "/clock", _move_clock),
            ("POST", "/models", _create_model),
            ("POST", "/urls", _register_failing_url),
            ("POST", "/files/{request_file_id}/approve", _approve),
            ("POST", "/files/{request_file_id}/unapprove", _unapprove),
            ("POST", "/finish", _finish_jobs),
            ("POST", "/seed", _seed),
            ("POST", "/reset", _reset),
        )
    ] + [Route(f"{PREFIX}/urls", _upload_endpoint(controls), methods=["PUT"])]


def _endpoint(controls: ServiceControls, action: Action) -> Callable[[Request], Awaitable[Response]]:
    async def respond(request: Request) -> Response:
        if not _is_local(request):
            return _answer({"message": "The control API is for this machine alone"}, 403)
        raw = await request.body()
        try:
            body = parsed(raw or b"{}")
            return _answer(await anyio.to_thread.run_sync(action, controls, request, body))
        except LookupError as error:
            return _answer({"message": str(error)}, 404)
        except ValueError as error:
            return _answer({"message": str(error)}, 400)

    return respond


def _upload_endpoint(controls: ServiceControls) -> Callable[[Request], Awaitable[Response]]:
    async def register(request: Request) -> Response:
        if not _is_local(request):
            return _answer({"message": "The control API is for this machine alone"}, 403)
        try:
            async with request.form() as form:
                url, file = form.get("url"), form.get("file")
                if not isinstance(url, str) or not isinstance(file, UploadFile):
                    return _answer({"message": "Please send `url` as text and `file` as a file, as multipart"}, 400)
                await anyio.to_thread.run_sync(controls.register_url, url, await file.read())
        except HTTPException as error:  # the body is no form
            return _answer({"message": error.detail}, error.status_code)
        return _answer({"url": url})

    return register


def _is_local(request: Request) -> bool:
    return request.client is not None and is_loopback(request.client.host)


def _answer(body: Any, status: int = 200) -> Response:
    return Response(msgspec.json.encode(body), status, media_type="application/json")


def _requests(controls: ServiceControls, _request: Request, _body: Any) -> Any:
    return controls.requests


def _clear_requests(controls: ServiceControls, _request: Request, _body: Any) -> Any:
    controls.clear_requests()
    return {}


def _alarms(controls: ServiceControls, _request: Request, _body: Any) -> Any:
    return controls.alarms


def _add_fault(controls: ServiceControls, _request: Request, body: Any) -> Any:
    spec = fault_spec(body)
    when = spec.when
    controls.fail(spec.operation_id, spec.fault, times=when.times, every=when.every, probability=when.probability)
    return body


def _clear_faults(controls: ServiceControls, _request: Request, _body: Any) -> Any:
    controls.clear_faults()
    return {}


def _behaviour(controls: ServiceControls, _request: Request, _body: Any) -> Any:
    return controls.behaviour


def _change_behaviour(controls: ServiceControls, _request: Request, body: Any) -> Any:
    known: dict[str, Any] = msgspec.to_builtins(controls.behaviour)
    controls.behaviour = converted(known | require_object(body), Behaviour)
    return controls.behaviour


def _set_progressions(controls: ServiceControls, _request: Request, body: Any) -> Any:
    wanted = converted(body, _Progressions)
    jobs, trainings = _progression(wanted.jobs, controls.jobs), _progression(wanted.trainings, controls.trainings)
    controls.jobs, controls.trainings = jobs, trainings
    return {"jobs": controls.jobs, "trainings": controls.trainings}


def _progression(wanted: Any, present: Progression) -> Progression:
    return present if wanted is None else converted(wanted, Progression)


def _time(controls: ServiceControls, _request: Request, _body: Any) -> Any:
    return {"now": controls.clock.now()}


def _move_clock(controls: ServiceControls, request: Request, body: Any) -> Any:
    move = converted(body, _ClockMove)
    if move.reset:
        controls.clock.reset()
    if move.freeze is not None:
        controls.clock.freeze(move.freeze)
    if move.advance is not None:
        controls.clock.advance(move.advance)
    return _time(controls, request, body)


def _create_model(controls: ServiceControls, _request: Request, body: Any) -> Any:
    model = converted(body, _Model)
    return {"model_id": controls.create_model(model.categories, model_type=model.model_type, state=model.state)}


def _register_failing_url(controls: ServiceControls, _request: Request, body: Any) -> Any:
    failing = converted(body, _FailingUrl)
    controls.register_failing_url(failing.url, failing.reason)
    return body


def _approve(controls: ServiceControls, request: Request, body: Any) -> Any:
    approval = converted(body, _Approval)
    controls.approve(request.path_params["request_file_id"], approval.corrections, reviewer=approval.reviewer)
    return {}


def _unapprove(controls: ServiceControls, request: Request, _body: Any) -> Any:
    controls.unapprove(request.path_params["request_file_id"])
    return {}


def _finish_jobs(controls: ServiceControls, _request: Request, _body: Any) -> Any:
    controls.finish_jobs()
    return {}


def _seed(controls: ServiceControls, _request: Request, body: Any) -> Any:
    controls.seed(converted(body, _Seed).seed)
    return {}


def _reset(controls: ServiceControls, _request: Request, _body: Any) -> Any:
    controls.reset()
    return {}
