"""Words in the plain form in which they are compared."""

import re

from nanonets_sdk.mock.reading.layout.page import Word

_EDGES = " .:;,*()[]{}<>|_-\N{EN DASH}\N{EM DASH}\"'"
_PARTS = re.compile(r"[a-z]+|[A-Z]+(?![a-z])|[A-Z][a-z]*|\d+|[^\W\d_]+|#")


def plain(text: str) -> str:
    """Return a word without case, dots and punctuation at its ends.

    >>> [plain(word) for word in ("Number:", "P.O.", "(EUR)", "No.", "-")]
    ['number', 'po', 'eur', 'no', '']
    """
    return text.casefold().strip(_EDGES).replace(".", "")


def plain_words(words: tuple[Word, ...]) -> tuple[str, ...]:
    """Return the plain forms of some words, without those that are punctuation only."""
    return tuple(filter(None, (plain(word.text) for word in words)))


def parts_of_label(label: str) -> tuple[str, ...]:
    """Return the words of a label's name, whatever joins them.

    >>> [parts_of_label(label) for label in ("invoice_number", "InvoiceDate", "VAT ID")]
    [('invoice', 'number'), ('invoice', 'date'), ('vat', 'id')]
    """
    return tuple(part.casefold() for part in _PARTS.findall(label))


def slug(words: tuple[str, ...]) -> str:
    """Return words as a label's name.

    >>> slug(("vat", "id-no"))
    'vat_id_no'
    """
    return re.sub(r"\W+", "_", "_".join(words)).strip("_")
