"""The page that a review link leads to: the images of a file and its fields, for people to look at.

Its two buttons verify the file or leave it as it is. Either way the callback of the link gets the pages, as at the
service, and the browser goes to `redirect`. A test may post the form itself: `action=verify` or `action=exit`.
Corrections are made through the API, or through the control API.
"""

from html import escape
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import anyio.to_thread
import msgspec
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from nanonets_sdk.mock.account.account import Account
from nanonets_sdk.mock.account.moderation import DEFAULT_REVIEWER, approve
from nanonets_sdk.mock.coerce import parse_int
from nanonets_sdk.mock.http.request_log import log_entry
from nanonets_sdk.mock.http.service import Service, service_of
from nanonets_sdk.mock.replies.box import box_json
from nanonets_sdk.mock.replies.storage import REVIEW, page_path
from nanonets_sdk.mock.state.records import PageRecord, RequestFile

STYLE: Final = (
    "body{font-family:sans-serif;margin:2em}section{display:flex;gap:2em}img{max-width:50vw;border:1px solid}"
    "td{padding:.2em 1em .2em 0;vertical-align:top}"
)


async def _serve(request: Request) -> Response:
    service = service_of(request)
    form = parse_qs((await request.body()).decode("latin-1")) if request.method == "POST" else {}
    action = form.get("action", [""])[0] if request.method == "POST" else None
    response = await anyio.to_thread.run_sync(_response, service, request, action)
    service.log.add(log_entry(request, (), None, service.account.clock.now(), response.status_code))
    return response


REVIEW_ROUTE: Final = Route(f"/_mock/{REVIEW}/{{request_file_id}}", _serve, methods=["GET", "POST"])
"""Where review links lead to."""


def _response(service: Service, request: Request, action: str | None) -> Response:
    account = service.account
    query, request_file_id = request.query_params, request.path_params["request_file_id"]
    redirect, callback, signature = (query.get(name, "") for name in ("redirect", "callback", "signature"))
    try:
        expires = parse_int(query.get("expires", ""))
    except ValueError:
        return PlainTextResponse("The link is not signed", 403)
    # A signature that has expired is a valid one for a moment long ago.
    if not account.signer.is_valid(
        f"{REVIEW}/{request_file_id}", f"{redirect}\n{callback}", expires, signature, float("-inf")
    ):
        return PlainTextResponse("The link is not signed", 403)
    if account.clock.now() >= expires:
        return PlainTextResponse("The link has expired", account.behaviour.expired_link_status)
    file = account.store.request_files.get(request_file_id)
    if file is None:
        return PlainTextResponse("There is no such file", 404)
    if action is not None:
        return _ended(service, file, action, redirect, callback)
    root_url = str(request.base_url).rstrip("/")
    return HTMLResponse(_html(account, file, account.store.pages.of(request_file_id), root_url, redirect))


def _ended(service: Service, file: RequestFile, action: str, redirect: str, callback: str) -> Response:
    if action not in {"verify", "exit"}:
        return PlainTextResponse("The action is verify or exit", 400)
    if action == "verify":
        try:
            approve(service.account, file.request_file_id, {}, DEFAULT_REVIEWER)
        except ValueError as error:
            return PlainTextResponse(str(error), 409)
    if callback:
        service.webhooks.call_back(callback, file.request_file_id)
    if urlsplit(redirect).scheme in {"http", "https"}:
        return RedirectResponse(redirect, 303)
    return PlainTextResponse("Done")


def _html(account: Account, file: RequestFile, pages: list[PageRecord], root_url: str, redirect: str) -> str:
    now = account.clock.now()
    signed = account.signer.body(pages, (), root_url, now)
    state = "approved" if file.approved else file.work.stage(now)
    # Without an action of its own, a form is posted to the address of its page, signature and all.
    buttons = "".join(f'<button name="action" value="{one.lower()}">{one}</button>' for one in ("Verify", "Exit"))
    back = f'<form method="post">{buttons}</form>'
    if urlsplit(redirect).scheme in {"http", "https"}:
        back += f'<p><a href="{escape(redirect)}">Done</a></p>'
    sections = "".join(
        f'<section><img src="{escape(signed[page_path(page)]["original"])}" alt="Page {page.number + 1}">'
        f"<table>{_rows(page) if file.work.stage(now, page.number) == 'success' else ''}</table></section>"
        for page in pages
    )
    name = escape(file.name)
    return (
        f"<!doctype html><html><head><meta charset='utf-8'><title>{name}</title><style>{STYLE}</style></head>"
        f"<body><h1>{name}</h1><p>{escape(state)}</p>{sections}{back}</body></html>"
    )


def _rows(page: PageRecord) -> str:
    boxes = [box_json(box, page) for box in page.predicted] if page.moderated is None else page.moderated
    rows: list[dict[str, Any]] = [
        {name: msgspec.json.decode(box[name]) for name in ("label", "ocr_text") if name in box} for box in boxes
    ]
    return "".join(
        f"<tr><td>{escape(row['label'])}</td><td>{escape(row.get('ocr_text') or '')}</td></tr>" for row in rows
    )
