"""Which of the labels of a document an attribute means."""

# A label that is spelled exactly like one of the names is taken, whatever else there is. Otherwise spellings that
# differ in case and separators count, and only if there is one of them for a name:
#
#     names                     labels of the document       meant
#     invoice_number            invoice_number, Invoice-No   invoice_number
#     invoice_number            Invoice Number               Invoice Number
#     total                     TOTAL, Total                 ambiguous

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from typing import Final

from nanonets_sdk.binding.reasons import Unreadable

_SEPARATORS: Final = re.compile(r"[\s_\-.:/]+")
_LISTED: Final = 12


def lenient(label: str) -> str:
    """Return a label without case and separators.

    Examples:
        >>> lenient("Invoice No.") == lenient("invoice_no"), lenient("Invoice #") == lenient("invoice")
        (True, False)
    """
    return _SEPARATORS.sub("", label.casefold())


def matching(names: Sequence[str], known: Iterable[str]) -> list[str]:
    """Return the labels that names mean; empty if none of them is there.

    Args:
        names: The names of one attribute.
        known: The labels of the document.

    Raises:
        Unreadable: A name fits several labels, and none of them exactly.
    """
    labels = [*dict.fromkeys(known)]
    if exact := [label for label in labels if label in names]:
        return exact
    meant: list[str] = []
    for name in names:
        alike = [label for label in labels if label and lenient(label) == lenient(name)]
        if len(alike) > 1:
            raise Unreadable("ambiguous", f"{_listed(alike)} all fit {name!r}", "name the one you mean with Label")
        meant += [label for label in alike if label not in meant]
    return meant


def closest(names: Sequence[str], known: Iterable[str]) -> str:
    """List labels for a message, those that resemble the names first."""
    wanted = [lenient(name) for name in names]

    def likeness(label: str) -> float:
        return max(SequenceMatcher(None, lenient(label), name).ratio() for name in wanted)

    labels = sorted({label for label in known if label}, key=lambda label: (-likeness(label), label))
    rest = len(labels) - _LISTED
    return (_listed(labels[:_LISTED]) or "none") + (f" and {rest} more" if rest > 0 else "")


def _listed(labels: Iterable[str]) -> str:
    return ", ".join(map(repr, labels))
