"""Extracts the facts of an OpenAPI document: everything that a caller or the wire depends on, and hashes of its prose.

Order, anchors, references, formatting and the names of components are not facts, so that two documents with equal facts
describe the same API.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final, cast

from attrs import frozen

from nanonets_sdk.drift.facts.document import (
    Document,
    fingerprint,
    prose_fingerprint,
    unhandled_fingerprint,
    without_prose,
)
from nanonets_sdk.drift.facts.json_types import Tree, is_list, is_same, is_tree
from nanonets_sdk.drift.facts.pointers import join
from nanonets_sdk.drift.facts.schemas import schema_facts
from nanonets_sdk.drift.facts.shapes import notation, shape_of
from nanonets_sdk.drift.report.outcome import NotComparable

METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
_STYLE: Final = ("style", "explode", "allowReserved", "allowEmptyValue")
# The keys of each object that are read here. All others leave a fingerprint, so that an unknown key cannot change
# unnoticed.
_ROOT: Final = (
    *("openapi", "info", "servers", "security", "tags", "paths", "components", "webhooks", "externalDocs"),
    *("jsonSchemaDialect", "$self"),
)
_OPERATION: Final = (
    *("operationId", "tags", "deprecated", "security", "servers", "parameters", "requestBody", "responses"),
    *("callbacks", "summary", "description", "externalDocs"),
)
_INFO: Final = ("title", "description", "summary", "contact", "license", "termsOfService", "externalDocs", "$self")
_ITEM: Final = (*METHODS, "$ref", "summary", "description", "servers", "parameters", "additionalOperations")
_VALUE: Final = ("in", "name", *_STYLE, "required", "deprecated", "schema", "content")
_MEDIA: Final = ("schema", "itemSchema", "encoding", "prefixEncoding", "itemEncoding", "example", "examples")
# OpenAPI ignores the encoding of all other bodies.
_FORM: Final = re.compile(r"multipart/.*|application/x-www-form-urlencoded")
_AUTHORITY: Final = re.compile(r"[^/?#]*//[^/?#]*")
_EMPTY: Final[tuple[object, ...]] = (None, [], {})


def facts_of(root: Tree, name: str = "the document") -> Tree:
    """Return the facts of an OpenAPI document.

    Raises:
        NotComparable: The document is malformed, or describes no operation.
    """
    try:
        facts = _Extractor(Document(root, name)).facts()
        # JSON can spell half of a surrogate pair, which can be neither compared with a lock nor written to one.
        fingerprint(facts)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise NotComparable(f"{name} is malformed: OpenAPI requires another type in place of {error}.") from error
    except RecursionError as error:
        raise NotComparable(f"{name} is nested too deeply to be an OpenAPI document.") from error
    return facts


def count_facts(facts: object) -> int:
    """Return the number of single facts."""
    if is_tree(facts) and facts:
        return sum(map(count_facts, facts.values()))
    if is_list(facts) and facts:
        return sum(map(count_facts, facts))
    return 1


@frozen
class _Extractor:
    """Reads the objects of one document, each with a method named after it in the OpenAPI specification."""

    document: Document

    def facts(self) -> Tree:
        root, mapping = self.document.root, self.document.mapping
        info, components = mapping(root, "info"), mapping(root, "components")
        operations: Tree = {}
        for path, node in mapping(root, "paths").items():
            item = {} if path.startswith("x-") else self.document.follow(node, *_ITEM)[0]
            operations |= {f"{method} {path}": self.operation(node, item) for method, node in self.methods(item)}
        if not operations:
            raise NotComparable(f"{self.document.name} describes no operation.")
        facts = {
            "openapi": str(root["openapi"]),
            "version": str(info.get("version", "")),
            "jsonSchemaDialect": root.get("jsonSchemaDialect"),
            "info": prose_fingerprint({**mapping(root, "paths"), **info, **root}, *_INFO),
            "servers": self.servers(root.get("servers")),
            "securitySchemes": {
                name: self.security_scheme(node) for name, node in mapping(components, "securitySchemes").items()
            },
            "tags": {
                str(tag["name"]): prose_fingerprint(tag, "description", "externalDocs", "summary", "kind", "parent")
                for tag in cast("list[Tree]", root.get("tags") or [])
            },
            "operations": operations,
            "webhooks": self.received(mapping(root, "webhooks")),
            **unhandled_fingerprint(root, *_ROOT),
        }
        # Last, once every reference was followed.
        facts["unused"] = {
            f"{kind}/{name}": fingerprint(node)
            for kind, nodes in components.items()
            if kind != "securitySchemes" and is_tree(nodes)
            for name, node in nodes.items()
            if "#" + join(("components", kind, name)) not in self.document.used
        }
        return {key: value for key, value in facts.items() if value}

    def methods(self, item: Tree) -> Iterator[tuple[str, Any]]:
        """Yield the operations of a path by method."""
        yield from ((method.upper(), item[method]) for method in METHODS if method in item)
        yield from self.document.mapping(item, "additionalOperations").items()

    def received(self, items: Tree) -> Tree:
        """Return the operations of webhooks or of callbacks, which the service calls."""
        return {
            f"{method} {name}": self.operation(node, item, is_received=True)
            for name, item in ((name, self.document.follow(node, *_ITEM)[0]) for name, node in items.items())
            if not name.startswith("x-")
            for method, node in self.methods(item)
        }

    def callbacks(self, operation: Tree) -> Tree:
        """Return the operations of callbacks by their expression; what a callback is called never reaches the wire."""
        found: Tree = {}
        for name, node in self.document.mapping(operation, "callbacks").items():
            for key, facts in self.received(self.document.follow(node)[0]).items():
                found[f"{key} ({name})" if key in found else key] = facts
        return found

    def operation(self, node: Any, item: Tree, *, is_received: bool = False) -> Tree:
        operation, _ = self.document.follow(node)
        root = {} if is_received else self.document.root
        usual = self.servers(root.get("servers"))
        servers = self.servers(operation.get("servers") or item.get("servers") or root.get("servers"))
        prose_of_path = {
            name: text for name, text in item.items() if name in ("summary", "description") or name.startswith("x-")
        }
        parameters: Tree = {}
        # Those of the operation come last: they override those of its path.
        every: list[Any] = [*(item.get("parameters") or []), *(operation.get("parameters") or [])]
        for reference in every:
            parameter, _ = self.document.follow(reference, "description")
            place, name = str(parameter.get("in")), str(parameter.get("name"))
            parameters[f"{place}:{name.lower() if place == 'header' else name}"] = self.value(parameter)
        facts = {
            "operationId": operation.get("operationId"),
            "tags": sorted(operation.get("tags") or []),
            "deprecated": operation.get("deprecated") or None,
            "security": self.security(operation.get("security", root.get("security"))),
            # Repeated at an operation, the servers of the document say nothing new.
            "servers": None if without_prose(servers) == without_prose(usual) else servers,
            "parameters": parameters,
            "requestBody": self.request_body(operation["requestBody"]) if "requestBody" in operation else None,
            "responses": {
                str(status): self.response(response)
                for status, response in self.document.mapping(operation, "responses").items()
                if not str(status).startswith("x-")
            },
            "callbacks": self.callbacks(operation),
            **prose_fingerprint(
                {**operation, **({"path": prose_of_path} if prose_of_path else {})},
                *("summary", "description", "externalDocs", "path"),
            ),
            **unhandled_fingerprint({**item, **operation}, *_ITEM, *_OPERATION),
        }
        return {key: value for key, value in facts.items() if value not in _EMPTY}

    def security(self, requirements: list[dict[str, list[str]]] | None) -> list[str]:
        alternatives: list[str] = []
        for requirement in requirements or []:
            schemes = [
                f"{name}({', '.join(sorted(scopes))})" if scopes else name for name, scopes in requirement.items()
            ]
            alternatives.append(" + ".join(sorted(schemes)) or "none")
        return sorted(alternatives) or ["none"]

    def value(self, node: Tree) -> Tree:
        """Return the facts of a parameter or header."""
        return {
            **self.style(node),
            **({"required": True} if node.get("required") else {}),
            **({"deprecated": True} if node.get("deprecated") else {}),
            **({"schema": schema_facts(node["schema"], self.document)} if "schema" in node else {}),
            **({"content": self.content(node)} if "content" in node else {}),
            **prose_fingerprint(node, "description", "example", "examples"),
            **unhandled_fingerprint(node, *_VALUE, "description", "example", "examples"),
        }

    def style(self, node: Tree) -> Tree:
        """Return how a parameter or header is written, where that is not the default."""
        usual = "form" if node.get("in") in ("query", "cookie") else "simple"
        defaults = {**dict.fromkeys(_STYLE, False), "style": usual, "explode": node.get("style", usual) == "form"}
        return {name: node[name] for name in _STYLE if name in node and not is_same(node[name], defaults[name])}

    def request_body(self, node: Any) -> Tree:
        body, _ = self.document.follow(node, "description")
        return {
            **({"required": True} if body.get("required") else {}),
            "content": self.content(body),
            **prose_fingerprint(body, "description"),
            **unhandled_fingerprint(body, "required", "content", "description"),
        }

    def response(self, node: Any) -> Tree:
        response, _ = self.document.follow(node, "description", "summary")
        facts = {
            "content": self.content(response),
            "headers": self.headers(response),
            "links": self.fingerprints(self.document.mapping(response, "links")),
            **prose_fingerprint(response, "description"),
            **unhandled_fingerprint(response, "content", "headers", "links", "description", "summary"),
        }
        return {key: value for key, value in facts.items() if value}

    def content(self, node: Tree) -> Tree:
        content = self.document.mapping(node, "content")
        return {media.lower(): self.media_type(part, media.lower()) for media, part in content.items()}

    def media_type(self, node: Any, name: str = "") -> Tree:
        media, _ = self.document.follow(node)
        examples = [self.document.follow(example)[0] for example in self.document.mapping(media, "examples").values()]
        values = [example["value"] for example in examples if "value" in example]
        values += [media["example"]] if "example" in media else []
        said = [{name: text for name, text in example.items() if name != "value"} for example in examples]
        is_form = _FORM.fullmatch(name) is not None
        schemas: Tree = {
            key: schema_facts(media[key], self.document) for key in ("schema", "itemSchema") if key in media
        }
        facts: Tree = {
            **schemas,
            "encoding": self.encodings(media, schemas.get("schema", {})) if is_form else {},
            **{key: media[key] for key in ("prefixEncoding", "itemEncoding") if is_form and key in media},
            # An example counts by its shape alone, and a list of examples has no order.
            "examples": sorted((notation(shape_of(value)) for value in values), key=fingerprint),
            **prose_fingerprint({**media, **({"told": said} if any(said) else {})}, "told"),
            **unhandled_fingerprint(media, *_MEDIA),
        }
        return {key: value for key, value in facts.items() if key == "schema" or value not in _EMPTY}

    def encodings(self, media: Tree, schema: Tree) -> Tree:
        found: Tree = {}
        fields: Tree = schema.get("properties", {})
        for name, node in self.document.mapping(media, "encoding").items():
            encoding = self.document.mapping({"encoding": node}, "encoding")
            headers = self.headers(encoding)
            plain = {key: value for key, value in encoding.items() if key not in ("headers", *_STYLE)}
            if "contentType" in plain and plain["contentType"] == _usual_media_type(fields.get(name, {})):
                del plain["contentType"]
            facts = {**plain, **self.style({"in": "query", **encoding}), **({"headers": headers} if headers else {})}
            found |= {name: facts} if facts else {}
        return found

    def headers(self, node: Tree) -> Tree:
        headers = self.document.mapping(node, "headers")
        return {name.lower(): self.value(self.document.follow(header)[0]) for name, header in headers.items()}

    def servers(self, nodes: Any) -> Tree:
        # Without any, OpenAPI means the host that the document came from.
        servers = cast("list[Tree]", nodes or [{"url": "/"}])
        return {
            _AUTHORITY.sub(_in_lower_case, str(server["url"])): {
                **({"variables": self.variables(server)} if server.get("variables") else {}),
                **prose_fingerprint(server, "description", "name"),
            }
            for server in servers
        }

    def variables(self, server: Tree) -> Tree:
        return {
            name: {
                **{key: value for key, value in variable.items() if key not in ("description", "enum")},
                **({"enum": sorted(map(str, variable["enum"]))} if variable.get("enum") else {}),
                **prose_fingerprint(variable, "description"),
            }
            for name, variable in self.document.mapping(server, "variables").items()
        }

    def security_scheme(self, node: Any) -> Tree:
        scheme, _ = self.document.follow(node)
        prose = ("description", "bearerFormat")
        values = {name: value for name, value in scheme.items() if name not in prose and not name.startswith("x-")}
        # Names of HTTP schemes and of headers are not case-sensitive.
        for name, is_free in (("scheme", True), ("name", scheme.get("in") == "header")):
            if name in values and is_free:
                values[name] = str(values[name]).lower()
        if "flows" in values:
            flows = self.document.mapping(scheme, "flows").items()
            values["flows"] = {name: self.flow(flow) for name, flow in flows if not name.startswith("x-")}
        return values | prose_fingerprint(scheme, *prose)

    def flow(self, flow: Tree) -> Tree:
        scopes = self.document.mapping(flow, "scopes").items()
        return {**flow, "scopes": {scope: _hash(text) for scope, text in scopes}}

    def fingerprints(self, nodes: Tree) -> Tree:
        return {name: fingerprint(self.document.follow(node)[0]) for name, node in nodes.items()}


def _hash(text: Any) -> Tree:
    return prose_fingerprint({"description": text}, "description") if text else {}


def _usual_media_type(schema: Tree) -> str | None:
    """Return the media type of a part without one; None where the versions of OpenAPI differ."""
    if schema.get("type") == "array":
        return _usual_media_type(schema.get("items", {}))
    if schema.get("type") == "object":
        return "application/json"
    is_text = schema.get("type") in ("string", "number", "integer", "boolean")
    return "text/plain" if is_text and not schema.keys() & {"format", "contentEncoding", "contentMediaType"} else None


def _in_lower_case(authority: re.Match[str]) -> str:
    # Names of variables are case-sensitive.
    return re.sub(r"[^{}]+(?![^{]*})", lambda part: part[0].lower(), authority[0])
