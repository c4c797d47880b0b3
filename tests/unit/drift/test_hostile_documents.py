"""A document that was made to confuse the comparison is compared or refused, in either case soon."""

from __future__ import annotations

from typing import Any

import pytest

from nanonets_sdk.drift.facts.extract import facts_of
from nanonets_sdk.drift.facts.json_types import Tree
from nanonets_sdk.drift.gates.upstream import differences
from nanonets_sdk.drift.report.outcome import NotComparable


def ref(name: str) -> Tree:
    return {"$ref": f"#/components/schemas/{name}"}


def document(schema: Any, schemas: Any = None) -> Tree:
    content = {"content": {"application/json": {"schema": schema}}}
    operation = {"requestBody": content, "responses": {"200": {"description": "", **content}}}
    return {"openapi": "3.1.0", "paths": {"/x": {"post": operation}}, "components": {"schemas": schemas or {}}}


def chain(length: int) -> Tree:
    schemas: Tree = {f"C{at}": {"properties": {"next": ref(f"C{at + 1}")}} for at in range(length)}
    return {**schemas, f"C{length}": {}}


COMPARED: dict[str, Tree] = {
    "allOf of itself": document(ref("A"), {"A": {"allOf": [ref("A")]}}),
    "a circle of allOf": document(
        ref("A"), {"A": {"allOf": [ref("B")]}, "B": {"allOf": [ref("A"), {"type": "object"}]}}
    ),
    "a circle of alternatives": document(ref("A"), {"A": {"oneOf": [ref("B"), ref("A")]}, "B": {"anyOf": [ref("A")]}}),
    "the contrary of itself": document(ref("A"), {"A": {"not": ref("A")}}),
    "keywords as names": document(
        {"properties": {name: {"type": "string"} for name in ("type", "required", "enum", "named", "other", "schema")}}
    ),
    "a dynamic anchor": document({"$dynamicAnchor": "n", "properties": {"c": {"$dynamicRef": "#n"}}}),
    "children of each other": document(
        ref("P"),
        {
            "P": {"discriminator": {"propertyName": "k"}, "properties": {"next": ref("P")}},
            **{f"K{at}": {"allOf": [ref("P"), {"properties": {"other": ref(f"K{(at + 1) % 5}")}}]} for at in range(5)},
        },
    ),
}
REFUSED: dict[str, Tree] = {
    "references that lead back": document(ref("A"), {"A": ref("B"), "B": ref("A")}),
    "ten thousand components in a row": document(ref("C0"), chain(10_000)),
    "references that double": document(
        ref("C0"), {**{f"C{at}": {"prefixItems": [ref(f"C{at + 1}")] * 2} for at in range(40)}, "C40": {}}
    ),
    "a type that is a number": document({"type": 3}),
    "required that is no list": document({"required": "a"}),
    "alternatives that are no list": document({"oneOf": 3}),
    "a discriminator that leads outside": document(
        ref("P"), {"P": {"discriminator": {"propertyName": "k", "mapping": {"a": "https://example.org/p"}}}}
    ),
    "an anchor that is not there": document({"$ref": "#nowhere"}),
}


@pytest.mark.parametrize("name", COMPARED)
def test_a_strange_document_is_compared(name: str) -> None:
    before, after = facts_of(document({"type": "string"})), facts_of(COMPARED[name])

    assert list(differences(after, after)) == []
    assert list(differences(before, after)) != []
    assert list(differences(after, before)) != []


@pytest.mark.parametrize("name", REFUSED)
def test_a_document_that_cannot_be_compared_is_refused(name: str) -> None:
    with pytest.raises(NotComparable):
        facts_of(REFUSED[name])
