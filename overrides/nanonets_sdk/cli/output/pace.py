"""How fast something moves, and what is left of it: from what moved last, not from the beginning.

The average since the start says nothing about a batch that waited for a minute, or that skipped a thousand files. So
the rate is taken from the latest changes, and goes down while nothing moves:

```text
files   12 |              .--                     rate at t:   files since the oldest change that is kept
           |          .---'                                    --------------------------------------------
           |     .----'                                                 t - its time
         0 +-----'-----------------> time
                 '--------------' kept
```
"""

from __future__ import annotations

from collections import deque
from typing import Final

from attrs import define, field

_KEPT: Final = 20
_MINUTE: Final = 60
_HOUR: Final = 3600


@define(eq=False)
class Pace:
    """The latest changes of a number that goes up.

    Args:
        began: When it was 0, in seconds.
    """

    began: float
    _changes: deque[tuple[float, int]] = field(factory=lambda: deque[tuple[float, int]](maxlen=_KEPT), init=False)

    def __attrs_post_init__(self) -> None:
        self._changes.append((self.began, 0))

    def see(self, number: int, now: float) -> None:
        """Note the number."""
        if number != self._changes[-1][1]:
            self._changes.append((now, number))

    def rate(self, now: float) -> float | None:
        """Return how much it goes up in a second; None while it has not moved."""
        (first, before), (_, number) = self._changes[0], self._changes[-1]
        return (number - before) / (now - first) if number > before and now > first else None


def rate_text(rate: float) -> str:
    """Return a rate in words.

    Examples:
        >>> [rate_text(rate) for rate in (20.0, 2.125, 0.5, 0.005)]
        ['20/s', '2.1/s', '30/min', '18/h']
    """
    if rate >= 1:
        return f"{rate:.0f}/s" if rate >= 10 else f"{rate:.1f}/s"  # noqa: PLR2004 - two digits
    return f"{rate * _MINUTE:.0f}/min" if rate * _MINUTE >= 1 else f"{rate * _HOUR:.0f}/h"


def time_text(seconds: float) -> str:
    """Return a time in words.

    Examples:
        >>> [time_text(seconds) for seconds in (0.2, 59.4, 150, 5400, 200_000)]
        ['1 s', '60 s', '3 min', '1 h 30 min', '55 h']
    """
    if seconds < 2 * _MINUTE:
        return f"{max(seconds, 1):.0f} s"
    if seconds < _HOUR:
        return f"{seconds / _MINUTE:.0f} min"
    hours, minutes = divmod(round(seconds / _MINUTE), _MINUTE)
    return f"{hours} h {minutes} min" if hours < 10 else f"{hours} h"  # noqa: PLR2004 - two digits
