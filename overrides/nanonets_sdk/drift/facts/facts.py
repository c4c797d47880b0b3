"""The facts of an OpenAPI document: what a caller or the wire depends on; of its texts only fingerprints.

Order, anchors, references, formatting and the names of components leave no trace here, so that two documents with
equal facts describe the same API.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, cast

from nanonets_sdk.drift.facts.document import (
    Document,
    fingerprint,
    unread,
    words,
)
from nanonets_sdk.drift.facts.json_types import Tree, is_list, is_tree
from nanonets_sdk.drift.facts.schemas import schema_facts
from nanonets_sdk.drift.facts.shapes import notation, shape_of
from nanonets_sdk.drift.report.outcome import NotComparable

METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_STYLE: Final = ("style", "explode", "allowReserved", "allowEmptyValue")
# What is read of each object; anything else leaves a fingerprint.
_ROOT: Final = (
    *("openapi", "info", "servers", "security", "tags", "paths", "components", "webhooks", "externalDocs"),
    "jsonSchemaDialect",
)
_OPERATION: Final = (
    *("operationId", "tags", "deprecated", "security", "servers", "parameters", "requestBody", "responses"),
    *("callbacks", "summary", "description", "externalDocs"),
)
_INFO: Final = ("title", "description", "summary", "contact", "license", "termsOfService", "externalDocs")
_ITEM: Final = (*METHODS, "$ref", "summary", "description", "servers", "parameters")
_VALUE: Final = ("in", "name", *_STYLE, "required", "deprecated", "schema", "content")


def facts_of(root: Tree, name: str = "the document") -> Tree:
    """Return the facts of an OpenAPI document.

    Args:
        root: The document as plain data.
        name: What it is called in messages.

    Raises:
        NotComparable: It is malformed, or describes no operation.
    """
    try:
        facts = _facts(Document(root, name))
        # Half of a surrogate pair, which JSON can name, can be neither compared with a lock nor written into one.
        fingerprint(facts)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise NotComparable(f"{name} is malformed: where OpenAPI wants another type, it has {error}.") from error
    except RecursionError as error:
        raise NotComparable(f"{name} is nested too deeply to be an OpenAPI document.") from error
    return facts


def _facts(document: Document) -> Tree:
    root, name = document.root, document.name
    info = document.mapping(root, "info")
    operations = dict(_operations(document))
    if not operations:
        raise NotComparable(f"{name} describes no operation.")
    facts = {
        "openapi": str(root["openapi"]),
        "version": str(info.get("version", "")),
        "jsonSchemaDialect": root.get("jsonSchemaDialect"),
        "info": words({**document.mapping(root, "paths"), **info, **root}, *_INFO),
        "servers": _servers(root.get("servers")),
        "securitySchemes": _security_schemes(document),
        "tags": _tags(root),
        "operations": operations,
        "webhooks": _fingerprints(document.mapping(root, "webhooks"), document),
        **unread(root, *_ROOT),
    }
    return {key: value for key, value in (facts | {"unused": _unused(document)}).items() if value}


def leaves(facts: object) -> int:
    """Return how many single facts there are."""
    if is_tree(facts) and facts:
        return sum(map(leaves, facts.values()))
    if is_list(facts) and facts:
        return sum(map(leaves, facts))
    return 1


def _operations(document: Document) -> Iterator[tuple[str, Tree]]:
    for path, node in document.mapping(document.root, "paths").items():
        if path.startswith("x-"):
            continue
        item, _ = document.follow(node)
        for method in METHODS:
            if method in item:
                operation, _ = document.follow(item[method])
                yield f"{method.upper()} {path}", _operation(operation, item, document)


def _operation(operation: Tree, item: Tree, document: Document) -> Tree:
    servers = operation.get("servers") or item.get("servers")
    facts = {
        "operationId": operation.get("operationId"),
        "tags": sorted(operation.get("tags") or []),
        "deprecated": operation.get("deprecated") or None,
        "security": _security(operation.get("security", document.root.get("security"))),
        "servers": _servers(servers) if servers else None,
        "parameters": _parameters([*(item.get("parameters") or []), *(operation.get("parameters") or [])], document),
        "requestBody": _request_body(operation["requestBody"], document) if "requestBody" in operation else None,
        "responses": _responses(document.mapping(operation, "responses"), document),
        "callbacks": _fingerprints(document.mapping(operation, "callbacks"), document),
        **words({**operation, **_said_of_path(item)}, "summary", "description", "externalDocs", "path"),
        **unread({**item, **operation}, *_ITEM, *_OPERATION),
    }
    return {key: value for key, value in facts.items() if value not in (None, [], {})}


def _said_of_path(item: Tree) -> Tree:
    texts = {name: text for name, text in item.items() if name in ("summary", "description") or name.startswith("x-")}
    return {"path": texts} if texts else {}


def _security(requirements: list[dict[str, list[str]]] | None) -> list[str]:
    alternatives = [" + ".join(sorted(map(_requirement, one.items()))) or "none" for one in requirements or []]
    return sorted(alternatives) or ["none"]


def _requirement(scheme: tuple[str, list[str]]) -> str:
    name, scopes = scheme
    return f"{name}({', '.join(sorted(scopes))})" if scopes else name


def _parameters(nodes: list[Any], document: Document) -> Tree:
    found: Tree = {}
    for node in nodes:
        parameter, _ = document.follow(node)
        place, name = str(parameter.get("in")), str(parameter.get("name"))
        found[f"{place}:{name.lower() if place == 'header' else name}"] = _value(parameter, document)
    return found


def _value(node: Tree, document: Document) -> Tree:
    """The facts of a parameter or header."""
    return {
        **{name: node[name] for name in _STYLE if name in node},
        **({"required": True} if node.get("required") else {}),
        **({"deprecated": True} if node.get("deprecated") else {}),
        **({"schema": schema_facts(node["schema"], document)} if "schema" in node else {}),
        **({"content": _content(node, document)} if "content" in node else {}),
        **words(node, "description", "example", "examples"),
        **unread(node, *_VALUE, "description", "example", "examples"),
    }


def _request_body(node: Any, document: Document) -> Tree:
    body, _ = document.follow(node)
    return {
        **({"required": True} if body.get("required") else {}),
        "content": _content(body, document),
        **words(body, "description"),
        **unread(body, "required", "content", "description"),
    }


def _responses(nodes: Tree, document: Document) -> Tree:
    return {
        str(status): _response(node, document) for status, node in nodes.items() if not str(status).startswith("x-")
    }


def _response(node: Any, document: Document) -> Tree:
    response, _ = document.follow(node)
    headers = document.mapping(response, "headers")
    facts = {
        "content": _content(response, document),
        "headers": {name.lower(): _value(document.follow(header)[0], document) for name, header in headers.items()},
        "links": _fingerprints(document.mapping(response, "links"), document),
        **words(response, "description"),
        **unread(response, "content", "headers", "links", "description", "summary"),
    }
    return {key: value for key, value in facts.items() if value}


def _content(node: Tree, document: Document) -> Tree:
    return {media.lower(): _media(part, document) for media, part in document.mapping(node, "content").items()}


def _media(node: Any, document: Document) -> Tree:
    media, _ = document.follow(node)
    examples = [document.follow(example)[0] for example in document.mapping(media, "examples").values()]
    values = [example["value"] for example in examples if "value" in example]
    shapes = [notation(shape_of(value)) for value in [*values, *([media["example"]] if "example" in media else [])]]
    told = [{name: text for name, text in example.items() if name != "value"} for example in examples]
    facts = {
        "schema": schema_facts(media["schema"], document) if "schema" in media else None,
        "encoding": media.get("encoding"),
        "examples": sorted(shapes, key=fingerprint),
        **words({**media, **({"told": told} if any(told) else {})}, "told"),
        **unread(media, "schema", "encoding", "example", "examples"),
    }
    return {key: value for key, value in facts.items() if value not in (None, [])}


def _servers(nodes: Any) -> Tree:
    servers = cast("list[Tree]", nodes or [{"url": "/"}])
    return {
        str(server["url"]): {
            **({"variables": server["variables"]} if server.get("variables") else {}),
            **words(server, "description"),
        }
        for server in servers
    }


def _security_schemes(document: Document) -> Tree:
    schemes = document.mapping(document.mapping(document.root, "components"), "securitySchemes")
    return {name: _security_scheme(document.follow(node)[0]) for name, node in schemes.items()}


def _security_scheme(scheme: Tree) -> Tree:
    values = {name: value for name, value in scheme.items() if name != "description" and not name.startswith("x-")}
    return values | words(scheme, "description")


def _tags(root: Tree) -> Tree:
    nodes = cast("list[Tree]", root.get("tags") or [])
    return {str(tag["name"]): words(tag, "description", "externalDocs") for tag in nodes}


def _fingerprints(nodes: Tree, document: Document) -> Tree:
    return {name: fingerprint(document.follow(node)[0]) for name, node in nodes.items()}


def _unused(document: Document) -> Tree:
    """Fingerprints of the components that nothing refers to, so that they cannot move unseen either."""
    return {
        f"{kind}/{name}": fingerprint(node)
        for kind, nodes in document.mapping(document.root, "components").items()
        if kind != "securitySchemes" and is_tree(nodes)
        for name, node in nodes.items()
        if f"#/components/{kind}/{name}" not in document.used
    }
