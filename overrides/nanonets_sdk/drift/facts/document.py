"""An OpenAPI document whose references can be followed, and fingerprints of its parts."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any, Final
from urllib.parse import unquote

from attrs import field, frozen

from nanonets_sdk.drift.facts.json_types import Tree, is_tree
from nanonets_sdk.drift.facts.pointers import split
from nanonets_sdk.drift.report.outcome import NotComparable

_MAX_SCHEMAS: Final = 50_000


@frozen
class Document:
    """An OpenAPI document.

    Attributes:
        root: The document as plain data.
        name: What it is called in messages.
        used: The references followed so far, each in its one spelling.
        schemas: Counts the schemas inlined so far.
    """

    root: Tree = field(repr=False)
    name: str = "the document"
    used: set[str] = field(factory=set[str], repr=False)
    schemas: Iterator[int] = field(factory=count, repr=False)

    def follow(self, node: Any, trail: tuple[str, ...] = ()) -> tuple[Tree, tuple[str, ...]]:
        """Return the object that a node refers to, and the references on the way to it.

        Raises:
            NotComparable: The node is not an object, or its reference is broken, circular or external.
        """
        followed: list[str] = []
        found: Tree = self._object(node, "")
        while "$ref" in found:
            reference, target = self._at(str(found["$ref"]))
            if reference in followed:
                raise NotComparable(f"{self.name}: the reference {reference} leads back to itself.")
            followed.append(reference)
            # OpenAPI 3.1 allows keys beside a reference; they override those of its target.
            beside = {key: value for key, value in found.items() if key != "$ref"}
            found = {**self._object(target, reference), **beside}
        self.used.update(followed)
        return found, (*trail, *followed)

    def mapping(self, node: Tree, key: str) -> Tree:
        """Return a member that has to be an object; an empty one if it is absent.

        Raises:
            NotComparable: The member is not an object.
        """
        return self._object(node.get(key) or {}, key)

    def count_schema(self) -> None:
        """Count a schema that is inlined.

        Raises:
            NotComparable: There are so many that references must multiply each other.
        """
        if next(self.schemas) > _MAX_SCHEMAS:
            raise NotComparable(f"{self.name} grows beyond {_MAX_SCHEMAS:,} schemas through its references.")

    def _object(self, node: Any, place: str) -> Tree:
        if not is_tree(node):
            raise NotComparable(f"{self.name} is malformed: an object was expected{' at ' * bool(place)}{place}.")
        return node

    def _at(self, reference: str) -> tuple[str, Any]:
        """Return a reference in its one spelling, and what it refers to."""
        if not reference.startswith("#/"):
            raise NotComparable(f"{self.name} refers to {reference}, which is outside of it.")
        # A reference is a URI: "%7B" is "{". Documents that forget to encode a "%" mean what is written.
        for pointer in (unquote(reference[1:]), reference[1:]):
            node: Any = self.root
            for key in split(pointer):
                if not is_tree(node) or key not in node:
                    break
                node = node[key]
            else:
                return f"#{pointer}", node
        raise NotComparable(f"{self.name} refers to {reference}, which is not there.")


def fingerprint(value: Any) -> str:
    """Return the SHA-256 of a value as JSON with sorted keys."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def unhandled_fingerprint(node: Mapping[str, Any], *names: str) -> Tree:
    """Return the fingerprint of all keys that nothing else reads, as `other`, so that no change of them is missed."""
    others = {name: value for name, value in node.items() if name not in names and not str(name).startswith("x-")}
    return {"other": fingerprint(others)} if others else {}


def prose_fingerprint(node: Mapping[str, Any], *names: str) -> Tree:
    """Return the fingerprints of the parts for people: `prose`, and `extensions` for the `x-` keys."""
    prose = {name: node[name] for name in names if name in node}
    extensions = {name: value for name, value in node.items() if str(name).startswith("x-")}
    found = {"prose": prose, "extensions": extensions}
    return {name: fingerprint(value) for name, value in found.items() if value}
