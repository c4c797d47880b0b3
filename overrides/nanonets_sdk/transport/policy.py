"""When a call is sent again, and how long to wait before: pure functions of what happened.

A call that only reads is repeated whenever repeating may help. A call that bills or changes something is repeated only
where the service cannot have acted on it: no complete request left this machine, or the answer was 429.
"""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import Enum
from math import isfinite
from typing import Final

from attrs import frozen

TOO_MANY_REQUESTS: Final = 429
_REQUEST_TIMEOUT: Final = 408
_SERVER_ERRORS: Final = 500

# What the service's documentation advises after a 429, in seconds.
_ADVISED_WAITS: Final = (30.0, 60.0, 120.0)
_ADVISED_SPREAD: Final = 0.25
_FIRST_BACKOFF: Final = 0.5
_LONGEST_BACKOFF: Final = 8.0
_MOST_DOUBLINGS: Final = 16


class Effect(Enum):
    """What a call does at the service."""

    READS = "reads"
    CHANGES = "changes"
    BILLS = "bills"


class Sent(Enum):
    """How much of a request can have reached the service."""

    NOTHING = "nothing"
    PART = "part"
    ALL = "all"


@frozen
class FailedTry:
    """How one try ended that did not succeed.

    Attributes:
        sent: How much of the request can have reached the service.
        status: The HTTP status; None when no answer came.
        retry_after: Seconds to wait as the service asks for them; None if it does not say.
    """

    sent: Sent
    status: int | None = None
    retry_after: float | None = None


def may_repeat(failed: FailedTry, effect: Effect) -> bool:
    """Whether sending again may help and cannot bill or change anything twice."""
    if failed.status == TOO_MANY_REQUESTS:
        return True
    if failed.status is not None:
        return effect is Effect.READS and (failed.status == _REQUEST_TIMEOUT or failed.status >= _SERVER_ERRORS)
    # Without its last byte a request is not complete, and no server acts on it (RFC 9112, section 8).
    return effect is Effect.READS or failed.sent is not Sent.ALL


def wait_before(failed: FailedTry, attempt: int, random: float) -> float:
    """Seconds to wait before the next try.

    Args:
        failed: The last try.
        attempt: Its number, from 1.
        random: A number from 0 to below 1.

    Returns:
        What the service asks for; else after a 429 what its documentation advises, spread upwards by up to a quarter;
        else full jitter: evenly between nothing and a bound that doubles from 0.5 to 8 seconds.
    """
    if failed.retry_after is not None:
        return failed.retry_after
    if failed.status == TOO_MANY_REQUESTS:
        advised = _ADVISED_WAITS[min(attempt, len(_ADVISED_WAITS)) - 1]
        return advised * (1 + random * _ADVISED_SPREAD)
    doublings = min(attempt - 1, _MOST_DOUBLINGS)
    return random * min(_FIRST_BACKOFF * 2.0**doublings, _LONGEST_BACKOFF)


def retry_after(value: str | None, now: datetime, answered: str | None = None) -> float | None:
    """Read a `Retry-After` header.

    Args:
        value: The header: seconds, a fraction of them too, or an HTTP date.
        now: The time of day, in UTC.
        answered: The answer's `Date` header: the clock that the date was made by; it goes before `now`.

    Returns:
        Seconds to wait, 0 for a date that has passed; None without a header and for one that makes no sense.
    """
    if value is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        moment = _moment(value)
        return None if moment is None else max(0.0, (moment - (_moment(answered or "") or now)).total_seconds())
    return seconds if isfinite(seconds) and seconds >= 0 else None


def _moment(value: str) -> datetime | None:
    """An HTTP date; None for what is none."""
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
