"""Checks requests and replies against the API description with JSON Schema.

Parameters and forms are strings, so each value is first converted to the type that its schema has, then validated:

    query   ?async=true           boolean         "true" or "false", and nothing else that may mean the same
            ?day=20487            integer         decimal digits
    path    /Model/5b1c7a86       string          as it is
    form    urls=a&urls=b         array           every value
            pages=1&pages=2       string          the last value, which is the one that the operations use
            (a file)              binary          an empty string: the operations check files
            data=[{"filename"…    contentSchema   a string, and then the JSON in it as a value of its own
    JSON    {"urls": …            any             parsed when it was received
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any, Final

import msgspec
from jsonschema_rs import Draft202012Validator

from nanonets_sdk.mock.account.refusals import bad_request
from nanonets_sdk.mock.coerce import parse_int, parse_json
from nanonets_sdk.mock.http.bodies import JSON, Body
from nanonets_sdk.mock.http.contract import Operation
from nanonets_sdk.mock.operations.call import Call

ADVICE: Final = "Please compare the request with the API description"
BOOLEANS: Final = {"true": True, "false": False}


class Validator:
    """The checks of one description. Each schema is compiled when it is first needed."""

    def __init__(self, description: Mapping[str, Any]) -> None:
        self._description = description
        self._components = description["components"]
        self._compiled: dict[int, Draft202012Validator] = {}

    def check_request(self, operation: Operation, call: Call, body: Body) -> None:
        """Check a request.

        Raises:
            Refusal: 400 with the pointer and the reason of the first violation.
        """
        for problem in self._request_problems(operation, call, body):
            raise bad_request(problem, ADVICE)

    def unknown_parameters(self, operation: Operation, call: Call) -> list[str]:
        """Return the names of the query parameters that the description does not have."""
        known = {parameter["name"] for parameter in self._parameters(operation) if parameter["in"] == "query"}
        return [name for name, _ in call.query if name not in known]

    def text_fields(self, operation: Operation) -> set[str]:
        """Return the form fields that the description has as texts, or as lists of texts."""
        content = self._resolve(operation.described.get("requestBody", {})).get("content", {})
        forms = [self._resolve(one["schema"])["properties"] for name, one in content.items() if name != JSON]
        members = [member for properties in forms for member in properties.items()]
        return {name for name, schema in members if schema.get("items", schema).get("format") != "binary"}

    def schema_problems(self, name: str, value: Any) -> list[str]:
        """Return every violation of a schema of the description in a value, with a JSON pointer and the reason."""
        return list(self._violations(self._components["schemas"][name], value))

    def reply_problems(self, operation: Operation, status: int, content: bytes, media_type: str = JSON) -> list[str]:
        """Return every violation in a reply, with a JSON pointer and the reason."""
        described = operation.described["responses"].get(str(status))
        if described is None:
            return [f"/: the description has no response {status}"]
        response = self._resolve(described)
        if media_type not in response["content"]:
            return [f"/: the description has no response {status} of the type {media_type}"]
        value = msgspec.json.decode(content) if media_type == JSON else content.decode()
        problems = list(self._violations(response["content"][media_type]["schema"], value))
        # The replies of the mock have no headers of their own, so one that the description requires is missing.
        for name, header in response.get("headers", {}).items():
            if self._resolve(header).get("required"):
                problems.append(f"/header/{name}: this header is required")
        return problems

    def _request_problems(self, operation: Operation, call: Call, body: Body) -> Iterator[str]:
        for parameter in self._parameters(operation):
            name, location, schema = parameter["name"], parameter["in"], parameter["schema"]
            texts = [call.path[name]] if location == "path" else [text for key, text in call.query if key == name]
            if parameter.get("required") and not texts:
                yield f"/{location}/{name}: this parameter is required"
            for text in texts:
                yield from self._violations(schema, _converted(text, schema.get("type", "")), f"/{location}/{name}")
        if operation.takes_body:
            yield from self._body_problems(self._resolve(operation.described["requestBody"]), body)

    def _body_problems(self, described: Mapping[str, Any], body: Body) -> Iterator[str]:
        content = described["content"]
        if not (body.raw or body.fields or body.files):
            yield "/: the request has no body"
        elif body.content_type not in content:
            yield f"/: the content type is {body.content_type!r}, not {' or '.join(content)}"
        elif body.content_type == JSON:
            yield from self._violations(content[JSON]["schema"], body.json)
        else:
            yield from self._form_problems(content[body.content_type]["schema"], body)

    def _form_problems(self, schema: Mapping[str, Any], body: Body) -> Iterator[str]:
        properties = self._resolve(schema)["properties"]
        form: dict[str, Any] = {}
        for name, text in [*body.fields, *((file.name, "") for file in body.files)]:
            if properties.get(name, {}).get("type") == "array":
                form.setdefault(name, []).append(text)
            else:
                form[name] = text
        yield from self._violations(schema, form)
        for name, described in properties.items():
            if "contentSchema" in described and name in form:
                try:
                    embedded = parse_json(form[name])
                except ValueError as error:
                    yield f"/{name}: not valid JSON: {error}"
                else:
                    yield from self._violations(described["contentSchema"], embedded, f"/{name}")

    def _violations(self, schema: Mapping[str, Any], value: Any, pointer: str = "") -> Iterator[str]:
        # The description is kept, so the id of a schema in it stays its own and can be a key.
        validator = self._compiled.get(id(schema))
        if validator is None:
            # With the components beside it, `#/components/schemas/…` resolves as it does in the description.
            validator = Draft202012Validator({**schema, "components": self._components})
            self._compiled[id(schema)] = validator
        try:
            for error in validator.iter_errors(value):
                place = "".join([pointer, *(f"/{step}" for step in error.instance_path)])
                yield f"{place or '/'}: {error.message}"
        # The validator puts a copy of the value into an error, and copies no deeper than 255 levels.
        except ValueError as error:
            yield f"{pointer or '/'}: {error}"

    def _parameters(self, operation: Operation) -> list[Mapping[str, Any]]:
        return [self._resolve(parameter) for parameter in operation.described.get("parameters", ())]

    def _resolve(self, described: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return what a `$ref` into the components leads to, or anything else as it is."""
        while "$ref" in described:
            kind, name = described["$ref"].split("/")[2:]
            described = self._components[kind][name]
        return described


def _converted(text: str, kind: str) -> Any:
    """Return a string as the type of its schema, or as it is if it does not fit, so that the schema refuses it."""
    if kind == "boolean":
        return BOOLEANS.get(text, text)
    if kind == "integer":
        with suppress(ValueError):
            return parse_int(text)
    return text
