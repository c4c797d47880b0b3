"""What `openapi/nanonets.yaml` promises, as plain facts: operations, their inputs, statuses and links."""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml
from attrs import frozen

SPEC_PATH: Final = Path(__file__).parents[3] / "openapi" / "nanonets.yaml"
_METHODS: Final = ("get", "post", "put", "patch", "delete")


@frozen
class Link:
    """A link of the spec: from a status of one operation to another operation."""

    source: str
    status: str
    name: str
    target: str


@frozen
class SpecOperation:
    """An operation of the spec.

    `inputs` are its parameters and the members of its body, as `query:async`, `multipart:file`, `json:urls`.
    """

    operation_id: str
    method: str
    path: str
    inputs: tuple[str, ...]
    statuses: tuple[str, ...]
    links: tuple[Link, ...]

    @property
    def label(self) -> str:
        """The name that schemathesis gives it."""
        return f"{self.method} {self.path}"

    @property
    def is_safe(self) -> bool:
        """Whether calling it changes nothing."""
        return self.method == "GET"


@cache
def load_spec() -> dict[str, Any]:
    """Return the spec as plain data; treat it as read-only."""
    loaded: dict[str, Any] = yaml.safe_load(SPEC_PATH.read_text(encoding="utf-8"))
    return loaded


def resolved(value: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what a reference of the spec points to, or the value itself."""
    if "$ref" not in value:
        return value
    found: Any = load_spec()
    for step in value["$ref"].removeprefix("#/").split("/"):
        found = found[step.replace("~1", "/").replace("~0", "~")]
    return resolved(found)


@cache
def spec_operations() -> tuple[SpecOperation, ...]:
    """Return every operation of the spec, in its order."""
    return tuple(
        SpecOperation(
            operation_id=item[method]["operationId"],
            method=method.upper(),
            path=path,
            inputs=tuple(_inputs(item[method])),
            statuses=tuple(item[method]["responses"]),
            links=tuple(_links(item[method])),
        )
        for path, item in load_spec()["paths"].items()
        for method in _METHODS
        if method in item
    )


@cache
def spec_operation(operation_id: str) -> SpecOperation:
    """Return one operation of the spec."""
    return next(operation for operation in spec_operations() if operation.operation_id == operation_id)


def response_schema(operation_id: str, status: str) -> Mapping[str, Any]:
    """Return the JSON schema of a reply; its references lead into the spec."""
    operation = spec_operation(operation_id)
    response = resolved(load_spec()["paths"][operation.path][operation.method.lower()]["responses"][status])
    schema: Mapping[str, Any] = response["content"]["application/json"]["schema"]
    return schema


def _inputs(operation: Mapping[str, Any]) -> Iterator[str]:
    for parameter in map(resolved, operation.get("parameters", [])):
        yield f"{parameter['in']}:{parameter['name']}"
    for media_type, content in resolved(operation.get("requestBody", {})).get("content", {}).items():
        yield from (body_input(media_type, name) for name in resolved(content["schema"])["properties"])


def body_input(media_type: str, name: str) -> str:
    """Return how a member of a body is called among the inputs.

    >>> body_input("multipart/form-data", "file")
    'multipart:file'
    """
    kind = {"application/json": "json", "application/x-www-form-urlencoded": "form"}.get(media_type, "multipart")
    return f"{kind}:{name}"


def _links(operation: Mapping[str, Any]) -> Iterator[Link]:
    for status, response in operation["responses"].items():
        for name, link in resolved(response).get("links", {}).items():
            yield Link(operation["operationId"], status, name, resolved(link)["operationId"])
