"""Amounts from printed text. Text with more than one reading is not read, unless the caller decides."""

# A guess would be worse than no answer: `1,200` is twelve hundred in London and one point two in Berlin. So the number
# is read in every way that its marks allow, and returned only if there is one:
#
#     1,200       grouped: 1200         decimal: 1.200     two readings, None
#     1.234,56    grouped: no           decimal: 1234.56
#     1,23,456    grouped: 123456       decimal: no        (India)
#     1 234,567   grouped: no           decimal: 1234.567  (the space groups, so the comma does not)
#     10.10.10    grouped: no           decimal: no        None
#
# One character groups a number from end to end. A group has three digits, or in India two, except for the last.

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import Final, Literal, get_args

from nanonets_sdk.formats.printed import plain

DecimalMark = Literal[".", ","]

_ARABIC_POINT: Final = "\N{ARABIC DECIMAL SEPARATOR}"
_ARABIC_GROUP: Final = "\N{ARABIC THOUSANDS SEPARATOR}"
_CODES: Final = (
    "AED|ARS|AUD|BDT|BGN|BRL|CAD|CHF|CLP|CNY|COP|CZK|DKK|EGP|EUR|GBP|HKD|HUF|IDR|ILS|INR|JPY|KES|KRW|LKR|MAD|MXN|MYR|"
    "NGN|NOK|NPR|NZD|PEN|PHP|PKR|PLN|QAR|RON|RSD|RUB|SAR|SEK|SGD|THB|TRY|TWD|UAH|USD|UYU|VND|ZAR|"
    "Rs|Re|Rp|RM|kr|Kr|Fr|SFr|zł|Kč|Ft|лв"
)
# No cent sign: the amount of `50 ¢` is not 50.
_CURRENCY: Final = rf"(?:(?:{_CODES})\.?|[A-Z]{{0,2}}[¤$£¥֏؋৲৳฿₠-⃏﷼](?:US|AU|CA|HK|NZ|SG)?)"
_GROUPED: Final = re.compile(
    rf"[1-9][0-9]{{0,2}}(?:(?P<mark>[.,' {_ARABIC_GROUP}])[0-9]{{3}})(?:(?P=mark)[0-9]{{3}})*"
    rf"|[1-9][0-9]?(?:(?P<indian>[,{_ARABIC_GROUP}])[0-9]{{2}})(?:(?P=indian)[0-9]{{2}})*(?P=indian)[0-9]{{3}}"
)
_THOUSAND: Final = 3


@cache
def _amount() -> re.Pattern[str]:
    # Compiling this takes as long as importing ten modules, and few programs read an amount.
    return re.compile(
        rf"(?:{_CURRENCY} *(?=\())?(?P<open>\()? *"
        rf"(?P<sign>-)? *(?:{_CURRENCY})? *(?P<inner>-)? *"
        rf"(?P<number>[0-9](?:[0-9.,' {_ARABIC_POINT}{_ARABIC_GROUP}]*[0-9])?)"
        rf"(?P<whole> ?/ ?[-=])?(?P<after>-)?"
        rf"(?: *{_CURRENCY}(?P<last>-)?)? *(?P<close>\))?(?:(?<=\)) *{_CURRENCY})?"
    )


def check_decimal_mark(decimal_mark: object) -> None:
    """Refuse what is not a decimal mark.

    Raises:
        ValueError: It is neither `.` nor `,` nor None.
    """
    if decimal_mark is not None and decimal_mark not in get_args(DecimalMark):
        raise ValueError(f"decimal_mark must be '.', ',' or None, got {decimal_mark!r}")


def parse_decimal(text: str, decimal_mark: DecimalMark | None = None) -> Decimal | None:
    """Read an amount, with or without a currency.

    Args:
        text: A printed amount, e.g. `1.234,56`, `USD 1,234.50`, `(12.00)`, `12.00-` or `Rs. 1,200/-`.
        decimal_mark: The character before the fraction; None if unknown.

    Returns:
        The number; None if the text is not an amount or has more than one reading, like `1,200`.

    Raises:
        ValueError: `decimal_mark` is neither `.` nor `,` nor None.

    Examples:
        >>> parse_decimal("1.234,56 €"), parse_decimal("1,200"), parse_decimal("1,200", decimal_mark=".")
        (Decimal('1234.56'), None, Decimal('1200'))
    """
    check_decimal_mark(decimal_mark)
    found = _amount().fullmatch(plain(text) or "")
    if found is None or bool(found["open"]) != bool(found["close"]):
        return None
    signs = [sign for sign in found.group("open", "sign", "inner", "after", "last") if sign]
    if len(signs) > 1:
        return None
    number = found["number"]
    # `1,200/-` is how India marks an amount as whole, so whatever separates its digits must be grouping.
    readings = {*_grouped(number, None)} if found["whole"] else set[str]()
    readings = readings or {*_grouped(number, decimal_mark), *_fractional(number, decimal_mark)}
    # The sign is part of the string, because Python's minus would round to the precision of the caller's context.
    return Decimal(("-" if signs else "") + readings.pop()) if len(readings) == 1 else None


def _grouped(number: str, decimal_mark: DecimalMark | None) -> Iterator[str]:
    """Return the reading of a number without a fraction, if it has one."""
    if number.isdecimal():
        yield number
    elif (found := _GROUPED.fullmatch(number)) and (mark := found["mark"] or found["indian"]) != decimal_mark:
        yield number.replace(mark, "")


def _fractional(number: str, decimal_mark: DecimalMark | None) -> Iterator[str]:
    """Return each reading of a number with a fraction."""
    for mark in (_ARABIC_POINT, *([decimal_mark] if decimal_mark else get_args(DecimalMark))):
        whole, _, fraction = number.partition(mark)
        # `01,234` may be one point two, or twelve hundred by a printer that fills up with zeros.
        is_filled_up = len(whole) > 1 and whole.startswith("0") and len(fraction) == _THOUSAND
        if fraction.isdecimal() and not is_filled_up:
            # A mark before the fraction cannot also be grouping: `partition` took the first.
            for digits in _grouped(whole, None):
                yield f"{digits}.{fraction}"
