"""The ASGI application of the page: the page itself, the queue, the files, their images, and what is written."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import msgspec
from attrs import define, field
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from nanonets_sdk._decoding import decoder
from nanonets_sdk.errors import NanonetsError, PictureError
from nanonets_sdk.formats.safe_text import json_text
from nanonets_sdk.review.desk import Conflict, Desk
from nanonets_sdk.review.edits import EditError, FileEdit
from nanonets_sdk.review.page import icon, page_html
from nanonets_sdk.review.wording import on_page

if TYPE_CHECKING:
    from starlette.requests import Request

_LARGEST: Final = 32 << 20
"""Most bytes of a request: all boxes of a file."""


class _Unsaved(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many edits of a file the page has not saved."""

    edits: int


class _Json(JSONResponse):
    """A reply as JSON, also if a document has half of a character."""

    def render(self, content: Any) -> bytes:
        """Return the body."""
        return json_text(content).encode()


def review_app(desk: Desk) -> Starlette:
    """Return the application of a desk; a `Guard` goes in front of it."""
    pages = _Pages(desk)
    return Starlette(
        routes=[
            Route("/", pages.page),
            Route("/icon.svg", pages.icon),
            Route("/queue", pages.queue),
            Route("/files/{file}", pages.open),
            Route("/files/{file}/pages/{number:int}", pages.image),
            Route("/files/{file}/check", pages.check, methods=["POST"]),
            Route("/files/{file}/save", pages.save, methods=["POST"]),
            Route("/files/{file}/approve", pages.approve, methods=["POST"]),
            Route("/files/{file}/unapprove", pages.unapprove, methods=["POST"]),
            Route("/files/{file}/unsaved", pages.unsaved, methods=["POST"]),
        ],
        exception_handlers={Conflict: _conflict, EditError: _refused, NanonetsError: _failed, LookupError: _missing},
    )


@define(eq=False)
class _Pages:
    """What each address answers."""

    _desk: Desk = field(alias="desk")

    async def page(self, _request: Request) -> Response:
        nonce = secrets.token_urlsafe(16)
        policy = (
            f"default-src 'none'; img-src 'self'; connect-src 'self'; style-src 'nonce-{nonce}'; "
            f"script-src 'nonce-{nonce}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        )
        return HTMLResponse(page_html(nonce), headers={"content-security-policy": policy})

    async def icon(self, _request: Request) -> Response:
        return Response(icon(), media_type="image/svg+xml")

    async def queue(self, _request: Request) -> Response:
        return _Json(await run_in_threadpool(self._desk.queue))

    async def open(self, request: Request) -> Response:
        return _Json(await run_in_threadpool(self._desk.open, self._file(request)))

    async def image(self, request: Request) -> Response:
        number: int = request.path_params["number"]
        try:
            content = await run_in_threadpool(self._desk.image, self._file(request), number)
        except PictureError as error:
            return _Json({"error": on_page(str(error))}, 502)
        return Response(content, media_type="image/jpeg")

    async def check(self, request: Request) -> Response:
        edit = await _body(request, FileEdit)
        return _Json({"problems": await run_in_threadpool(self._desk.check, self._file(request), edit)})

    async def save(self, request: Request) -> Response:
        return await self._written(request, self._desk.save)

    async def approve(self, request: Request) -> Response:
        return await self._written(request, self._desk.approve)

    async def _written(self, request: Request, write: Callable[[str, FileEdit], dict[str, Any]]) -> Response:
        edit = await _body(request, FileEdit)
        return _Json(await run_in_threadpool(write, self._file(request), edit))

    async def unapprove(self, request: Request) -> Response:
        return _Json(await run_in_threadpool(self._desk.unapprove, self._file(request)))

    async def unsaved(self, request: Request) -> Response:
        self._desk.unsaved[self._file(request)] = (await _body(request, _Unsaved)).edits
        return Response(status_code=204)

    def _file(self, request: Request) -> str:
        file: str = request.path_params["file"]
        if not self._desk.has(file):
            raise HTTPException(404)
        return file


async def _body(request: Request, kind: type[Any]) -> Any:
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > _LARGEST:
            raise HTTPException(413)
    try:
        return decoder(kind).decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise EditError(f"the request cannot be read: {error}") from None


def _conflict(_request: Request, error: Exception) -> Response:
    record = error.record if isinstance(error, Conflict) else {}
    return _Json({"error": str(error), "file": record}, 409)


def _refused(_request: Request, error: Exception) -> Response:
    return _Json({"error": str(error)}, 400)


def _failed(_request: Request, error: Exception) -> Response:
    is_open = isinstance(error, NanonetsError) and error.may_be_billed
    return _Json({"error": on_page(str(error)), "unknown": is_open}, 502)


def _missing(_request: Request, error: Exception) -> Response:
    return _Json({"error": str(error)}, 404)
