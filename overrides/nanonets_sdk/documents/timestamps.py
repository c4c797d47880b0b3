"""Times as the service writes them: version 1 UUIDs whose time is the time meant."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

_GREGORIAN_REFORM: Final = datetime(1582, 10, 15, tzinfo=UTC)
_TIME_BASED: Final = 1


def time_of(identifier: str | None) -> datetime | None:
    """The time inside a version 1 UUID.

    Args:
        identifier: A UUID as text, as in `updated_at`.

    Returns:
        The time in UTC, cut to microseconds; None for an empty text and for anything else without a time in it.

    Examples:
        >>> time_of("7b0b3a5c-24f1-11f0-9c1f-0242ac120002").year
        2025
    """
    try:
        uuid = UUID(identifier or "")
    except ValueError:
        return None
    if uuid.version != _TIME_BASED:
        return None
    # UUIDs count tenths of microseconds since the Gregorian reform (RFC 9562, section 5.1).
    return _GREGORIAN_REFORM + timedelta(microseconds=uuid.time // 10)
