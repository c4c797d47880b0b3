"""Dates and amounts from printed text. Text with more than one reading is not read, unless the caller decides."""

# A guess would be worse than no answer: `1,200` is twelve hundred in London and one point two in Berlin. So a value is
# returned only if there is one reading. Of two different marks the last is the decimal mark; a mark that repeats is for
# grouping; a single mark with exactly three digits behind it could be either.

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime
from decimal import Decimal
from typing import Final, Literal

DecimalMark = Literal[".", ","]

_LONGEST: Final = 64
# The two days share no part, so whatever a text leaves out becomes a difference between its readings.
_DEFAULTS: Final = (datetime(2000, 1, 1), datetime(2011, 12, 31))  # noqa: DTZ001 - printed dates have no time zone
_YEAR_FIRST: Final = re.compile(r"\d{4}([-/.]?)\d{1,2}\1\d{1,2}(?!\d)")
_CODES: Final = (
    "AED|ARS|AUD|BDT|BGN|BRL|CAD|CHF|CLP|CNY|COP|CZK|DKK|EGP|EUR|GBP|HKD|HUF|IDR|ILS|INR|JPY|KES|KRW|LKR|MAD|MXN|MYR|"
    "NGN|NOK|NPR|NZD|PEN|PHP|PKR|PLN|QAR|RON|RSD|RUB|SAR|SEK|SGD|THB|TRY|TWD|UAH|USD|UYU|VND|ZAR|"
    "Rs|Re|kr|Kr|Fr|SFr|zł|Kč|Ft|лв"
)
_CURRENCY: Final = rf"(?:(?:{_CODES})\.?|[A-Z]{{0,2}}[¤$¢£¥֏؋৲৳฿₠-⃏﷼])"
_AMOUNT: Final = re.compile(
    r"(?P<open>\()?\s*(?P<minus>[-\u2212])?\s*"
    rf"(?:{_CURRENCY})?\s*"
    r"(?P<inner>[-\u2212])?\s*(?P<digits>\d[\d.,'\u2019\s]*)(?P<whole>/\s*[-=])?\s*(?P<after>[-\u2212])?\s*"
    rf"(?:{_CURRENCY})?\s*"
    r"(?P<close>\))?"
)
_GROUPED: Final = re.compile(r"[1-9]\d{0,2}(?:\d?(?:,\d{2,3})*,\d{3}|(?:\.\d{3})+)")


def parse_date(text: str, *, dayfirst: bool | None = None) -> date | None:
    """Read a calendar date.

    Args:
        text: A printed date, e.g. `12 March 2026`, `2026-03-12` or `03/04/2021`.
        dayfirst: Whether the day comes before the month; None if unknown.

    Returns:
        The date; None if the text is not a complete date or has more than one reading.

    Examples:
        >>> parse_date("03/04/2021"), parse_date("03/04/2021", dayfirst=True)
        (None, datetime.date(2021, 4, 3))
    """
    text = unicodedata.normalize("NFKC", text).strip()
    # Six digits in a row are as often an invoice number or day-month-year as they are year-month-day.
    if not text or len(text) > _LONGEST or (text.isdigit() and len(text) != len("YYYYMMDD")):
        return None
    if not any(map(str.isdigit, text)):
        return None
    orders = (
        [(day, year) for day in (False, True) for year in (False, True)] if dayfirst is None else [(dayfirst, False)]
    )
    readings = {_read_date(text, default, day, year) for default in _DEFAULTS for day, year in orders}
    return readings.pop() if len(readings) == 1 else None


def _read_date(text: str, default: datetime, dayfirst: bool, yearfirst: bool) -> date | None:
    from dateutil import parser

    # dateutil's flags also swap the parts of ISO 8601, which has only one order.
    if _YEAR_FIRST.match(text):
        dayfirst, yearfirst = False, True
    try:
        return parser.parse(text, default=default, dayfirst=dayfirst, yearfirst=yearfirst, ignoretz=True).date()
    except (ValueError, OverflowError):
        return None


def parse_decimal(text: str, *, decimal_mark: DecimalMark | None = None) -> Decimal | None:
    """Read an amount, with or without a currency.

    Args:
        text: A printed amount, e.g. `1.234,56`, `USD 1,234.50`, `(12.00)` or `Rs. 1,200/-`.
        decimal_mark: The character before the fraction; None if unknown.

    Returns:
        The number; None if the text is not an amount or has more than one reading, like `1,200`.

    Examples:
        >>> parse_decimal("1.234,56 €"), parse_decimal("1,200"), parse_decimal("1,200", decimal_mark=".")
        (Decimal('1234.56'), None, Decimal('1200'))
    """
    text = unicodedata.normalize("NFKC", text).strip()
    found = _AMOUNT.fullmatch(text) if len(text) <= _LONGEST else None
    if found is None or bool(found["open"]) != bool(found["close"]):
        return None
    digits = re.sub(r"(?<=\d)['\N{RIGHT SINGLE QUOTATION MARK}\s](?=\d{3}(?!\d))", "", found["digits"].strip())
    # `1,200/-` is how India marks an amount as whole, so whatever separates its digits must be grouping.
    if found["whole"] and (digits.isdigit() or _GROUPED.fullmatch(digits)):
        number = _integer(re.sub(r"[.,]", "", digits))
    else:
        number = _number(digits, None if found["whole"] else decimal_mark)
    signs = [sign for sign in (found["open"], found["minus"], found["inner"], found["after"]) if sign]
    if number is None or len(signs) > 1:
        return None
    return -number if signs else number


def _number(digits: str, mark: DecimalMark | None) -> Decimal | None:
    mark = mark or _mark_of(digits)
    if mark is None:
        return None
    whole, _, fraction = digits.rpartition(mark) if digits.count(mark) == 1 else (digits, "", "")
    grouping = "," if mark == "." else "."
    if not fraction.isdigit() and (fraction or mark in digits):
        return None
    if grouping in whole and not _GROUPED.fullmatch(whole):
        return None
    plain = whole.replace(grouping, "")
    return Decimal(f"{plain}.{fraction or 0}") if fraction else _integer(plain)


def _mark_of(digits: str) -> DecimalMark | None:
    """Return the decimal mark that the text itself proves."""
    marks = re.sub(r"\d", "", digits)
    if not marks:
        return "."
    last: DecimalMark = "," if marks[-1] == "," else "."
    if len(set(marks)) > 1:
        return last
    if len(marks) > 1:
        return "." if last == "," else ","
    whole, _, fraction = digits.partition(last)
    looks_grouped = len(fraction) == 3 and 1 <= len(whole) <= 3 and not whole.startswith("0")  # noqa: PLR2004 - thousands
    return None if looks_grouped else last


def _integer(digits: str) -> Decimal | None:
    return Decimal(digits) if digits.isdigit() else None
