"""How well a label is predicted: precision, recall, the calibration of scores, and thresholds."""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import cached_property
from itertools import groupby
from typing import Any, Final

import attrs
from attrs import frozen

_BINS: Final = 10
_Z: Final = 1.959964
"""The quantile of the normal distribution for intervals of 95 %."""


@frozen
class Bin:
    """The predictions whose scores are in a tenth of the range.

    Attributes:
        low: The lowest score, included.
        high: The highest score, excluded except for 1.
        count: Number of predictions.
        right: Number of predictions that are right.
        mean_score: Their average score; None if there are none.
    """

    low: float
    high: float
    count: int
    right: int
    mean_score: float | None

    @property
    def accuracy(self) -> float | None:
        """The share that is right; None if there are none."""
        return _share(self.right, self.count)


@frozen
class Calibration:
    """Whether scores mean what they say: of the predictions with a score of 0.9, nine in ten should be right.

    Attributes:
        bins: Ten bins of equal width, from 0 to 1.
    """

    bins: tuple[Bin, ...]

    @property
    def count(self) -> int:
        """Number of predictions with a score."""
        return sum(one.count for one in self.bins)

    @property
    def error(self) -> float | None:
        """The expected calibration error, 0 to 1; None without predictions.

        It is the distance between average score and share that is right, averaged over the bins by their counts.
        """
        gaps = (abs(one.mean_score * one.count - one.right) for one in self.bins if one.mean_score is not None)
        return sum(gaps) / self.count if self.count else None


@frozen
class Threshold:
    """What happens if only predictions with at least some score are let through without a look.

    Attributes:
        score: The least score, as for `Fields.above`.
        passed: Number of predictions let through.
        right: Number of these that are right.
        found: Number of all predictions, those without a score too.
    """

    score: float
    passed: int
    right: int
    found: int

    @property
    def precision(self) -> float:
        """The share that is right, of those let through."""
        return self.right / self.passed

    @property
    def share(self) -> float:
        """The share that is let through, of all predictions."""
        return self.passed / self.found

    @property
    def precision_at_least(self) -> float:
        """The lower end of the 95 % interval (Wilson) of the precision: what few predictions really prove."""
        share, squared = self.precision, _Z**2
        spread = math.sqrt((share * (1 - share) + squared / (4 * self.passed)) / self.passed)
        return max(0.0, (share + squared / (2 * self.passed) - _Z * spread) / (1 + squared / self.passed))


@frozen
class Performance:
    """How well a label, a column, or all of them were predicted. Shares are None if there is nothing to divide by.

    Attributes:
        found: Number of predicted values.
        expected: Number of values after the review.
        paired: Number of predicted values that answer an expected one, by their place or by their text.
        exact: Number of pairs whose texts are equal, character by character.
        right: Number of pairs whose texts mean the same; see `evaluate`.
        judged: The score of each predicted value, and whether it is right. Scores are from 0 to 1.
    """

    found: int = 0
    expected: int = 0
    paired: int = 0
    exact: int = 0
    right: int = 0
    judged: tuple[tuple[float, bool], ...] = attrs.field(default=(), repr=False)

    @property
    def precision(self) -> float | None:
        """The share of predicted values that are right."""
        return _share(self.right, self.found)

    @property
    def recall(self) -> float | None:
        """The share of expected values that were predicted and are right."""
        return _share(self.right, self.expected)

    @property
    def f1(self) -> float | None:
        """The harmonic mean of precision and recall."""
        return _share(2 * self.right, self.found + self.expected)

    @property
    def exact_match(self) -> float | None:
        """The share of pairs whose texts are equal, character by character."""
        return _share(self.exact, self.paired)

    @property
    def normalised_match(self) -> float | None:
        """The share of pairs whose texts mean the same."""
        return _share(self.right, self.paired)

    @cached_property
    def calibration(self) -> Calibration:
        """Whether the scores mean what they say. Predictions without a score from 0 to 1 are left out."""
        sorted_in: list[list[tuple[float, bool]]] = [[] for _ in range(_BINS)]
        for score, is_right in self.judged:
            sorted_in[min(int(score * _BINS), _BINS - 1)].append((score, is_right))
        return Calibration(
            tuple(
                Bin(
                    low=at / _BINS,
                    high=(at + 1) / _BINS,
                    count=len(inside),
                    right=sum(is_right for _, is_right in inside),
                    mean_score=math.fsum(score for score, _ in inside) / len(inside) if inside else None,
                )
                for at, inside in enumerate(sorted_in)
            )
        )

    @cached_property
    def curve(self) -> tuple[Threshold, ...]:
        """What each threshold does, from the highest score to the lowest."""
        points: list[Threshold] = []
        passed = right = 0
        for score, group in groupby(sorted(self.judged, reverse=True), key=lambda entry: entry[0]):
            outcomes = [is_right for _, is_right in group]
            passed += len(outcomes)
            right += sum(outcomes)
            points.append(Threshold(score, passed, right, self.found))
        return tuple(points)

    def threshold(self, precision: float) -> Threshold | None:
        """Return the lowest threshold at which predictions reach a precision, so that most are let through.

        Args:
            precision: The wanted precision, above 0 and up to 1.

        Returns:
            The threshold; None if no threshold reaches the precision.

        Raises:
            ValueError: The precision is not above 0 and up to 1.

        Example:
            ```python
            from nanonets_sdk.evaluation import evaluate

            evaluation = evaluate(client.ocr.list_predictions(model_id, timedelta(days=30)))
            threshold = evaluation.fields.threshold(0.99)
            if threshold is not None:
                confident = document.fields.above(threshold.score)
            ```
        """
        check_precision(precision)
        return next((point for point in reversed(self.curve) if point.precision >= precision), None)

    def to_record(self, precision: float | None = None) -> dict[str, Any]:
        """Return the figures as plain values, for JSON.

        Args:
            precision: Adds the threshold that reaches this precision; None for no threshold.
        """
        names = ("found", "expected", "paired", "exact", "right")
        shares = ("precision", "recall", "f1", "exact_match", "normalised_match")
        record: dict[str, Any] = {name: getattr(self, name) for name in (*names, *shares)}
        calibration = self.calibration
        bins = [{**attrs.asdict(one), "accuracy": one.accuracy} for one in calibration.bins]
        record["calibration"] = {"count": calibration.count, "error": calibration.error, "bins": bins}
        if precision is not None:
            reached = self.threshold(precision)
            figures = ("score", "precision", "precision_at_least", "share", "passed")
            record["threshold"] = reached and {name: getattr(reached, name) for name in figures}
        return record


def total_of(performances: Iterable[Performance]) -> Performance:
    """Return the sum of several labels or columns."""
    parts = tuple(performances)
    return Performance(
        found=sum(part.found for part in parts),
        expected=sum(part.expected for part in parts),
        paired=sum(part.paired for part in parts),
        exact=sum(part.exact for part in parts),
        right=sum(part.right for part in parts),
        judged=tuple(entry for part in parts for entry in part.judged),
    )


def check_precision(precision: float) -> None:
    """Refuse a precision that no share can reach.

    Raises:
        ValueError: The precision is not above 0 and up to 1.
    """
    if not 0 < precision <= 1:
        raise ValueError(f"precision must be above 0 and up to 1, got {precision}")


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
