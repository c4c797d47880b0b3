"""Names of sheets, which a workbook is particular about."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

_FORBIDDEN: Final = re.compile(r"[\[\]:*?/\\\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_LONGEST: Final = 31
_RESERVED: Final = "history"


def sheet_names(wanted: Iterable[str]) -> list[str]:
    r"""Legal names, none twice, as close as possible to the ones that are wanted.

    A name has 1 to 31 UTF-16 units, none of `[ ] : * ? / \`, no apostrophe at an end, and is not `History`; upper and
    lower case are the same.

    Examples:
        >>> sheet_names(["Items", "items", "a/b"])
        ['Items', 'items (2)', 'a b']
    """
    taken: set[str] = {_RESERVED}
    return [_free(_FORBIDDEN.sub(" ", name), taken) for name in wanted]


def _free(name: str, taken: set[str]) -> str:
    legal = _cut(name.strip(" '"), _LONGEST).strip(" '") or "Sheet"
    candidate, number = legal, 1
    while candidate.casefold() in taken:
        number += 1
        ending = f" ({number})"
        candidate = _cut(legal, _LONGEST - len(ending)) + ending
    taken.add(candidate.casefold())
    return candidate


def _cut(text: str, length: int) -> str:
    return text.encode("utf-16-le")[: 2 * length].decode("utf-16-le", errors="ignore")
