"""Checks requests that arrived on a socket against the spec; files, which it barely describes, against own rules."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from attrs import define, frozen
from jsonschema_path import SchemaPath
from openapi_core import V31RequestValidator
from openapi_core.datatypes import RequestParameters
from werkzeug.datastructures import Headers, ImmutableMultiDict

from multipart_reader import Part, parts_of
from nanonets_sdk.contract.description.spec import SpecOperation, load_spec, resolved
from nanonets_sdk.contract.judging.exchange import Asked
from nanonets_sdk.contract.judging.requests import request_problems
from nanonets_sdk.contract.searching.wire import schema_errors
from raw_server import Received

_MULTIPART: Final = "multipart/form-data"
_BASE: Final = "/api/v2"
_REVIEW_HOST: Final = "https://preview.nanonets.com"
_HEADS: Final = {"application/pdf": b"%PDF-", "image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}


@frozen
class Captured:
    """A request, and the file or files that the caller passed."""

    received: Received
    file: bytes | tuple[bytes, ...] | None = None

    @property
    def files(self) -> tuple[bytes | None, ...]:
        """The content of each file."""
        return self.file if isinstance(self.file, tuple) else (self.file,)

    @property
    def path(self) -> str:
        """The path below the base URL, still encoded."""
        return urlsplit(self.received.target).path.removeprefix(_BASE)

    @property
    def query(self) -> list[tuple[str, str]]:
        """The query's names and values, in order."""
        return parse_qsl(urlsplit(self.received.target).query, keep_blank_values=True)

    @property
    def media_type(self) -> str:
        """The media type of the body, without parameters."""
        return "".join(self.received.values("content-type")).partition(";")[0]


@define
class _Request:
    """A request as openapi-core expects it."""

    host_url: str
    path: str
    method: str
    parameters: RequestParameters
    content_type: str
    body: bytes | None


class Judge:
    """Checks requests against the spec."""

    def __init__(self) -> None:
        server = urlsplit(str(load_spec()["servers"][0]["url"]))
        self._host, self._base = f"{server.scheme}://{server.netloc}", server.path
        self._validator = V31RequestValidator(
            SchemaPath.from_dict(load_spec()), extra_media_type_deserializers={_MULTIPART: _read_texts}
        )

    def problems(self, operation: SpecOperation, captured: Captured) -> list[str]:
        """Return every way in which a request violates the spec, as openapi-core and our own judge see it."""
        return [
            *_wrong_route(operation, captured),
            *_ours(captured),
            *(f"{error!r}: {error.__cause__!r}" for error in self._errors(operation, captured)),
            *(f"unknown parameter {name!r}" for name, _ in captured.query if f"query:{name}" not in operation.inputs),
            *_multipart_problems(operation, captured),
        ]

    def _errors(self, operation: SpecOperation, captured: Captured) -> Iterator[Exception]:
        for error in self._validator.iter_errors(self._request(captured, operation.is_on_another_host)):
            # openapi-core takes a list that a form does not have for an empty one.
            if not (captured.media_type == _MULTIPART and "[] should be non-empty" in repr(error.__cause__)):
                yield error

    def _request(self, captured: Captured, is_on_another_host: bool) -> _Request:
        received = captured.received
        return _Request(
            host_url=_REVIEW_HOST if is_on_another_host else self._host,
            path=captured.path if is_on_another_host else self._base + captured.path,
            method=received.method.lower(),
            parameters=RequestParameters(
                query=ImmutableMultiDict(captured.query), header=Headers(list(received.headers))
            ),
            content_type=captured.media_type,
            body=_texts(parts_of(received)) if captured.media_type == _MULTIPART else received.body or None,
        )


def _ours(captured: Captured) -> Iterator[str]:
    received = captured.received
    target = received.target.removeprefix(_BASE)
    asked = Asked(received.method, target, tuple(received.headers), received.body)
    yield from map(str, request_problems(asked))


def _wrong_route(operation: SpecOperation, captured: Captured) -> Iterator[str]:
    """Check the path; an id may hold anything, but must stay one segment."""
    sent, wanted = captured.path.split("/"), operation.path.split("/")
    fits = len(sent) == len(wanted) and all(
        (want.startswith("{") and have not in {"", ".", ".."}) or want == have
        for have, want in zip(sent, wanted, strict=True)
    )
    if captured.received.method != operation.method or not fits:
        yield f"{captured.received.method} {captured.path} is not {operation.label}"


def _texts(parts: list[Part]) -> bytes:
    """Return the parts of a form as JSON.

    A file becomes an empty string, because openapi-core refuses bytes that are not UTF-8.
    """
    texts = [(part.name, "" if part.file_name is not None else part.content.decode()) for part in parts]
    return json.dumps(texts).encode()


def _read_texts(content: bytes, **_: str) -> ImmutableMultiDict[str, str]:
    return ImmutableMultiDict([(name, value) for name, value in json.loads(content)])


def _multipart_problems(operation: SpecOperation, captured: Captured) -> Iterator[str]:
    if captured.media_type != _MULTIPART:
        return
    content = _content(operation)
    parts = parts_of(captured.received)
    names = [part.name for part in parts]
    yield from (f"unknown part {name!r}" for name in names if name not in content["schema"]["properties"])
    properties = {name: resolved(member) for name, member in content["schema"]["properties"].items()}
    several = {name for name, member in properties.items() if member.get("type") == "array"}
    yield from (f"part {name!r} is sent twice" for name in {*names} - several if names.count(name) > 1)
    for part in parts:
        member = properties.get(part.name, {})
        is_file = member.get("items", member).get("format") == "binary"
        yield from _file_problems(part, content, captured) if is_file else _text_problems(part)
    schema = "MlTrainingData" if operation.operation_id.startswith("ml_") else "TrainingData"
    yield from (problem for part in parts if part.name == "data" for problem in _data_problems(part, parts, schema))


def _content(operation: SpecOperation) -> Mapping[str, Any]:
    body = resolved(load_spec()["paths"][operation.path][operation.method.lower()]["requestBody"])
    content = body["content"][_MULTIPART]
    return {**content, "schema": resolved(content["schema"])}


def _file_problems(part: Part, content: Mapping[str, Any], captured: Captured) -> Iterator[str]:
    allowed = [kind.strip() for kind in content["encoding"][part.name]["contentType"].split(",")]
    if not part.file_name:
        yield "the file has no name"
    elif not part.file_name.isprintable() or set(part.file_name) & set('/\\"'):
        yield f"the file name {part.file_name!r} is not safe"
    if part.content_type is None or part.content_type not in allowed:
        yield f"the file is of type {part.content_type}, not of {allowed}"
    elif _HEADS[part.content_type] not in part.content[:1024]:
        yield f"the file is declared as {part.content_type} and begins {part.content[:8]!r}"
    if part.content not in captured.files:
        yield "the file is not the one that was given"


def _text_problems(part: Part) -> Iterator[str]:
    if part.file_name is not None:
        yield f"the text {part.name!r} is sent as a file"


def _data_problems(part: Part, parts: list[Part], name: str) -> Iterator[str]:
    """Check the JSON in a text part, which openapi-core does not look into."""
    schema = load_spec()["components"]["schemas"][name]
    data = json.loads(part.content)
    yield from schema_errors(data, schema)
    names = {one.file_name for one in parts if one.file_name is not None}
    if described := {entry["filename"] for entry in data} ^ names:
        yield f"described {data}, sent {names}: {described} is on one side only"
