"""The operations, inputs, statuses and links of `openapi/nanonets.yaml`."""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml
from attrs import frozen

# Not from tests/support: contract_run.py is a script too, and has only its own folder on the path.
SPEC_PATH: Final = Path(__file__).parents[3] / "openapi" / "nanonets.yaml"
_METHODS: Final = ("get", "post", "put", "patch", "delete")


@frozen
class Link:
    """A link of the spec, from a response of one operation to another operation."""

    source: str
    status: str
    name: str
    target: str


@frozen
class SpecOperation:
    """An operation of the spec.

    `inputs` are its parameters and the members of its body, for example `query:async` or `multipart:file`.
    """

    operation_id: str
    method: str
    path: str
    inputs: tuple[str, ...]
    statuses: tuple[str, ...]
    links: tuple[Link, ...]

    @property
    def label(self) -> str:
        """What schemathesis calls it."""
        return f"{self.method} {self.path}"

    @property
    def is_on_another_host(self) -> bool:
        """Whether it has a server of its own."""
        return "servers" in load_spec()["paths"][self.path][self.method.lower()]

    @property
    def is_safe(self) -> bool:
        """Whether a call leaves the service unchanged."""
        return self.method == "GET"


@cache
def load_spec() -> dict[str, Any]:
    """Return the spec as plain data, shared by all callers: do not change it."""
    loaded: dict[str, Any] = yaml.safe_load(SPEC_PATH.read_text(encoding="utf-8"))
    return loaded


def resolved(value: Mapping[str, Any]) -> Mapping[str, Any]:
    """Follow a reference of the spec; return any other value as it is."""
    if "$ref" not in value:
        return value
    found: Any = load_spec()
    for step in value["$ref"].removeprefix("#/").split("/"):
        found = found[step.replace("~1", "/").replace("~0", "~")]
    return resolved(found)


@cache
def spec_operations() -> tuple[SpecOperation, ...]:
    """Return the operations in the order of the spec."""
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
    """Return the JSON schema of a reply, with references into the spec."""
    operation = spec_operation(operation_id)
    response = resolved(load_spec()["paths"][operation.path][operation.method.lower()]["responses"][status])
    (content,) = response["content"].values()
    schema: Mapping[str, Any] = content["schema"]
    return schema


def _inputs(operation: Mapping[str, Any]) -> Iterator[str]:
    for parameter in map(resolved, operation.get("parameters", [])):
        yield f"{parameter['in']}:{parameter['name']}"
    for media_type, content in resolved(operation.get("requestBody", {})).get("content", {}).items():
        yield from (body_input(media_type, name) for name in resolved(content["schema"])["properties"])


def body_input(media_type: str, name: str) -> str:
    """Return the name of a body's member among the inputs.

    >>> body_input("multipart/form-data", "file")
    'multipart:file'
    """
    kind = {"application/json": "json", "application/x-www-form-urlencoded": "form"}.get(media_type, "multipart")
    return f"{kind}:{name}"


def _links(operation: Mapping[str, Any]) -> Iterator[Link]:
    for status, response in operation["responses"].items():
        for name, link in resolved(response).get("links", {}).items():
            yield Link(operation["operationId"], status, name, resolved(link)["operationId"])
