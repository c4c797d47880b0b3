"""The inverse of `extract`: a document with the facts of a lock and no prose, to try the gates on.

A fact with a plain value is copied without being named here. Only facts that `extract` writes in another form than
OpenAPI (names as keys, joined types, shapes of examples, flags in place of `required`) are turned back one by one.
"""

from __future__ import annotations

import re
from copy import deepcopy
from typing import Final

from nanonets_sdk.drift.facts.json_types import Tree, is_tree
from nanonets_sdk.drift.facts.schemas import OTHERS, SUBSCHEMA_LISTS, SUBSCHEMAS, SUBSCHEMAS_BY_NAME
from nanonets_sdk.drift.facts.shapes import samples, shape_from

TEXT: Final = "The published text is not kept."
# Facts that are hashes: the original cannot be restored from them.
_HASHED: Final = ("prose", "extensions", "links", "callbacks", "other")
# Facts of discriminators, which refer to components by name.
_SELECTED: Final = ("named", "children")


def skeleton(facts: Tree) -> Tree:
    """Return an OpenAPI document that has the given facts.

    Prose and extensions become placeholders. Links, callbacks, webhooks and unused components are left out: a lock
    has only their fingerprints.
    """
    facts = deepcopy(facts)
    document: Tree = {
        "openapi": facts["openapi"],
        "info": {"title": "Skeleton", "version": facts.get("version", ""), **_extension(facts.get("info", {}))},
        "servers": _servers(facts),
        "tags": [{"name": name, **_prose(tag)} for name, tag in facts.get("tags", {}).items()],
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
    made = _plain(facts)
    security: list[Tree] = []
    for requirement in facts["security"]:
        # As in "key + oauth(read, write)"; a scheme without scopes has no parentheses.
        schemes: list[tuple[str, str]] = re.findall(r"([^(+ ]+)(?:\(([^)]*)\))?", requirement)
        security.append(
            {} if requirement == "none" else {name: [one for one in of.split(", ") if one] for name, of in schemes}
        )
    made["security"] = security
    if "servers" in facts:
        made["servers"] = _servers(facts)
    if "parameters" in facts:
        named = {tuple(name.split(":", 1)): parameter for name, parameter in facts["parameters"].items()}
        made["parameters"] = [
            {"name": name, "in": place, **_with_content(parameter)} for (place, name), parameter in named.items()
        ]
    if "requestBody" in facts:
        made["requestBody"] = _with_content(facts["requestBody"])
    made["responses"] = {}
    for status, response in facts.get("responses", {}).items():
        made["responses"][status] = {"description": "", **_with_content(response)}
        if "headers" in response:
            headers = {name: _with_content(header) for name, header in response["headers"].items()}
            made["responses"][status]["headers"] = headers
    return made


def _with_content(facts: Tree) -> Tree:
    made = _plain(facts)
    if "schema" in facts:
        made["schema"] = _schema(facts["schema"])
    if "content" in facts:
        made["content"] = {media: _media_type(part) for media, part in facts["content"].items()}
    return made


def _media_type(facts: Tree) -> Tree:
    made: Tree = {name: value for name, value in facts.items() if name not in (*_HASHED, "examples")}
    made |= {name: _schema(facts[name]) for name in ("schema", "itemSchema") if name in facts}
    for part in made.get("encoding", {}).values():
        if "headers" in part:
            part["headers"] = {name: _with_content(header) for name, header in part["headers"].items()}
    values = [value for shape in facts.get("examples", []) for value in samples(shape_from(shape))]
    # The prose of a media type is that of its examples.
    text = {"summary": TEXT} if "prose" in facts else {}
    if values:
        made["examples"] = {f"example{at}": {**text, "value": value} for at, value in enumerate(values, start=1)}
    return made | _extension(facts)


def _schema(facts: Tree) -> Tree:
    made = {name: value for name, value in _plain(facts).items() if name not in _SELECTED}
    if "|" in facts.get("type", ""):
        made["type"] = facts["type"].split("|")
    made |= {name: _schema(facts[name]) for name in SUBSCHEMAS if name in facts}
    made |= {name: [_schema(part) for part in facts[name]] for name in SUBSCHEMA_LISTS if name in facts}
    made |= {name: _schema(facts[name]) for name in OTHERS if is_tree(facts.get(name))}
    for name in SUBSCHEMAS_BY_NAME:
        if name in facts:
            made[name] = {key: _schema(part) for key, part in facts[name].items()}
    if "properties" in facts:
        parts: dict[str, Tree] = facts["properties"]
        made["properties"] = {
            name: _schema({key: value for key, value in part.items() if key != "required"})
            for name, part in parts.items()
        }
        required = [name for name, part in parts.items() if part.get("required")]
        made |= {"required": required} if required else {}
    return made


def _servers(facts: Tree) -> list[Tree]:
    servers = facts.get("servers", {}).items()
    return [{"url": url, **_with_plain(_plain(server), "variables")} for url, server in servers]


def _scheme(facts: Tree) -> Tree:
    made = _plain(facts)
    for flow in made.get("flows", {}).values():
        flow["scopes"] = {name: TEXT if scope else "" for name, scope in flow["scopes"].items()}
    return made


def _with_plain(facts: Tree, name: str) -> Tree:
    return facts | ({name: {key: _plain(part) for key, part in facts[name].items()}} if name in facts else {})


def _plain(facts: Tree) -> Tree:
    """Return the facts without hashes, and with placeholders for prose and extensions."""
    return {name: value for name, value in facts.items() if name not in _HASHED} | _prose(facts)


def _prose(facts: Tree) -> Tree:
    return ({"description": TEXT} if "prose" in facts else {}) | _extension(facts)


def _extension(facts: Tree) -> Tree:
    return {"x-text": TEXT} if "extensions" in facts else {}
