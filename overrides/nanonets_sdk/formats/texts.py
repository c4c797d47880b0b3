"""Texts that other programs read: what a spreadsheet would run, and what no file can hold."""

from __future__ import annotations

import re
from typing import Final

_FORMULA: Final = re.compile("[=+\\-@\t\r\n\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}\uff0d\uff20]")
"""What a spreadsheet takes for the beginning of a formula; the wide forms in some languages."""
_NUMBER: Final = re.compile(r"[+\-] ?[$€£¥₹]? ?(?:\d+(?:[., '\u2019\u00a0\u202f]\d+)*|[.,]\d+) ?[%$€£¥₹]?", re.ASCII)
"""A signed number and nothing else: no letter and no operator, so that there is nothing to run."""
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


def is_risky(text: str) -> bool:
    """Whether a spreadsheet would take a text for a formula. Signed numbers, as `-5.00`, are none.

    Examples:
        >>> is_risky("=HYPERLINK(1)"), is_risky("-5.00"), is_risky("-2+3")
        (True, False, True)
    """
    return bool(_FORMULA.match(text)) and not _NUMBER.fullmatch(text)


def neutral(text: str) -> str:
    """The text, with `'` before it if a spreadsheet would take it for a formula."""
    return f"'{text}" if is_risky(text) else text


def encodable(text: str) -> str:
    """The text without halves of characters, which JSON can hold and UTF-8 cannot."""
    return _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text)
