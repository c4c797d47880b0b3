"""Holds requests and replies against the description."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import quote

from attrs import define, field, frozen
from jsonschema_path import SchemaPath
from openapi_core import V31RequestValidator, V31ResponseValidator
from openapi_core.datatypes import RequestParameters
from openapi_core.validation.schemas import oas31_schema_validators_factory
from openapi_core.validation.schemas.exceptions import InvalidSchemaValue
from openapi_core.validation.schemas.validators import SchemaValidator
from werkzeug.datastructures import Headers, ImmutableMultiDict

from nanonets_sdk.mock.account.refusals import bad_request
from nanonets_sdk.mock.http.bodies import JSON, MULTIPART, Body
from nanonets_sdk.mock.http.contract import Operation
from nanonets_sdk.mock.http.quick_check import QuickCheck
from nanonets_sdk.mock.json_text import parsed
from nanonets_sdk.mock.operations.call import Call
from nanonets_sdk.mock.whole_numbers import is_whole_number

ADVICE: Final = "Please compare the request with the API description"
BOOLEANS: Final = ("true", "false")
"""openapi-core would take `1` and `yes` too."""
SIGNED_IN: Final = ("Authorization", "Basic Og==")
"""The key is checked before; the description only asks that there be one."""


@frozen
class Problem:
    """A difference from the description: where, as a JSON pointer, and what."""

    pointer: str
    reason: str

    def __str__(self) -> str:
        return f"{self.pointer}: {self.reason}"


@define
class _Request:
    """A request in the form that openapi-core reads."""

    host_url: str
    path: str
    method: str
    parameters: RequestParameters
    content_type: str
    body: bytes | None


@frozen
class _Response:
    """A response in the form that openapi-core reads."""

    status_code: int
    data: bytes
    content_type: str = JSON
    headers: Headers = field(factory=Headers)


class Validator:
    """The checks of one description, built once."""

    def __init__(self, description: Mapping[str, Any]) -> None:
        """Prepare the checks."""
        spec = SchemaPath.from_dict(description)
        self._host, self._base = _split_server(description["servers"][0]["url"])
        self._parameters = dict(_query_parameters(description))
        self._requests = V31RequestValidator(spec, extra_media_type_deserializers={MULTIPART: _read_form})
        self._responses = V31ResponseValidator(spec)
        self._quick = QuickCheck(description)
        self._training_data: SchemaValidator = oas31_schema_validators_factory.create(
            spec, spec / "components" / "schemas" / "TrainingData"
        )

    def check_request(self, operation: Operation, call: Call, body: Body) -> None:
        """Raise Refusal 400 with the pointer and the reason of the first difference."""
        for problem in self._request_problems(operation, call, body):
            raise bad_request(str(problem), ADVICE)

    def unknown_parameters(self, operation: Operation, call: Call) -> list[str]:
        """Return the names of the query parameters that the description does not have."""
        return [name for name, _ in call.query if name not in self._parameters[operation.operation_id]]

    def reply_problems(self, operation: Operation, call: Call, status: int, content: bytes) -> list[Problem]:
        """Return what a reply has other than the description says."""
        if self._quick.is_right(operation.operation_id, status, content):
            return []
        errors = self._responses.iter_errors(self._request(operation, call, None), _Response(status, content))
        return [problem for error in errors for problem in _problems(error, "")]

    def _request_problems(self, operation: Operation, call: Call, body: Body) -> Iterator[Problem]:
        types = self._parameters[operation.operation_id]
        for name, value in call.query:
            if types.get(name) == "boolean" and value not in BOOLEANS:
                yield Problem(f"/query/{name}", f"{value!r} is neither true nor false")
            if types.get(name) == "integer" and not is_whole_number(value):
                yield Problem(f"/query/{name}", f"{value!r} is no whole number in decimal digits")
        for error in self._requests.iter_errors(self._request(operation, call, body)):
            yield from _problems(error, "")
        if operation.operation_id == "ocr_upload_file":
            yield from self._training_data_problems(call.text("data"))

    def _training_data_problems(self, data: str) -> Iterator[Problem]:
        """Check JSON inside a string, which the description can point to and openapi-core does not follow."""
        try:
            self._training_data.validate(parsed(data))
        except InvalidSchemaValue as error:
            yield from _problems(error, "/data")
        except ValueError as error:
            yield Problem("/data", f"no valid JSON: {error}")

    def _request(self, operation: Operation, call: Call, body: Body | None) -> _Request:
        return _Request(
            host_url=self._host,
            path=self._base + _filled(operation.path, call.path),
            method=operation.method.lower(),
            parameters=RequestParameters(query=ImmutableMultiDict(call.query), header=Headers([SIGNED_IN])),
            content_type=body.content_type if body else "",
            body=_checked_bytes(body) if body else None,
        )


def _split_server(url: str) -> tuple[str, str]:
    scheme, _, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}://{host}", slash + path


def _query_parameters(description: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the id of each operation with the names and types of its query parameters."""
    shared = description["components"]["parameters"]
    for item in description["paths"].values():
        for operation in item.values():
            if "operationId" in operation:
                given = operation.get("parameters", [])
                known = [shared[one["$ref"].rpartition("/")[2]] if "$ref" in one else one for one in given]
                types = {one["name"]: one["schema"].get("type", "") for one in known if one["in"] == "query"}
                yield operation["operationId"], types


def _filled(template: str, values: Mapping[str, str]) -> str:
    """Return the path, with dots quoted too: openapi-core would take an id of two dots for a step up."""
    for name, value in values.items():
        template = template.replace(f"{{{name}}}", quote(value, safe="").replace(".", "%2E"))
    return template


def _checked_bytes(body: Body) -> bytes:
    """Return what openapi-core shall check; of a multipart body the texts, with empty ones in place of the files.

    Under OpenAPI 3.1 it refuses a file whose bytes are no UTF-8, so the mock's own rules check files.
    """
    if body.content_type != MULTIPART:
        return body.raw
    return json.dumps([*body.fields, *((file.name, "") for file in body.files)]).encode()


def _read_form(content: bytes, **_: str) -> ImmutableMultiDict[str, str]:
    return ImmutableMultiDict([(name, value) for name, value in json.loads(content)])


def _problems(error: BaseException, prefix: str) -> Iterator[Problem]:
    cause = error.__cause__ or error
    if isinstance(cause, InvalidSchemaValue):
        for problem in cause.schema_errors:
            yield _schema_problem(problem, prefix or _parameter_pointer(error))
    else:
        yield Problem(prefix or _parameter_pointer(error) or "/", str(cause) or type(cause).__name__)


def _schema_problem(error: Any, prefix: str) -> Problem:
    pointer = prefix + "".join(f"/{step}" for step in error.absolute_path)
    return Problem(pointer or "/", str(error.message))


def _parameter_pointer(error: BaseException) -> str:
    name, location = getattr(error, "name", None), getattr(error, "location", None)
    return f"/{location}/{name}" if name and location else ""
