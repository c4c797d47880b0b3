"""JSON pointers (RFC 6901), and patterns that match them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Final

_PART: Final = re.compile(r"/\*\*|\*|\{[^{}]*,[^{}]*\}|[^*{}/]+|.", re.DOTALL)


def join(segments: Iterable[str]) -> str:
    """Return the pointer of a path of keys.

    >>> join(("content", "application/json"))
    '/content/application~1json'
    """
    return "".join("/" + segment.replace("~", "~0").replace("/", "~1") for segment in segments)


def split(pointer: str) -> tuple[str, ...]:
    """Return the keys of a pointer; the inverse of `join`.

    >>> split("/content/application~1json")
    ('content', 'application/json')
    """
    # ~1 first: decoding ~0 first would turn the escaped "~01" into "~1" and then into "/".
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:])


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """Return the regular expression of a pattern of pointers.

    Args:
        pattern: A pointer in which `*` matches any characters but slashes, `/**` any number of segments (including
            zero), and `{a,b}` either alternative.

    >>> bool(compiled("/responses/4*/**/type").fullmatch("/responses/404/content/x/type"))
    True
    """
    expressions: list[str] = []
    for part in _PART.findall(pattern):
        if part == "/**":
            expressions.append("(?:/[^/]*)*")
        elif part == "*":
            expressions.append("[^/]*")
        elif part.startswith("{") and "," in part:
            # Braces without a comma belong to the pointer itself: paths have parameters such as {model_id}.
            expressions.append(f"(?:{'|'.join(map(re.escape, part[1:-1].split(',')))})")
        else:
            expressions.append(re.escape(part))
    return re.compile("".join(expressions))


def matches(pattern: str, pointer: str) -> bool:
    """Return whether a pattern matches a whole pointer."""
    return compiled(pattern).fullmatch(pointer) is not None
