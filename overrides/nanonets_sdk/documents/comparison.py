"""Comparing documents, field by field: how much of what is there was found, and how much of what was found is right."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Literal, TypeAlias

from attrs import frozen

from nanonets_sdk.documents.corrections import pairs
from nanonets_sdk.documents.field import Field
from nanonets_sdk.formats.amounts import DecimalMark, parse_date, parse_decimal

if TYPE_CHECKING:
    from nanonets_sdk.documents.document import Document
    from nanonets_sdk.documents.page import Boxes

Rule: TypeAlias = Literal["exact", "normalised", "values"]


@frozen
class Difference:
    """A field that is not the same in both documents.

    Attributes:
        label: The label.
        found: The field of the document that is judged; None for one that it lacks.
        expected: The field of the document that it is held against; None for one that is not in it.
    """

    label: str
    found: Field | None
    expected: Field | None


@frozen
class Tally:
    """How many fields agree.

    Attributes:
        matched: Fields that are in both documents.
        found: Fields of the document that is judged.
        expected: Fields of the document that it is held against.
    """

    matched: int = 0
    found: int = 0
    expected: int = 0

    @property
    def precision(self) -> float:
        """Part of the found fields that is right; 1 where nothing was found."""
        return self.matched / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """Part of the expected fields that was found; 1 where nothing was expected."""
        return self.matched / self.expected if self.expected else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return 2 * self.matched / (self.found + self.expected) if self.found + self.expected else 1.0


@frozen
class Comparison:
    """A document held against another one.

    Attributes:
        labels: The tally of each label.
        differences: What differs; where both have a field of the label that is left over, they stand together.

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
    """The sum of tallies, of labels or of documents."""
    tallies = tuple(tallies)
    return Tally(
        sum(tally.matched for tally in tallies),
        sum(tally.found for tally in tallies),
        sum(tally.expected for tally in tallies),
    )


def compare(
    found: Document | Boxes,
    expected: Document | Boxes,
    equal: Rule = "normalised",
    dayfirst: bool | None = None,
    decimal_mark: DecimalMark | None = None,
) -> Comparison:
    """Hold fields against others; see `Document.compare`."""

    def value(text: str) -> object:
        plain = normalised(text)
        amount = parse_decimal(text, decimal_mark=decimal_mark)
        return amount if amount is not None else parse_date(text, dayfirst=dayfirst) or plain

    def exactly(text: str) -> object:
        return text

    rules: dict[Rule, Callable[[str], object]] = {"exact": exactly, "normalised": normalised, "values": value}
    labels: dict[str, Tally] = {}
    differences: list[Difference] = []
    for label in dict.fromkeys([*expected.fields, *found.fields]):
        tally, unlike = _compared(label, found.fields.all(label), expected.fields.all(label), rules[equal])
        labels[label] = tally
        differences.extend(unlike)
    return Comparison(labels, tuple(differences))


def _compared(
    label: str, found: tuple[Field, ...], expected: tuple[Field, ...], read: Callable[[str], object]
) -> tuple[Tally, list[Difference]]:
    paired = [*pairs(found, expected, [lambda field: (read(field.text),)])]
    missed = [truth for guess, truth in paired if guess is None and truth is not None]
    wrong = [guess for guess, truth in paired if truth is None and guess is not None]
    tally = Tally(len(expected) - len(missed), len(found), len(expected))
    left_over = pairs(wrong, missed, [lambda field: (field.page,), lambda field: (field.label,)])
    return tally, [Difference(label, guess, truth) for guess, truth in left_over]


def normalised(text: str) -> str:
    """The text without what only looks different: compatible characters, case and blanks.

    Examples:
        >>> normalised("  Total\u00a0Due ") == normalised("TOTAL DUE")
        True
    """
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
