"""Serves stored pages at their signed addresses, without the key."""

from pathlib import PurePosixPath

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from nanonets_sdk.mock.http.page_images import variant_of
from nanonets_sdk.mock.http.request_log import logged
from nanonets_sdk.mock.http.service import Service
from nanonets_sdk.mock.replies.storage import page_path
from nanonets_sdk.mock.whole_numbers import whole_number


def storage_route(service: Service) -> Route:
    """Return the route under which signed addresses lie."""

    async def serve(request: Request) -> Response:
        response = await anyio.to_thread.run_sync(_response, service, request)
        now = service.account.clock.now()
        service.log.add(logged(request, (), None, now, response.status_code))
        return response

    return Route("/_mock/storage/{path:path}", serve)


def _response(service: Service, request: Request) -> Response:
    if not _is_signed(service, request):
        return PlainTextResponse("The address is not signed, or has run out", 403)
    image = _image(service, request.path_params["path"], request.query_params["variant"])
    if image is None:
        return PlainTextResponse("There is no such page", 404)
    return Response(image, media_type="image/png")


def _is_signed(service: Service, request: Request) -> bool:
    query, account = request.query_params, service.account
    path, variant, signature = request.path_params["path"], query.get("variant", ""), query.get("signature", "")
    try:
        expires = whole_number(query.get("expires", ""))
    except ValueError:
        return False
    return account.signer.is_valid(path, variant, expires, signature, account.clock.now())


def _image(service: Service, path: str, variant: str) -> bytes | None:
    account = service.account
    page = account.store.page(PurePosixPath(path).stem)
    file = account.store.request_file(page.request_file_id) if page else None
    if page is None or file is None or page_path(page) != path:
        return None
    return variant_of(account.reader.render(account.uploads.path(file.sha256), page.number), variant)
