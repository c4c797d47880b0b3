"""Looking at the service for files of which it is not known whether they arrived."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from nanonets_sdk.client import AsyncNanonets

_SECONDS_A_LISTING: Final = 600.0
"""A listing is not paged, and a night's work is long."""


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
    # Clocks differ, and midnight may have passed on the way.
    day = datetime.fromtimestamp(min(sent.values()), UTC).date() - timedelta(days=1)
    while day <= now.date() + timedelta(days=1) and len(found) < len(sent):
        for page in (await ocr.list_predictions(model_id, day, day)).pages:
            if page.request_metadata in sent and page.request_file_id:
                found.setdefault(page.request_metadata, page.request_file_id)
        day += timedelta(days=1)
    return found
