"""Text that is safe in other programs: nothing a spreadsheet would run, nothing UTF-8 cannot hold."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any, Final

_BREAKS: Final = "\n\r\v\f\x1c-\x1e\x85\u2028\u2029"
_FORMULA: Final = re.compile("[=+\\-@\t\r\n\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}\uff0d\uff20]")
"""The start of a formula in a spreadsheet; in some languages also in full width."""
# Quotes do not protect after another separator: a cell that they open there begins before them. The comma needs no
# guard, since text with a comma is quoted as a whole.
_INNER_FORMULA: Final = re.compile(
    f'(?P<before>(?:[;|\t]|(?P<line>[{_BREAKS}]))"*)(?P<rest>[=+\\-@\uff1d\uff0b\uff0d\uff20][^;|\t{_BREAKS}]*)'
)
# A signed number has no letter and no operator, so there is nothing in it to run.
_NUMBER: Final = re.compile(r"[+\-] ?[$€£¥₹]? ?(?:\d+(?:[., '\u2019\u00a0\u202f]\d+)*|[.,]\d+) ?[%$€£¥₹]?", re.ASCII)
_SEPARATOR: Final = "\x1f"
# The first finds whatever changes inside of a cell, the second a formula at the start of one.
_UNSAFE: Final = re.compile(f"[\ud800-\udfff\0;|\t{_BREAKS}]")
_UNSAFE_START: Final = re.compile(f"{_SEPARATOR}[=+\\-@\uff1d\uff0b\uff0d\uff20]")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


def is_risky(text: str) -> bool:
    """Return whether a spreadsheet would take the text for a formula. Signed numbers such as `-5.00` are safe.

    Examples:
        >>> is_risky("=HYPERLINK(1)"), is_risky("-5.00"), is_risky("-2+3")
        (True, False, True)
    """
    return bool(_FORMULA.match(text)) and not _NUMBER.fullmatch(text)


def neutral(text: str) -> str:
    """Return the text of a CSV cell, with `'` in front of whatever a spreadsheet would take for a formula.

    A program that expects another separator splits the text itself, or ends a row inside it, so what follows a `;`, a
    tab, a `|` or a line break is treated like the beginning. There, only a number on a line of its own is left alone.

    Examples:
        >>> neutral("=1+1"), neutral("x;=1+1"), neutral("5;-3")
        ("'=1+1", "x;'=1+1", "5;'-3")
    """
    guarded = _INNER_FORMULA.sub(_guarded, text)
    return f"'{guarded}" if is_risky(text) else guarded


def _guarded(match: re.Match[str]) -> str:
    is_number = match["line"] and _NUMBER.fullmatch(match["rest"])
    return match[0] if is_number else f"{match['before']}'{match['rest']}"


def are_plain(texts: Iterable[str]) -> bool:
    """Return whether nothing in the cells of a CSV row needs a change, at a glance; False if it may.

    Examples:
        >>> are_plain(["Pump", "12.50"]), are_plain(["Pump", "=1+1"]), are_plain(["a;b"])
        (True, False, False)
    """
    # One search over a row is several times faster than several over each of its cells.
    row = _SEPARATOR + _SEPARATOR.join(texts)
    return _UNSAFE.search(row) is None and _UNSAFE_START.search(row) is None


def encodable(text: str) -> str:
    """Replace lone surrogates, which JSON can hold and UTF-8 cannot."""
    return text if text.isascii() else _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text)


def is_encodable(text: str) -> bool:
    """Return whether UTF-8 can hold a text."""
    return text.isascii() or _SURROGATE.search(text) is None


def json_text(value: Any, *, indent: int | None = None) -> str:
    """Return a value as JSON that UTF-8 can hold, not escaped."""
    return encodable(json.dumps(value, indent=indent, ensure_ascii=False))
