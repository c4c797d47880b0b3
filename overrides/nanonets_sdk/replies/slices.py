r"""Slices: values of a JSON text cut out and put back as they stood, without being read.

A value that is parsed and written again may come back as other bytes: `1.0` or `1`, `1e400` or infinity, `"\u00e9"` or
`"é"`, members in another order or twice. What is not to be changed is therefore never parsed, only found:

```text
{"label": "total", "score": 1.0, "unknown": {"big": 12345678901234567890}}
          └─────┘            └─┘             └───────────────────────────┘    the slices of an object's members
          replaced by "tax": everything else stays as it is, character by character
```

Positions come from the scanner of the standard library, told to keep numbers as they are written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from json import JSONDecoder, dumps
from typing import Final

from attrs import frozen

_scan: Final = JSONDecoder(parse_int=str, parse_float=str, parse_constant=str).raw_decode
_BLANKS: Final = re.compile(r"[ \t\r\n]*")


@frozen
class Member:
    """A member of an object: its name, and where its value is in the text."""

    name: str
    start: int
    end: int


def members_of(text: str) -> Iterator[Member]:
    """Yield the members of the object that a text is, in their order.

    Raises:
        ValueError: The text is not a JSON object.
    """
    at = _after(text, 0, "{")
    while not text.startswith("}", at):
        name, at = _scan(text, at)
        start = _after(text, at, ":")
        _, end = _scan(text, start)
        yield Member(name, start, end)
        at = _next(text, end, "}")


def slices_of(text: str) -> dict[str, str]:
    """Return the slice of each member of an object. Of a repeated name the last one counts, as for JSON parsers.

    Raises:
        ValueError: The text is not a JSON object.
    """
    return {member.name: text[member.start : member.end] for member in members_of(text)}


def items_of(text: str) -> list[str]:
    """Return the slices of the items of an array.

    Raises:
        ValueError: The text is not a JSON array.
    """
    items: list[str] = []
    at = _after(text, 0, "[")
    while not text.startswith("]", at):
        _, end = _scan(text, at)
        items.append(text[at:end])
        at = _next(text, end, "]")
    return items


def slice_at(text: str, path: Iterable[str | int]) -> str:
    """Return the slice at a path of keys and indexes.

    Raises:
        ValueError: The text is not JSON of that structure.
        LookupError: There is no value at the path.
    """
    for step in path:
        text = slices_of(text)[step] if isinstance(step, str) else items_of(text)[step]
    return text


def with_members(text: str, changes: Mapping[str, str]) -> str:
    """Return an object with other values for some members, and every other character as it was.

    Args:
        text: The object.
        changes: The new values as JSON. Members that the object does not have are appended.

    Raises:
        ValueError: The text is not a JSON object.

    Examples:
        >>> with_members('{"a": 1.0, "b":2}', {"b": "3", "c": "true"})
        '{"a": 1.0, "b":3,"c":true}'
    """
    pieces: list[str] = []
    done, names = 0, set[str]()
    for member in members_of(text):
        names.add(member.name)
        if member.name in changes:
            pieces += [text[done : member.start], changes[member.name]]
            done = member.end
    end = text.rindex("}")
    pieces.append(text[done:end])
    added = [f"{dumps(name)}:{value}" for name, value in changes.items() if name not in names]
    pieces.append(",".join([""] * bool(names and added) + added))
    return "".join([*pieces, text[end:]])


def _after(text: str, at: int, mark: str) -> int:
    """Return where the next token begins after a mark that must come now."""
    at = _skipped(text, at)
    if not text.startswith(mark, at):
        raise ValueError(f"expected {mark!r} at position {at}")
    return _skipped(text, at + 1)


def _next(text: str, at: int, closing: str) -> int:
    """Return where the next member or item begins, or where the closing bracket is."""
    at = _skipped(text, at)
    return at if text.startswith(closing, at) else _after(text, at, ",")


def _skipped(text: str, at: int) -> int:
    found = _BLANKS.match(text, at)
    return found.end() if found else at
