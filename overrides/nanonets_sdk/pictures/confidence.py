"""The colours of scores, the same in every picture."""

from __future__ import annotations

import math
from typing import Final, Literal, TypeAlias

Level: TypeAlias = Literal["high", "fair", "low", "none"]

HIGH: Final = 0.9
FAIR: Final = 0.7

# Red, green and blue. They also differ in lightness, for people who cannot tell red from green.
COLOURS: Final[dict[Level, tuple[int, int, int]]] = {
    "high": (15, 118, 110),
    "fair": (180, 83, 9),
    "low": (190, 18, 60),
    "none": (71, 85, 105),
}


def level_of(score: float | None) -> Level:
    """Return the level of a score from 0 to 1."""
    if score is None or math.isnan(score):
        return "none"
    if score >= HIGH:
        return "high"
    return "fair" if score >= FAIR else "low"
