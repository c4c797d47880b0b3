"""Text that is safe in other programs: nothing a spreadsheet would run, nothing UTF-8 cannot hold."""

from __future__ import annotations

import re
from typing import Final

_FORMULA: Final = re.compile("[=+\\-@\t\r\n\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}\uff0d\uff20]")
"""The start of a formula in a spreadsheet; in some languages also in full width."""
# A signed number has no letter and no operator, so there is nothing in it to run.
_NUMBER: Final = re.compile(r"[+\-] ?[$€£¥₹]? ?(?:\d+(?:[., '\u2019\u00a0\u202f]\d+)*|[.,]\d+) ?[%$€£¥₹]?", re.ASCII)
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


def is_risky(text: str) -> bool:
    """Return whether a spreadsheet would take the text for a formula. Signed numbers such as `-5.00` are safe.

    Examples:
        >>> is_risky("=HYPERLINK(1)"), is_risky("-5.00"), is_risky("-2+3")
        (True, False, True)
    """
    return bool(_FORMULA.match(text)) and not _NUMBER.fullmatch(text)


def neutral(text: str) -> str:
    """Return the text, with `'` in front if a spreadsheet would take it for a formula."""
    return f"'{text}" if is_risky(text) else text


def encodable(text: str) -> str:
    """Replace lone surrogates, which JSON can hold and UTF-8 cannot."""
    return _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text)
