"""The mock's clock, which a test can move and freeze."""

import threading
import time
from typing import Final

SECONDS_A_DAY: Final = 86_400
SECONDS_AN_HOUR: Final = 3_600
# The years that the 60 bits of time in a UUID v1 can hold, from the Gregorian reform on, with a year to spare.
EARLIEST: Final = -12_212_553_600
LATEST: Final = 103_000_000_000


class Clock:
    """Real time plus an offset, or a fixed moment. Threads may share it.

    Examples:
        >>> clock = Clock()
        >>> clock.freeze(1_700_000_000)
        >>> clock.advance(60)
        >>> clock.now()
        1700000060.0
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._offset = 0.0
        self._frozen: float | None = None

    def now(self) -> float:
        """Return the time in seconds since 1970-01-01 (GMT)."""
        with self._lock:
            return time.time() + self._offset if self._frozen is None else self._frozen

    def advance(self, seconds: float) -> None:
        """Move the time forward by `seconds`, or back by a negative number.

        Raises:
            ValueError: The time would be outside the years 1583 to 5233.
        """
        _require_in_range(self.now() + seconds)
        with self._lock:
            if self._frozen is None:
                self._offset += seconds
            else:
                self._frozen += seconds

    def freeze(self, at: float | None = None) -> None:
        """Stop the time.

        Args:
            at: Where, in seconds since 1970-01-01 (GMT); None for the present moment.

        Raises:
            ValueError: The time is outside the years 1583 to 5233, which ids with a time can hold.
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
        raise ValueError(f"{moment} is outside the years 1583 to 5233, which ids with a time (UUID v1) can hold")


def day_since_epoch(moment: float) -> int:
    """Return the day of a moment, in days since 1970-01-01 (GMT)."""
    return int(moment // SECONDS_A_DAY)


def hour_of_day(moment: float) -> int:
    """Return the hour of a moment, 0 to 23 (GMT)."""
    return int(moment % SECONDS_A_DAY // SECONDS_AN_HOUR)
