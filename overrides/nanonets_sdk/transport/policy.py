"""When a call is sent again, and how long to wait first: pure functions of the error of the last attempt.

A call that only reads is repeated whenever repeating may help. A call that bills or changes something is repeated only
if the service cannot have carried it out: the request never left this machine complete, or the response was 429.

The wait that the service asks for counts only if it can be one. `Retry-After: 0`, a date that has passed and a wait of
years are sent by gateways that do not know when the limit ends, and obeying 0 would send thousands of uploads in
seconds. Batches wait by the same rule, `wait_before`.
"""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import Enum
from typing import Final

from nanonets_sdk.errors import NanonetsError, RateLimited

# What the service's documentation advises after a 429, in seconds.
_ADVISED_WAITS: Final = (30.0, 60.0, 120.0)
_ADVISED_SPREAD: Final = 0.25
_FIRST_BACKOFF: Final = 0.5
_LONGEST_BACKOFF: Final = 8.0
_MOST_DOUBLINGS: Final = 16
# `Retry-After` counts whole seconds. More than a month is a moment in time or milliseconds, written as seconds.
_SHORTEST_ASKED: Final = 1.0
_LONGEST_ASKED: Final = 31 * 86400.0


class Effect(Enum):
    """What a call does at the service."""

    READS = "reads"
    CHANGES = "changes"
    BILLS = "bills"


def may_repeat(error: NanonetsError, effect: Effect) -> bool:
    """Return whether sending again may help and cannot bill or change anything twice."""
    return error.is_transient and (effect is Effect.READS or not error.may_be_billed)


def wait_before(error: NanonetsError, retry_after: float | None, attempt: int, random: float) -> float:
    """Return the seconds to wait before the next attempt.

    Args:
        error: The error of the last attempt.
        retry_after: Seconds that the service asked to wait; None if it did not.
        attempt: The number of the last attempt, from 1.
        random: A number from 0 up to but not including 1.

    Returns:
        What the service asked for, if that is a usable wait and longer than the back-off. Otherwise, after a 429, what
        the service's documentation advises, extended by up to a quarter. Otherwise the back-off with full jitter: a
        random share of a bound that doubles from 0.5 to 8 seconds.
    """
    asked = _usable(retry_after)
    if asked is None and isinstance(error, RateLimited):
        advised = _ADVISED_WAITS[min(attempt, len(_ADVISED_WAITS)) - 1]
        # Spread upwards only: sooner than advised would be refused again.
        return advised * (1 + random * _ADVISED_SPREAD)
    # Above 2 ** 16 the bound is long reached, and a large enough exponent would overflow.
    doublings = min(attempt - 1, _MOST_DOUBLINGS)
    return max(asked or 0.0, random * min(_FIRST_BACKOFF * 2.0**doublings, _LONGEST_BACKOFF))


def _usable(seconds: float | None) -> float | None:
    return seconds if seconds is not None and _SHORTEST_ASKED <= seconds <= _LONGEST_ASKED else None


def parse_retry_after(value: str | None, now: datetime, date: str | None = None) -> float | None:
    """Parse a `Retry-After` header.

    Args:
        value: The header: seconds, which may be a fraction, or an HTTP date.
        now: The time of day, in UTC.
        date: The `Date` header of the response. A date in `value` is measured from it, because both come from the same
            clock; from `now` if it is missing.

    Returns:
        Seconds to wait; None if the header is missing or cannot be parsed, or if the wait is not usable: under a
        second, as for a date that has passed, or above a month.
    """
    if value is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        moment = _parse_date(value)
        return None if moment is None else _usable((moment - (_parse_date(date or "") or now)).total_seconds())
    return _usable(seconds)


def _parse_date(value: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
