"""The mock's time, which a test can move."""

import threading
import time
from typing import Final

SECONDS_A_DAY: Final = 86_400
SECONDS_AN_HOUR: Final = 3_600
EARLIEST: Final = -12_212_553_600
LATEST: Final = 103_000_000_000


class Clock:
    """Real time plus an offset, or a moment at which time stands still; may be shared by threads.

    Examples:
        >>> clock = Clock()
        >>> clock.freeze(1_700_000_000)
        >>> clock.advance(60)
        >>> clock.now()
        1700000060.0
    """

    def __init__(self) -> None:
        """Start as real time."""
        self._lock = threading.Lock()
        self._offset = 0.0
        self._frozen: float | None = None

    def now(self) -> float:
        """Return the seconds since 1970-01-01 (GMT)."""
        with self._lock:
            return time.time() + self._offset if self._frozen is None else self._frozen

    def advance(self, seconds: float) -> None:
        """Move the time on by `seconds`, or back by a negative number; raises ValueError as `freeze` does."""
        _require_in_range(self.now() + seconds)
        with self._lock:
            if self._frozen is None:
                self._offset += seconds
            else:
                self._frozen += seconds

    def freeze(self, at: float | None = None) -> None:
        """Let the time stand still at `at`, in seconds since 1970-01-01 (GMT), or at the present moment.

        Raises ValueError beyond the years 1583 to 5233, which are those that the ids of moments can tell.
        """
        moment = self.now() if at is None else float(at)
        _require_in_range(moment)
        with self._lock:
            self._frozen = moment

    def reset(self) -> None:
        """Go back to real time."""
        with self._lock:
            self._offset, self._frozen = 0.0, None


def _require_in_range(moment: float) -> None:
    if not EARLIEST <= moment <= LATEST:
        raise ValueError(f"{moment} lies beyond the years 1583 to 5233, which ids of moments (UUID v1) can tell")


def day_since_epoch(moment: float) -> int:
    """Return the day of a moment, in days since 1970-01-01 (GMT)."""
    return int(moment // SECONDS_A_DAY)


def hour_of_day(moment: float) -> int:
    """Return the hour of a moment, 0 to 23 (GMT)."""
    return int(moment % SECONDS_A_DAY // SECONDS_AN_HOUR)
