"""Schemas that accept the same values have the same facts, and those that do not differ."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema_rs import Draft202012Validator

from nanonets_sdk.drift.facts.extract import facts_of
from nanonets_sdk.drift.facts.skeleton import skeleton
from nanonets_sdk.drift.gates.upstream import differences

COMPONENTS: Any = {
    "Id": {"type": "string", "maxLength": 9},
    "a/b": {"type": "integer"},
    "50%": {"type": "boolean"},
    "Pages": {"type": "object", "properties": {"next": {"$ref": "#/components/schemas/Pages"}}},
}


def document(schema: Any, parameter: Any = None) -> dict[str, Any]:
    content = {"application/json": {"schema": schema}}
    operation: dict[str, Any] = {"responses": {"200": {"description": "", "content": content}}}
    if parameter is not None:
        operation["parameters"] = [parameter]
    return {"openapi": "3.1.0", "paths": {"/page": {"get": operation}}, "components": {"schemas": COMPONENTS}}


def changes(before: Any, after: Any) -> list[str]:
    return [finding.rule for finding in differences(facts_of(document(before)), facts_of(document(after)))]


def ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


TEXT: Any = {"type": "string"}
NULL: Any = {"type": "null"}


SAME: list[tuple[Any, Any]] = [
    (TEXT, {"allOf": [TEXT]}),
    (TEXT, {"anyOf": [TEXT]}),
    (TEXT, {"oneOf": [{"allOf": [TEXT]}]}),
    (TEXT, {"type": "string", "allOf": [{}]}),
    ({"type": "string", "maxLength": 5}, {"type": "string", "allOf": [{"maxLength": 5}]}),
    ({**ref("Id"), "description": "The id."}, {"allOf": [ref("Id")], "description": "The id."}),
    ({**ref("Id"), "description": "The id."}, {"allOf": [ref("Id"), {"description": "The id."}]}),
    ({"allOf": [{"minimum": 1}, {"minimum": 2}]}, {"allOf": [{"allOf": [{"minimum": 2}]}, {"minimum": 1}]}),
    ({"anyOf": [TEXT, ref("Pages")]}, {"anyOf": [ref("Pages"), TEXT]}),
    ({"type": "string", "enum": ["a"]}, {"type": "string", "const": "a"}),
    ({"type": "string", "enum": ["a"]}, {"const": "a"}),
    ({"type": "string", "enum": ["a"]}, {"const": "a", "enum": ["a"]}),
    ({"enum": ["a", "b", 1]}, {"type": ["string", "integer"], "enum": [1, "b", "a", "a"]}),
    ({"enum": ["a", "b"]}, {"oneOf": [{"const": "a"}, {"const": "b"}]}),
    ({"type": ["string", "null"]}, {"anyOf": [TEXT, NULL]}),
    ({"type": ["string", "null"]}, {"oneOf": [NULL, TEXT]}),
    ({"type": ["string", "null"], "format": "uuid"}, {"anyOf": [{"type": "string", "format": "uuid"}, NULL]}),
    ({"type": ["string", "null"], "enum": ["a", None]}, {"anyOf": [{"const": "a"}, NULL]}),
    (
        {"type": ["integer", "string"], "minimum": 1, "maxLength": 3},
        {"oneOf": [{"type": "integer", "minimum": 1}, {"type": "string", "maxLength": 3}]},
    ),
    (
        {"type": ["object", "null"], "properties": {"a": TEXT}, "required": ["a"]},
        {"anyOf": [{"type": "object", "properties": {"a": TEXT}, "required": ["a"]}, NULL]},
    ),
    ({"type": ["number"]}, {"type": ["integer", "number"]}),
    (ref("a~1b"), ref("a%7E1b")),
    (ref("Id"), ref("I%64")),
    (ref("50%"), ref("50%25")),
    (ref("Pages"), ref("P%61ges")),
    ({"type": "array", "items": TEXT}, {"type": "array", "items": TEXT, "minItems": 0, "uniqueItems": False}),
    ({"type": "array"}, {"type": "array", "items": {}}),
    ({"type": "array"}, {"type": "array", "items": True}),
    (TEXT, {**TEXT, "minLength": 0}),
    ({"type": "object"}, {"type": "object", "minProperties": 0, "additionalProperties": True, "required": []}),
    ({"exclusiveMinimum": 1}, {"minimum": 1, "exclusiveMinimum": True}),
    ({"exclusiveMaximum": 1}, {"maximum": 1.0, "exclusiveMaximum": True}),
    ({"type": "object", "properties": {"a": TEXT}}, {"type": "object", "properties": {"a": {"allOf": [TEXT]}}}),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_schemas_that_mean_the_same_do_not_differ(one: Any, other: Any) -> None:
    assert changes(one, other) == []
    assert changes(other, one) == []


DIFFERENT: list[tuple[Any, Any]] = [
    (TEXT, {"allOf": [{"type": "integer"}]}),
    (TEXT, {"not": TEXT}),
    ({"enum": ["a"]}, {"const": "b"}),
    ({"enum": [1]}, {"const": True}),
    ({"enum": ["a", "b"]}, {"const": "a", "enum": ["a", "b"]}),
    ({"type": ["string", "null"]}, {"allOf": [TEXT, NULL]}),
    ({"type": ["string", "null"], "enum": ["a"]}, {"anyOf": [{"const": "a"}, NULL]}),
    ({"enum": ["a", "a"]}, {"oneOf": [{"const": "a"}, {"const": "a"}]}),
    ({"type": "number"}, {"oneOf": [{"type": "integer"}, {"type": "number"}]}),
    ({"minLength": 1}, {}),
    ({"items": TEXT}, {"items": {}}),
    # Beside `additionalProperties`, properties that moved one level up would be allowed.
    (
        {"additionalProperties": False, "properties": {"a": TEXT}},
        {"additionalProperties": False, "allOf": [{"properties": {"a": TEXT}}]},
    ),
    ({"patternProperties": {"^a": TEXT}}, {"additionalProperties": False, "allOf": [{"patternProperties": {}}]}),
    ({"maxLength": 3}, {"maxLength": 3, "allOf": [{"maxLength": 2}]}),
    (ref("Id"), ref("Pages")),
]


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_schemas_that_mean_something_else_differ(one: Any, other: Any) -> None:
    assert changes(one, other) != []


@pytest.mark.parametrize(
    ("parameter", "other"),
    [
        ({"in": "query"}, {"style": "form", "explode": True, "allowReserved": False, "allowEmptyValue": False}),
        ({"in": "path"}, {"style": "simple", "explode": False}),
        ({"in": "cookie"}, {"style": "form"}),
        ({"in": "query", "style": "pipeDelimited"}, {"explode": False}),
    ],
)
def test_a_default_of_a_parameter_may_be_written_or_left_out(parameter: Any, other: Any) -> None:
    named = {"name": "q", "schema": TEXT, **parameter}

    assert facts_of(document(TEXT, named)) == facts_of(document(TEXT, {**named, **other}))
    assert facts_of(document(TEXT, named)) != facts_of(document(TEXT, {**named, **other, "style": "deepObject"}))


SIMPLE: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, False, 0, 1, 2, 1.5, "", "a", "bb", [], ["a"], {}, {"a": 1}, {"a": "x", "b": 2}]
)
NAMES = st.sampled_from(["string", "null", "integer", "number", "boolean", "array", "object"])
KEYWORDS: dict[str, st.SearchStrategy[Any]] = {
    "type": NAMES | st.lists(NAMES, min_size=1, max_size=3, unique=True),
    "enum": st.lists(SIMPLE, min_size=1, max_size=3),
    "const": SIMPLE,
    "minimum": st.integers(0, 2),
    "exclusiveMaximum": st.integers(0, 2),
    "minLength": st.integers(0, 2),
    "maxItems": st.integers(0, 1),
    "minProperties": st.integers(0, 2),
    "additionalProperties": st.booleans(),
    "required": st.just(["a"]),
}
FLAT: st.SearchStrategy[Any] = st.fixed_dictionaries({}, optional=KEYWORDS)


def nested(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries(
        {},
        optional={
            "type": KEYWORDS["type"],
            "additionalProperties": st.booleans(),
            "properties": st.dictionaries(st.sampled_from(["a", "b"]), inner, max_size=2),
            "items": inner,
            **{name: st.lists(inner, min_size=1, max_size=3) for name in ("allOf", "anyOf", "oneOf")},
        },
    )


SCHEMAS: st.SearchStrategy[Any] = st.recursive(FLAT.filter(lambda schema: len(schema) < 4), nested, max_leaves=5)


@settings(derandomize=True, max_examples=50, deadline=None)
@given(SCHEMAS, st.lists(SIMPLE, min_size=4, max_size=4))
def test_the_normal_form_accepts_the_same_values(schema: Any, values: list[Any]) -> None:
    written = skeleton(facts_of(document(schema)))["paths"]["/page"]["get"]["responses"]["200"]
    normal = written["content"]["application/json"].get("schema", {})

    for value in values:
        assert Draft202012Validator(normal).is_valid(value) == Draft202012Validator(schema).is_valid(value), normal
