"""Searching the service for files that may have arrived."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Final

from nanonets_sdk.client import AsyncNanonets
from nanonets_sdk.errors import ConfigurationError, NanonetsError

# A listing is not paged, and covers everything that was sent on its days.
_LISTING_TIMEOUT_SECONDS: Final = 600.0

_MAX_LISTINGS: Final = 60
_DAY: Final = timedelta(days=1)


async def find_sent(client: AsyncNanonets, model_id: str, sent: Mapping[str, float], now: datetime) -> dict[str, str]:
    """Find files at the service by the `request_metadata` they were sent with.

    Args:
        client: The client.
        model_id: Id of the model.
        sent: When each file was sent, in seconds since 1970-01-01 (GMT), by `request_metadata`.
        now: The current time.

    Returns:
        The request_file_id of each file that was found, by `request_metadata`.

    Raises:
        NanonetsError: The service could not be asked.
    """
    ocr = client.with_options(timeout=_LISTING_TIMEOUT_SECONDS).ocr
    found: dict[str, str] = {}
    for first, last in _intervals(sent.values(), now):
        for page in (await ocr.list_predictions(model_id, first, last)).pages:
            if page.request_metadata in sent and page.request_file_id:
                found.setdefault(page.request_metadata, page.request_file_id)
        if len(found) == len(sent):
            break
    return found


def clock_error(sent: Iterable[float], now: datetime) -> NanonetsError | None:
    """Return why files may have arrived although they were not found: the clock was wrong when they were sent.

    Args:
        sent: When each file was sent, in seconds since 1970-01-01 (GMT).
        now: The current time.

    Returns:
        An error if a file was sent in the future; None otherwise.
    """
    latest = datetime.fromtimestamp(max(sent), UTC)
    if latest <= now + _DAY:
        return None
    return ConfigurationError(
        f"the clock of this machine said {latest:%Y-%m-%d} when files were sent and says {now:%Y-%m-%d} now, "
        "so it is not known on which day to search for them"
    )


def _intervals(moments: Iterable[float], now: datetime) -> Iterator[tuple[date, date]]:
    """Yield the first and the last day of each listing.

    A listing covers one day, or more if there would be too many listings: a clock that was reset says 1970.
    """
    days = {now.date(), *(datetime.fromtimestamp(moment, UTC).date() for moment in moments)}
    # The clocks of both sides differ, and midnight may have passed in between.
    first, end = min(days) - _DAY, max(days) + _DAY
    length = 1 + (end - first).days // _MAX_LISTINGS
    while first <= end:
        last = min(first + (length - 1) * _DAY, end)
        yield first, last
        first = last + _DAY
