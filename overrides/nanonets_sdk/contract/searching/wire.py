"""Judges forms as they are sent: every value is a string, and one string for an array is an array of one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeAlias, cast
from urllib.parse import parse_qs

from jsonschema import Draft202012Validator
from schemathesis import Case, GenerationMode, Response
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation.meta import ComponentInfo
from schemathesis.transport.serialization import Binary

from nanonets_sdk.contract.description.spec import load_spec, resolved, spec_operation

AnyCase: TypeAlias = Case[Any]
_FORM: Final = "application/x-www-form-urlencoded"
_MULTIPART: Final = "multipart/form-data"


def judge_multipart(case: AnyCase) -> None:
    """Mark a multipart body as valid or invalid; schemathesis takes any with a file for invalid once it was changed."""
    meta, body = case.meta, case.body
    if meta is None or case.media_type != _MULTIPART or not isinstance(body, dict) or not _has_file(body):
        return
    schema = form_schema(operation_id_of(case), _MULTIPART)
    is_positive = is_valid(as_parts(body, schema), schema)
    meta.components[ParameterLocation.BODY] = ComponentInfo(
        mode=GenerationMode.POSITIVE if is_positive else GenerationMode.NEGATIVE
    )
    is_negative = any(meta.is_negative_at(place) for place in ParameterLocation)
    meta.generation.mode = GenerationMode.NEGATIVE if is_negative else GenerationMode.POSITIVE


def as_parts(body: Mapping[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return the members of a body that become parts; a file counts as a string, and an empty list has no part."""
    repeated = {name for name, member in schema["properties"].items() if member.get("type") == "array"}
    return {name: _as_part(value, repeated=name in repeated) for name, value in body.items() if value != []}


def _as_part(value: Any, *, repeated: bool) -> Any:
    if repeated:
        return [_as_text(item) for item in _items(value)]
    return "" if isinstance(value, Binary) else value


def _as_text(value: object) -> str:
    return "" if isinstance(value, Binary) else str(value)


def has_what_it_needs(case: AnyCase) -> bool:
    """Return whether a body has every required member; one that was started by a link may not."""
    needed = form_schema(operation_id_of(case), case.media_type or "").get("required", [])
    return isinstance(case.body, dict) and set(needed) <= case.body.keys()


def _has_file(body: Mapping[str, Any]) -> bool:
    return any(isinstance(item, Binary) for value in body.values() for item in _items(value))


def _items(value: Any) -> list[object]:
    return cast("list[object]", value) if isinstance(value, list) else [value]


def operation_id_of(case: AnyCase) -> str:
    """Return the operationId of a case."""
    return str(case.operation.definition.raw["operationId"])


def is_valid_form(case: AnyCase, response: Response) -> bool:
    """Return whether a request has a form as body that is valid as sent, and no other fault."""
    meta, sent = case.meta, response.request.body
    if meta is None or case.media_type != _FORM or not sent:
        return False
    if any(meta.is_negative_at(place) for place in ParameterLocation if place is not ParameterLocation.BODY):
        return False
    schema = form_schema(operation_id_of(case), _FORM)
    text = sent if isinstance(sent, str) else sent.decode()
    return is_valid(as_received(text, schema), schema)


def is_valid_but_for_unknown_parameters(case: AnyCase) -> bool:
    """Return whether a request is invalid for nothing but query parameters that the spec does not have.

    The service ignores those, and OpenAPI does not forbid them.
    """
    meta = case.meta
    if meta is None or any(
        meta.is_negative_at(place) for place in ParameterLocation if place != ParameterLocation.QUERY
    ):
        return False
    operation = spec_operation(operation_id_of(case))
    described = load_spec()["paths"][operation.path][operation.method.lower()].get("parameters", [])
    known = {one["name"]: one for one in map(resolved, described) if one["in"] == "query"}
    given = dict(case.query or {})
    return all(
        is_valid(_parsed(given[name], one["schema"]), one["schema"]) if name in given else not one.get("required")
        for name, one in known.items()
    )


def _parsed(value: Any, schema: Mapping[str, Any]) -> Any:
    """Return a value of a query as the service reads it: on the wire, every one is a text."""
    if schema.get("type") == "string":
        return str(value)
    return int(value) if isinstance(value, str) and re.fullmatch(r"-?\d+", value) else value


def as_received(form: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    """Parse a form; members that the schema declares as arrays become lists."""
    repeated = {name for name, member in schema["properties"].items() if member.get("type") == "array"}
    members = parse_qs(form, keep_blank_values=True)
    return {name: texts if name in repeated else texts[-1] for name, texts in members.items()}


def form_schema(operation_id: str, media_type: str) -> Mapping[str, Any]:
    """Return the schema of an operation's form."""
    operation = spec_operation(operation_id)
    body = resolved(load_spec()["paths"][operation.path][operation.method.lower()]["requestBody"])
    return resolved(body["content"][media_type]["schema"])


def is_valid(value: Any, schema: Mapping[str, Any]) -> bool:
    """Return whether a value is valid under a schema with references into the spec."""
    return next(schema_errors(value, schema), None) is None


def schema_errors(value: Any, schema: Mapping[str, Any]) -> Iterator[str]:
    """Yield each violation of a schema with references into the spec."""
    validator: Any = Draft202012Validator({**schema, "components": load_spec()["components"]})
    yield from (str(error.message) for error in validator.iter_errors(value))
