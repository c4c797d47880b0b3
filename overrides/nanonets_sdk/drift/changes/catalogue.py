"""The rules: everything that can happen to a description, and how much it matters.

The first rule that fits gives a change its name. The last one takes what no other knows, and fails: a change is never
silent because nobody thought of it.
"""

from __future__ import annotations

from typing import Final

from attrs import evolve

from nanonets_sdk.drift.changes.change import Change
from nanonets_sdk.drift.changes.rules import (
    Rule,
    is_added,
    is_added_and_required,
    is_declared,
    is_directed,
    is_easier_to_sign_in,
    is_looser,
    is_opened,
    is_removed,
    is_tighter,
    takes_more_media,
)
from nanonets_sdk.drift.report.outcome import Severity

_PART: Final = "/content/*/encoding/*/headers/*/schema"
REQUEST: Final = (
    *("/parameters/*/schema", "/parameters/*/content/*/{schema,itemSchema}"),
    *("/requestBody/content/*/{schema,itemSchema}", f"/requestBody{_PART}"),
)
REPLY: Final = (
    *("/responses/*/content/*/{schema,itemSchema}", f"/responses/*{_PART}"),
    *("/responses/*/headers/*/schema", "/responses/*/headers/*/content/*/{schema,itemSchema}"),
)
# OpenAPI ignores these: they are described by content and by security.
_IGNORED: Final = (
    "/parameters/header:{accept,content-type,authorization}",
    "/responses/*/headers/content-type",
)
_FIELD: Final = "/**/properties/*"
_STYLE: Final = "/{style,explode,allowReserved}"
_ENCODING: Final = "/content/*/{encoding,prefixEncoding,itemEncoding}/**"
_PART_TYPE: Final = "/content/*/encoding/*/contentType"
_HEADER: Final = "/content/*/encoding/*/headers/*"
_BOUNDS: Final = (
    "/**/{minimum,maximum,exclusiveMinimum,exclusiveMaximum,minLength,maxLength,minItems,maxItems,"
    "minProperties,maxProperties,multipleOf,uniqueItems,pattern,minContains,maxContains}"
)
_OTHERS: Final = "{additionalProperties,unevaluatedProperties,unevaluatedItems}"
_ALTERNATIVE: Final = "/**/{oneOf,anyOf,children}/*"
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
    Rule("server-variable-added", _ADDED, "/servers/*/variables/*", "A server has the variable {name}.", is_added),
    Rule("server-value-added", _ADDED, "/servers/*/variables/*/enum", "{after} instead of {before}.", is_looser),
    Rule("server-changed", _WIRE, "/servers/**", "The server {name} changed."),
    Rule("security-scheme-added", _ADDED, "/securitySchemes/*", "There is one more way to sign in, {name}.", is_added),
    Rule("security-flow-added", _ADDED, "/securitySchemes/*/flows/*", "One may sign in with {name}.", is_added),
    Rule("security-scope-added", _ADDED, "/securitySchemes/*/flows/*/scopes/*", "There is the scope {name}.", is_added),
    Rule("security-scheme-deprecated", _ADDED, "/securitySchemes/*/deprecated", "A way to sign in is deprecated."),
    Rule("security-scheme-changed", _WIRE, "/securitySchemes/**", "A way to sign in is {after} instead of {before}."),
    Rule("security-loosened", _ADDED, "/security", "{after} instead of {before} may sign in.", is_easier_to_sign_in),
    Rule("security-changed", _WIRE, "/security", "It asks for {after} instead of {before} to sign in."),
    Rule("operation-deprecated", _ADDED, "/deprecated", "It is deprecated.", is_added),
    Rule("operation-kept", _DOCS, "/deprecated", "It is no longer deprecated."),
    Rule("ignored-header-changed", _DOCS, "/**", "OpenAPI ignores this header, which changed.", roots=_IGNORED),
    # What the service sends of its own. The parts of it are judged as those of a reply.
    *_below(
        ("/webhooks/*", "/callbacks/*"),
        Rule("webhook-added", _ADDED, "", "The service calls {name}.", is_added),
        Rule("webhook-removed", _CALLERS, "", "The service does not call {name} any more."),
        Rule("webhook-method-changed", _WIRE, "/method", "The service calls {after} instead of {before}."),
    ),
    *_below(
        ("/sent/{body,value}",),
        Rule("webhook-value-added", _ADDED, "", "The service sends a body or value more.", is_added),
        Rule("webhook-value-removed", _CALLERS, "", "The service does not send a body or value any more.", is_removed),
        Rule("webhook-value-promised", _ADDED, "/required", "The service always sends a body or value.", is_added),
        Rule("webhook-value-became-optional", _CALLERS, "/required", "The service may not send a body or value."),
        Rule("webhook-value-deprecated", _ADDED, "/deprecated", "A value that the service sends is deprecated."),
    ),
    # What a request contains.
    *_below(
        ("/parameters/*",),
        Rule("required-parameter-added", _CALLERS, "", "It needs the new parameter {name}.", is_added_and_required),
        Rule("parameter-added", _ADDED, "", "It takes the new parameter {name}.", is_added),
        Rule("parameter-removed", _CALLERS, "", "It does not take the parameter {name} any more."),
        Rule("parameter-became-required", _CALLERS, "/required", "A parameter became required.", is_added),
        Rule("parameter-became-optional", _ADDED, "/required", "A parameter became optional."),
        Rule("parameter-deprecated", _ADDED, "/deprecated", "A parameter is deprecated.", is_added),
        Rule("parameter-kept", _DOCS, "/deprecated", "A parameter is no longer deprecated."),
        Rule("empty-value-allowed", _ADDED, "/allowEmptyValue", "A parameter may be empty.", is_added),
        Rule("empty-value-refused", _CALLERS, "/allowEmptyValue", "A parameter may not be empty any more."),
        Rule("parameter-moved", _WIRE, "/in", "A parameter goes into the {after} instead of the {before}."),
        Rule("parameter-writing-changed", _WIRE, _STYLE, "The {name} of a parameter is {after} instead of {before}."),
        Rule("parameter-media-type-changed", _WIRE, "/content", "A parameter is {after} instead of {before}."),
        Rule("parameter-media-type-changed", _WIRE, "/content/*", "A parameter is {after} instead of {before}."),
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
        Rule("required-part-header-added", _CALLERS, _HEADER, "A part needs the header {name}.", is_added_and_required),
        Rule("part-header-added", _ADDED, _HEADER, "A part takes the header {name}.", is_added),
        Rule("part-header-removed", _CALLERS, _HEADER, "A part does not take the header {name} any more.", is_removed),
        Rule("part-header-became-required", _CALLERS, f"{_HEADER}/required", "A header of a part is needed.", is_added),
        Rule("part-header-became-optional", _ADDED, f"{_HEADER}/required", "A header of a part may be left out."),
        Rule("part-media-type-added", _ADDED, _PART_TYPE, "A part may be {after}.", takes_more_media),
    ),
    *_below(
        REQUEST,
        Rule("request-exclusion-loosened", _ADDED, "/**/not/**", "It excludes {after} instead of {before}.", is_looser),
        Rule("request-exclusion-tightened", _CALLERS, "/**/not/**", "It excludes {after} instead of {before}."),
        Rule("required-field-added", _CALLERS, _FIELD, "It needs the new field {name}.", is_added_and_required),
        Rule("field-added", _ADDED, _FIELD, "It takes the new field {name}.", is_added),
        Rule("field-removed", _CALLERS, _FIELD, "It does not take the field {name} any more.", is_removed),
        Rule("field-became-required", _CALLERS, f"{_FIELD}/required", "A field became required.", is_added),
        Rule("field-became-optional", _ADDED, f"{_FIELD}/required", "A field became optional."),
        Rule("request-type-widened", _ADDED, "/**/type", "It takes {after} instead of {before}.", is_looser),
        Rule("request-type-changed", _CALLERS, "/**/type", "It takes {after} instead of {before}."),
        Rule("request-value-added", _ADDED, "/**/enum", "It takes the values {after}, not {before}.", is_looser),
        Rule("request-value-removed", _CALLERS, "/**/{enum,const}", "It takes the values {after}, not {before}."),
        Rule("request-alternative-added", _ADDED, _ALTERNATIVE, "It takes {after} too.", is_looser),
        Rule("request-alternative-removed", _CALLERS, _ALTERNATIVE, "It does not take {before} any more.", is_tighter),
        Rule("request-default-changed", _WIRE, "/**/default", "The default is {after} instead of {before}."),
        Rule("request-xml-changed", _WIRE, "/**/xml", "It is written in XML as {after} instead of {before}."),
        Rule("request-field-deprecated", _ADDED, "/**/deprecated", "A field is deprecated.", is_added),
        Rule("request-field-kept", _DOCS, "/**/deprecated", "A field is no longer deprecated."),
        Rule("request-discriminator-added", _ADDED, "/**/discriminator", "A field selects the alternative.", is_added),
        Rule("request-bound-loosened", _ADDED, _BOUNDS, "The bound {name} is {after} instead of {before}.", is_looser),
        Rule("request-bound-tightened", _CALLERS, _BOUNDS, "The bound {name} is {after} instead of {before}."),
        Rule("request-format-dropped", _ADDED, "/**/format", "The {name} {before} is no longer required.", is_looser),
        Rule("request-schema-loosened", _ADDED, "/**", "It takes more: {name} is {after}, not {before}.", is_looser),
        Rule("request-schema-changed", _CALLERS, "/**", "What it takes changed: {name} is {after}, not {before}."),
    ),
    *_below(
        ("/requestBody",),
        Rule("request-encoding-changed", _WIRE, _ENCODING, "A part of its body is encoded as {after}, not {before}."),
    ),
    # What a reply contains.
    *_below(
        ("/responses/*",),
        Rule("status-added", _ADDED, "", "It may answer {name}.", is_added),
        Rule("status-removed", _WIRE, "", "It does not answer {name} any more."),
    ),
    *_below(
        ("/responses/*/content",),
        Rule("reply-content-added", _ADDED, "", "Its reply has a body.", is_added),
        Rule("reply-content-removed", _CALLERS, "", "Its reply has no body any more."),
        Rule("reply-media-type-added", _ADDED, "/*", "It may answer with {name}.", is_added),
        Rule("reply-media-type-removed", _WIRE, "/*", "It does not answer with {name} any more."),
    ),
    *_below(
        ("/responses/*/headers/*",),
        Rule("reply-header-added", _ADDED, "", "Its reply has the new header {name}.", is_added),
        Rule("reply-header-removed", _WIRE, "", "Its reply has no header {name} any more."),
        Rule("reply-header-promised", _ADDED, "/required", "A header is always in its reply.", is_added),
        Rule("reply-header-became-optional", _WIRE, "/required", "A header may be absent from its reply."),
        Rule("reply-header-deprecated", _ADDED, "/deprecated", "A header of its reply is deprecated."),
    ),
    *_below(
        REPLY,
        Rule("reply-exclusion-tightened", _ADDED, "/**/not/**", "Its reply excludes {after} too.", is_tighter),
        Rule("reply-exclusion-loosened", _CALLERS, "/**/not/**", "Its reply excludes {after} instead of {before}."),
        Rule("reply-field-added", _ADDED, _FIELD, "Its reply has the new field {name}.", is_added),
        Rule("reply-field-removed", _CALLERS, _FIELD, "Its reply has no field {name} any more.", is_removed),
        Rule("reply-field-promised", _ADDED, f"{_FIELD}/required", "A field is always in its reply.", is_added),
        Rule("reply-field-became-optional", _CALLERS, f"{_FIELD}/required", "A field may be absent from its reply."),
        Rule("reply-type-declared", _ADDED, "/**/type", "It has {after}; examples showed {before}.", is_declared),
        Rule("reply-type-narrowed", _ADDED, "/**/type", "Its reply has {after} instead of {before}.", is_tighter),
        Rule("reply-type-changed", _CALLERS, "/**/type", "Its reply has {after} instead of {before}."),
        Rule("reply-items-described", _ADDED, "/**/items", "The items of a list in its reply are described.", is_added),
        Rule("reply-value-changed", _ADDED, "/**/enum", "Its reply has the values {after}, not {before}.", is_directed),
        Rule("reply-value-replaced", _CALLERS, "/**/enum", "Its reply has the values {after} instead of {before}."),
        Rule("reply-alternative-added", _CALLERS, _ALTERNATIVE, "Its reply may be {after}.", is_looser),
        Rule("reply-alternative-removed", _ADDED, _ALTERNATIVE, "Its reply is not {before} any more.", is_tighter),
        Rule("reply-default-changed", _ADDED, "/**/default", "The default in its reply is {after}, not {before}."),
        Rule("reply-xml-changed", _WIRE, "/**/xml", "Its reply is written in XML as {after} instead of {before}."),
        Rule("reply-field-deprecated", _ADDED, "/**/deprecated", "A field of its reply is deprecated.", is_added),
        Rule("reply-field-kept", _DOCS, "/**/deprecated", "A field of its reply is no longer deprecated."),
        Rule("reply-discriminator-added", _ADDED, "/**/discriminator", "A field tells the alternative.", is_added),
        Rule("reply-bound-changed", _ADDED, _BOUNDS, "The bound {name} of its reply is {after}, not {before}."),
        Rule("reply-opened", _ADDED, f"/**/{_OTHERS}", "Its reply may have other fields than described.", is_opened),
        Rule("reply-schema-tightened", _ADDED, "/**", "Its reply says more: {name} is {after}.", is_tighter),
        Rule("reply-schema-changed", _CALLERS, "/**", "Its reply changed: {name} is {after} instead of {before}."),
    ),
    Rule("unknown-change", _WIRE, "/**", "{name} is {after} instead of {before}."),
)
# fmt: on
