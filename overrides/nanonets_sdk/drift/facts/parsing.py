"""From bytes to an OpenAPI document, or a sentence that says what the bytes are instead."""

from __future__ import annotations

import json
import re
from collections.abc import Hashable, Iterator
from typing import Any, Final, cast

import yaml

from nanonets_sdk.drift.facts.json_types import Tree, is_tree
from nanonets_sdk.drift.facts.yaml12 import Loader
from nanonets_sdk.drift.report.outcome import NotComparable

_DEEPEST: Final = 100
_MOST_NODES: Final = 500_000
_LOST_INDENTATION: Final = re.compile(r"^paths:[ \t]*\n(?:[ \t]*(?:#.*)?\n)*/", re.MULTILINE)
_JSON: Final = re.compile(r'\s*\{\s*["}]')
_VERSIONS: Final = ("3.0", "3.1")


def parse(content: bytes, name: str) -> Tree:
    """Return the OpenAPI document that the bytes hold, as plain data.

    Args:
        content: YAML or JSON in UTF-8.
        name: What the document is called in messages.

    Raises:
        NotComparable: They hold no OpenAPI 3 document with at least one operation.
    """
    text = _text(content, name)
    loaded = _json(text, name) if _JSON.match(text) else _yaml(text, name)
    return _openapi(loaded, name)


def load_yaml(text: str, name: str) -> Any:
    """Return the plain data of one YAML document.

    Raises:
        NotComparable: It is no YAML, repeats a key, or would grow beyond reason through its aliases.
    """
    return _yaml(text, name)


def _text(content: bytes, name: str) -> str:
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise NotComparable(f"{name} is no text in UTF-8 (byte {error.start} is wrong).") from error
    if not text.strip():
        raise NotComparable(f"{name} is empty.", unreachable=True)
    if text.lstrip().startswith("<"):
        raise NotComparable(f"{name} is a page in HTML or XML, not an OpenAPI document.", unreachable=True)
    if _LOST_INDENTATION.search(text):
        raise NotComparable(
            f"{name} is an OpenAPI document whose indentation was lost: its paths stand in the first column. "
            "Its facts cannot be told apart any more; fetch it again as it was published."
        )
    return text


def _json(text: str, name: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        if error.msg == "Extra data":
            raise NotComparable(f"{name} has something after the end of its JSON, at line {error.lineno}.") from error
        raise NotComparable(f"{name} is broken JSON: {error.msg} at line {error.lineno}.") from error
    except _Repeated as error:
        raise NotComparable(f"{name} says {error.args[0]!r} twice in one place.") from error
    except ValueError as error:
        raise NotComparable(f"{name} holds JSON that cannot be read: {error}.") from error
    except RecursionError as error:
        raise NotComparable(f"{name} is nested too deeply to be an OpenAPI document.") from error


class _Repeated(Exception):
    """A key that stands twice in one mapping."""


def _once(pairs: list[tuple[str, Any]]) -> Tree:
    found: Tree = {}
    for key, value in pairs:
        if key in found:
            raise _Repeated(key)
        found[key] = value
    return found


def _yaml(text: str, name: str) -> Any:
    try:
        _refuse_depth(text, name)
        root = yaml.compose(text, Loader=Loader)
        if root is None:
            raise NotComparable(f"{name} is empty but for comments.", unreachable=True)
        _Weighing(name).weigh(root)
        return Loader("").construct_document(root)
    except yaml.MarkedYAMLError as error:
        line = f" at line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise NotComparable(f"{name} is no valid YAML: {error.problem or error.context}{line}.") from error
    except (yaml.YAMLError, ValueError) as error:
        raise NotComparable(f"{name} is no valid YAML: {error}.") from error


def _refuse_depth(text: str, name: str) -> None:
    depth = 0
    for count, event in enumerate(yaml.parse(text, Loader=Loader)):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > _DEEPEST:
            raise NotComparable(f"{name} is nested more than {_DEEPEST} levels deep; it is no OpenAPI document.")
        if count > _MOST_NODES:
            raise NotComparable(f"{name} has more than {_MOST_NODES:,} values; it is no description of this API.")


class _Weighing:
    """Counts the values of a YAML document with its aliases written out, without writing them out."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._weights: dict[int, int] = {}
        self._open: set[int] = set()

    def weigh(self, node: yaml.Node) -> int:
        if id(node) in self._open:
            raise NotComparable(f"{self._name} holds an alias of itself, without end.")
        if id(node) not in self._weights:
            self._open.add(id(node))
            self._weights[id(node)] = 1 + sum(map(self.weigh, self._parts(node)))
            self._open.remove(id(node))
        weight = self._weights[id(node)]
        if weight > _MOST_NODES:
            raise NotComparable(f"{self._name} grows beyond {_MOST_NODES:,} values through its aliases (a YAML bomb).")
        return weight

    def _parts(self, node: yaml.Node) -> Iterator[yaml.Node]:
        if isinstance(node, yaml.SequenceNode):
            yield from cast("list[yaml.Node]", node.value)
        if isinstance(node, yaml.MappingNode):
            keys: set[Hashable] = set()
            for key, value in cast("list[tuple[yaml.Node, yaml.Node]]", node.value):
                label = str(key.value)
                if label in keys and label != "<<":
                    raise NotComparable(
                        f"{self._name} says {label!r} twice in one place, at line {key.start_mark.line + 1}."
                    )
                keys.add(label)
                yield value


def _openapi(loaded: Any, name: str) -> Tree:
    if not is_tree(loaded):
        raise NotComparable(f"{name} is no OpenAPI document: it is {_described(loaded)}, not a mapping.")
    document = loaded
    if "swagger" in document:
        raise NotComparable(f"{name} is Swagger (OpenAPI {document['swagger']}); OpenAPI 3 is wanted.")
    if "openapi" not in document:
        raise NotComparable(f"{name} is no OpenAPI document: it has no key `openapi`, but {_keys(document)}.")
    version = str(document["openapi"])
    if not version.startswith(_VERSIONS):
        raise NotComparable(f"{name} says that it is OpenAPI {version}; {' and '.join(_VERSIONS)} are understood.")
    paths: Any = document.get("paths")
    if not is_tree(paths) or not paths:
        raise NotComparable(f"{name} describes no path: it is cut off, or not the description of this API.")
    return document


def _described(value: object) -> str:
    names = {"str": "a text", "list": "a list", "NoneType": "nothing"}
    return names.get(type(value).__name__, f"a {type(value).__name__}")


def _keys(document: Tree) -> str:
    named = [f"`{key}`" for key in list(document)[:5]]
    return ", ".join(named) if named else "none at all"
