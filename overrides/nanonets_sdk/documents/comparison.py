"""Comparing documents field by field: precision and recall."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Final, Literal, Protocol, TypeAlias

from attrs import frozen

from nanonets_sdk.documents.corrections import pairs
from nanonets_sdk.documents.field import Field, Fields
from nanonets_sdk.formats.amounts import DecimalMark, check_decimal_mark, parse_decimal
from nanonets_sdk.formats.dates import check_dayfirst, parse_date

Rule: TypeAlias = Literal["exact", "normalised", "values"]

_MEANINGFUL: Final = frozenset({"<super>", "<sub>", "<fraction>", "<circle>"})
"""Kinds of compatibility characters whose replacement would say something else."""


class HasFields(Protocol):
    """A document, a page, or the boxes of one."""

    @property
    def fields(self) -> Fields:
        """The fields by label."""
        ...


@frozen
class Difference:
    """A field that is not the same in both documents.

    Attributes:
        label: The label.
        found: The field of the document under test; None if it has none.
        expected: The expected field; None if none is expected.
    """

    label: str
    found: Field | None
    expected: Field | None


@frozen
class Tally:
    """How many fields agree.

    Attributes:
        matched: Number of fields that are in both documents.
        found: Number of fields in the document under test.
        expected: Number of expected fields.
    """

    matched: int = 0
    found: int = 0
    expected: int = 0

    @property
    def precision(self) -> float:
        """The share of found fields that are right; 1 if nothing was found."""
        return self.matched / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """The share of expected fields that were found; 1 if nothing was expected."""
        return self.matched / self.expected if self.expected else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        return 2 * self.matched / (self.found + self.expected) if self.found + self.expected else 1.0


@frozen
class Comparison:
    """The result of comparing a document with the expected one.

    Attributes:
        labels: The tally of each label.
        differences: What differs. If both documents have an unmatched field of a label, the two are one difference.

    Example:
        ```python
        comparison = predicted.compare(truth, equal="values")
        comparison.total.precision, comparison.labels["total"].recall
        ```
    """

    labels: dict[str, Tally]
    differences: tuple[Difference, ...]

    @cached_property
    def total(self) -> Tally:
        """The tally over all labels."""
        return total_of(self.labels.values())

    @property
    def is_equal(self) -> bool:
        """Whether nothing differs."""
        return not self.differences


def total_of(tallies: Iterable[Tally]) -> Tally:
    """Return the sum of tallies, of labels or of documents."""
    tallies = tuple(tallies)
    return Tally(
        sum(tally.matched for tally in tallies),
        sum(tally.found for tally in tallies),
        sum(tally.expected for tally in tallies),
    )


def compare(
    found: Fields, expected: Fields, equal: Rule, dayfirst: bool | None, decimal_mark: DecimalMark | None
) -> Comparison:
    """Compare fields with the expected ones; see `Document.compare`."""
    check_decimal_mark(decimal_mark)
    check_dayfirst(dayfirst)

    def value(text: str) -> object:
        amount = parse_decimal(text, decimal_mark=decimal_mark)
        return amount if amount is not None else parse_date(text, dayfirst=dayfirst) or normalised(text)

    reads: dict[Rule, Callable[[str], object]] = {"exact": str, "normalised": normalised, "values": value}
    if (read := reads.get(equal)) is None:
        raise ValueError(f"equal must be {', '.join(map(repr, reads))}, got {equal!r}")
    labels: dict[str, Tally] = {}
    differences: list[Difference] = []
    for label in dict.fromkeys([*expected, *found]):
        guesses, truths = found.all(label), expected.all(label)
        paired = [*pairs(guesses, truths, [lambda field: read(field.text)])]
        missed = [truth for guess, truth in paired if guess is None and truth is not None]
        wrong = [guess for guess, truth in paired if truth is None and guess is not None]
        labels[label] = Tally(len(truths) - len(missed), len(guesses), len(truths))
        # A wrong reading and the right one most likely mean the same field, first of all if they are on one page.
        left_over = pairs(wrong, missed, [lambda field: field.page, lambda field: field.label])
        differences.extend(Difference(label, guess, truth) for guess, truth in left_over)
    return Comparison(labels, tuple(differences))


def normalised(text: str) -> str:
    """Normalise compatibility characters, case and whitespace.

    Superscripts, fractions and circled digits keep their meaning: `100¹` is not `1001`.

    Examples:
        >>> normalised("  Total\u00a0Due ") == normalised("TOTAL DUE")
        True
    """
    if not text.isascii():
        text = unicodedata.normalize("NFC", "".join(map(_compatible, text)))
    return " ".join(text.casefold().split())


def _compatible(character: str) -> str:
    kind = unicodedata.decomposition(character).partition(" ")[0]
    return character if kind in _MEANINGFUL else unicodedata.normalize("NFKC", character)
