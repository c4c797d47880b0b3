"""YAML as the tools read it that API descriptions are written with: plain data, in the core schema of YAML 1.2.

PyYAML reads YAML 1.1, in which a field named `on` is named True, and `2024-01-31` or `12:30` is no text.
"""

from __future__ import annotations

import re
from typing import Any, Final, cast

import yaml

# The C loader is ten times faster; not every build of PyYAML has it.
_FASTEST: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TAG: Final = "tag:yaml.org,2002:"
# What each looks like, and how it may begin. All of it is the same in YAML 1.1, so what PyYAML writes is read back.
_SCALARS: Final = {
    "bool": ("true|True|TRUE|false|False|FALSE", "tTfF"),
    "int": ("[-+]?(?:0|[1-9][0-9]*)", "-+0123456789"),
    "float": (r"[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*)(?:[eE][-+][0-9]+)?", "-+.0123456789"),
    "null": ("~|null|Null|NULL|", ("~", "n", "N", "")),
    "merge": ("<<", "<"),
}
_KNOWN: Final = {None, *(f"{_TAG}{name}" for name in (*_SCALARS, "map", "seq", "str"))}


def _construct_mapping(loader: Any, node: yaml.Node, deep: bool = False) -> Any:
    if isinstance(node, yaml.MappingNode):
        loader.flatten_mapping(node)
        for key, _ in cast("list[tuple[yaml.Node, yaml.Node]]", node.value):
            if isinstance(key, yaml.ScalarNode):
                key.tag = f"{_TAG}str"
    return _FASTEST.construct_mapping(loader, node, deep)


# Reads mappings, lists, texts, numbers, booleans and null; the keys of a mapping are texts, as they are written.
Loader: Final[Any] = type(
    "Loader",
    (_FASTEST,),
    {
        "construct_mapping": _construct_mapping,
        "yaml_implicit_resolvers": {},
        "yaml_constructors": {tag: construct for tag, construct in _FASTEST.yaml_constructors.items() if tag in _KNOWN},
    },
)
for _name, (_expression, _first) in _SCALARS.items():
    Loader.add_implicit_resolver(f"{_TAG}{_name}", re.compile(f"(?:{_expression})$"), list(_first))
