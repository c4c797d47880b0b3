"""Dates from printed text. Text with more than one reading is not read, unless the caller decides."""

# A general parser of dates finds one in almost anything, and fills in what is missing from today. Here a text is first
# matched with the shapes in `date_shapes`, from its first to its last character, and each shape names all three parts.
# Then every order of the parts that is possible by itself is a reading, and a date is returned only if there is one:
#
#     03/04/2021   3 April, 4 March        two readings, None
#     25/04/2021   25 April                there is no month 25
#     25/04/26     25 April, 26 April      the year may come first, so None
#     31/02/2021   31 February             one reading, and not a date: None
#
# The last is most likely a misread 31/03, so it must not be taken for another order of the parts.

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final, TypeAlias

from nanonets_sdk.formats.printed import plain

_Parts: TypeAlias = tuple[int, int, int]

# `EST` and `IST` are each several zones, so only UTC and offsets from it are read.
_CLOCK: Final = re.compile(
    r"[t, ]*(?:at )?(?P<hour>[0-9]{1,2}):?(?P<minute>[0-9]{2})(?::?(?P<second>[0-9]{2})(?:[.,](?P<part>[0-9]{1,6}))?)?"
    r" ?(?:(?P<half>[ap])\.?m\.?)? ?"
    r"(?P<zone>z|(?:utc|gmt)?(?:(?P<sign>[-+])(?P<hours>[0-9]{1,2})(?::?(?P<minutes>[0-9]{2}))?)?)",
    re.ASCII | re.IGNORECASE,
)
_MOST_MONTHS: Final = 12
_MOST_DAYS: Final = 31
_FULL_YEAR: Final = 4
_SHORT_YEAR: Final = 2
_PIVOT: Final = 69


def check_dayfirst(dayfirst: object) -> None:
    """Refuse what does not say whether the day comes first.

    Raises:
        ValueError: It is neither a bool nor None.
    """
    if dayfirst is not None and not isinstance(dayfirst, bool):
        raise ValueError(f"dayfirst must be True, False or None, got {dayfirst!r}")


def parse_date(text: str, *, dayfirst: bool | None = None) -> date | None:
    """Read a calendar date.

    Args:
        text: A printed date, e.g. `12 March 2026`, `2026-03-12`, `Mar 12, 2026 10:15` or `03/04/2021`. Names of months
            are English.
        dayfirst: Whether the day comes before the month; None if unknown.

    Returns:
        The date; None if the text is not a complete date or has more than one reading. Years of two digits are those
        from 1969 to 2068.

    Raises:
        ValueError: `dayfirst` is neither a bool nor None.

    Examples:
        >>> parse_date("03/04/2021"), parse_date("03/04/2021", dayfirst=True)
        (None, datetime.date(2021, 4, 3))
    """
    check_dayfirst(dayfirst)
    found = _matched(text)
    orders = _orders(found, dayfirst) if found else []
    possible = [parts for parts in orders if 1 <= parts[1] <= _MOST_MONTHS and 1 <= parts[2] <= _MOST_DAYS]
    # If the caller knows the order, another one counts only where that is impossible.
    readings = {*(possible if dayfirst is None else possible[:1])}
    try:
        return date(*readings.pop()) if len(readings) == 1 else None
    except ValueError:
        return None


def parse_datetime(text: str, *, dayfirst: bool | None = None) -> datetime | None:
    """Read a calendar date with a time of day.

    Args:
        text: A printed date as for `parse_date`, followed by a time, e.g. `2026-03-12T10:15:00Z`.
        dayfirst: Whether the day comes before the month; None if unknown.

    Returns:
        The date and time, with a zone if an offset from UTC is printed; None if one of both is missing or has more than
        one reading, or if the zone is an abbreviation other than UTC and GMT.

    Examples:
        >>> parse_datetime("12 March 2026, 1:05 pm"), parse_datetime("12 March 2026")
        (datetime.datetime(2026, 3, 12, 13, 5), None)
    """
    day = parse_date(text, dayfirst=dayfirst)
    found = _matched(text)
    clock = _CLOCK.fullmatch(found["time"] or "") if found else None
    if day is None or clock is None:
        return None
    hour = int(clock["hour"])
    if clock["half"]:
        hour = hour % 12 + (12 if clock["half"].lower() == "p" else 0)
    part = int((clock["part"] or "").ljust(6, "0"))
    offset = timedelta(hours=int(clock["hours"] or 0), minutes=int(clock["minutes"] or 0))
    try:
        zone = timezone(-offset if clock["sign"] == "-" else offset) if offset else UTC if clock["zone"] else None
        return datetime(day.year, day.month, day.day, hour, int(clock["minute"]), int(clock["second"] or 0), part, zone)
    except ValueError:
        # A leap second or an offset of days, which the type cannot hold.
        return None


def has_time(text: str) -> bool:
    """Return whether a date is followed by a time of day."""
    found = _matched(text)
    return bool(found and found["time"])


def _matched(text: str) -> re.Match[str] | None:
    # Few programs read a date, and compiling the shapes takes long.
    from nanonets_sdk.formats.date_shapes import DATES

    printed = re.sub(" +", " ", plain(text) or "")
    return next((match for shape in DATES if (match := shape.fullmatch(printed))), None)


def _orders(found: re.Match[str], dayfirst: bool | None) -> list[_Parts]:
    """Return year, month and day in each order that a date may be written in, the preferred one first."""
    from nanonets_sdk.formats.date_shapes import NAMES

    named = found.groupdict()
    if number := NAMES.month(named.get("month") or ""):
        day, year = found["day"], found["year"]
        orders = [(_year(year), number, int(day))]
        if len(year) == len(day) == _SHORT_YEAR and found.start("day") < found.start("month"):
            orders.append((_year(day), number, int(year)))
        return orders
    first, second, third = found["first"], found["second"], found["third"]
    if named.get("end") and named.get("mark") != ".":
        return []
    if len(first) == _FULL_YEAR and len(third) <= _SHORT_YEAR:
        return [(int(first), int(second), int(third))]
    if len(first) > _SHORT_YEAR or len(third) not in {_SHORT_YEAR, _FULL_YEAR}:
        return []
    orders = [(_year(third), int(second), int(first)), (_year(third), int(first), int(second))]
    if dayfirst is False:
        orders.reverse()
    if len(first) == len(third) == _SHORT_YEAR:
        orders.append((_year(first), int(second), int(third)))
    return orders


def _year(digits: str) -> int:
    """Return the year that two or four digits mean."""
    number = int(digits)
    return number if len(digits) == _FULL_YEAR else number + (1900 if number >= _PIVOT else 2000)
