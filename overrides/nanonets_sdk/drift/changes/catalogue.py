"""The catalogue of what can happen to a description, and how much each matters.

Read from the top, the first row whose pattern and condition fit gives a change its name. The last row takes what no
other knows, and fails: nothing is silent because nobody thought of it.
"""

from __future__ import annotations

from typing import Final

from nanonets_sdk.drift.changes.changes import Change
from nanonets_sdk.drift.changes.conditions import (
    has_more_values,
    is_added,
    is_added_and_required,
    is_declared,
    is_looser,
    is_narrowed,
    is_removed,
    is_widened,
)
from nanonets_sdk.drift.changes.rule import Rule
from nanonets_sdk.drift.report.outcome import Kind

REQUEST: Final = ("/parameters/*/schema", "/requestBody/content/*/schema")
REPLY: Final = ("/responses/*/content/*/schema", "/responses/*/headers/*/schema")


def classify(change: Change) -> Rule:
    """Return the row that a change falls under."""
    return next(rule for rule in RULES if rule.fits(change))


def under(roots: tuple[str, ...], tail: str) -> tuple[str, ...]:
    """Return the patterns of what lies below some schemas.

    Args:
        roots: `REQUEST` or `REPLY`.
        tail: The pattern from there on.
    """
    return tuple(f"{root}{tail}" for root in roots)


_BOUNDS: Final = (
    "/**/{minimum,maximum,exclusiveMinimum,exclusiveMaximum,minLength,maxLength,minItems,maxItems,"
    "minProperties,maxProperties,multipleOf,uniqueItems,pattern}"
)
_CALLERS, _WIRE, _ADDITIVE, _DOCS = Kind.CALLERS, Kind.WIRE, Kind.ADDITIVE, Kind.DOCUMENTATION

RULES: Final = (
    # Texts, which carry no contract but often announce one.
    Rule("extensions-changed", _DOCS, "Code samples or other extensions changed.", ("/**/extensions",)),
    Rule("prose-changed", _DOCS, "A text changed.", ("/**/prose",)),
    Rule("example-changed", _DOCS, "An example shows a field in other places than before.", ("/**/shown",)),
    Rule("tags-changed", _DOCS, "Its tags changed from {before} to {after}.", ("/tags", "/tags/*")),
    Rule("operation-id-changed", _DOCS, "Its operationId is {after} instead of {before}.", ("/operationId",)),
    Rule("links-changed", _DOCS, "The links of a reply changed.", ("/responses/*/links/**",)),
    Rule("unused-component-changed", _DOCS, "The component {name}, which nothing uses, changed.", ("/unused/**",)),
    Rule("version-changed", _DOCS, "The description is version {after} instead of {before}.", ("/version", "/openapi")),
    # The service as a whole.
    Rule("server-added", _ADDITIVE, "There is one more server, {name}.", ("/servers/*",), is_added),
    Rule("server-changed", _WIRE, "The server {name} is not what it was.", ("/servers/**",)),
    Rule(
        "security-scheme-added",
        _ADDITIVE,
        "There is one more way to sign in, {name}.",
        ("/securitySchemes/*",),
        is_added,
    ),
    Rule(
        "security-scheme-changed",
        _WIRE,
        "The way to sign in changed from {before} to {after}.",
        ("/securitySchemes/**",),
    ),
    Rule("security-changed", _WIRE, "It asks for {after} instead of {before} to sign in.", ("/security",)),
    Rule("webhook-changed", _ADDITIVE, "A webhook or callback changed.", ("/{webhooks,callbacks}/**",)),
    Rule("operation-deprecated", _ADDITIVE, "It is going to be taken away.", ("/deprecated",), is_added),
    Rule("operation-kept", _DOCS, "It is not going to be taken away any more.", ("/deprecated",)),
    # What a request carries.
    Rule(
        "required-parameter-added",
        _CALLERS,
        "It needs the new parameter {name}.",
        ("/parameters/*",),
        is_added_and_required,
    ),
    Rule("parameter-added", _ADDITIVE, "It takes the new parameter {name}.", ("/parameters/*",), is_added),
    Rule("parameter-removed", _CALLERS, "It does not take the parameter {name} any more.", ("/parameters/*",)),
    Rule("parameter-became-required", _CALLERS, "A parameter became required.", ("/parameters/*/required",), is_added),
    Rule("parameter-became-optional", _ADDITIVE, "A parameter became optional.", ("/parameters/*/required",)),
    Rule("parameter-deprecated", _ADDITIVE, "A parameter is going to be taken away.", ("/parameters/*/deprecated",)),
    Rule("parameter-moved", _WIRE, "A parameter goes into the {after} instead of the {before}.", ("/parameters/*/in",)),
    Rule(
        "parameter-writing-changed",
        _WIRE,
        "A parameter is written another way: {name} is {after} instead of {before}.",
        ("/parameters/*/{style,explode,allowReserved,allowEmptyValue,content}/**",),
    ),
    Rule("required-body-added", _CALLERS, "It needs a body.", ("/requestBody",), is_added_and_required),
    Rule("body-added", _ADDITIVE, "It takes a body.", ("/requestBody",), is_added),
    Rule("body-removed", _CALLERS, "It does not take a body any more.", ("/requestBody",)),
    Rule("body-became-required", _CALLERS, "Its body became required.", ("/requestBody/required",), is_added),
    Rule("body-became-optional", _ADDITIVE, "Its body became optional.", ("/requestBody/required",)),
    Rule("request-media-type-added", _ADDITIVE, "It takes {name} too.", ("/requestBody/content/*",), is_added),
    Rule("request-media-type-removed", _WIRE, "It does not take {name} any more.", ("/requestBody/content/*",)),
    Rule(
        "request-encoding-changed",
        _WIRE,
        "A part of its body is written another way: {after} instead of {before}.",
        ("/requestBody/content/*/encoding/**",),
    ),
    Rule(
        "required-field-added",
        _CALLERS,
        "It needs the new field {name}.",
        under(REQUEST, "/**/properties/*"),
        is_added_and_required,
    ),
    Rule("field-added", _ADDITIVE, "It takes the new field {name}.", under(REQUEST, "/**/properties/*"), is_added),
    Rule(
        "field-removed",
        _CALLERS,
        "It does not take the field {name} any more.",
        under(REQUEST, "/**/properties/*"),
        is_removed,
    ),
    Rule(
        "field-became-required",
        _CALLERS,
        "A field became required.",
        under(REQUEST, "/**/properties/*/required"),
        is_added,
    ),
    Rule("field-became-optional", _ADDITIVE, "A field became optional.", under(REQUEST, "/**/properties/*/required")),
    Rule(
        "request-type-widened",
        _ADDITIVE,
        "It takes {after} where it took {before}.",
        under(REQUEST, "/**/type"),
        is_widened,
    ),
    Rule("request-type-changed", _CALLERS, "It takes {after} where it took {before}.", under(REQUEST, "/**/type")),
    Rule(
        "request-value-added",
        _ADDITIVE,
        "It takes the values {after} instead of {before}.",
        under(REQUEST, "/**/enum"),
        has_more_values,
    ),
    Rule(
        "request-value-removed",
        _CALLERS,
        "It takes the values {after} instead of {before}.",
        under(REQUEST, "/**/{enum,const}"),
    ),
    Rule(
        "request-default-changed",
        _WIRE,
        "What is left out counts as {after} instead of {before}.",
        under(REQUEST, "/**/default"),
    ),
    Rule(
        "request-bound-loosened",
        _ADDITIVE,
        "The bound {name} is {after} instead of {before}.",
        under(REQUEST, _BOUNDS),
        is_looser,
    ),
    Rule(
        "request-bound-tightened", _CALLERS, "The bound {name} is {after} instead of {before}.", under(REQUEST, _BOUNDS)
    ),
    Rule(
        "request-format-dropped",
        _ADDITIVE,
        "The {name} {before} is not asked for any more.",
        under(REQUEST, "/**/format"),
        is_removed,
    ),
    Rule(
        "request-schema-changed",
        _CALLERS,
        "What it takes changed: {name} is {after} instead of {before}.",
        under(REQUEST, "/**"),
    ),
    # What a reply carries.
    Rule("status-added", _ADDITIVE, "It may answer {name}.", ("/responses/*",), is_added),
    Rule("status-removed", _WIRE, "It does not answer {name} any more.", ("/responses/*",)),
    Rule(
        "reply-media-type-added",
        _ADDITIVE,
        "It may answer with {name}.",
        ("/responses/*/content/*", "/responses/*/content"),
        is_added,
    ),
    Rule(
        "reply-media-type-removed",
        _WIRE,
        "It does not answer with {name} any more.",
        ("/responses/*/content/*", "/responses/*/content"),
    ),
    Rule(
        "reply-header-added", _ADDITIVE, "Its reply has the new header {name}.", ("/responses/*/headers/*",), is_added
    ),
    Rule("reply-header-removed", _WIRE, "Its reply has no header {name} any more.", ("/responses/*/headers/*",)),
    Rule(
        "reply-field-added",
        _ADDITIVE,
        "Its reply has the new field {name}.",
        under(REPLY, "/**/properties/*"),
        is_added,
    ),
    Rule(
        "reply-field-removed",
        _CALLERS,
        "Its reply has no field {name} any more.",
        under(REPLY, "/**/properties/*"),
        is_removed,
    ),
    Rule(
        "reply-field-promised",
        _ADDITIVE,
        "A field is always in its reply.",
        under(REPLY, "/**/properties/*/required"),
        is_added,
    ),
    Rule(
        "reply-field-became-optional",
        _CALLERS,
        "A field may be absent from its reply.",
        under(REPLY, "/**/properties/*/required"),
    ),
    Rule(
        "reply-type-declared",
        _ADDITIVE,
        "Its reply has {after} where examples showed {before}.",
        under(REPLY, "/**/type"),
        is_declared,
    ),
    Rule(
        "reply-type-narrowed",
        _ADDITIVE,
        "Its reply has {after} where it had {before}.",
        under(REPLY, "/**/type"),
        is_narrowed,
    ),
    Rule("reply-type-changed", _CALLERS, "Its reply has {after} where it had {before}.", under(REPLY, "/**/type")),
    Rule(
        "reply-items-described",
        _ADDITIVE,
        "The items of a list in its reply are described.",
        under(REPLY, "/**/items"),
        is_added,
    ),
    Rule(
        "reply-value-changed",
        _ADDITIVE,
        "Its reply has the values {after} instead of {before}.",
        under(REPLY, "/**/enum"),
    ),
    Rule(
        "reply-bound-changed",
        _ADDITIVE,
        "The bound {name} of its reply is {after} instead of {before}.",
        under(REPLY, _BOUNDS),
    ),
    Rule(
        "reply-schema-changed",
        _CALLERS,
        "Its reply changed: {name} is {after} instead of {before}.",
        under(REPLY, "/**"),
    ),
    Rule("unknown-change", _WIRE, "{name} is {after} instead of {before}.", ("/**",)),
)
