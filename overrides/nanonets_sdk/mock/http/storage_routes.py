"""Serves stored pages and files under their signed URLs, without the API key."""

import io
from mimetypes import guess_type
from pathlib import PurePosixPath
from typing import Final

import anyio.to_thread
from PIL import Image
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from nanonets_sdk.mock.coerce import parse_int
from nanonets_sdk.mock.http.request_log import log_entry
from nanonets_sdk.mock.http.service import Service, service_of
from nanonets_sdk.mock.replies.storage import file_path, page_path

THUMBNAIL_PIXELS: Final = 200
COMPRESSED_COLOURS: Final = 64
ROTATIONS: Final = {"acw_rotate_90": 90, "acw_rotate_180": 180, "acw_rotate_270": 270}


async def _serve(request: Request) -> Response:
    service = service_of(request)
    response = await anyio.to_thread.run_sync(_response, service, request)
    service.log.add(log_entry(request, (), None, service.account.clock.now(), response.status_code))
    return response


STORAGE_ROUTE: Final = Route("/_mock/storage/{path:path}", _serve)
"""Where signed URLs lead to."""


def _response(service: Service, request: Request) -> Response:
    account, query, path = service.account, request.query_params, request.path_params["path"]
    variant = query.get("variant", "")
    try:
        expires, signature = parse_int(query.get("expires", "")), query.get("signature", "")
        is_signed = account.signer.is_valid(path, variant, expires, signature, account.clock.now())
    except ValueError:
        is_signed = False
    if not is_signed:
        return PlainTextResponse("The URL is not signed, or it has expired", 403)
    identifier = PurePosixPath(path).stem
    whole = account.store.request_files.get(identifier)
    if whole is not None and file_path(whole) == path:
        return Response(account.uploads.path(whole.sha256).read_bytes(), media_type=guess_type(path)[0])
    page = account.store.pages.get(identifier)
    file = account.store.request_files.get(page.request_file_id) if page else None
    # A reset forgets the pages but keeps the secret, so a valid signature does not prove that the page still exists.
    if page is None or file is None or page_path(page) != path:
        return PlainTextResponse("There is no such page", 404)
    png = account.reader.render(account.uploads.path(file.sha256), page.number)
    return Response(variant_of(png, variant), media_type="image/png")


def variant_of(png: bytes, variant: str) -> bytes:
    """Return a variant of a page's image: the PNG itself, a smaller one, or one rotated counterclockwise."""
    if variant not in ROTATIONS and variant not in {"thumbnail", "original_compressed"}:
        return png
    with Image.open(io.BytesIO(png)) as image, io.BytesIO() as target:
        if variant in ROTATIONS:
            image.rotate(ROTATIONS[variant], expand=True).save(target, "PNG")
        elif variant == "thumbnail":
            image.thumbnail((THUMBNAIL_PIXELS, THUMBNAIL_PIXELS))
            image.save(target, "PNG")
        else:
            image.convert("RGB").quantize(COMPRESSED_COLOURS).save(target, "PNG")
        return target.getvalue()
