"""Measures candidates alternately, so that a busy machine slows all of them equally."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Mapping
from statistics import median

from attrs import field, frozen


@frozen
class Figure:
    """A measurement.

    Attributes:
        name: What was measured.
        unit: The unit of the values.
        values: The median of each candidate; the first is ours.
        ratio: Ours over the reference.
        reference: The candidate that ours is compared with.
        bound: What the ratio should not exceed, or not fall below where more is better; None where none is set.
        more_is_better: Whether the values are a throughput.
    """

    name: str
    unit: str
    values: Mapping[str, float]
    ratio: float
    reference: str
    bound: float | None = None
    more_is_better: bool = False
    note: str = field(default="")

    @property
    def holds(self) -> bool:
        """Whether the ratio is within its bound."""
        if self.bound is None:
            return True
        return self.ratio >= self.bound if self.more_is_better else self.ratio <= self.bound


def by_turns(candidates: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """Return the seconds of each candidate in each round, after a warm-up round."""
    seconds: dict[str, list[float]] = {name: [] for name in candidates}
    for turn in range(rounds + 1):
        for name, work in candidates.items():
            gc.collect()
            began = time.perf_counter()
            work()
            if turn:
                seconds[name].append(time.perf_counter() - began)
    return seconds


def ratio_of(ours: list[float], reference: list[float]) -> float:
    """Return the median of the ratios within each round, because the runs of a round are close in time."""
    return median(mine / other for mine, other in zip(ours, reference, strict=True))
