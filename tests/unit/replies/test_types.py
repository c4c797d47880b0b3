"""The generated types of replies and the schemas of the spec agree, field by field."""

import copy
import inspect
from collections.abc import Iterable, Iterator
from types import NoneType
from typing import Any, Final, cast, get_args, get_origin, get_type_hints

import pytest
from msgspec import Struct, defstruct

import samples
from nanonets_api import replies
from nanonets_sdk.calls.operations import OPERATIONS, Operation
from nanonets_sdk.drift.gates.generated import REPLY_NAMES

SPEC: Final = samples.spec()
SCHEMAS: dict[str, Any] = SPEC["components"]["schemas"]
TYPES = [kind for _, kind in inspect.getmembers(replies, inspect.isclass) if kind.__module__ == replies.__name__]
SCHEMA_NAMES = {name: schema for schema, name in REPLY_NAMES.items()}
SCALARS = {str: "string", int: "integer", float: "number", bool: "boolean", Any: "anything"}


def schema_name(kind: type[Any]) -> str:
    """The schema that a type was generated from."""
    return SCHEMA_NAMES.get(kind.__name__, kind.__name__)


def described_type(hint: Any) -> str:
    """A type as text: `list of Box` and the like."""
    if hint in SCALARS:
        return SCALARS[hint]
    if isinstance(hint, type) and issubclass(hint, Struct):
        return schema_name(hint)
    if get_origin(hint) is tuple:
        return f"list of {described_type(get_args(hint)[0])}"
    if get_origin(hint) is dict:
        return f"mapping of {described_type(get_args(hint)[1])}"
    (option,) = (option for option in get_args(hint) if option is not NoneType)
    return described_type(option)


def described_schema(schema: dict[str, Any], schemas: dict[str, Any]) -> str:
    """A schema as text, in the same words."""
    if "$ref" in schema:
        name = schema["$ref"].removeprefix("#/components/schemas/")
        return described_schema(schemas[name], schemas) if "properties" not in schemas[name] else name
    if "null" in schema.get("type", ""):
        # Every member may be null, so that the spec need not say it and the type does not differ by it.
        (kind,) = (kind for kind in schema["type"] if kind != "null")
        return described_schema({**schema, "type": kind}, schemas)
    if schema.get("type") == "array":
        return f"list of {described_schema(schema['items'], schemas)}"
    if isinstance(schema.get("additionalProperties"), dict):
        return f"mapping of {described_schema(schema['additionalProperties'], schemas)}"
    return str(schema.get("type", "anything"))


def differences(types: Iterable[type[Any]], schemas: dict[str, Any]) -> list[str]:
    """Return where types and schemas differ."""
    found: list[str] = []
    for kind in types:
        name = schema_name(kind)
        properties = schemas[name]["properties"]
        ours = {field: described_type(hint) for field, hint in get_type_hints(kind).items()}
        theirs = {field: described_schema(schema, schemas) for field, schema in properties.items()}
        found += [
            f"{name}.{field}: {ours.get(field)} in the type, {theirs.get(field)} in the spec"
            for field in sorted(ours.keys() | theirs.keys())
            if ours.get(field) != theirs.get(field)
        ]
    return found


def test_every_field_of_every_reply_is_that_of_its_schema() -> None:
    assert differences(TYPES, SCHEMAS) == []


def test_a_field_that_the_spec_alone_has_is_named() -> None:
    mutated = copy.deepcopy(SCHEMAS)
    mutated["Box"]["properties"]["colour"] = {"type": "string"}
    assert differences(TYPES, mutated) == ["Box.colour: None in the type, string in the spec"]


def test_a_field_that_the_type_alone_has_is_named() -> None:
    mutated = copy.deepcopy(SCHEMAS)
    del mutated["Model"]["properties"]["accuracy"]
    assert differences(TYPES, mutated) == ["Model.accuracy: number in the type, None in the spec"]


def test_a_field_added_to_a_type_is_named() -> None:
    wider = defstruct("Size", [("depth", int | None, None)], bases=(replies.Size,))
    assert differences([wider], SCHEMAS) == ["Size.depth: integer in the type, None in the spec"]


def test_a_field_of_another_type_is_named() -> None:
    mutated = copy.deepcopy(SCHEMAS)
    mutated["Image"]["properties"]["moderated_boxes"]["items"] = {"$ref": "#/components/schemas/Cell"}
    assert differences(TYPES, mutated) == ["Image.moderated_boxes: list of Box in the type, list of Cell in the spec"]


@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.__name__)
def test_every_field_of_every_reply_may_be_absent_or_null(kind: type[Any]) -> None:
    strict = [name for name, hint in get_type_hints(kind).items() if NoneType not in get_args(hint)]
    assert (strict, kind()) == ([], kind(**dict.fromkeys(get_type_hints(kind))))


@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.__name__)
def test_every_reply_is_frozen_and_left_alone_by_the_garbage_collector(kind: type[Struct]) -> None:
    assert (kind.__struct_config__.frozen, kind.__struct_config__.gc) == (True, False)


def test_no_reply_holds_a_list_which_could_be_changed() -> None:
    assert "list[" not in inspect.getsource(replies)


def reply_schema(operation_id: str) -> dict[str, Any]:
    """The schema of an operation's reply by the spec."""
    methods = (method for path in SPEC["paths"].values() for method in path.values())
    (found,) = (method for method in methods if method["operationId"] == operation_id)
    response = found["responses"]["200"]
    if "$ref" in response:
        response = SPEC["components"]["responses"][response["$ref"].rpartition("/")[2]]
    (content,) = response["content"].values()
    schema: dict[str, Any] = content["schema"]
    return schema


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.id)
def test_each_operation_reads_its_reply_as_the_type_that_the_spec_gives(operation: Operation[Any]) -> None:
    assert described_type(operation.reply) == described_schema(reply_schema(operation.id), SCHEMAS)


def named_in(schema: Any) -> Iterator[str]:
    """The names of all schemas that a schema refers to, directly or not, each time that it does."""
    if isinstance(schema, list):
        for item in cast("Iterable[Any]", schema):
            yield from named_in(item)
    if isinstance(schema, dict):
        for key, item in cast("dict[str, Any]", schema).items():
            yield from [str(item).rpartition("/")[2]] if key == "$ref" else named_in(item)


def reachable(names: set[str]) -> set[str]:
    """Return these schemas and all that they refer to."""
    wider = names | {name for known in names for name in named_in(SCHEMAS[known])}
    return names if wider == names else reachable(wider)


def test_there_is_a_type_for_every_schema_of_a_reply_and_no_other() -> None:
    roots = {name for operation in OPERATIONS for name in named_in(reply_schema(operation.id))}
    objects = {name for name in reachable(roots) if "properties" in SCHEMAS[name]}
    assert {schema_name(kind) for kind in TYPES} == objects
