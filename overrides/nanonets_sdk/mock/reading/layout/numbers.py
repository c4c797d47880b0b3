"""Numbers, amounts, percentages, quantities and dates, as invoices write them."""

import re

_NUMBER = r"\d{1,3}(?:[.,' ]\d{3})+(?:[.,]\d{1,4})?|\d+(?:[.,]\d{1,4})?(?:[.,]-{1,2})?"
_CURRENCY = r"(?:[A-Z]{3}|[A-Z]{2}\$|[$€£¥₹]|R\$|kr\.?|Fr\.?|zł)"
_MINUS = "[-+\N{MINUS SIGN}]"
# A minus sign directly after letters belongs to an identifier: "INV-7" is not an amount in some currency.
_AMOUNT = rf"\(?{_MINUS}?\s?(?:{_CURRENCY}\s{_MINUS}|[$€£¥₹]{_MINUS}|{_CURRENCY}\s?)?(?:{_NUMBER})-?\)?\s?{_CURRENCY}?"
_QUANTITY = rf"(?:{_NUMBER})\s?(?:%|[a-z]{{1,4}}\.?)"
_MONTH = (
    r"(?:jan|ene|gen|feb|fev|fév|mar|mär|mrz|maa|apr|abr|avr|may|mai|mei|maj|mag|jun|jui|giu|jul|lug|aug|aoû|ago|sep|set|"
    r"oct|okt|out|ott|nov|dec|dez|déc|dic)[^\W\d_]*"
)
_DATE = "|".join(
    (
        r"\d{1,4}[-./]\s?\d{1,2}[-./]\s?\d{1,4}",
        rf"\d{{1,2}}(?:st|nd|rd|th|\.)?[\s-](?:of\s|de\s)?{_MONTH}[.,]?[\s-](?:de\s)?\d{{2,4}}",
        rf"{_MONTH}\.?\s\d{{1,2}}(?:st|nd|rd|th)?,?\s\d{{4}}",
    )
)
_is_amount = re.compile(_AMOUNT).fullmatch
_is_quantity = re.compile(_QUANTITY).fullmatch
_is_date = re.compile(_DATE, re.IGNORECASE).fullmatch


def is_amount(text: str) -> bool:
    """Return whether a text is a number, with or without a currency.

    >>> [is_amount(text) for text in ("1,234.50 EUR", "$12", "1.234,50", "(7.00)", "INV-7")]
    [True, True, True, True, False]
    """
    return bool(_is_amount(text))


def is_date(text: str) -> bool:
    """Return whether a text is a date.

    >>> [is_date(text) for text in ("2026-03-12", "12 March 2026", "March 3, 2026", "12.03.26", "12 pieces")]
    [True, True, True, True, False]
    """
    return bool(_is_date(text))


def is_number_like(text: str) -> bool:
    """Return whether a text is an amount, a date, a percentage or a quantity, and nothing else.

    >>> [is_number_like(text) for text in ("12 h", "19 %", "2026-03-12", "Item 7", "")]
    [True, True, True, False, False]
    """
    return is_amount(text) or is_date(text) or bool(_is_quantity(text))
