"""The mock as an ASGI application: its routes."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Sequence
from functools import lru_cache
from http import HTTPStatus
from typing import Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Match, Route

from nanonets_sdk.mock.account.refusals import Refusal, error_body
from nanonets_sdk.mock.http.contract import Operation
from nanonets_sdk.mock.http.control_api import CONTROL_ROUTES
from nanonets_sdk.mock.http.handling import RequestHandler
from nanonets_sdk.mock.http.request_log import log_entry
from nanonets_sdk.mock.http.review_page import REVIEW_ROUTE
from nanonets_sdk.mock.http.service import Service, service_of
from nanonets_sdk.mock.http.storage_routes import STORAGE_ROUTE
from nanonets_sdk.mock.http.tolerances import tolerated

BASE_PATH: Final = "/api/v2"


def service_app(service: Service) -> Starlette:
    """Return the application: every operation with and without a trailing slash, and the routes under `/_mock`."""

    def mistake(request: Request, error: Exception) -> Response:
        service.alarms.sound(f"{request.method} {request.url.path}: {type(error).__name__}: {error}", error=error)
        return JSONResponse({"message": "Internal Server Error", "code": 500, "errors": []}, 500)

    routes = [*_operation_routes(service.operations), *CONTROL_ROUTES, STORAGE_ROUTE, REVIEW_ROUTE]
    app = Starlette(routes=routes, exception_handlers={HTTPException: _no_route(service), Exception: mistake})
    app.state.service = service
    # The service answers both spellings itself, and a redirected POST would lose its body.
    app.router.redirect_slashes = False
    return app


# A route finds its service when it is called, so that the mocks that a process starts share the compiled patterns.
@lru_cache(maxsize=4)
def _operation_routes(operations: tuple[Operation, ...]) -> tuple[BaseRoute, ...]:
    by_route: defaultdict[tuple[str, str], list[Operation]] = defaultdict(list)
    for operation in operations:
        base = "" if operation.is_on_another_host else BASE_PATH
        for route in (operation.route, *tolerated(operation.operation_id, "route")):
            for method in (operation.method, *tolerated(operation.operation_id, "method")):
                by_route[base + route, method].append(operation)
    refused = [
        Route(word + end, _no_method, methods=[method]) for word, method in _hidden(by_route) for end in ("", "/")
    ]
    answered = [
        Route(route + end, _endpoint(alternatives), methods=[method])
        for (route, method), alternatives in by_route.items()
        for end in ("", "/")
    ]
    return (*refused, *answered)


def _hidden(routes: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
    """Return the routes that end in a word, with the methods of those that have a parameter there.

    OpenAPI matches a path without parameters first, so that such a method is not one of the word.
    """
    words = {(route.rpartition("/")[0], route) for route, _ in routes if not route.endswith("}")}
    return {
        (word, method)
        for route, method in routes
        for parent, word in words
        if route.endswith("}") and route.rpartition("/")[0] == parent and (word, method) not in routes
    }


async def _no_method(_request: Request) -> Response:
    raise HTTPException(HTTPStatus.METHOD_NOT_ALLOWED)


def _endpoint(alternatives: Sequence[Operation]) -> Callable[[Request], Awaitable[Response]]:
    async def respond(request: Request) -> Response:
        # Starlette's patterns end with "$", which also matches before a line break at the end of an id.
        if request.scope["path"].endswith("\n"):
            raise HTTPException(HTTPStatus.NOT_FOUND)
        # Where the description has an operation for each spelling, the service goes by the flag and not by the slash.
        asynchronous = request.query_params.get("async") == "true"
        operation = max(alternatives, key=lambda operation: operation.path.endswith("/") == asynchronous)
        return await RequestHandler(service_of(request), request, operation).respond()

    return respond


def _no_route(service: Service) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def respond(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else HTTPStatus.NOT_FOUND
        refusal = Refusal(status, f"There is no {request.method} {request.url.path}", "Please check the path")
        headers = {"Allow": _allowed_methods(request)} if status == HTTPStatus.METHOD_NOT_ALLOWED else None
        service.log.add(log_entry(request, (), None, service.account.clock.now(), status))
        return JSONResponse(error_body(refusal, service.account.behaviour), status, headers)

    return respond


def _allowed_methods(request: Request) -> str:
    # Starlette names the methods of the first route that fits the path, and each method here has a route of its own.
    routes: list[BaseRoute] = request.app.routes
    fitting = [route for route in routes if isinstance(route, Route) and route.matches(request.scope)[0] != Match.NONE]
    parameters = min(len(route.param_convertors) for route in fitting)
    allowing = (
        route for route in fitting if len(route.param_convertors) == parameters and route.endpoint is not _no_method
    )
    return ", ".join(sorted({method for route in allowing for method in route.methods or ()}))
