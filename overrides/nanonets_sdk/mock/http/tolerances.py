"""What official samples send although the description does not say it: accepted here, and nowhere else."""

import json
from collections.abc import Iterable
from typing import Any, Final, Literal
from urllib.parse import urlencode

from attrs import evolve, frozen

from nanonets_sdk.mock.account.refusals import bad_request
from nanonets_sdk.mock.http.bodies import (
    FORM,
    JSON,
    MULTIPART,
    Body,
)
from nanonets_sdk.mock.json_text import parsed


@frozen
class Tolerance:
    """One tolerated difference: in which operation, what is sent, what it is read as, and why."""

    operation_id: str
    kind: Literal["route", "query", "content type"]
    sent: str
    read_as: str
    reason: str


TOLERANCES: Final = (
    Tolerance(
        "ocr_train",
        "route",
        "/OCR/{model_id}/Train",
        "/OCR/Model/{model_id}/Train",
        "The published Shell sample of this operation leaves out `Model`.",
    ),
    Tolerance(
        "ic_get_model",
        "query",
        "id",
        "modelId",
        "The published description and its Shell sample call the parameter `id`, the other samples `modelId`.",
    ),
    Tolerance(
        "ocr_upload_urls",
        "content type",
        FORM,
        JSON,
        "The published description has a form with repeated `urls`; curl sends JSON under this type by default.",
    ),
    Tolerance(
        "ic_create_model",
        "content type",
        MULTIPART,
        FORM,
        "The official documentation shows both kinds of form.",
    ),
    Tolerance(
        "*",
        "content type",
        '"application/json"',
        JSON,
        "A published Shell sample puts the value of the header in quotes.",
    ),
)


def tolerated_routes(operation_id: str) -> list[str]:
    """Return the routes beside the described one under which an operation is served too."""
    return [tolerance.sent for tolerance in _matching(operation_id, "route")]


def plain_content_type(header: str) -> str:
    """Return the media type of a Content-Type header, in lower case, without parameters and quotes."""
    return header.partition(";")[0].strip().strip('"').lower()


def described_query(operation_id: str, query: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Return the query with tolerated names in place of which the described ones stand."""
    names = {tolerance.sent: tolerance.read_as for tolerance in _matching(operation_id, "query")}
    return tuple((names.get(name, name), value) for name, value in query)


def described_body(operation_id: str, body: Body) -> Body:
    """Return the body in the described media type where its own is a tolerated one; raises Refusal."""
    types = {tolerance.sent: tolerance.read_as for tolerance in _matching(operation_id, "content type")}
    wanted = types.get(body.content_type, body.content_type)
    if wanted == body.content_type:
        return body
    return _as_json(body) if wanted == JSON else _as_form(body)


def _as_form(body: Body) -> Body:
    return evolve(body, content_type=FORM, raw=urlencode(body.fields).encode())


def _as_json(body: Body) -> Body:
    try:
        value = parsed(body.raw) if body.raw.lstrip().startswith(b"{") else _json_of(body)
    except ValueError as error:
        raise bad_request(f"The body is no valid JSON: {error}") from error
    return evolve(body, content_type=JSON, json=value, raw=json.dumps(value).encode(), fields=())


def _json_of(body: Body) -> dict[str, Any]:
    data = [value for name, value in body.fields if name == "data"]
    urls = [value for name, value in body.fields if name == "urls"]
    return {"urls": urls} | ({"data": parsed(data[-1])} if data else {})


def _matching(operation_id: str, kind: str) -> list[Tolerance]:
    return [tolerance for tolerance in TOLERANCES if tolerance.kind == kind and tolerance.operation_id == operation_id]
