"""An OpenAPI document whose references can be followed, and fingerprints of its parts."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from functools import cached_property
from typing import Any, Final
from urllib.parse import unquote, urljoin

from attrs import field, frozen

from nanonets_sdk.drift.facts.json_types import Tree, is_list, is_tree
from nanonets_sdk.drift.facts.pointers import join, split
from nanonets_sdk.drift.report.outcome import NotComparable

SHOWN: Final = "shown"
_PROSE: Final = frozenset({"prose", "extensions", SHOWN})
_MAX_SCHEMAS: Final = 50_000


@frozen
class Document:
    """An OpenAPI document.

    Attributes:
        root: The document as plain data.
        name: What it is called in messages.
        used: The components that were referred to so far.
        tally: Counts the schemas inlined so far, as `schemas`, and the circles met, as `circles`.
        resolved: What each reference was found to refer to.
        inlined: The facts of the schemas whose references lead back to none of them, with the number of schemas in it.
    """

    root: Tree = field(repr=False)
    name: str = "the document"
    used: set[str] = field(factory=set[str], repr=False)
    tally: Counter[str] = field(factory=Counter[str], repr=False)
    resolved: dict[str, tuple[str, Any]] = field(factory=dict[str, "tuple[str, Any]"], repr=False)
    inlined: dict[str, tuple[Tree, int]] = field(factory=dict[str, "tuple[Tree, int]"], repr=False)

    def follow(self, node: Any, *beside: str) -> tuple[Tree, tuple[str, ...]]:
        """Return the object that a node refers to, and the references on the way to it.

        Args:
            node: An object, or a reference to one.
            beside: The sibling keys of a reference that override those of its target.

        Raises:
            NotComparable: The node is not an object, or its reference is broken, circular or external.
        """
        followed: list[str] = []
        found: Tree = self._object(node, "")
        while "$ref" in found:
            reference, target = self.resolve(str(found["$ref"]))
            if reference in followed:
                raise NotComparable(f"{self.name}: the reference {reference} leads back to itself.")
            followed.append(reference)
            kept = {key: value for key, value in found.items() if key in beside and key != "$ref"}
            found = {**self._object(target, reference), **kept}
        return found, tuple(followed)

    def mapping(self, node: Tree, key: str) -> Tree:
        """Return a member that has to be an object; an empty one if it is absent.

        Raises:
            NotComparable: The member is not an object.
        """
        return self._object(node.get(key) or {}, key)

    def count_schemas(self, number: int) -> None:
        """Count schemas that are inlined.

        Raises:
            NotComparable: There are so many that references must multiply each other.
        """
        self.tally["schemas"] += number
        if self.tally["schemas"] > _MAX_SCHEMAS:
            raise NotComparable(f"{self.name} grows beyond {_MAX_SCHEMAS:,} schemas through its references.")

    def _object(self, node: Any, place: str) -> Tree:
        if not is_tree(node):
            raise NotComparable(f"{self.name} is malformed: an object was expected{' at ' * bool(place)}{place}.")
        return node

    def resolve(self, reference: str) -> tuple[str, Any]:
        """Return a reference in its one spelling, and what it refers to.

        Raises:
            NotComparable: The reference is broken or external.
        """
        if reference not in self.resolved:
            self.resolved[reference] = self._target(reference)
        return self.resolved[reference]

    def _target(self, reference: str) -> tuple[str, Any]:
        base, _, fragment = reference.partition("#")
        home, root = self._resource(base)
        if fragment and not fragment.startswith("/"):
            anchor = unquote(fragment)
            if anchor not in self.named:
                raise NotComparable(f"{self.name} refers to {reference}, which is not there.")
            way, node = self.named[anchor]
            return self._used(way), node
        # A reference is a URI: "%7B" is "{". Documents that forget to encode a "%" mean what is written.
        for pointer in (unquote(fragment), fragment):
            # Inside a schema with an `$id`, a pointer may begin at that schema.
            for way, start in ((home, root), *(self.named[name] for name in self.named if not base and ":" in name)):
                keys, node = split(pointer), start
                for key in keys:
                    if is_list(node) and key.isdigit() and int(key) < len(node):
                        node = node[int(key)]
                    elif is_tree(node) and key in node:
                        node = node[key]
                    else:
                        break
                else:
                    return self._used((*way, *keys)), node
        raise NotComparable(f"{self.name} refers to {reference}, which is not there.")

    @cached_property
    def named(self) -> dict[str, tuple[tuple[str, ...], Any]]:
        """The schemas with an `$anchor` or an `$id`, by anchor or `id:` and URI, with the way to each."""
        found: dict[str, tuple[tuple[str, ...], Any]] = {}
        waiting: list[tuple[tuple[str, ...], Any]] = [((), self.root)]
        while waiting:
            way, node = waiting.pop()
            if is_tree(node):
                for key, mark in (("$anchor", ""), ("$dynamicAnchor", ""), ("$id", "id:")):
                    if isinstance(node.get(key), str):
                        found.setdefault(mark + node[key], (way, node))
                waiting += [((*way, str(key)), value) for key, value in node.items() if isinstance(value, dict | list)]
            elif is_list(node):
                waiting += [((*way, str(at)), value) for at, value in enumerate(node) if isinstance(value, dict | list)]
        return found

    @cached_property
    def children(self) -> dict[str, list[str]]:
        """The names of the schemas that extend another one with `allOf`, by the reference to that one."""
        found: dict[str, list[str]] = {}
        for name, schema in self.mapping(self.mapping(self.root, "components"), "schemas").items():
            parts: Any = schema.get("allOf") if is_tree(schema) else None
            for part in parts if is_list(parts) else []:
                if is_tree(part) and isinstance(part.get("$ref"), str):
                    found.setdefault(self.resolve(part["$ref"])[0], []).append(str(name))
        return found

    def _resource(self, base: str) -> tuple[tuple[str, ...], Any]:
        """Return the way to the document or schema with a URI, and the document or schema."""
        own = str(self.root.get("$self", ""))
        if not base or (own and urljoin(own, base) == own):
            return (), self.root
        for uri in (base, urljoin(own, base)):
            if f"id:{uri}" in self.named:
                return self.named[f"id:{uri}"]
        raise NotComparable(f"{self.name} refers to {base}, which is outside of it.")

    def _used(self, way: tuple[str, ...]) -> str:
        # What is inside of a component uses the component.
        self.used.add("#" + join(way[:3]))
        return "#" + join(way)


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


def without_prose(value: Any) -> Any:
    """Return facts without what is only for people: fingerprints of prose, and which examples show a field."""
    if is_list(value):
        return [without_prose(part) for part in value]
    if not is_tree(value):
        return value
    # A property may be named `prose`; its value is a schema then.
    return {name: without_prose(part) for name, part in value.items() if not (name in _PROSE and isinstance(part, str))}
