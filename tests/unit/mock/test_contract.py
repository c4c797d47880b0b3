"""The mock serves every operation of the API description, and the examples in its docstrings run."""

import doctest
import importlib
import pkgutil

import attrs
import pytest

import nanonets_sdk.mock
from nanonets_sdk._openapi import SPEC, locate
from nanonets_sdk.mock.http.contract import load_description, operations
from nanonets_sdk.mock.http.tolerances import TOLERANCES, media_type
from nanonets_sdk.mock.operations import HANDLERS

DESCRIPTION = load_description(locate(SPEC))
MODULES = [
    module.name
    for module in pkgutil.walk_packages(nanonets_sdk.mock.__path__, "nanonets_sdk.mock.")
    if not module.name.endswith((".worker", "__main__"))
]


def test_every_operation_has_a_handler_and_every_handler_an_operation() -> None:
    assert sorted(HANDLERS) == sorted(operation.operation_id for operation in operations(DESCRIPTION))
    assert len(HANDLERS) == 45


def test_every_tolerance_is_of_an_operation_and_has_a_reason() -> None:
    for tolerance in TOLERANCES:
        assert tolerance.operation_id in {*HANDLERS, "*"}
        assert all(attrs.astuple(tolerance))


def test_no_tolerance_repeats_the_description() -> None:
    described = {(operation.operation_id, operation.route) for operation in operations(DESCRIPTION)}
    assert not {(tolerance.operation_id, tolerance.sent) for tolerance in TOLERANCES} & described


@pytest.mark.parametrize(
    ("header", "plain"),
    [
        ("application/json", "application/json"),
        ('"application/json"', "application/json"),
        ("Multipart/Form-Data; boundary=x", "multipart/form-data"),
        ("", ""),
    ],
)
def test_a_content_type_is_read_without_its_parameters(header: str, plain: str) -> None:
    assert media_type(header) == plain


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_in_the_docstrings_run(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_there_are_examples_in_the_docstrings() -> None:
    finder = doctest.DocTestFinder()
    found = [test for name in MODULES for test in finder.find(importlib.import_module(name))]
    assert sum(len(test.examples) for test in found) >= 8
