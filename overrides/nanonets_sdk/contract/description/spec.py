"""The operations, inputs, statuses and links of `openapi/nanonets.yaml`."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, Final
from urllib.parse import urlsplit

import yaml
from attrs import frozen

from nanonets_sdk._openapi import SPEC, locate

SPEC_PATH: Final = locate(SPEC)
# Ten times faster, but not in every build of PyYAML.
_LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
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
        return "servers" in described(self)

    @property
    def is_safe(self) -> bool:
        """Whether a call leaves the service unchanged."""
        return self.method == "GET"


@cache
def load_spec() -> dict[str, Any]:
    """Return the spec as plain data, shared by all callers: do not change it."""
    loaded: dict[str, Any] = yaml.load(SPEC_PATH.read_text(encoding="utf-8"), _LOADER)  # noqa: S506 - a safe loader
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
    response = resolved(described(operation)["responses"][status])
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


def base_path() -> str:
    """Return the path of the base URL, `/api/v2`."""
    return urlsplit(str(load_spec()["servers"][0]["url"])).path


def described(operation: SpecOperation) -> Mapping[str, Any]:
    """Return what the description says of an operation."""
    found: Mapping[str, Any] = load_spec()["paths"][operation.path][operation.method.lower()]
    return found


def check_operations(names: Iterable[str]) -> None:
    """Check that operations exist.

    Raises:
        LookupError: There is no operation of a name.
    """
    known = [operation.operation_id for operation in spec_operations()]
    for name in names:
        if name not in known:
            close = difflib.get_close_matches(name, known, 1)
            advice = f"did you mean {close[0]}?" if close else f"there are {', '.join(known)}"
            raise LookupError(f"there is no operation {name!r}; {advice}")
