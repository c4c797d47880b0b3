"""Annotations in one spelling, and which of two accepts more.

    Optional[str]            None | str
    "Path | str"             Path | str
    Union[str, "Path"]       Path | str
    Literal["w", "r"]        Literal['r', 'w']

They are read as text, so that nothing is imported. What one class inherits from another is not known here, except for
the collections and numbers of the standard library.
"""

from __future__ import annotations

import ast
from functools import lru_cache
from typing import Final

_OLD_NAMES: Final = {
    "List": "list",
    "Dict": "dict",
    "Tuple": "tuple",
    "Set": "set",
    "FrozenSet": "frozenset",
    "Type": "type",
    "Text": "str",
}
_MODULES: Final = frozenset({"typing", "typing_extensions", "t", "collections.abc", "abc"})
_ANYTHING: Final = frozenset({"Any", "object", ""})
_COLLECTIONS: Final = ("Collection", "Iterable", "Container", "Reversible")
# What values of a type are, besides of their own type.
_WIDER: Final[dict[str, tuple[str, ...]]] = {
    "list": ("MutableSequence", "Sequence", *_COLLECTIONS),
    "tuple": ("Sequence", *_COLLECTIONS),
    "MutableSequence": ("Sequence", *_COLLECTIONS),
    "Sequence": _COLLECTIONS,
    "set": ("MutableSet", "Set", *_COLLECTIONS),
    "frozenset": ("Set", *_COLLECTIONS),
    "dict": ("MutableMapping", "Mapping"),
    "MutableMapping": ("Mapping",),
    "Collection": ("Iterable", "Container"),
    "Generator": ("Iterator", "Iterable"),
    "Iterator": ("Iterable",),
    "AsyncGenerator": ("AsyncIterator", "AsyncIterable"),
    "AsyncIterator": ("AsyncIterable",),
    "bool": ("int", "float"),
    "int": ("float",),
}


def in_one_spelling(annotation: object) -> str:
    """Return an annotation in one spelling; as it is if it is not an expression.

    >>> in_one_spelling('Optional["Path"]')
    'None | Path'
    """
    return "" if annotation is None else _in_one_spelling(str(annotation))


# A package repeats few annotations many times.
@lru_cache(maxsize=4096)
def _in_one_spelling(text: str) -> str:
    try:
        return " | ".join(alternatives_of(ast.parse(text, mode="eval").body)) if text else ""
    except (SyntaxError, RecursionError, ValueError):
        return text


def alternatives_of(node: ast.expr) -> list[str]:
    """Return the alternatives of an annotation, sorted."""
    literals: set[str] = set()
    others: set[str] = set()
    for part in _parts(node):
        if isinstance(part, ast.Subscript) and _name(part.value) == "Literal":
            values = part.slice.elts if isinstance(part.slice, ast.Tuple) else [part.slice]
            literals |= {ast.unparse(value) for value in values}
        else:
            others.add(_spelled(part))
    return sorted([*others, *([f"Literal[{', '.join(sorted(literals))}]"] if literals else [])])


def accepts(wider: str, narrower: str) -> bool:
    """Return whether one annotation accepts all that another one does; both in one spelling.

    >>> accepts("Path | str", "str"), accepts("str", "Path | str")
    (True, False)
    """
    others = _split(wider)
    if not _ANYTHING.isdisjoint(others):
        return True
    return all(any(_is_in(one, other) for other in others) for one in _split(narrower))


def _parts(node: ast.expr) -> list[ast.expr]:
    """Return the alternatives of an annotation as they are written."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return [*_parts(node.left), *_parts(node.right)]
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return _parts(ast.parse(node.value, mode="eval").body)
    if isinstance(node, ast.Subscript) and _name(node.value) in ("Optional", "Union"):
        inner = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        found = [part for one in inner for part in _parts(one)]
        return [*found, ast.Constant(None)] if _name(node.value) == "Optional" else found
    return [node]


def _spelled(node: ast.expr) -> str:
    if isinstance(node, ast.Subscript):
        inner = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        return f"{_name(node.value)}[{', '.join(map(_inner, inner))}]"
    return _name(node)


def _inner(node: ast.expr) -> str:
    if isinstance(node, ast.List):
        return f"[{', '.join(map(_inner, node.elts))}]"
    return " | ".join(alternatives_of(node))


def _name(node: ast.expr) -> str:
    text = ast.unparse(node)
    module, _, name = text.rpartition(".")
    name = name if module in _MODULES else text
    return _OLD_NAMES.get(name, name)


def _split(annotation: str) -> list[str]:
    """Return the alternatives of an annotation, and each value of a literal as one."""
    try:
        parts = _parts(ast.parse(annotation, mode="eval").body)
    except SyntaxError:
        return [annotation]
    found: list[str] = []
    for part in parts:
        if isinstance(part, ast.Subscript) and _name(part.value) == "Literal":
            values = part.slice.elts if isinstance(part.slice, ast.Tuple) else [part.slice]
            found += [f"Literal[{ast.unparse(value)}]" for value in values]
        else:
            found.append(_spelled(part))
    return found


def _is_in(one: str, other: str) -> bool:
    """Return whether each value of one type is of the other."""
    if one == other:
        return True
    if one.startswith("Literal["):
        value = ast.literal_eval(one[8:-1]) if _is_plain(one[8:-1]) else None
        return value is not None and _is_in(type(value).__name__, other)
    (head, _, inner), (other_head, _, other_inner) = one.partition("["), other.partition("[")
    if head != other_head and other_head not in _WIDER.get(head, ()):
        return False
    if not other_inner or inner == other_inner:
        return True
    # What is only read may hold less; a list could also be written to.
    is_read = other_head in {"Sequence", "Mapping", "Set", "Iterator", "tuple", *_COLLECTIONS}
    return is_read and bool(inner) and accepts(other_inner[:-1].split(", ...")[0], inner[:-1].split(", ...")[0])


def _is_plain(text: str) -> bool:
    try:
        ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return False
    return True
