"""Looking at the service for files of which it is not known whether they arrived."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Final

from nanonets_sdk.client import AsyncNanonets
from nanonets_sdk.errors import ConfigurationError, NanonetsError

_SECONDS_A_LISTING: Final = 600.0
"""A listing is not paged, and a night's work is long."""

_MOST_LISTINGS: Final = 60
_DAY: Final = timedelta(days=1)


async def find_sent(client: AsyncNanonets, model_id: str, sent: Mapping[str, float], now: datetime) -> dict[str, str]:
    """Find files at the service by the `request_metadata` that they were sent with.

    Args:
        client: The client.
        model_id: Id of the model.
        sent: When each was sent, in seconds since 1970-01-01 (GMT), by `request_metadata`.
        now: The present moment.

    Returns:
        The request_file_id of each one found, by `request_metadata`.

    Raises:
        NanonetsError: The service does not let itself be asked.
    """
    ocr = client.with_options(timeout=_SECONDS_A_LISTING).ocr
    found: dict[str, str] = {}
    for first, last in _intervals(sent.values(), now):
        for page in (await ocr.list_predictions(model_id, first, last)).pages:
            if page.request_metadata in sent and page.request_file_id:
                found.setdefault(page.request_metadata, page.request_file_id)
        if len(found) == len(sent):
            break
    return found


def clock_error(sent: Iterable[float], now: datetime) -> NanonetsError | None:
    """Why what was not found may be there all the same: it was sent on a day that this machine got wrong.

    Args:
        sent: When each was sent, in seconds since 1970-01-01 (GMT).
        now: The present moment.

    Returns:
        An error if files were sent at a moment that is still to come.
    """
    latest = datetime.fromtimestamp(max(sent), UTC)
    if latest <= now + _DAY:
        return None
    return ConfigurationError(
        f"the clock of this machine was at {latest:%Y-%m-%d} when files were sent, and is at {now:%Y-%m-%d} now: "
        "on which day to look for them is not known"
    )


def _intervals(moments: Iterable[float], now: datetime) -> Iterator[tuple[date, date]]:
    """First and last days of listings, a day each unless the days are many: a clock may have begun in 1970."""
    days = {now.date(), *(datetime.fromtimestamp(moment, UTC).date() for moment in moments)}
    # Clocks differ, and midnight may have passed on the way.
    first, end = min(days) - _DAY, max(days) + _DAY
    length = 1 + (end - first).days // _MOST_LISTINGS
    while first <= end:
        last = min(first + (length - 1) * _DAY, end)
        yield first, last
        first = last + _DAY
