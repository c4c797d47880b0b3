"""Holds a request to the description. Strings of a query or a form are read as the type that their schema has."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any, Final
from urllib.parse import parse_qsl

from nanonets_sdk.contract.description.spec import SpecOperation, described, resolved
from nanonets_sdk.contract.judging.exchange import Asked
from nanonets_sdk.contract.judging.problem import Problem, schema_problems
from nanonets_sdk.mock.http.multipart import Slice, parts_of

_FORM: Final = "application/x-www-form-urlencoded"
_JSON: Final = "application/json"
_MULTIPART: Final = "multipart/form-data"
_MOST_PARTS: Final = 10_000
_HEADS: Final = {"application/pdf": b"%PDF-", "image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}
_HEAD_BYTES: Final = 1024


def request_problems(asked: Asked) -> Iterator[Problem]:
    """Yield each way in which a request breaks the contract.

    Args:
        asked: The request. Without its body, the body is not judged.
    """
    operation = asked.operation
    if operation is None:
        yield _problem("route", "path", f"the API has no such route for {asked.method}")
        return
    if not asked.header("authorization").lower().startswith("basic "):
        yield _problem("authentication", "header/authorization", "the API key is sent with Basic authentication")
    yield from _parameter_problems(operation, asked)
    if asked.body is not None:
        yield from _body_problems(operation, asked)


def _problem(rule: str, place: str, message: str) -> Problem:
    return Problem("request", rule, place, message)


def _parameter_problems(operation: SpecOperation, asked: Asked) -> Iterator[Problem]:
    known = {one["name"]: one for one in map(resolved, described(operation).get("parameters", [])) if _in_query(one)}
    given = dict(asked.query)
    for name in dict.fromkeys(name for name, _ in asked.query):
        if name not in known:
            yield _problem("unknown parameter", "query", f"the operation has no such parameter; it has {[*known]}")
        elif [key for key, _ in asked.query].count(name) > 1:
            yield _problem("repeated parameter", f"query/{name}", "is sent more than once")
    for name, parameter in known.items():
        if name in given:
            value = _converted(given[name], parameter["schema"].get("type", ""))
            yield from schema_problems(parameter["schema"], value, "request", f"query/{name}")
        elif parameter.get("required"):
            yield _problem("missing parameter", f"query/{name}", "is required")


def _in_query(parameter: Mapping[str, Any]) -> bool:
    return bool(parameter["in"] == "query")


def _converted(text: str, kind: str) -> Any:
    """Return a string as the type of its schema, or as it is if it does not fit, so that the schema refuses it."""
    if kind == "boolean":
        return {"true": True, "false": False}.get(text, text)
    if kind == "integer":
        with suppress(ValueError):
            return int(text)
    return text


def _body_problems(operation: SpecOperation, asked: Asked) -> Iterator[Problem]:
    body = asked.body or b""
    if "requestBody" not in described(operation):
        if body.strip() not in (b"", b"{}"):
            yield _problem("body", "body", "the operation takes none")
        return
    content = resolved(described(operation)["requestBody"])["content"]
    if not body:
        yield _problem("body", "body", f"is missing; the operation takes {' or '.join(content)}")
    elif asked.media_type not in content:
        yield _problem("media type", "header/content-type", f"is not {' or '.join(content)}")
    else:
        schema = resolved(content[asked.media_type]["schema"])
        try:
            yield from _READERS[asked.media_type](asked, body, schema, content[asked.media_type])
        except (ValueError, RecursionError):
            # The message of the error may quote the body.
            yield _problem("body", "body", f"cannot be read as {asked.media_type}")


def _json_problems(_asked: Asked, body: bytes, schema: Mapping[str, Any], _: Mapping[str, Any]) -> Iterator[Problem]:
    yield from schema_problems(schema, json.loads(body), "request", "body")


def _form_problems(_asked: Asked, body: bytes, schema: Mapping[str, Any], _: Mapping[str, Any]) -> Iterator[Problem]:
    fields = parse_qsl(body.decode("utf-8"), keep_blank_values=True)
    yield from _field_problems(fields, schema)


def _multipart_problems(
    asked: Asked, body: bytes, schema: Mapping[str, Any], content: Mapping[str, Any]
) -> Iterator[Problem]:
    parts = [*parts_of(body, asked.header("content-type"), _MOST_PARTS)]
    texts = [(part.name, "" if _is_file(schema, part.name) else _text(body, part)) for part in parts]
    yield from _field_problems(texts, schema)
    for part in parts:
        if _is_file(schema, part.name):
            yield from _file_problems(part, body[part.start : part.end], content["encoding"][part.name]["contentType"])
        elif part.filename is not None:
            yield _problem("part", f"body/{part.name}", "is a text, and is sent as a file")
    names = {part.filename for part in parts if _is_file(schema, part.name)}
    for name, text in texts:
        if name == "data" and (annotated := _named_in(text) - names):
            yield _problem("annotations", "body/data", f"describes {len(annotated)} files that are not sent")


def _named_in(data: str) -> set[object]:
    with suppress(ValueError, TypeError, AttributeError, RecursionError):
        return {entry.get("filename") for entry in json.loads(data)}
    return set()


def _is_file(schema: Mapping[str, Any], name: str) -> bool:
    member = resolved(schema["properties"].get(name, {}))
    return bool(member.get("items", member).get("format") == "binary")


def _text(body: bytes, part: Slice) -> str:
    return body[part.start : part.end].decode("utf-8")


def _file_problems(part: Slice, content: bytes, allowed: str) -> Iterator[Problem]:
    place, kinds = f"body/{part.name}", [kind.strip() for kind in allowed.split(",")]
    if not part.filename:
        yield _problem("part", place, "is a file without a name")
    if part.content_type not in kinds:
        yield _problem("part", place, f"has a media type that is not {' or '.join(kinds)}")
    elif _HEADS[part.content_type] not in content[:_HEAD_BYTES]:
        yield _problem("part", place, f"says {part.content_type}, and begins otherwise")


def _field_problems(fields: list[tuple[str, str]], schema: Mapping[str, Any]) -> Iterator[Problem]:
    properties = {name: resolved(member) for name, member in schema["properties"].items()}
    form: dict[str, Any] = {}
    for name, text in fields:
        if name not in properties:
            yield _problem("unknown member", "body", f"the form has no such member; it has {[*properties]}")
        elif properties[name].get("type") == "array":
            form.setdefault(name, []).append(text)
        elif name in form:
            yield _problem("repeated member", f"body/{name}", "is sent more than once")
        else:
            form[name] = text
    yield from schema_problems(schema, form, "request", "body")
    for name, member in properties.items():
        if "contentSchema" in member and name in form:
            try:
                embedded = json.loads(form[name])
            except (ValueError, RecursionError):
                yield _problem("body", f"body/{name}", "is not JSON")
            else:
                yield from schema_problems(member["contentSchema"], embedded, "request", f"body/{name}")


_READERS: Final[Mapping[str, Any]] = {_JSON: _json_problems, _FORM: _form_problems, _MULTIPART: _multipart_problems}
