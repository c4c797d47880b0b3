"""JSON pointers (RFC 6901), and patterns that stand for several of them."""

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
    """Return the keys of a pointer; those of `join`, back again.

    >>> split("/content/application~1json")
    ('content', 'application/json')
    """
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:])


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """Return the regular expression of a pattern of pointers.

    Args:
        pattern: A pointer in which `*` stands for a run of characters without a slash, `/**` for any number of
            segments, none included, and `{a,b}` for one of these.

    >>> bool(compiled("/responses/4*/**/type").fullmatch("/responses/404/content/x/type"))
    True
    """
    return re.compile("".join(_expression(part) for part in _PART.findall(pattern)))


def matches(pattern: str, pointer: str) -> bool:
    """Return whether a pattern stands for a pointer."""
    return compiled(pattern).fullmatch(pointer) is not None


def _expression(part: str) -> str:
    if part == "/**":
        return "(?:/[^/]*)*"
    if part == "*":
        return "[^/]*"
    if part.startswith("{") and "," in part:
        return f"(?:{'|'.join(re.escape(name) for name in part[1:-1].split(','))})"
    return re.escape(part)
