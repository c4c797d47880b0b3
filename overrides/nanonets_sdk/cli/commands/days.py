"""Days as people write them: `7d`, `24h`, `2w`, `today`, `2024-05-01`."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Final

from nanonets_sdk.cli.running.main import UsageProblem

_UNITS: Final = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_AGO: Final = re.compile(r"(\d{1,5})([hdw])")


def day_of(text: str, now: datetime | None = None) -> date:
    """The day (GMT) that a text names.

    Args:
        text: How long ago, as `24h`, `7d` or `2w`; `today`, `yesterday`; or a date as `2024-05-01`.
        now: The present moment; the system's clock when None.

    Raises:
        UsageProblem: It names none.

    Examples:
        >>> day_of("7d", datetime(2024, 5, 8, tzinfo=UTC))
        datetime.date(2024, 5, 1)
    """
    now = now or datetime.now(UTC)
    text = {"today": "0d", "yesterday": "1d"}.get(text, text)
    if match := _AGO.fullmatch(text):
        return (now - int(match[1]) * _UNITS[match[2]]).date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageProblem(f"{text!r} is no day; write 7d, 24h, 2w, today or 2024-05-01") from None
