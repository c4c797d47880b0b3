"""A way in which a request or a reply breaks the contract, told without any of its values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal, TypeAlias

from attrs import frozen
from jsonschema import Draft202012Validator, validators

from nanonets_sdk.contract.description.spec import load_spec
from nanonets_sdk.drift.traffic.redaction import ANY, is_field

_TYPES: Final[Mapping[type, str]] = {
    bool: "boolean",
    int: "integer",
    float: "number with a fraction",
    str: "string",
    list: "array",
    dict: "object",
}
Side: TypeAlias = Literal["request", "reply"]
_ENUMERABLE: Final = ("type", "minLength", "minItems", "uniqueItems", "const", "enum", "minimum", "maximum")


@frozen
class Problem:
    """A way in which an exchange breaks the contract.

    Attributes:
        side: Whether the client or the service is wrong.
        rule: A short name, e.g. `schema`, `status` or `page order`.
        place: Where: a JSON pointer into the body, or a part of the request, e.g. `query/async`.
        message: What is wrong and what the contract says; names of the API, and never a value.
    """

    side: Side
    rule: str
    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.rule}: {self.place}: {self.message}"


def _is_integer(_: Any, value: object) -> bool:
    # JSON Schema takes 401.0 for an integer; a reader with types does not.
    return isinstance(value, int) and not isinstance(value, bool)


_extend: Any = vars(validators)["extend"]
_STRICT: Final[Any] = _extend(
    Draft202012Validator, type_checker=Draft202012Validator.TYPE_CHECKER.redefine("integer", _is_integer)
)

_compiled: dict[int, Any] = {}


def schema_problems(schema: Mapping[str, Any], value: Any, side: Side, place: str = "") -> Iterator[Problem]:
    """Yield each violation of a schema of the description in a value.

    Args:
        schema: A schema of the description, with references into it.
        value: A JSON value.
        side: Who sent the value.
        place: What the value is part of.
    """
    # The description is kept, so the id of a schema in it stays its own and can be a key.
    validator = _compiled.get(id(schema))
    if validator is None:
        validator = _compiled[id(schema)] = _STRICT({**schema, "components": load_spec()["components"]})
    for error in validator.iter_errors(value):
        where = "".join([place, *(f"/{_step(step)}" for step in error.absolute_path)]) or "/"
        is_fraction = error.validator == "type" and isinstance(error.instance, float)
        rule = "integers on the wire" if is_fraction and "integer" in error.validator_value else "schema"
        yield Problem(side, rule, where, _told(error))


def _step(step: str | int) -> str | int:
    return step if isinstance(step, int) or is_field(step) else ANY


def _told(error: Any) -> str:
    keyword, wanted = error.validator, error.validator_value
    if keyword == "required":
        missing = [name for name in wanted if name not in error.instance]
        return f"the member {missing[0]} is missing" if missing else "a member is missing"
    if keyword == "type":
        return f"is a {_type_of(error.instance)}, not of the type {wanted}"
    return f"breaks {keyword}: {wanted}" if keyword in _ENUMERABLE else f"breaks {keyword}"


def _type_of(value: object) -> str:
    names: dict[type, str] = {
        bool: "boolean",
        int: "integer",
        float: "number with a fraction",
        str: "string",
        list: "array",
    }
    return names.get(type(value), "object" if isinstance(value, dict) else "null")
