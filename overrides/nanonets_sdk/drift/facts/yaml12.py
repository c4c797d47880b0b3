"""Reads YAML 1.2 in its core schema, as OpenAPI tools do.

PyYAML implements YAML 1.1, in which a field named `on` becomes True, and `2024-01-31` or `12:30` is not a string.

A description from the network may be hostile. Two things are checked before Python values are built from it: its depth,
on the stream of events, because composing nodes recurses for each level; and its size, on the graph of nodes, in which
an alias is one more edge and costs nothing. Each node is weighed once, as if its aliases were expanded:

    a: &a [x, x]        1 + 1 + 1 =  3
    b: &b [*a, *a]      1 + 3 + 3 =  7
    c: &c [*b, *b]      1 + 7 + 7 = 15      40 such lines: 2 ** 41 values, refused
    d: &d [*d]                              met again while it is being weighed: refused
"""

from __future__ import annotations

import re
from typing import Any, Final, cast

import yaml

from nanonets_sdk.drift.report.outcome import NotComparable

_MAX_DEPTH: Final = 100
_MAX_VALUES: Final = 500_000
# The C loader is ten times faster; not every build of PyYAML has it.
_FASTEST: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TAG: Final = "tag:yaml.org,2002:"
# Pattern and first characters of each scalar type. All of these are equal in YAML 1.1, so what PyYAML writes is read
# back as it was.
_SCALARS: Final = {
    "bool": ("true|True|TRUE|false|False|FALSE", "tTfF"),
    "int": ("[-+]?(?:0|[1-9][0-9]*)", "-+0123456789"),
    "float": (r"[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*)(?:[eE][-+][0-9]+)?", "-+.0123456789"),
    "null": ("~|null|Null|NULL|", ("~", "n", "N", "")),
    "merge": ("<<", "<"),
}
_KNOWN: Final = {None, *(f"{_TAG}{name}" for name in (*_SCALARS, "map", "seq", "str"))}


def load_yaml(text: str, name: str) -> Any:
    """Return the content of a YAML document as plain data.

    Raises:
        NotComparable: The document is not valid YAML, repeats a key, or is unreasonably large or deep.
    """
    depth = 0
    try:
        for count, event in enumerate(yaml.parse(text, Loader=_Loader)):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > _MAX_DEPTH:
                raise NotComparable(f"{name} is nested more than {_MAX_DEPTH} levels deep; it is not OpenAPI.")
            if count > _MAX_VALUES:
                raise NotComparable(f"{name} has more than {_MAX_VALUES:,} values; it does not describe this API.")
        root = yaml.compose(text, Loader=_Loader)
        if root is None:
            raise NotComparable(f"{name} is empty but for comments.", unreachable=True)
        _weigh(root, name, {})
        return _Loader("").construct_document(root)
    except yaml.MarkedYAMLError as error:
        line = f" at line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise NotComparable(f"{name} is not valid YAML: {error.problem or error.context}{line}.") from error
    except (yaml.YAMLError, ValueError) as error:
        raise NotComparable(f"{name} is not valid YAML: {error}.") from error


def _weigh(node: yaml.Node, name: str, weights: dict[int, int | None]) -> int:
    """Count the values of a node with its aliases expanded; refuse a repeated key on the way.

    Args:
        node: The node.
        name: What the document is called in messages.
        weights: Weights by `id` of the node; None while a node is being weighed.
    """
    if id(node) not in weights:
        weights[id(node)] = None
        parts = cast("list[yaml.Node]", node.value) if isinstance(node, yaml.SequenceNode) else []
        if isinstance(node, yaml.MappingNode):
            keys: set[str] = set()
            for key, value in cast("list[tuple[yaml.Node, yaml.Node]]", node.value):
                label = str(key.value)
                # PyYAML would silently keep the last one. The merge key << may be repeated.
                if label in keys and label != "<<":
                    raise NotComparable(f"{name} says {label!r} twice in one place, at line {key.start_mark.line + 1}.")
                keys.add(label)
                parts.append(value)
        weights[id(node)] = 1 + sum(_weigh(part, name, weights) for part in parts)
    weight = weights[id(node)]
    if weight is None:
        raise NotComparable(f"{name} contains an alias of itself.")
    if weight > _MAX_VALUES:
        raise NotComparable(f"{name} grows beyond {_MAX_VALUES:,} values through its aliases (a YAML bomb).")
    return weight


def _construct_mapping(loader: Any, node: yaml.Node, deep: bool = False) -> Any:
    if isinstance(node, yaml.MappingNode):
        loader.flatten_mapping(node)
        for key, _ in cast("list[tuple[yaml.Node, yaml.Node]]", node.value):
            if isinstance(key, yaml.ScalarNode):
                key.tag = f"{_TAG}str"
    return _FASTEST.construct_mapping(loader, node, deep)


# Plain data only, and the keys of a mapping are strings as they are written: a status is "200", a field may be "on".
_Loader: Final[Any] = type(
    "_Loader",
    (_FASTEST,),
    {
        "construct_mapping": _construct_mapping,
        "yaml_implicit_resolvers": {},
        "yaml_constructors": {tag: construct for tag, construct in _FASTEST.yaml_constructors.items() if tag in _KNOWN},
    },
)
for _name, (_expression, _first) in _SCALARS.items():
    _Loader.add_implicit_resolver(f"{_TAG}{_name}", re.compile(f"(?:{_expression})$"), list(_first))
