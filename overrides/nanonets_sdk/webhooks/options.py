"""The options of a receiver."""

from __future__ import annotations

from typing import Any, Final

import attrs
from attrs import frozen
from attrs.validators import ge, gt, le

# The spool takes a delivery that is due later than in eight days for one of a clock that was set back.
_WEEK: Final = 7 * 86_400.0
_SECONDS: Final[Any] = [gt(0.0), le(_WEEK)]


@frozen(kw_only=True)
class ReceiverOptions:
    """Limits of a receiver, and how it calls its handler.

    Attributes:
        max_bytes: The largest body that is taken.
        body_seconds: How long a body may take to arrive.
        attempts: How often the handler is called for a delivery before that is given up.
        first_wait: Seconds between the first and the second attempt. Each later wait is twice as long.
        longest_wait: The largest number of seconds between two attempts.
        lease: Seconds after which another process takes over what a dead one was handling. It is renewed while the
            handler runs.
        keep: Seconds for which handled deliveries are kept, to recognise duplicates and to be replayed.
        concurrency: How many deliveries one process handles at a time.
        grace: Seconds that handlers get to finish when the application stops.

    Raises:
        ValueError: A number is out of range.
    """

    max_bytes: int = attrs.field(default=32 * 2**20, validator=ge(1))
    body_seconds: float = attrs.field(default=10.0, validator=_SECONDS)
    attempts: int = attrs.field(default=16, validator=ge(1))
    first_wait: float = attrs.field(default=1.0, validator=_SECONDS)
    longest_wait: float = attrs.field(default=3_600.0, validator=_SECONDS)
    lease: float = attrs.field(default=30.0, validator=_SECONDS)
    keep: float = attrs.field(default=_WEEK, validator=ge(0))
    concurrency: int = attrs.field(default=4, validator=ge(1))
    grace: float = attrs.field(default=5.0, validator=ge(0))

    def wait_after(self, attempt: int) -> float | None:
        """Return the seconds between an attempt, counted from 1, and the next one; None after the last one."""
        if attempt >= self.attempts:
            return None
        # The exponent has a bound of its own: 2.0 ** 1024 overflows.
        return min(self.longest_wait, self.first_wait * 2.0 ** min(attempt - 1, 64))
