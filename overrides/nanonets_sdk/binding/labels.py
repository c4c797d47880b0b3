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
from functools import lru_cache
from itertools import pairwise
from typing import Final

from nanonets_sdk.binding.reasons import Unreadable

_SEPARATORS: Final = re.compile(r"[\s_\-.:/]+")
_LISTED: Final = 12
_MOST_LABELS: Final = 16_384


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
        plain = lenient(name)
        alike = [label for label in labels if label and _plain(label) == plain]
        if len(alike) > 1:
            raise Unreadable("ambiguous", f"{_listed(alike)} all fit {name!r}", "name the one you mean with Label")
        meant += [label for label in alike if label not in meant]
    return meant


def closest(names: Sequence[str], known: Iterable[str]) -> str:
    """List labels for a message, those that resemble the names first."""
    wanted = [_pairs(name) for name in names]

    def likeness(label: str) -> float:
        pairs = _pairs(label)
        return max(len(pairs & others) / len(pairs | others) for others in wanted)

    labels = sorted({label for label in known if label}, key=lambda label: (-likeness(label), label))
    rest = len(labels) - _LISTED
    return (_listed(labels[:_LISTED]) or "none") + (f" and {rest} more" if rest > 0 else "")


# A class may have hundreds of attributes, and each is compared with every label.
@lru_cache(_MOST_LABELS)
def _plain(label: str) -> str:
    return lenient(label)


@lru_cache(_MOST_LABELS)
def _pairs(label: str) -> frozenset[tuple[str, str]]:
    return frozenset(pairwise(f"^{lenient(label)}$"))


def _listed(labels: Iterable[str]) -> str:
    return ", ".join(map(repr, labels))
