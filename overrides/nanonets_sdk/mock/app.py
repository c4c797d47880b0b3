"""The stand-in service as an ASGI application: its routes."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from http import HTTPStatus
from typing import Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Match, Route

from nanonets_sdk.mock.account.refusals import Refusal, error_body
from nanonets_sdk.mock.http.bodies import discard_body
from nanonets_sdk.mock.http.contract import Operation
from nanonets_sdk.mock.http.control_api import control_routes
from nanonets_sdk.mock.http.handling import Exchange
from nanonets_sdk.mock.http.request_log import logged
from nanonets_sdk.mock.http.service import Service
from nanonets_sdk.mock.http.storage_routes import storage_route
from nanonets_sdk.mock.http.tolerances import tolerated_routes

BASE_PATH: Final = "/api/v2"

Endpoint = Callable[[Request], Awaitable[Response]]


def service_app(service: Service) -> Starlette:
    """Return the application: every operation with and without a slash at the end, and the routes of the mock's own."""
    routes = [*_operation_routes(service, service.operations), *control_routes(service), storage_route(service)]
    app = Starlette(routes=routes, exception_handlers={HTTPException: _no_route(service), Exception: _mistake(service)})
    app.router.redirect_slashes = False
    return app


def _operation_routes(service: Service, operations: Iterable[Operation]) -> list[BaseRoute]:
    routes: list[BaseRoute] = []
    for (route, method), alternatives in _by_route(operations).items():
        endpoint = _endpoint(service, alternatives)
        routes += [Route(BASE_PATH + route + end, endpoint, methods=[method]) for end in ("", "/")]
    return routes


def _by_route(operations: Iterable[Operation]) -> dict[tuple[str, str], list[Operation]]:
    found: defaultdict[tuple[str, str], list[Operation]] = defaultdict(list)
    for operation in operations:
        for route in [operation.route, *tolerated_routes(operation.operation_id)]:
            found[route, operation.method].append(operation)
    return found


def _endpoint(service: Service, alternatives: Sequence[Operation]) -> Endpoint:
    async def respond(request: Request) -> Response:
        if request.scope["path"].endswith("\n"):  # Starlette's patterns end before a line break, too
            raise HTTPException(HTTPStatus.NOT_FOUND)
        return await Exchange(service, request, _chosen(request, alternatives)).respond()

    return respond


def _chosen(request: Request, alternatives: Sequence[Operation]) -> Operation:
    """Return the operation that is meant: of two spellings the flag `async` decides, not the slash."""
    asynchronous = request.query_params.get("async") == "true"
    return max(alternatives, key=lambda operation: operation.path.endswith("/") == asynchronous)


def _no_route(service: Service) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def respond(request: Request, error: Exception) -> Response:
        await discard_body(request)
        status = error.status_code if isinstance(error, HTTPException) else HTTPStatus.NOT_FOUND
        refusal = Refusal(status, f"{request.method} {request.url.path} is no operation", "Please check the path")
        headers = {"Allow": _allowed(request)} if status == HTTPStatus.METHOD_NOT_ALLOWED else None
        service.log.add(logged(request, (), None, service.account.clock.now(), status))
        return JSONResponse(error_body(refusal, service.account.behaviour), status, headers)

    return respond


def _mistake(service: Service) -> Callable[[Request, Exception], Response]:
    def respond(request: Request, error: Exception) -> Response:
        service.alarms.sound(f"{request.method} {request.url.path}: {type(error).__name__}: {error}", error=error)
        return JSONResponse({"message": "Internal Server Error", "code": 500, "errors": []}, 500)

    return respond


def _allowed(request: Request) -> str:
    """Return the methods of all routes of this path, for the header `Allow`."""
    routes: list[BaseRoute] = request.app.routes
    fitting = (route for route in routes if isinstance(route, Route) and route.matches(request.scope)[0] != Match.NONE)
    return ", ".join(sorted({method for route in fitting for method in route.methods or ()}))
