"""An OpenAPI document whose references can be followed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any, Final

from attrs import field, frozen

from nanonets_sdk.drift.facts.json_types import Tree, is_tree
from nanonets_sdk.drift.facts.pointers import split
from nanonets_sdk.drift.report.outcome import NotComparable

_MOST_SCHEMAS: Final = 50_000


@frozen
class Document:
    """An OpenAPI document.

    Attributes:
        root: The document as plain data.
        name: What it is called in messages.
        used: The references that were followed so far.
        schemas: Counts the schemas that were written out so far.
    """

    root: Tree = field(repr=False)
    name: str = "the document"
    used: set[str] = field(factory=set[str], repr=False)
    schemas: Iterator[int] = field(factory=count, repr=False)

    def follow(self, node: Any, trail: tuple[str, ...] = ()) -> tuple[Tree, tuple[str, ...]]:
        """Return what a node is once its references are followed, and the references on the way to it.

        Args:
            node: An object of the document, perhaps a reference.
            trail: The references on the way so far.

        Raises:
            NotComparable: It is no object, or its reference leads nowhere, in a circle or out of the document.
        """
        followed: list[str] = []
        found: Tree = self._object(node, "")
        while "$ref" in found:
            reference = str(found["$ref"])
            if reference in followed:
                raise NotComparable(f"{self.name}: the reference {reference} leads back to itself.")
            followed.append(reference)
            beside = {key: value for key, value in found.items() if key != "$ref"}
            found = {**self._object(self._at(reference), reference), **beside}
        self.used.update(followed)
        return found, (*trail, *followed)

    def mapping(self, node: Tree, key: str) -> Tree:
        """Return an object's member that must be an object; an empty one where it is absent.

        Raises:
            NotComparable: It is something else.
        """
        return self._object(node.get(key) or {}, key)

    def write_out(self) -> None:
        """Count a schema that is written out in the place of its reference.

        Raises:
            NotComparable: There are so many that references must multiply each other.
        """
        if next(self.schemas) > _MOST_SCHEMAS:
            raise NotComparable(f"{self.name} grows beyond {_MOST_SCHEMAS:,} schemas through its references.")

    def _object(self, node: Any, place: str) -> Tree:
        if not is_tree(node):
            raise NotComparable(f"{self.name} is malformed: an object was expected{' at ' * bool(place)}{place}.")
        return node

    def _at(self, reference: str) -> Any:
        if not reference.startswith("#/"):
            raise NotComparable(f"{self.name} refers to {reference}, which is outside of it.")
        node: Any = self.root
        for key in split(reference[1:]):
            if not is_tree(node) or key not in node:
                raise NotComparable(f"{self.name} refers to {reference}, which is not there.")
            node = node[key]
        return node


def fingerprint(value: Any) -> str:
    """Return the SHA-256 of a value as JSON with sorted keys."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def unread(node: Mapping[str, Any], *names: str) -> Tree:
    """Return as `other` the fingerprint of what an object has beyond what is read, so that it cannot move unseen.

    Args:
        node: An object of an OpenAPI document.
        names: The keys that are read.
    """
    others = {name: value for name, value in node.items() if name not in names and not str(name).startswith("x-")}
    return {"other": fingerprint(others)} if others else {}


def words(node: Mapping[str, Any], *names: str) -> Tree:
    """Return the fingerprints of what a node says to people: `prose` of its texts, `extensions` of its `x-` keys.

    Args:
        node: An object of an OpenAPI document.
        names: The keys whose values are for people.
    """
    prose = {name: node[name] for name in names if name in node}
    extensions = {name: value for name, value in node.items() if str(name).startswith("x-")}
    found = {"prose": prose, "extensions": extensions}
    return {name: fingerprint(value) for name, value in found.items() if value}
