"""Evaluating a model on documents that people approved."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from attrs import define, field, frozen

from nanonets_sdk.documents import Document
from nanonets_sdk.evaluation.agreement import Agreement
from nanonets_sdk.evaluation.matching import Value, cells_by_column, fields_by_label, matched
from nanonets_sdk.evaluation.performance import Performance, Threshold, check_precision, total_of
from nanonets_sdk.formats.safe_text import json_text

if TYPE_CHECKING:
    from nanonets_sdk.formats.amounts import DecimalMark
    from nanonets_sdk.formats.targets import TextTarget


@frozen
class Evaluation:
    """How good a model was on the documents that people approved.

    Attributes:
        labels: How well each label was predicted, by its name in alphabetical order.
        columns: How well the cells of each column were predicted, by its header in alphabetical order.
        documents: Number of documents that count.
        pages: Number of their pages.
        not_approved: Number of documents left out because nobody approved them.
        without_boxes: Number of approved documents left out because the reply does not have what the person approved.
        repeated: Number of documents left out because their file was there before.
    """

    labels: Mapping[str, Performance]
    columns: Mapping[str, Performance]
    documents: int = 0
    pages: int = 0
    not_approved: int = 0
    without_boxes: int = 0
    repeated: int = 0

    @cached_property
    def fields(self) -> Performance:
        """All labels together."""
        return total_of(self.labels.values())

    @cached_property
    def cells(self) -> Performance:
        """All columns together."""
        return total_of(self.columns.values())

    def thresholds(self, precision: float) -> dict[str, Threshold | None]:
        """Return for each label the lowest threshold that reaches a precision; see `Performance.threshold`.

        Args:
            precision: The wanted precision, above 0 and up to 1.

        Returns:
            The thresholds by label; None for a label that does not reach the precision with any threshold.

        Raises:
            ValueError: The precision is not above 0 and up to 1.
        """
        check_precision(precision)
        return {label: performance.threshold(precision) for label, performance in self.labels.items()}

    def to_record(self, precision: float = 0.99) -> dict[str, Any]:
        """Return all figures as plain values.

        Args:
            precision: The precision that the thresholds reach.

        Raises:
            ValueError: The precision is not above 0 and up to 1.
        """
        return {
            **self._counts,
            "wanted_precision": precision,
            "fields": self.fields.to_record(precision),
            "labels": {label: one.to_record(precision) for label, one in self.labels.items()},
            "cells": self.cells.to_record(precision),
            "columns": {header: one.to_record(precision) for header, one in self.columns.items()},
        }

    def to_json(self, precision: float = 0.99, *, indent: int | None = None) -> str:
        """Return all figures as JSON.

        Args:
            precision: The precision that the thresholds reach.
            indent: Spaces per level; None for a single line.

        Raises:
            ValueError: The precision is not above 0 and up to 1.
        """
        return json_text(self.to_record(precision), indent=indent)

    def save_html(self, path: TextTarget, precision: float = 0.99, *, title: str = "How good is the model?") -> None:
        """Save one self-contained HTML page with plots and tables. It makes no network requests and has no scripts.

        Args:
            path: The HTML file to write, replaced all at once, or an open text or binary file.
            precision: The precision that the thresholds reach.
            title: The title of the page.

        Raises:
            ValueError: The precision is not above 0 and up to 1.
            OSError: The file cannot be written.
        """
        from nanonets_sdk.evaluation.html_page import evaluation_html
        from nanonets_sdk.formats.targets import write_text

        write_text(path, evaluation_html(self.labels, self.columns, self._counts, precision, title))

    @property
    def _counts(self) -> dict[str, int]:
        names = ("documents", "pages", "not_approved", "without_boxes", "repeated")
        return {name: getattr(self, name) for name in names}


@define
class _Tally:
    found: int = 0
    expected: int = 0
    paired: int = 0
    exact: int = 0
    right: int = 0
    judged: list[tuple[float, bool]] = field(factory=list[tuple[float, bool]])

    def add(self, found: list[Value], expected: list[Value], agreement: Agreement) -> None:
        """Count the values of one label in one document."""
        self.found += len(found)
        self.expected += len(expected)
        for prediction, truth in matched(found, expected, agreement.meaning):
            is_right = False
            if prediction and truth:
                is_right = agreement.same(prediction.text, truth.text)
                self.paired += 1
                self.exact += prediction.text == truth.text
                self.right += is_right
            # NaN is in no range.
            if prediction and prediction.score is not None and 0 <= prediction.score <= 1:
                self.judged.append((prediction.score, is_right))


@define
class _Review:
    """What was counted so far."""

    agreement: Agreement
    labels: dict[str, _Tally] = field(factory=lambda: defaultdict[str, _Tally](_Tally))
    columns: dict[str, _Tally] = field(factory=lambda: defaultdict[str, _Tally](_Tally))
    counts: Counter[str] = field(factory=Counter[str])
    seen: set[str] = field(factory=set[str])

    def verdict(self, document: Document) -> str:
        """Count the values of a document if it is to be counted, and return which number it belongs to."""
        if not document.is_moderated:
            return "not_approved"
        if document.request_file_id in self.seen:
            return "repeated"
        # A page without boxes on either side is fine: there was nothing to approve.
        if any(page.origin == "model" and page.predicted for page in document.pages):
            return "without_boxes"
        self.seen.update(filter(None, [document.request_file_id]))
        self.counts["pages"] += len(document.pages)
        predicted = document.predicted
        self._add(self.labels, fields_by_label(predicted.fields.all()), fields_by_label(document.fields.all()))
        self._add(self.columns, cells_by_column(predicted.tables), cells_by_column(document.tables))
        return "documents"

    def _add(self, tallies: dict[str, _Tally], found: dict[str, list[Value]], expected: dict[str, list[Value]]) -> None:
        for label in found.keys() | expected.keys():
            tallies[label].add(found.get(label, []), expected.get(label, []), self.agreement)


def evaluate(
    documents: Iterable[Document], *, dayfirst: bool | None = None, decimal_mark: DecimalMark | None = None
) -> Evaluation:
    """Compare what a model predicted with what people made of it, on the documents that they approved.

    The values of each label are paired: by the id of the box, then by boxes that overlap by half, then by text, and
    those without a box by their order. The cells of each column are paired by id, by overlapping boxes, and by table,
    row and column; if a person inserted a row into a table without boxes and ids, the rows below it count as wrong.
    Values without text are not counted.

    A pair is right if its texts mean the same. That is so if they differ only in case, whitespace and compatibility
    characters, or if they are the same amount (`Field.as_decimal`) or the same date (`Field.as_date`). Amounts in two
    currencies are not the same, and digits after a leading zero are not an amount: `00417` is not `417`.

    Args:
        documents: Documents of one model, each looked at once and not kept. Those that nobody approved are left out and
            counted, and so are files that come again.
        dayfirst: Whether `03/04/2021` is the third of April; None if unknown.
        decimal_mark: The character before the fraction of amounts, `.` or `,`; None if unknown.

    Returns:
        Precision, recall, exact and normalised match of each label and column, calibration and thresholds.

    Raises:
        TypeError: Something among them is not a document.
        ValueError: `dayfirst` or `decimal_mark` is not among its values.

    Example:
        ```python
        evaluation = evaluate(client.ocr.list_predictions(model_id, timedelta(days=30)))
        for label, performance in evaluation.labels.items():
            print(label, performance.precision, performance.recall, performance.threshold(0.99))
        ```
    """
    review = _Review(Agreement(dayfirst, decimal_mark))
    for document in _checked(documents):
        review.counts[review.verdict(document)] += 1
    return Evaluation(_performances(review.labels), _performances(review.columns), **review.counts)


def _checked(documents: object) -> Iterator[Document]:
    kind = type(documents).__name__
    if isinstance(documents, Document | str | bytes | dict) or not isinstance(documents, Iterable):
        raise TypeError(f"documents must be several documents, got {kind}")
    for number, document in enumerate(cast("Iterable[object]", documents)):
        if not isinstance(document, Document):
            kind = type(document).__name__
            raise TypeError(f"document {number} is of type {kind}; stored replies become documents by `load_documents`")
        yield document


def _performances(tallies: Mapping[str, _Tally]) -> dict[str, Performance]:
    return {
        label: Performance(one.found, one.expected, one.paired, one.exact, one.right, tuple(one.judged))
        for label, one in sorted(tallies.items())
    }
