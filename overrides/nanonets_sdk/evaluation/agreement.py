"""When two texts mean the same."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from attrs import frozen

from nanonets_sdk.documents.comparison import normalised
from nanonets_sdk.formats.amounts import DecimalMark, check_decimal_mark, parse_decimal
from nanonets_sdk.formats.dates import check_dayfirst, parse_date

_FILLED_UP: Final = re.compile(r"\D*0\d")
"""`00417` is a number of something. As an amount it would equal `417`, which is another invoice."""
_CURRENCY: Final = re.compile(r"[^\W\d_]+|[^\w\s.,'()/-]")
_CODES: Final = {"€": "eur", "£": "gbp", "₹": "inr"}


@frozen
class Agreement:
    """The rules of the normalised match.

    Attributes:
        dayfirst: Whether `03/04/2021` is the third of April; None if unknown.
        decimal_mark: The character before the fraction of amounts; None if unknown.
    """

    dayfirst: bool | None = None
    decimal_mark: DecimalMark | None = None

    def __attrs_post_init__(self) -> None:
        check_dayfirst(self.dayfirst)
        check_decimal_mark(self.decimal_mark)

    def meaning(self, text: str) -> object:
        """Return what a text says: an amount, a date, or the text without differences of case, whitespace and form."""
        amount = None if _FILLED_UP.match(text) else parse_decimal(text, decimal_mark=self.decimal_mark)
        return amount if amount is not None else parse_date(text, dayfirst=self.dayfirst) or normalised(text)

    def same(self, one: str, other: str) -> bool:
        """Return whether two texts mean the same.

        Two amounts in different currencies do not; one of them may leave the currency out.

        Examples:
            >>> Agreement().same("EUR 1.234,50", "1,234.50"), Agreement().same("USD 5.00", "EUR 5.00")
            (True, False)
        """
        if normalised(one) == normalised(other):
            return True
        if self.meaning(one) != self.meaning(other):
            return False
        currencies = {_currency(text) for text in (one, other)} - {""}
        return len(currencies) <= 1 or not isinstance(self.meaning(one), Decimal)


def _currency(text: str) -> str:
    found: list[str] = _CURRENCY.findall(text)
    return "".join(_CODES.get(one) or one.casefold() for one in found)
