"""The portable form of an API description, for tools that refuse what the standard allows.

A link may give its target a body of any JSON type, and YAML may give a node a second name. openapi-generator accepts
only a string as the body of a link, and Specmatic stops at the second name.
Both are left out here. Requests and replies are described as before.
"""

from __future__ import annotations

from typing import Any


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
    if not isinstance(document, dict):
        return _copied(document)
    copy = _copied(document)
    for link in _links(copy):
        if isinstance(link.get("requestBody"), dict | list):
            del link["requestBody"]
            # It says how schemathesis merges the body.
            link.pop("x-schemathesis", None)
    return copy


def _links(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Return every link of a description: of its components, and of each response."""
    components = document.get("components") or {}
    holders = [components, *(components.get("responses") or {}).values()]
    paths = (document.get("paths") or {}).values()
    for operation in (one for path in paths for one in path.values() if isinstance(one, dict)):
        holders += (operation.get("responses") or {}).values()
    return [link for holder in holders for link in (holder.get("links") or {}).values()]


def _copied(node: Any) -> Any:
    # Unlike `copy.deepcopy`, which keeps shared nodes shared.
    if isinstance(node, dict):
        return {key: _copied(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_copied(value) for value in node]
    return node
