"""Every row of the catalogue catches the change that it was written for."""

from __future__ import annotations

from typing import Any

import pytest

from nanonets_sdk.drift.changes.catalogue import RULES, classify
from nanonets_sdk.drift.changes.change import Change, Effect
from nanonets_sdk.drift.changes.diff import diff
from nanonets_sdk.drift.changes.refinements import REFINEMENTS, refinement_of
from nanonets_sdk.drift.report.outcome import NOTHING

BODY = "/requestBody/content/application~1json"
SENT = f"{BODY}/schema"
REPLY = "/responses/200/content/application~1json"
GOT = f"{REPLY}/schema"
STRING, NEEDED = {"type": "string"}, {"type": "string", "required": True}

CASES: list[tuple[Any, ...]] = [
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
    ("server-variable-added", "/servers/https:~1~1b/variables/port", NOTHING, {"default": "443"}),
    ("server-value-added", "/servers/https:~1~1b/variables/port/enum", ["1"], ["1", "2"]),
    ("security-flow-added", "/securitySchemes/login/flows/implicit", NOTHING, {}),
    ("security-scope-added", "/securitySchemes/login/flows/implicit/scopes/read", NOTHING, {}),
    ("security-scheme-deprecated", "/securitySchemes/key/deprecated", NOTHING, True),
    ("security-loosened", "/security", ["basicAuth"], ["none"]),
    ("security-loosened", "/security", ["login(read, write)"], ["key", "login(read)"]),
    ("security-changed", "/security", ["none"], ["basicAuth"]),
    ("security-changed", "/security", ["login(read)"], ["login(read, write)"]),
    ("security-changed", "/security", ["key"], ["key + login"]),
    ("ignored-header-changed", "/parameters/header:accept", NOTHING, NEEDED),
    ("ignored-header-changed", "/responses/200/headers/content-type/schema/type", "string", "integer"),
    ("webhook-added", "/webhooks/POST done", NOTHING, {}),
    ("webhook-removed", "/callbacks/POST {$url}", {}, NOTHING),
    ("webhook-method-changed", "/callbacks/POST {$url}/method", "POST {$url}", "PUT {$url}"),
    ("webhook-value-added", "/webhooks/POST done/parameters/header:x", NOTHING, NEEDED),
    ("webhook-value-removed", "/webhooks/POST done/requestBody", {}, NOTHING),
    ("webhook-value-promised", "/webhooks/POST done/requestBody/required", NOTHING, True),
    ("webhook-value-became-optional", "/webhooks/POST done/parameters/header:x/required", True, NOTHING),
    ("webhook-value-deprecated", "/webhooks/POST done/parameters/header:x/deprecated", NOTHING, True),
    ("reply-field-removed", "/webhooks/POST done/requestBody/content/a/schema/properties/x", STRING, NOTHING),
    ("reply-type-changed", "/webhooks/POST done/parameters/header:x/schema/type", "string", "integer"),
    ("required-field-added", "/callbacks/POST {$url}/responses/200/content/a/schema/properties/x", NOTHING, NEEDED),
    ("parameter-removed", "/callbacks/POST {$url}/responses/200/headers/x", {}, NOTHING),
    ("body-removed", "/callbacks/POST {$url}/responses/200/content", {}, NOTHING),
    ("operation-deprecated", "/deprecated", NOTHING, True),
    ("operation-kept", "/deprecated", True, NOTHING),
    ("required-parameter-added", "/parameters/query:x", NOTHING, {"required": True, "schema": STRING}),
    ("parameter-added", "/parameters/query:x", NOTHING, {"schema": STRING}),
    ("parameter-removed", "/parameters/query:x", {"schema": STRING}, NOTHING),
    ("parameter-became-required", "/parameters/query:x/required", NOTHING, True),
    ("parameter-became-optional", "/parameters/query:x/required", True, NOTHING),
    ("parameter-deprecated", "/parameters/query:x/deprecated", NOTHING, True),
    ("parameter-kept", "/parameters/query:x/deprecated", True, NOTHING),
    ("empty-value-allowed", "/parameters/query:x/allowEmptyValue", NOTHING, True),
    ("empty-value-refused", "/parameters/query:x/allowEmptyValue", True, NOTHING),
    ("parameter-media-type-changed", "/parameters/query:x/content", {"a": {}}, NOTHING),
    ("parameter-media-type-changed", "/parameters/query:x/content/a", {}, NOTHING),
    ("request-type-changed", "/parameters/query:x/content/a/schema/type", "string", "integer"),
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
    ("part-media-type-added", f"{BODY}/encoding/file/contentType", "a, b", "a, c, b"),
    ("required-part-header-added", f"{BODY}/encoding/file/headers/x", NOTHING, NEEDED),
    ("part-header-added", f"{BODY}/encoding/file/headers/x", NOTHING, {}),
    ("part-header-removed", f"{BODY}/encoding/file/headers/x", {}, NOTHING),
    ("part-header-became-required", f"{BODY}/encoding/file/headers/x/required", NOTHING, True),
    ("part-header-became-optional", f"{BODY}/encoding/file/headers/x/required", True, NOTHING),
    ("request-bound-tightened", f"{BODY}/encoding/file/headers/x/schema/maxLength", 9, 5),
    ("request-exclusion-loosened", f"{SENT}/not/enum", ["a", "b"], ["a"], Effect.LOOSER),
    ("request-exclusion-tightened", f"{SENT}/not", NOTHING, STRING),
    ("request-alternative-added", f"{SENT}/oneOf/-", NOTHING, STRING, Effect.LOOSER),
    ("request-alternative-removed", f"{SENT}/anyOf/-", STRING, NOTHING, Effect.TIGHTER),
    ("request-xml-changed", f"{SENT}/xml", {"name": "a"}, {"name": "b"}),
    ("request-field-deprecated", f"{SENT}/properties/x/deprecated", NOTHING, True),
    ("request-field-kept", f"{SENT}/properties/x/deprecated", True, NOTHING),
    ("request-discriminator-added", f"{SENT}/discriminator", NOTHING, {"propertyName": "kind"}),
    ("request-schema-loosened", f"{SENT}/additionalProperties", False, NOTHING),
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
    ("reply-media-type-removed", REPLY, {}, NOTHING),
    ("reply-content-added", "/responses/200/content", NOTHING, {}),
    ("reply-content-removed", "/responses/200/content", {}, NOTHING),
    ("reply-header-added", "/responses/200/headers/retry-after", NOTHING, {}),
    ("reply-header-removed", "/responses/200/headers/retry-after", {}, NOTHING),
    ("reply-header-promised", "/responses/200/headers/retry-after/required", NOTHING, True),
    ("reply-header-became-optional", "/responses/200/headers/retry-after/required", True, NOTHING),
    ("reply-header-deprecated", "/responses/200/headers/retry-after/deprecated", NOTHING, True),
    ("reply-exclusion-tightened", f"{GOT}/not", NOTHING, STRING),
    ("reply-exclusion-loosened", f"{GOT}/not", STRING, NOTHING),
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
    ("reply-value-replaced", f"{GOT}/enum", ["a"], ["b"]),
    ("reply-alternative-added", f"{GOT}/oneOf/-", NOTHING, STRING, Effect.LOOSER),
    ("reply-alternative-removed", f"{GOT}/children/cat", STRING, NOTHING, Effect.TIGHTER),
    ("reply-default-changed", f"{GOT}/default", 1, 2),
    ("reply-xml-changed", f"{GOT}/xml", NOTHING, {"name": "b"}),
    ("reply-field-deprecated", f"{GOT}/properties/x/deprecated", NOTHING, True),
    ("reply-field-kept", f"{GOT}/properties/x/deprecated", True, NOTHING),
    ("reply-discriminator-added", f"{GOT}/discriminator", NOTHING, {"propertyName": "kind"}),
    ("reply-opened", f"{GOT}/additionalProperties", False, NOTHING),
    ("reply-schema-tightened", f"{GOT}/format", NOTHING, "date"),
    ("reply-schema-changed", f"{GOT}/format", "date", "date-time"),
    ("unknown-change", "/anything", 1, 2),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]}-{case[1]}")
def test_each_change_is_reported_under_its_rule(case: tuple[Any, ...]) -> None:
    rule, pointer, *facts = case
    change = Change(pointer, *facts)

    assert classify(change).name == rule
    assert not {"{name}", "{before}", "{after}"} & set(classify(change).message(change).split())


def test_each_rule_is_triggered_by_some_change() -> None:
    assert {rule.name for rule in RULES} == {rule for rule, *_ in CASES}


def test_the_same_facts_have_no_differences() -> None:
    facts = {"responses": {"200": {"content": {"a": {"schema": {"type": "array", "items": STRING}}}}}}

    assert list(diff(facts, facts)) == []


def test_a_field_that_is_called_like_a_keyword_is_a_field() -> None:
    before, after = in_a_reply({"type": "object", "properties": {"properties": STRING}}), in_a_reply({"type": "object"})

    assert list(diff(before, after)) == [Change(f"{GOT}/properties/properties", STRING, NOTHING)]


def test_a_value_that_becomes_a_list_is_one_change() -> None:
    one, other = {"type": "object", "properties": {"a": STRING, "b": STRING}}, {"type": "array", "items": STRING}

    assert list(diff(in_a_reply(one), in_a_reply(other))) == [Change(f"{GOT}/type", "object", "array")]


def in_a_reply(schema: Any) -> Any:
    return {"responses": {"200": {"content": {"application/json": {"schema": schema}}}}}


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
