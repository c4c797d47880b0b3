"""The portable form of an API description, for tools that refuse what the standard allows.

A link may give its target a body of any JSON type, and YAML may give a node a second name. openapi-generator accepts
only a string as the body of a link, and Specmatic stops at the second name.
Both are left out here. Requests and replies are described as before.
"""

from __future__ import annotations

from typing import Any, cast

import msgspec


def portable(document: Any) -> Any:
    """Return a copy of a description without the bodies of links, sharing no part with another part.

    Written as YAML the copy has no aliases. What a link says about parameters is kept. The original is not changed.

    Args:
        document: The description as YAML or JSON was read.

    Examples:
        >>> link = {"operationId": "get", "requestBody": {"id": "$response.body#/id"}}
        >>> portable({"components": {"links": {"next": link}}})
        {'components': {'links': {'next': {'operationId': 'get'}}}}
    """
    # Unlike `copy.deepcopy`, this keeps no node shared.
    copy = msgspec.to_builtins(document)
    for link in _links(copy):
        if isinstance(link.get("requestBody"), dict | list):
            del link["requestBody"]
            # It says how schemathesis merges the body.
            link.pop("x-schemathesis", None)
    return copy


def _links(document: Any) -> list[dict[str, Any]]:
    """Return every link of a description: of its components, and of each response."""
    components = _object(_object(document).get("components"))
    operations = [operation for path in _objects(_object(document).get("paths")) for operation in _objects(path)]
    holders = [components, *_objects(components.get("responses"))]
    holders += [response for operation in operations for response in _objects(operation.get("responses"))]
    return [link for holder in holders for link in _objects(holder.get("links"))]


def _object(node: Any) -> dict[str, Any]:
    return cast("dict[str, Any]", node) if isinstance(node, dict) else {}


def _objects(node: Any) -> list[dict[str, Any]]:
    return [_object(value) for value in _object(node).values()]
