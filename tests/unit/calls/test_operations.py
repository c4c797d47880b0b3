"""The spec, the generated modules and the table have the same operations, including their requests."""

import copy
import pkgutil
import re
from importlib import import_module
from typing import Any, Final, get_type_hints

import pytest
from attrs import frozen

import nanonets_api.api
import samples
from nanonets_sdk.calls import operations
from nanonets_sdk.calls.operations import OPERATIONS, Operation
from nanonets_sdk.transport.policy import Effect

SPEC: Final = samples.spec()
EXPECTED = 45
SAMPLE: dict[str, Any] = {
    "file": b"%PDF-1.7",
    "data": "[]",
    "urls": ["https://files.example.org/a.pdf"],
    "categories": ["receipt", "passport"],
    "model_type": "ocr",
    "modelId": "m",
    "category": "receipt",
    "files": [b"%PDF-1.7"],
    "file_ids": ["f"],
    "member": "reviewer@example.org",
    "id": "p",
    "day_since_epoch": 20207,
    "hour_of_day": 12,
    "moderated_boxes": [],
}
BODY_ARGUMENTS = {
    "application/json": "json",
    "application/x-www-form-urlencoded": "data",
    "multipart/form-data": "files",
}


@frozen
class Described:
    """An operation of the spec."""

    id: str
    tag: str
    method: str
    path: str
    details: dict[str, Any]

    @property
    def parameters(self) -> list[dict[str, Any]]:
        """Its parameters, resolved."""
        return [resolved(parameter) for parameter in self.details.get("parameters", [])]

    @property
    def body(self) -> tuple[str, dict[str, Any]] | None:
        """Media type and schema of its body."""
        if "requestBody" not in self.details:
            return None
        ((media_type, content),) = resolved(self.details["requestBody"])["content"].items()
        return media_type, resolved(content["schema"])


def resolved(value: dict[str, Any]) -> dict[str, Any]:
    """Follow a reference."""
    if "$ref" not in value:
        return value
    target: Any = SPEC
    for step in value["$ref"].removeprefix("#/").split("/"):
        target = target[step]
    found: dict[str, Any] = target
    return found


def described(spec: dict[str, Any]) -> dict[str, Described]:
    """Return the operations of a spec by id."""
    found = [
        Described(details["operationId"], details["tags"][0], method, path, details)
        for path, methods in spec["paths"].items()
        for method, details in methods.items()
    ]
    return {operation.id: operation for operation in found}


def generated_modules() -> set[str]:
    """Return the generated modules of operations."""
    modules = pkgutil.walk_packages(nanonets_api.api.__path__, f"{nanonets_api.api.__name__}.")
    return {module.name for module in modules if not module.ispkg}


DESCRIBED = described(SPEC)
each_operation = pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.id)


def rows_that_are_not_described(spec: dict[str, Any], rows: tuple[Operation[Any], ...]) -> set[tuple[str, str]]:
    """Return the operations, with their tags, that only the spec or only the table has."""
    return {(found.id, found.tag) for found in described(spec).values()} ^ {(row.id, row.tag) for row in rows}


def test_there_are_as_many_operations_in_the_spec_as_modules_and_rows() -> None:
    assert (len(DESCRIBED), len(generated_modules()), len(OPERATIONS)) == (EXPECTED, EXPECTED, EXPECTED)


def test_the_rows_are_the_operations_of_the_spec() -> None:
    assert rows_that_are_not_described(SPEC, OPERATIONS) == set()


def test_the_rows_name_the_generated_modules() -> None:
    assert {operation.module for operation in OPERATIONS} == generated_modules()


def test_an_operation_missing_from_the_table_is_noticed() -> None:
    wider = copy.deepcopy(SPEC)
    wider["paths"]["/OCR/Models"] = {"get": {"operationId": "ocr_list_models", "tags": ["ocr"]}}
    assert rows_that_are_not_described(wider, OPERATIONS) == {("ocr_list_models", "ocr")}


def test_an_operation_without_a_row_is_noticed() -> None:
    assert rows_that_are_not_described(SPEC, OPERATIONS[1:]) == {("ocr_create_model", "ocr")}


def test_every_operation_defined_is_a_row() -> None:
    defined = {value.id: name for name, value in vars(operations).items() if isinstance(value, Operation)}
    assert defined == {operation.id: operation.id.upper() for operation in OPERATIONS}


def effect_by_spec(operation: Described) -> Effect:
    """Return the effect of an operation by its method and by what its description says about billing."""
    if operation.method == "get":
        return Effect.READS
    return Effect.BILLS if re.search(r"\bBilled\b", operation.details.get("description", "")) else Effect.CHANGES


@each_operation
def test_the_effect_of_an_operation_is_what_the_spec_says(operation: Operation[Any]) -> None:
    assert operation.effect is effect_by_spec(DESCRIBED[operation.id])


def test_the_calls_that_read_files_are_those_that_bill() -> None:
    billing = {operation.id for operation in OPERATIONS if operation.effect is Effect.BILLS}
    reading = re.compile("_(predict|submit|read|retry_predictions)(_|$)")
    assert billing == {operation_id for operation_id in DESCRIBED if reading.search(operation_id)}


def sample_arguments(operation: Operation[Any], identifier: str) -> dict[str, Any]:
    """Return arguments for the generated function: every path and required parameter, and a body."""
    told = DESCRIBED[operation.id]
    wanted = [parameter for parameter in told.parameters if parameter["required"]]
    arguments: dict[str, Any] = {python_name(parameter["name"]): identifier for parameter in wanted}
    if told.body is not None:
        builder = vars(import_module(operation.module))["_get_kwargs"]
        body_type = get_type_hints(builder)["body"]
        required = told.body[1].get("required", ["urls"])
        arguments["body"] = body_type.from_dict({name: SAMPLE[name] for name in required})
    return arguments


def python_name(name: str) -> str:
    """Return a parameter as an argument of the generated function."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


@each_operation
def test_the_generated_request_has_the_method_and_the_path_of_the_spec(operation: Operation[Any]) -> None:
    told = DESCRIBED[operation.id]
    request = operation.request(sample_arguments(operation, "an-id"))
    assert (request["method"], request["url"]) == (told.method, re.sub(r"\{\w+\}", "an-id", told.path))


@each_operation
def test_an_id_cannot_leave_its_place_in_the_path(operation: Operation[Any]) -> None:
    told = DESCRIBED[operation.id]
    request = operation.request(sample_arguments(operation, "a/../b?c=d#e é"))
    assert request["url"] == re.sub(r"\{\w+\}", "a%2F..%2Fb%3Fc%3Dd%23e%20%C3%A9", told.path)


@each_operation
def test_the_generated_request_has_the_query_and_the_kind_of_body_of_the_spec(operation: Operation[Any]) -> None:
    told = DESCRIBED[operation.id]
    request = operation.request(sample_arguments(operation, "an-id"))
    query = {parameter["name"] for parameter in told.parameters if parameter["in"] == "query" and parameter["required"]}
    bodies = {BODY_ARGUMENTS[told.body[0]]} if told.body else set[str]()
    assert set(request.get("params", {})) == query
    assert request.keys() & set(BODY_ARGUMENTS.values()) == bodies


@each_operation
def test_the_generated_request_sets_no_header_but_the_type_of_its_body(operation: Operation[Any]) -> None:
    request = operation.request(sample_arguments(operation, "an-id"))
    assert set(request.get("headers", {})) <= {"Content-Type"}
