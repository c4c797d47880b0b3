"""Every row of the catalogue catches the change that it was written for."""

from __future__ import annotations

from typing import Any

import pytest

from nanonets_sdk.drift.changes.catalogue import RULES, classify
from nanonets_sdk.drift.changes.diff import Change, diff
from nanonets_sdk.drift.changes.refinements import REFINEMENTS, refinement_of
from nanonets_sdk.drift.report.outcome import NOTHING

BODY = "/requestBody/content/application~1json"
SENT = f"{BODY}/schema"
REPLY = "/responses/200/content/application~1json"
GOT = f"{REPLY}/schema"
STRING, NEEDED = {"type": "string"}, {"type": "string", "required": True}

CASES: list[tuple[str, str, Any, Any]] = [
    ("extensions-changed", "/extensions", "a", "b"),
    ("prose-changed", "/responses/200/prose", "a", NOTHING),
    ("example-changed", f"{GOT}/properties/x/shown", NOTHING, "not always"),
    ("tags-changed", "/tags", ["a"], ["b"]),
    ("operation-id-changed", "/operationId", "a", "b"),
    ("links-changed", "/responses/200/links/train", "a", "b"),
    ("unused-component-changed", "/unused/schemas~1X", NOTHING, "a"),
    ("version-changed", "/version", "1", "2"),
    ("version-changed", "/openapi", "3.0.0", "3.1.0"),
    ("server-added", "/servers/https:~1~1b", NOTHING, {}),
    ("server-changed", "/servers/https:~1~1b", {}, NOTHING),
    ("security-scheme-added", "/securitySchemes/key", NOTHING, {"type": "apiKey"}),
    ("security-scheme-changed", "/securitySchemes/key/type", "apiKey", "http"),
    ("security-changed", "/security", ["basicAuth"], ["none"]),
    ("webhook-changed", "/callbacks/done", "a", "b"),
    ("operation-deprecated", "/deprecated", NOTHING, True),
    ("operation-kept", "/deprecated", True, NOTHING),
    ("required-parameter-added", "/parameters/query:x", NOTHING, {"required": True, "schema": STRING}),
    ("parameter-added", "/parameters/query:x", NOTHING, {"schema": STRING}),
    ("parameter-removed", "/parameters/query:x", {"schema": STRING}, NOTHING),
    ("parameter-became-required", "/parameters/query:x/required", NOTHING, True),
    ("parameter-became-optional", "/parameters/query:x/required", True, NOTHING),
    ("parameter-deprecated", "/parameters/query:x/deprecated", NOTHING, True),
    ("parameter-moved", "/parameters/x/in", "query", "header"),
    ("parameter-writing-changed", "/parameters/query:x/explode", NOTHING, False),
    ("required-body-added", "/requestBody", NOTHING, {"required": True}),
    ("body-added", "/requestBody", NOTHING, {"content": {}}),
    ("body-removed", "/requestBody", {"content": {}}, NOTHING),
    ("body-became-required", "/requestBody/required", NOTHING, True),
    ("body-became-optional", "/requestBody/required", True, NOTHING),
    ("request-media-type-added", BODY, NOTHING, {}),
    ("request-media-type-removed", BODY, {}, NOTHING),
    ("request-encoding-changed", f"{BODY}/encoding/file/contentType", "a", "b"),
    ("required-field-added", f"{SENT}/properties/x", NOTHING, NEEDED),
    ("field-added", f"{SENT}/properties/x", NOTHING, STRING),
    ("field-removed", f"{SENT}/properties/x", STRING, NOTHING),
    ("field-became-required", f"{SENT}/properties/x/required", NOTHING, True),
    ("field-became-optional", f"{SENT}/properties/x/required", True, NOTHING),
    ("request-type-widened", f"{SENT}/properties/x/type", "integer", "number"),
    ("request-type-changed", f"{SENT}/properties/x/type", "number", "integer"),
    ("request-type-changed", "/parameters/query:x/schema/type", NOTHING, "integer"),
    ("request-value-added", f"{SENT}/enum", ["a"], ["a", "b"]),
    ("request-value-removed", f"{SENT}/enum", ["a", "b"], ["a"]),
    ("request-default-changed", f"{SENT}/properties/x/default", "a", "b"),
    ("request-bound-loosened", f"{SENT}/maxLength", 5, 6),
    ("request-bound-loosened", f"{SENT}/minimum", 5, 4),
    ("request-bound-loosened", f"{SENT}/pattern", "a", NOTHING),
    ("request-bound-tightened", f"{SENT}/maxLength", NOTHING, 5),
    ("request-bound-tightened", f"{SENT}/pattern", "a", "b"),
    ("request-format-dropped", f"{SENT}/format", "uuid", NOTHING),
    ("request-schema-changed", f"{SENT}/additionalProperties", NOTHING, False),
    ("status-added", "/responses/409", NOTHING, {}),
    ("status-removed", "/responses/409", {}, NOTHING),
    ("reply-media-type-added", REPLY, NOTHING, {}),
    ("reply-media-type-removed", "/responses/200/content", {}, NOTHING),
    ("reply-header-added", "/responses/200/headers/retry-after", NOTHING, {}),
    ("reply-header-removed", "/responses/200/headers/retry-after", {}, NOTHING),
    ("reply-field-added", f"{GOT}/items/properties/x", NOTHING, STRING),
    ("reply-field-removed", f"{GOT}/items/properties/x", STRING, NOTHING),
    ("reply-field-promised", f"{GOT}/properties/x/required", NOTHING, True),
    ("reply-field-became-optional", f"{GOT}/properties/x/required", True, NOTHING),
    ("reply-type-declared", f"{GOT}/properties/x/type", "integer (example)", "number"),
    ("reply-type-narrowed", f"{GOT}/properties/x/type", "null|string", "string"),
    ("reply-type-changed", f"{GOT}/properties/x/type", "string", "null|string"),
    ("reply-type-changed", f"{GOT}/properties/x/type", "string (example)", "integer"),
    ("reply-items-described", f"{GOT}/items", NOTHING, STRING),
    ("reply-value-changed", f"{GOT}/enum", ["a"], ["a", "b"]),
    ("reply-bound-changed", f"{GOT}/minLength", 1, NOTHING),
    ("reply-schema-changed", f"{GOT}/oneOf", [STRING], [NEEDED]),
    ("unknown-change", "/anything", 1, 2),
]


@pytest.mark.parametrize(("rule", "pointer", "before", "after"), CASES)
def test_each_change_is_reported_under_its_rule(rule: str, pointer: str, before: Any, after: Any) -> None:
    change = Change(pointer, before, after)

    assert classify(change).name == rule
    assert not {"{name}", "{before}", "{after}"} & set(classify(change).message(change).split())


def test_each_rule_is_triggered_by_some_change() -> None:
    assert {rule.name for rule in RULES} == {rule for rule, *_ in CASES}


def test_the_same_facts_have_no_differences() -> None:
    facts = {"responses": {"200": {"content": {"a": {"schema": {"type": "array", "items": STRING}}}}}}

    assert list(diff(facts, facts)) == []


def test_a_field_that_is_called_like_a_keyword_is_a_field() -> None:
    before = {"properties": {"properties": STRING}}

    assert list(diff(before, {})) == [Change("/properties/properties", STRING, NOTHING)]


def test_a_value_that_becomes_a_list_is_one_change() -> None:
    one, other = {"type": "object", "properties": {"a": STRING, "b": STRING}}, {"type": "array", "items": STRING}

    assert list(diff(one, other)) == [Change("/type", "object", "array")]


@pytest.mark.parametrize(
    ("pointer", "published", "ours", "is_refinement"),
    [
        ("/responses/429", NOTHING, {}, True),
        ("/responses/206", NOTHING, {}, False),
        ("/responses/401", {}, NOTHING, False),
        ("/responses/202/content", NOTHING, {}, True),
        (f"{GOT}/properties/x", NOTHING, STRING, True),
        (f"{GOT}/properties/x", STRING, NOTHING, False),
        (f"{GOT}/properties/x/required", NOTHING, True, True),
        (f"{GOT}/properties/x/type", "integer (example)", "number", True),
        (f"{GOT}/properties/x/type", "integer (example)", "string", False),
        (f"{GOT}/properties/x/type", "string", "integer", False),
        (f"{GOT}/properties/x/items", NOTHING, STRING, True),
        (f"{SENT}/type", NOTHING, "object", True),
        (f"{SENT}/properties/x/contentMediaType", NOTHING, "application/json", True),
        (f"{SENT}/properties/x", NOTHING, STRING, False),
        ("/parameters/query:x", NOTHING, {"schema": STRING}, False),
    ],
)
def test_only_what_contradicts_nothing_is_a_refinement(
    pointer: str, published: Any, ours: Any, *, is_refinement: bool
) -> None:
    assert bool(refinement_of(Change(pointer, published, ours))) is is_refinement


def test_every_kind_of_refinement_occurs_in_our_description() -> None:
    from nanonets_sdk._openapi import LOCK, SPEC, locate
    from nanonets_sdk.drift.facts.lock import read_lock
    from nanonets_sdk.drift.facts.parsing import parse
    from nanonets_sdk.drift.gates.deviations import compare

    comparison = compare(read_lock(locate(LOCK)), parse(locate(SPEC).read_bytes(), SPEC))

    assert set(comparison.refinements) == {refinement.name for refinement in REFINEMENTS}
