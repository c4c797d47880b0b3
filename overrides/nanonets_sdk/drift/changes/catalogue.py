"""The rules: everything that can happen to a description, and how much it matters.

The first rule that fits gives a change its name. The last one takes what no other knows, and fails: a change is never
silent because nobody thought of it.
"""

from __future__ import annotations

from typing import Final

from attrs import evolve

from nanonets_sdk.drift.changes.diff import Change
from nanonets_sdk.drift.changes.rules import (
    Rule,
    has_more_values,
    is_added,
    is_added_and_required,
    is_declared,
    is_looser,
    is_narrowed,
    is_removed,
    is_widened,
)
from nanonets_sdk.drift.report.outcome import Severity

REQUEST: Final = ("/parameters/*/schema", "/requestBody/content/*/schema")
REPLY: Final = ("/responses/*/content/*/schema", "/responses/*/headers/*/schema")
_FIELD: Final = "/**/properties/*"
_STYLE: Final = "/{style,explode,allowReserved,allowEmptyValue,content}/**"
_ENCODING: Final = "/content/*/encoding/**"
_BOUNDS: Final = (
    "/**/{minimum,maximum,exclusiveMinimum,exclusiveMaximum,minLength,maxLength,minItems,maxItems,"
    "minProperties,maxProperties,multipleOf,uniqueItems,pattern}"
)
_CALLERS, _WIRE, _ADDED, _DOCS = Severity.CALLERS, Severity.WIRE, Severity.ADDITIVE, Severity.DOCUMENTATION


def classify(change: Change) -> Rule:
    """Return the first rule that fits a change."""
    return next(rule for rule in RULES if rule.fits(change))


def _below(roots: tuple[str, ...], *rules: Rule) -> tuple[Rule, ...]:
    return tuple(evolve(rule, roots=roots) for rule in rules)


# One rule is one line, to be read down its columns; the formatter would break every second one.
# fmt: off
RULES: Final = (
    # Prose is not part of the contract, but often announces a change of it.
    Rule("extensions-changed", _DOCS, "/**/extensions", "Code samples or other extensions changed."),
    Rule("prose-changed", _DOCS, "/**/prose", "A text changed."),
    Rule("example-changed", _DOCS, "/**/shown", "An example shows a field in other places than before."),
    Rule("tags-changed", _DOCS, "/tags/**", "Its tags changed from {before} to {after}."),
    Rule("operation-id-changed", _DOCS, "/operationId", "Its operationId is {after} instead of {before}."),
    Rule("links-changed", _DOCS, "/responses/*/links/**", "The links of a reply changed."),
    Rule("unused-component-changed", _DOCS, "/unused/**", "The component {name}, which nothing uses, changed."),
    Rule("version-changed", _DOCS, "/{version,openapi}", "The description is version {after} instead of {before}."),
    # The service as a whole.
    Rule("server-added", _ADDED, "/servers/*", "There is one more server, {name}.", is_added),
    Rule("server-changed", _WIRE, "/servers/**", "The server {name} changed."),
    Rule("security-scheme-added", _ADDED, "/securitySchemes/*", "There is one more way to sign in, {name}.", is_added),
    Rule("security-scheme-changed", _WIRE, "/securitySchemes/**", "A way to sign in is {after} instead of {before}."),
    Rule("security-changed", _WIRE, "/security", "It asks for {after} instead of {before} to sign in."),
    Rule("webhook-changed", _ADDED, "/{webhooks,callbacks}/**", "A webhook or callback changed."),
    Rule("operation-deprecated", _ADDED, "/deprecated", "It is deprecated.", is_added),
    Rule("operation-kept", _DOCS, "/deprecated", "It is no longer deprecated."),
    # What a request contains.
    *_below(
        ("/parameters/*",),
        Rule("required-parameter-added", _CALLERS, "", "It needs the new parameter {name}.", is_added_and_required),
        Rule("parameter-added", _ADDED, "", "It takes the new parameter {name}.", is_added),
        Rule("parameter-removed", _CALLERS, "", "It does not take the parameter {name} any more."),
        Rule("parameter-became-required", _CALLERS, "/required", "A parameter became required.", is_added),
        Rule("parameter-became-optional", _ADDED, "/required", "A parameter became optional."),
        Rule("parameter-deprecated", _ADDED, "/deprecated", "A parameter is deprecated."),
        Rule("parameter-moved", _WIRE, "/in", "A parameter goes into the {after} instead of the {before}."),
        Rule("parameter-writing-changed", _WIRE, _STYLE, "The {name} of a parameter is {after} instead of {before}."),
    ),
    *_below(
        ("/requestBody",),
        Rule("required-body-added", _CALLERS, "", "It needs a body.", is_added_and_required),
        Rule("body-added", _ADDED, "", "It takes a body.", is_added),
        Rule("body-removed", _CALLERS, "", "It does not take a body any more."),
        Rule("body-became-required", _CALLERS, "/required", "Its body became required.", is_added),
        Rule("body-became-optional", _ADDED, "/required", "Its body became optional."),
        Rule("request-media-type-added", _ADDED, "/content/*", "It takes {name} too.", is_added),
        Rule("request-media-type-removed", _WIRE, "/content/*", "It does not take {name} any more."),
        Rule("request-encoding-changed", _WIRE, _ENCODING, "A part of its body is encoded as {after}, not {before}."),
    ),
    *_below(
        REQUEST,
        Rule("required-field-added", _CALLERS, _FIELD, "It needs the new field {name}.", is_added_and_required),
        Rule("field-added", _ADDED, _FIELD, "It takes the new field {name}.", is_added),
        Rule("field-removed", _CALLERS, _FIELD, "It does not take the field {name} any more.", is_removed),
        Rule("field-became-required", _CALLERS, f"{_FIELD}/required", "A field became required.", is_added),
        Rule("field-became-optional", _ADDED, f"{_FIELD}/required", "A field became optional."),
        Rule("request-type-widened", _ADDED, "/**/type", "It takes {after} instead of {before}.", is_widened),
        Rule("request-type-changed", _CALLERS, "/**/type", "It takes {after} instead of {before}."),
        Rule("request-value-added", _ADDED, "/**/enum", "It takes the values {after}, not {before}.", has_more_values),
        Rule("request-value-removed", _CALLERS, "/**/{enum,const}", "It takes the values {after}, not {before}."),
        Rule("request-default-changed", _WIRE, "/**/default", "The default is {after} instead of {before}."),
        Rule("request-bound-loosened", _ADDED, _BOUNDS, "The bound {name} is {after} instead of {before}.", is_looser),
        Rule("request-bound-tightened", _CALLERS, _BOUNDS, "The bound {name} is {after} instead of {before}."),
        Rule("request-format-dropped", _ADDED, "/**/format", "The {name} {before} is no longer required.", is_removed),
        Rule("request-schema-changed", _CALLERS, "/**", "What it takes changed: {name} is {after}, not {before}."),
    ),
    # What a reply contains.
    *_below(
        ("/responses/*",),
        Rule("status-added", _ADDED, "", "It may answer {name}.", is_added),
        Rule("status-removed", _WIRE, "", "It does not answer {name} any more."),
    ),
    *_below(
        # A reply that gains its first media type, or loses its last one, changes as a whole.
        ("/responses/*/content/*", "/responses/*/content"),
        Rule("reply-media-type-added", _ADDED, "", "It may answer with {name}.", is_added),
        Rule("reply-media-type-removed", _WIRE, "", "It does not answer with {name} any more."),
    ),
    *_below(
        ("/responses/*/headers/*",),
        Rule("reply-header-added", _ADDED, "", "Its reply has the new header {name}.", is_added),
        Rule("reply-header-removed", _WIRE, "", "Its reply has no header {name} any more."),
    ),
    *_below(
        REPLY,
        Rule("reply-field-added", _ADDED, _FIELD, "Its reply has the new field {name}.", is_added),
        Rule("reply-field-removed", _CALLERS, _FIELD, "Its reply has no field {name} any more.", is_removed),
        Rule("reply-field-promised", _ADDED, f"{_FIELD}/required", "A field is always in its reply.", is_added),
        Rule("reply-field-became-optional", _CALLERS, f"{_FIELD}/required", "A field may be absent from its reply."),
        Rule("reply-type-declared", _ADDED, "/**/type", "It has {after}; examples showed {before}.", is_declared),
        Rule("reply-type-narrowed", _ADDED, "/**/type", "Its reply has {after} instead of {before}.", is_narrowed),
        Rule("reply-type-changed", _CALLERS, "/**/type", "Its reply has {after} instead of {before}."),
        Rule("reply-items-described", _ADDED, "/**/items", "The items of a list in its reply are described.", is_added),
        Rule("reply-value-changed", _ADDED, "/**/enum", "Its reply has the values {after} instead of {before}."),
        Rule("reply-bound-changed", _ADDED, _BOUNDS, "The bound {name} of its reply is {after}, not {before}."),
        Rule("reply-schema-changed", _CALLERS, "/**", "Its reply changed: {name} is {after} instead of {before}."),
    ),
    Rule("unknown-change", _WIRE, "/**", "{name} is {after} instead of {before}."),
)
# fmt: on
