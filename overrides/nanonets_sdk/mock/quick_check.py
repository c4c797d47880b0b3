"""A quick check of replies, which proves that one is as described, or leaves the question open.

openapi-core explains what is wrong, and takes a second for a hundred pages. Replies are right but for mistakes of the
mock, and to see that alone is fast.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, cast

import msgspec

Check = Callable[[Any], bool]
"""Tells whether a value certainly fits."""

TYPES: Final[Mapping[str, frozenset[type]]] = {
    "object": frozenset({dict}),
    "array": frozenset({list}),
    "string": frozenset({str}),
    "integer": frozenset({int}),
    "number": frozenset({int, float}),
    "boolean": frozenset({bool}),
}
READ: Final = {"type", "properties", "required", "items", "additionalProperties", "$ref"}
SAY_NOTHING: Final = {"description", "title", "examples"}


class QuickCheck:
    """The replies of one description."""

    def __init__(self, description: Mapping[str, Any]) -> None:
        """Prepare the checks; what a schema has beyond that which is read here leaves the question open."""
        self._components: Mapping[str, Any] = description["components"]
        self._named: dict[str, Check] = {}
        self._checks = dict(self._prepared(description["paths"]))

    def is_right(self, operation_id: str, status: int, content: bytes) -> bool:
        """Return whether a reply is certainly as described; False leaves the question open."""
        check = self._checks.get((operation_id, str(status)))
        return check is not None and check(msgspec.json.decode(content))

    def _prepared(self, paths: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], Check]]:
        for item in paths.values():
            for operation in item.values():
                for status, response in operation["responses"].items():
                    check = self._of_response(response)
                    if check is not None:
                        yield (operation["operationId"], status), check

    def _of_response(self, response: Mapping[str, Any]) -> Check | None:
        if "$ref" in response:
            response = self._components["responses"][_name(response)]
        if "headers" in response:
            return None
        return self._of(response["content"]["application/json"]["schema"])

    def _of(self, schema: Any) -> Check:
        if not isinstance(schema, Mapping):
            return _is_open
        return self._of_keywords(cast("Mapping[str, Any]", schema))

    def _of_keywords(self, schema: Mapping[str, Any]) -> Check:
        if schema.keys() - READ - SAY_NOTHING:
            return _is_open
        checks = list(self._parts(schema))
        return checks[0] if len(checks) == 1 else lambda value: all(check(value) for check in checks)

    def _parts(self, schema: Mapping[str, Any]) -> Iterator[Check]:
        """Yield a check for each thing that a schema asks for; all of them must hold."""
        if "$ref" in schema:
            yield self._of_named(_name(schema))
        if "type" in schema:
            yield _of_type(schema["type"])
        if schema.keys() & {"properties", "additionalProperties"}:
            named = {name: self._of(part) for name, part in schema.get("properties", {}).items()}
            others = schema.get("additionalProperties")
            yield _of_properties(named, None if others is None else self._of(others))
        if "required" in schema:
            yield _of_required(frozenset(schema["required"]))
        if "items" in schema:
            yield _of_items(self._of(schema["items"]))

    def _of_named(self, name: str) -> Check:
        """Return the check of a named schema, which may hold itself."""
        if name not in self._named:

            def when_known(value: Any) -> bool:
                return self._named[name](value)

            self._named[name] = when_known
            self._named[name] = self._of(self._components["schemas"][name])
        return self._named[name]


def _is_open(value: Any) -> bool:  # noqa: ARG001  # every check has this form
    return False


def _name(reference: Mapping[str, str]) -> str:
    return reference["$ref"].rpartition("/")[2]


def _of_type(name: Any) -> Check:
    types = TYPES.get(name) if isinstance(name, str) else None
    return _is_open if types is None else lambda value: value.__class__ in types


def _of_properties(named: Mapping[str, Check], others: Check | None) -> Check:
    def fits(value: Any) -> bool:
        if value.__class__ is dict:
            for name, part in value.items():
                check = named.get(name, others)
                if check is not None and not check(part):
                    return False
        return True

    return fits


def _of_required(names: frozenset[str]) -> Check:
    return lambda value: value.__class__ is not dict or names <= value.keys()


def _of_items(check: Check) -> Check:
    return lambda value: value.__class__ is not list or all(map(check, value))
