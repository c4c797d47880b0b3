"""The lines of a YAML or JSON document on which findings are.

A finding has an operation and a pointer into its facts, with references resolved. The walk goes the same way through
the nodes of the text, and stops at the last one that is there:

    POST /OCR/Model  /responses/200/content/application~1json/schema/properties/state/required
    paths > /OCR/Model > post > responses > "200" > content > application/json > schema > $ref ...
                 ... components > schemas > Model > properties > state        its line; `required` is elsewhere
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import yaml

from nanonets_sdk.drift.facts.parsing import decoded
from nanonets_sdk.drift.facts.pointers import split

_LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_IDS: Final = ("operationId", "x-published-operation-id")
_MAX_REFERENCES: Final = 50
_MAX_MERGED: Final = 6


class Places:
    """The nodes of a document.

    Args:
        content: Its bytes. Of what is not YAML no lines are known.
    """

    def __init__(self, content: bytes) -> None:
        try:
            self._root = yaml.compose(decoded(content), Loader=_LOADER)
        except (yaml.YAMLError, UnicodeDecodeError, RecursionError):
            self._root = None
        self._operations = dict(self._by_name())

    def line_of(self, where: str, pointer: str) -> int:
        """Return the line, from 1, of a fact of an operation; 0 if it is not known.

        Args:
            where: Method and path, or the id of the operation; anything else is the document as a whole.
            pointer: Pointer to the fact.
        """
        start = self._operations.get(where, ())
        if not start and (" /" in where or not pointer):
            return 0
        return self.line_at((*start, *split(pointer)))

    def line_at(self, path: Sequence[str]) -> int:
        """Return the line, from 1, of the last node on a path that is there; 0 if there is none."""
        return self._walk(path)[1]

    def node_of(self, where: str, pointer: str) -> Any:
        """Return the node of a fact of an operation, with references followed; None if it is not there."""
        path = (*self._operations.get(where, ("",)), *split(pointer))
        node, _, steps = self._walk(path)
        return self._followed(node) if steps == len(path) else None

    def entries(self, name: str) -> list[Any]:
        """Return the nodes of a list at the top of the document."""
        node = child(self._root, name)
        return node.value if isinstance(node, yaml.SequenceNode) else []

    def _walk(self, path: Sequence[str]) -> tuple[Any, int, int]:
        """Return the last node on a path that is there, its line, and the number of steps to it."""
        node, line = self._root, 0
        for steps, segment in enumerate(path):
            found = self._step(node, segment)
            if found is None:
                return node, line, steps
            node, line = found
        return node, line, len(path)

    def _step(self, node: Any, segment: str, depth: int = 0) -> tuple[Any, int] | None:
        """Return the child of a node and its line."""
        node = self._followed(node) if depth < _MAX_MERGED else None
        if isinstance(node, yaml.SequenceNode):
            for index, item in enumerate(node.value):
                if segment in (str(index), _parameter(self._followed(item))):
                    return item, item.start_mark.line + 1
            return None
        for key, value in members(node):
            if key.value == segment:
                return value, key.start_mark.line + 1
        # Facts merge `allOf`, and name what stands below these two as if it stood beside them.
        for part in ("components", "facts", "allOf"):
            value = child(node, part)
            parts = value.value if isinstance(value, yaml.SequenceNode) else [value] if value else []
            found = next((one for one in (self._step(one, segment, depth + 1) for one in parts) if one), None)
            if found:
                return found
        return None

    def _followed(self, node: Any) -> Any:
        for _ in range(_MAX_REFERENCES):
            reference = child(node, "$ref")
            if reference is None or not isinstance(reference.value, str):
                break
            node = self._root
            for segment in split(reference.value):
                node = child(node, segment)
        return node

    def _by_name(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield the operations of a document, or of a lock, by every name that findings use."""
        for name, _ in members(child(child(self._root, "facts"), "operations")):
            yield name.value, ("facts", "operations", name.value)
        for path, item in members(child(self._root, "paths")):
            for method, operation in members(item):
                place = ("paths", path.value, method.value)
                yield f"{method.value.upper()} {path.value}", place
                yield from ((value.value, place) for key, value in members(operation) if key.value in _IDS)


def members(node: Any) -> list[tuple[Any, Any]]:
    """Return the nodes of keys and values of a mapping; nothing for any other node."""
    return node.value if isinstance(node, yaml.MappingNode) else []


def child(node: Any, name: str) -> Any:
    """Return the node of a member of a mapping; None if it is not there."""
    return next((value for key, value in members(node) if key.value == name), None)


def _parameter(node: Any) -> str:
    """Return `place:name` of a parameter, as facts call it."""
    values = {key.value: value.value for key, value in members(node)}
    return f"{values.get('in')}:{values.get('name')}"
