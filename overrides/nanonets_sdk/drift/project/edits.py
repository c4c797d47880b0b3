"""Edits of YAML files as people write them: lines are inserted and replaced, and all others stay as they are."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any, Final

import yaml
from attrs import frozen

from nanonets_sdk.drift.changes.inferred import types_in
from nanonets_sdk.drift.facts.json_types import Tree, is_tree
from nanonets_sdk.drift.project.places import child, members

_WIDTH: Final = 110
# Facts that are not keywords of a schema: hashes, flags that a schema lists under `required`, and marks of examples.
_NO_KEYWORDS: Final = frozenset({"extensions", "other", "prose", "required", "shown"})


@frozen
class Edit:
    """Lines to put in place of others.

    Attributes:
        first: The first line to replace, from 0.
        until: The line after the last one to replace; equal to `first` if lines are only inserted.
        lines: The new lines.
    """

    first: int
    until: int
    lines: tuple[str, ...]


def applied(text: str, edits: Iterable[Edit]) -> str:
    """Return text with edits applied; those of one place in their order."""
    lines = text.split("\n")
    # From the end, so that the numbers of the lines before stay right.
    for _, edit in sorted(enumerate(edits), key=lambda one: (one[1].first, one[0]), reverse=True):
        lines[edit.first : edit.until] = edit.lines
    return "\n".join(lines)


def difference(before: str, after: str, name: str) -> str:
    """Return the difference of two texts as `diff -u` writes it."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), f"a/{name}", f"b/{name}", n=2, lineterm="")
    return "\n".join(lines)


def schema_from(facts: Tree) -> Tree:
    """Return the schema that a fact describes, as OpenAPI writes it."""
    made: Tree = {}
    for name, value in facts.items():
        if name in _NO_KEYWORDS:
            continue
        if name == "type" and isinstance(value, str):
            types = sorted(types_in(value))
            made[name] = types[0] if len(types) == 1 else types
        elif name == "properties" and is_tree(value):
            made[name] = {key: schema_from(part) for key, part in value.items()}
        else:
            made[name] = schema_from(value) if is_tree(value) else value
    return made


def add_member(mapping: Any, name: str, value: Tree) -> Edit:
    """Return the edit that adds a member to the end of a mapping in block style."""
    column = members(mapping)[0][0].start_mark.column
    line = last_line(mapping) + 1
    return Edit(line, line, _block({name: value}, column))


def add_item(sequence: Any, value: Tree) -> Edit:
    """Return the edit that adds an item to the end of a list in block style."""
    line = last_line(sequence) + 1
    return Edit(line, line, _block([value], sequence.start_mark.column))


def is_block(node: Any) -> bool:
    """Return whether a mapping or list has members, on lines of their own."""
    return isinstance(node, yaml.CollectionNode) and not node.flow_style and bool(node.value)


def set_member(mapping: Any, name: str, value: Any, after: str) -> Edit:
    """Return the edit that sets a member on one line, in its place or else after another member."""
    column = members(mapping)[0][0].start_mark.column
    old = child(mapping, name)
    line = f"{' ' * column}{name}: {in_flow(value)}"
    if old is None:
        first = last_line(child(mapping, after)) + 1
        return Edit(first, first, (line,))
    key = next(key for key, _ in members(mapping) if key.value == name)
    return Edit(key.start_mark.line, last_line(old) + 1, (line,))


def remove_item(item: Any) -> Edit:
    """Return the edit that removes an item of a list in block style."""
    return Edit(item.start_mark.line, last_line(item) + 1, ())


def in_flow(value: Any) -> str:
    """Return a value as YAML on one line."""
    text = yaml.safe_dump(value, default_flow_style=True, sort_keys=False, width=10_000, allow_unicode=True)
    return text.removesuffix("\n").removesuffix("\n...")


def last_line(node: Any) -> int:
    """Return the number, from 0, of the last line of a node."""
    last = node
    while is_block(last):
        pairs = members(last)
        last = pairs[-1][1] if pairs else last.value[-1]
    end: Any = last.end_mark
    # A block of text ends where the next line begins.
    return int(end.line) - (end.column == 0 and getattr(last, "style", "") in {"|", ">"})


def _block(value: Any, column: int) -> tuple[str, ...]:
    text = yaml.safe_dump(value, sort_keys=False, width=_WIDTH - column, allow_unicode=True)
    return tuple(f"{' ' * column}{line}" for line in text.splitlines())
