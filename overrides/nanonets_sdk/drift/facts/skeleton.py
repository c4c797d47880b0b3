"""A document with the facts of a lock and none of its texts: what the gates can be tried on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, cast

from nanonets_sdk.drift.facts.json_types import Tree, is_tree
from nanonets_sdk.drift.facts.shapes import samples, shape_from

TEXT: Final = "The published text is not kept."
_SCHEMA_PARTS: Final = ("items", "contentSchema", "not", "propertyNames", "contains", "if", "then", "else")


def skeleton(facts: Tree) -> Tree:
    """Return an OpenAPI document that has the given facts.

    Its texts and extensions are placeholders where the original had some; fingerprints of what they stand for cannot
    be turned back, so links, callbacks, webhooks and unused components are left out.

    Args:
        facts: Those of a lock.
    """
    document: Tree = {
        "openapi": facts["openapi"],
        "info": {"title": "Skeleton", "version": facts.get("version", ""), **_extension(facts.get("info", {}))},
        "servers": [{"url": url, **_server(server)} for url, server in facts.get("servers", {}).items()],
        "tags": [{"name": name, **_texts(tag)} for name, tag in facts.get("tags", {}).items()],
        "paths": {},
        "components": {
            "securitySchemes": {name: _scheme(scheme) for name, scheme in facts.get("securitySchemes", {}).items()}
        },
    }
    for name, operation in facts["operations"].items():
        method, _, path = name.partition(" ")
        document["paths"].setdefault(path, {})[method.lower()] = _operation(operation)
    return document


def _operation(facts: Tree) -> Tree:
    made: Tree = {name: facts[name] for name in ("operationId", "tags", "deprecated") if name in facts}
    made["security"] = [_requirement(one) for one in facts["security"]]
    if "servers" in facts:
        made["servers"] = [{"url": url, **_server(server)} for url, server in facts["servers"].items()]
    if "parameters" in facts:
        made["parameters"] = [_parameter(name, value) for name, value in facts["parameters"].items()]
    if "requestBody" in facts:
        made["requestBody"] = _with_content(facts["requestBody"])
    made["responses"] = {status: _response(response) for status, response in facts.get("responses", {}).items()}
    return made | _texts(facts)


def _requirement(text: str) -> Tree:
    if text == "none":
        return {}
    found = re.findall(r"([^(+ ]+)(?:\(([^)]*)\))?", text)
    return {name: [scope for scope in scopes.split(", ") if scope] for name, scopes in found}


def _parameter(name: str, facts: Tree) -> Tree:
    place, _, label = name.partition(":")
    return {"name": label, "in": place, **_with_content(facts)}


def _response(facts: Tree) -> Tree:
    made = {"description": "", **_with_content({name: value for name, value in facts.items() if name != "links"})}
    if "headers" in facts:
        made["headers"] = {name: _with_content(header) for name, header in facts["headers"].items()}
    return made


def _with_content(facts: Tree) -> Tree:
    made = {name: value for name, value in facts.items() if name not in ("prose", "extensions")} | _texts(facts)
    if "schema" in facts:
        made["schema"] = _schema(facts["schema"])
    if "content" in facts:
        made["content"] = {media: _media(part) for media, part in facts["content"].items()}
    return made


def _media(facts: Tree) -> Tree:
    made: Tree = {name: facts[name] for name in ("encoding",) if name in facts}
    if "schema" in facts:
        made["schema"] = _schema(facts["schema"])
    values = [value for shape in facts.get("examples", []) for value in samples(shape_from(shape))]
    text = {"summary": TEXT} if "prose" in facts else {}
    if values:
        made["examples"] = {f"example{at}": {**text, "value": value} for at, value in enumerate(values, start=1)}
    return made | _extension(facts)


def _schema(facts: Tree) -> Tree:
    made = {name: value for name, value in facts.items() if name not in ("prose", "extensions", "properties")}
    if "type" in facts and "|" in facts["type"]:
        made["type"] = facts["type"].split("|")
    made |= {name: _schema(facts[name]) for name in _SCHEMA_PARTS if name in facts}
    made |= {name: [_schema(part) for part in facts[name]] for name in ("allOf", "anyOf", "oneOf") if name in facts}
    if is_tree(facts.get("additionalProperties")):
        made["additionalProperties"] = _schema(facts["additionalProperties"])
    properties = cast("Mapping[str, Tree]", facts.get("properties", {}))
    if properties:
        made["properties"] = {name: _schema(_optional(part)) for name, part in properties.items()}
    required = [name for name, part in properties.items() if part.get("required")]
    return made | ({"required": required} if required else {}) | _texts(facts)


def _optional(facts: Tree) -> Tree:
    return {name: value for name, value in facts.items() if name != "required"}


def _scheme(facts: Tree) -> Tree:
    return {name: value for name, value in facts.items() if name not in ("prose", "extensions")} | _texts(facts)


def _server(facts: Tree) -> Tree:
    return {name: value for name, value in facts.items() if name == "variables"} | _texts(facts)


def _texts(facts: Tree) -> Tree:
    return ({"description": TEXT} if "prose" in facts else {}) | _extension(facts)


def _extension(facts: Tree) -> Tree:
    return {"x-text": TEXT} if "extensions" in facts else {}
